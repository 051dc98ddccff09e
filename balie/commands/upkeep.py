"""`balie retention`, `balie migrate`: what keeps the store in order. `balie up` does the first by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import typer

from balie.office import open_office
from balie.settings import Settings
from balie.words import tell
from casework import retention
from casework.retention import Report

_PEOPLE = {
    "erase": ("personen gewist", "persons erased"),
    "propose": ("personen aan de coach voorgelegd", "persons put before the coach"),
    "request": ("personen blijven: een verzoek loopt nog", "persons stay: a request is open"),
    "hold": ("personen blijven: er is een bewaargrond", "persons stay: something must be kept"),
}


def add_to(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    terms = typer.Typer(help="Let the terms of the practice pack end.", no_args_is_help=True)
    terms.callback()(_terms)
    terms.command("run")(run)
    app.add_typer(terms, name="retention")
    app.command("migrate")(migrate)


def _terms() -> None:
    """Let the terms of the practice pack end."""


def run(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only tell what is past its term")] = False,
) -> None:
    """Carry out or propose what is past its term. Says what holds the rest back."""
    office = open_office(Settings())
    if dry_run:
        tell("Er is niets veranderd. Dit zou er gebeuren", "Nothing was changed. This is what would happen")
        _report(retention.foresee(office))
    else:
        _report(retention.run(office))


def migrate(
    have_backup: Annotated[
        bool, typer.Option("--i-have-a-backup", help="there is a backup of both PostgreSQL databases")
    ] = False,
) -> None:
    """Bring the databases to the form that this version needs."""
    open_office(Settings(), have_backup=have_backup)
    tell("De databases zijn bij", "The databases are up to date")


def _report(report: Report) -> None:
    for verdict, count in report.people.items():
        dutch, english = _PEOPLE[verdict]
        tell(f"{count} {dutch}", f"{count} {english}")
    if not (report.people or report.left or any(report.gone.values())):
        tell("Er is niets over de termijn", "Nothing is past its term")
    _lines("weg", "gone", report.gone)
    _lines("over de termijn", "past its term", report.left)


def _lines(dutch: str, english: str, counts: Mapping[str, int]) -> None:
    for name, count in counts.items():
        if count:
            tell(f"{dutch}: {name} {count}", f"{english}: {name} {count}")
