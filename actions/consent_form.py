"""Permissions: see one's own, withdraw one at once, answer one that the practice asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from actions import identify
from actions.act import Act, Events, opens, sets
from actions.context import office
from actions.corrections import names_another, other_direction, other_one
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
_UNCHOSEN = {"consent_choice": None, "consent_label": None, "consent_confirm_yes": None}
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
        question = consents.question(office(), chosen, turn.language)
        return {"question": question, "consent": str(turn.slot("consent_label"))}
    take_down = consents.take_down_date(office(), chosen)
    date = long_date(take_down, turn.language) if take_down else ""
    return {"consent": str(turn.slot("consent_label")), "date": date}


def _confirmation(turn: Turn) -> str:
    if identify.is_claim(turn):
        return "confirm_consent_call_back"
    if _gives(turn):
        return "confirm_give_consent"
    return "confirm_withdraw_published" if _consequences(turn).get("date") else "confirm_withdraw"


def _confirmation_again(turn: Turn) -> str:
    if identify.is_claim(turn):
        return "again_consent_call_back"
    return "again_give_consent" if _gives(turn) else "again_withdraw"


def _about(turn: Turn) -> str:
    """What a button is about: giving or withdrawing, and which permission; so a yes to one is none to the other."""
    if identify.is_claim(turn):
        return f"call_back:{turn.slot('consent_act')}"
    return f"{GIVE if _gives(turn) else WITHDRAW}:{turn.slot('consent_choice')}"


def _refuses(turn: Turn) -> bool:
    """Whether a no is written down as a refusal."""
    return _gives(turn) and not identify.is_claim(turn)


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
            about=_about,
            no_acts=_refuses,
            asked_with=_consequences,
            response=_confirmation,
            again=_confirmation_again,
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
        """An answer or a correction. Who turns out to have one permission need not choose."""
        if (turned := _turned(turn)) is not None:
            say(f"consent_turned_{GIVE if turned == GIVE else WITHDRAW}")
            changes = {"consent_act": turned, **_UNCHOSEN}
            return Taken({**changes, **_the_only_one(turn.after(changes))})
        if (named := _named(turn)) is not None:
            return self._choose(named, turn, say)
        if _asks_the_same(turn):
            return Taken()
        taken = super().take(turn, say)
        if taken is None:
            return None
        if taken.changes.get("identify_code") == identify.VERIFIED:
            return Taken({**taken.changes, **_UNCHOSEN, **_the_only_one(turn)})
        chosen = next((one for one in _offered(turn) if one.id == taken.changes.get("consent_choice")), None)
        return Taken(choosing(chosen, turn)) if chosen else taken

    def _choose(self, named: str, turn: Turn, say: Say) -> Taken:
        chosen = next((one for one in _choosable(turn) if one.id == named), None)
        if chosen is None:
            return Taken(_UNCHOSEN)
        say("consent_changed", {"consent": label(chosen, turn)})
        return Taken(choosing(chosen, turn))


def _turned(turn: Turn) -> str | None:
    """The other direction, where the person wants to give instead of withdraw or the other way round."""
    act = str(turn.slot("consent_act"))
    if turn.sure and (meant := ACT_OF_INTENT.get(turn.intent)) is not None:
        return meant if GIVE in (act, meant) else None
    if turn.requested in ("consent_choice", "consent_confirm_yes"):
        return other_direction(turn.text, GIVE if act == GIVE else WITHDRAW)
    return None


def _asks_the_same(turn: Turn) -> bool:
    """Whether the message asks for what is going on already: then it begins nothing anew."""
    meant = ACT_OF_INTENT.get(turn.intent, LOOK) if turn.sure else LOOK
    return meant != LOOK and (meant == GIVE) == _gives(turn) and turn.slot("consent_act") != LOOK


def _choosable(turn: Turn) -> tuple[ConsentView, ...]:
    """All permissions that this can be about, those that are not for publicity included."""
    person = identify.verified_person(turn)
    if person is None:
        return ()
    return consents.open_asks(office(), person) if _gives(turn) else consents.active(office(), person)


def _named(turn: Turn) -> str | None:
    """The permission that is named instead of the chosen one; empty when it is another one, without saying which."""
    if turn.requested not in ("consent_choice", "consent_confirm_yes") or identify.is_claim(turn):
        return None
    labels = {one.id: label(one, turn) for one in _choosable(turn)}
    if turn.requested == "consent_confirm_yes" and len(labels) > 2 and names_another(turn.text):
        return ""
    return other_one(turn.text, str(turn.slot("consent_choice") or ""), labels)


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
