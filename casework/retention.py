"""Retention: the job that lets every term end. It runs every few minutes, and running it twice is as once.

What is short is carried out at once: conversations, codes, exports, mails. A person whose term is over is erased, or put
before the coach (casework.proposals), as the pack says; never while a request of theirs is open or a dispute runs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from casework import consent_steps, conversations, exports, holds, post, proposals, replies
from casework.clocks import day_in_amsterdam
from casework.erasure import erase_person, finish_cut_off
from casework.office import Office
from casework.proposals import Verdict
from store import accounts, codes, done, mails, people, receipts, requests, terms, tickets
from store import conversations as store_conversations
from store.work import Reading, Work

_COUNTED_FOR = timedelta(hours=1)
"""Codes count for limits for so long after they were made."""
_REGISTER_DAYS = 30
"""Days after which a retry of the same act is no longer recognised; conversations live for hours."""
_ARRIVED = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did, or would do, in counts.

    gone: rows by kind. people: persons past their term, by what became of them ("erase", "propose", or what holds them
    back: "request", "hold"). left: rows by table that are past their term still, since something holds them back.
    """

    gone: dict[str, int] = field(default_factory=dict)
    people: dict[Verdict, int] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)


def expire(office: Office) -> dict[str, int]:
    """Let all terms end that are over. Returns how many of each kind went."""
    return run(office).gone


def run(office: Office) -> Report:
    """As `expire`, and tell what was proposed and what is held back."""
    with office.store.work(office.now()) as work:
        gone = {"mailed_unseen": replies.mail_unseen(office, work)}
    gone["conversations"] = conversations.expire(office)
    gone["intakes"] = conversations.clear_idle(office)
    with office.store.work(office.now()) as work:
        _give_terms(office, work)
        gone |= {
            "deliveries": store_conversations.remove_taken(work, work.at - _ARRIVED),
            "codes": codes.remove_older(work, work.at - _COUNTED_FOR),
            "mails": mails.remove_over(work, work.at),
            "exports": exports.expire(office, work),
            "consents": consent_steps.expire(office, work),
            "holds": holds.expire(work, day_in_amsterdam(work.at)),
            "tickets": _empty_tickets(work),
            "cut_off": finish_cut_off(office, work),
            "register": done.remove_older(work, work.at - timedelta(days=_REGISTER_DAYS)),
        }
    judged = _people(office)
    gone["people"] = judged.get("erase", 0)
    with office.store.work(office.now()) as work:
        gone |= _remove_what_proved(office, work)
        left = _overdue(work, work.at)
    post.send_soon(office)
    return Report(gone, judged, left)


def foresee(office: Office) -> Report:
    """Tell what a run would find, and change nothing: rows past their term by table, and persons by what would follow."""
    with office.store.read() as reading:
        now = office.now()
        judged: dict[Verdict, int] = {}
        for person in _candidates(reading, now):
            verdict = proposals.judge(office, reading, person, now)
            judged[verdict] = judged.get(verdict, 0) + 1
        judged.pop("stay", None)
        return Report(gone={}, people=judged, left=_overdue(reading, now))


def _give_terms(office: Office, work: Work) -> None:
    """Give a term to what has none yet: rows from before terms were stored, and accounts of who left."""
    pack = office.pack
    for repository in (tickets, requests):
        repository.give_term(work, pack.term("requests").days)
    for repository in (receipts, accounts):
        repository.give_term(work, pack.term("proof").days)
    mails.give_term(work, pack.term("mail").days)


def _empty_tickets(work: Work) -> int:
    """Erase what tickets and requests say whose term is over."""
    over = tickets.over(work, work.at)
    for row in over:
        tickets.empty(work, row)
    requests.empty_over(work)
    return len(over)


def _people(office: Office) -> dict[Verdict, int]:
    """Erase or propose the persons whose term is over, each in a transaction of their own. Returns what became of them."""
    with office.store.read() as reading:
        candidates = _candidates(reading, office.now())
    judged: dict[Verdict, int] = {}
    for person in candidates:
        with office.store.work(office.now()) as work:
            verdict = proposals.judge(office, work, person, work.at)
            if verdict == "erase":
                erase_person(office, work, person, by="system")
            elif verdict == "propose":
                proposals.propose(office, work, person)
        judged[verdict] = judged.get(verdict, 0) + 1
    judged.pop("stay", None)
    return judged


def _candidates(reading: Reading, now: datetime) -> list[str]:
    """Return the persons whose term is over, and claims, which go with the last ticket of theirs."""
    return list(dict.fromkeys((*people.over(reading, now), *people.of_source(reading, "claim"))))


def _remove_what_proved(office: Office, work: Work) -> dict[str, int]:
    """Delete what was kept as proof only, when the pack's term for proof is over."""
    closed_before = work.at - timedelta(days=office.pack.term("proof").days)
    bare = tickets.remove_bare(work, closed_before)
    bare += requests.remove_bare(work, closed_before)
    return {
        "receipts": receipts.remove_over(work),
        "accounts": accounts.remove_over(work),
        "bare_rows": bare + people.remove_bare(work),
    }


def _overdue(reading: Reading, now: datetime) -> dict[str, int]:
    return terms.overdue(reading, now, day_in_amsterdam(now))
