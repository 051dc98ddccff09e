"""Erasure: the key first, everything that it opened, and a reply that says what stays and until when."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from casework import (
    consents,
    conversations,
    deliveries,
    exports,
    holds,
    identity,
    people,
    post,
    receipts,
    requests,
    retention,
    tickets,
)
from casework.decisions import carry_out_erasure
from casework.errors import IllegalStep, NotFound
from casework.office import Office
from store import people as store_people
from store.tables import Consent, Conversation, Export, Mail, Person, SubjectKey
from store.work import Erased
from tests.casework.conftest import (
    ANNA,
    COACH,
    Clock,
    letters,
    registered,
    rows,
    talk,
    text_of,
    verified_talk,
    without_call_back,
)


def asked_for_erasure(office: Office) -> tuple[str, str, str]:
    """A person who asked to be erased: person, conversation, ticket."""
    person = registered(office)
    id_ = verified_talk(office)
    requests.submit(office, id_, person, "erasure", None, "code", f"{id_}:m1")
    return person, id_, next(line.id for line in tickets.due_list(office) if line.request_kind == "erasure")


@pytest.mark.obligation(75)
def test_an_erased_persons_records_open_nowhere_not_even_with_the_master_key(any_office: Office):
    office = any_office
    person, _, ticket = asked_for_erasure(office)
    with office.store.read() as reading:
        kept = reading.data.get_one(Person, person).record
    assert kept is not None
    report = tickets.carry_out_erasure(office, ticket, COACH)
    assert report.destroyed["keys"] == 1
    with office.store.read() as reading:
        with pytest.raises(Erased):
            reading.open(person, "person", "record", person, kept)
        assert reading.keys.get_one(SubjectKey, person).wrapped is None
        assert reading.data.get_one(Person, person).record is None
        assert store_people.find_by_email(reading, ANNA["email"]) == []
        assert store_people.find_by_phone(reading, ANNA["phone"]) == []


@pytest.mark.obligation("L8")
def test_the_reply_says_from_when_no_backup_opens_it_and_gives_the_receipt(office: Office):
    _, _, ticket = asked_for_erasure(office)
    report = tickets.carry_out_erasure(office, ticket, COACH)
    assert report.backups_until == date(2026, 11, 25) + timedelta(days=office.pack.key_backup_days)
    letter = letters(office)[-1]
    assert letter["To"] == ANNA["email"]
    assert report.receipt in text_of(letter)
    assert f"{report.backups_until.day} december 2026" in text_of(letter)
    assert "Anna" not in text_of(letter)


def test_who_is_still_in_the_chat_reads_there_that_it_is_done_and_nothing_else_is_left(office: Office):
    person, id_, ticket = asked_for_erasure(office)
    tickets.answer(office, ticket, "Wij kijken ernaar.", COACH)
    report = tickets.carry_out_erasure(office, ticket, COACH)
    (delivery,) = deliveries.after(office, id_, 0)
    assert report.receipt in delivery.message.text
    assert conversations.transcript(office, id_) == (delivery.message,)
    assert identity.who(office, id_) is None
    assert conversations.to_forget(office) == (id_,)
    assert person not in str(delivery)


def test_the_last_word_in_the_chat_goes_within_the_hour(office: Office, clock: Clock):
    _, id_, ticket = asked_for_erasure(office)
    tickets.carry_out_erasure(office, ticket, COACH)
    conversations.forgotten(office, id_)
    assert conversations.to_forget(office) == ()
    clock.passes(hours=1)
    assert conversations.expire(office) == 1
    with pytest.raises(NotFound):
        conversations.transcript(office, id_)


def test_other_conversations_of_the_person_are_wiped_at_once(office: Office):
    registered(office)
    elsewhere = verified_talk(office)
    id_ = verified_talk(office)
    person = identity.who(office, id_)
    assert person is not None
    requests.submit(office, id_, person, "erasure", None, "code", f"{id_}:m1")
    tickets.carry_out_erasure(office, tickets.due_list(office)[0].id, COACH)
    with pytest.raises(NotFound):
        conversations.transcript(office, elsewhere)
    assert set(conversations.to_forget(office)) == {elsewhere, id_}


@pytest.mark.obligation(28)
@pytest.mark.obligation(47)
@pytest.mark.obligation(49)
def test_an_invoice_stays_under_its_own_key_until_its_own_last_day_and_is_named(office: Office, clock: Clock):
    person, _, ticket = asked_for_erasure(office)
    holds.add(office, person, "fiscal", date(2030, 12, 31), "Factuur 2023-014", COACH)
    report = tickets.carry_out_erasure(office, ticket, COACH)
    assert [(stay.what_nl, stay.until) for stay in report.stays] == [
        ("facturen en betalingen", date(2030, 12, 31))
    ]
    (view,) = requests.of_person(office, person)
    assert view.state == "partly_fulfilled"
    text = text_of(letters(office)[-1])
    for part in ("facturen en betalingen", "31 december 2030", "Autoriteit Persoonsgegevens", "rechter"):
        assert part in text
    assert holds.of_person(office, person, COACH)[0].note == "Factuur 2023-014"
    clock.at = clock.at.replace(year=2031, month=1, day=2)
    assert retention.expire(office)["holds"] == 1
    assert holds.of_person(office, person, COACH) == ()


def test_without_a_hold_the_request_is_fulfilled(office: Office):
    person, _, ticket = asked_for_erasure(office)
    assert tickets.carry_out_erasure(office, ticket, COACH).stays == ()
    assert requests.of_person(office, person)[0].state == "fulfilled"
    assert tickets.read(office, ticket, COACH).line.state == "closed"


def test_pending_exports_consents_and_mails_go_too(office: Office):
    office = without_call_back(office)
    person, id_, ticket = asked_for_erasure(office)
    requests.submit(office, id_, person, "access", None, "code", f"{id_}:m2")
    access = next(line.id for line in tickets.due_list(office) if line.request_kind == "access")
    tickets.fulfil_access(office, access, COACH)
    consents.record(office, person, "pr_website", {"label": "foto"}, date(2026, 1, 1), COACH)
    with office.store.work(office.now()) as work:
        late = post.Mail("anna@example.org", "Later", "Tekst")
        post.keep(office, work, late, subject=person, person=person, held=True)
    report = tickets.carry_out_erasure(office, ticket, COACH)
    assert (report.destroyed["exports"], report.destroyed["consents"], report.destroyed["mails"]) == (1, 1, 1)
    assert rows(office, Export) == rows(office, Consent) == rows(office, Mail) == []
    assert list(exports.folder(office).iterdir()) == []


@pytest.mark.obligation("L1")
def test_a_receipt_survives_without_personal_data(office: Office):
    person = registered(office)
    consent = consents.record(
        office, person, "pr_website", {"label": "foto van Anna"}, date(2026, 1, 1), COACH
    )
    id_ = verified_talk(office)
    withdrawn = consents.withdraw(office, person, consent, id_, f"{id_}:m1")
    requests.submit(office, id_, person, "erasure", None, "code", f"{id_}:m2")
    ticket = next(line.id for line in tickets.due_list(office) if line.request_kind == "erasure")
    erased = tickets.carry_out_erasure(office, ticket, COACH)
    for number in (withdrawn.number, erased.receipt):
        receipt = receipts.read(office, number)
        assert receipt.verified
        assert "Anna" not in str(receipt)


def test_an_erasure_needs_to_know_who_asks(office: Office):
    id_ = talk(office)
    claim = identity.claimant(office, id_, ANNA["email"])
    requests.submit(office, id_, claim, "erasure", None, "none", f"{id_}:m1")
    ticket = tickets.due_list(office)[0].id
    with pytest.raises(IllegalStep) as refused:
        tickets.carry_out_erasure(office, ticket, COACH)
    assert refused.value.reason == "identity"


def test_an_erasure_is_carried_out_once(office: Office):
    _, _, ticket = asked_for_erasure(office)
    tickets.carry_out_erasure(office, ticket, COACH)
    before = len(letters(office))
    with pytest.raises(IllegalStep):
        tickets.carry_out_erasure(office, ticket, COACH)
    assert len(letters(office)) == before


def test_nobody_hears_that_it_is_done_while_it_is_not(office: Office, monkeypatch: pytest.MonkeyPatch):
    person, id_, ticket = asked_for_erasure(office)
    before = len(letters(office))
    monkeypatch.setattr("casework.decisions.erase_person", _falls_over)
    with pytest.raises(OSError, match="stroom weg"):
        carry_out_erasure(office, ticket, COACH)
    post.send_waiting(office)
    assert len(letters(office)) == before
    assert deliveries.after(office, id_, 0) == ()
    assert people.read(office, person, COACH, "identity").record["name"] == ANNA["name"]
    monkeypatch.undo()
    report = carry_out_erasure(office, ticket, COACH)
    assert [report.receipt in text_of(letter) for letter in letters(office)] == [True]  # earlier ones went


def test_a_crash_after_the_key_and_before_the_rows_is_finished_by_doing_it_again(office: Office):
    """keys.db is committed before data.db: what a crash in between leaves is made here by hand."""
    _, _, ticket = asked_for_erasure(office)
    with pytest.raises(_PowerCut):
        _cut_between_the_commits(office, ticket)
    with pytest.raises(NotFound):
        tickets.open_person(office, ticket, COACH, "handle_request")
    assert "carry_out_erasure" in tickets.read(office, ticket, COACH).can
    assert people.list_people(office, COACH) == ()
    report = carry_out_erasure(office, ticket, COACH)
    assert [report.receipt in text_of(letter) for letter in letters(office)] == [True]  # earlier ones went
    assert receipts.read(office, report.receipt).verified
    assert rows(office, Mail) == []


def test_an_erased_person_is_a_stranger_when_they_come_back(office: Office, clock: Clock):
    _, _, ticket = asked_for_erasure(office)
    tickets.carry_out_erasure(office, ticket, COACH)
    before = len(letters(office))
    clock.passes(hours=2)
    identity.send_code(office, talk(office), ANNA["email"])
    assert len(letters(office)) == before
    assert people.list_people(office, COACH) == ()
    assert all(row.person_id is None for row in rows(office, Conversation))


class _PowerCut(Exception):
    """The machine stopped."""


def _falls_over(*_: object, **__: object) -> None:
    raise OSError("stroom weg")


def _cut_between_the_commits(office: Office, ticket: str) -> None:
    """Carry out an erasure on a store whose records are not committed after its keys were."""
    real = office.store.work
    count = 0

    def work(at: object):
        nonlocal count
        count += 1
        return real(at) if count == 1 else _half(real(at))

    office.store.work = work  # type: ignore[method-assign]
    try:
        carry_out_erasure(office, ticket, COACH)
    finally:
        office.store.work = real  # type: ignore[method-assign]


class _half:  # noqa: N801  # a context manager
    """A piece of work whose keys are committed and whose records are lost."""

    def __init__(self, inner):
        self._inner = inner

    def __enter__(self):
        self._work = self._inner.__enter__()
        return self._work

    def __exit__(self, *_: object):
        self._work.flush()
        self._work._keys.commit()
        cut = _PowerCut()
        self._inner.__exit__(_PowerCut, cut, None)
        raise cut
