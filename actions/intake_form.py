"""The intake: a first acquaintance, with no more than the practice's pack lets it ask."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import ClassVar

from actions.act import Act, Events, opens
from actions.context import office
from actions.corrected_fields import FieldCorrected, corrected_field
from actions.form import Form
from actions.hand_over import TELEGRAM, hand_over
from actions.leaving import clears, doubtful, leaves
from actions.say import Say
from actions.steps import SKIPPED, Check, Choice, Kind, Step, Taken, Words, YesNo, always, ask_which
from actions.turn import Turn
from actions.words import phrase, sentence
from casework import intake, policy
from casework.clocks import day_in_amsterdam
from casework.consent_steps import wording
from casework.dates import birth_date_in
from casework.fields import Checked, Refused, email_in, name_in, phone_in, words_in
from casework.words import long_date

SLOT_OF_FIELD = {
    "name": "intake_name",
    "email": "intake_email",
    "phone": "intake_phone",
    "birth_date": "intake_birth_date_text",
    "address": "intake_address_text",
    "contact_safely": "intake_safely_text",
    "question": "intake_question_text",
}
"""The order in which fields are asked, and the slots that hold them."""
_AGE = re.compile(r"\D{0,20}(\d{1,2})\D{0,20}")
_NOT_YET = re.compile(
    r"\b(?:niet|geen|nog|bijna|net|word|wordt|onder|not|no|almost|nearly|under|turning|until)\b"
)
"""Beside these a number is no age: "nog geen 16", "bijna 16"."""
_CORRECTABLE = ("intake_summary_choice", "intake_change_choice", "intake_keep_yes")
_ADDRESSES = ("email", "phone")
OK, CHANGE, STOP = "ok", "change", "stop"
_SUMMED_UP_AGAIN = dict.fromkeys(("intake_change_choice", "intake_summary_choice"))


def asked_fields() -> list[str]:
    """The fields of the pack's allow-list, in our order."""
    offered = {field.name for field in office().pack.intake.offered}
    return [name for name in SLOT_OF_FIELD if name in offered]


def _label(field: str, turn: Turn) -> str:
    spec = office().pack.intake.field(field)
    return sentence(spec.label.to(turn.language) if spec else field)


def _why(field: str) -> Callable[[Turn, Say], None]:
    def explain(turn: Turn, say: Say) -> None:
        say.aloud(policy.why(office().pack, field, turn.language))

    return explain


def _may_skip(field: str) -> Callable[[Turn], bool]:
    def optional(turn: Turn) -> bool:
        spec = office().pack.intake.field(field)
        if spec is None or spec.required:
            return False
        return field not in ("email", "phone") or _other_address(field, turn)

    return optional


def _other_address(field: str, turn: Turn) -> bool:
    """Of e-mail and telephone one is needed: the first may be skipped while the second can still be asked."""
    if field == "email":
        return "phone" in asked_fields() and turn.slot("intake_phone") != SKIPPED
    return bool(turn.slot("intake_email"))


def _changeable(turn: Turn) -> list[tuple[str, str]]:
    return [(_label(field, turn), field) for field in asked_fields()]


def _answers(turn: Turn) -> list[tuple[str, str]]:
    return [(phrase(f"summary_{value}", turn.language), value) for value in (OK, CHANGE, STOP)]


def _summary(turn: Turn) -> dict[str, str]:
    """What was filled in, one thing a line."""
    given = [(field, _shown(field, turn)) for field in asked_fields()]
    lines = [f"{_label(field, turn)}: {value}" for field, value in given if value]
    return {"summary": "\n".join(lines)}


def _shown(field: str, turn: Turn) -> str:
    value = str(turn.slot(SLOT_OF_FIELD[field]) or "")
    if field == "birth_date" and value:
        return long_date(date.fromisoformat(value), turn.language)
    return value


def _birth_date(text: str) -> Checked | Refused:
    return birth_date_in(text, day_in_amsterdam(office().now()))


def _keep_question(turn: Turn) -> dict[str, str]:
    here = office()
    kind = here.pack.consent_kind(str(here.pack.intake.keep_consent))
    if kind is None:
        return {"question": ""}
    return {"question": wording(here, kind, turn.language, here.now())[0]}


def _words(field: str, check: Check, kind: Kind) -> Words:
    need = "address" if field in ("email", "phone") else "field"
    return Words(
        slot=SLOT_OF_FIELD[field],
        check=check,
        kind=kind,
        optional=_may_skip(field),
        why=_why(field),
        need=need,
    )


class AgeStep(YesNo):
    """Asks whether somebody is old enough; who types an age has answered it, and the age is not kept."""

    def hear(self, turn: Turn, say: Say) -> Taken | None:
        """Take a yes, a no, or an age."""
        age = _AGE.fullmatch(turn.text)
        if age is not None and not _NOT_YET.search(turn.text.casefold()):
            return Taken({self.slot: int(age[1]) >= office().pack.intake.minimum_age})
        return super().hear(turn, say)


class IntakeForm(Form):
    """Asks 16 or older, then the pack's fields, then whether it is right, then whether it may be kept."""

    called = "validate_intake_form"
    form = "intake_form"
    steps: ClassVar[Mapping[str, Step]] = {
        step.slot: step
        for step in (
            AgeStep(
                slot="intake_adult_yes",
                asked_with=lambda _: {"age": str(office().pack.intake.minimum_age)},
                no_acts=always,
                need="yes_or_no",
            ),
            _words("name", name_in, "name"),
            _words("email", email_in, "email"),
            _words("phone", phone_in, "phone"),
            _words("birth_date", _birth_date, "date"),
            _words("address", words_in, "text"),
            _words("contact_safely", words_in, "text"),
            _words("question", words_in, "text"),
            Choice(
                slot="intake_summary_choice",
                options=_answers,
                yes=OK,
                no=CHANGE,
                asked_with=_summary,
                need="choice",
            ),
            Choice(slot="intake_change_choice", options=_changeable, need="choice"),
            YesNo(slot="intake_keep_yes", asked_with=_keep_question, no_acts=always, need="yes_or_no"),
        )
    }

    def due(self, turn: Turn) -> Iterator[str]:
        """An age, the fields, a summary that is right, and where the pack asks it the consent to keep name and e-mail."""
        yield "intake_adult_yes"
        if turn.slot("intake_adult_yes") is False or turn.slot("intake_summary_choice") == STOP:
            return
        yield from (SLOT_OF_FIELD[field] for field in asked_fields())
        yield (
            "intake_change_choice"
            if turn.slot("intake_summary_choice") == CHANGE
            else "intake_summary_choice"
        )
        if office().pack.intake.keep_consent and turn.slot("intake_email"):
            yield "intake_keep_yes"

    def take(self, turn: Turn, say: Say) -> Taken | None:
        """An answer, or a correction; what is to change is emptied or changed at once, and all is summed up again."""
        if (corrected := _correction(turn)) is not None:
            return self._correct(corrected, turn, say)
        if turn.requested == "intake_change_choice" and turn.intent == "deny" and turn.sure:
            return Taken(_SUMMED_UP_AGAIN)
        taken = super().take(turn, say)
        if taken and (field := taken.changes.get("intake_change_choice")):
            return Taken({SLOT_OF_FIELD[field]: None, **_SUMMED_UP_AGAIN})
        return taken

    def _correct(self, corrected: FieldCorrected, turn: Turn, say: Say) -> Taken:
        slot, found = SLOT_OF_FIELD[corrected.field], corrected.found
        if isinstance(found, Checked):
            say("field_changed", {"field": _label(corrected.field, turn)})
            return Taken({slot: found.value, **_SUMMED_UP_AGAIN})
        if found is not None and found.hint is not None:
            return Taken({slot: None, **_SUMMED_UP_AGAIN}, asked=ask_which(turn, say, found.hint).asked)
        return Taken({slot: None, **_SUMMED_UP_AGAIN})


def _correction(turn: Turn) -> FieldCorrected | None:
    """What the person corrects: anything that is summed up, or an address given before while the other is asked."""
    if turn.requested in _CORRECTABLE:
        return corrected_field(turn.text, asked_fields(), asked=turn.requested == "intake_change_choice")
    for field, other in (_ADDRESSES, reversed(_ADDRESSES)):
        if turn.requested == SLOT_OF_FIELD[field] and turn.slot(SLOT_OF_FIELD[other]):
            corrected = corrected_field(turn.text, (other,))
            return corrected if corrected and isinstance(corrected.found, Checked) else None
    return None


class OpenIntake(Act):
    """Begins the intake, or gives the link where it can't be taken."""

    called = "action_open_intake"

    def do(self, turn: Turn, say: Say) -> Events:
        """Open the form."""
        if doubtful(turn, say):
            return []
        if turn.channel == TELEGRAM:
            hand_over(turn, say)
            return []
        if turn.form == IntakeForm.form:
            return []
        left = leaves(turn, say, IntakeForm.form)
        say("intake_begins")
        return [*left, *clears(IntakeForm.form), *opens(IntakeForm.form)]


class SubmitIntake(Act):
    """Hands the intake in, once everything was confirmed in this very message."""

    called = "action_submit_intake"

    def do(self, turn: Turn, say: Say) -> Events:
        """Submit and say what follows, or say that nothing was kept."""
        if turn.slot("intake_adult_yes") is False:
            _say_how_to_reach_us(turn, say)
            say("intake_too_young")
        elif turn.slot("intake_summary_choice") != OK:
            say("stopped_intake_form")
        else:
            self._submit(turn, say)
        return clears(IntakeForm.form)

    def _submit(self, turn: Turn, say: Say) -> None:
        details = {field: str(turn.slot(SLOT_OF_FIELD[field]) or "") for field in asked_fields()}
        receipt = intake.submit(
            office(),
            turn.conversation,
            {field: value for field, value in details.items() if value},
            turn.slot("intake_keep_yes"),
            turn.once,
        )
        say(
            "intake_done",
            {"reference": receipt.reference, "date": long_date(receipt.answer_by, turn.language)},
        )
        if receipt.keep_until is not None:
            kept = long_date(receipt.keep_until, turn.language)
            say("intake_kept", {"date": kept, "number": str(receipt.consent_receipt)})
        else:
            say("intake_ends", {"date": long_date(receipt.kept_until, turn.language)})


def _say_how_to_reach_us(turn: Turn, say: Say) -> None:
    if card := policy.contact_card(office().pack, turn.language):
        say("reach_practice", {"ways": "\n".join(card)})
