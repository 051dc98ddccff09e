"""`balie erase`: erase one person by id, after a summary and a typed confirmation. No name is shown or asked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from balie.errors import SetupError
from balie.office import open_office
from balie.settings import Settings
from balie.words import tell
from casework import certificates, receipts
from casework.certificates import Outlook
from casework.errors import NotFound
from casework.office import Office
from casework.requests import Stay
from casework.words import long_date
from store import private_file, scrub

BY = "owner"
_LETTERS = 6
_WORDS = {
    "requests": ("verzoeken", "requests"),
    "tickets": ("tickets", "tickets"),
    "consents": ("toestemmingen", "consents"),
    "exports": ("klaarstaande kopieën", "waiting exports"),
}


def add_to(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("erase")(erase)
    app.command("scrub")(scrub_keys)


def erase(
    person: Annotated[
        str, typer.Argument(help="the person's id; the desk shows it in the address of the person's page")
    ],
    confirm: Annotated[
        str, typer.Option(help="the first six signs of the id, for scripts; else they are asked")
    ] = "",
    certificate: Annotated[
        Path | None, typer.Option(help="write the certificate to this new file too")
    ] = None,
) -> None:
    """Erase one person for good. Key, look-ups, records, waiting mail and exports go; nobody can undo it."""
    office = open_office(Settings())
    try:
        _show(certificates.outlook(office, person))
    except NotFound:
        raise SetupError(
            "Er is niemand met dit nummer. Zoek de persoon op het bureau; het nummer staat in het adres van de pagina.",
            "Nobody has this id. Find the person at the desk; the id is in the address of the page.",
        ) from None
    typed = confirm or typer.prompt(
        "  Typ de eerste zes tekens van het nummer om te wissen · Type its first six signs to erase"
    )
    if typed != person[:_LETTERS]:
        raise SetupError("Niet bevestigd. Er is niets gewist.", "Not confirmed. Nothing was erased.")
    done = certificates.erase(office, person, BY)
    text = _text(office, done.receipt)
    typer.echo("\n" + text)
    if certificate is not None:
        _write(certificate, text)


def scrub_keys() -> None:
    """Rewrite the key database without what was deleted. For PostgreSQL after an erasure, at a quiet hour."""
    office = open_office(Settings())
    scrub.scrub(office.store)
    tell(
        "De sleuteldatabase is herschreven zonder wat was gewist",
        "The key database was rewritten without what was erased",
    )


def _show(found: Outlook) -> None:
    if found.erased:
        tell(
            "De sleutel van deze persoon is al vernietigd; dit maakt af wat er nog ligt",
            "The key is gone already; this finishes the rest",
        )
    for what, count in found.counts.items():
        if count:
            dutch, english = _WORDS[what]
            tell(
                f"{count} {dutch} worden leeg gemaakt of verwijderd",
                f"{count} {english} are emptied or deleted",
            )
    if found.open_requests:
        tell(
            f"{found.open_requests} verzoeken zijn nog open", f"{found.open_requests} requests are still open"
        )
    for stay in found.stays:
        tell(f"blijft: {_stay_nl(stay)}", f"stays: {stay.what_en}")


def _stay_nl(stay: Stay) -> str:
    return stay.what_nl + (f", tot en met {long_date(stay.until, 'nl')}" if stay.until else "")


def _text(office: Office, number: str) -> str:
    """The certificate in both languages."""
    both = (receipts.read(office, number, language) for language in ("nl", "en"))
    return "\n\n".join("\n".join(view.lines) for view in both) + "\n"


def _write(path: Path, text: str) -> None:
    try:
        private_file.create(path.absolute(), text)
    except OSError as problem:
        raise SetupError(
            f"Het wissen is gedaan, maar het bewijs kan niet naar {path} ({problem.strerror or problem}). Het staat ook op het bureau.",
            f"The erasure is done, but the certificate can't be written to {path} ({problem.strerror or problem}). The desk has it too.",
        ) from None
    tell(f"Het bewijs staat in {path}", f"The certificate is in {path}")
