"""Permissions: see one's own, withdraw one at once, answer one that the practice asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from actions import identify
from actions.act import Act, Events, opens, sets
from actions.context import office
from actions.form import Form
from actions.hand_over import TELEGRAM, hand_over
from actions.leaving import clears, doubtful, leaves
from actions.say import Say
from actions.steps import Choice, Step, Taken, YesNo
from actions.turn import Turn
from actions.words import phrase, sentence
from casework import consents, notes
from casework.consents import ConsentView, Receipt
from casework.words import long_date

WITHDRAW, GIVE, LOOK = "withdraw", "give", "look"
ACT_OF_INTENT = {
    "withdraw_pr_consent": f"{WITHDRAW}_pr",
    "withdraw_consent": WITHDRAW,
    "give_pr_consent": GIVE,
    "give_consent": GIVE,
    "ask_my_consents": LOOK,
}
LEAVE = "leave"
"""The choice to leave everything as it is."""


def _gives(turn: Turn) -> bool:
    return bool(turn.slot("consent_act") == GIVE)


def _offered(turn: Turn) -> tuple[ConsentView, ...]:
    """The permissions that this is about: those that are asked, or those in force (for publicity first)."""
    person = identify.verified_person(turn)
    if person is None:
        return ()
    if _gives(turn):
        return consents.open_asks(office(), person)
    for_publicity = turn.slot("consent_act") == f"{WITHDRAW}_pr"
    return consents.active(office(), person, pr_only=for_publicity) or consents.active(office(), person)


def label(consent: ConsentView, turn: Turn) -> str:
    """What the permission is for, in the conversation's language."""
    return consent.label_en if turn.language == "en" else consent.label_nl


def choosing(consent: ConsentView, turn: Turn) -> dict[str, str | None]:
    """The slots after this permission was chosen. Its label is kept: once withdrawn it is on no list any more."""
    return {"consent_choice": consent.id, "consent_label": label(consent, turn), "consent_confirm_yes": None}


def _the_only_one(turn: Turn) -> dict[str, str | None]:
    """Slots that choose the permission where there is one and it is clear what is to happen with it."""
    offered = _offered(turn)
    return choosing(offered[0], turn) if len(offered) == 1 and turn.slot("consent_act") != LOOK else {}


def _options(turn: Turn) -> list[tuple[str, str]]:
    return [
        *((sentence(label(consent, turn)), consent.id) for consent in _offered(turn)),
        (phrase("leave_as_is", turn.language), LEAVE),
    ]


def _given(turn: Turn) -> dict[str, str]:
    lines = [
        phrase(
            "consent_given_on",
            turn.language,
            label=sentence(label(one, turn)),
            date=long_date(one.given_on, turn.language),
        )
        if one.given_on
        else sentence(label(one, turn))
        for one in _offered(turn)
    ]
    return {"consents": "\n".join(lines)}


def _consequences(turn: Turn) -> dict[str, str]:
    if identify.is_claim(turn):
        return {"wish": phrase(f"wish_{turn.slot('consent_act')}", turn.language)}
    chosen = str(turn.slot("consent_choice"))
    if _gives(turn):
        return {"question": consents.question(office(), chosen, turn.language)}
    take_down = consents.take_down_date(office(), chosen)
    date = long_date(take_down, turn.language) if take_down else ""
    return {"consent": str(turn.slot("consent_label")), "date": date}


def _confirmation(turn: Turn) -> str:
    if identify.is_claim(turn):
        return "confirm_consent_call_back"
    if _gives(turn):
        return "confirm_give_consent"
    return "confirm_withdraw_published" if _consequences(turn).get("date") else "confirm_withdraw"


class ConsentForm(Form):
    """Asks who it is, which permission it is about, and whether to go through with it."""

    called = "validate_consent_form"
    form = "consent_form"
    steps: ClassVar[Mapping[str, Step]] = {
        **identify.STEPS,
        "consent_choice": Choice(
            slot="consent_choice",
            options=_options,
            no=LEAVE,
            asked_with=_given,
            response=lambda turn: "question_open_asks" if _gives(turn) else "question_consent_choice",
            need="choice",
        ),
        "consent_confirm_yes": YesNo(
            slot="consent_confirm_yes",
            about=lambda turn: "call_back" if identify.is_claim(turn) else str(turn.slot("consent_choice")),
            asked_with=_consequences,
            response=_confirmation,
            need="yes_or_no",
        ),
    }

    def due(self, turn: Turn) -> Iterator[str]:
        """Identity; which permission, if there is more than one; the confirmation."""
        yield from identify.due(turn)
        if identify.is_claim(turn):
            yield "consent_confirm_yes"
            return
        if turn.slot("consent_choice") is None and not _offered(turn):
            return
        yield "consent_choice"
        if turn.slot("consent_choice") != LEAVE:
            yield "consent_confirm_yes"

    def take(self, turn: Turn, say: Say) -> Taken | None:
        """An answer. Who turns out to have one permission need not choose; another choice is confirmed anew."""
        taken = super().take(turn, say)
        if taken is None:
            return None
        if taken.changes.get("identify_code") == identify.VERIFIED:
            unchosen = {"consent_choice": None, "consent_label": None}
            return Taken({**taken.changes, **unchosen, **_the_only_one(turn)})
        chosen = next((one for one in _offered(turn) if one.id == taken.changes.get("consent_choice")), None)
        return Taken(choosing(chosen, turn)) if chosen else taken


class OpenConsent(Act):
    """Begins with permissions, or gives the link where that can't be done."""

    called = "action_open_consent"

    def do(self, turn: Turn, say: Say) -> Events:
        """Open the form for what the message asks."""
        if doubtful(turn, say):
            return []
        if turn.channel == TELEGRAM:
            hand_over(turn, say)
            return []
        begun: dict[str, str | None] = {"consent_act": ACT_OF_INTENT[turn.intent]}
        left = leaves(turn, say, ConsentForm.form)
        begun |= _the_only_one(turn.after(begun))
        if identify.verified_person(turn) and not _offered(turn.after(begun)):
            say("no_open_asks" if begun["consent_act"] == GIVE else "no_consents")
            return left
        return [*left, *clears(ConsentForm.form), *sets(begun), *opens(ConsentForm.form)]


class SubmitConsent(Act):
    """Withdraws or gives, once that was confirmed in this very message."""

    called = "action_submit_consent"

    def do(self, turn: Turn, say: Say) -> Events:
        """Do what was confirmed and give the receipt's number, or say why there is nothing to do."""
        confirmed = turn.slot("consent_confirm_yes") is True and turn.intent == "affirm"
        declined = turn.slot("consent_confirm_yes") is False and turn.intent == "deny"
        if identify.is_claim(turn) and confirmed:
            self._let_the_coach_call(turn, say)
        elif identify.is_claim(turn):
            say("consents_left")
        elif turn.slot("consent_choice") is None:
            say("no_open_asks" if _gives(turn) else "no_consents")
        elif not confirmed and not (declined and _gives(turn)):
            say("consents_left")
        elif (person := identify.verified_person(turn)) is None:
            return identify.again(ConsentForm.form, turn, say)
        else:
            act = consents.refuse if declined else consents.give if _gives(turn) else consents.withdraw
            receipt = act(office(), person, str(turn.slot("consent_choice")), turn.conversation, turn.once)
            _tell(receipt, str(turn.slot("consent_label")), turn, say)
        return clears(ConsentForm.form)

    def _let_the_coach_call(self, turn: Turn, say: Say) -> None:
        receipt = notes.leave(
            office(),
            turn.conversation,
            "callback",
            phrase(f"wish_{turn.slot('consent_act')}", "nl"),
            str(turn.slot("identify_address")),
            None,
            turn.once,
        )
        say(
            "consent_call_back",
            {"reference": receipt.reference, "date": long_date(receipt.answer_by, turn.language)},
        )


def _tell(receipt: Receipt, consent: str, turn: Turn, say: Say) -> None:
    match receipt.state:
        case "withdrawn" if receipt.take_down_by:
            date = long_date(receipt.take_down_by, turn.language)
            say("withdrawn_published", {"consent": consent, "date": date, "number": receipt.number})
        case "withdrawn":
            say("withdrawn", {"consent": consent, "number": receipt.number})
        case "awaiting_confirmation":
            say("consent_awaits", {"consent": consent, "number": receipt.number})
        case "refused":
            say("consent_refused", {"consent": consent, "number": receipt.number})
        case _:
            say("consent_given", {"consent": consent, "number": receipt.number})
