"""One step of a consent, with all that belongs to it: event, receipt, mail or ticket, audit. Always within an act."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from casework import people, post, receipts
from casework.clocks import day_in_amsterdam, days_after
from casework.grounds import REQUESTS, guidance, permission, term_from
from casework.messages import Language
from casework.office import Office
from casework.once import Told
from casework.pack_model import ConsentKind
from casework.promises import end_of
from casework.receipts import ReceiptKind
from casework.references import new_reference
from casework.states import CONSENT, ConsentState, ConsentStep
from casework.words import long_date
from store import codes, consents, tables, tickets
from store import people as store_people
from store.work import Work

LINK = "consent"
"""The purpose of the codes that confirm a consent by mail."""

_CONFIRM_DAYS = 14
"""Days that a link to confirm a consent works; then the consent stays unconfirmed, which is no."""
_TOKEN_BYTES = 32
_RECEIPT_OF: dict[ConsentStep, ReceiptKind] = {
    "give": "consent_given",
    "give_unconfirmed": "consent_awaiting",
    "confirm": "consent_given",
    "refuse": "consent_refused",
    "withdraw": "consent_withdrawn",
}


@dataclass(frozen=True, slots=True)
class Said:
    """In which words and how somebody said something."""

    by: str
    channel: str
    method: str
    language: str | None = None


def newly_asked(
    office: Office, work: Work, person: str, kind: ConsentKind, about: dict[str, Any], said: Said
) -> tables.Consent:
    """Store a consent as asked, within another act, with the words that were shown."""
    row = consents.add(work, person, kind.code, about, state="asked", ground=permission(kind.code))
    row.asked_at = work.at
    _event(office, work, row, "asked", said)
    return row


def take(
    office: Office,
    work: Work,
    row: tables.Consent,
    step: ConsentStep,
    said: Said,
    conversation: str | None,
) -> Told:
    """Take a step of a consent with all that belongs to it: event, receipt, mail or ticket, audit."""
    kind = kind_of(office, row.kind)
    row.state = CONSENT.after(cast(ConsentState, row.state), step)
    _event(office, work, row, row.state, said)
    take_down: tables.Ticket | None = None
    if row.state == "given":
        row.given_at = work.at
        if kind.term_days is not None:
            row.expires_at = end_of(days_after(day_in_amsterdam(work.at), kind.term_days))
    elif row.state == "awaiting_confirmation":
        _send_confirmation(office, work, row, cast(Language, said.language or "nl"))
    elif row.state == "withdrawn":
        row.withdrawn_at = work.at
        work.withdrawn(row.id)
        take_down = _open_take_down(office, work, row, kind, conversation)
        _let_the_record_go(office, work, row)
    facts = {
        "consent_kind": row.kind,
        "state": row.state,
        "take_down_by": take_down.promised.isoformat() if take_down and take_down.promised else None,
        "reference": take_down.reference if take_down else None,
        "text_hash": _text_hash(office, kind, said.language, work.at),
        "text_version": office.pack.version,
    }
    number = receipts.issue(
        office,
        work,
        _RECEIPT_OF[step],
        person=row.person_id,
        conversation=conversation,
        facts=facts,
    )
    work.note(
        "consent.stepped", "client", consent=row.id, person=row.person_id, state=row.state, receipt=number
    )
    return {
        "number": number,
        "at": work.at.isoformat(),
        "state": row.state,
        "take_down_by": facts["take_down_by"],
        "reference": facts["reference"],
    }


def _send_confirmation(office: Office, work: Work, row: tables.Consent, language: Language) -> None:
    """Mail the link that confirms the consent. Without an address the coach records it on paper."""
    to = people.get(work, row.person_id).record.get("email")
    if not to:
        return
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    until = days_after(day_in_amsterdam(work.at), _CONFIRM_DAYS)
    codes.add(work, LINK, token, expires_at=end_of(until), person=row.person_id, about=row.id)
    mail = post.write(
        office,
        "consent_confirm",
        language,
        str(to),
        link=f"{office.client_url}/bevestig#{token}",
        until=long_date(until, language),
    )
    post.keep(office, work, mail, subject=row.person_id, person=row.person_id, expires_at=end_of(until))


def _open_take_down(
    office: Office, work: Work, row: tables.Consent, kind: ConsentKind, conversation: str | None
) -> tables.Ticket | None:
    if not kind.take_down:
        return None
    about = {name: str(value) for name, value in consents.record(work, row).items() if value}
    ticket = tickets.add(
        work,
        new_reference(work),
        "take_down",
        {"consent": kind.label.nl} | about,
        person=row.person_id,
        ground=REQUESTS,
        consent=row.id,
        conversation=conversation,
        promised=take_down_by(office, work.at),
    )
    tickets.add_step(work, ticket, "received", "client")
    return ticket


def _let_the_record_go(office: Office, work: Work, row: tables.Consent) -> None:
    """Without the consent to keep it, an intake's record goes by the term of the intake."""
    if row.kind != office.pack.intake.keep_consent:
        return
    person = people.get(work, row.person_id)
    if person.source == "intake":
        term, ground = term_from(office.pack, "intake", person.created_at), guidance(office.pack)
        store_people.keep_until(
            work, person.id, max(term, work.at), purpose=ground.purpose, legal_basis=ground.legal_basis
        )


def _event(office: Office, work: Work, row: tables.Consent, event: str, said: Said) -> None:
    consents.add_event(
        work,
        row.id,
        event,
        by=said.by,
        channel=said.channel,
        method=said.method,
        language=said.language,
        text_hash=_text_hash(office, kind_of(office, row.kind), said.language, work.at),
        text_version=office.pack.version,
    )


def _text_hash(office: Office, kind: ConsentKind, language: str | None, now: datetime) -> str | None:
    if language is None:
        return None
    words, _ = wording(office, kind, cast(Language, language), now)
    return hashlib.sha256(words.encode()).hexdigest()


def take_down_by(office: Office, now: datetime) -> date:
    return days_after(day_in_amsterdam(now), office.pack.take_down_days)


def wording(office: Office, kind: ConsentKind, language: Language, now: datetime) -> tuple[str, date | None]:
    """Return the words of a consent as they are asked now, and the last day that they name."""
    until = None if kind.term_days is None else days_after(day_in_amsterdam(now), kind.term_days)
    return kind.question(language, until), until


def expire(office: Office, work: Work) -> int:
    """Let the consents end whose term is over. Returns how many."""
    over = consents.over(work, work.at)
    for row in over:
        row.state = CONSENT.after(cast(ConsentState, row.state), "expire")
        consents.add_event(work, row.id, "expired", by="system", channel="desk", method="term")
    return len(over)


def kind_of(office: Office, code: str) -> ConsentKind:
    """Return the kind from the pack; one that a later pack dropped can still be seen and withdrawn."""
    known = office.pack.consent_kind(code)
    if known is not None:
        return known
    label = {"nl": code, "en": code}
    return ConsentKind.model_validate({"code": code, "label": label, "wording": label, "medium": "record"})
