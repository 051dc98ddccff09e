"""Whole turns: what is typed is listened to as the engine does, and taken through the rules as Rasa takes it.

The model is the one thing that is not there: a test says what it made of a text, and it may say anything.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from actions.words import responses
from nlu.call import clean, is_command
from nlu.listening import Heard, Offered, Understood, listen
from tests.actions.calls import Desk, Done, Json
from tests.stored import Rows, stored

ROOT = Path(__file__).resolve().parents[2]
RULES: list[Json] = [
    rule
    for path in sorted((ROOT / "data" / "rules").glob("*.yml"))
    for rule in yaml.safe_load(path.read_text("utf-8"))["rules"]
]
ACTION_OF_INTENT: dict[str, str] = {
    rule["steps"][0]["intent"]: rule["steps"][1]["action"] for rule in RULES if "intent" in rule["steps"][0]
}
ACT_AFTER_FORM: dict[str, str] = {
    rule["condition"][0]["active_loop"]: rule["steps"][-1]["action"] for rule in RULES if "condition" in rule
}


@dataclass
class Answer:
    """What came of one message: how it was heard, and what was said, each response with its values."""

    heard: Heard
    said: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    offered: list[Offered] = field(default_factory=list)


@dataclass
class Dialogue:
    """A person typing into one conversation at the desk."""

    desk: Desk
    last: Answer = field(default_factory=lambda: Answer(Heard(None)))

    def asks(self) -> None:
        """Have the open form put the question that it waits with."""
        self.last = Answer(Heard(None))
        self._take(self.desk.run(f"validate_{self.desk.form}", "help", after="action_help"))

    def types(self, text: str, understood: Understood, *, aside: bool = False) -> Answer:
        """Type a text that the model made this of; return the answer."""
        requested = self.desk.slots.get("requested_slot") if self.desk.form else None
        doubt = "aside" if aside else "unclear" if is_command(text) else ""
        heard = listen(clean(text), understood, requested, self.last.offered, doubt)
        intent, entities, confidence = _as_message(heard, understood)
        before, self.last = self.last, Answer(heard)
        self._turn(before, intent, clean(text) if heard.payload is None else None, confidence, entities)
        return self.last

    def _turn(
        self, before: Answer, intent: str, text: str | None, confidence: float, entities: dict[str, Any]
    ) -> None:
        def run(action: str, after: str | None = None) -> Done:
            self.desk.before = before.said
            done = self.desk.run(
                action, intent, text, confidence=confidence, message_id=turn, after=after, **entities
            )
            assert done.status == 200, (action, done)
            self._take(done)
            return done

        turn = f"turn-{id(before)}-{len(self.desk.slots)}-{next(_NUMBERS)}"
        if self.desk.form is not None and "form_misses" in run(f"validate_{self.desk.form}").slots:
            self._end_form(run)
            return
        action = ACTION_OF_INTENT[intent]
        done = run(action)
        self._open(done)
        if self.desk.form is not None:
            run(f"validate_{self.desk.form}", after=action)
            self._end_form(run)

    def _end_form(self, run: Any) -> None:
        """Carry out what the form was for, once it has nothing to ask any more."""
        if self.desk.form is None or self.desk.slots.get("requested_slot") is not None:
            return
        act, self.desk.form = ACT_AFTER_FORM[self.desk.form], None
        done = run(act)
        self._open(done)
        if self.desk.form is not None:
            run(f"validate_{self.desk.form}", after=act)

    def _open(self, done: Done) -> None:
        if done.opens is not None:
            self.desk.form = done.opens

    def _take(self, done: Done) -> None:
        language = self.desk.slots["language"]
        self.last.said += done.said
        for given in done.responses:
            own = _own(given, language)
            self.last.words.append(own["text"].format_map(_Values(given)) if own else given["text"])
            buttons = [*(own.get("buttons", []) if own else []), *given["buttons"]]
            self.last.offered += [
                Offered(
                    button["title"],
                    button["payload"]
                    .replace("{{", "{")
                    .replace("}}", "}")
                    .replace("{step}", str(given.get("step"))),
                )
                for button in buttons
            ]


def rows(desk: Desk) -> Rows:
    """What the desk's store holds."""
    return stored(desk.office.home)


def _as_message(heard: Heard, understood: Understood) -> tuple[str, dict[str, Any], float]:
    """Intent, entities and confidence as the engine hands them on."""
    if heard.payload is not None:
        intent, brace, entities = heard.payload.removeprefix("/").partition("{")
        return intent, json.loads(brace + entities) if brace else {}, 1.0
    if heard.intent == understood.intent and not heard.entities:
        return understood.intent, {}, understood.confidence
    return str(heard.intent), dict(heard.entities), 1.0


def _own(given: Json, language: str) -> Json | None:
    """The domain's response that was named, in the language of the conversation."""
    if not given["response"]:
        return None
    dutch, english = responses()[given["response"]]
    return english if language == "en" else dutch


class _Values(dict[str, str]):
    """The values of a response; what is missing stands out."""

    def __missing__(self, name: str) -> str:
        raise KeyError(f"no value for {name}")


def _count() -> Iterator[int]:
    number = 0
    while True:
        number += 1
        yield number


_NUMBERS = _count()
