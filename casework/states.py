"""The closed sets of states and every legal step between them. What stands in no table is an error.

A step is named after what somebody does. A client who answers the coach opens even a closed ticket again. Two steps go beyond the chains of the design, both so that nobody is stuck:
who gave a consent that still waits for its written confirmation may say no to it, and a request whose person can't be
identified may be refused (article 12(2) GDPR).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from casework.errors import IllegalStep

ConsentState = Literal["asked", "awaiting_confirmation", "given", "refused", "withdrawn", "expired"]
ConsentStep = Literal["give", "give_unconfirmed", "confirm", "refuse", "withdraw", "expire"]
RequestState = Literal[
    "received", "verifying", "in_review", "fulfilled", "partly_fulfilled", "refused", "withdrawn_by_person"
]
RequestStep = Literal["verify", "review", "fulfil", "fulfil_partly", "refuse", "withdraw"]
TicketState = Literal["open", "taken", "waiting", "heard_back", "closed"]
TicketStep = Literal["take", "answer", "hear", "close"]

S = TypeVar("S", bound=str)
A = TypeVar("A", bound=str)


@dataclass(frozen=True, slots=True)
class Machine(Generic[S, A]):
    """A table of legal steps: from a state, by a step, to a state."""

    steps: Mapping[tuple[S, A], S]

    def after(self, state: S, step: A) -> S:
        """Return the state that `step` leads to. Raises IllegalStep when it leads nowhere from here."""
        try:
            return self.steps[state, step]
        except KeyError:
            raise IllegalStep("state") from None

    def allows(self, state: S, step: A) -> bool:
        """Tell whether `step` may be taken from `state`."""
        return (state, step) in self.steps

    def ends_in(self, state: S) -> bool:
        """Tell whether no step leads out of `state`."""
        return all(origin != state for origin, _ in self.steps)


CONSENT: Machine[ConsentState, ConsentStep] = Machine(
    {
        ("asked", "give"): "given",
        ("asked", "give_unconfirmed"): "awaiting_confirmation",
        ("asked", "refuse"): "refused",
        ("awaiting_confirmation", "confirm"): "given",
        ("awaiting_confirmation", "refuse"): "refused",
        ("given", "withdraw"): "withdrawn",
        ("given", "expire"): "expired",
    }
)

REQUEST: Machine[RequestState, RequestStep] = Machine(
    {
        ("received", "verify"): "verifying",
        ("verifying", "review"): "in_review",
        ("verifying", "refuse"): "refused",
        ("in_review", "fulfil"): "fulfilled",
        ("in_review", "fulfil_partly"): "partly_fulfilled",
        ("in_review", "refuse"): "refused",
        ("received", "withdraw"): "withdrawn_by_person",
        ("verifying", "withdraw"): "withdrawn_by_person",
        ("in_review", "withdraw"): "withdrawn_by_person",
    }
)

TICKET: Machine[TicketState, TicketStep] = Machine(
    {
        ("open", "take"): "taken",
        ("waiting", "take"): "taken",
        ("taken", "take"): "taken",
        ("open", "answer"): "waiting",
        ("taken", "answer"): "waiting",
        ("waiting", "answer"): "waiting",
        ("heard_back", "take"): "taken",
        ("heard_back", "answer"): "waiting",
        ("open", "hear"): "heard_back",
        ("taken", "hear"): "heard_back",
        ("waiting", "hear"): "heard_back",
        ("heard_back", "hear"): "heard_back",
        ("closed", "hear"): "heard_back",
        ("open", "close"): "closed",
        ("taken", "close"): "closed",
        ("waiting", "close"): "closed",
        ("heard_back", "close"): "closed",
    }
)
