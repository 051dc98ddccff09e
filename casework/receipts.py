"""Receipts: signed proofs of what a person did or had done, for them to keep. They hold no personal data.

The signature (Ed25519) is over the payload as it is stored. What each field means, and its mapping to ISO/IEC TS 27560,
stands in docs/receipts.md.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from casework import references
from casework.clocks import AMSTERDAM
from casework.errors import NotFound
from casework.grounds import PROOF, term_from
from casework.office import Language, Office
from casework.packs import PracticePack
from casework.rendering import render
from casework.words import Both, long_date
from store import receipts
from store.work import Work

FORMAT = 1
ReceiptKind = Literal[
    "consent_given",
    "consent_refused",
    "consent_awaiting",
    "consent_withdrawn",
    "request",
    "access",
    "erasure",
]
_DESTROYED = {
    "keys": (
        Both(
            nl="de sleutel, en daarmee alles wat zij opende",
            en="the key, and with it all that it opened",
        ),
        Both(
            nl="{count} sleutels, en daarmee alles wat zij openden",
            en="{count} keys, and with them all that they opened",
        ),
    ),
    "conversations": (
        Both(nl="1 gesprek met de balie", en="1 conversation with the front desk"),
        Both(nl="{count} gesprekken met de balie", en="{count} conversations with the front desk"),
    ),
    "mails": (
        Both(nl="1 mail die nog weg moest", en="1 mail that was still to leave"),
        Both(nl="{count} mails die nog weg moesten", en="{count} mails that were still to leave"),
    ),
    "letters": (
        Both(nl="onze kopie van 1 mail aan u", en="our copy of 1 mail to you"),
        Both(nl="onze kopieën van {count} mails aan u", en="our copies of {count} mails to you"),
    ),
    "codes": (
        Both(nl="1 code voor eenmalig gebruik", en="1 one-time code"),
        Both(nl="{count} codes voor eenmalig gebruik", en="{count} one-time codes"),
    ),
    "exports": (
        Both(nl="1 bestand dat voor u klaarstond", en="1 file that waited for you"),
        Both(nl="{count} bestanden die voor u klaarstonden", en="{count} files that waited for you"),
    ),
    "tickets": (
        Both(nl="de inhoud van 1 bericht of vraag aan ons", en="the content of 1 message or question to us"),
        Both(
            nl="de inhoud van {count} berichten of vragen aan ons",
            en="the content of {count} messages or questions to us",
        ),
    ),
    "requests": (
        Both(nl="de toelichting bij 1 verzoek", en="the details of 1 request"),
        Both(nl="de toelichting bij {count} verzoeken", en="the details of {count} requests"),
    ),
    "holds": (
        Both(nl="wat met uw toestemming langer bewaard werd", en="what was kept longer with your permission"),
        Both(nl="wat met uw toestemming langer bewaard werd", en="what was kept longer with your permission"),
    ),
    "consents": (
        Both(nl="1 toestemming", en="1 permission"),
        Both(nl="{count} toestemmingen", en="{count} permissions"),
    ),
}
"""What was destroyed, as its person reads it: for one, and for more."""
_REQUESTS = {
    "access": Both(nl="inzage", en="access"),
    "rectification": Both(nl="verbeteren", en="rectification"),
    "erasure": Both(nl="wissen", en="erasure"),
    "restriction": Both(nl="beperken", en="restriction"),
    "portability": Both(nl="meenemen", en="portability"),
    "objection": Both(nl="bezwaar", en="objection"),
}
_USE = "receipt"
"""What the signature is for: no other signature of the practice can pass for a receipt's."""


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """A receipt to print: its lines in one language, and whether the signature is genuine."""

    number: str
    kind: ReceiptKind
    at: datetime
    lines: tuple[str, ...]
    verified: bool


def issue(
    office: Office,
    work: Work,
    kind: ReceiptKind,
    *,
    person: str | None,
    conversation: str | None,
    facts: dict[str, Any],
    number: str | None = None,
) -> str:
    """Sign and store a receipt within the act that it proves; return its number.

    `facts` are references, codes, dates as ISO text and hashes; never personal data. `number`: one that was told already.
    """
    number = number or references.new_number(work)
    payload = _canonical(
        {
            "format": FORMAT,
            "number": number,
            "kind": kind,
            "practice": office.pack.id,
            "controller": office.pack.name,
            "pack_version": office.pack.version,
            "at": work.at.isoformat(timespec="seconds"),
            **facts,
        }
    )
    receipts.add(
        work,
        number,
        kind,
        payload,
        work.keyring.sign(_USE, payload.encode()),
        person=person,
        conversation=conversation,
        ground=PROOF,
        expires_at=term_from(office.pack, "proof", work.at),
    )
    return number


def read(office: Office, number: str, language: Language = "nl") -> ReceiptView:
    """Return a receipt to print again. Raises NotFound."""
    with office.store.read() as reading:
        row = receipts.get(reading, number)
        if row is None:
            raise NotFound
        facts = json.loads(row.payload)
        genuine = reading.keyring.verify(_USE, row.payload.encode(), row.signature)
    return ReceiptView(
        number=row.number,
        kind=facts["kind"],
        at=row.at,
        lines=printable(office.pack, facts, language),
        verified=genuine and facts["number"] == number,
    )


def printable(pack: PracticePack, facts: dict[str, Any], language: Language) -> tuple[str, ...]:
    """Return the lines of a receipt as a person reads them: dates in full, kinds by their label."""
    moment = datetime.fromisoformat(facts["at"]).astimezone(AMSTERDAM)
    shown = {
        name: long_date(date.fromisoformat(value), language)
        if name.endswith(("_by", "_until", "promised"))
        else value
        for name, value in facts.items()
        if value is not None
    }
    if (kind := pack.consent_kind(facts.get("consent_kind", ""))) is not None:
        shown["consent_kind"] = kind.label.to(language)
    if "request_kind" in facts:
        shown["request_kind"] = _REQUESTS[facts["request_kind"]].to(language)
    if "destroyed" in facts:
        shown["destroyed"] = [_destroyed(what, count, language) for what, count in facts["destroyed"].items()]
        shown["stays"] = [_stay(stay, language) for stay in facts["stays"]]
    shown["at"] = f"{long_date(moment.date(), language)}, {moment:%H:%M}"
    text = render("receipt", language, facts=shown, kind=facts["kind"])
    return tuple(line for line in text.splitlines() if line)


def _destroyed(what: str, count: int, language: Language) -> str:
    one, more = _DESTROYED[what]
    return (one if count == 1 else more).to(language).format(count=count)


def _stay(stay: dict[str, str | None], language: Language) -> dict[str, str | None]:
    until = stay["until"]
    return {
        "what": stay[f"what_{language}"],
        "why": stay[f"why_{language}"],
        "until": long_date(date.fromisoformat(until), language) if until else None,
    }


def _canonical(facts: dict[str, Any]) -> str:
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
