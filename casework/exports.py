"""Exports: sealed files that wait on a secure page for one person.

The file is sealed with a fresh key (AES-256-GCM, nonce before ciphertext, as WebCrypto reads it). The key leaves only in
the fragment of the link, which no browser sends; it is not in the store. The link goes by mail, and the code that the
page asks for goes another way: into a conversation that its person has before them, else by the coach's voice on a
number on file. Only who has an e-mail address and nothing else gets both by mail.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from casework import people, post
from casework.clocks import day_in_amsterdam, days_after
from casework.deliveries import deliver_in
from casework.errors import Gone, IllegalStep, NotFound, TooSoon, WrongCode
from casework.grounds import REQUESTS
from casework.identity import six_digits
from casework.messages import Link, Reply
from casework.office import Office
from casework.promises import end_of
from casework.rendering import render
from casework.words import long_date
from store import codes, conversations, exports, tables, tickets
from store.ids import is_id, new_id
from store.people import Person
from store.sealing import new_key
from store.work import Reading, Work

Kind = Literal["bundle", "answer"]
LinkWay = Literal["mail", "chat"]
UsualWay = Literal["call_back", "mail"]
CodeWay = Literal["chat", "call_back", "mail"]
Listening = Callable[[str], bool]
"""Tells of a conversation, by its id, whether somebody has it before them at this moment."""

_PURPOSE = "download"
_NONCE_BYTES = 12
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class ExportIssued:
    """A bundle that waits for its person.

    link: only where the coach must hand it over, since there is neither an address nor an open conversation.
    code_by: how the code goes when no conversation is open before its person: "call_back" when the coach reads it out
    (`code_by_phone`). receipt: the number that proves it.
    """

    export_id: str
    link_sent: LinkWay | None
    link: str | None
    code_by: UsualWay
    expires_at: datetime
    receipt: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A sealed file that was placed and registered, within an act."""

    row: tables.Export
    link: str


def place(
    office: Office, work: Work, kind: Kind, ticket: tables.Ticket, person: str, content: bytes
) -> Placed:
    """Seal content with a fresh key, write the file and register it, within an act. The key is in the link only."""
    export, key = new_id(), new_key()
    nonce = os.urandom(_NONCE_BYTES)
    sealed = nonce + AESGCM(key).encrypt(nonce, content, None)
    _write(folder(office) / f"{export}.sealed", sealed)
    row = exports.add(
        work,
        kind,
        ticket.id,
        person,
        sha256=hashlib.sha256(sealed).hexdigest(),
        ground=REQUESTS,
        expires_at=end_of(days_after(day_in_amsterdam(work.at), office.pack.exports.days)),
        max_downloads=office.pack.exports.downloads,
        row_id=export,
    )
    fragment = base64.urlsafe_b64encode(key).decode().rstrip("=")
    return Placed(row=row, link=f"{office.client_url}/veilig/{export}#{fragment}")


def send_link(
    office: Office, work: Work, ticket: tables.Ticket, person: Person, placed: Placed
) -> LinkWay | None:
    """Send the link of a bundle to its person, within an act: by mail, else into the ticket's open conversation."""
    language = people.language_of(person)
    until = long_date(days_after(day_in_amsterdam(work.at), office.pack.exports.days), language)
    if to := person.record.get("email"):
        mail = post.write(
            office,
            "export_ready",
            language,
            str(to),
            reference=ticket.reference,
            link=placed.link,
            code_by=usual_way(person, placed.row),
            until=until,
            downloads=office.pack.exports.downloads,
        )
        post.keep(office, work, mail, subject=person.id, person=person.id, ticket=ticket.id)
        return "mail"
    if ticket.conversation_id is None:
        return None
    text = render("reply/export_ready", language, reference=ticket.reference, until=until)
    label = "De beveiligde pagina" if language == "nl" else "The secure page"
    reply = Reply(text, link=Link(label, placed.link))
    return "chat" if deliver_in(office, work, ticket.conversation_id, reply) else None


def usual_way(person: Person, row: tables.Export) -> UsualWay:
    """Return how the code of an export reaches who has no conversation open: another way than the link, if there is one."""
    has_mail, has_phone = _mail_of(person, row) is not None, bool(person.record.get("phone"))
    return "mail" if has_mail and (row.kind == "answer" or not has_phone) else "call_back"


def begin_download(office: Office, export_id: str, listening: Listening) -> CodeWay:
    """Send a fresh code for an export to its person, and return how it goes.

    Where the coach has to call, the ticket says that its person waits for a code. An unknown id takes the same course and
    sends nothing; the answer is "mail". A known id is told from it only by who has the link, for it can't be guessed.

    Raises TooSoon: too many codes for this id within the hour.
    """
    if not is_id(export_id):
        return "mail"
    way: CodeWay = "mail"
    with office.store.work(office.now()) as work:
        _limit(office, work, export_id)
        code = _new_code(office, work, export_id)
        row = exports.get(work, export_id)
        if row is not None and _can_be_fetched(row, work.at):
            way = _send_code(office, work, row, code, listening)
    post.send_soon(office)
    return way


def code_by_phone(office: Office, ticket_id: str, by: str) -> str:
    """Return a fresh code for the ticket's newest bundle, for the coach to read out to its person. It is noted.

    Raises:
        NotFound: there is no such ticket.
        IllegalStep: nothing waits to be fetched ("export").
    """
    with office.store.work(office.now()) as work:
        ticket = tickets.get(work, ticket_id)
        if ticket is None:
            raise NotFound
        row = waiting_bundle(work, ticket)
        if row is None:
            raise IllegalStep("export")
        code = _new_code(office, work, row.id)
        tickets.add_step(work, ticket, "code_by_phone", by)
        work.note("export.code_read_out", by, export=row.id, ticket=ticket.id)
        return code


def fetch(office: Office, export_id: str, code: str) -> bytes:
    """Return the sealed bytes for the right code, and count the download.

    Raises:
        WrongCode: the code is wrong, too old, used up by tries, or there is no such export, all alike.
        Gone: the code is right, but the export is past its time or was fetched often enough.
    """
    with office.store.work(office.now()) as work:
        row = _checked(office, work, export_id, code)
        content = None
        if row is not None and _can_be_fetched(row, work.at):
            content = _read(office, row)
            row.downloads += 1
            work.note("export.fetched", "client", export=row.id, downloads=row.downloads)
    if row is None:
        raise WrongCode
    if content is None:
        raise Gone
    return content


def waiting_bundle(reading: Reading, ticket: tables.Ticket) -> tables.Export | None:
    """Return the ticket's newest bundle that can still be fetched."""
    rows = (row for row in exports.of_ticket(reading, ticket.id) if row.kind == "bundle")
    return next((row for row in rows if row.downloads < row.max_downloads), None)


def remove(office: Office, work: Work, rows: list[tables.Export]) -> int:
    """Delete exports with their files and codes, within an act. Returns how many."""
    for row in rows:
        codes.remove_about(work, row.id)
        (folder(office) / row.file).unlink(missing_ok=True)
        work.data.delete(row)
    return len(rows)


def expire(office: Office, work: Work) -> int:
    """Delete the exports past their time, and files that no export names (an act that was undone). Returns how many."""
    count = remove(office, work, exports.over(work, work.at))
    work.data.flush()
    known = exports.files(work)
    old = (work.at - _HOUR).timestamp()
    for path in folder(office).glob("*.sealed"):
        if path.name not in known and path.stat().st_mtime < old:
            path.unlink(missing_ok=True)
    return count


def remove_drafts(office: Office) -> int:
    """Delete what a crash left of files that were being written. Returns how many."""
    old = (office.now() - _HOUR).timestamp()
    drafts = [path for path in folder(office).glob("*.draft") if path.stat().st_mtime < old]
    for path in drafts:
        path.unlink(missing_ok=True)
    return len(drafts)


def folder(office: Office) -> Path:
    """Return where the sealed files are, made where needed."""
    path = office.home / "exports"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def _send_code(office: Office, work: Work, row: tables.Export, code: str, listening: Listening) -> CodeWay:
    person = people.get(work, row.person_id)
    minutes = office.pack.codes.minutes
    language = people.language_of(person)
    to = _mail_of(person, row)
    talk = _talk_in_view(office, work, person.id, listening)
    if to is not None and talk is not None:
        text = render("reply/download_code", language, code=code, minutes=minutes)
        deliver_in(office, work, talk.id, Reply(text))
        return "chat"
    way = usual_way(person, row)
    if way == "mail":
        mail = post.write(office, "download_code", language, to or post.NOBODY, code=code, minutes=minutes)
        until = work.at + timedelta(minutes=minutes)
        post.keep(office, work, mail, subject=person.id, person=person.id, expires_at=until)
    elif (ticket := tickets.get(work, row.ticket_id)) is not None:
        tickets.add_step(work, ticket, "code_wanted", "client")
    return way


def _mail_of(person: Person, row: tables.Export) -> str | None:
    """Return the address on file; an answer also goes to the address that its writer gave."""
    claimed = person.record.get("claimed_email") if row.kind == "answer" else None
    return person.record.get("email") or claimed


def _talk_in_view(
    office: Office, reading: Reading, person: str, listening: Listening
) -> tables.Conversation | None:
    """Return a conversation in which this person proved who they are, and that somebody has before them now.

    A connection can outlive its page. Where something waits that the page never said it showed, it is not trusted.
    """
    now = office.now()
    talks = [
        talk
        for talk in conversations.of_person(reading, person)
        if talk.expires_at > now and listening(talk.id) and not conversations.has_unseen(reading, talk.id)
    ]
    return max(talks, key=lambda talk: talk.last_at, default=None)


def _checked(office: Office, work: Work, export_id: str, code: str) -> tables.Export | None:
    """Check a typed code; the try counts, right or wrong. Returns the export when the code is right."""
    last = codes.newest(work, _PURPOSE, about=export_id)
    if last is None or last.expires_at <= work.at or last.tries >= office.pack.codes.tries:
        return None
    last.tries += 1
    typed = "".join(sign for sign in code if sign.isdigit())
    if not codes.matches(work, last, f"{export_id}:{typed}"):
        return None
    last.used_at = work.at
    return exports.get(work, export_id)


def _new_code(office: Office, work: Work, export_id: str) -> str:
    code = six_digits()
    codes.retire(work, _PURPOSE, about=export_id)
    codes.add(
        work,
        _PURPOSE,
        f"{export_id}:{code}",
        expires_at=work.at + timedelta(minutes=office.pack.codes.minutes),
        about=export_id,
    )
    return code


def _limit(office: Office, work: Work, export_id: str) -> None:
    made = codes.moments(work, _PURPOSE, work.at - _HOUR, about=export_id)
    most = office.pack.codes.per_hour
    if len(made) >= most:
        raise TooSoon(max(1, int((made[-most] + _HOUR - work.at).total_seconds())))


def _can_be_fetched(row: tables.Export, now: datetime) -> bool:
    return row.expires_at > now and row.downloads < row.max_downloads


def _read(office: Office, row: tables.Export) -> bytes | None:
    try:
        content = (folder(office) / row.file).read_bytes()
    except FileNotFoundError:
        return None
    return content if hashlib.sha256(content).hexdigest() == row.sha256 else None


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, readable by its owner only."""
    draft = path.with_suffix(".draft")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
