"""What a sentence of a letter may be asking, and in which mood it asks nothing: threats, duties, what is done, what others want.

The model knows what a sentence is about, but not that "u moet mijn verzoek tot wissen doorgeven" asks for nothing new. These
are the words for that; they stand in letters.yml.
"""

from __future__ import annotations

import re

from nlu.taking_back import SAID_NO, gives, takes_away
from nlu.word_lists import WORDS, alternatives, beginning_with, listed, whole_words

LETTER, WISHES = "letter", "wishes"
"""The technical intent of a message with two wishes or more, and the entity that holds them."""

_NAMED = {intent: whole_words(alternatives(words)) for intent, words in WORDS["wishes"].items()}
ACTS = frozenset(_NAMED)
"""The intents that a letter can hold."""
_HINTS, _PARTICULARS, _REFERS_BACK = listed("hints"), listed("particulars"), listed("refers_back")
_ASKS, _THREATS, _DUTIES, _SCOPE = listed("asks"), listed("threats"), listed("duties"), listed("scope")
_ABOUT_YOU, _FAILING, _ABOUT_THE_REQUEST = listed("about_you"), listed("failing"), listed("about_the_request")
_RECITALS, _DONE, _ANEW, _UNDECIDED = listed("recitals"), listed("done"), listed("anew"), listed("undecided")
_SMALL_PRINT, _OF_SMALL_PRINT, _DANGER = listed("small_print"), listed("of_small_print"), listed("danger")
_STAYS = listed("stays")
_NOT_FOR_YOU, _PRONOUNS, _STATE = listed("not_for_you"), listed("pronouns"), listed("state")
_CONDITION = beginning_with(alternatives(WORDS["conditions"]))
_COMMAND = re.compile(
    rf"(?:^|(?<=, ))(?:(?:{alternatives(WORDS['leads_in'])}),? )*(?:, )?(?:{alternatives(WORDS['commands'])})(?=$| )"
)
_OTHERS_WANT = whole_words(
    rf"(?:(?:mijn|onze|de|het|een|zijn|haar|my|our|the|a|his|her) )?(?:{alternatives(WORDS['others'])}) "
    rf"(?!(?:en|and) (?:ik|wij|we|i) )(?:[^\s,]+ ){{0,2}}(?:{alternatives(WORDS['want'])})"
)
JOINT = re.compile(rf"(?:[,;]?\s(?:{'|'.join(WORDS['joints'])})\s|[,;]\s)(?![^()]*\))", re.IGNORECASE)
"""Where one sentence may go on to another wish; what stands in brackets goes on with the same."""


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
    """Whether a sentence can ask for this act: it doesn't refuse it, nor only asks how it stands, and is no mere particular of article 15."""
    if takes_away(said, intent, asks_outright) or _asks_for_the_state(said):
        return False
    return intent == "request_access" or not _PARTICULARS.search(said)


def gives_consent(said: str) -> bool:
    """Whether a sentence gives consent, or takes back an earlier no: no act that a letter holds."""
    return gives(said, asks_outright)


def has_pronoun(said: str) -> bool:
    """Whether the object of a sentence may stand in an earlier one: "do the same with yours", "schrijf me daar voor uit"."""
    return bool(_PRONOUNS.search(said))


def recalls(said: str) -> bool:
    """Whether a sentence speaks of something that a later one with a pronoun may be about."""
    return bool(named(said)) or hints(said)


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
        or bool(_SCOPE.search(said) or (_STAYS.search(said) and not possible(_STAYS.sub("", said).strip())))
        or bool(_NOT_FOR_YOU.search(said) or (_SMALL_PRINT.search(said) and _OF_SMALL_PRINT.search(said)))
        or (bool(_RECITALS.search(said)) and not asks_outright(said))
        or (bool(_DONE.search(said)) and not _ANEW.search(said) and not _asks_beside(said, _DONE))
        or (bool(_OTHERS_WANT.search(said)) and not _asks_beside(said, _OTHERS_WANT))
        or (bool(SAID_NO.search(said)) and not _asks_beside(said, SAID_NO))
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


def _asks_for_the_state(said: str) -> bool:
    return bool(_STATE.search(said)) and not _asks_beside(said, _STATE)


def _conditions_about_you(said: str) -> list[str]:
    return [found[0] for found in _CONDITION.finditer(said) if _ABOUT_YOU.search(found[0])]


def _asks_beside(said: str, mood: re.Pattern[str]) -> bool:
    """Whether another clause than those in this mood asks something: "ik heb het al gevraagd, maar ik wil ..."."""
    return any(
        asks_outright(clause)
        for clause in re.split(r" , | (?=(?:maar|but|dus|so) )", said)
        if not mood.search(clause)
    )
