"""`balie practice`: check a practice pack, import the practice's own policy text."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from balie import home
from balie.settings import ROOT, Settings
from balie.words import tell
from casework.packs import check_pack, load_pack
from casework.passages import current_policy, import_policy

app = typer.Typer(help="Check the practice pack; import the policy text.", no_args_is_help=True)


@app.command("list")
def names() -> None:
    """Name the practice packs that come with Balie."""
    for path in sorted((ROOT / "data" / "practices").glob("*.yml")):
        typer.echo(path.stem)


@app.command("check")
def check(pack: Annotated[str, typer.Argument(help="name or file; default BALIE_PRACTICE")] = "") -> None:
    """Name every article 13 fact that a pack lacks and every term below the legal floor."""
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
def import_text(file: Annotated[Path, typer.Argument(help="the policy as .txt or .md")]) -> None:
    """Import the practice's own privacy policy, so that clients are shown its passages word for word."""
    settings = Settings()
    home.prepare(settings)
    policy = import_policy(settings.home / "policy", file, datetime.now(UTC))
    tell(
        f"{len(policy.sections)} onderdelen ingelezen, versie {policy.version[:12]}",
        f"{len(policy.sections)} sections read",
    )
