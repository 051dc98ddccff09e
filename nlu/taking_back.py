"""What the clauses of a sentence take away: wishes that are refused, given up or had already, and a no that has become a yes.

To the model "wissen hoeft niet" is about erasing, as "wis alles" is. A clause at a time, since "wissen hoeft niet, maar
stuur mij een kopie" refuses one thing and asks for another.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from nlu.word_lists import WORDS, alternatives, listed, whole_words

Asks: TypeAlias = Callable[[str], bool]
"""Tells whether a clause asks something outright."""
CONSENTS = frozenset({"withdraw_consent", "withdraw_pr_consent"})
"""What somebody who gives consent does not do."""

_NOT = (
    rf"(?<!vergeet )(?:{alternatives(WORDS['not'])}) (?!(?:meer|langer|alleen|only|forget|hesitate) )"
    r"(?:(?!(?:en|maar|and|but) )[^\s,]+ )"
)
_NEGATED = {
    intent: whole_words(rf"{_NOT}{{0,5}}(?:{alternatives(words)})")
    for intent, words in (WORDS["wishes"] | WORDS["said_with_not"]).items()
    if words
}
_UNDONE = {
    intent: whole_words(alternatives(words))
    for intent, words in (WORDS["wishes"] | WORDS["said_with_not"]).items()
    if words
}
_NAMED = {intent: whole_words(alternatives(words)) for intent, words in WORDS["wishes"].items()}
_ONLY_NEEDLESS = frozenset(WORDS["only_needless"])
_NEEDLESS, _HAD, _GIVING = listed("needless"), listed("had"), listed("giving")
SAID_NO = listed("said_no")
"""An earlier no, told."""
_ANY_NOT = listed("not")
_OF_WHAT_IS_HAD = frozenset({"request_access", "request_portability"})
_JOINT = re.compile(r" (?=(?:en|and|maar|but|dus|so) )")


def takes_away(said: str, intent: str, asks: Asks) -> bool:
    """Whether a sentence (`plain`) has no clause left that could ask for this act.

    After a clause that takes it away only one that asks outright can ask for it again: "I don't want it deleted,
    removed or destroyed" goes on refusing.

    Args:
        said: the sentence.
        intent: one of the acts that letters hold.
        asks: `nlu.wishes.asks_outright`.
    """
    taken = False
    for clause in clauses(said, asks):
        if _takes_away(clause, intent):
            taken = True
        elif _NAMED[intent].search(clause) and (not taken or asks(clause)):
            return False
    return taken


def gives(said: str, asks: Asks) -> bool:
    """Whether a clause of the sentence gives consent, or takes an earlier no back."""
    return any(_gives(clause) for clause in clauses(said, asks))


def clauses(said: str, asks: Asks) -> list[str]:
    """The clauses of a sentence: at commas; at an "and" or "but" only where a new one begins, with a wish or a refusal ("mag dus gewoon")."""
    found: list[str] = []
    for part in said.split(" , "):
        begun = [""]
        for piece in _JOINT.split(part):
            begins = (
                not begun[-1] or asks(piece) or bool(_NEEDLESS.search(piece) and _NEEDLESS.search(begun[-1]))
            )
            if begins:
                begun.append(piece)
            else:
                begun[-1] += " " + piece
        found += begun[1:]
    return found


def _takes_away(clause: str, intent: str) -> bool:
    if intent in CONSENTS and (_gives(clause) or SAID_NO.search(clause)):
        return True
    if intent in _OF_WHAT_IS_HAD and _HAD.search(clause):
        return True
    if intent in _UNDONE and _UNDONE[intent].search(clause) and _NEEDLESS.search(clause):
        return True
    return intent in _NEGATED and intent not in _ONLY_NEEDLESS and bool(_NEGATED[intent].search(clause))


def _gives(clause: str) -> bool:
    return bool(_GIVING.search(clause)) and not _ANY_NOT.search(clause)
