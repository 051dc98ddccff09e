"""Starts the language engine's own Python (nlu/.venv) with the settings that it needs, and no store key."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

from balie.errors import SetupError
from balie.office import conversation_hours
from balie.settings import ROOT, Settings
from casework.packs import load_pack

PYTHON = ROOT / "nlu" / ".venv" / "bin" / "python"


def environment(settings: Settings) -> dict[str, str]:
    """What the engine may know: its folder, ports, model and term. Nothing about the store."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BALIE_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return (
        kept
        | {
            "RASA_TELEMETRY_ENABLED": "false",
            "BALIE_HOME": str(settings.home.resolve()),
            "BALIE_MODELS": str(settings.model_folder.resolve()),
            "BALIE_ENGINE_PORT": str(settings.engine_port),
            "BALIE_ACTIONS_URL": settings.actions_url,
            "BALIE_TRACKER_URL": settings.tracker_database,
            "BALIE_CONVERSATION_HOURS": str(conversation_hours(settings, load_pack(settings.practice))),
        }
        | ({"BALIE_SUPERVISED": "1"} if os.environ.get("BALIE_SUPERVISED") else {})
    )


def command(module: str, *arguments: str) -> list[str]:
    """The command line of one of the engine's modules. Raises SetupError when the engine isn't installed."""
    if not PYTHON.exists():
        raise SetupError(
            "De taalmotor is nog niet geïnstalleerd. Start Balie met 'make run'; dat zet hem klaar.",
            "The language engine is not installed yet. Start Balie with 'make run'; that installs it.",
        )
    return [str(PYTHON), "-m", module, *arguments]


def become(settings: Settings, module: str, arguments: Sequence[str] = ()) -> None:
    """Go on as the engine: this process is replaced, so that its supervisor keeps the same pid."""
    line = command(module, *arguments)
    sys.stdout.flush()
    os.chdir(ROOT)
    os.execve(line[0], line, environment(settings))  # noqa: S606  (fixed command, no shell)


def train(settings: Settings) -> None:
    """Train the model if the data changed. Raises SetupError when that fails."""
    done = subprocess.run(command("nlu.train"), cwd=ROOT, env=environment(settings), check=False)
    if done.returncode != 0:
        log = settings.home / "logs" / "train.log"
        raise SetupError(
            f"Het trainen van de taalmotor is niet gelukt. Wat er misging staat in {log}. Er is niets half gedaan: begin opnieuw met "
            "'make run'.",
            f"Training the language engine failed. What went wrong is in {log}. Nothing is half done: start again with 'make run'.",
        )
