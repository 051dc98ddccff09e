"""`balie practice`: check a practice pack, import the practice's own policy text."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from balie import home
from balie.errors import SetupError
from balie.settings import ROOT, Settings
from balie.words import tell
from casework.packs import check_pack, load_pack
from casework.passages import current_policy, keep, read_file
from casework.policy import found_passages

app = typer.Typer(help="Check the practice pack; import the policy text.", no_args_is_help=True)

_ENOUGH = 0.5
"""Part of the answers that must find their passage. The two packs that come with Balie find all of theirs in their own
policy, and none in each other's."""


@app.command("list")
def names() -> None:
    """Name the practice packs that come with Balie."""
    for path in sorted((ROOT / "data" / "practices").glob("*.yml")):
        typer.echo(path.stem)


@app.command("check")
def check(pack: Annotated[str, typer.Argument(help="name or file; default BALIE_PRACTICE")] = "") -> None:
    """Name what a pack lacks. Every fact of article 13, and every term below the legal floor."""
    settings = Settings()
    text = current_policy(settings.home / "policy")
    findings = check_pack(load_pack(pack or settings.practice), text, datetime.now(UTC).date())
    for finding in findings:
        weight = "moet · must" if finding.severity == "must" else "beter · should"
        typer.echo(f"[{weight}] {finding.where}\n  {finding.words.nl}\n  {finding.words.en}")
    missing = sum(finding.severity == "must" for finding in findings)
    tell(
        f"{len(findings)} bevindingen, waarvan {missing} verplicht",
        f"{len(findings)} findings, {missing} of them required",
    )
    raise typer.Exit(1 if missing else 0)


@app.command("import")
def import_text(
    file: Annotated[Path, typer.Argument(help="the policy as .txt or .md")],
    anyway: Annotated[
        bool, typer.Option("--anyway", help="also a text in which few of the pack's passages stand")
    ] = False,
) -> None:
    """Import your own policy text; clients are shown its very words."""
    settings, now = Settings(), datetime.now(UTC)
    pack = load_pack(settings.practice)
    policy = read_file(file, now)
    found, naming = found_passages(pack, policy)
    if found < naming * _ENOUGH and not anyway:
        raise SetupError(
            f"Dit lijkt niet het privacybeleid van {pack.name}: {found} van de {naming} antwoorden vinden er hun passage in. Er is niets "
            "ingelezen. Kijk of dit het goede bestand is, pas de passages in het praktijkpakket aan, of geef --anyway.",
            f"This does not look like the privacy policy of {pack.name}: {found} of the {naming} answers find their passage in it. "
            "Nothing was read in. Check the file, mend the passages in the practice pack, or give --anyway.",
        )
    home.prepare(settings)
    keep(settings.home / "policy", policy)
    tell(
        f"{len(policy.sections)} onderdelen ingelezen, versie {policy.version[:12]}",
        f"{len(policy.sections)} sections read",
    )
    tell(
        f"{found} van de {naming} antwoorden vinden hun passage in deze tekst",
        f"{found} of the {naming} answers find their passage in this text",
    )
    if found < naming:
        tell("Welke niet, zegt 'balie practice check'", "'balie practice check' says which don't")
