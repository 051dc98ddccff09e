"""Passing on to the coach what Balie could not answer: it is kept, so that nobody types it twice."""

from __future__ import annotations

from collections.abc import Mapping

from actions.act import Events, sets
from actions.turn import Turn
from actions.words import phrase
from casework.fields import LONGEST_WORDS, bsn_in
from casework.messages import Offer
from casework.notes import Kind

KEPT = "note_asked"
"""The slot that keeps it. The note form shows it before it is handed in."""
WORTH_KEEPING = 3
"""Words; fewer say too little to a coach."""

_AFTER = frozenset(
    f"utter_{name}{again}"
    for name in (
        "not_understood",
        "not_understood_at_all",
        "out_of_scope",
        "found_words",
        "found_quote",
        "policy_silent",
    )
    for again in ("", "_again")
)
"""The answers that keep what was said. Only right after one of them it goes along; later something else is meant."""
_HANDED_OVER = "utter_hand_over"
_OFFERS: Mapping[str, Kind] = {
    "utter_policy_silent": "question",
    "utter_policy_silent_again": "question",
    "utter_out_of_scope_again": "question",
    "utter_distress": "callback",
    "utter_distress_again": "callback",
}
"""The answers that end in "Zal ik ...?": a yes after them is a yes to that."""


def keeps(turn: Turn) -> Events:
    """Events that keep what was just said for the coach, or let go of what was kept before.

    A citizen service number is never kept; that is said where the person types the message again.
    """
    worth_it = len(turn.text.split()) >= WORTH_KEEPING and not bsn_in(turn.text)
    return sets({KEPT: turn.text[:LONGEST_WORDS] if worth_it else None})


def kept(turn: Turn) -> str | None:
    """What goes along to the coach from the message before, also where that came by way of Telegram."""
    goes_along = turn.said_before & _AFTER or _HANDED_OVER in turn.said_before
    return turn.slot(KEPT) if goes_along else None


def offered(turn: Turn) -> Kind | None:
    """What the answer before offered to pass on, if it asked that as a question."""
    return next((kind for name, kind in _OFFERS.items() if name in turn.said_before), None)


def to_the_coach(turn: Turn) -> Offer:
    """The choice to go to the coach."""
    return Offer(phrase("coach", turn.language), "/talk_to_coach")
