"""The post: mails that hold no personal data beyond the address they go to.

A mail is kept sealed in the store within the act that causes it, and leaves afterwards, in the background. So an act
never waits for a mail server, a mail that fails is tried again, and how long an act takes doesn't tell whether there
was a mail to send: a code's mail finds its address only when it leaves, and one to nobody is dropped then.
"""

from __future__ import annotations

import os
import smtplib
import ssl
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import unquote, urlsplit

from casework import code_mail
from casework.grounds import talking, term_from
from casework.messages import Language
from casework.rendering import render
from store import mails, tables
from store.ids import new_id
from store.work import Erased, Work

if TYPE_CHECKING:
    from casework.office import Office

NOBODY = ""
"""The address of a mail that goes to nobody."""

_TIMEOUT_SECONDS = 20
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_DRAFT_LIVES = timedelta(hours=1)
_WAITS = tuple(timedelta(minutes=minutes) for minutes in (2, 5, 15, 60, 360))
"""How long a mail waits after its first, second ... failure; the last one from then on."""


class PostError(Exception):
    """The mail did not leave; it is tried again later. The text holds no address."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail. `repr` shows nothing of it: the address is personal data."""

    to: str = field(repr=False)
    subject: str = field(repr=False)
    body: str = field(repr=False)


class Post(Protocol):
    """Takes a mail out of the house."""

    def send(self, mail: Mail) -> None:
        """Hand the mail over. Raises PostError when that fails; the caller keeps it and tries again."""

    def remove_drafts(self, older_than: datetime) -> int:
        """Delete what a crash left of mails that were being handed over before then. Returns how many."""

    def take_back(self, to: str) -> int:
        """Destroy the mails to this address that did not leave the house yet. Returns how many."""


class OutboxPost:
    """Writes each mail as a file into a folder, for a practice that sends by hand or tries things out."""

    def __init__(self, folder: Path, sender: str) -> None:
        self._folder = folder
        self._sender = sender

    def send(self, mail: Mail) -> None:
        """Write the mail: whole or not at all, readable by its owner only, under a name that says nothing."""
        letter = _letter(mail, self._sender)
        name = new_id()
        draft = self._folder / f".{name}"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(letter.as_bytes(policy=SMTP))
                file.flush()
                os.fsync(file.fileno())
            draft.rename(self._folder / f"{name}.eml")
        except OSError as problem:
            raise PostError("the outbox folder can't be written") from problem

    def remove_drafts(self, older_than: datetime) -> int:
        """Delete drafts from before then: their mails wait in the store and are written anew. Returns how many."""
        drafts = [path for path in self._folder.glob(".*") if path.stat().st_mtime < older_than.timestamp()]
        for path in drafts:
            path.unlink(missing_ok=True)
        return len(drafts)

    def take_back(self, to: str) -> int:
        """Delete the files of mails to this address, whatever its case."""
        mine = [path for path in self._folder.glob("*.eml") if _is_to(path, to)]
        for path in mine:
            path.unlink(missing_ok=True)
        return len(mine)


class SmtpPost:
    """Sends by a mail server: `smtps://user:password@host:465`, or `smtp://...:587` with STARTTLS.

    Without TLS it talks to a server on this same machine only. Certificates are checked.
    """

    def __init__(self, url: str, sender: str, context: ssl.SSLContext | None = None) -> None:
        """Raises ValueError when the URL is malformed; its text doesn't repeat the URL, which may hold a password."""
        parts = urlsplit(url)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ValueError(
                "The mail server is given as smtps://user:password@host:port or smtp://host:port."
            )
        self._implicit = parts.scheme == "smtps"
        self._host = parts.hostname
        self._port = parts.port or (465 if self._implicit else 587)
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")
        self._sender = sender
        self._context = context or ssl.create_default_context()

    def send(self, mail: Mail) -> None:
        """Hand the mail to the server. Raises PostError."""
        letter = _letter(mail, self._sender)
        try:
            with self._connected() as server:
                server.send_message(letter, to_addrs=[mail.to])
        except (OSError, smtplib.SMTPException) as problem:
            raise PostError(type(problem).__name__) from None

    def remove_drafts(self, older_than: datetime) -> int:
        """There are none: a mail server takes a mail whole or not at all."""
        return 0

    def take_back(self, to: str) -> int:
        """A mail server sends at once: nothing is left here."""
        return 0

    def _connected(self) -> smtplib.SMTP:
        server: smtplib.SMTP
        if self._implicit:
            server = smtplib.SMTP_SSL(self._host, self._port, timeout=_TIMEOUT_SECONDS, context=self._context)
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=_TIMEOUT_SECONDS)
            if self._host not in _LOOPBACK:
                server.starttls(context=self._context)
        if self._user:
            server.login(self._user, self._password)
        return server


def write(office: Office, template: str, language: Language, to: str, **facts: Any) -> Mail:
    """Return the mail of templates/mail/<template>: its first line is the subject."""
    text = render(f"mail/{template}", language, practice=office.pack.name, **facts)
    subject, _, body = text.partition("\n")
    return Mail(to=to, subject=subject.strip(), body=body.strip() + "\n")


def keep(
    office: Office,
    work: Work,
    mail: Mail,
    *,
    subject: str | None,
    person: str | None = None,
    ticket: str | None = None,
    once: str | None = None,
    held: bool = False,
    expires_at: datetime | None = None,
    errand: code_mail.Errand | None = None,
) -> None:
    """Keep a mail within the act that causes it, to be sent once the act is on disk.

    subject: whose key seals it; None gives it a key of its own, so that it outlives a person's erasure.
    held: it waits until its `next_try_at` is set. expires_at: when it is of no use any more; else the pack's term for mail.
    errand: finds the address when the mail is about to leave.
    """
    message = {"to": mail.to, "subject": mail.subject, "body": mail.body}
    if errand is not None:
        message |= errand.packed()
    mails.add(
        work,
        subject,
        message,
        ground=talking(office.pack),
        person=person,
        ticket=ticket,
        once=once,
        held=held,
        expires_at=expires_at or term_from(office.pack, "mail", work.at),
    )


def send_soon(office: Office) -> None:
    """Send what waits, in the background. Called once the act that kept a mail is on disk."""
    office.soon(partial(send_waiting, office))


def send_waiting(office: Office) -> int:
    """Send the mails that wait and are due. Returns how many left.

    Each is claimed by moving its next try ahead, so that two processes don't send one mail twice; a crash after
    sending and before the row went sends it once more.
    """
    with office.store.read() as reading:
        due = [row.id for row in mails.due(reading, office.now())]
    return sum(_send(office, row_id) for row_id in due)


def remove_drafts(office: Office) -> int:
    """Delete what a crash left of mails that were being handed over. Returns how many."""
    return office.post.remove_drafts(office.now() - _DRAFT_LIVES)


def waiting(office: Office) -> int:
    """Return how many mails did not leave yet."""
    with office.store.read() as reading:
        return len(mails.waiting(reading))


def _send(office: Office, row_id: str) -> bool:
    mail = _claimed(office, row_id)
    if mail is None:
        return False
    try:
        office.post.send(mail)
    except PostError:
        return False
    with office.store.work(office.now()) as work:
        mails.remove(work, row_id)
    return True


def _claimed(office: Office, row_id: str) -> Mail | None:
    with office.store.work(office.now()) as work:
        row = mails.get(work, row_id)
        if row is None or row.next_try_at is None or row.next_try_at > work.at:
            return None
        message = _addressed(work, row)
        if message["to"] == NOBODY or (row.expires_at is not None and row.expires_at <= work.at):
            mails.remove(work, row_id)
            return None
        row.next_try_at = work.at + _WAITS[min(row.tries, len(_WAITS) - 1)]
        row.tries += 1
        return Mail(to=message["to"], subject=message["subject"], body=message["body"])


def _addressed(work: Work, row: tables.Mail) -> mails.Message:
    """Open a mail and, where it has an errand, find its address; whoever was erased or never was is nobody."""
    try:
        message = mails.open_message(work, row)
        if code_mail.is_errand(message):
            message["to"] = code_mail.run(work, message) or NOBODY
    except Erased:
        return {"to": NOBODY}
    return message


def _is_to(path: Path, to: str) -> bool:
    """Tell whether a mail's file is to this address. One that is gone meanwhile is not."""
    try:
        with path.open("rb") as file:
            letter = BytesHeaderParser(policy=SMTP).parse(file)
    except FileNotFoundError:
        return False
    addresses = letter["To"].addresses if letter["To"] else ()
    return any(address.addr_spec.casefold() == to.casefold() for address in addresses)


def _letter(mail: Mail, sender: str) -> EmailMessage:
    """Build the mail. Raises PostError when an address is not one address."""
    letter = EmailMessage(policy=SMTP)
    try:
        address = Address(addr_spec=mail.to)
        letter["From"] = Address(addr_spec=sender)
        letter["To"] = address
    except Exception as problem:
        raise PostError("the address is not one that mail can go to") from problem
    letter["Subject"] = mail.subject
    letter["Date"] = format_datetime(datetime.now().astimezone())
    letter["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(mail.body)
    return letter
