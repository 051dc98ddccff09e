"""Who somebody is, in steps: nothing, a one-time code to an address on file, a call-back by the coach.

Whether an address is known shows in nothing that the asker sees: not in the words, not in errors, and not in time,
since it is looked up in the background, when the code's mail is about to leave (casework.code_mail). Limits are counted
for known and unknown addresses alike. They limit codes only: a request under the law can always be made as a claim, for
which the coach calls back.

An address that two persons share proves neither. The code still goes out and still has to be right, but the answer is
then "call_back", and nobody is verified.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Literal, cast

from casework import post
from casework.addresses import Address, address_in, without_claims
from casework.code_mail import SHARED, Errand
from casework.conversations import open_row, verified_person
from casework.errors import IllegalStep, NotFound, TooSoon
from casework.grounds import REQUESTS
from casework.messages import Language
from casework.office import Office
from casework.states import REQUEST, RequestState
from store import codes, conversations, people, receipts, requests, tables, tickets
from store.work import Work

Checked = Literal["verified", "wrong", "expired", "too_many", "call_back"]

_PURPOSE = "identity"
_HOUR = timedelta(hours=1)
_ORPHAN_DAYS = 1
"""A claim without a request goes after this many days."""


def send_code(office: Office, conversation: str, address: str) -> None:
    """Send a code to the address on file that this one belongs to, if it belongs to one; say nothing about that.

    A telephone number finds the person; the code goes to their e-mail address on file.

    Raises:
        TooSoon: too many codes in this conversation, or for this address, within the hour.
        Refused: it is not an address at all.
        NotFound: the conversation is over.
    """
    sought = address_in(address)
    with office.store.work(office.now()) as work:
        row = open_row(office, work, conversation)
        _limit(office, work, conversation, sought)
        code = six_digits()
        until = work.at + timedelta(minutes=office.pack.codes.minutes)
        codes.retire(work, _PURPOSE, conversation=conversation)
        kept = codes.add(
            work,
            _PURPOSE,
            _bound(conversation, code),
            expires_at=until,
            conversation=conversation,
            place=sought.sought,
        )
        language = cast(Language, row.language)
        minutes = office.pack.codes.minutes
        mail = post.write(office, "code", language, post.NOBODY, code=code, minutes=minutes)
        post.keep(office, work, mail, subject=conversation, expires_at=until, errand=Errand(kept.id, sought))
        work.note("identity.code_asked", "client", conversation=conversation)
    post.send_soon(office)


def check_code(office: Office, conversation: str, code: str) -> Checked:
    """Check a typed code against the last one of this conversation. Raises NotFound: the conversation is over.

    "verified": the person is known in this conversation for some minutes. "call_back": right, but the address is
    shared by more than one person. "too_many": the tries are used up; "expired": too old, used, or never asked for.
    """
    with office.store.work(office.now()) as work:
        row = open_row(office, work, conversation)
        last = codes.newest(work, _PURPOSE, conversation=conversation)
        if last is None or last.expires_at <= work.at:
            return "expired"
        if last.tries >= office.pack.codes.tries:
            return "too_many"
        last.tries += 1
        typed = "".join(sign for sign in code if sign.isdigit())
        right = codes.matches(work, last, _bound(conversation, typed))
        outcome = _outcome(right, last, office.pack.codes.tries)
        if outcome == "verified":
            row.person_id = last.person_id
            row.verified_until = work.at + timedelta(minutes=office.pack.codes.verified_minutes)
        if outcome in ("verified", "call_back"):
            last.used_at = work.at
        work.note("identity.code_checked", "client", conversation=conversation, outcome=outcome)
        return outcome


def who(office: Office, conversation: str) -> str | None:
    """Return the person who is verified in this conversation now, or None. Raises NotFound."""
    with office.store.look() as reading:
        return verified_person(open_row(office, reading, conversation), office.now())


def claimant(office: Office, conversation: str, address: str) -> str:
    """Return somebody who says that this is their address: a claim, kept apart from everybody on file.

    The same conversation and address give the same claim. Nobody but the coach finds it by its address, so that
    claiming somebody's address changes nothing for them. Raises NotFound, Refused.
    """
    given = address_in(address)
    with office.store.work(office.now()) as work:
        row = open_row(office, work, conversation)
        state = conversations.state(work, row)
        claim = state.get("claim")
        if claim and claim["address"] == given.sought and not work.is_erased(claim["person"]):
            return str(claim["person"])
        person = people.add(
            work,
            {f"claimed_{given.kind}": given.value, "language": row.language},
            source="claim",
            purpose=REQUESTS.purpose,
            legal_basis=REQUESTS.legal_basis,
            expires_at=work.at + timedelta(days=_ORPHAN_DAYS),
        )
        state["claim"] = {"person": person, "address": given.sought}
        conversations.save_state(work, row, state)
        return person


def is_claim_of(work: Work, row: tables.Conversation, person: str) -> bool:
    """Tell whether this person is the claim that was made in this conversation."""
    claim = conversations.state(work, row).get("claim")
    return claim is not None and claim["person"] == person


def confirm_call_back(office: Office, request_id: str, by: str, person: str | None = None) -> None:
    """Write down that the coach called back on a number on file and knows who asked; the request goes into review.

    person: whom the coach recognised, when a claim turned out to be somebody on file: the request becomes theirs and
    the claim is erased. None: it is the one who asked, or the claim itself becomes the person.

    Raises:
        NotFound: no such request or person.
        IllegalStep: the request is closed ("state"), or it is somebody's already ("person").
    """
    with office.store.work(office.now()) as work:
        request = requests.get(work, request_id)
        ticket = tickets.of_request(work, request_id)
        if request is None or ticket is None:
            raise NotFound
        state = cast(RequestState, request.state)
        if REQUEST.ends_in(state):
            raise IllegalStep("state")
        _recognise(work, request, ticket, person)
        request.identity = "call_back"
        if state == "verifying":
            request.state = REQUEST.after(state, "review")
        tickets.add_step(work, ticket, "confirm_call_back", by)
        work.note("identity.called_back", by, request=request.id, person=request.person_id)


def _recognise(work: Work, request: tables.Request, ticket: tables.Ticket, person: str | None) -> None:
    asker = people.get(work, request.person_id)
    if asker.source != "claim":
        if person not in (None, asker.id):
            raise IllegalStep("person")
        return
    if person is None:
        people.save(work, asker.id, without_claims(asker.record))
        people.keep_until(work, asker.id, None, purpose=asker.purpose, legal_basis=asker.legal_basis)
        people.set_source(work, asker.id, "desk")
        return
    try:
        people.get(work, person)
    except people.NoSuchPerson:
        raise NotFound from None
    for other in requests.of_person(work, asker.id):
        requests.move(work, other, person)
    for other_ticket in tickets.of_person(work, asker.id):
        tickets.move(work, other_ticket, person)
    receipts.move(work, asker.id, person)
    people.erase(work, asker.id)


def _limit(office: Office, work: Work, conversation: str, address: Address) -> None:
    since = work.at - _HOUR
    most = office.pack.codes.per_hour
    for made in (
        codes.moments(work, _PURPOSE, since, conversation=conversation),
        codes.moments(work, _PURPOSE, since, place=address.sought),
    ):
        if len(made) >= most:
            raise TooSoon(max(1, int((made[-most] + _HOUR - work.at).total_seconds())))


def _outcome(right: bool, code: tables.Code, most: int) -> Checked:
    if right and code.person_id is not None:
        return "verified"
    if right and code.about == SHARED:
        return "call_back"
    return "too_many" if code.tries >= most else "wrong"


def six_digits() -> str:
    """Return a fresh code from the system's random source."""
    return f"{secrets.randbelow(10**6):06d}"


def _bound(conversation: str, code: str) -> str:
    """A code is right in its own conversation only."""
    return f"{conversation}:{code}"
