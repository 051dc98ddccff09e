"""The people on file: registering, correcting, finding and opening a person, always by somebody and noted."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import cast

from casework.addresses import Address, address_in, claimants, email, holders, phone, without_claims
from casework.clocks import day_in_amsterdam, days_after
from casework.errors import NotFound, PerhapsKnown, Refused
from casework.fields import LONGEST_WORDS, Checked, bsn_in, name_in
from casework.grounds import guidance
from casework.messages import Language
from casework.office import Office
from casework.once import once_only
from casework.packs import PracticePack
from casework.promises import end_of
from store import people
from store.work import Erased, Reading, Work

_NOT_SHOWN = frozenset({"language"})


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One line of the list of people."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class PersonView:
    """A person's record, opened for a reason that is in the audit log.

    record: by field name. source: intake, desk or claim. perhaps_same: others on file with the same address or number.
    """

    id: str
    record: dict[str, str]
    source: str
    state: str
    expires_on: date | None
    perhaps_same: tuple[str, ...]


def register(
    office: Office,
    details: Mapping[str, str],
    by: str,
    once: str | None = None,
    *,
    unless_known: bool = False,
) -> str:
    """Register an existing client by hand, so that they have their rights at the front desk too. Returns the id.

    Raises Refused: a field is malformed, holds a BSN, or is not one that the pack allows. PerhapsKnown: it is to be
    done `unless_known`, and somebody on file has this address or number. Partners may share one, so the coach decides.
    """
    record = checked(office.pack, details)
    if "name" not in record:
        raise Refused(name="no_name")
    ground = guidance(office.pack)

    def do() -> dict[str, str]:
        if unless_known and (known := _at(work, record)):
            raise PerhapsKnown(known)
        person = people.add(
            work,
            record | {"language": "nl"},
            source="desk",
            purpose=ground.purpose,
            legal_basis=ground.legal_basis,
        )
        work.note("person.registered", by, person=person)
        return {"person": person}

    with office.store.work(office.now()) as work:
        return str(once_only(work, once, "person.register", do)["person"])


def correct(office: Office, person: str, changes: Mapping[str, str], by: str) -> None:
    """Correct facts in a person's record. A field given empty is removed. Raises NotFound, Refused."""
    empty = [name for name, value in changes.items() if not value.strip()]
    filled = checked(office.pack, {name: value for name, value in changes.items() if name not in empty})
    with office.store.work(office.now()) as work:
        found = get(work, person)
        gone = {*empty, *(f"claimed_{name}" for name in changes)}
        record = {name: value for name, value in found.record.items() if name not in gone} | filled
        people.save(work, person, record)
        work.note("person.corrected", by, person=person, fields=len(changes))


def became_client(office: Office, person: str, by: str) -> None:
    """A trajectory was agreed: the term of the intake no longer applies, and the coach knows whose the address is.

    Where it is another's on file too, it proves neither of them from now on. Raises NotFound.
    """
    ground = guidance(office.pack)
    with office.store.work(office.now()) as work:
        people.save(work, person, without_claims(get(work, person).record))
        people.keep_until(work, person, None, purpose=ground.purpose, legal_basis=ground.legal_basis)
        people.set_source(work, person, "desk")
        work.note("person.became_client", by, person=person)


def guidance_ended(office: Office, person: str, last_day: date, by: str) -> date:
    """A trajectory ended: from its last day the pack's term of the dossier runs. Returns the last day it is kept.

    Raises NotFound; Refused: the day has yet to come.
    """
    if last_day > day_in_amsterdam(office.now()):
        raise Refused(last_day="future")
    ground = guidance(office.pack)
    kept_until = days_after(last_day, office.pack.term("dossier").days)
    with office.store.work(office.now()) as work:
        get(work, person)
        people.keep_until(
            work, person, end_of(kept_until), purpose=ground.purpose, legal_basis=ground.legal_basis
        )
        work.note("person.guidance_ended", by, person=person)
    return kept_until


def list_people(office: Office, by: str) -> tuple[PersonLine, ...]:
    """Return everybody's name, by name. Whoever asks is in the audit log."""
    with office.store.work(office.now()) as work:
        lines = [_line(found) for found in people.everybody(work)]
        work.note("person.listed", by, count=len(lines))
    return tuple(sorted(lines, key=lambda line: (line.name.casefold(), line.id)))


def find(office: Office, email_or_phone: str, by: str) -> tuple[PersonLine, ...]:
    """Return who has, or claims, this e-mail address or number; what is neither finds nobody. It is in the audit log."""
    try:
        sought = address_in(email_or_phone)
    except Refused:
        return ()
    with office.store.work(office.now()) as work:
        found = _lines(work, holders(work, sought) + claimants(work, sought))
        work.note("person.sought", by, count=len(found))
    return found


def read(office: Office, person: str, by: str, reason: str) -> PersonView:
    """Open a person's record. `reason` is a code that the audit log knows. Raises NotFound."""
    with office.store.work(office.now()) as work:
        return opened(work, person, by, reason)


def opened(work: Work, person: str, by: str, reason: str) -> PersonView:
    """As `read`, within another act."""
    found = get(work, person)
    work.note("person.opened", by, person=person, reason=reason)
    return PersonView(
        id=found.id,
        record={
            name.removeprefix("claimed_"): str(value)
            for name, value in found.record.items()
            if name not in _NOT_SHOWN
        },
        source=found.source,
        state=found.state,
        expires_on=day_in_amsterdam(found.expires_at) if found.expires_at else None,
        perhaps_same=perhaps_same(work, found),
    )


def get(reading: Reading, person: str) -> people.Person:
    """Return a person within another act. Raises NotFound: there is none, or none any more."""
    try:
        return people.get(reading, person)
    except (people.NoSuchPerson, Erased):
        raise NotFound from None


def perhaps_same(reading: Reading, person: people.Person) -> tuple[str, ...]:
    """Return the others on file with an address or number of this person, claimed ones included."""
    return tuple(each for each in _at(reading, person.record) if each != person.id)


def language_of(person: people.Person) -> Language:
    """Return the language in which the person talked to us."""
    return cast(Language, person.record.get("language", "nl"))


def checked(pack: PracticePack, details: Mapping[str, str]) -> dict[str, str]:
    """Return the details cleaned and normalised, empty ones left out.

    Raises Refused, with a reason by field: it is not on the pack's list, malformed, too long, or holds a BSN.
    """
    allowed: set[str] = {field.name for field in pack.intake.offered}
    clean: dict[str, str] = {}
    wrong: dict[str, str] = {}
    for name, value in details.items():
        text = value.strip()
        try:
            if text:
                clean[name] = _checked(name, text, allowed)
        except Refused as refused:
            wrong |= refused.reasons
    if wrong:
        raise Refused(**wrong)
    return clean


def _checked(name: str, text: str, allowed: set[str]) -> str:
    if name not in allowed:
        raise Refused(**{name: "not_allowed"})
    if name == "email":
        return email(text).value
    if name == "phone":
        return phone(text).value
    if bsn_in(text):
        raise Refused(**{name: "bsn"})
    if name == "name":
        found = name_in(text)
        if not isinstance(found, Checked):
            raise Refused(name=found.reason)
        return found.value
    if len(text) > LONGEST_WORDS:
        raise Refused(**{name: "too_long"})
    return text


def _at(reading: Reading, record: people.Record) -> tuple[str, ...]:
    """Return who is on file with an address or number of this record, claimed ones included."""
    found: set[str] = set()
    for kind in ("email", "phone"):
        for name in (kind, f"claimed_{kind}"):
            if value := record.get(name):
                found.update(holders(reading, Address(kind, str(value))))
    return tuple(sorted(found))


def _lines(reading: Reading, persons: list[str]) -> tuple[PersonLine, ...]:
    """Return the names; whose key is gone already (a crash in mid-erasure) has none any more."""
    lines = []
    for person in persons:
        with suppress(Erased):
            lines.append(_line(people.get(reading, person)))
    return tuple(lines)


def _line(person: people.Person) -> PersonLine:
    return PersonLine(id=person.id, name=str(person.record.get("name", "")))
