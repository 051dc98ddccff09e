"""Everything that a client can read is there in Dutch and in English, and each text is in the language that it should be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot import words
from bot.language import written_in
from bot.problems import PROBLEMS
from casework.words import Both

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "casework" / "templates"
FOR_THE_OWNER = {"audit_head", "mail/audit_head"}
"""What only the owner reads, in the language of the desk."""
PROPER = (".place", ".name")
"""Where names and the policy's own headings stand, whatever the language around them."""
ENOUGH = 6
"""Words; the language of a shorter text can't be told for sure."""

Texts = Iterator[tuple[str, str, str]]
"""Where it stands, in Dutch, in English."""


def read(path: Path) -> Any:
    """A YAML file."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def responses() -> Texts:
    """All responses of the domain with the labels of their buttons."""
    for name, (dutch, english) in read(ROOT / "domain.yml")["responses"].items():
        yield name, dutch["text"], english["text"]
        for one, other in zip(dutch.get("buttons", []), english.get("buttons", []), strict=True):
            yield name, one["title"], other["title"]


def in_yaml(content: Any, place: str) -> Texts:
    """All texts of a YAML file that stand in two languages."""
    if isinstance(content, dict):
        if content.keys() & {"nl", "en"} and isinstance(content.get("nl"), str):
            assert content.keys() == {"nl", "en"}, f"{place}: {sorted(content)}"
            yield place, content["nl"], content["en"]
        else:
            for key, value in content.items():
                yield from in_yaml(value, f"{place}.{key}")
    elif isinstance(content, list):
        for number, value in enumerate(content):
            yield from in_yaml(value, f"{place}[{number}]")


def packs() -> Texts:
    """All texts of the practice packs and of the safety pack."""
    for path in (*sorted((ROOT / "data" / "practices").glob("*.yml")), ROOT / "data" / "safety.yml"):
        yield from in_yaml(read(path), path.stem)


def templates() -> Texts:
    """All text templates that clients get, without their commands and values."""
    for dutch in sorted(TEMPLATES.rglob("*.nl.txt.j2")):
        name = str(dutch.relative_to(TEMPLATES)).removesuffix(".nl.txt.j2")
        if name not in FOR_THE_OWNER:
            english = dutch.with_name(dutch.name.replace(".nl.", ".en."))
            yield name, _bare(dutch.read_text("utf-8")), _bare(english.read_text("utf-8"))


def channels() -> Texts:
    """All that the channels say themselves, and all problems."""
    for name, value in vars(words).items():
        both = value.values() if isinstance(value, dict) else [value]
        yield from ((name, one.nl, one.en) for one in both if isinstance(one, Both))
    for name, problem in PROBLEMS.items():
        yield name, problem.title.nl, problem.title.en
        yield name, problem.detail.nl, problem.detail.en


def _bare(template: str) -> str:
    return re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", " ", template, flags=re.DOTALL)


@pytest.mark.parametrize("texts", [responses, packs, templates, channels])
def test_every_text_is_there_in_both_languages_and_in_the_right_one(texts: Any) -> None:
    found = list(texts())
    assert len(found) > 10
    for place, dutch, english in found:
        assert dutch.strip(), place
        assert english.strip(), place
        if not place.endswith(PROPER) and min(len(dutch.split()), len(english.split())) >= ENOUGH:
            assert dutch != english, place
            assert written_in(dutch, 0.6) != "en", f"{place}: {dutch}"
            assert written_in(english, 0.6) != "nl", f"{place}: {english}"


def test_no_english_template_stands_alone() -> None:
    dutch = {str(path).replace(".nl.", ".") for path in TEMPLATES.rglob("*.nl.txt.j2")}
    english = {str(path).replace(".en.", ".") for path in TEMPLATES.rglob("*.en.txt.j2")}
    assert english <= dutch


def test_the_chats_own_words_are_the_same_in_number_in_both_languages() -> None:
    script = (ROOT / "bot" / "static" / "words.js").read_text("utf-8")
    dutch, english = (
        set(re.findall(r"^\s{4}(\w+): ", part, re.MULTILINE)) for part in script.split("  en: {")
    )
    assert dutch == english
    assert len(dutch) > 20
