"""An intake is stored when its person said so, with what the pack allows, and never shows who is on file."""

from __future__ import annotations

import pytest

from casework import consents, identity, intake, people, retention, tickets
from casework.errors import NotFound, Refused
from casework.office import Office
from store.tables import ConsentEvent, Person
from tests.casework.conftest import ANNA, COACH, Clock, last_code, registered, rows, talk, verified_talk

BRAM = {
    "name": "Bram Bos",
    "email": "bram@example.org",
    "question": "Ik slaap slecht sinds de scheiding",
    "contact_safely": "Bel niet thuis",
}


def submit(
    office: Office, details: dict[str, str] | None = None, keep: bool | None = True, message: str = "m1"
):
    id_ = talk(office)
    return id_, intake.submit(office, id_, details or BRAM, keep, f"{id_}:{message}")


@pytest.mark.obligation(5)
def test_an_intake_becomes_a_person_a_ticket_and_a_reference(office: Office):
    _, receipt = submit(office)
    (line,) = tickets.due_list(office)
    assert (line.kind, line.reference, line.promised) == ("intake", receipt.reference, receipt.answer_by)
    page = tickets.read(office, line.id, COACH)
    assert page.body == {"question": BRAM["question"], "contact_safely": BRAM["contact_safely"]}
    person = tickets.open_person(office, line.id, COACH, "handle_ticket")
    assert person.record["name"] == "Bram Bos"
    assert person.source == "intake"


@pytest.mark.obligation(4)
@pytest.mark.parametrize(
    ("keep", "ground"), [(True, ("keep_contact", "consent")), (False, ("guidance", "contract"))]
)
def test_an_intake_has_a_purpose_and_a_legal_basis(office: Office, keep: bool, ground: tuple[str, str]):
    submit(office, keep=keep)
    (row,) = rows(office, Person)
    assert (row.purpose, row.legal_basis) == ground


def test_nothing_of_an_intake_stands_in_the_clear(office: Office):
    submit(office)
    for path in office.home.glob("*.db*"):
        stored = path.read_bytes()
        for word in (b"Bram", b"bram@", b"scheiding"):
            assert word not in stored


@pytest.mark.obligation("L1")
@pytest.mark.obligation(16)
def test_a_yes_to_keeping_is_a_consent_with_its_words_and_a_term(office: Office):
    _, receipt = submit(office, keep=True)
    assert receipt.keep_until is not None
    assert receipt.consent_receipt is not None
    person = tickets.open_person(office, tickets.due_list(office)[0].id, COACH, "handle_ticket")
    (given,) = consents.active(office, person.id)
    assert given.kind == "keep_contact"
    events = rows(office, ConsentEvent)
    assert sorted(event.event for event in events) == ["asked", "given"]
    assert all(event.text_hash and event.text_version and event.language == "nl" for event in events)
    assert {(event.channel, event.method) for event in events} == {("web", "choice")}


@pytest.mark.obligation(71)
@pytest.mark.parametrize("keep", [False, None])
def test_a_no_to_keeping_changes_nothing_but_the_term(office: Office, clock: Clock, keep):
    _, yes = submit(office, keep=True)
    _, no = submit(office, {"name": "Cas", "email": "cas@example.org"}, keep=keep)
    assert no.keep_until is None
    assert no.answer_by == yes.answer_by
    assert no.kept_until < yes.kept_until
    clock.passes(days=office.pack.term("intake").days + 1)
    assert retention.expire(office)["people"] == 1
    names = [line.name for line in people.list_people(office, COACH)]
    assert names == ["Bram Bos"]


def test_the_same_intake_sent_twice_is_one(office: Office):
    id_ = talk(office)
    first = intake.submit(office, id_, BRAM, True, f"{id_}:m1")
    assert intake.submit(office, id_, BRAM, True, f"{id_}:m1") == first
    assert len(tickets.due_list(office)) == 1
    assert len(people.list_people(office, COACH)) == 1


@pytest.mark.obligation(2)
def test_a_field_that_the_pack_does_not_ask_is_refused(office: Office):
    with pytest.raises(Refused) as refused:
        submit(office, {**BRAM, "birth_date": "1 mei 1980"})
    assert refused.value.reasons == {"birth_date": "not_allowed"}
    assert tickets.due_list(office) == ()


@pytest.mark.obligation("L4")
@pytest.mark.parametrize("field", ["question", "contact_safely", "name"])
def test_a_bsn_is_refused_wherever_it_stands_and_nothing_is_kept(office: Office, field):
    with pytest.raises(Refused) as refused:
        submit(office, BRAM | {field: "mijn bsn is 111222333"})
    assert field in refused.value.reasons
    assert people.list_people(office, COACH) == ()


@pytest.mark.parametrize(
    ("details", "missing"),
    [({"name": "Bram"}, "email"), ({"email": "b@example.org"}, "name")],
)
def test_a_name_and_one_way_to_be_reached_are_needed(office: Office, details, missing):
    with pytest.raises(Refused) as refused:
        submit(office, details)
    assert refused.value.reasons[missing] == "missing"


@pytest.mark.obligation(9)
def test_a_telephone_number_alone_is_enough(office: Office):
    submit(office, {"name": "Bram", "phone": "06 12345678"})
    person = tickets.open_person(office, tickets.due_list(office)[0].id, COACH, "handle_ticket")
    assert person.record["phone"] == "+31612345678"


def test_who_is_on_file_hears_the_same_as_a_stranger_and_their_record_does_not_change(office: Office):
    person = registered(office)
    known = {"name": "anna de wit", "email": ANNA["email"], "question": "Nog een vraag"}
    _, receipt = submit(office, known, keep=False)
    _, stranger = submit(office, BRAM, keep=False)
    assert (receipt.answer_by, receipt.kept_until) == (stranger.answer_by, stranger.kept_until)
    line = next(line for line in tickets.due_list(office) if line.reference == receipt.reference)
    page = tickets.read(office, line.id, COACH)
    assert [step.act for step in page.story] == ["received", "perhaps_known"]
    assert page.body["question"] == "Nog een vraag"
    seen = tickets.open_person(office, line.id, COACH, "handle_ticket")
    assert (seen.id, seen.expires_on, seen.record["name"]) == (person, None, "Anna de Wit")


@pytest.mark.obligation("L11")
def test_a_partner_with_the_same_address_is_somebody_else_and_once_a_client_the_address_proves_neither(
    office: Office,
):
    person = registered(office)
    submit(office, {"name": "Bram de Wit", "email": ANNA["email"]})
    line = tickets.due_list(office)[0]
    seen = tickets.open_person(office, line.id, COACH, "handle_ticket")
    assert seen.id != person
    assert seen.perhaps_same == (person,)
    assert [step.act for step in tickets.read(office, line.id, COACH).story] == ["received", "perhaps_known"]
    people.became_client(office, seen.id, COACH)
    id_ = talk(office)
    identity.send_code(office, id_, ANNA["email"])
    assert identity.check_code(office, id_, last_code(office)) == "call_back"
    assert identity.who(office, id_) is None


@pytest.mark.obligation("L11")
@pytest.mark.parametrize(
    "theirs", [{"email": "Anna@example.org"}, {"email": "own@example.org", "phone": "06 12345678"}]
)
def test_signing_up_with_anothers_address_changes_nothing_for_them(office: Office, theirs: dict[str, str]):
    person = registered(office)
    submit(office, {"name": "Een ander"} | theirs)
    for address in (ANNA["email"], ANNA["phone"]):
        assert identity.who(office, verified_talk(office, address)) == person


def test_the_coach_finds_who_signed_up_with_anothers_address_and_an_answer_reaches_them(
    office: Office, clock: Clock
):
    person = registered(office)
    submit(office, {"name": "Een ander", "email": ANNA["email"]})
    found = people.find(office, ANNA["email"], COACH)
    assert [line.name for line in found] == ["Anna de Wit", "Een ander"]
    assert found[0].id == person
    clock.passes(hours=25)
    assert tickets.answer(office, tickets.due_list(office)[0].id, "Dag.", COACH) == "mail"


def test_an_address_that_the_coach_fills_in_is_a_claim_no_more(office: Office):
    person = registered(office)
    submit(office, {"name": "Een ander", "email": ANNA["email"]})
    other = people.find(office, ANNA["email"], COACH)[1].id
    people.correct(office, other, {"email": "ander@example.org"}, COACH)
    assert [line.id for line in people.find(office, ANNA["email"], COACH)] == [person]
    assert identity.who(office, verified_talk(office, "ander@example.org")) == other


def test_who_is_verified_gets_the_intake_on_their_own_file(office: Office):
    person = registered(office)
    id_ = verified_talk(office)
    intake.submit(office, id_, {"name": "A. de Wit", "email": "nieuw@example.org"}, None, f"{id_}:m1")
    line = tickets.due_list(office)[0]
    assert tickets.open_person(office, line.id, COACH, "handle_ticket").id == person


def test_after_the_term_an_intake_is_gone_and_its_words_with_it(office: Office, clock: Clock):
    _, receipt = submit(office, keep=False)
    line = tickets.due_list(office)[0]
    clock.passes(days=office.pack.term("intake").days)
    assert retention.expire(office)["people"] == 0
    clock.passes(days=1)
    retention.expire(office)
    assert tickets.read(office, line.id, COACH).body == {}
    with pytest.raises(NotFound):
        tickets.open_person(office, line.id, COACH, "handle_ticket")
    assert receipt.kept_until is not None


def test_a_client_who_came_in_by_intake_is_kept_once_guidance_was_agreed(office: Office, clock: Clock):
    submit(office, keep=False)
    person = tickets.open_person(office, tickets.due_list(office)[0].id, COACH, "handle_ticket").id
    people.became_client(office, person, COACH)
    clock.passes(days=3650)
    retention.expire(office)
    assert people.list_people(office, COACH)[0].id == person


@pytest.mark.obligation(3)
def test_every_field_says_why_it_is_asked(office: Office):
    for field in intake.fields(office):
        assert field.why_nl
        assert field.why_en
