"""`balie nlu`: run, train and try the language engine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from balie import engine, home
from balie.settings import Settings

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
    """Read messages line by line; write what is understood of each as a JSON object."""
    settings = Settings()
    engine.become(settings, "nlu.parse", [str(file.resolve())] if file else [])
