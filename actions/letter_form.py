"""A letter: several wishes in one message, listed back for one yes, and then each handed in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from actions import identify, letter
from actions.act import Act, Events, opens, sets
from actions.form import Form
from actions.hand_over import TELEGRAM, hand_over
from actions.leaving import clears, doubtful, leaves
from actions.note_form import address_in
from actions.request_form import tell_what_stays
from actions.say import Say
from actions.steps import Choice, Step, Taken, Words, YesNo, always
from actions.turn import Turn
from actions.words import phrase
from casework.messages import Offer

LEAVE = "leave"
"""The choice to do nothing of it."""


def _left_out(turn: Turn) -> list[tuple[str, str]]:
    return [
        *((letter.name_of(wish, turn), wish.key) for wish in letter.to_be_done(turn)),
        (phrase("letter_leave_all", turn.language), LEAVE),
    ]


class ReachStep(Words):
    """Asks how the coach can answer who needs to show nothing."""

    def question(self, turn: Turn) -> str:
        """As a note asks it."""
        return "question_note_reach_address"

    def wordings(self, turn: Turn, again: bool) -> list[str]:
        """As a note asks it, in other words the second time."""
        return ["again_note_reach_address", self.question(turn)] if again else [self.question(turn)]


class ConfirmStep(YesNo):
    """Lists what will happen, with its dates; before an erasure also what has to stay."""

    def ask(self, turn: Turn, say: Say, again: bool) -> None:
        """Say what stays, then list the wishes and ask whether to do all of it."""
        asked = {wish.intent for wish in letter.to_be_done(turn)}
        if letter.ERASURE in asked and not again:
            tell_what_stays(turn, say)
        super().ask(turn, say, again)


class LetterForm(Form):
    """Asks who it is where that is needed, and whether to do what the letter asks; after a no, what to leave out."""

    called = "validate_letter_form"
    form = "letter_form"
    steps: ClassVar[Mapping[str, Step]] = {
        **identify.STEPS,
        "letter_reach_address": ReachStep(
            slot="letter_reach_address",
            check=address_in,
            kind="address",
            optional=always,
            why=lambda _, say: say("why_note_reach_address"),
        ),
        "letter_confirm_yes": ConfirmStep(
            slot="letter_confirm_yes",
            about=lambda turn: "+".join(wish.key for wish in letter.to_be_done(turn)),
            asked_with=lambda turn: {"wishes": letter.what_follows(turn)},
            response=lambda _: "confirm_letter",
            need="yes_or_no",
        ),
        "letter_leave_choice": Choice(slot="letter_leave_choice", options=_left_out, no=LEAVE, need="choice"),
    }

    def due(self, turn: Turn) -> Iterator[str]:
        """Identity, or an address for the answer; the confirmation; after a no to several wishes, which to leave out."""
        if letter.needs_identity(turn):
            yield from identify.due(turn)
        elif identify.verified_person(turn) is None:
            yield "letter_reach_address"
        yield "letter_confirm_yes"
        if turn.slot("letter_confirm_yes") is False and len(letter.to_be_done(turn)) > 1:
            yield "letter_leave_choice"

    def take(self, turn: Turn, say: Say) -> Taken | None:
        """An answer. Once it is known who asks, their permissions are; what is left after one was left out is confirmed anew."""
        wishes = letter.wishes_of(turn)
        listed = {wish.intent for wish in letter.to_be_done(turn)}
        if turn.requested == "letter_confirm_yes" and turn.intent in listed and len(listed) > 1:
            return Taken(
                {"letter_confirm_yes": False}
            )  # "niet wissen": a word about one of them is no yes to all
        taken = super().take(turn, say)
        if taken is None:
            return None
        if taken.changes.get("identify_code") == identify.VERIFIED:
            person = str(identify.verified_person(turn))
            found = letter.kept(letter.with_permissions(wishes, person, turn))
            return Taken({**taken.changes, "letter_wishes": found})
        left_out = taken.changes.get("letter_leave_choice")
        if left_out in (None, LEAVE):
            return taken
        rest = [wish for wish in wishes if wish.key != left_out]
        unasked = {"letter_confirm_yes": None, "letter_leave_choice": None}
        return Taken({"letter_wishes": letter.kept(rest), **unasked})


class OpenLetter(Act):
    """Begins with a letter, or gives the link where it can't be handed in."""

    called = "action_open_letter"

    def do(self, turn: Turn, say: Say) -> Events:
        """Open the form for the wishes that were read. In Telegram they wait for the page that the link leads to."""
        if doubtful(turn, say):
            return []
        wishes = letter.heard_in(turn) or letter.wishes_of(turn)
        if not wishes:
            say("choice_is_past")
            return []
        if turn.channel == TELEGRAM:
            hand_over(turn, say)
            return sets({"letter_wishes": letter.kept(wishes)})
        left = leaves(turn, say, LetterForm.form)
        say("letter_begins")
        if letter.holds_bsn(turn):
            say("letter_bsn_left_out")
        if (person := identify.verified_person(turn)) is not None:
            wishes = letter.with_permissions(wishes, person, turn)
        begun = {"letter_wishes": letter.kept(wishes)}
        return [*left, *clears(LetterForm.form), *sets(begun), *opens(LetterForm.form)]


class SubmitLetter(Act):
    """Hands in all wishes, once they were confirmed in this very message."""

    called = "action_submit_letter"

    def do(self, turn: Turn, say: Say) -> Events:
        """Hand each in and give every reference, or leave everything as it is."""
        if turn.slot("letter_confirm_yes") is not True or turn.intent != "affirm":
            say("letter_left")
        else:
            claim = identify.is_claim(turn)
            person = letter.claimant(turn) if claim else identify.verified_person(turn)
            if person is None and letter.needs_identity(turn):
                return identify.again(LetterForm.form, turn, say)
            say(
                "letter_done_call_back_first" if claim else "letter_done",
                {"done": letter.hand_in(person, turn)},
            )
        if letter.wants_to_sign_up(turn):
            sign_up = Offer(phrase("choice_start_intake", turn.language), f"/{letter.SIGN_UP}")
            say("letter_sign_up", choices=[sign_up])
        return clears(LetterForm.form)
