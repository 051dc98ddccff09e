"""The head of the audit log, brought out of the house every day: as a file, by mail to the owner, on paper.

Whoever can write to the database and holds the keyring could cut the log's end off and sign a new one. Against a head that
was kept elsewhere that shows. A head holds a number, a code and a signature: nothing about anybody.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

from casework import post
from casework.clocks import AMSTERDAM, day_in_amsterdam
from casework.errors import NotFound
from casework.office import Office
from casework.once import Told, once_only
from casework.rendering import render
from store import heads, private_file
from store.heads import Head
from store.work import Work

FOLDER = "heads"
_GROUP = 4
_DRAFT_LIVES = timedelta(hours=1)


def keep_daily(office: Office) -> Path | None:
    """Keep today's head as a file and mail it to the owner, once a day. Returns the file, or None when it was there."""
    today = day_in_amsterdam(office.now())
    path = _file(office, today)
    if path.exists():
        return None

    def do() -> Told:
        document = _signed(office, work).text(work.keyring)
        _mail(office, work, document, today)
        return {"document": document}

    with office.store.work(office.now()) as work:
        told = once_only(work, f"audit-head:{today.isoformat()}", "audit.head", do)
    with suppress(FileExistsError):
        private_file.create(path, told["document"])
    post.send_soon(office)
    return path


def export(office: Office) -> tuple[Path, Head]:
    """Keep the head as it is now, in the place of an earlier one of today. Returns the file and the head."""
    with office.store.work(office.now()) as work:
        head = _signed(office, work)
    path = _file(office, day_in_amsterdam(office.now()))
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    private_file.put(path, head.text(office.store.keyring))
    return path, head


def remove_drafts(office: Office) -> int:
    """Delete what crashes left of heads that were being written. Returns how many."""
    return private_file.remove_drafts(office.home / FOLDER, office.now() - _DRAFT_LIVES)


def sheet(office: Office, head: Head) -> str:
    """Return the head as a page to print and to keep: `balie audit verify` shows the same code for the same entry."""
    moment = office.now().astimezone(AMSTERDAM)
    return render(
        "audit_head",
        "nl",
        practice=office.pack.name,
        entries=head.seq,
        code=grouped(head.mac.hex()),
        moment=f"{moment:%d-%m-%Y %H:%M}",
        document=head.text(office.store.keyring).strip(),
    )


def code_of_entry(office: Office, seq: int) -> str:
    """Return the code of an entry, as it stands on a printed sheet. Raises NotFound."""
    with office.store.read() as reading:
        mac = heads.code_at(reading.data, seq)
    if mac is None:
        raise NotFound
    return grouped(mac.hex())


def grouped(code: str) -> str:
    """Return a code in groups of four signs, so that people can compare it."""
    return " ".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def _signed(office: Office, work: Work) -> Head:
    work.note("audit.head_kept", "system")
    link = work.last_entry
    if link is None:
        raise NotFound
    return heads.sign(work.keyring, link, work.at)


def _mail(office: Office, work: Work, document: str, today: date) -> None:
    if office.owner_email:
        mail = post.write(
            office,
            "audit_head",
            "nl",
            office.owner_email,
            day=today.strftime("%d-%m-%Y"),
            document=document.strip(),
        )
        post.keep(office, work, mail, subject=None)


def _file(office: Office, day: date) -> Path:
    return office.home / FOLDER / f"audit-head-{day.isoformat()}.json"
