"""`balie tickets`, `consents`, `audit`: what the desk sees, for scripts; without personal data unless --reveal is given."""

from __future__ import annotations

import dataclasses
import json
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from balie.errors import SetupError
from balie.office import open_office
from balie.settings import Settings
from balie.words import tell
from casework import audit_heads, consents, tickets
from casework.errors import NotFound
from casework.office import Office
from store import audit_check, heads

BY = "command"
"""Who reads, in the audit log: the person at the command line."""

_HEAD_TROUBLES: dict[heads.Trouble, str] = {
    "missing": "is er niet. Kijk of de naam klopt",
    "unreadable": "kan niet worden gelezen. Kijk of het bestand van u is",
    "damaged": "is beschadigd, of het is een ander bestand. Neem een andere kop",
    "foreign": "is niet met het sleutelbestand van deze praktijk ondertekend",
}

Json = Annotated[bool, typer.Option("--json", help="one JSON document instead of lines")]
Reveal = Annotated[
    bool, typer.Option("--reveal", help="with --json: show personal data too; this goes into the audit log")
]


def add_to(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("tickets")(list_tickets)
    app.command("consents")(list_consents)
    audit = typer.Typer(help="Verify the audit log, bring its head out of the house.", no_args_is_help=True)
    audit.command("verify")(verify)
    audit.command("head")(head)
    app.add_typer(audit, name="audit")


def list_tickets(as_json: Json = False, reveal: Reveal = False) -> None:
    """List the tickets, what is due first on top."""
    _refuse_words_of_people_in_columns(as_json, reveal)
    office = open_office(Settings())
    rows = []
    for line in tickets.due_list(office):
        row = _plain(line)
        if reveal:
            row["body"] = tickets.read(office, line.id, BY).body
        rows.append(row)
    _print(rows, as_json, ("reference", "promised", "kind", "request_kind", "state"))


def list_consents(as_json: Json = False, reveal: Reveal = False) -> None:
    """List the consents and their states."""
    _refuse_words_of_people_in_columns(as_json, reveal)
    office = open_office(Settings())
    rows = [_plain(line) for line in consents.listing(office, by=BY, reveal=reveal)]
    _print(rows, as_json, ("id", "kind", "state", "given_on"))


def verify(
    head: Annotated[Path | None, typer.Option(help="a signed head that was kept elsewhere")] = None,
    entry: Annotated[
        int | None, typer.Option(help="show the code of this entry, as printed sheets do")
    ] = None,
) -> None:
    """Check that nobody changed the audit log. An entry that was removed or swapped shows too."""
    office = open_office(Settings())
    verdict = audit_check.verify(office.store, _kept_elsewhere(office, head) if head else None)
    if not verdict.ok:
        tell(*fault(verdict))
        raise typer.Exit(1)
    tell(f"Het logboek klopt: {verdict.count} regels", f"The audit log is right: {verdict.count} entries")
    if verdict.head is None:
        tell(
            "Er was geen kop om mee te vergelijken. Of er aan het einde regels weg zijn, is dus niet te zien",
            "There was no head to check against, so entries cut off at the end would not show",
        )
    if entry is not None:
        code = _code_of(office, entry, verdict.count)
        tell(f"Code van regel {entry}: {code}", f"code of entry {entry}")


def head(
    on_paper: Annotated[bool, typer.Option("--print", help="a page to print and keep elsewhere")] = False,
) -> None:
    """Keep the signed head of the log as a file. It is to be brought out of the house."""
    office = open_office(Settings())
    path, signed = audit_heads.export(office)
    if on_paper:
        typer.echo(audit_heads.sheet(office, signed))
    else:
        typer.echo(str(path))


def _kept_elsewhere(office: Office, file: Path) -> heads.Head:
    try:
        return heads.read(file, office.store.keyring)
    except heads.HeadError as error:
        raise SetupError(f"De kop in {file} {_HEAD_TROUBLES[error.trouble]}.", str(error)) from None


def _code_of(office: Office, entry: int, count: int) -> str:
    try:
        return audit_heads.code_of_entry(office, entry)
    except NotFound:
        raise SetupError(
            f"Regel {entry} staat niet in het logboek: het heeft {count} regels. Kies een getal van 1 tot en met {count}.",
            f"Entry {entry} is not in the audit log: it has {count} entries. Choose a number from 1 to {count}.",
        ) from None


def fault(verdict: audit_check.AuditVerdict) -> tuple[str, str]:
    """Say what is wrong with the log, from where on, and what was checked against what."""
    bad = verdict.first_bad
    match verdict.fault:
        case "cut":
            return (
                f"Het logboek houdt op bij regel {verdict.count}, maar de kop is van regel {verdict.head}: vanaf regel {bad} is "
                "alles weg",
                f"the audit log ends at entry {verdict.count}, but the head is of entry {verdict.head}: everything from "
                f"entry {bad} on is gone",
            )
        case "missing":
            return (
                f"Regel {bad} van het logboek ontbreekt of staat elders",
                f"entry {bad} of the audit log is missing or stands elsewhere",
            )
        case "head_differs":
            return (
                f"Dit logboek is niet dat van de kop: regel {bad} is een andere",
                f"this is not the log that the head was made of: entry {bad} is another",
            )
        case "head_damaged":
            return (
                "De kop naast de database is beschadigd of niet van deze praktijk. Vergelijk met een kop die elders ligt: --head",
                "the head beside the database is damaged or not of this practice; compare with one kept elsewhere: --head",
            )
        case _:
            return f"Regel {bad} van het logboek is veranderd", f"entry {bad} of the audit log was changed"


def _plain(value: Any) -> dict[str, Any]:
    return dict(dataclasses.asdict(value))


def _refuse_words_of_people_in_columns(as_json: bool, reveal: bool) -> None:
    if reveal and not as_json:
        raise SetupError(
            "Persoonsgegevens passen niet in kolommen. Geef --reveal samen met --json.",
            "Personal data don't fit in columns. Give --reveal together with --json.",
        )


def _print(rows: list[dict[str, Any]], as_json: bool, columns: tuple[str, ...]) -> None:
    if as_json:
        typer.echo(json.dumps(rows, default=_text, indent=2, ensure_ascii=False))
        return
    if not rows:
        return
    lines = [
        columns,
        *(tuple("-" if row[name] is None else str(row[name]) for name in columns) for row in rows),
    ]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
