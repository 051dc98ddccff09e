"""Yes, no, or neither: what a person answers to a question that waits for one of the two.

A closed set of phrases (phrases.yml) is read without the model, which takes "misschien" for a yes and "doe maar niet joh"
too. A text counts when it is made of those phrases from beginning to end. A yes with anything else ("ja, maar niet mijn
naam", "ja, en dan") is asked again: to the model its "ja" alone is proof.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from nlu.plain import plain

Said = Literal["yes", "no", "wait", "stop", "unclear"]
Leaning = Literal["yes", "no", "some"]

LONGEST = 16
"""Words: what is longer is no bare answer."""
_FEWEST = 3
"""Words of a sentence; one or two unknown words are a slip of the finger."""

_PHRASES: Mapping[str, Any] = yaml.safe_load(
    Path(__file__).with_name("phrases.yml").read_text(encoding="utf-8")
)
GROUPS = (
    "agree",
    "agree_weakly",
    "refuse",
    "wait",
    "unsure",
    "yes_after_all",
    "no_after_all",
    "stop",
    "fillers",
    "thanks",
    "small_words",
    "objects",
    "but",
)
_ANSWERS = frozenset(GROUPS[:8])
_AFTER_ALL: Mapping[str, Said] = {"yes_after_all": "yes", "no_after_all": "no"}
_APART = re.compile(r"[,;:!?…/()\n\"“”]|\.(?=\w\w)")
_STRETCHES = ((re.compile(r"(\w)\1{2,}"), r"\1\1"), (re.compile(r"(\w)\1+"), r"\1"))
_ACT = "act"


def _flat(phrases: Iterable[Any]) -> Iterable[str]:
    for each in phrases:
        yield from each if isinstance(each, list) else [each]


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.replace(".", "") for word in plain(_APART.sub(" ", text)).split())


_VOCABULARY: Mapping[tuple[str, ...], str] = {
    _words(phrase): group for group in GROUPS for phrase in _flat(_PHRASES[group])
}
_LONGEST_PHRASE = max(map(len, _VOCABULARY))
_ACTS: Mapping[str, frozenset[tuple[str, ...]]] = {
    step: frozenset(map(_words, words)) for step, words in _PHRASES["acts"].items()
}
_RESERVATIONS = frozenset(_PHRASES["reservations"])
_PLAIN = frozenset(_PHRASES["plain_yes_or_no"])
_KNOWN = _RESERVATIONS | {
    word for phrase in (*_VOCABULARY, *frozenset().union(*_ACTS.values())) for word in phrase
}


@dataclass(frozen=True)
class Read:
    """What was read in an answer.

    Attributes:
        said: what the whole text says; None when it holds more than fixed phrases.
        leaning: the yes or no that it begins with; "some" when there is a plain one further on.
        reserved: it holds a word that may take a yes back.
        words: how many words it has.
        familiar: it is a sentence, most of whose words are on our lists; to the model "aj" is much like "ja".
    """

    said: Said | None
    leaning: Leaning | None
    reserved: bool
    words: int
    familiar: bool = False


def read(text: str, step: str = "") -> Read:
    """Read an answer.

    Args:
        text: what the person typed.
        step: what the buttons of the question carry, such as "request_confirm_yes:erasure"; words of that very act may
            stand beside a yes or no ("ja, wis alles maar").
    """
    words = words_of(text)
    if not words or len(words) > LONGEST:
        return Read(None, _leaning(words), True, len(words))
    acts = _acts_of(step)
    groups = _groups_of(words, acts)
    said = None if groups is None else _said(groups)
    if "?" in text and said in ("yes", "no"):
        said = "unclear"
    reserved = bool(_RESERVATIONS & set(words)) or "?" in text
    return Read(said, _leaning(words), reserved, len(words), _is_familiar(words))


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text as the phrases have them; "jaaa" is "ja"."""
    return tuple(_unstretched(word) for word in _words(text))


def stops(text: str) -> bool:
    """Whether a text leaves what is going on: "laat maar", "ach nee, toch maar niet"; True for nothing else."""
    words = words_of(text)
    groups = _groups_of(words, frozenset()) if words and len(words) <= LONGEST else None
    return groups is not None and _said(groups) == "stop"


def _unstretched(word: str) -> str:
    for shorter in (word, *(stretch.sub(letter, word) for stretch, letter in _STRETCHES)):
        if shorter in _KNOWN and (shorter == word or len(shorter) > 1):
            return shorter
    return word


def _acts_of(step: str) -> frozenset[tuple[str, ...]]:
    """Words of the act, those of its kind included: "a:b:c" has those of "a", "a:b" and "a:b:c"."""
    parts = step.split(":")
    names = (":".join(parts[:end]) for end in range(1, len(parts) + 1))
    return frozenset[tuple[str, ...]]().union(*(_ACTS.get(name, frozenset()) for name in names))


def _groups_of(words: tuple[str, ...], acts: frozenset[tuple[str, ...]]) -> list[str] | None:
    """The groups of the phrases that the words are made of, longest phrases first; None when they can't be."""
    if not words:
        return []
    for length in range(min(_LONGEST_PHRASE, len(words)), 0, -1):
        phrase = words[:length]
        group = _VOCABULARY.get(phrase)
        if phrase in acts and group not in _ANSWERS:
            group = _ACT
        rest = _groups_of(words[length:], acts) if group else None
        if group and rest is not None:
            return [group, *rest]
    return None


def _said(groups: list[str]) -> Said | None:
    answers = [group for group in groups if group in _ANSWERS]
    said = set(answers)
    if not answers or _takes_back(groups):
        return None
    if "stop" in said:
        return "stop"
    if answers[-1] in _AFTER_ALL:
        return _AFTER_ALL[answers[-1]]
    if "wait" in said or said == {"unsure", "refuse"}:
        return "wait"
    if "unsure" in said:
        return "unclear"
    if "refuse" in said and said <= {"refuse", "agree_weakly", "no_after_all"}:
        return "no"
    if said == {"agree_weakly"}:
        return _weak_yes(set(groups))
    return "yes" if said <= {"agree", "agree_weakly", "yes_after_all"} else "unclear"


def _weak_yes(groups: set[str]) -> Said | None:
    """ "Top" is a yes, "top, bedankt" may be about what was said before; "mag dat wel" is no answer at all."""
    if groups & {"small_words", "objects", _ACT}:
        return None
    return "unclear" if "thanks" in groups else "yes"


def _takes_back(groups: list[str]) -> bool:
    """Whether it says more than its yes or no: things without an act, or a "maar" that does not just follow the act."""
    if "objects" in groups and _ACT not in groups:
        return True
    before = zip(["", *groups], groups, strict=False)
    return any(group == "but" and last not in (_ACT, "objects") for last, group in before)


def _is_familiar(words: tuple[str, ...]) -> bool:
    known = [word for word in words if len(word) > 1 and word in _KNOWN]
    return len(words) >= _FEWEST and len(known) * 2 > len(words)


def _leaning(words: tuple[str, ...]) -> Leaning | None:
    for length in range(min(_LONGEST_PHRASE, len(words)), 0, -1):
        match _VOCABULARY.get(words[:length]):
            case "agree" | "agree_weakly" | "yes_after_all":
                return "yes"
            case "refuse" | "no_after_all":
                return "no"
    return "some" if _PLAIN & set(words) else None
