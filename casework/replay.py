"""After a restore: carrying out again what was erased and withdrawn since the backup was made.

Nobody asks twice. What the register of erasures names is destroyed once more; what keys.db knows as erased loses its rows;
a consent that was withdrawn is withdrawn again, with its take-down ticket.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import cast

from casework import consent_steps, conversations, erasure
from casework.consent_steps import Said
from casework.office import Office
from casework.states import CONSENT, ConsentState
from store import consents, holds, mails, tables, tickets
from store import conversations as store_conversations
from store.register import Line
from store.work import KeyLost, Work

_SAID = Said(by="balie", channel="desk", method="replay")


def replay(office: Office, lines: Iterable[Line]) -> dict[str, int]:
    """Carry out again what these lines name and the store has not. Returns how many of each kind; twice is as once."""
    done: Counter[str] = Counter()
    for line in lines:
        with office.store.work(office.now()) as work:
            kind = (
                _withdraw(office, work, line.id)
                if line.event == "withdrawn"
                else _erase(office, work, line.id)
            )
            if kind is not None:
                done[kind] += 1
                if line.event == "erased":
                    work.note("restore.replayed", "balie", subject=line.id)
    with office.store.work(office.now()) as work:
        done["person"] += erasure.finish_cut_off(office, work)
    return {kind: count for kind, count in done.items() if count}


def _erase(office: Office, work: Work, subject: str) -> str | None:
    """Erase one subject by what it is; None: it is gone already, or never was in this backup."""
    if _is_gone(work, subject):
        return None
    if work.data.get(tables.Person, subject) is not None:
        erasure.erase_person(office, work, subject, by="balie")
        return "person"
    if (talk := store_conversations.get(work, subject)) is not None:
        conversations.wipe_in(work, talk)
        return "conversation"
    if (ticket := tickets.get(work, subject)) is not None:
        tickets.empty(work, ticket)
        return "ticket"
    if (hold := holds.get(work, subject)) is not None:
        holds.remove(work, hold)
        return "hold"
    if mails.get(work, subject) is not None:
        mails.remove(work, subject)
        return "mail"
    try:
        work.destroy(subject)
    except KeyLost:
        return None
    return "key"


def _is_gone(work: Work, subject: str) -> bool:
    """Whether neither key nor rows are left: after a restore either may be older than the other."""
    person = work.data.get(tables.Person, subject)
    talk = store_conversations.get(work, subject)
    ticket = tickets.get(work, subject)
    rows = (
        (person is not None and person.state != "erased")
        or (talk is not None and talk.wiped_at is None)
        or (ticket is not None and ticket.body is not None)
        or holds.get(work, subject) is not None
        or mails.get(work, subject) is not None
    )
    return work.is_erased(subject) and not rows


def _withdraw(office: Office, work: Work, consent: str) -> str | None:
    row = consents.get(work, consent)
    if row is None or work.is_erased(row.person_id):
        return None
    if not CONSENT.allows(cast(ConsentState, row.state), "withdraw"):
        return None
    consent_steps.take(office, work, row, "withdraw", _SAID, None)
    return "withdrawal"
