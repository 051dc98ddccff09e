"""The intake: a person's first details and question, given on purpose, stored only when they said so.

Whether a person is on file already is never shown. Who is verified in this conversation, or gives an address and a name
that both belong to one person on file, gets the intake added to that person, and the coach sees that it may be the
same person. Who gives the address of somebody with another name (partners share addresses) is somebody else, and the
address is kept as a claim: signing up with another's address changes nothing for its owner.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast

from casework import consent_steps, people
from casework.addresses import as_claims, email, holders, phone
from casework.clocks import day_in_amsterdam, days_after
from casework.conversations import open_row, verified_person
from casework.errors import Refused
from casework.grounds import guidance, keeping_contact
from casework.messages import Language
from casework.office import Office
from casework.once import Told, once_only
from casework.pack_model import ConsentKind
from casework.promises import answer_by, end_of
from casework.references import new_reference
from store import blind_index, tables, tickets
from store import people as store_people
from store.work import Reading, Work


@dataclass(frozen=True, slots=True)
class IntakeField:
    """One thing that the intake may ask, and why."""

    name: str
    required: bool
    why_nl: str
    why_en: str


@dataclass(frozen=True, slots=True)
class IntakeReceipt:
    """What the person hears.

    keep_until: the last day of the consent to keep name and address, when it was given. kept_until: the last day on
    which the intake itself is there. consent_receipt: the number that proves what was said about keeping.
    """

    reference: str
    keep_until: date | None
    answer_by: date
    kept_until: date
    consent_receipt: str | None


def fields(office: Office) -> tuple[IntakeField, ...]:
    """Return what this practice asks, in order, and why it asks it."""
    return tuple(
        IntakeField(name=field.name, required=field.required, why_nl=field.why.nl, why_en=field.why.en)
        for field in office.pack.intake.offered
    )


def submit(
    office: Office, conversation: str, details: Mapping[str, str], keep: bool | None, once: str
) -> IntakeReceipt:
    """Store an intake: person, ticket and what was said about keeping, all or nothing.

    keep: the answer to the consent that the pack asks apart; None where it asks none. No has no other effect than
    that the details go by the term of the intake.

    Raises:
        Refused: a field is missing, malformed, not on the pack's list, or holds a BSN.
        NotFound: the conversation is over.
    """
    clean = people.checked(office.pack, details)
    _complete(office, clean)

    def do() -> Told:
        talk = open_row(office, work, conversation)
        known = verified_person(talk, work.at) or _same_person(work, clean)
        kept_until = days_after(day_in_amsterdam(work.at), _days(office, keep))
        person = known or _new_person(office, work, talk, clean, keep, kept_until)
        ticket = _open_ticket(office, work, talk, person, clean, known is not None, kept_until)
        receipt = _take_consent(office, work, talk, person, keep)
        work.note("intake.received", "client", ticket=ticket.id, person=person, conversation=conversation)
        return {
            "reference": ticket.reference,
            "keep_until": kept_until.isoformat() if keep else None,
            "answer_by": answer_by(work.at).isoformat(),
            "kept_until": kept_until.isoformat(),
            "receipt": receipt,
        }

    with office.store.work(office.now()) as work:
        told = once_only(work, once, "intake", do)
    return IntakeReceipt(
        reference=told["reference"],
        keep_until=date.fromisoformat(told["keep_until"]) if told["keep_until"] else None,
        answer_by=date.fromisoformat(told["answer_by"]),
        kept_until=date.fromisoformat(told["kept_until"]),
        consent_receipt=told["receipt"],
    )


def _complete(office: Office, clean: dict[str, str]) -> None:
    missing = {field.name for field in office.pack.intake.offered if field.required} - clean.keys()
    if not {"email", "phone"} & clean.keys():
        missing.add("email")
    if missing:
        raise Refused(**dict.fromkeys(sorted(missing), "missing"))


def _days(office: Office, keep: bool | None) -> int:
    kind = _keep_kind(office)
    if keep and kind is not None and kind.term_days is not None:
        return kind.term_days
    return office.pack.term("intake").days


def _keep_kind(office: Office) -> ConsentKind | None:
    code = office.pack.intake.keep_consent
    return None if code is None else office.pack.consent_kind(code)


def _same_person(reading: Reading, clean: dict[str, str]) -> str | None:
    """Return the one person on file with this address and this name."""
    address = email(clean["email"]) if "email" in clean else phone(clean["phone"])
    found = holders(reading, address)
    if len(found) != 1:
        return None
    name = str(store_people.get(reading, found[0]).record.get("name", ""))
    same = blind_index.normal(name) == blind_index.normal(clean.get("name", ""))
    return found[0] if same and name else None


def _new_person(
    office: Office,
    work: Work,
    talk: tables.Conversation,
    clean: dict[str, str],
    keep: bool | None,
    kept_until: date,
) -> str:
    record = {name: value for name, value in clean.items() if name != "question"}
    ground = keeping_contact(office.pack) if keep else guidance(office.pack)
    return store_people.add(
        work,
        as_claims(work, record) | {"language": talk.language},
        source="intake",
        purpose=ground.purpose,
        legal_basis=ground.legal_basis,
        expires_at=end_of(kept_until),
    )


def _open_ticket(
    office: Office,
    work: Work,
    talk: tables.Conversation,
    person: str,
    clean: dict[str, str],
    known: bool,
    kept_until: date,
) -> tables.Ticket:
    """Open the coach's ticket. For a person on file it holds all that was typed: their record doesn't change by itself."""
    asked = {"question", "contact_safely"}
    body = {name: value for name, value in clean.items() if known or name in asked}
    ticket = tickets.add(
        work,
        new_reference(work),
        "intake",
        body,
        person=person,
        ground=guidance(office.pack),
        conversation=talk.id,
        promised=answer_by(work.at),
        expires_at=end_of(kept_until),
    )
    tickets.add_step(work, ticket, "received", "client")
    if known or people.perhaps_same(work, store_people.get(work, person)):
        tickets.add_step(work, ticket, "perhaps_known", "balie")
    return ticket


def _take_consent(
    office: Office, work: Work, talk: tables.Conversation, person: str, keep: bool | None
) -> str | None:
    kind = _keep_kind(office)
    if kind is None or keep is None:
        return None
    language = cast(Language, talk.language)
    said = consent_steps.Said("client", talk.channel, "choice", language)
    row = consent_steps.newly_asked(office, work, person, kind, {}, said)
    told = consent_steps.take(office, work, row, "give" if keep else "refuse", said, talk.id)
    return str(told["number"])
