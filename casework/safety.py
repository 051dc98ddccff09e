"""The crisis layer: a look at every message before anything else does, without a model and without a guess.

It looks for suicide, self-harm, violence, children in danger and danger now, of the writer and of others, in Dutch
and English. A message that it catches goes nowhere else. What counts as danger stands in data/safety and is looked for
by casework/danger.py; what is said then stands in data/safety.yml.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from casework.danger import Crisis, Dangers, Kind
from casework.messages import Language, Link, Offer, Reply
from casework.plain_words import plain_sentences
from casework.words import Both

__all__ = ["Crisis", "Kind", "crisis_reply", "look"]

_TO_ONESELF: frozenset[Kind] = frozenset({"suicide", "self_harm"})
_BETWEEN_PEOPLE: frozenset[Kind] = frozenset({"violence", "child"})
_ALL_NUMBERS: Kind = "danger"
"""The reply to it names all numbers, so it is also for who is in danger in both ways."""

SAFETY = Path(__file__).resolve().parent.parent / "data" / "safety.yml"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Where(_Part):
    label: Both
    url: str


class _Words(_Part):
    text: Both
    link: _Where | None = None


class _Choice(_Part):
    label: Both
    payload: str


class _Said(_Part):
    urgency: tuple[Kind, ...]
    tells_dutch: frozenset[str]
    tells_english: frozenset[str]
    not_kept: Both
    replies: Mapping[Kind, _Words]
    choices: tuple[_Choice, ...]


_SAID = _Said.model_validate(yaml.safe_load(SAFETY.read_text(encoding="utf-8")))
_DANGERS = Dangers()


def look(text: str) -> Crisis | None:
    """The crisis in a text, or None. Never raises; keeps nothing."""
    sentences = plain_sentences(text)
    found = list(_DANGERS.found_in(sentences))
    if not found:
        return None
    worst = min(found, key=lambda crisis: _SAID.urgency.index(crisis.kind))
    kinds = {crisis.kind for crisis in found}
    several = not _TO_ONESELF.isdisjoint(kinds) and not _BETWEEN_PEOPLE.isdisjoint(kinds)
    return Crisis(_ALL_NUMBERS if several else worst.kind, _language(sentences) or worst.language)


def crisis_reply(kind: Kind, language: Language, *, kept: bool = False) -> Reply:
    """What is said then: whom to call, that nobody reads along, and two ways to go on.

    `kept` leaves out that the message isn't kept: for a message that went on to the engine before it was understood.
    """
    words = _SAID.replies[kind]
    said = (words.text.to(language), *(() if kept else (_SAID.not_kept.to(language),)))
    return Reply(
        text=" ".join(said),
        choices=tuple(Offer(choice.label.to(language), choice.payload) for choice in _SAID.choices),
        link=Link(words.link.label.to(language), words.link.url) if words.link else None,
    )


def _language(sentences: Sequence[Sequence[str]]) -> Language | None:
    """The language that most small words are of; None when that is neither's."""
    words = [word for sentence in sentences for word in sentence]
    dutch = sum(word in _SAID.tells_dutch for word in words)
    english = sum(word in _SAID.tells_english for word in words)
    return None if dutch == english else "nl" if dutch > english else "en"
