"""One-time codes and links: stored as keyed digests, with how often they were tried and until when they work."""

from __future__ import annotations

import hmac
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from store.ids import new_id
from store.tables import Code
from store.work import Reading, Work


def add(
    work: Work,
    purpose: str,
    secret: str,
    *,
    expires_at: datetime,
    conversation: str | None = None,
    person: str | None = None,
    place: str | None = None,
    about: str | None = None,
) -> Code:
    """Store the digest of a fresh code or token and return its row.

    place: the address that was asked for, normalised; kept as a keyed digest, so that it can be counted.
    about: the consent or export that the code opens.
    """
    row = Code(
        id=new_id(),
        conversation_id=conversation,
        purpose=purpose,
        person_id=person,
        place=None if place is None else place_digest(work, place),
        about=about,
        digest=_digest(work, purpose, secret),
        expires_at=expires_at,
        created_at=work.at,
    )
    work.data.add(row)
    return row


def get(reading: Reading, row_id: str) -> Code | None:
    """Return the row, or None."""
    return reading.data.get(Code, row_id)


def matches(reading: Reading, row: Code, secret: str) -> bool:
    """Tell in constant time whether this is the code's secret."""
    return hmac.compare_digest(row.digest, _digest(reading, row.purpose, secret))


def newest(
    reading: Reading, purpose: str, *, conversation: str | None = None, about: str | None = None
) -> Code | None:
    """Return the code that was made last for this conversation or thing, unless it was used or retired."""
    rows = _unused(purpose, conversation, about)
    return reading.data.exec(rows.order_by(col(Code.created_at).desc()).limit(1)).first()


def retire(work: Work, purpose: str, *, conversation: str | None = None, about: str | None = None) -> None:
    """Let the codes made so far for this conversation or thing work no more. They still count for limits."""
    for row in work.data.exec(_unused(purpose, conversation, about)):
        row.used_at = work.at


def by_secret(reading: Reading, purpose: str, secret: str) -> Code | None:
    """Return the row of a long random token, found by its digest."""
    return reading.data.exec(
        select(Code).where(Code.purpose == purpose, Code.digest == _digest(reading, purpose, secret))
    ).first()


def moments(
    reading: Reading,
    purpose: str,
    since: datetime,
    *,
    conversation: str | None = None,
    place: str | None = None,
    about: str | None = None,
) -> list[datetime]:
    """Return when codes were made since then, oldest first: for one conversation, one address or one thing."""
    rows = select(Code.created_at).where(Code.purpose == purpose, col(Code.created_at) > since)
    if conversation is not None:
        rows = rows.where(Code.conversation_id == conversation)
    if place is not None:
        rows = rows.where(Code.place == place_digest(reading, place))
    if about is not None:
        rows = rows.where(Code.about == about)
    return list(reading.data.exec(rows.order_by(col(Code.created_at))))


def place_digest(reading: Reading, place: str) -> str:
    """Return the keyed digest under which an address is counted."""
    return reading.digest("code", "place", place)


def remove_of_person(work: Work, person: str) -> int:
    """Delete the codes made for a person. Returns how many."""
    return work.data.exec(delete(Code).where(col(Code.person_id) == person)).rowcount


def remove_about(work: Work, about: str) -> None:
    """Delete the codes that open this consent or export."""
    work.data.exec(delete(Code).where(col(Code.about) == about))


def remove_older(work: Work, made_before: datetime) -> int:
    """Delete codes that are past their use and too old to count for a limit. Returns how many."""
    old = delete(Code).where(col(Code.expires_at) <= work.at, col(Code.created_at) <= made_before)
    return work.data.exec(old).rowcount


def _unused(purpose: str, conversation: str | None, about: str | None) -> SelectOfScalar[Code]:
    rows = select(Code).where(Code.purpose == purpose, col(Code.used_at).is_(None))
    if conversation is not None:
        rows = rows.where(Code.conversation_id == conversation)
    return rows if about is None else rows.where(Code.about == about)


def _digest(reading: Reading, purpose: str, secret: str) -> str:
    return reading.digest("code", f"digest:{purpose}", secret)
