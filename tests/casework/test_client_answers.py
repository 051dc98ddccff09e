"""What a client answers to the coach waits for a yes, and then stands in the coach's ticket."""

from __future__ import annotations

import pytest

from casework import client_answers, conversations, tickets
from casework.errors import Gone, NotFound, Refused
from casework.office import Office
from store import tickets as store_tickets
from store.tables import Ticket, TicketEvent
from tests.casework.conftest import COACH, Clock, registered, rows, talk
from tests.casework.test_requests import asked
from tests.casework.test_tickets import left, ticket_of


def asked_by_the_coach(office: Office) -> tuple[str, str]:
    """A conversation in which a question of the coach stands, and its ticket."""
    id_, ticket = left(office)
    assert tickets.answer(office, ticket, "Past dinsdag om tien uur?", COACH) == "chat"
    return id_, ticket


def test_a_message_of_the_coach_stands_until_it_is_answered(office: Office):
    assert not client_answers.standing(office, talk(office)).spoke
    id_, _ = asked_by_the_coach(office)
    assert client_answers.standing(office, id_).spoke
    client_answers.hold(office, id_, "m2", "ja dat past")
    client_answers.pass_on(office, id_, f"{id_}:m3")
    assert client_answers.standing(office, id_) == client_answers.Standing(False, None, False)


def test_an_answer_becomes_part_of_the_story_and_shows_at_the_desk(office: Office):
    id_, ticket = asked_by_the_coach(office)
    client_answers.hold(office, id_, "m2", "ja dat past")
    assert [step.act for step in tickets.read(office, ticket, COACH).story][-1] == "answer"
    passed = client_answers.pass_on(office, id_, f"{id_}:m3")
    page = tickets.read(office, ticket, COACH)
    assert (page.story[-1].act, page.story[-1].by, page.story[-1].note) == (
        "client_answer",
        "client",
        "ja dat past",
    )
    assert page.line.state == "heard_back"
    assert passed.reference == page.line.reference
    assert passed.answer_by == page.line.promised
    assert {"answer", "take", "close"} <= page.can


def test_passing_on_under_the_same_name_is_passing_on_once(office: Office):
    id_, ticket = asked_by_the_coach(office)
    client_answers.hold(office, id_, "m2", "ja dat past")
    first = client_answers.pass_on(office, id_, f"{id_}:m3")
    assert client_answers.pass_on(office, id_, f"{id_}:m3") == first
    assert [step.act for step in tickets.read(office, ticket, COACH).story].count("client_answer") == 1


def test_what_comes_in_pieces_waits_together_and_a_retry_adds_nothing(office: Office):
    id_, _ = asked_by_the_coach(office)
    client_answers.hold(office, id_, "m2", "ja dat past")
    client_answers.hold(office, id_, "m2", "ja dat past")
    assert client_answers.hold(office, id_, "m3", "wel iets later") == "ja dat past\nwel iets later"


def test_what_is_kept_back_reaches_nobody(office: Office):
    id_, ticket = asked_by_the_coach(office)
    client_answers.hold(office, id_, "m2", "ja dat past")
    client_answers.keep_back(office, id_)
    with pytest.raises(Gone):
        client_answers.pass_on(office, id_, f"{id_}:m3")
    assert "client_answer" not in [step.act for step in rows(office, TicketEvent)]
    assert tickets.read(office, ticket, COACH).line.state == "waiting"


def test_a_closed_ticket_opens_again_with_a_new_day_for_an_answer(office: Office, clock: Clock):
    id_, ticket = asked_by_the_coach(office)
    tickets.close(office, ticket, COACH)
    before = tickets.read(office, ticket, COACH).line.promised
    clock.passes(hours=20)
    client_answers.hold(office, id_, "m2", "ja dat past")
    passed = client_answers.pass_on(office, id_, f"{id_}:m3")
    line = tickets.read(office, ticket, COACH).line
    assert line.state == "heard_back"
    assert before is not None
    assert passed.answer_by is not None
    assert line.promised == passed.answer_by > before


def test_a_request_under_way_keeps_its_dates(office: Office):
    registered(office)
    _, receipt = asked(office)
    ticket = ticket_of(office, receipt.reference)
    (id_,) = {row.conversation_id for row in rows(office, Ticket) if row.id == ticket}
    before = tickets.read(office, ticket, COACH).line
    tickets.answer(office, ticket, "Welk jaar bedoelt u?", COACH)
    client_answers.hold(office, id_, "m2", "vorig jaar")
    assert client_answers.pass_on(office, id_, f"{id_}:m3").answer_by is None
    after = tickets.read(office, ticket, COACH).line
    assert (after.promised, after.legal) == (before.promised, before.legal)


@pytest.mark.obligation("L4")
def test_a_citizen_service_number_is_not_held(office: Office):
    id_, _ = asked_by_the_coach(office)
    client_answers.hold(office, id_, "m2", "ja dat past")
    with pytest.raises(Refused):
        client_answers.hold(office, id_, "m3", "mijn BSN is 111222333")
    assert client_answers.standing(office, id_).waiting == "ja dat past"


def test_once_the_ticket_says_nothing_any_more_there_is_nothing_to_answer_to(office: Office):
    id_, ticket = asked_by_the_coach(office)
    client_answers.hold(office, id_, "m2", "ja dat past")
    with office.store.work(office.now()) as work:
        store_tickets.empty(work, tickets.get(work, ticket))
    with pytest.raises(Gone):
        client_answers.pass_on(office, id_, f"{id_}:m3")


def test_wiping_the_conversation_takes_what_waits_along(office: Office):
    id_, _ = asked_by_the_coach(office)
    client_answers.hold(office, id_, "m2", "ja dat past")
    conversations.wipe(office, id_)
    with pytest.raises(NotFound):
        client_answers.pass_on(office, id_, f"{id_}:m3")
