"""How well the model understands: `python -m nlu.measure FOLDER`, figures as one JSON object on standard output.

FOLDER holds sentences that the model was not trained on (tests/nlu/understanding/README.md describes its files). What
is measured is what the running engine does: the same cleaning, encoder, classifier and bars.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import yaml

from nlu import parse
from nlu.figures import OUT_OF_SCOPE, Case, calibration, confusions, figures, per_intent, rejection, share
from nlu.listening import FALLBACK, SURE, Offered, Understood, listen
from nlu.model import training_files
from nlu.plain import plain
from nlu.settings import ROOT, EngineSettings, SetupError
from nlu.wishes import ACTS, LETTER, WISHES
from nlu.words import refuse

Understand: TypeAlias = Callable[[str], dict[str, Any]]

CONFIRMATION = "request_confirm_yes"
LATER = ("fresh", "blind")
"""Folders of sentences that were written later, when what is measured stood fast."""
YES_AND_NO = [Offered("Verzoek doen", "/affirm"), Offered("Zo laten", "/deny")]


def main() -> int:
    """Measure; one sentence and status 1 when there is no model or no such folder."""
    try:
        folder = Path(sys.argv[1])
        understand = parse.load(EngineSettings.from_environment())
        sys.stdout.write(json.dumps(measure(folder, understand), ensure_ascii=False, indent=1) + "\n")
    except (IndexError, OSError):
        return refuse(
            SetupError(
                "Noem de map met de zinnen waarop gemeten wordt.",
                "Name the folder with the sentences to measure on.",
            )
        )
    except SetupError as error:
        return refuse(error)
    return 0


def measure(folder: Path, understand: Understand) -> dict[str, Any]:
    """All figures for the sentences of a folder.

    Returns:
        `languages` (figures per language and of both), `per_intent`, `confusions`, `calibration`, `out_of_scope`, `yes_no`:
        numbers and names of intents, never the sentences.
    """
    known = training_sentences()
    cases = in_both(folder, understand)
    everything = [case for found in cases.values() for case in found]
    unseen = [case for case in everything if plain(case.text) not in known]
    later = {name: in_both(folder / name, understand) for name in LATER}
    return {
        "languages": {
            **{language: figures(found) for language, found in cases.items()},
            "both": figures(everything),
            "both, without sentences that equal a training example": figures(unseen),
            **{
                f"{name}, {language}": figures(found)
                for name, both in later.items()
                for language, found in both.items()
            },
        },
        "per_intent": per_intent(everything),
        "confusions": confusions(everything),
        "calibration": calibration(everything),
        "out_of_scope": {
            "own": rejection(everything, strangers(folder, understand)),
            **{
                name: rejection([case for found in both.values() for case in found], found_strangers)
                for name, both in later.items()
                if (found_strangers := strangers(folder / name, understand))
            },
        },
        "letters": letters(folder / "letters.yml", understand),
        "yes_no": yes_no(folder / "yes_no.yml", understand),
    }


def in_both(folder: Path, understand: Understand) -> dict[str, list[Case]]:
    """Understand the Dutch and the English sentences of a folder."""
    return {language: read(folder / f"{language}.yml", understand) for language in ("nl", "en")}


def strangers(folder: Path, understand: Understand) -> list[Case]:
    """Understand the messages of strangers, where the folder has some."""
    file = folder / f"{OUT_OF_SCOPE}.yml"
    if not file.exists():
        return []
    return [
        understood(text, OUT_OF_SCOPE, understand) for texts in sentences_of(file).values() for text in texts
    ]


def read(file: Path, understand: Understand) -> list[Case]:
    """Understand every sentence of a file `intent: [sentence, ...]`."""
    return [
        understood(text, intent, understand) for intent, texts in sentences_of(file).items() for text in texts
    ]


def understood(text: str, truth: str, understand: Understand) -> Case:
    """Understand one sentence, with the time that it took."""
    began = time.perf_counter()
    parsed = understand(text)
    took = (time.perf_counter() - began) * 1000
    ranking = tuple((guess["name"], guess["confidence"]) for guess in parsed["ranking"]) or ((FALLBACK, 0.0),)
    return Case(text, truth, parsed["intent"], ranking, took)


def sentences_of(file: Path) -> dict[str, list[str]]:
    """The lists of a file of sentences.

    Raises:
        OSError: when it can't be read.
    """
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    return {str(name): [str(text) for text in texts] for name, texts in content.items()}


def training_sentences() -> frozenset[str]:
    """The training examples without capitals and punctuation, to tell what the model has seen."""
    files = [file for file in training_files(ROOT) if file.parent.name == "nlu"]
    blocks = [block for file in files for block in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]]
    return frozenset(
        plain(line.strip()[2:]) for block in blocks for line in block["examples"].splitlines() if line.strip()
    )


def letters(file: Path, understand: Understand) -> dict[str, float]:
    """Of whole letters: the requests found against those that are in them, and seconds a letter."""
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    found, meant, took = [], [], []
    for letter in content:
        began = time.perf_counter()
        found.append(_asked_for(understand(letter["text"])))
        took.append(time.perf_counter() - began)
        meant.append(frozenset(letter["requests"]))
    both = sum(len(said & truth) for said, truth in zip(found, meant, strict=True))
    return {
        "letters": len(content),
        "exactly_right": share(said == truth for said, truth in zip(found, meant, strict=True)),
        "precision": both / max(1, sum(map(len, found))),
        "recall": both / max(1, sum(map(len, meant))),
        "seconds_p50": float(np.percentile(took, 50)),
        "seconds_most": max(took),
    }


def yes_no(file: Path, understand: Understand) -> dict[str, dict[str, float]]:
    """How often a yes, a no and a stop are understood by a form that waits for a confirmation."""
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    return {
        intent: {
            language: share(_heard(text, understand) == intent for text in texts)
            for language, texts in by.items()
        }
        for intent, by in content.items()
    }


def _asked_for(parsed: Mapping[str, Any]) -> frozenset[str]:
    """The requests that a letter is understood to hold."""
    if parsed["intent"] != LETTER:
        return frozenset({parsed["intent"]} & ACTS)
    return frozenset(
        wish["intent"]
        for entity in parsed["entities"]
        if entity["entity"] == WISHES
        for wish in entity["value"]
    )


def _heard(text: str, understand: Understand) -> str | None:
    parsed = understand(text)
    likeliest = parsed["ranking"][0]
    heard = listen(
        text,
        Understood(parsed["intent"], likeliest["confidence"], likeliest["name"]),
        CONFIRMATION,
        YES_AND_NO,
    )
    if heard.payload:
        return heard.payload.removeprefix("/")
    return heard.intent if heard.intent != parsed["intent"] or likeliest["confidence"] >= SURE else None


if __name__ == "__main__":
    sys.exit(main())
