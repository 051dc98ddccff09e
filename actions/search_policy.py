"""A question that no intent answers: looked up in the pack and in the practice's own policy text."""

from __future__ import annotations

from actions import passing_on
from actions.act import Act, Events
from actions.clarify import not_here, not_understood
from actions.context import office
from actions.looking_up import look_up, show
from actions.say import Say
from actions.turn import Turn
from casework.policy import read_more
from casework.questions import is_question


class SearchPolicy(Act):
    """Quotes what answers the question, or says that it found nothing and offers to pass it on."""

    called = "action_search_policy"

    def do(self, turn: Turn, say: Say) -> Events:
        """Look it up, if it is a question; inside a form the form asks its own question again."""
        if turn.form is not None:
            not_here(say)
            return []
        if not is_question(turn.text):
            return not_understood(turn, say, likely=[])
        if found := look_up(turn):
            show(found, turn, say)
        else:
            here = office()
            more = read_more(here.pack, turn.language, page=f"{here.client_url}/privacy")
            say.unlike_before("policy_silent", "policy_silent_again", link=more)
        return passing_on.keeps(turn)
