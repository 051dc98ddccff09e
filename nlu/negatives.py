"""Small talk that this desk doesn't do: Dutch lines of a packaged corpus, as examples of `out_of_scope`.

Read at training time from the PyPI package `chatterbot-corpus` (BSD), never copied into the project.
"""

from __future__ import annotations

from importlib.resources import files
from itertools import zip_longest
from pathlib import Path

import yaml

INTENT = "out_of_scope"
HOW_MANY = 60
SUBJECTS = (
    "food", "health", "history", "humor", "literature", "money", "movies", "music", "science", "sport", "traveling",
    "trivia",
)  # fmt: skip
"""Files of the corpus that have nothing to do with a practice; greetings and talk about the bot stay out."""
SHORTEST_WORDS = 3


def lines(how_many: int = HOW_MANY) -> list[str]:
    """What people say in the corpus, taken from all subjects in turn, so that a small number is diverse."""
    by_subject = [_subject(name) for name in SUBJECTS]
    in_turn = [line for row in zip_longest(*by_subject) for line in row if line]
    return list(dict.fromkeys(in_turn))[:how_many]


def write(folder: Path) -> Path:
    """Write the lines as a training file of Rasa and return it."""
    file = folder / "out_of_scope_corpus.yml"
    examples = "".join(f"      - {line}\n" for line in lines())
    content = f'version: "3.1"\nnlu:\n  - intent: {INTENT}\n    examples: |\n{examples}'
    file.write_text(content, encoding="utf-8")
    return file


def _subject(name: str) -> list[str]:
    content = (files("chatterbot_corpus") / "data" / "dutch" / f"{name}.yml").read_text(encoding="utf-8")
    said = [" ".join(str(talk[0]).split()) for talk in yaml.safe_load(content)["conversations"]]
    return [line for line in said if len(line.split()) >= SHORTEST_WORDS and not set(line) & set("[](){}|")]
