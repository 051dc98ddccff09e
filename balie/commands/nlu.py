"""`balie nlu`: run, train and try the language engine."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from balie import engine, home, report
from balie.settings import Settings
from balie.words import tell

app = typer.Typer(help="Run, train or try the language engine.", no_args_is_help=True)


@app.command("run")
def run() -> None:
    """Start only the language engine, on loopback."""
    settings = Settings()
    home.prepare(settings)
    engine.become(settings, "nlu.run")


@app.command("train")
def train() -> None:
    """Train the model if the training data changed."""
    settings = Settings()
    home.prepare(settings)
    engine.train(settings)


@app.command("parse")
def parse(
    file: Annotated[Path | None, typer.Argument(help="a text file; without it, standard input")] = None,
) -> None:
    """Read messages, write what is understood. One line a message, one JSON object each."""
    settings = Settings()
    engine.become(settings, "nlu.parse", [str(file.resolve())] if file else [])


@app.command("report")
def measure() -> None:
    """Measure what is understood, and write a page about it. Trains first if needed."""
    settings = Settings()
    home.prepare(settings)
    engine.train(settings)
    page, figures = report.write(settings, datetime.now(UTC))
    for language, name in (("nl", "Nederlands · Dutch"), ("en", "Engels · English")):
        one = figures["languages"][language]
        typer.echo(
            f"  {name}: {one['accuracy']:.1%}, {one['top_three']:.1%} (3), {one['milliseconds']['p50']:.0f} ms (p50)"
        )
    tell(f"Het hele verslag staat in {page}", f"The whole report is in {page}")
