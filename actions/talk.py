"""The talk around the work: help, stop, a yes or no that nobody asked for, and what this desk knows nothing of."""

from __future__ import annotations

from actions.act import Act, Events, closes_any_form
from actions.clarify import not_here
from actions.leaving import clears, doubtful
from actions.say import Say
from actions.turn import Turn


class Stop(Act):
    """Leaves the open form; nothing of it was kept."""

    called = "action_stop"

    def do(self, turn: Turn, say: Say) -> Events:
        """Close the form and say that nothing was done."""
        if turn.form is None:
            say.unlike_before("nothing_to_stop", "nothing_to_stop_again")
            return []
        if doubtful(turn, say):
            return []
        say(f"stopped_{turn.form}")
        return [*closes_any_form(), *clears(turn.form)]


class Help(Act):
    """Says what can be done here and now."""

    called = "action_help"

    def do(self, turn: Turn, say: Say) -> Events:
        """Explain the form's own words inside a form, the desk outside."""
        say("help_in_form" if turn.form else "help")
        return []


class OutOfPlace(Act):
    """Answers a yes, a no or an option that belongs to no question of this moment."""

    called = "action_out_of_place"

    def do(self, turn: Turn, say: Say) -> Events:
        """Say so, without blame."""
        if turn.form is not None:
            say.unlike_before("choose_one", "choose_one_again")
        elif turn.intent == "inform":
            say("choice_is_past")
        elif turn.intent == "deny":
            say.unlike_before("nothing_denied", "nothing_denied_again")
        else:
            say.unlike_before("nothing_affirmed", "nothing_affirmed_again")
        return []


class OutOfScope(Act):
    """Says that this desk knows nothing of it, and who may."""

    called = "action_out_of_scope"

    def do(self, turn: Turn, say: Say) -> Events:
        """Say what this desk is for; inside a form, that it can't be placed there."""
        if turn.intent == "small_talk":
            say.unlike_before("small_talk", "small_talk_again")
        elif turn.form is not None:
            not_here(say)
        else:
            say.unlike_before("out_of_scope", "out_of_scope_again")
        return []
