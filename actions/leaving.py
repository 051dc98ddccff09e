"""Leaving a form: its slots are emptied, and what was not confirmed is nowhere."""

from __future__ import annotations

from actions.act import Events, closes_any_form, empties
from actions.clarify import not_here
from actions.say import Say
from actions.turn import Turn

SHARED = ("identify_address", "identify_code", "form_misses")
OF_FORM = {
    "intake_form": (
        "intake_adult_yes",
        "intake_name",
        "intake_email",
        "intake_phone",
        "intake_safely_text",
        "intake_question_text",
        "intake_birth_date_text",
        "intake_address_text",
        "intake_summary_choice",
        "intake_change_choice",
        "intake_keep_yes",
    ),
    "request_form": ("request_kind", "request_detail_text", "request_confirm_yes"),
    "consent_form": ("consent_act", "consent_choice", "consent_label", "consent_confirm_yes"),
    "status_form": (),
    "letter_form": (
        "letter_wishes",
        "letter_reach_address",
        "letter_confirm_yes",
        "letter_leave_choice",
    ),
    "note_form": ("note_kind", "note_asked", "note_text", "note_reach_address", "note_confirm_yes"),
}
"""The slots that a form and its actions fill, besides the shared ones."""


def doubtful(turn: Turn, say: Say) -> bool:
    """Whether a form would be left on a guess: then it isn't, and that is said."""
    if turn.form is None or turn.sure:
        return False
    not_here(say)
    return True


def clears(form: str) -> Events:
    """Events after which nothing of this form is left in the conversation's slots."""
    return empties((*OF_FORM[form], *SHARED))


def leaves(turn: Turn, say: Say, for_form: str) -> Events:
    """Events that close another form which is open when this one begins, and a sentence that says so."""
    if turn.form is None or turn.form == for_form:
        return []
    say(f"left_{turn.form}")
    return [*closes_any_form(), *clears(turn.form)]
