"""A request under the AVG: who asks, what follows and by when, a confirmation, a reference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar, cast

from actions import identify
from actions.act import Act, Events, opens, sets
from actions.context import office
from actions.corrections import added, addition, other_request, wants_other_words
from actions.form import Form
from actions.hand_over import TELEGRAM, hand_over
from actions.leaving import clears, doubtful, leaves
from actions.say import Say
from actions.steps import Step, Taken, Words, YesNo, shortened
from actions.turn import Turn
from actions.words import phrase, sentence
from casework import identity, requests
from casework.fields import words_in
from casework.requests import Kind, Stay
from casework.words import long_date

INTENT = "request_"
KINDS = ("access", "rectification", "erasure", "restriction", "portability", "objection")
WITH_DETAIL = {"rectification": True, "restriction": False, "objection": False}
"""Kinds that ask what it is about, and whether that is needed."""


def kind_of(turn: Turn) -> Kind:
    """The right that is being exercised."""
    return cast(Kind, turn.slot("request_kind"))


def _what_follows(turn: Turn) -> dict[str, str]:
    return {
        "request": phrase(f"request_{kind_of(turn)}", turn.language),
        "date": long_date(requests.promise(office()).promised, turn.language),
    }


class DetailStep(Words):
    """Asks what the request is about, in the words of its kind."""

    def question(self, turn: Turn) -> str:
        """The response that asks it for this kind of request."""
        return f"question_request_detail_{kind_of(turn)}"


class ConfirmStep(YesNo):
    """Sums up what will happen, with its date; before an erasure also what has to stay."""

    def ask(self, turn: Turn, say: Say, again: bool) -> None:
        """Say what stays, repeat the person's own words, and ask whether to go on."""
        if kind_of(turn) == "erasure" and not again:
            tell_what_stays(turn, say)
        if (detail := turn.slot("request_detail_text")) and not again:
            say("request_detail", {"detail": shortened(detail)})
        super().ask(turn, say, again)


class RequestForm(Form):
    """Asks who it is, what it is about where that is needed, and whether to hand the request in."""

    called = "validate_request_form"
    form = "request_form"
    steps: ClassVar[Mapping[str, Step]] = {
        **identify.STEPS,
        "request_detail_text": DetailStep(
            slot="request_detail_text",
            check=words_in,
            kind="text",
            optional=lambda turn: not WITH_DETAIL[kind_of(turn)],
            need="request_detail",
        ),
        "request_confirm_yes": ConfirmStep(
            slot="request_confirm_yes",
            about=lambda turn: kind_of(turn),
            asked_with=_what_follows,
            response=lambda turn: f"confirm_{kind_of(turn)}",
            need="yes_or_no",
        ),
    }

    def due(self, turn: Turn) -> Iterator[str]:
        """Identity, the detail of some kinds, and the confirmation."""
        yield from identify.due(turn)
        if kind_of(turn) in WITH_DETAIL:
            yield "request_detail_text"
        yield "request_confirm_yes"

    def take(self, turn: Turn, say: Say) -> Taken | None:
        """An answer, another request than the one that was being made ("niet wissen, alleen inzien"), or other words."""
        if (other := _another_kind(turn)) is not None:
            say("request_changed", {"request": phrase(f"request_{other}", turn.language)})
            return Taken({"request_kind": other, "request_detail_text": None, "request_confirm_yes": None})
        if turn.intent == f"{INTENT}{kind_of(turn)}":
            return Taken()
        if (detail := _other_detail(turn)) is not None:
            say("detail_changed")
            return Taken({"request_detail_text": detail or None})
        return super().take(turn, say)


class OpenRequest(Act):
    """Begins a request, or gives the link where it can't be made."""

    called = "action_open_request"

    def do(self, turn: Turn, say: Say) -> Events:
        """Open the form for the right that the message names."""
        if doubtful(turn, say):
            return []
        if turn.channel == TELEGRAM:
            hand_over(turn, say)
            return []
        left = leaves(turn, say, RequestForm.form)
        kind = turn.intent.removeprefix(INTENT)
        return [
            *left,
            *clears(RequestForm.form),
            *sets({"request_kind": kind}),
            *opens(RequestForm.form),
        ]


class SubmitRequest(Act):
    """Hands the request in, once it was confirmed in this very message."""

    called = "action_submit_request"

    def do(self, turn: Turn, say: Say) -> Events:
        """Submit and give the reference, or leave everything as it is."""
        if turn.slot("request_confirm_yes") is not True or turn.intent != "affirm":
            say("request_not_made")
            return clears(RequestForm.form)
        claim = identify.is_claim(turn)
        person = _claimant(turn) if claim else identify.verified_person(turn)
        if person is None:
            return identify.again(RequestForm.form, turn, say)
        receipt = requests.submit(
            office(),
            turn.conversation,
            person,
            kind_of(turn),
            turn.slot("request_detail_text") or None,
            "none" if claim else "code",
            turn.once,
        )
        say(
            "request_made_call_back" if claim else "request_made",
            {"reference": receipt.reference, "date": long_date(receipt.promised, turn.language)},
        )
        return clears(RequestForm.form)


def _claimant(turn: Turn) -> str:
    return identity.claimant(office(), turn.conversation, str(turn.slot("identify_address")))


def _another_kind(turn: Turn) -> str | None:
    if turn.sure and turn.intent.startswith(INTENT) and (kind := turn.intent.removeprefix(INTENT)) in KINDS:
        return None if kind == kind_of(turn) else kind
    if turn.requested == "request_confirm_yes" or (turn.requested in identify.SLOTS and _is_words(turn.text)):
        return other_request(turn.text, kind_of(turn))
    return None


def _is_words(text: str) -> bool:
    """Whether a text is neither an address nor a code."""
    return "@" not in text and not any(sign.isdigit() for sign in text)


def _other_detail(turn: Turn) -> str | None:
    """The person's own words as they are to be now, empty when they are to be asked again; None: they may stay."""
    if turn.requested != "request_confirm_yes":
        return None
    detail = str(turn.slot("request_detail_text") or "")
    if more := addition(turn.text):
        return added(detail, more)
    return "" if kind_of(turn) in WITH_DETAIL and wants_other_words(turn.text) else None


def tell_what_stays(turn: Turn, say: Say) -> None:
    """Say what would stay after an erasure, why and until when."""
    person = None if identify.is_claim(turn) else identify.verified_person(turn)
    stays = [_stay(stay, turn) for stay in requests.stays(office(), person)]
    if stays:
        say("erasure_stays", {"stays": "\n".join(stays)})
    else:
        say("erasure_nothing_stays")


def _stay(stay: Stay, turn: Turn) -> str:
    what, why = (stay.what_en, stay.why_en) if turn.language == "en" else (stay.what_nl, stay.why_nl)
    what = sentence(what)
    if stay.until is None:
        return phrase("stay", turn.language, what=what, why=why)
    return phrase("stay_until", turn.language, what=what, why=why, until=long_date(stay.until, turn.language))
