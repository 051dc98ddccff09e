"""Consents: append-only events of one permission, purpose by medium by occasion (articles 4(11) and 7 GDPR).

Giving, refusing and withdrawing take the same number of steps and work at once. Where the pack asks a confirmation in
writing, a consent counts only once the person confirmed it by the link in their mail; silence is no.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import partial
from typing import cast

from casework import people, post
from casework.clocks import day_in_amsterdam, days_after
from casework.consent_steps import LINK, Said, kind_of, newly_asked, take, take_down_by, wording
from casework.conversations import open_row, verified_person
from casework.errors import Gone, NotFound, NotVerified, Refused
from casework.grounds import permission
from casework.messages import Language
from casework.office import Office
from casework.once import Told, once_only
from casework.pack_model import ConsentKind
from casework.promises import end_of
from casework.states import ConsentState, ConsentStep
from store import codes, consents, tables
from store.work import Reading, Work

State = ConsentState


@dataclass(frozen=True, slots=True)
class ConsentView:
    """One consent as its person sees it."""

    id: str
    kind: str
    label_nl: str
    label_en: str
    medium: str | None
    given_on: date | None
    state: State


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the person hears after giving, refusing or withdrawing."""

    number: str
    at: datetime
    state: State
    take_down_by: date | None = None
    ticket_reference: str | None = None


@dataclass(frozen=True, slots=True)
class ListedConsent:
    """One line of the list for scripts; label and person only where they were asked for on purpose."""

    id: str
    kind: str
    state: State
    asked_on: date | None
    given_on: date | None
    withdrawn_on: date | None
    label: str | None = None
    person: str | None = None


def active(office: Office, person: str, pr_only: bool = False) -> tuple[ConsentView, ...]:
    """Return the consents that the person has given and that still count; with `pr_only` those for publicity."""
    with office.store.read() as reading:
        now = office.now()
        return tuple(
            _view(office, reading, row)
            for row in consents.of_person(reading, person)
            if row.state == "given"
            and (row.expires_at is None or row.expires_at > now)
            and (not pr_only or kind_of(office, row.kind).pr)
        )


def open_asks(office: Office, person: str) -> tuple[ConsentView, ...]:
    """Return the consents that the practice asked and that the person has not answered."""
    with office.store.read() as reading:
        return tuple(
            _view(office, reading, row) for row in consents.of_person(reading, person) if row.state == "asked"
        )


def question(office: Office, consent_id: str, language: Language) -> str:
    """Return the words in which a consent is asked. Raises NotFound."""
    with office.store.read() as reading:
        row = consents.get(reading, consent_id)
        if row is None:
            raise NotFound
        return wording(office, kind_of(office, row.kind), language, office.now())[0]


def take_down_date(office: Office, consent_id: str) -> date | None:
    """Return before which day a publication would be taken away if this were withdrawn now; None: nothing to take away."""
    with office.store.read() as reading:
        row = consents.get(reading, consent_id)
        if row is None or not kind_of(office, row.kind).take_down:
            return None
        return take_down_by(office, office.now())


def give(office: Office, person: str, consent_id: str, conversation: str, once: str) -> Receipt:
    """Give a consent that was asked. Raises NotFound, NotVerified, IllegalStep."""
    given = _answer(office, person, consent_id, conversation, once, "give")
    post.send_soon(office)
    return given


def refuse(office: Office, person: str, consent_id: str, conversation: str, once: str) -> Receipt:
    """Say no to a consent that was asked; it changes nothing else. Raises NotFound, NotVerified, IllegalStep."""
    return _answer(office, person, consent_id, conversation, once, "refuse")


def withdraw(office: Office, person: str, consent_id: str, conversation: str, once: str) -> Receipt:
    """Withdraw a given consent: at once, without the coach; what was published opens a ticket to take it away.

    Raises NotFound, NotVerified (the conversation's proof of identity has ended), IllegalStep.
    """
    return _answer(office, person, consent_id, conversation, once, "withdraw")


def confirm_in_writing(office: Office, token: str) -> Receipt:
    """Confirm a consent by the single-use token of the mailed link; pressed twice it tells the same.

    Raises Gone: the token is unknown or too old, or the consent waits for nothing any more.
    """
    with office.store.work(office.now()) as work:
        code = codes.by_secret(work, LINK, token)
        row = consents.get(work, code.about) if code is not None and code.about else None
        if code is None or row is None or code.expires_at <= work.at:
            raise Gone
        if code.used_at is None and row.state != "awaiting_confirmation":
            raise Gone
        code.used_at = code.used_at or work.at
        said = Said(by="client", channel="mail", method="link")
        do = partial(take, office, work, row, "confirm", said, None)
        return _told(once_only(work, code.id, "consent.confirm", do))


def ask(
    office: Office, person: str, kind: str, record: Mapping[str, str], by: str, once: str | None = None
) -> str:
    """Put a consent to a person, with a mail where there is an address. Returns its id. Raises NotFound, Refused."""
    asked = _kind_to_ask(office, kind)

    def do() -> Told:
        found = people.get(work, person)
        language = people.language_of(found)
        row = newly_asked(office, work, person, asked, dict(record), Said(by, "desk", "asked", language))
        if to := found.record.get("email"):
            mail = post.write(office, "consent_asked", language, str(to), link=f"{office.client_url}/chat")
            post.keep(office, work, mail, subject=person, person=person)
        work.note("consent.asked", by, person=person, consent=row.id)
        return {"consent": row.id}

    with office.store.work(office.now()) as work:
        told = once_only(work, once, "consent.ask", do)
    post.send_soon(office)
    return str(told["consent"])


def record(
    office: Office,
    person: str,
    kind: str,
    record: Mapping[str, str],
    given_on: date,
    by: str,
    once: str | None = None,
) -> str:
    """Record a consent that the coach has in hand, given on paper or by mail. Returns its id.

    Raises NotFound, Refused: no such kind, or a day that is still to come.
    """
    given = _kind_to_ask(office, kind)
    if given_on > day_in_amsterdam(office.now()):
        raise Refused(given_on="future")

    def do() -> Told:
        people.get(work, person)
        term = None if given.term_days is None else end_of(days_after(given_on, given.term_days))
        row = consents.add(
            work, person, kind, dict(record), state="given", ground=permission(kind), expires_at=term
        )
        row.given_at = datetime.combine(given_on, time(12), tzinfo=UTC)
        consents.add_event(work, row.id, "given", by=by, channel="paper", method="recorded")
        work.note("consent.recorded", by, person=person, consent=row.id)
        return {"consent": row.id}

    with office.store.work(office.now()) as work:
        return str(once_only(work, once, "consent.record", do)["consent"])


def listing(office: Office, *, by: str, reveal: bool) -> tuple[ListedConsent, ...]:
    """Return all consents for scripts, without personal data unless `reveal`, which is noted."""
    with office.store.work(office.now()) as work:
        rows = consents.everyone(work)
        if reveal:
            work.note("consent.revealed", by, count=len(rows))
        return tuple(_listed(work, row, reveal) for row in rows)


def _answer(
    office: Office, person: str, consent_id: str, conversation: str, once: str, step: ConsentStep
) -> Receipt:
    with office.store.work(office.now()) as work:

        def do() -> Told:
            talk = open_row(office, work, conversation)
            if verified_person(talk, work.at) != person:
                raise NotVerified
            row = consents.get(work, consent_id)
            if row is None or row.person_id != person:
                raise NotFound
            said = Said("client", talk.channel, "choice", talk.language)
            taken: ConsentStep = step
            if step == "give" and kind_of(office, row.kind).written_confirmation:
                taken = "give_unconfirmed"
            return take(office, work, row, taken, said, conversation)

        return _told(once_only(work, once, f"consent.{step}.{consent_id}", do))


def _kind_to_ask(office: Office, code: str) -> ConsentKind:
    kind = office.pack.consent_kind(code)
    if kind is None:
        raise Refused(kind="unknown")
    return kind


def _view(office: Office, reading: Reading, row: tables.Consent) -> ConsentView:
    kind = kind_of(office, row.kind)
    about = consents.record(reading, row)
    own = about.get("label") or ""
    what = " ".join(str(about[name]) for name in ("occasion",) if about.get(name))
    return ConsentView(
        id=row.id,
        kind=row.kind,
        label_nl=own or (f"{kind.label.nl} ({what})" if what else kind.label.nl),
        label_en=own or (f"{kind.label.en} ({what})" if what else kind.label.en),
        medium=about.get("medium") or kind.medium,
        given_on=day_in_amsterdam(row.given_at) if row.given_at else None,
        state=cast(State, row.state),
    )


def _listed(work: Work, row: tables.Consent, reveal: bool) -> ListedConsent:
    def day(moment: datetime | None) -> date | None:
        return day_in_amsterdam(moment) if moment else None

    name = label = None
    if reveal and row.record is not None:
        name = str(people.get(work, row.person_id).record.get("name", ""))
        label = str(consents.record(work, row).get("label", ""))
    return ListedConsent(
        id=row.id,
        kind=row.kind,
        state=cast(State, row.state),
        asked_on=day(row.asked_at),
        given_on=day(row.given_at),
        withdrawn_on=day(row.withdrawn_at),
        label=label,
        person=name,
    )


def _told(told: Told) -> Receipt:
    return Receipt(
        number=told["number"],
        at=datetime.fromisoformat(told["at"]),
        state=told["state"],
        take_down_by=date.fromisoformat(told["take_down_by"]) if told["take_down_by"] else None,
        ticket_reference=told["reference"],
    )
