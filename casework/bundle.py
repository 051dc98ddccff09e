"""What a person gets on a request for access or portability: a ZIP to read and to take along (articles 15 and 20 GDPR).

data.json holds the data and schema.json says what each part means; overview.html is the same for people, with what
article 15(1) wants explained; manifest.json has the SHA-256 of each. Everything in it was sealed for this one person.
What others wrote about them stands in it only where it was addressed to them.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from casework import people
from casework.holds import views
from casework.messages import Language
from casework.office import Office
from casework.overview import overview
from casework.pack_model import PracticePack
from casework.words import duration
from store import consents, receipts, requests, tickets
from store.work import Reading

FORMAT = 1
Kind = Literal["access", "portability"]

_SCHEMA = Path(__file__).parent / "templates" / "export" / "schema.json"


def build(office: Office, reading: Reading, person: str, kind: Kind, made_at: datetime) -> bytes:
    """Return the ZIP. Portability holds what the person supplied (article 20); access holds everything."""
    data = gather(office, reading, person, kind, made_at)
    files = {
        "data.json": _json(data),
        "schema.json": _SCHEMA.read_bytes(),
        "overview.html": overview(office.pack, data).encode(),
    }
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    files["manifest.json"] = _json({"format": FORMAT, "made_at": data["made_at"], "sha256": hashes})
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, made_at.timetuple()[:6]), content)
    return target.getvalue()


def gather(office: Office, reading: Reading, person: str, kind: Kind, made_at: datetime) -> dict[str, Any]:
    """Return the person's data as data.json says them."""
    found = people.get(reading, person)
    data: dict[str, Any] = {
        "format": FORMAT,
        "kind": kind,
        "made_at": made_at.isoformat(timespec="seconds"),
        "practice": {"name": office.pack.name, "contact": office.pack.contact.model_dump(exclude_none=True)},
        "person": dict(found.record),
        "consents": _consents(office, reading, person),
        "requests": _requests(reading, person),
    }
    if kind == "portability":
        return data
    return data | {
        "kept": {
            "source": found.source,
            "state": found.state,
            "purpose": found.purpose,
            "legal_basis": found.legal_basis,
            "since": found.created_at.isoformat(timespec="seconds"),
            "until": _moment(found.expires_at),
        },
        "tickets": _tickets(reading, person),
        "receipts": [json.loads(row.payload) for row in receipts.of_person(reading, person)],
        "holds": [
            {"kind": hold.kind, "since": hold.since.isoformat(), "until": _day(hold.until), "what": hold.note}
            for hold in views(reading, person)
        ],
        "explained": {"nl": explained(office.pack, "nl"), "en": explained(office.pack, "en")},
    }


def explained(pack: PracticePack, language: Language) -> dict[str, Any]:
    """Return what article 15(1) wants told besides the data: purposes, recipients, terms, rights, source."""
    dutch = language == "nl"
    return {
        "purposes": [
            {"what": purpose.label.to(language), "basis": purpose.basis} for purpose in pack.purposes
        ],
        "recipients": [
            {
                "who": recipient.name.to(language),
                "what": recipient.what.to(language),
                "country": recipient.country,
            }
            for recipient in pack.recipients
        ],
        "transfers": [transfer.model_dump() for transfer in pack.transfers or ()],
        "terms": [
            {"what": term.label.to(language), "term": duration(term.days, language)}
            for term in pack.terms.values()
        ],
        "holds": [{"what": hold.label.to(language), "why": hold.why.to(language)} for hold in pack.holds],
        "rights": (
            "U kunt ons vragen uw gegevens te verbeteren, te wissen, minder te gebruiken of mee te geven, en u kunt bezwaar "
            "maken. Een toestemming kunt u altijd intrekken."
            if dutch
            else "You can ask us to correct, erase, use less, or hand over your data, and you can object. You can always "
            "withdraw a consent."
        ),
        "authority": {
            "name": pack.authority.name,
            "website": pack.authority.website,
            "note": (
                "Bent u het niet met ons eens, dan kunt u een klacht indienen bij de toezichthouder of naar de rechter gaan."
                if dutch
                else "If you disagree with us, you can complain to the supervisory authority or go to court."
            ),
        },
        "source": (
            "U gaf ons deze gegevens zelf, in het gesprek met onze balie of aan de coach."
            if dutch
            else "You gave us these data yourself, in the conversation with our front desk or to the coach."
        ),
        "automated_decisions": (
            "Over u wordt niets automatisch beslist."
            if dutch
            else "Nothing about you is decided automatically."
        ),
    }


def _consents(office: Office, reading: Reading, person: str) -> list[dict[str, Any]]:
    listed = []
    for row in consents.of_person(reading, person):
        kind = office.pack.consent_kind(row.kind)
        listed.append(
            {
                "kind": row.kind,
                "label": {"nl": kind.label.nl, "en": kind.label.en} if kind else None,
                "about": consents.record(reading, row),
                "state": row.state,
                "asked_at": _moment(row.asked_at),
                "given_at": _moment(row.given_at),
                "withdrawn_at": _moment(row.withdrawn_at),
                "until": _moment(row.expires_at),
                "events": [
                    {
                        "event": event.event,
                        "at": _moment(event.at),
                        "channel": event.channel,
                        "method": event.method,
                        "language": event.language,
                        "text_hash": event.text_hash,
                        "text_version": event.text_version,
                    }
                    for event in consents.events(reading, row.id)
                ],
            }
        )
    return listed


def _requests(reading: Reading, person: str) -> list[dict[str, Any]]:
    return [
        {
            "reference": row.reference,
            "kind": row.kind,
            "state": row.state,
            "received_at": _moment(row.received_at),
            "promised": row.promised.isoformat(),
            "legal": row.legal.isoformat(),
            "extended_to": _day(row.extended_to),
            "detail": requests.detail(reading, row),
            "reason": requests.reason(reading, row),
        }
        for row in requests.of_person(reading, person)
    ]


def _tickets(reading: Reading, person: str) -> list[dict[str, Any]]:
    return [
        {
            "reference": row.reference,
            "kind": row.kind,
            "state": row.state,
            "created_at": _moment(row.created_at),
            "closed_at": _moment(row.closed_at),
            "content": tickets.body(reading, row),
            "steps": [
                {
                    "at": _moment(step.at),
                    "act": step.act,
                    "by": step.by if step.by in ("client", "balie", "system") else "coach",
                    "text": tickets.note(reading, row, step),
                }
                for step in tickets.steps(reading, row)
            ],
        }
        for row in tickets.of_person(reading, person)
    ]


def _json(data: dict[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False, indent=2, default=str).encode()


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
