"""Who somebody is: an address, a one-time code to it, and the coach's call-back for who gets no code.

Three forms ask this the same way. Nothing here tells whether an address is known to the practice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from actions.act import Events, empties, opens
from actions.context import office
from actions.say import Say
from actions.steps import Step, Taken, ask_which, stale
from actions.turn import Turn
from actions.words import phrase
from casework import identity
from casework.errors import TooSoon
from casework.fields import Checked, email_in, phone_in
from casework.messages import Offer

VERIFIED, CLAIM = "verified", "claim"
"""Values of identify_code: the code was right; no code, so the coach calls back. The code itself is never a slot."""
SHOWS_ONLY = "status_form"
"""The form that is no use to who can't show who they are."""
SLOTS = ("identify_address", "identify_code")
_MINUTE = 60


def verified_person(turn: Turn) -> str | None:
    """The person who is verified in this conversation, or None."""
    return identity.who(office(), turn.conversation)


def is_claim(turn: Turn) -> bool:
    """Whether the person goes on without a code."""
    return bool(turn.slot("identify_code") == CLAIM)


def due(turn: Turn) -> Iterator[str]:
    """The questions that are needed to know who this is."""
    if not is_claim(turn) and verified_person(turn) is None:
        yield from SLOTS


@dataclass(frozen=True, kw_only=True)
class AddressStep(Step):
    """Asks for an address and sends the code there."""

    slot: str = "identify_address"

    def hear(self, turn: Turn, say: Say) -> Taken | None:
        """Have a code mailed to who is on file with this e-mail address or telephone number, if anybody is."""
        if turn.intent != "inform":
            return None
        if (chosen := turn.entities.get("corrected")) is not None:
            return _send(str(chosen), turn, say)
        if not turn.text:
            return stale(say)
        email = email_in(turn.text)
        if isinstance(email, Checked):
            return _send(email.value, turn, say)
        phone = phone_in(turn.text)
        if isinstance(phone, Checked):
            return _send(phone.value, turn, say)
        if email.hint is not None:
            return ask_which(turn, say, email.hint)
        return Taken(missed="email", reason=email.reason)


@dataclass(frozen=True, kw_only=True)
class CodeStep(Step):
    """Asks for the code, and has three ways out for who doesn't get one."""

    slot: str = "identify_code"

    def ask(self, turn: Turn, say: Say, again: bool) -> None:
        """Say that a code is on its way, in the same words whether the address is known or not."""
        if again:
            say.unlike_before("again_identify_code", "still_identify_code")
        else:
            by_mail = "@" in str(turn.slot("identify_address"))
            response = "question_identify_code" if by_mail else "question_identify_code_phone"
            minutes = {"minutes": str(office().pack.codes.minutes)}
            say.unlike_before(response, "code_sent_again", values=minutes)

    def hear(self, turn: Turn, say: Say) -> Taken | None:
        """Check the code, or help who has none."""
        if turn.intent != "inform":
            return None
        match turn.entities.get("no_code"):
            case "help":
                say.unlike_before("no_code", "no_code_again", choices=_ways_on(turn))
                return Taken(asked=True)
            case "again":
                return _send_again(turn, say)
            case "other":
                return Taken({"identify_address": None})
            case "call":
                if turn.form != SHOWS_ONLY:
                    say("coach_calls_back")
                return Taken({self.slot: CLAIM})
        if verified_person(turn) is not None:
            return Taken({self.slot: VERIFIED})  # a retry: the code was taken, the turn was lost after it
        if not turn.text:
            return stale(say)
        if "@" in turn.text:
            return STEPS["identify_address"].hear(turn, say)
        if not any(sign.isdigit() for sign in turn.text):
            say.unlike_before("no_code", "no_code_again", choices=_ways_on(turn))
            return Taken(asked=True)
        return _check(turn, say)


STEPS: Mapping[str, Step] = {step.slot: step for step in (AddressStep(), CodeStep())}


def again(form: str, turn: Turn, say: Say) -> Events:
    """Events that ask once more who this is, because the proof ended just before the act; the rest is kept."""
    say("proof_ended")
    confirm = f"{form.removesuffix('_form')}_confirm_yes"
    return [*empties((*SLOTS, confirm)), *opens(form)]


def _send(address: str, turn: Turn, say: Say) -> Taken:
    try:
        identity.send_code(office(), turn.conversation, address)
    except TooSoon as soon:
        _tell_to_wait(soon, turn, say)
        return Taken({"identify_address": address}, asked=True)
    return Taken({"identify_address": address})


def _send_again(turn: Turn, say: Say) -> Taken:
    try:
        identity.send_code(office(), turn.conversation, str(turn.slot("identify_address")))
    except TooSoon as soon:
        _tell_to_wait(soon, turn, say)
    else:
        say("code_sent_again", {"minutes": str(office().pack.codes.minutes)})
    return Taken(asked=True)


def _check(turn: Turn, say: Say) -> Taken:
    match identity.check_code(office(), turn.conversation, turn.text):
        case "verified":
            return Taken({"identify_code": VERIFIED})
        case "call_back":
            say("code_shared")
            return Taken({"identify_code": CLAIM})
        case "wrong":
            return Taken(missed="code", reason="code")
        case "expired":
            say.unlike_before("code_expired", "code_expired_again", choices=_ways_on(turn))
        case _:
            say.unlike_before("code_too_many", "code_too_many_again", choices=_ways_on(turn))
    return Taken(asked=True)


def _tell_to_wait(soon: TooSoon, turn: Turn, say: Say) -> None:
    minutes = max(1, -(-soon.wait_seconds // _MINUTE))
    wait = phrase("minute" if minutes == 1 else "minutes", turn.language, minutes=str(minutes))
    said = ("code_too_soon", "code_too_soon_again")
    say.unlike_before(*said, values={"wait": wait}, choices=_ways_on(turn)[1:])


def _ways_on(turn: Turn) -> list[Offer]:
    return [
        Offer(phrase(f"code_{way}", turn.language), f'/inform{{"no_code":"{way}"}}')
        for way in ("again", "other", "call")
    ]
