"""How an action speaks: by naming a response of domain.yml and giving it its values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from actions.turn import Turn
from actions.words import knows
from casework.messages import Link, Offer, Quote

_ITS_OWN = {"text", "buttons", "custom", "response", "template", "image", "attachment", "elements"}


class Say:
    """Collects what is said in one call; Rasa fills in the words in the conversation's language."""

    def __init__(self, dispatcher: Any, turn: Turn) -> None:
        self._dispatcher = dispatcher
        self._turn = turn

    def __call__(
        self,
        response: str,
        values: Mapping[str, str] | None = None,
        *,
        choices: Iterable[Offer] = (),
        link: Link | None = None,
        quote: Quote | None = None,
    ) -> None:
        """Say `utter_<response>` with its values; `choices` come after the domain's own. Raises KeyError if unknown."""
        name = f"utter_{response}"
        if taken := _ITS_OWN & (values or {}).keys():
            raise ValueError(f"rasa_sdk has a meaning of its own for {sorted(taken)}")
        if not knows(name):
            raise KeyError(name)
        self._dispatcher.utter_message(
            response=name,
            buttons=[_button(choice) for choice in choices],
            json_message=_beside(link, quote),
            **{key: _unbroken(value) for key, value in (values or {}).items()},
        )

    def aloud(
        self,
        text: str,
        *,
        choices: Iterable[Offer] = (),
        link: Link | None = None,
        quote: Quote | None = None,
    ) -> None:
        """Say words that don't stand in the domain: an answer out of the practice pack, a passage of its policy."""
        self._dispatcher.utter_message(
            text=text, buttons=[_button(choice) for choice in choices], json_message=_beside(link, quote)
        )

    def unlike_before(
        self,
        *responses: str,
        values: Mapping[str, str] | None = None,
        choices: Iterable[Offer] = (),
        link: Link | None = None,
        quote: Quote | None = None,
    ) -> None:
        """Say the first of these that the message before wasn't answered with, so that nobody hears an echo."""
        fresh = (name for name in responses if f"utter_{name}" not in self._turn.said_before)
        self(next(fresh, responses[0]), values, choices=choices, link=link, quote=quote)


def _button(choice: Offer) -> dict[str, str]:
    return {"title": choice.label, "payload": choice.payload}


def _beside(link: Link | None, quote: Quote | None) -> dict[str, Any] | None:
    beside = {"link": asdict(link) if link else None, "quote": asdict(quote) if quote else None}
    return beside if link or quote else None


def _unbroken(value: str) -> str:
    # Rasa's templates take "0[" in a filled-in value for a place that was not filled in.
    return value.replace("0[", "0 [")
