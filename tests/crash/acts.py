"""A day at the practice, act by act, as clients, coach and jobs would do it; each can be asked for again after a crash."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from casework import (
    audit_heads,
    consents,
    conversations,
    exports,
    holds,
    identity,
    intake,
    people,
    requests,
    retention,
    tickets,
)
from casework.errors import CaseworkError, IllegalStep, NotFound
from casework.messages import Offer, Reply
from casework.office import Office
from store import tickets as rows

COACH = "coach"
Told = dict[str, Any]
"""What the acts of the day told so far, by their name."""


@dataclass(frozen=True, slots=True)
class Act:
    """One act. again: asked for again under the same name, it tells the same."""

    name: str
    do: Callable[[Office, Told], Any]
    again: bool = True


@dataclass(frozen=True, slots=True)
class Day:
    """The acts of one day; `number` makes its people different from those of every other day."""

    number: int

    @property
    def address(self) -> str:
        """The client's address."""
        return f"noor{self.number}@example.org"

    @property
    def wish(self) -> str:
        """What somebody asks at the intake; found back only in the ticket of it."""
        return f"Kan het op dag {self.number}?"

    def acts(self) -> tuple[Act, ...]:
        """Return the acts, in order."""
        return (
            Act("registered", self._register),
            Act("talk", lambda office, _: conversations.begin(office, "nl", "web").id, again=False),
            Act("verified", self._verify, again=False),
            Act("turn", self._turn),
            Act("intake", self._intake),
            Act("corrected", self._correct, again=False),
            Act("hold", self._hold),
            Act("asked", self._ask),
            Act("given", self._give),
            Act("withdrawn", self._withdraw),
            Act("access", lambda office, told: self._request(office, told, "access")),
            Act("answered", self._answer),
            Act("export", self._export, again=False),
            Act("fetched", self._fetch, again=False),
            Act("head", lambda office, _: str(audit_heads.keep_daily(office) or ""), again=False),
            Act("erasure", lambda office, told: self._request(office, told, "erasure")),
            Act("erased", self._erase, again=False),
            Act("wiped", self._wipe, again=False),
            Act("terms", lambda office, _: bool(retention.run(office)), again=False),
        )

    def _once(self, what: str) -> str:
        return f"day{self.number}:{what}"

    def _register(self, office: Office, _: Told) -> str:
        details = {"name": "Noor de Wit", "email": self.address}
        return people.register(office, details, COACH, once=self._once("register"))

    def _verify(self, office: Office, told: Told) -> str:
        if identity.who(office, told["talk"]) is None:
            identity.send_code(office, told["talk"], self.address)
            code = newest_code(office, self.address)
            assert identity.check_code(office, told["talk"], code) == "verified"
        return str(identity.who(office, told["talk"]))

    def _prove(self, office: Office, told: Told) -> None:
        with suppress(NotFound):  # the conversation is over: what was done in it is only asked for again
            self._verify(office, told)

    def _turn(self, office: Office, told: Told) -> list[str]:
        message = self._once("turn")
        conversations.begin_turn(office, told["talk"], message)
        said = (Reply("Wat wilt u doen?", (Offer("Aanmelden", "/start_intake"),)),)
        return [each.id for each in conversations.keep_reply(office, told["talk"], message, said)]

    def _intake(self, office: Office, told: Told) -> Told:
        details = {"name": "Bram Bos", "email": f"bram{self.number}@example.org", "question": self.wish}
        talk = conversations.begin(office, "nl", "web").id
        receipt = intake.submit(office, talk, details, True, self._once("intake"))
        return {"reference": receipt.reference, "consent": receipt.consent_receipt}

    def _correct(self, office: Office, told: Told) -> bool:
        people.correct(office, told["registered"], {"name": "Noor de Wit-Bos"}, COACH)
        return True

    def _hold(self, office: Office, told: Told) -> str:
        return holds.add(office, told["registered"], "fiscal", None, "Factuur 12", COACH, self._once("hold"))

    def _ask(self, office: Office, told: Told) -> str:
        asked = consents.ask(
            office, told["registered"], "pr_website", {"label": "foto"}, COACH, once=self._once("ask")
        )
        return str(asked)

    def _give(self, office: Office, told: Told) -> str:
        self._prove(office, told)
        given = consents.give(office, told["registered"], told["asked"], told["talk"], self._once("give"))
        return given.number

    def _withdraw(self, office: Office, told: Told) -> str:
        self._prove(office, told)
        gone = consents.withdraw(
            office, told["registered"], told["asked"], told["talk"], self._once("withdraw")
        )
        return gone.number

    def _request(self, office: Office, told: Told, kind: Any) -> Told:
        self._prove(office, told)
        receipt = requests.submit(
            office, told["talk"], told["registered"], kind, "Alles.", "code", self._once(kind)
        )
        return {name: str(value) for name, value in asdict(receipt).items()}

    def _answer(self, office: Office, told: Told) -> str:
        return tickets.answer(
            office,
            ticket_of(office, told["access"]["reference"]),
            "Wij zoeken het op.",
            COACH,
            self._once("answer"),
        )

    def _export(self, office: Office, told: Told) -> bool:
        with suppress(IllegalStep):  # it was done, and not told before the crash
            tickets.fulfil_access(office, ticket_of(office, told["access"]["reference"]), COACH)
        return True

    def _fetch(self, office: Office, told: Told) -> bool:
        ticket = ticket_of(office, told["access"]["reference"])
        code = exports.code_by_phone(office, ticket, COACH)
        with office.store.read() as reading:
            row = rows.get(reading, ticket)
            assert row is not None
            waiting = exports.waiting_bundle(reading, row)
        return waiting is None or bool(exports.fetch(office, waiting.id, code))

    def _erase(self, office: Office, told: Told) -> bool:
        with suppress(IllegalStep):
            tickets.carry_out_erasure(office, ticket_of(office, told["erasure"]["reference"]), COACH)
        return True

    def _wipe(self, office: Office, told: Told) -> bool:
        with suppress(NotFound):
            conversations.wipe(office, told["talk"])
        return True


def ticket_of(office: Office, reference: str) -> str:
    """Return the id of the ticket with this reference."""
    return next(line.id for line in tickets.due_list(office) if line.reference == reference)


def newest_code(office: Office, address: str) -> str:
    """Return the code in the newest letter to this address."""
    found = [
        code.group()
        for letter in letters(office.home)
        if letter["To"] == address and (code := re.search(r"\b\d{6}\b", letter.get_content()))
    ]
    return found[-1]


def letters(home: Path) -> list[Any]:
    """Return the mails in the outbox, oldest first. One that was cut off would not parse."""
    files = sorted((home / "outbox").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in files]


def told_again(day: Day, office: Office, told: Mapping[str, Any]) -> list[str]:
    """Ask again for every act that may be asked again; return the names of those that tell something else now."""
    other = []
    for act in day.acts():
        if not act.again:
            continue
        with suppress(CaseworkError):  # whose conversation or person is gone by now
            if act.do(office, dict(told)) != told[act.name]:
                other.append(act.name)
    return other
