"""The talk around the work: help, stop, a yes or no that nobody asked for, and what this desk knows nothing of."""

from __future__ import annotations

from actions import passing_on
from actions.act import Act, Events, closes_any_form
from actions.clarify import not_here
from actions.leaving import clears, doubtful
from actions.looking_up import look_up, show
from actions.note_form import open_note
from actions.say import Say
from actions.turn import Turn

COURTESIES = {
    "greet": ("greet", "greet_again"),
    "goodbye": ("goodbye", "goodbye_again"),
    "thank": ("thank", "thank_again"),
    "bot_challenge": ("bot_challenge", "bot_challenge_again"),
}


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
        if turn.form is not None:
            say.unlike_before("help_in_form", "help_in_form_again")
        else:
            say.unlike_before("help", "help_again")
        return []


class Courtesy(Act):
    """Answers a salutation, thanks, a farewell, and who asks whether this is a human."""

    called = "action_courtesy"

    def do(self, turn: Turn, say: Say) -> Events:
        """Be polite, in other words the second time; inside a form a salutation offers nothing else."""
        if turn.intent == "greet" and turn.form is not None:
            say.unlike_before("greet_in_form", "greet_in_form_again")
        else:
            say.unlike_before(*COURTESIES[turn.intent])
        return []


class OutOfPlace(Act):
    """Answers a yes, a no or an option that belongs to no question of this moment."""

    called = "action_out_of_place"

    def do(self, turn: Turn, say: Say) -> Events:
        """Say so, without blame; a yes to what was offered just before is taken as that."""
        if turn.form is None and turn.intent == "affirm" and turn.sure and (kind := passing_on.offered(turn)):
            return open_note(turn, say, kind)
        if turn.form is not None:
            say.unlike_before("choose_one", "choose_one_again")
        elif turn.intent == "inform":
            say.unlike_before("choice_is_past", "choice_is_past_again")
        elif turn.intent == "deny":
            say.unlike_before("nothing_denied", "nothing_denied_again")
        else:
            say.unlike_before("nothing_affirmed", "nothing_affirmed_again")
        return []


class OutOfScope(Act):
    """Says that this desk knows nothing of it, and who may."""

    called = "action_out_of_scope"

    def do(self, turn: Turn, say: Say) -> Events:
        """Look a question up; else say what this desk is for, and inside a form that it can't be placed there."""
        if turn.intent == "small_talk":
            say.unlike_before("small_talk", "small_talk_again")
            return []
        if turn.form is not None:
            not_here(say)
            return []
        if found := look_up(turn):
            show(found, turn, say)
        else:
            say.unlike_before("out_of_scope", "out_of_scope_again", choices=[passing_on.to_the_coach(turn)])
        return passing_on.keeps(turn)
