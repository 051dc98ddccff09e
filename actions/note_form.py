"""A note for the coach: a question, a complaint, a possible data leak, a wish to be called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import ClassVar, cast

from actions import identify, passing_on
from actions.act import Act, Events, opens, sets
from actions.context import office
from actions.corrected_fields import corrected_field
from actions.corrections import added, addition, wants_other_words
from actions.form import Form
from actions.hand_over import TELEGRAM, hand_over
from actions.leaving import clears, doubtful, leaves
from actions.say import Say
from actions.steps import Step, Taken, Words, YesNo, shortened
from actions.turn import Turn
from actions.words import phrase
from casework import notes
from casework.clocks import day_in_amsterdam
from casework.dates import date_in
from casework.fields import Checked, Refused, email_in, phone_in, words_in
from casework.messages import Language
from casework.notes import Kind
from casework.words import long_date, weekday_and_date

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


def _kind_asked(turn: Turn) -> Kind | None:
    """The kind of note that a message asks for, if it asks for one."""
    if turn.entities.get("call"):
        return "callback"
    return KIND_OF_INTENT.get(turn.intent) if turn.sure else None


def _is_call_back(turn: Turn) -> bool:
    return kind_of(turn) == "callback"


def _summary(turn: Turn) -> dict[str, str]:
    text = str(turn.slot("note_text") or "")
    message = "\n".join((shortened(text), *_noticed(turn, turn.language)))
    return {"message": message, "reach": str(turn.slot("note_reach_address"))}


def _noticed(turn: Turn, language: Language) -> tuple[str, ...]:
    """A line with the day on which a leak was noticed, where the report tells it ("vorige week dinsdag")."""
    if kind_of(turn) != "incident":
        return ()
    found = date_in(str(turn.slot("note_text") or ""), day_in_amsterdam(office().now()))
    if not isinstance(found, Checked):
        return ()
    day = weekday_and_date(date.fromisoformat(found.value), language)
    return (phrase("noticed_on", language, date=day),)


def _confirmation(turn: Turn) -> str:
    if _is_call_back(turn):
        return "confirm_note_callback"
    return "confirm_note_reach" if turn.slot("note_reach_address") else "confirm_note"


def authority() -> dict[str, str]:
    """The supervisory authority and its site, as the values of a response."""
    known = office().pack.authority
    return {"authority": known.name, "site": known.website.removeprefix("https://")}


def _words_for_the_coach(turn: Turn) -> str:
    text = turn.slot("note_text") or phrase("wish_callback", turn.language)
    return "\n\n".join((text, *_noticed(turn, "nl")))


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

    def wordings(self, turn: Turn, again: bool) -> list[str]:
        """As any question, in other words when it is asked again."""
        shorter = "again_note_phone" if _is_call_back(turn) else "again_note_reach_address"
        return [shorter, self.question(turn)] if again else [self.question(turn)]


class NoteForm(Form):
    """Asks for the message, how to reach the person, and whether to pass it on."""

    called = "validate_note_form"
    form = "note_form"
    steps: ClassVar[Mapping[str, Step]] = {
        "note_text": TextStep(slot="note_text", check=words_in, kind="text", optional=_is_call_back),
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

    def take(self, turn: Turn, say: Say) -> Taken | None:
        """An answer, another kind of note than was begun, or a correction of what is summed up; no word is lost."""
        kind = _kind_asked(turn)
        if kind is not None and kind != kind_of(turn):
            say(f"note_begins_{kind}", authority())
            kept = {slot: turn.slot(slot) or None for slot in ("note_text", "note_reach_address")}
            return Taken({"note_kind": kind, **kept, "note_confirm_yes": None})
        if kind is not None:
            return Taken()
        return self._corrected(turn, say) or super().take(turn, say)

    def _corrected(self, turn: Turn, say: Say) -> Taken | None:
        if turn.requested != "note_confirm_yes" or not turn.text:
            return None
        if isinstance(reach := address_in(turn.text), Checked):
            say("note_reach_changed", {"reach": reach.value})
            return Taken({"note_reach_address": reach.value})
        if more := addition(turn.text):
            return Taken({"note_text": added(str(turn.slot("note_text") or ""), more)})
        if corrected_field(turn.text, ("email", "phone")):
            return Taken({"note_reach_address": None})
        return Taken({"note_text": None}) if wants_other_words(turn.text) else None


class OpenNote(Act):
    """Begins a note, or gives the link where it can't be taken."""

    called = "action_open_note"

    def do(self, turn: Turn, say: Say) -> Events:
        """Open the form for the kind of note that the message asks for."""
        if doubtful(turn, say):
            return []
        return open_note(turn, say, _kind_asked(turn) or KIND_OF_INTENT[turn.intent])


def open_note(turn: Turn, say: Say, kind: Kind) -> Events:
    """Begin a note of this kind. A question that Balie could not answer goes along and isn't asked for again."""
    asked = passing_on.kept(turn) if kind == "question" else None
    if turn.channel == TELEGRAM:
        hand_over(turn, say)
        return sets({passing_on.KEPT: asked})
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
                _words_for_the_coach(turn),
                turn.slot("note_reach_address") or None,
                identify.verified_person(turn),
                turn.once,
            )
            date = long_date(receipt.answer_by, turn.language)
            say(f"note_left_{kind_of(turn)}", {"reference": receipt.reference, "date": date, **authority()})
        else:
            say("stopped_note_form")
        return clears(NoteForm.form)
