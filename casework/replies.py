"""Replies to a client: into the conversation that is still open, else as a mail that holds a link and nothing else.

The words themselves wait on a secure page (casework.exports). What went into a conversation and was not seen in time is
sent by mail after all, so that no answer ends with the conversation.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal, cast

from casework import exports, people, post
from casework.clocks import day_in_amsterdam, days_after
from casework.conversations import open_row
from casework.deliveries import deliver_in
from casework.errors import NotFound
from casework.messages import Language, Reply
from casework.office import Office
from casework.words import long_date
from store import conversations, tables, tickets
from store.work import Erased, Reading, Work

Way = Literal["chat", "mail", "nowhere"]

_UNSEEN = timedelta(minutes=30)
"""After so long a message in a conversation counts as not seen."""


def way_to(office: Office, reading: Reading, ticket: tables.Ticket) -> Way:
    """Return how a reply to this ticket would reach its writer now."""
    if _talk(office, reading, ticket) is not None:
        return "chat"
    return "mail" if _address(reading, ticket) else "nowhere"


def tell(office: Office, work: Work, ticket: tables.Ticket, text: str) -> Way:
    """Send the coach's reply to the writer of a ticket, within an act. "nowhere": there is no way to reach them."""
    talk = _talk(office, work, ticket)
    if talk is not None and deliver_in(office, work, talk.id, Reply(text, speaker="coach"), about=ticket.id):
        return "chat"
    return "mail" if _send_page(office, work, ticket, text) else "nowhere"


def farewell(office: Office, work: Work, conversation: str | None, text: str) -> None:
    """Leave a last message in a conversation, if it is open: its person was erased, and no ticket can be named."""
    if conversation is not None:
        deliver_in(office, work, conversation, Reply(text))


def language_of(reading: Reading, ticket: tables.Ticket) -> Language:
    """Return the language in which the writer of a ticket talked to us."""
    talk = conversations.get(reading, ticket.conversation_id) if ticket.conversation_id else None
    if talk is not None:
        return cast(Language, talk.language)
    try:
        return people.language_of(people.get(reading, ticket.person_id)) if ticket.person_id else "nl"
    except NotFound:
        return "nl"


def mail_unseen(office: Office, work: Work) -> int:
    """Send by mail what waits in a conversation unseen: for half an hour, or at the conversation's end. Returns how many."""
    count = 0
    for row in conversations.not_taken(work, "web"):
        talk = conversations.get(work, row.conversation_id)
        if talk is None or not _is_late(row, talk, work.at):
            continue
        try:
            stored = conversations.delivered(work, row)
        except Erased:
            continue
        ticket = tickets.get(work, stored["about"]) if stored.get("about") else None
        if ticket is not None and _send_page(office, work, ticket, stored["text"]):
            row.taken_at = work.at
            tickets.add_step(work, ticket, "mailed_unseen", "balie")
            count += 1
    return count


def _is_late(row: tables.Delivery, talk: tables.Conversation, now: datetime) -> bool:
    return row.at + _UNSEEN <= now or talk.expires_at <= now


def _send_page(office: Office, work: Work, ticket: tables.Ticket, text: str) -> bool:
    """Put the words on a secure page and mail the link."""
    to = _address(work, ticket)
    if not to or ticket.person_id is None:
        return False
    language = language_of(work, ticket)
    placed = exports.place(office, work, "answer", ticket, ticket.person_id, text.encode())
    until = days_after(day_in_amsterdam(work.at), office.pack.exports.days)
    mail = post.write(
        office,
        "answer_ready",
        language,
        to,
        reference=ticket.reference,
        link=placed.link,
        until=long_date(until, language),
    )
    post.keep(office, work, mail, subject=ticket.person_id, person=ticket.person_id, ticket=ticket.id)
    return True


def _talk(office: Office, reading: Reading, ticket: tables.Ticket) -> tables.Conversation | None:
    if ticket.conversation_id is None:
        return None
    try:
        return open_row(office, reading, ticket.conversation_id)
    except NotFound:
        return None


def _address(reading: Reading, ticket: tables.Ticket) -> str | None:
    if ticket.person_id is None:
        return None
    try:
        record = people.get(reading, ticket.person_id).record
    except NotFound:
        return None
    return record.get("email") or record.get("claimed_email")
