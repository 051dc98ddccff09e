"""What the pack and the practice's own policy text say about a question that no intent answers."""

from __future__ import annotations

from collections.abc import Iterable

from actions import passing_on
from actions.context import office
from actions.say import Say
from actions.turn import Turn
from casework.messages import Offer
from casework.passages import current_policy
from casework.policy_search import find
from casework.questions import is_question
from casework.searchable import Found, passages_of


def look_up(turn: Turn) -> Found | None:
    """What pack or policy say about a question; None when it isn't one, or nothing fits it well enough."""
    if not is_question(turn.text):
        return None
    here = office()
    passages = passages_of(here.pack, current_policy(here.home / "policy"), here.conversation_hours)
    return find(passages, turn.text, turn.language)


def show(found: Found, turn: Turn, say: Say, likely: Iterable[Offer] = ()) -> None:
    """Show a passage with its place, and under it what else may have been meant and the way to the coach."""
    choices = [*likely, passing_on.to_the_coach(turn)]
    if found.text is None:
        say.unlike_before("found_quote", "found_quote_again", choices=choices, quote=found.quote)
        return
    passage = f"{found.text}\n{found.place}" if found.place else found.text
    say.unlike_before(
        "found_words", "found_words_again", values={"passage": passage}, choices=choices, quote=found.quote
    )
