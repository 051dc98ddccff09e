"""A note for the coach: a question, a complaint, a possible data leak, a wish to be called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar, cast

from actions import identify, passing_on
from actions.act import Act, Events, opens, sets
from actions.context import office
from actions.form import Form
from actions.hand_over import TELEGRAM, hand_over
from actions.leaving import clears, doubtful, leaves
from actions.say import Say
from actions.steps import Step, Words, YesNo, free_words, shortened
from actions.turn import Turn
from actions.words import phrase
from casework import notes
from casework.fields import Checked, Refused, email_in, phone_in
from casework.notes import Kind
from casework.words import long_date

KIND_OF_INTENT: Mapping[str, Kind] = {
    "talk_to_coach": "question",
    "file_complaint": "complaint",
    "report_breach": "incident",
}


def kind_of(turn: Turn) -> Kind:
    """What kind of note it is."""
    return cast(Kind, turn.slot("note_kind"))


def address_in(text: str) -> Checked | Refused:
    """An e-mail address or a telephone number."""
    email = email_in(text)
    if isinstance(email, Checked):
        return email
    phone = phone_in(text)
    if isinstance(phone, Checked) or (email.reason == "no_email" and phone.reason != "no_phone"):
        return phone
    return email


def _is_call_back(turn: Turn) -> bool:
    return kind_of(turn) == "callback"


def _summary(turn: Turn) -> dict[str, str]:
    text = str(turn.slot("note_text") or "")
    return {"message": shortened(text), "reach": str(turn.slot("note_reach_address"))}


def _confirmation(turn: Turn) -> str:
    if _is_call_back(turn):
        return "confirm_note_callback"
    return "confirm_note_reach" if turn.slot("note_reach_address") else "confirm_note"


def authority() -> dict[str, str]:
    """The supervisory authority and its site, as the values of a response."""
    known = office().pack.authority
    return {"authority": known.name, "site": known.website.removeprefix("https://")}


class TextStep(Words):
    """Asks for the message, in words that fit its kind."""

    def question(self, turn: Turn) -> str:
        """The response that asks it for this kind of note."""
        return f"question_note_text_{kind_of(turn)}"


class ReachStep(Words):
    """Asks how the coach can reach the person."""

    def question(self, turn: Turn) -> str:
        """Who wants to be called is asked for a number."""
        return "question_note_phone" if _is_call_back(turn) else "question_note_reach_address"


class NoteForm(Form):
    """Asks for the message, how to reach the person, and whether to pass it on."""

    called = "validate_note_form"
    form = "note_form"
    steps: ClassVar[Mapping[str, Step]] = {
        "note_text": TextStep(slot="note_text", check=free_words, kind="text", optional=_is_call_back),
        "note_reach_address": ReachStep(
            slot="note_reach_address",
            check=address_in,
            kind="address",
            optional=lambda turn: not _is_call_back(turn),
        ),
        "note_confirm_yes": YesNo(
            slot="note_confirm_yes",
            about=kind_of,
            asked_with=_summary,
            response=_confirmation,
            need="yes_or_no",
        ),
    }

    def due(self, turn: Turn) -> Iterator[str]:
        """The message and an address; who is verified needs to give none, unless the coach is to call."""
        if _is_call_back(turn):
            yield "note_reach_address"
            yield "note_text"
        else:
            yield "note_text"
            if identify.verified_person(turn) is None:
                yield "note_reach_address"
        yield "note_confirm_yes"


class OpenNote(Act):
    """Begins a note, or gives the link where it can't be taken."""

    called = "action_open_note"

    def do(self, turn: Turn, say: Say) -> Events:
        """Open the form for the kind of note that the message asks for."""
        if doubtful(turn, say):
            return []
        return open_note(turn, say, "callback" if turn.entities.get("call") else KIND_OF_INTENT[turn.intent])


def open_note(turn: Turn, say: Say, kind: Kind) -> Events:
    """Begin a note of this kind. A question that Balie could not answer goes along and isn't asked for again."""
    asked = passing_on.kept(turn) if kind == "question" else None
    if turn.channel == TELEGRAM:
        hand_over(turn, say)
        return sets({passing_on.KEPT: asked})
    if turn.form == NoteForm.form and kind_of(turn) == kind:
        return []
    left = leaves(turn, say, NoteForm.form)
    say(f"note_begins_{kind}", {**authority()})
    return [
        *left,
        *clears(NoteForm.form),
        *sets({"note_kind": kind, "note_text": asked}),
        *opens(NoteForm.form),
    ]


class SubmitNote(Act):
    """Passes the note on, once that was confirmed in this very message."""

    called = "action_submit_note"

    def do(self, turn: Turn, say: Say) -> Events:
        """Leave the note with the coach and give its reference, or throw it away."""
        if turn.slot("note_confirm_yes") is True and turn.intent == "affirm":
            receipt = notes.leave(
                office(),
                turn.conversation,
                kind_of(turn),
                turn.slot("note_text") or phrase("wish_callback", turn.language),
                turn.slot("note_reach_address") or None,
                identify.verified_person(turn),
                turn.once,
            )
            date = long_date(receipt.answer_by, turn.language)
            say(f"note_left_{kind_of(turn)}", {"reference": receipt.reference, "date": date, **authority()})
        else:
            say("stopped_note_form")
        return clears(NoteForm.form)
