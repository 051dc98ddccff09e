"""The day list."""

import pytest

from casework import notes, tickets
from casework.office import Office
from store import recovery
from tests.desk.browser import Browser
from tests.desk.client import known_client
from tests.desk.conftest import Clock, Coach, browser_at, signed_in


def marks(browser: Browser) -> int:
    return browser.open("/").response.text.count('class="mark')


@pytest.mark.obligation(66)
def test_a_ticket_is_one_sentence_with_the_date_that_was_promised(browser: Browser, office: Office) -> None:
    known_client(office).asks("access")

    page = browser.open("/")

    assert "Inzage: een kopie van de gegevens, beloofd uiterlijk 23 december" in page.text
    assert "wo 23 dec" in page.text


@pytest.mark.obligation(66)
def test_what_is_due_first_stands_at_the_top(browser: Browser, office: Office) -> None:
    client = known_client(office)
    client.asks("access")
    sooner = notes.leave(office, client.conversation, "question", "Mag ik bellen?", None, None, "a:1")

    page = browser.open("/")

    assert page.text.index(sooner.reference) < page.text.index("Inzage:")
    assert "Vraag: iemand wil antwoord van u, beloofd uiterlijk" in page.text


def test_tickets_alike_are_told_apart_by_when_they_came_in(
    browser: Browser, office: Office, clock: Clock
) -> None:
    client = known_client(office)
    notes.leave(office, client.conversation, "question", "Een", None, None, "a:1")
    clock.forward(minutes=7)
    notes.leave(office, client.conversation, "question", "Twee", None, None, "a:2")

    page = browser.open("/")

    assert "binnen sinds 23 nov 2026, 10.00" in page.text
    assert "binnen sinds 23 nov 2026, 10.07" in page.text


@pytest.mark.obligation(66)
@pytest.mark.parametrize(("days", "mark"), [(29, ""), (30, "vandaag"), (31, "over de termijn")])
def test_only_today_and_past_the_promise_are_marked(
    office: Office, coach: Coach, clock: Clock, days: int, mark: str
) -> None:
    known_client(office).asks("erasure")
    clock.forward(days=days)

    browser = signed_in(browser_at(office), office, coach)

    assert marks(browser) == bool(mark)
    assert mark in browser.open("/").text


def test_a_promise_in_another_year_names_the_year(browser: Browser, office: Office, clock: Clock) -> None:
    clock.forward(minutes=10)
    known_client(office).asks("access")
    [line] = tickets.due_list(office)
    tickets.extend(office, line.id, "Het dossier is groot.", "coach")

    assert "beloofd uiterlijk 23 februari 2027" in browser.open("/").text


def test_the_list_names_nobody(browser: Browser, office: Office) -> None:
    known_client(office).asks("access")

    text = browser.open("/").response.text

    assert "Anna" not in text
    assert "example.org" not in text


def test_an_empty_list_is_said_kindly(browser: Browser) -> None:
    assert "Er ligt niets dat op u wacht" in browser.open("/").text
    assert "Er is nog niets afgesloten" in browser.open("/?toon=afgesloten").text


def test_a_closed_ticket_moves_to_the_closed_ones(browser: Browser, office: Office) -> None:
    ticket = known_client(office).asks("access")
    tickets.refuse(office, ticket, "Dit is al eerder verstuurd.", "coach")

    assert f"/tickets/{ticket}" not in browser.open("/").links
    assert f"/tickets/{ticket}" in browser.open("/?toon=afgesloten").links


def test_who_took_a_ticket_is_named(browser: Browser, office: Office, coach: Coach) -> None:
    ticket = known_client(office).asks("access")
    tickets.take(office, ticket, coach.id)

    assert "in behandeling, Marieke" in browser.open("/").text


def test_the_one_button_leads_to_the_most_urgent_ticket(browser: Browser, office: Office) -> None:
    ticket = known_client(office).asks("access")

    assert browser.open("/").links[-2] == f"/tickets/{ticket}"


def test_until_a_recovery_sheet_is_confirmed_every_page_says_what_a_lost_key_file_costs(
    browser: Browser, office: Office, clock: Clock
) -> None:
    said = "Raakt het sleutelbestand van deze computer weg, dan kan niemand de gegevens nog openen"
    assert said in browser.open("/").text
    assert said in browser.open("/personen").text

    recovery.confirm(office.home, office.store.keyring, clock.at)
    assert said not in browser.open("/").text
