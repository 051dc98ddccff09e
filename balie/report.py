"""The report on what Balie understands: figures of the language engine and of the crisis layer, as one page."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from balie import engine
from balie.errors import SetupError
from balie.settings import ROOT, Settings
from casework import safety

SENTENCES = ROOT / "tests" / "nlu" / "understanding"
CRISIS_SENTENCES = ROOT / "tests" / "casework" / "safety_sentences.yml"
PAGE = "understanding.html"
CRISIS, DISTRESS = "crisis", "distress"


@dataclass(frozen=True)
class CrisisSet:
    """One set of sentences on danger.

    Attributes:
        crisis, harmless: how many sentences there are of danger, and look-alikes.
        caught_by_layer, caught: how many of danger the layer catches, and the layer or the model behind it.
        numbers_shown: how many of danger are at least answered with the numbers to call (crisis or distress).
        alarms_of_layer, alarms: how many look-alikes are taken for danger by the layer, and by either.
    """

    name: str
    crisis: int
    caught_by_layer: int
    caught: int
    numbers_shown: int
    harmless: int
    alarms_of_layer: int
    alarms: int


def write(settings: Settings, now: datetime) -> tuple[Path, dict[str, Any]]:
    """Measure, write the page into the folder `reports` of Balie's own, and return its path and the figures.

    Raises:
        SetupError: when the engine can't be asked.
    """
    figures = _ask(settings, "nlu.measure", [str(SENTENCES)], "")
    figures["looked_at"] = yaml.safe_load((SENTENCES / "looked_at.yml").read_text(encoding="utf-8"))
    figures["crisis"] = [one.__dict__ for one in _crisis_sets(settings)]
    folder = settings.home / "reports"
    folder.mkdir(mode=0o700, exist_ok=True)
    page = folder / PAGE
    page.write_text(_rendered(figures, now), encoding="utf-8")
    (folder / "understanding.json").write_text(json.dumps(figures, indent=1), encoding="utf-8")
    return page, figures


def _crisis_sets(settings: Settings) -> list[CrisisSet]:
    danger, others = _own_sentences()
    sets = [_crisis_set(settings, "the intents' test set, all other intents as look-alikes", danger, others)]
    content = yaml.safe_load(CRISIS_SENTENCES.read_text(encoding="utf-8"))
    for name, part in content.items():
        crisis = [text for kind in part["crisis"].values() for text in kind]
        sets.append(_crisis_set(settings, name, crisis, part["harmless"]))
    blind = yaml.safe_load((SENTENCES / "blind" / "crisis.yml").read_text(encoding="utf-8"))
    danger, others = ([*blind[part]["nl"], *blind[part]["en"]] for part in ("crisis", "lookalike"))
    sets.append(_crisis_set(settings, "blind", danger, others))
    return sets


def _own_sentences() -> tuple[list[str], list[str]]:
    danger: list[str] = []
    others: list[str] = []
    for language in ("nl", "en"):
        content = yaml.safe_load((SENTENCES / f"{language}.yml").read_text(encoding="utf-8"))
        for intent, texts in content.items():
            (danger if intent == CRISIS else others).extend(map(str, texts))
    return danger, others


def _crisis_set(settings: Settings, name: str, crisis: list[str], harmless: list[str]) -> CrisisSet:
    lines = "".join(f"{' '.join(text.split())}\n" for text in (*crisis, *harmless))
    by_model = [line["intent"] for line in _ask_lines(settings, lines)]
    by_layer = [safety.look(text) is not None for text in (*crisis, *harmless)]
    either = [layer or intent == CRISIS for layer, intent in zip(by_layer, by_model, strict=True)]
    shown = [layer or intent in (CRISIS, DISTRESS) for layer, intent in zip(by_layer, by_model, strict=True)]
    number = len(crisis)
    return CrisisSet(
        name=name,
        crisis=number,
        caught_by_layer=sum(by_layer[:number]),
        caught=sum(either[:number]),
        numbers_shown=sum(shown[:number]),
        harmless=len(harmless),
        alarms_of_layer=sum(by_layer[number:]),
        alarms=sum(either[number:]),
    )


def _ask_lines(settings: Settings, lines: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in _output(settings, "nlu.parse", [], lines).splitlines()]


def _ask(settings: Settings, module: str, arguments: Sequence[str], lines: str) -> dict[str, Any]:
    return dict(json.loads(_output(settings, module, arguments, lines)))


def _output(settings: Settings, module: str, arguments: Sequence[str], lines: str) -> str:
    done = subprocess.run(
        engine.command(module, *arguments),
        cwd=ROOT,
        env=engine.environment(settings),
        input=lines,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise SetupError(
            "De taalmotor kon niet worden gemeten. Maak het taalmodel opnieuw met 'balie nlu train'.",
            "The language engine couldn't be measured. Make the language model anew with 'balie nlu train'.",
        )
    return done.stdout


def _rendered(figures: dict[str, Any], now: datetime) -> str:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("understanding.html.j2").render(figures, at=now)
