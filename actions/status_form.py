"""How a request stands: this conversation's own at once, somebody's earlier ones after a code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from actions import identify
from actions.act import Act, Events, opens
from actions.context import office
from actions.form import Form
from actions.hand_over import TELEGRAM, hand_over
from actions.leaving import clears, doubtful, leaves
from actions.say import Say
from actions.steps import Step
from actions.turn import Turn
from actions.words import phrase
from casework import requests
from casework.requests import RequestView
from casework.words import long_date


class StatusForm(Form):
    """Asks who it is, and nothing else."""

    called = "validate_status_form"
    form = "status_form"
    steps: ClassVar[Mapping[str, Step]] = identify.STEPS

    def due(self, turn: Turn) -> Iterator[str]:
        """Identity."""
        yield from identify.due(turn)


class OpenStatus(Act):
    """Tells how requests stand; asks who it is where this conversation has none of its own."""

    called = "action_open_status"

    def do(self, turn: Turn, say: Say) -> Events:
        """Tell at once, or open the form."""
        if doubtful(turn, say):
            return []
        if known := _known_here(turn):
            _tell(known, turn, say)
            return []
        if identify.verified_person(turn):
            say("status_none")
            return []
        if turn.channel == TELEGRAM:
            hand_over(turn, say)
            return []
        left = leaves(turn, say, StatusForm.form)
        say("status_needs_code")
        return [*left, *clears(StatusForm.form), *opens(StatusForm.form)]


class ShowStatus(Act):
    """Tells how the requests of the person who was just identified stand."""

    called = "action_show_status"

    def do(self, turn: Turn, say: Say) -> Events:
        """Tell it, or offer the coach where there was no code."""
        if identify.is_claim(turn):
            say("status_only_with_code")
        elif known := _known_here(turn):
            _tell(known, turn, say)
        else:
            say("status_none")
        return clears(StatusForm.form)


def _known_here(turn: Turn) -> tuple[RequestView, ...]:
    """The requests that may be told here: the verified person's own, else those made in this conversation."""
    person = identify.verified_person(turn)
    of_person = requests.of_person(office(), person) if person else ()
    told = {view.reference for view in of_person}
    of_talk = requests.of_conversation(office(), turn.conversation)
    return (*of_person, *(view for view in of_talk if view.reference not in told))


def _tell(views: tuple[RequestView, ...], turn: Turn, say: Say) -> None:
    say("status", {"requests": "\n".join(_line(view, turn) for view in views)})


def _line(view: RequestView, turn: Turn) -> str:
    language = turn.language
    return phrase(
        f"status_{view.state}",
        language,
        reference=view.reference,
        request=phrase(f"request_{view.kind}", language),
        received=long_date(view.received, language),
        date=long_date(view.extended_to or view.promised, language),
    )
