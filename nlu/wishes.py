"""What a sentence of a letter may be asking, and in which mood it asks nothing: threats, duties, what is done, what others want.

The model knows what a sentence is about, but not that "u moet mijn verzoek tot wissen doorgeven" asks for nothing new. These
are the words for that; they stand in letters.yml.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Any

import yaml

LETTER, WISHES = "letter", "wishes"
"""The technical intent of a message with two wishes or more, and the entity that holds them."""

_GAP = r"(?:(?!(?:niet|geen|nooit|not|never) )[^\s,]+ ){0,8}"
_BEGINNING = r"(?:^|(?<= ))"
_SPELLED_OUT = {"mn": "mijn", "m'n": "mijn"}
_PUNCTUATION = re.compile(r"[^\w\s',-]|(?<!\w)-|-(?!\w)")
_WORDS: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("letters.yml").read_text(encoding="utf-8"))


def plain(text: str) -> str:
    """A sentence as the word lists have it: no capitals, accents or punctuation, commas as words of their own."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(sign for sign in folded if not unicodedata.combining(sign))
    words = _PUNCTUATION.sub(" ", bare.replace(".", "").replace("’", "'"))
    return " ".join(_SPELLED_OUT.get(word, word) for word in words.replace(",", " , ").split())


def _alternatives(phrases: list[str]) -> str:
    return "|".join(_phrase(phrase) for phrase in phrases)


def _phrase(phrase: str) -> str:
    parts = [
        _GAP
        if word == "_"
        else re.escape(plain(word.rstrip("*"))) + (r"[^\s,]*" if word.endswith("*") else "") + " "
        for word in phrase.split()
    ]
    return "".join(parts).rstrip()


def _whole_words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"{_BEGINNING}(?:{pattern})(?=$| )")


def _list(name: str) -> re.Pattern[str]:
    return _whole_words(_alternatives(_WORDS[name]))


_NAMED = {intent: _whole_words(_alternatives(words)) for intent, words in _WORDS["wishes"].items()}
ACTS = frozenset(_NAMED)
"""The intents that a letter can hold."""
_HINTS, _PARTICULARS, _REFERS_BACK = _list("hints"), _list("particulars"), _list("refers_back")
_ASKS, _THREATS, _DUTIES, _SCOPE = _list("asks"), _list("threats"), _list("duties"), _list("scope")
_ABOUT_YOU, _FAILING, _ABOUT_THE_REQUEST = _list("about_you"), _list("failing"), _list("about_the_request")
_RECITALS, _DONE, _ANEW, _UNDECIDED = _list("recitals"), _list("done"), _list("anew"), _list("undecided")
_SMALL_PRINT, _OF_SMALL_PRINT, _DANGER = _list("small_print"), _list("of_small_print"), _list("danger")
_NOT_FOR_YOU = _list("not_for_you")
_CONDITION = re.compile(rf"{_BEGINNING}(?:{_alternatives(_WORDS['conditions'])}) [^,]*")
_COMMAND = re.compile(
    rf"(?:^|(?<=, ))(?:(?:{_alternatives(_WORDS['leads_in'])}),? )*(?:, )?(?:{_alternatives(_WORDS['commands'])})(?=$| )"
)
_OTHERS_WANT = _whole_words(
    rf"(?:(?:mijn|onze|de|het|een|zijn|haar|my|our|the|a|his|her) )?(?:{_alternatives(_WORDS['others'])}) "
    rf"(?!(?:en|and) (?:ik|wij|we|i) )(?:[^\s,]+ ){{0,2}}(?:{_alternatives(_WORDS['want'])})"
)
_NOT = rf"(?:{_alternatives(_WORDS['not'])}) (?!(?:meer|langer|alleen|only) )(?:(?!(?:en|maar|and|but) )[^\s,]+ ){{0,5}}"
_NEGATED = {
    intent: _whole_words(rf"{_NOT}(?:{_alternatives(words)})")
    for intent, words in _WORDS["wishes"].items()
    if intent not in _WORDS["said_with_not"]
}
JOINT = re.compile(rf"[,;]?\s(?:{'|'.join(_WORDS['joints'])})\s|[,;]\s", re.IGNORECASE)
"""Where one sentence may go on to another wish."""


def named(said: str) -> frozenset[str]:
    """The acts that words of a sentence (`plain`) name."""
    return frozenset(intent for intent, words in _NAMED.items() if words.search(said))


def hints(said: str) -> bool:
    """Whether a sentence has words that may go with a wish, though they name none."""
    return bool(_HINTS.search(said))


def names_two(said: str) -> bool:
    """Whether the words of a sentence name more than one act."""
    return len(named(said)) > 1


def possible(said: str) -> frozenset[str]:
    """The acts that a sentence names and can ask for."""
    return frozenset(intent for intent in named(said) if may_ask(said, intent))


def may_ask(said: str, intent: str) -> bool:
    """Whether a sentence can ask for this act: it doesn't say "not" to it, and is no mere particular of article 15."""
    if intent in _NEGATED and _NEGATED[intent].search(said):
        return False
    return intent == "request_access" or not _PARTICULARS.search(said)


def refers_back(said: str) -> bool:
    """Whether a sentence says "daarvoor" or the like for what the sentence before it was about."""
    return bool(_REFERS_BACK.search(said))


def sounds_dangerous(said: str) -> bool:
    """Whether a sentence has words of danger, so that the model should read it."""
    return bool(_DANGER.search(said))


def asks_outright(said: str) -> bool:
    """Whether a sentence asks, commands or declares something in so many words."""
    return bool(_ASKS.search(said) or _COMMAND.search(said))


def asks_nothing(said: str) -> bool:
    """Whether a sentence's mood tells that it is no wish of the writer's, now."""
    return (
        _threatens(said)
        or _tells_a_duty(said)
        or bool(_SCOPE.search(said))
        or bool(_NOT_FOR_YOU.search(said) or (_SMALL_PRINT.search(said) and _OF_SMALL_PRINT.search(said)))
        or (bool(_RECITALS.search(said)) and not asks_outright(said))
        or (bool(_DONE.search(said)) and not _ANEW.search(said) and not _asks_beside(said, _DONE))
        or (bool(_OTHERS_WANT.search(said)) and not _asks_beside(said, _OTHERS_WANT))
        or (bool(_UNDECIDED.search(said)) and not _asks_beside(said, _UNDECIDED))
    )


def _threatens(said: str) -> bool:
    return bool(_THREATS.search(said)) or any(
        _FAILING.search(if_you) for if_you in _conditions_about_you(said)
    )


def _tells_a_duty(said: str) -> bool:
    if not _DUTIES.search(said):
        return False
    return bool(_ABOUT_THE_REQUEST.search(said)) or bool(_conditions_about_you(said))


def _conditions_about_you(said: str) -> list[str]:
    return [found[0] for found in _CONDITION.finditer(said) if _ABOUT_YOU.search(found[0])]


def _asks_beside(said: str, mood: re.Pattern[str]) -> bool:
    """Whether another clause than those in this mood asks something: "ik heb het al gevraagd, maar ik wil ..."."""
    return any(
        asks_outright(clause)
        for clause in re.split(r" , | (?=(?:maar|but|dus|so) )", said)
        if not mood.search(clause)
    )
