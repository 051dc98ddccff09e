"""`balie doctor`: one line for each thing that keeps a practice safe; exit status 1 when something must be mended."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

import typer
from sqlalchemy.exc import DBAPIError

from balie import home
from balie.commands.backup import RECIPIENT
from balie.commands.records import fault
from balie.errors import SetupError
from balie.office import open_office
from balie.settings import Settings
from casework import post
from casework.office import Office
from store import archives, audit_check, heads, recovery, register, rotation
from store.archives import KINDS, Archive, Kind
from store.database import WrongAddress
from store.heads import HeadError
from store.register import RegisterError

Weight = Literal["goed", "let op", "moet"]

_BACKUP_DAYS = 2
_WAITING = timedelta(days=1)
_MEGABYTE = 1024 * 1024
_LOW, _VERY_LOW = 2048, 512
_DUTCH: dict[Kind, str] = {"data": "gegevens", "keys": "sleutels"}
_ENGLISH: dict[Weight, str] = {"goed": "good", "let op": "look", "moet": "must"}


@dataclass(frozen=True, slots=True)
class Line:
    """One finding. "moet": it must be mended; "let op": it may be right."""

    weight: Weight
    dutch: str
    english: str


def add_to(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("doctor")(doctor)


def doctor() -> None:
    """Check everything and say what to mend. Keys, databases, audit log, mail, backups and disk."""
    lines = list(examine(Settings(), datetime.now(UTC)))
    for line in lines:
        typer.echo(f"[{line.weight} · {_ENGLISH[line.weight]}] {line.dutch} · {line.english}")
    raise typer.Exit(1 if any(line.weight == "moet" for line in lines) else 0)


def examine(settings: Settings, now: datetime) -> Iterator[Line]:
    """Yield a line for each check. What can't be opened is a line too; what hangs on it is then left out."""
    try:
        home.prepare(settings)
        yield Line("goed", "Sleutelbestand: alleen u kunt erbij", "Key file: only you can reach it")
        office = open_office(settings)
        yield Line("goed", "Databases: open en van deze versie", "Databases: open and of this version")
    except SetupError as error:
        yield Line("moet", error.dutch, error.english)
        return
    except WrongAddress as error:
        yield Line("moet", "Databases: een adres klopt niet", f"Databases: an address is not right. {error}")
        return
    except DBAPIError as error:
        kind = type(error.orig).__name__
        yield Line("moet", f"Database: antwoordt niet ({kind})", f"Database: does not answer ({kind})")
        return
    yield _recovery(settings, office)
    yield _rotation(office)
    yield _audit(office)
    yield _register(office)
    yield from _post(office, now)
    yield from _exports(office, now)
    yield from _backups(settings, office, now)
    yield _disk(settings)


def _recovery(settings: Settings, office: Office) -> Line:
    at = recovery.confirmed_at(settings.home, office.store.keyring)
    if at is None:
        return Line(
            "moet",
            "Herstelblad: niet bevestigd. Raakt het sleutelbestand weg, dan zijn alle gegevens weg. Draai 'balie keys recovery', daarna "
            "met --confirm",
            "Recovery sheet: not confirmed. If the key file is lost, all data are lost. Run 'balie keys recovery', then with --confirm",
        )
    return Line(
        "goed", f"Herstelblad: bevestigd op {at:%Y-%m-%d}", f"Recovery sheet: confirmed on {at:%Y-%m-%d}"
    )


def _rotation(office: Office) -> Line:
    left = rotation.to_wrap(office.store)
    if left:
        return Line(
            "moet",
            f"Sleutelwisseling: {left} sleutels nog niet gewisseld. Draai 'balie keys rotate'",
            f"Rotation: {left} keys still to be wrapped again. Run 'balie keys rotate'",
        )
    return Line("goed", "Sleutelwisseling: niets onderhanden", "Rotation: nothing under way")


def _audit(office: Office) -> Line:
    """The whole chain must be right, and its signed head that of the newest entry: it is written after each act."""
    verdict = audit_check.verify(office.store)
    if not verdict.ok:
        dutch, english = fault(verdict)
        return Line("moet", f"Logboek: {dutch}", f"Audit log: {english}")
    try:
        head = heads.read(office.home / heads.NAME, office.store.keyring).seq
    except HeadError:
        head = 0
    if head >= verdict.count:
        return Line(
            "goed",
            f"Logboek: {verdict.count} regels kloppen, de kop is bij",
            f"Audit log: {verdict.count} entries are right, the head is up to date",
        )
    return Line(
        "moet",
        "Logboek: de kop is niet die van de laatste regel. Vergelijk met een kop die elders ligt: 'balie audit verify --head BESTAND'",
        "Audit log: the head is not that of the newest entry. Compare with one kept elsewhere: 'balie audit verify --head FILE'",
    )


def _register(office: Office) -> Line:
    try:
        added = register.mend(office.store)
    except RegisterError as error:
        return Line(
            "moet",
            f"Register van wissingen: regel {error.line} is veranderd. Zet erasures.log terug uit een reservekopie",
            f"Register of erasures: line {error.line} was changed. Put erasures.log back from a backup",
        )
    if added:
        return Line(
            "let op",
            f"Register van wissingen: {added} regels aangevuld",
            f"Register of erasures: {added} lines added",
        )
    return Line("goed", "Register van wissingen: volledig", "Register of erasures: complete")


def _post(office: Office, now: datetime) -> Iterator[Line]:
    waiting = post.waiting(office)
    weight: Weight = "let op" if waiting else "goed"
    yield Line(
        weight, f"Post: {waiting} mails wachten op verzenden", f"Post: {waiting} mails wait to be sent"
    )
    old = _older(office, "outbox", "*.eml", now - _WAITING)
    if old:
        yield Line(
            "let op",
            f"Map outbox: {old} mails liggen er langer dan een dag. Verstuur ze en verwijder ze, er staan adressen in",
            f"Outbox folder: {old} mails have been there for more than a day. Send and delete them, they hold addresses",
        )


def _exports(office: Office, now: datetime) -> Iterator[Line]:
    old = _older(office, "exports", "*.sealed", now - timedelta(days=office.pack.exports.days + 2))
    if old:
        yield Line(
            "moet",
            f"Map exports: {old} kopieën zijn over hun termijn. Start Balie: hij ruimt ze elk uur op",
            f"Exports folder: {old} exports are past their term. Start Balie: it clears them every hour",
        )


def _backups(settings: Settings, office: Office, now: datetime) -> Iterator[Line]:
    if not (settings.home / RECIPIENT).exists():
        yield Line(
            "moet",
            "Reservekopie: nog nooit ingesteld. Draai 'balie backup --make-key BESTAND' en daarna elke dag 'balie backup'",
            "Backup: never set up. Run 'balie backup --make-key FILE', and 'balie backup' every day after that",
        )
        return
    found = archives.found_in(settings.backups)
    for kind in KINDS if office.pack.key_backup_days else KINDS[:1]:
        yield _newest(kind, [archive for archive in found if archive.kind == kind], now)
    terms: dict[Kind, int] = {"data": office.pack.data_backup_days, "keys": office.pack.key_backup_days}
    for kind, days in terms.items():
        late = sum(archive.kind == kind and archive.at <= now - timedelta(days=days) for archive in found)
        if late:
            yield Line(
                "moet",
                f"Reservekopie: {late} van de {_DUTCH[kind]} zijn ouder dan {days} dagen. Draai 'balie backup', dat verwijdert ze",
                f"Backup: {late} of the {kind} are older than {days} days. Run 'balie backup', which removes them",
            )


def _newest(kind: Kind, archives_: list[Archive], now: datetime) -> Line:
    if not archives_:
        return Line(
            "moet",
            f"Reservekopie van de {_DUTCH[kind]}: er is er geen",
            f"Backup of the {kind}: there is none",
        )
    at = archives_[-1].at
    weight: Weight = "moet" if now - at > timedelta(days=_BACKUP_DAYS) else "goed"
    return Line(
        weight,
        f"Reservekopie van de {_DUTCH[kind]}: van {at:%Y-%m-%d}",
        f"Backup of the {kind}: of {at:%Y-%m-%d}",
    )


def _disk(settings: Settings) -> Line:
    free = shutil.disk_usage(settings.home).free // _MEGABYTE
    weight: Weight = "moet" if free < _VERY_LOW else "let op" if free < _LOW else "goed"
    return Line(weight, f"Schijf: {free} MB vrij", f"Disk: {free} MB free")


def _older(office: Office, folder: str, pattern: str, before: datetime) -> int:
    files = (office.home / folder).glob(pattern)
    return sum(path.stat().st_mtime < before.timestamp() for path in files)
