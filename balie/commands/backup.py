"""`balie backup` and `balie restore`: encrypted copies of data and keys apart, and the way back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from balie.commands.records import fault
from balie.errors import SetupError
from balie.office import open_office
from balie.settings import Settings
from balie.words import tell
from casework.office import Office
from casework.replay import replay
from store import archives, audit_check, copies, private_file, register, restore
from store.archives import KINDS, ArchiveError, Kind, RecipientError
from store.restore import Checked, RestoreError

RECIPIENT = "backup-recipient.txt"
_DUTCH: dict[Kind, str] = {"data": "gegevens", "keys": "sleutels"}
_COUNTED = {
    "person": ("personen", "persons"),
    "conversation": ("gesprekken", "conversations"),
    "ticket": ("tickets", "tickets"),
    "hold": ("bewaargronden", "holds"),
    "mail": ("mails", "mails"),
    "key": ("losse sleutels", "loose keys"),
    "withdrawal": ("intrekkingen van toestemming", "withdrawals of consent"),
}
_ARCHIVE_WORDS = {
    "unreadable": (
        "Het bestand kan niet worden gelezen. Kijk of de naam klopt.",
        "The file can't be read. Check its name.",
    ),
    "identity": (
        "Deze sleutel opent het bestand niet, of het bestand is beschadigd. Neem de sleutel waarmee de reservekopieën zijn begonnen.",
        "This key does not open the file, or the file is damaged. Take the key with which the backups began.",
    ),
    "damaged": (
        "Het bestand is beschadigd. Neem een andere reservekopie.",
        "The file is damaged. Take another backup.",
    ),
    "newer": (
        "Deze reservekopie is van een nieuwere Balie. Installeer die versie eerst.",
        "This backup is of a newer Balie. Install that version first.",
    ),
    "signature": (
        "Deze reservekopie is niet met dit sleutelbestand gemaakt. Zet eerst het goede terug: balie keys restore.",
        "This backup was not made with this key file. Put the right one back first: balie keys restore.",
    ),
    "kind": (
        "De twee bestanden zijn verwisseld, of er is twee keer hetzelfde gegeven. Noem eerst de gegevens, dan de sleutels.",
        "The two files are swapped, or one was given twice. Name the data first, then the keys.",
    ),
}
_RESTORE_WORDS = {
    "integrity": (
        "De database in de reservekopie is beschadigd. Neem een andere.",
        "The database in the backup is damaged. Take another.",
    ),
    "audit": (
        "Het logboek in de reservekopie klopt niet: iemand heeft het veranderd. Neem een andere.",
        "The audit log in the backup is not right: somebody changed it. Take another.",
    ),
    "newer": _ARCHIVE_WORDS["newer"],
    "keyring": _ARCHIVE_WORDS["signature"],
    "keys_older": (
        "De sleutels zijn ouder dan de gegevens: dan zijn er gegevens zonder sleutel. Neem sleutels van hetzelfde moment of later.",
        "The keys are older than the data: then there are data without a key. Take keys of the same moment or later.",
    ),
    "register": (
        "Het register van wissingen in de reservekopie is veranderd. Neem een andere.",
        "The register of erasures in the backup was changed. Take another.",
    ),
}


def add_to(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("backup")(backup)
    app.command("restore")(restore_backup)


def backup(
    to: Annotated[
        Path | None, typer.Option(help="folder; default BALIE_BACKUP_FOLDER, else backups in BALIE_HOME")
    ] = None,
    make_key: Annotated[
        Path | None,
        typer.Option(help="first time: make the key of the backups and write it to this new file"),
    ] = None,
) -> None:
    """Write encrypted backups. Data and keys go apart, and those past their term are removed."""
    settings = Settings()
    office = open_office(settings)
    if make_key is not None:
        _make_key(settings, make_key)
        return
    folder, now = to or settings.backups, datetime.now(UTC)
    kinds: tuple[Kind, ...] = KINDS if office.pack.key_backup_days else ("data",)
    try:
        written = archives.write(office.store, folder, _recipient(settings), kinds, now)
        removed = _remove_old(office, folder, now)
    except OSError as problem:
        raise SetupError(
            f"De reservekopie kan niet naar {folder} ({problem.strerror}). Kijk of die schijf er is en ruimte heeft.",
            f"The backup can't be written to {folder} ({problem.strerror}). Check that the disk is there and has space.",
        ) from None
    except register.RegisterError as problem:
        raise SetupError(
            f"Het register van wissingen is veranderd vanaf regel {problem.line}. Zet erasures.log terug uit een reservekopie en probeer het opnieuw.",
            f"The register of erasures was changed from line {problem.line}. Put erasures.log back from a backup and try again.",
        ) from None
    except RecipientError as problem:
        raise SetupError(
            f"In {RECIPIENT} staat geen sleutel voor reservekopieën. Maak hem opnieuw met 'balie backup --make-key'.",
            str(problem),
        ) from None
    for archive in written:
        tell(f"{_DUTCH[archive.kind]}: {archive.path.name}", f"{archive.kind}: {archive.path.name}")
    if not office.pack.key_backup_days:
        tell(
            "Sleutels: geen reservekopie, het praktijkpakket wil dat niet",
            "Keys: no backup, by the practice pack",
        )
    if removed:
        tell(f"{removed} kopieën over hun termijn verwijderd", f"{removed} backups past their term removed")
    _must_be_restorable(office)


def _must_be_restorable(office: Office) -> None:
    """A log that was tampered with is not put back. Who hears it the first day still has the backups of before."""
    verdict = audit_check.verify(office.store)
    if not verdict.ok:
        dutch, english = fault(verdict)
        raise SetupError(
            f"De kopie is gemaakt, maar zo is zij niet terug te zetten. {dutch}. Bewaar de kopieën van voor vandaag.",
            f"The backup was made, but can't be put back like this: {english}. Keep the backups of before today.",
        )


def restore_backup(
    data: Annotated[Path, typer.Argument(help="the backup of the data: balie-data-....age")],
    keys: Annotated[
        Path, typer.Argument(help="the backup of the keys: balie-keys-....age, of that moment or later")
    ],
    identity: Annotated[Path, typer.Option(help="file with the key of the backups (AGE-SECRET-KEY-1...)")],
    erasures: Annotated[
        Path | None,
        typer.Option(help="a newer copy of erasures.log, from the lost machine or a later backup"),
    ] = None,
    overwrite: Annotated[
        str, typer.Option(help="the id of the practice, to replace a store that is in use")
    ] = "",
) -> None:
    """Put backups back. What was erased and withdrawn since is carried out again."""
    settings = Settings()
    office = open_office(settings, restoring=True)
    _may_replace(office, overwrite)
    try:
        text = identity.read_text(encoding="utf-8")
        newer = tuple(register.read(erasures, office.store.keyring)) if erasures else ()
    except (OSError, UnicodeDecodeError):
        raise SetupError(
            "Het bestand met de sleutel of het register kan niet worden gelezen. Kijk of de namen kloppen.",
            "The file with the key or the register can't be read. Check the names.",
        ) from None
    except register.RegisterError as problem:
        raise SetupError(*_RESTORE_WORDS["register"]) from problem
    try:
        with restore.checked(settings.home, office.store.keyring, text, data, keys) as found:
            _put_back(office, found, newer)
    except register.RegisterError:
        raise SetupError(
            "Het register van wissingen in de map van Balie is veranderd. Zet erasures.log apart en geef een goede kopie met --erasures.",
            "The register of erasures in Balie's folder was changed. Put erasures.log aside and give a good copy with --erasures.",
        ) from None
    except ArchiveError as problem:
        raise SetupError(*_ARCHIVE_WORDS[problem.wrong]) from None
    except RestoreError as problem:
        raise SetupError(*_RESTORE_WORDS[problem.wrong]) from None
    except RecipientError as problem:
        raise SetupError(f"In {identity} staat geen sleutel voor reservekopieën.", str(problem)) from None


def _put_back(office: Office, found: Checked, newer: tuple[register.Line, ...]) -> None:
    home, store = office.home, office.store
    moment = f"{found.data.at:%Y-%m-%d %H:%M} UTC"
    tell(
        f"De kopie van {moment} klopt: {found.persons} personen, {found.audit.count} regels logboek",
        f"The backup of {moment} is right: {found.persons} persons, {found.audit.count} audit entries",
    )
    if not copies.is_empty(store):
        register.mend(store)
    register.merge(home, store.keyring, newer)
    restore.put_back(found, store, datetime.now(UTC))
    done = replay(office, register.read(home / register.NAME, store.keyring))
    register.mend(store)
    restore.finish(home)
    tell(
        "Teruggezet. Alles van na dat moment ontbreekt",
        "Put back. Everything from after that moment is missing",
    )
    for kind, count in done.items():
        dutch, english = _COUNTED[kind]
        tell(f"opnieuw uitgevoerd: {count} {dutch}", f"carried out again: {count} {english}")
    if not done:
        tell("Er was sindsdien niets gewist of ingetrokken", "Nothing was erased or withdrawn since")


def _may_replace(office: Office, overwrite: str) -> None:
    if copies.is_empty(office.store) or restore.is_under_way(office.home):
        return
    if overwrite != office.pack.id:
        raise SetupError(
            "Hier staat al een administratie; die zou verdwijnen. Er is niets gedaan. Maak eerst een reservekopie, stop Balie, en geef "
            f"dan --overwrite {office.pack.id}.",
            "There is a store here already; it would be gone. Nothing was done. Make a backup first, stop Balie, and then give "
            f"--overwrite {office.pack.id}.",
        )


def _make_key(settings: Settings, file: Path) -> None:
    """Make the key once: the half that opens goes to a file outside Balie's folder, the half that closes stays."""
    if file.absolute().is_relative_to(settings.home.absolute()):
        raise SetupError(
            "Bewaar de sleutel van de reservekopieën niet in de map van Balie. Kies een usb-stick of een andere map.",
            "Don't keep the key of the backups in Balie's folder. Choose a memory stick or another folder.",
        )
    if (settings.home / RECIPIENT).exists():
        raise SetupError(
            f"Er is al een sleutel voor reservekopieën. Wilt u een nieuwe, verwijder dan eerst {settings.home / RECIPIENT}.",
            f"There is a key for backups already. For a new one, delete {settings.home / RECIPIENT} first.",
        )
    identity, recipient = archives.new_key()
    try:
        private_file.create(
            file.absolute(),
            f"# Balie: opent de reservekopieën, opens the backups of {recipient}\n{identity}\n",
        )
        private_file.create(settings.home / RECIPIENT, f"{recipient}\n")
    except OSError as problem:
        raise SetupError(
            f"De sleutel kan niet naar {file} ({problem.strerror or problem}). Kies een nieuw bestand in een map van uzelf.",
            f"The key can't be written to {file} ({problem.strerror or problem}). Choose a new file in a folder of your own.",
        ) from None
    tell(
        f"De sleutel staat in {file}. Druk hem af en bewaar hem buiten de praktijk",
        f"The key is in {file}. Print it, keep it elsewhere",
    )
    tell(
        "Zonder die sleutel opent niemand een reservekopie, u ook niet",
        "Without it nobody opens a backup, you neither",
    )


def _recipient(settings: Settings) -> str:
    try:
        return (settings.home / RECIPIENT).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise SetupError(
            "Er is nog geen sleutel voor reservekopieën. Maak hem eerst, buiten deze computer: balie backup --make-key BESTAND.",
            "There is no key for backups yet. Make it first, away from this computer: balie backup --make-key FILE.",
        ) from None


def _remove_old(office: Office, folder: Path, now: datetime) -> int:
    terms: dict[Kind, int] = {"data": office.pack.data_backup_days, "keys": office.pack.key_backup_days}
    old = [archive for kind, days in terms.items() for archive in archives.past_term(folder, kind, days, now)]
    for archive in old:
        archive.path.unlink(missing_ok=True)
    return len(old)
