"""The coach's list and acts: by what is due first, each act once, every reply on its way."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework import conversations, deliveries, exports, identity, intake, notes, requests, retention, tickets
from casework.errors import IllegalStep, NotFound
from casework.manner import Manner
from casework.messages import Reply
from casework.office import Office
from tests.casework.conftest import (
    ANNA,
    COACH,
    Clock,
    last_code,
    last_link,
    letters,
    registered,
    talk,
    text_of,
    verified_talk,
)
from tests.casework.test_exports import opened, out_of_view
from tests.casework.test_requests import asked

QUESTION = "Wanneer is mijn afspraak?"


def left(office: Office, kind: notes.Kind = "question", reach: str | None = None) -> tuple[str, str]:
    """A note of somebody unknown; the conversation and the ticket."""
    id_ = talk(office)
    receipt = notes.leave(office, id_, kind, QUESTION, reach, None, f"{id_}:m1")
    return id_, ticket_of(office, receipt.reference)


def ticket_of(office: Office, reference: str) -> str:
    """The ticket of a reference."""
    return next(line.id for line in tickets.due_list(office) if line.reference == reference)


def test_the_list_stands_by_what_is_due_first_and_says_what_is_late(office: Office, clock: Clock):
    registered(office)
    _, request = asked(office)
    _, question = left(office)
    notes.report_incident(office, "Telefoon kwijt", COACH)
    lines = tickets.due_list(office)
    assert [line.kind for line in lines] == ["incident", "question", "request"]
    assert not any(line.overdue for line in lines)
    clock.passes(days=7)
    by_kind = {line.kind: line for line in tickets.due_list(office)}
    assert by_kind["incident"].overdue
    assert by_kind["question"].today
    clock.passes(days=60)
    assert all(line.overdue for line in tickets.due_list(office))
    tickets.close(office, question, COACH)
    assert not next(line for line in tickets.due_list(office) if line.id == question).overdue
    assert request.promised


def test_today_is_a_day_in_the_netherlands(office: Office, clock: Clock):
    left(office)
    promised = tickets.due_list(office)[0].promised
    assert promised is not None
    clock.at = clock.at.replace(day=promised.day - 1, month=promised.month, hour=23, minute=30)
    assert tickets.due_list(office)[0].today


def test_an_answer_arrives_in_the_open_conversation(office: Office):
    id_, ticket = left(office)
    assert tickets.read(office, ticket, COACH).answer_goes == "chat"
    assert tickets.answer(office, ticket, "Morgen om tien uur.", COACH) == "chat"
    (delivery,) = deliveries.after(office, id_, 0)
    assert delivery.message.text == "Morgen om tien uur."
    page = tickets.read(office, ticket, COACH)
    assert (page.line.state, page.line.taken_by) == ("waiting", COACH)
    assert [(step.act, step.note) for step in page.story][-1] == ("answer", "Morgen om tien uur.")


@pytest.mark.obligation(17)
def test_an_answer_after_the_conversation_is_a_mail_that_says_nothing_but_where_to_read_it(
    office: Office, clock: Clock
):
    _, ticket = left(office, reach="bram@example.org")
    clock.passes(hours=25)
    assert tickets.answer(office, ticket, "Beste Bram, morgen om tien uur.", COACH) == "mail"
    letter = letters(office)[-1]
    assert letter["To"] == "bram@example.org"
    assert "Bram" not in text_of(letter).replace("bram@example.org", "")
    assert "tien uur" not in text_of(letter)
    link = last_link(office)
    export = link.rpartition("/")[2].partition("#")[0]
    assert exports.begin_download(office, export, out_of_view) == "mail"
    assert (
        opened(link, exports.fetch(office, export, last_code(office))).decode()
        == "Beste Bram, morgen om tien uur."
    )


def test_an_answer_to_nobody_reachable_stays_with_the_ticket(office: Office, clock: Clock):
    _, ticket = left(office)
    clock.passes(hours=25)
    retention.expire(office)
    assert tickets.answer(office, ticket, "Morgen.", COACH) == "nowhere"
    page = tickets.read(office, ticket, COACH)
    assert page.body["text"] == QUESTION
    assert page.story[-1].note == "Morgen."


def test_an_answer_that_nobody_saw_in_the_chat_is_mailed_after_all(office: Office, clock: Clock):
    id_, ticket = left(office, reach="bram@example.org")
    assert tickets.answer(office, ticket, "Morgen om tien uur.", COACH) == "chat"
    assert retention.expire(office)["mailed_unseen"] == 0
    clock.passes(minutes=31)
    assert retention.expire(office)["mailed_unseen"] == 1
    assert letters(office)[-1]["To"] == "bram@example.org"
    assert tickets.read(office, ticket, COACH).story[-1].act == "mailed_unseen"
    assert retention.expire(office)["mailed_unseen"] == 0
    assert len(deliveries.after(office, id_, 0)) == 1


def test_an_answer_that_was_seen_is_not_mailed(office: Office, clock: Clock):
    id_, ticket = left(office, reach="bram@example.org")
    tickets.answer(office, ticket, "Morgen om tien uur.", COACH)
    deliveries.taken(office, id_, deliveries.after(office, id_, 0)[0].seq)
    clock.passes(minutes=31)
    assert retention.expire(office)["mailed_unseen"] == 0


def test_an_answer_form_sent_twice_goes_out_once(office: Office):
    id_, ticket = left(office)
    for _ in range(2):
        assert tickets.answer(office, ticket, "Morgen.", COACH, once="desk:1") == "chat"
    assert len(deliveries.after(office, id_, 0)) == 1


@pytest.mark.obligation("L5")
@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_refusal_gives_the_reason_and_names_the_authority_and_the_court(office: Office, language):
    person = registered(office)
    id_ = verified_talk(office)
    conversations.keep_reply(office, id_, "m0", [Reply("Goed.")], Manner(language, "wish"))
    receipt = requests.submit(office, id_, person, "access", None, "code", f"{id_}:m1")
    ticket = ticket_of(office, receipt.reference)
    preview = tickets.refusal_text(office, ticket, "Dit vroeg u vorige week ook.")
    tickets.refuse(office, ticket, "Dit vroeg u vorige week ook.", COACH)
    text = deliveries.after(office, id_, 0)[-1].message.text
    assert text == preview
    assert "Dit vroeg u vorige week ook." in text
    assert "Autoriteit Persoonsgegevens" in text
    assert ("rechter" in text) or ("court" in text)
    assert requests.of_person(office, person)[0].state == "refused"
    page = tickets.read(office, ticket, COACH)
    assert page.line.state == "closed"
    assert page.request is not None
    assert page.request.reason == "Dit vroeg u vorige week ook."


def test_a_refusal_without_a_reason_is_none(office: Office):
    registered(office)
    _, receipt = asked(office)
    with pytest.raises(IllegalStep):
        tickets.refuse(office, ticket_of(office, receipt.reference), "  ", COACH)


@pytest.mark.obligation(66)
def test_an_extension_is_two_months_once_within_the_first_and_told_with_its_reason(
    office: Office, clock: Clock
):
    registered(office)
    person, receipt = asked(office)
    ticket = ticket_of(office, receipt.reference)
    assert "extend" in tickets.read(office, ticket, COACH).can
    tickets.extend(office, ticket, "Het zijn er veel.", COACH)
    (view,) = requests.of_person(office, person)
    assert (view.promised.isoformat(), view.extended_to) == (
        "2026-12-25",
        tickets.due_list(office)[0].promised,
    )
    assert str(view.extended_to) == "2027-02-25"
    with pytest.raises(IllegalStep):
        tickets.extend(office, ticket, "Nog eens.", COACH)
    assert "extend" not in tickets.read(office, ticket, COACH).can


def test_after_the_month_a_request_cannot_be_extended(office: Office, clock: Clock):
    registered(office)
    _, receipt = asked(office)
    ticket = ticket_of(office, receipt.reference)
    clock.passes(days=40)
    with pytest.raises(IllegalStep):
        tickets.extend(office, ticket, "Te laat gezien.", COACH)


@pytest.mark.obligation("L7")
def test_a_restriction_freezes_the_record(office: Office):
    registered(office)
    _, receipt = asked(office, "restriction")
    ticket = ticket_of(office, receipt.reference)
    tickets.fulfil_other(office, ticket, "Wij gebruiken uw gegevens niet meer.", COACH)
    assert tickets.open_person(office, ticket, COACH, "handle_request").state == "restricted"


@pytest.mark.obligation(46)
def test_a_correction_is_told_to_its_person(office: Office):
    person = registered(office)
    id_ = verified_talk(office)
    receipt = requests.submit(office, id_, person, "rectification", "Mijn naam is Ánna", "code", f"{id_}:m1")
    ticket = ticket_of(office, receipt.reference)
    assert tickets.fulfil_other(office, ticket, "Uw naam is verbeterd.", COACH) == "chat"
    assert "Uw naam is verbeterd." in deliveries.after(office, id_, 0)[-1].message.text
    with pytest.raises(IllegalStep):
        tickets.fulfil_other(office, ticket, "Nog eens.", COACH)


def test_a_request_closes_by_being_decided_only(office: Office):
    registered(office)
    _, receipt = asked(office)
    with pytest.raises(IllegalStep):
        tickets.close(office, ticket_of(office, receipt.reference), COACH)


def test_a_colleague_can_take_a_ticket_over(office: Office):
    _, ticket = left(office)
    tickets.take(office, ticket, COACH)
    assert "take" not in tickets.read(office, ticket, COACH).can
    assert "take" in tickets.read(office, ticket, "owner").can
    tickets.take(office, ticket, "owner")
    assert tickets.due_list(office)[0].taken_by == "owner"


@pytest.mark.obligation(29)
@pytest.mark.obligation(60)
def test_an_incident_has_both_clocks_from_awareness(refleact: Office, office: Office):
    notes.report_incident(refleact, "Laptop gestolen", COACH)
    page = tickets.read(refleact, tickets.due_list(refleact)[0].id, COACH)
    assert page.incident is not None
    assert page.incident.clients_by.isoformat() == "2026-11-27T09:30:00+00:00"
    assert page.incident.authority_by.isoformat() == "2026-11-28T09:30:00+00:00"
    assert not page.person


@pytest.mark.obligation(76)
def test_a_complaint_can_be_answered_and_closed(office: Office):
    _, ticket = left(office, "complaint")
    assert tickets.read(office, ticket, COACH).line.kind == "complaint"
    tickets.answer(office, ticket, "Wij bellen u.", COACH)
    tickets.close(office, ticket, COACH)
    with pytest.raises(IllegalStep):
        tickets.answer(office, ticket, "Nog iets.", COACH)


def test_a_note_left_twice_is_one_and_nobody_on_file_is_touched(office: Office):
    person = registered(office)
    id_ = talk(office)
    for _ in range(2):
        notes.leave(office, id_, "callback", "Bel mij", ANNA["email"], None, f"{id_}:m1")
    (line,) = tickets.due_list(office)
    page = tickets.read(office, line.id, COACH)
    assert page.body == {"text": "Bel mij", "reach": ANNA["email"], "wish": "callback"}
    assert tickets.open_person(office, line.id, COACH, "handle_ticket").perhaps_same == (person,)
    assert identity.who(office, verified_talk(office)) == person


def test_what_is_not_there_is_not_found(office: Office):
    for act in (
        lambda: tickets.read(office, "x", COACH),
        lambda: tickets.take(office, "x", COACH),
        lambda: tickets.answer(office, "x", "y", COACH),
        lambda: tickets.fulfil_access(office, "x", COACH),
        lambda: tickets.open_person(office, "x", COACH, "identity"),
    ):
        with pytest.raises(NotFound):
            act()


ACTS = ["take", "answer", "close", "fulfil_access", "fulfil_other", "carry_out_erasure", "confirm_take_down"]
ACTS += ["refuse", "extend"]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kind=st.sampled_from(requests.KINDS), walk=st.lists(st.sampled_from(ACTS), max_size=6))
def test_whatever_the_coach_tries_happens_exactly_when_it_was_allowed(office: Office, kind, walk):
    """`can` is the truth: an act that it names works, any other raises and changes nothing."""
    id_ = talk(office)
    claim = identity.claimant(office, id_, "wie@example.org")
    receipt = requests.submit(office, id_, claim, kind, None, "none", f"{id_}:m1")
    ticket = ticket_of(office, receipt.reference)
    page = tickets.read(office, ticket, COACH)
    assert page.request is not None
    identity.confirm_call_back(office, page.request.id, COACH)
    for act in walk:
        before = tickets.read(office, ticket, COACH)
        try:
            _do(office, ticket, act)
        except IllegalStep:
            assert act not in before.can
            assert tickets.read(office, ticket, COACH) == before
        else:
            assert act in before.can or act == "take"


def _do(office: Office, ticket: str, act: str) -> None:
    arguments = {
        "answer": ("Antwoord", COACH),
        "fulfil_other": ("Gedaan", COACH),
        "refuse": ("Reden", COACH),
        "extend": ("Reden", COACH),
    }.get(act, (COACH,))
    getattr(tickets, act)(office, ticket, *arguments)


def test_an_intake_is_answered_in_the_chat(office: Office):
    id_ = talk(office)
    details = {"name": "Bram", "email": "bram@example.org"}
    receipt = intake.submit(office, id_, details, True, f"{id_}:m1")
    ticket = ticket_of(office, receipt.reference)
    assert tickets.answer(office, ticket, "Welkom.", COACH) == "chat"
    assert deliveries.after(office, id_, 0)[-1].message.text == "Welkom."
