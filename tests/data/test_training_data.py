"""The training data as a whole: every intent has enough examples, no sentence belongs to two, and the domain knows them all."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
TECHNICAL = {"inform", "letter", "nlu_fallback", "nlu_lost"}
"""Intents without examples: what a form is told, several wishes at once, and what was not understood."""
FEWEST = {"nl": 40, "en": 25}


@cache
def blocks() -> tuple[tuple[str, str, str], ...]:
    """All examples: language, intent, sentence. A file's language is the end of its name."""
    found = []
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        language = "en" if path.stem.endswith("_en") else "nl"
        for block in read(path)["nlu"]:
            lines = [line.strip() for line in block["examples"].splitlines() if line.strip()]
            assert all(line.startswith("- ") for line in lines), path.name
            found += [(language, block["intent"], line[2:].strip()) for line in lines]
    return tuple(found)


def read(path: Path) -> dict[str, Any]:
    """A YAML file as a mapping."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


def bare(text: str) -> str:
    """A sentence without capitals, accents and punctuation."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.sub(r"[^\w\s]", "", plain).split())


def test_every_intent_has_enough_examples_in_both_languages() -> None:
    counts = Counter((language, intent) for language, intent, _ in blocks())
    intents = {intent for _, intent, _ in blocks()}
    few = {
        (lang, intent): counts[lang, intent]
        for intent in intents
        for lang in FEWEST
        if counts[lang, intent] < FEWEST[lang]
    }
    assert few == {}


def test_the_domain_and_the_data_know_the_same_intents() -> None:
    domain = {
        next(iter(each)) if isinstance(each, dict) else each for each in read(ROOT / "domain.yml")["intents"]
    }
    assert {intent for _, intent, _ in blocks()} == domain - TECHNICAL


def test_no_sentence_belongs_to_two_intents() -> None:
    where = defaultdict(set)
    for _, intent, text in blocks():
        where[bare(text)].add(intent)
    assert {text: intents for text, intents in where.items() if len(intents) > 1} == {}


def test_no_example_is_a_payload_or_marked_up() -> None:
    assert [text for _, _, text in blocks() if text.startswith("/") or re.search(r"\]\(|\]\{", text)] == []


def test_every_rule_says_only_what_the_domain_knows() -> None:
    domain = read(ROOT / "domain.yml")
    known = set(domain["actions"]) | set(domain["responses"]) | set(domain["forms"])
    builtin = {"action_listen", "action_deactivate_loop", "action_default_fallback", "action_restart"}
    said = set()
    for path in (ROOT / "data" / "rules").glob("*.yml"):
        for rule in read(path)["rules"]:
            said |= {step["action"] for step in rule["steps"] if "action" in step}
    assert said - known - builtin == set()
