"""What each kind of row is kept for, on which basis of article 6 GDPR, and until when: from the pack, or from the law.

Purposes that the pack names come from it. What the law itself asks of every practice (handling requests, proving that it
did) is named here, the same for all.
"""

from __future__ import annotations

from datetime import datetime

from casework.clocks import day_in_amsterdam, days_after
from casework.pack_model import HoldKind, PracticePack, Purpose, TermCode
from casework.promises import end_of
from store.terms import Ground

REQUESTS = Ground("requests", "legal_obligation")
"""Handling what people ask under articles 12 to 22 and 33."""

PROOF = Ground("proof", "legal_obligation")
"""Being able to show that it was done (articles 5(2) and 7(1))."""

_HOLDS: dict[HoldKind, Ground] = {
    "fiscal": Ground("administration", "legal_obligation"),
    "dispute": Ground("dispute", "legitimate_interest"),
    "consent": Ground("keep_dossier", "consent"),
}


def guidance(pack: PracticePack) -> Ground:
    """What a client's data are for."""
    return _of(pack.purpose("guidance") or pack.purposes[0], "contract")


def talking(pack: PracticePack) -> Ground:
    """What conversations, questions and mails are for."""
    named = pack.purpose("communication") or pack.purpose("contact")
    return _of(named, "legitimate_interest") if named else Ground("communication", "legitimate_interest")


def keeping_contact(pack: PracticePack) -> Ground:
    """What the name and address of somebody are kept for who agreed to that."""
    return Ground(pack.intake.keep_consent or "keep_contact", "consent")


def permission(kind: str) -> Ground:
    """What a consent of this kind is kept for: what it permits."""
    return Ground(kind, "consent")


def hold(kind: HoldKind) -> Ground:
    """What a hold keeps its note for."""
    return _HOLDS[kind]


def term_from(pack: PracticePack, code: TermCode, start: datetime) -> datetime:
    """Return the moment at which a term of the pack is over that began at `start`: the end of its last day."""
    return end_of(days_after(day_in_amsterdam(start), pack.term(code).days))


def _of(purpose: Purpose, otherwise: str) -> Ground:
    return Ground(purpose.code, purpose.basis or otherwise)
