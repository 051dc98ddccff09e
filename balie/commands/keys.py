"""`balie keys`: how the keys stand, rotating the master key, the recovery sheet, a passphrase on the file."""

from __future__ import annotations

import secrets
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from getpass import getpass
from pathlib import Path
from typing import Annotated

import typer

from balie import home, sheet
from balie.errors import SetupError
from balie.office import open_office
from balie.settings import Settings
from balie.words import tell
from store import key_file, private_file, recovery, rotation, scrub
from store.key_file import KeyFile
from store.keyring import Keyring, KeyringError
from store.keys import Keys
from store.recovery import RecoveryError

app = typer.Typer(help="Look after the keys: status, rotation, recovery sheet.", no_args_is_help=True)

_ASKED = 3
"""Lines of the sheet that are asked to show that it is there."""
_PROGRESS_SECONDS = 1.0
_SHORTEST = 12
_MISTAKES = {
    "form": (
        "Regel {line} is geen regel van het herstelblad: die heeft vier groepjes van vier tekens en twee woorden.",
        "Line {line} is no line of the recovery sheet: that has four groups of four signs and two words.",
    ),
    "mistake": (
        "In regel {line} zit een tikfout: de twee woorden passen niet bij de tekens. Kijk die regel na.",
        "Line {line} has a typing mistake: its two words don't fit the signs. Check that line.",
    ),
    "missing": ("Regel {line} ontbreekt nog.", "Line {line} is still missing."),
    "mixed": (
        "Elke regel klopt, maar ze horen niet bij elkaar. Typ alle regels van één blad over, in volgorde.",
        "Each line is right, but they don't belong together. Type all lines of one sheet, in order.",
    ),
}


@app.command("status")
def status() -> None:
    """Show which master keys there are. Also what they wrap, and whether a recovery sheet was confirmed."""
    settings = Settings()
    office = open_office(settings)
    keys, counts = office.store.keyring, rotation.by_version(office.store)
    tell(f"Hoofdsleutel {keys.newest()} is in gebruik", f"Master key {keys.newest()} is in use")
    for version, count in sorted(counts.items()):
        tell(
            f"sleutel {version} sluit {count} sleutels van personen en gesprekken af",
            f"key {version} wraps {count} keys",
        )
    if isinstance(keys, KeyFile):
        for version, at in sorted(keys.keyring.replaced.items()):
            if version in keys.keyring.masters:
                until = at + timedelta(days=office.pack.key_backup_days)
                tell(
                    f"sleutel {version} blijft tot {until:%Y-%m-%d} nodig voor reservekopieën",
                    f"key {version} is needed for backups until {until:%Y-%m-%d}",
                )
        if keys.has_passphrase:
            tell("Het sleutelbestand heeft een wachtzin", "The key file has a passphrase")
    at_ = recovery.confirmed_at(settings.home, keys)
    if at_ is None:
        tell(
            "Er is nog geen herstelblad bevestigd: maak het met 'balie keys recovery'",
            "No recovery sheet was confirmed yet: make it with 'balie keys recovery'",
        )
    else:
        tell(f"Herstelblad bevestigd op {at_:%Y-%m-%d}", f"Recovery sheet confirmed on {at_:%Y-%m-%d}")


@app.command("rotate")
def rotate(
    finish: Annotated[
        bool, typer.Option("--continue", help="add no new key; only finish what was begun")
    ] = False,
) -> None:
    """Take a fresh master key into use. Balie keeps running; broken off, it goes on where it was."""
    settings = Settings()
    office = open_office(settings)
    keys = office.store.keyring
    begun = rotation.to_wrap(office.store) > 0
    if begun:
        tell("Een eerdere wisseling wordt afgemaakt", "An earlier rotation is being finished")
    elif not finish:
        version = _file(keys).rotate(datetime.now(UTC))
        tell(
            f"Hoofdsleutel {version} is gemaakt en in gebruik", f"Master key {version} was made and is in use"
        )
    total, told = rotation.to_wrap(office.store), time.monotonic()
    done = 0
    try:
        for done in rotation.wrap_again(office.store):
            if time.monotonic() - told >= _PROGRESS_SECONDS:
                tell(f"{done} van {total}", f"{done} of {total}")
                told = time.monotonic()
    except rotation.NotAllWrapped as left:
        raise SetupError(
            f"{left.count} sleutels openen niet met dit sleutelbestand. Zij zijn gelaten zoals ze waren; de rest is klaar. Zet het "
            "goede sleutelbestand terug en draai dit nog eens.",
            str(left),
        ) from None
    tell(
        f"{done} sleutels opnieuw afgesloten, geen gegevens aangeraakt",
        f"{done} keys wrapped again, no record touched",
    )
    if isinstance(keys, KeyFile):
        days = office.pack.key_backup_days
        for version in scrub.forget_old_masters(office.store, keys, datetime.now(UTC), days):
            tell(f"Oude hoofdsleutel {version} is vernietigd", f"Old master key {version} was destroyed")
    if recovery.confirmed_at(settings.home, keys) is None:
        tell(
            "Uw herstelblad klopt niet meer: maak een nieuw met 'balie keys recovery' en vernietig het oude",
            "Your recovery sheet is out of date: make a new one with 'balie keys recovery' and destroy the old",
        )


@app.command("recovery")
def make_recovery(
    confirm: Annotated[
        bool, typer.Option("--confirm", help="show that the sheet is there: type some words of it")
    ] = False,
    html: Annotated[
        Path | None, typer.Option(help="write a page to print instead; delete it afterwards")
    ] = None,
) -> None:
    """Print the recovery sheet. It is the keys on paper, for when the machine is lost."""
    settings = Settings()
    office = open_office(settings)
    keys = office.store.keyring
    lines = recovery.sheet(_keyring(keys))
    if confirm:
        _confirm(settings, keys, lines)
    elif html is not None:
        try:
            private_file.create(html.absolute(), sheet.page(office.pack.name, lines, datetime.now(UTC)))
        except OSError as problem:
            raise SetupError(
                f"De pagina kan niet naar {html} ({problem.strerror or problem}). Kies een nieuw bestand in een map van uzelf.",
                f"The page can't be written to {html} ({problem.strerror or problem}). Choose a new file in a folder of your own.",
            ) from None
        tell(
            f"Druk {html} af en verwijder het bestand daarna", f"Print {html} and delete the file afterwards"
        )
    else:
        typer.echo(sheet.text(office.pack.name, lines, datetime.now(UTC)))


@app.command("restore")
def restore(
    file: Annotated[Path | None, typer.Argument(help="the lines in a file; without it you type them")] = None,
) -> None:
    """Put the key file back from the recovery sheet."""
    settings = Settings()
    if settings.keyring_file.exists():
        raise SetupError(
            f"Er staat al een sleutelbestand in {settings.keyring_file}. Het is niet aangeraakt. Zet het eerst opzij als u een ander wilt.",
            f"There is a key file at {settings.keyring_file} already. It was not touched. Put it aside first if you want another.",
        )
    try:
        keyring = _typed() if file is None else _in_file(file)
        now = datetime.now(UTC)
        older = {version: now for version in keyring.masters if version != keyring.current}
        key_file.put_back(settings.keyring_file, replace(keyring, replaced=older))
    except RecoveryError as problem:
        dutch, english = _MISTAKES[problem.wrong]
        raise SetupError(dutch.format(line=problem.line), english.format(line=problem.line)) from None
    except KeyringError as problem:
        raise SetupError(
            f"Het sleutelbestand kan niet naar {settings.keyring_file} worden geschreven. Kijk of die map van u is.",
            str(problem),
        ) from None
    tell(f"Het sleutelbestand staat terug in {settings.keyring_file}", "The key file is back")
    tell("Draai nu 'balie doctor'", "Now run 'balie doctor'")


@app.command("protect")
def protect(off: Annotated[bool, typer.Option("--off", help="take the passphrase off")] = False) -> None:
    """Put a passphrase on the key file. Balie then asks for it when it starts."""
    settings = Settings()
    home.prepare(settings)
    keys = _file(home.keyring(settings))
    if off:
        keys.protect(None)
        tell("Het sleutelbestand heeft geen wachtzin meer", "The key file has no passphrase any more")
        return
    first = getpass("Nieuwe wachtzin · New passphrase: ")
    if len(first) < _SHORTEST:
        raise SetupError(
            f"Neem een wachtzin van ten minste {_SHORTEST} tekens, bijvoorbeeld vier losse woorden.",
            f"Take a passphrase of at least {_SHORTEST} signs, four loose words for example.",
        )
    if getpass("Nog eens · Once more: ") != first:
        raise SetupError(
            "De twee zijn niet gelijk. Er is niets veranderd.", "The two differ. Nothing was changed."
        )
    keys.protect(first)
    tell(
        "Het sleutelbestand heeft een wachtzin. Het herstelblad werkt ook zonder die wachtzin",
        "The key file has a passphrase. The recovery sheet works without it too",
    )


def _confirm(settings: Settings, keys: Keys, lines: tuple[recovery.SheetLine, ...]) -> None:
    asked = sorted(secrets.SystemRandom().sample(range(len(lines)), _ASKED))
    tell(
        "Pak het herstelblad erbij en typ de twee woorden van deze regels",
        "Take the sheet and type the two words of these lines",
    )
    for number in asked:
        typed = typer.prompt(f"  Regel · Line {lines[number].number}", prompt_suffix=": ")
        if " ".join(typed.lower().split()) != lines[number].words:
            raise SetupError(
                f"Dat zijn niet de woorden van regel {lines[number].number}. Kijk of dit het nieuwste blad is; is het weg, druk dan een nieuw af.",
                f"Those are not the words of line {lines[number].number}. Check that this is the newest sheet; if it is lost, print a new one.",
            )
    recovery.confirm(settings.home, keys, datetime.now(UTC))
    tell(
        "Het herstelblad is bevestigd. Bewaar het buiten de praktijk",
        "The sheet is confirmed. Keep it outside the practice",
    )


def _typed() -> Keyring:
    """Ask line by line; a line with a mistake is asked again, so that nobody begins anew."""
    tell(
        "Typ de regels van het herstelblad over, één voor één",
        "Type the lines of the recovery sheet, one by one",
    )
    chunks: list[bytes] = []
    while not chunks or len(chunks) < recovery.lines_in(chunks[0]):
        line = typer.prompt(f"  {len(chunks) + 1}", prompt_suffix=". ")
        try:
            chunks.append(recovery.read_line(line, len(chunks) + 1))
        except RecoveryError as problem:
            dutch, english = _MISTAKES[problem.wrong]
            tell(dutch.format(line=problem.line), english.format(line=problem.line))
    return recovery.keyring_of(chunks)


def _in_file(file: Path) -> Keyring:
    try:
        lines = [line for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError):
        raise SetupError(
            f"Het bestand {file} kan niet worden gelezen. Geef een tekstbestand met de regels van het herstelblad.",
            f"The file {file} can't be read. Give a text file with the lines of the recovery sheet.",
        ) from None
    return recovery.keyring_of([recovery.read_line(line, number) for number, line in enumerate(lines, 1)])


def _file(keys: Keys) -> KeyFile:
    if not isinstance(keys, KeyFile):
        raise SetupError(
            "De sleutels komen niet uit een bestand. Verander ze daar waar BALIE_KEYRING vandaan komt, en draai dan "
            "'balie keys rotate --continue'.",
            "The keys don't come from a file. Change them where BALIE_KEYRING comes from, and then run 'balie keys rotate --continue'.",
        )
    return keys


def _keyring(keys: Keys) -> Keyring:
    """The keyring itself, from wherever it comes; a key service keeps it to itself."""
    if isinstance(keys, KeyFile):
        return keys.keyring
    if isinstance(keys, Keyring):
        return keys
    raise SetupError(
        "De sleutels zijn bij een sleuteldienst, die ze niet afgeeft. Herstel ze op de manier van die dienst.",
        "The keys are with a key service, which doesn't hand them out. Recover them in the way of that service.",
    )
