"""Erasure (article 17 GDPR): the person's key first, then everything that it opened, everywhere it may be.

The order holds whatever breaks off. Files that lie outside the databases go first, since only the record says whose they are:
mails in the outbox folder, then the sealed exports. The key and the look-ups are next (keys.db is committed before
data.db), then the rows, with the audit entry in the same transaction, then the line in the register. Before the key
is gone, doing it again begins anew; after it, doing it again finishes, and the hourly job does so by itself (`finish_cut_off`).

A hold keeps what it must under its own key (casework.holds), so nothing else of the person needs to stay. What stays
besides: bare rows of requests and tickets (reference, kind, dates), the receipts, which hold no personal data, and the
audit chain.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from casework import exports
from casework.clocks import day_in_amsterdam, days_after
from casework.conversations import wipe_in
from casework.office import Office
from store import codes, consents, conversations, holds, mails, people, requests, tables, tickets
from store import exports as store_exports
from store.work import Work

_FAREWELL = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Erased:
    """What went, in counts by kind, and from when on no backup opens it either."""

    destroyed: dict[str, int]
    backups_until: date


def erase_person(
    office: Office, work: Work, person: str, *, by: str, farewell_in: str | None = None
) -> Erased:
    """Erase a person within an act. Twice is as once.

    farewell_in: a conversation that is emptied but stays open for an hour, so that its person can read that it is done.

    The key and the look-ups go first; then conversations, waiting mails, codes, exports, consents, and what requests
    and tickets say. Holds whose reason is the person's own consent end with it; fiscal ones and disputes stay.
    """
    letters = _take_back_letters(office, work, person)
    people.erase(work, person)
    talks = _talks(work, person)
    for talk in talks:
        if talk.id == farewell_in:
            _empty_for_farewell(work, talk)
        else:
            wipe_in(work, talk)
    own_tickets = tickets.of_person(work, person) + _nameless_tickets(work, talks)
    for ticket in own_tickets:
        tickets.empty(work, ticket)
        ticket.consent_id = None
    own_requests = requests.of_person(work, person)
    for request in own_requests:
        request.detail = request.reason = None
    destroyed = {
        "keys": 1,
        "conversations": len(talks),
        "mails": mails.remove_of(work, person),
        "letters": letters,
        "codes": codes.remove_of_person(work, person),
        "exports": exports.remove(office, work, store_exports.of_person(work, person)),
        "tickets": len(own_tickets),
        "requests": len(own_requests),
        "holds": _end_consent_holds(work, person),
    }
    work.data.flush()
    destroyed["consents"] = consents.remove_of_person(work, person)
    work.note("person.erased", by, person=person, **destroyed)
    return Erased(destroyed=destroyed, backups_until=backups_until(office, work))


def backups_until(office: Office, work: Work) -> date:
    """Return the day from which no backup of the keys opens what is erased now."""
    return days_after(day_in_amsterdam(work.at), office.pack.key_backup_days)


def finish_cut_off(office: Office, work: Work) -> int:
    """Erase what is left of persons whose key was destroyed, where a crash or a restore left their rows. Returns how many."""
    left = people.cut_off(work)
    for person in left:
        erase_person(office, work, person, by="system")
    return len(left)


def _talks(work: Work, person: str) -> list[tables.Conversation]:
    """Return the conversations in which the person was verified, or made a request or ticket."""
    ids = {ticket.conversation_id for ticket in tickets.of_person(work, person)}
    rows = [conversations.get(work, id_) for id_ in ids if id_ is not None]
    own = {row.id: row for row in rows if row is not None and row.wiped_at is None}
    own |= {row.id: row for row in conversations.of_person(work, person)}
    return list(own.values())


def _nameless_tickets(work: Work, talks: list[tables.Conversation]) -> list[tables.Ticket]:
    """Return the tickets of these conversations from before anybody was known in them: questions, complaints."""
    found = (ticket for talk in talks for ticket in tickets.of_conversation(work, talk.id))
    return [ticket for ticket in found if ticket.person_id is None]


def _take_back_letters(office: Office, work: Work, person: str) -> int:
    """Delete the mails to the person that wait as files to be sent by hand. None where the key was destroyed before."""
    if work.is_erased(person):
        return 0
    record = people.get(work, person).record
    addresses = {str(record[name]) for name in ("email", "claimed_email") if record.get(name)}
    return sum(office.post.take_back(address) for address in addresses)


def _empty_for_farewell(work: Work, talk: tables.Conversation) -> None:
    conversations.clear(work, talk)
    mails.remove_of(work, talk.id)
    talk.forgotten = False
    talk.expires_at = min(talk.expires_at, work.at + _FAREWELL)


def _end_consent_holds(work: Work, person: str) -> int:
    ended = [row for row in holds.of_person(work, person) if row.kind == "consent"]
    for row in ended:
        holds.remove(work, row)
    return len(ended)
