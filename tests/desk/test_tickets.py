"""A ticket and its acts: what is offered, what happens, what the client hears, and that twice is once."""

import re
from typing import get_args

import pytest

from casework import (
    consents,
    conversations,
    exports,
    holds,
    identity,
    intake,
    notes,
    people,
    requests,
    tickets,
)
from casework.office import Office
from casework.tickets import StepAct
from desk.words import environment
from tests.desk.browser import Browser, Page
from tests.desk.client import ANNA, WITH_PHONE, Client, claimant, known_client, letters, ticket_of
from tests.desk.conftest import Clock, Coach
from tests.desk.test_people import audited

COACH = "coach"


@pytest.fixture
def client(office: Office) -> Client:
    return known_client(office, WITH_PHONE)


def act(browser: Browser, ticket: str, slug: str, **typed: str) -> Page:
    """Do an act as a coach would: look at the page, preview where there is a preview, and confirm."""
    page = browser.open(f"/tickets/{ticket}/{slug}")
    if "voor u verstuurt" in page.text:
        page = browser.send(page, f"/tickets/{ticket}/{slug}", stap="bekijken", **typed)
    return browser.send(page, f"/tickets/{ticket}/{slug}", stap="doen", **typed)


def called_back(office: Office, ticket: str) -> None:
    """The coach called back on the number on file."""
    request = tickets.read(office, ticket, COACH).request
    assert request is not None
    identity.confirm_call_back(office, request.id, COACH)


def story(office: Office, ticket: str) -> list[str]:
    return [step.act for step in tickets.read(office, ticket, COACH).story]


# The page


def test_the_ticket_tells_what_was_asked_and_what_happened(browser: Browser, client: Client) -> None:
    ticket = client.asks("rectification", "Mijn straat is Dorpsweg 4, niet 14.")

    page = browser.open(f"/tickets/{ticket}")

    assert "Mijn straat is Dorpsweg 4, niet 14." in page.text
    assert "Bevestigd met een code wie dit is" in page.text
    assert "23 nov 2026, 10.00" in page.text
    assert "23 december 2026" in page.text
    assert "over 30 dagen" in page.text


@pytest.mark.obligation(45)
def test_opening_a_ticket_is_in_the_audit_log(
    browser: Browser, office: Office, coach: Coach, client: Client
) -> None:
    ticket = client.asks("access")
    browser.open(f"/tickets/{ticket}")

    assert audited(office, "ticket.read") == [{"by": coach.id, "ticket": ticket}]


@pytest.mark.obligation(45)
def test_the_person_is_opened_on_purpose_with_a_reason(
    browser: Browser, office: Office, coach: Coach, client: Client
) -> None:
    ticket = client.asks("access")
    closed = browser.open(f"/tickets/{ticket}")
    opened = browser.do(f"/tickets/{ticket}/persoon", reden="handle_ticket")

    assert ANNA["name"] not in closed.response.text
    assert ANNA["email"] in opened.text
    assert audited(office, "person.opened") == [
        {"by": coach.id, "person": client.person, "reason": "handle_ticket"}
    ]


def test_without_a_reason_the_person_stays_closed(browser: Browser, office: Office, client: Client) -> None:
    ticket = client.asks("access")
    page = browser.do(f"/tickets/{ticket}/persoon", reden="zomaar")

    assert page.status == 422
    assert ANNA["name"] not in page.response.text
    assert audited(office, "person.opened") == []


@pytest.mark.parametrize(
    "kind", ["access", "portability", "erasure", "rectification", "restriction", "objection"]
)
@pytest.mark.obligation(64)
def test_each_right_has_its_own_sentence_and_its_own_act(
    browser: Browser, office: Office, client: Client, kind: requests.Kind
) -> None:
    ticket = client.asks(kind)
    if kind in ("access", "portability"):
        called_back(office, ticket)
    own = {"access": "inzage", "portability": "inzage", "erasure": "wissen"}.get(kind, "uitvoeren")

    page = browser.open(f"/tickets/{ticket}")

    offered = {link.rsplit("/", 1)[1] for link in page.links if link.startswith(f"/tickets/{ticket}/")}
    assert own in offered
    assert offered & {"inzage", "wissen", "uitvoeren", "weghalen"} == {own}


def test_an_act_that_is_not_allowed_now_leads_back(browser: Browser, client: Client) -> None:
    ticket = client.asks("access")

    page = browser.open(f"/tickets/{ticket}/wissen")

    assert page.path == f"/tickets/{ticket}"
    assert "kan nu niet meer" in page.text


def test_every_step_of_a_story_has_a_dutch_word() -> None:
    words = environment().get_template("words.html").module

    for code in get_args(StepAct):
        assert str(words.step(code)).strip() not in ("", code)  # type: ignore[attr-defined]  # a macro of the template


# Taking and answering


def test_a_ticket_is_taken_with_one_press(browser: Browser, office: Office, client: Client) -> None:
    ticket = client.asks("erasure")
    page = browser.do(f"/tickets/{ticket}", f"/tickets/{ticket}/overnemen")

    assert "U behandelt dit ticket nu" in page.text
    assert "in behandeling, Marieke" in page.text
    assert not page.has_form(f"/tickets/{ticket}/overnemen")


def test_an_answer_is_read_back_before_it_goes(browser: Browser, client: Client) -> None:
    ticket = client.asks("erasure")
    page = browser.do(f"/tickets/{ticket}/antwoord", stap="bekijken", tekst="Ik bel u morgen.\nTot dan.")

    assert "Zo leest de persoon het" in page.text
    assert client.hears() == []


def test_an_answer_arrives_in_the_open_conversation(browser: Browser, client: Client) -> None:
    ticket = client.asks("erasure")
    before = browser.open(f"/tickets/{ticket}/antwoord")
    page = act(browser, ticket, "antwoord", tekst="Ik bel u morgen.")

    assert "niet binnen een half uur" in before.text
    assert "Het staat in het gesprek van de persoon" in page.text
    assert "meteen ziet" not in page.text
    assert client.hears() == ["Ik bel u morgen."]
    assert "Ik bel u morgen." in page.text


@pytest.mark.obligation(17)
def test_an_answer_to_who_has_left_is_a_mail_with_a_link_and_nothing_else(
    browser: Browser, office: Office, client: Client
) -> None:
    ticket = client.asks("erasure")
    client.leaves()
    page = act(browser, ticket, "antwoord", tekst="Ik bel u morgen op uw werk.")

    assert "e-mail met een link" in page.text
    letter = letters(office)[-1]
    assert "/veilig/" in letter
    assert "bel u morgen" not in letter
    assert "Anna" not in letter


def test_an_answer_that_can_reach_nobody_says_so(browser: Browser, office: Office) -> None:
    talk = conversations.begin(office, "nl", "web").id
    receipt = notes.leave(office, talk, "question", "Hoeveel kost het?", None, None, f"{talk}:1")
    conversations.wipe(office, talk)
    ticket = next(line.id for line in tickets.due_list(office) if line.reference == receipt.reference)

    assert "niet bezorgd" in browser.open(f"/tickets/{ticket}/antwoord").text
    assert "niet bezorgd" in act(browser, ticket, "antwoord", tekst="Dat staat op de site.").text


def test_an_empty_answer_is_not_sent(browser: Browser, client: Client) -> None:
    ticket = client.asks("erasure")
    page = browser.do(f"/tickets/{ticket}/antwoord", stap="doen", tekst="   ")

    assert page.status == 422
    assert "Schrijf hier eerst iets" in page.text
    assert client.hears() == []


def test_an_answer_that_is_sent_twice_arrives_once(browser: Browser, client: Client) -> None:
    ticket = client.asks("erasure")
    form = browser.open(f"/tickets/{ticket}/antwoord")
    first, second = (
        browser.send(form, f"/tickets/{ticket}/antwoord", stap="doen", tekst="Ik bel u.") for _ in range(2)
    )

    assert client.hears() == ["Ik bel u."]
    assert second.text == first.text


# Access


def test_access_waits_for_the_call_back_that_the_pack_asks(
    browser: Browser, office: Office, client: Client
) -> None:
    ticket = client.asks("access")
    waiting = browser.open(f"/tickets/{ticket}")
    calling = browser.open(f"/tickets/{ticket}/terugbellen")
    page = act(browser, ticket, "terugbellen", persoon="zelf")

    assert "Voor dit verzoek belt u eerst terug" in waiting.text
    assert f"/tickets/{ticket}/inzage" not in waiting.links
    assert "Anna de Vries, +31 6 12345678" in calling.text
    assert f"/tickets/{ticket}/inzage" in page.links
    assert audited(office, "person.opened")[0]["reason"] == "identity"


@pytest.mark.obligation(22)
def test_access_is_made_ready_after_a_fresh_code_of_the_phone(
    browser: Browser, office: Office, coach: Coach, client: Client, clock: Clock
) -> None:
    ticket = client.asks("access")
    called_back(office, ticket)
    page = act(browser, ticket, "inzage", code=coach.code(clock.at))

    assert "Het bestand staat klaar" in page.text
    assert "per mail onderweg" in page.text
    assert "/veilig/" in letters(office)[-1]
    assert len(list((office.home / "exports").glob("*.sealed"))) == 1
    assert story(office, ticket)[-1] == "fulfil_access"
    receipt = re.search(r"B-[2-9A-Z]{6}", page.text)
    assert receipt is not None
    assert browser.open(f"/bewijzen/{receipt[0]}").status == 200


@pytest.mark.parametrize("slug", ["inzage", "wissen"])
def test_without_a_fresh_code_nothing_leaves_and_nothing_goes(
    browser: Browser, office: Office, client: Client, slug: str
) -> None:
    ticket = client.asks("access" if slug == "inzage" else "erasure")
    called_back(office, ticket)
    typed = {"code": "000000"} | ({"akkoord": "ja", "factuur": "nee"} if slug == "wissen" else {})

    page = act(browser, ticket, slug, **typed)

    assert page.status == 403
    assert "De code klopt niet" in page.text
    assert not (office.home / "exports").exists()
    assert people.read(office, client.person, COACH, "contact").record["name"] == ANNA["name"]


def test_a_code_given_a_few_minutes_ago_still_counts_and_then_no_more(
    browser: Browser, office: Office, coach: Coach, client: Client, clock: Clock
) -> None:
    first, second, third = (client.asks("access") for _ in range(3))
    for ticket in (first, second, third):
        called_back(office, ticket)
    act(browser, first, "inzage", code=coach.code(clock.at))
    clock.forward(minutes=4)
    assert "code" not in browser.open(f"/tickets/{second}/inzage").form(f"/tickets/{second}/inzage").names
    assert "Het bestand staat klaar" in act(browser, second, "inzage").text
    clock.forward(minutes=2)

    assert "code" in browser.open(f"/tickets/{third}/inzage").form(f"/tickets/{third}/inzage").names


def test_guessing_the_step_up_code_is_slowed_too(
    browser: Browser, office: Office, coach: Coach, client: Client, clock: Clock
) -> None:
    ticket = client.asks("access")
    called_back(office, ticket)
    for _ in range(3):
        act(browser, ticket, "inzage", code="000000")

    page = act(browser, ticket, "inzage", code=coach.code(clock.at))

    assert "U bent niet buitengesloten" in page.text
    clock.forward(seconds=60)
    assert "Het bestand staat klaar" in act(browser, ticket, "inzage", code=coach.code(clock.at)).text


def test_who_has_no_second_way_gets_the_code_by_telephone(
    browser: Browser, office: Office, coach: Coach, client: Client, clock: Clock
) -> None:
    ticket = client.asks("access")
    called_back(office, ticket)
    client.leaves()
    issued = act(browser, ticket, "inzage", code=coach.code(clock.at))
    page = act(browser, ticket, "telefooncode")

    assert "Bel op een nummer dat u al kende" in issued.text
    shown = re.search(r'id="telefooncode">(\d{6})<', page.response.text)
    assert shown is not None
    export = re.search(r"/veilig/([\w-]{22})", letters(office)[-1])
    assert export is not None
    assert exports.fetch(office, export[1], shown[1])


def test_making_access_ready_twice_makes_one_file(
    browser: Browser, office: Office, coach: Coach, client: Client, clock: Clock
) -> None:
    ticket = client.asks("access")
    called_back(office, ticket)
    form = browser.open(f"/tickets/{ticket}/inzage")
    answers = [browser.send(form, f"/tickets/{ticket}/inzage", code=coach.code(clock.at)) for _ in range(2)]

    assert answers[0].text == answers[1].text
    assert len(list((office.home / "exports").glob("*.sealed"))) == 1


# Erasure


@pytest.mark.obligation(47)
@pytest.mark.obligation(75)
def test_erasing_says_first_what_goes_and_what_stays_and_until_when(
    browser: Browser, office: Office, client: Client
) -> None:
    browser.do(f"/personen/{client.person}/bewaargrond", soort="fiscal", jaar="2025", notitie="2025-014")
    ticket = client.asks("erasure")

    page = browser.open(f"/tickets/{ticket}/wissen")

    assert "Dit is niet terug te draaien" in page.text
    assert "31 december 2032" in page.text
    assert people.read(office, client.person, COACH, "contact").record["name"] == ANNA["name"]


@pytest.mark.obligation(75)
def test_erasing_destroys_the_person_and_ends_with_a_certificate(
    browser: Browser, office: Office, coach: Coach, client: Client, clock: Clock
) -> None:
    ticket = client.asks("erasure")
    page = act(browser, ticket, "wissen", akkoord="ja", factuur="nee", code=coach.code(clock.at))

    assert re.fullmatch(r"/bewijzen/B-[2-9A-Z]{6}", page.path)
    assert "De handtekening onder dit bewijs klopt." in page.text
    assert "Anna" not in page.text
    with office.store.read() as reading:
        assert reading.is_erased(client.person)
    assert "gewist" in letters(office)[-1]
    later = browser.open(f"/tickets/{ticket}")
    assert later.status == 200
    assert "Open de gegevens" not in later.text


def test_a_hold_stays_readable_for_its_own_term_after_erasing(
    browser: Browser, office: Office, coach: Coach, client: Client, clock: Clock
) -> None:
    browser.do(f"/personen/{client.person}/bewaargrond", soort="fiscal", jaar="2025", notitie="2025-014")
    ticket = client.asks("erasure")
    assert "Is er een factuur" not in browser.open(f"/tickets/{ticket}/wissen").text
    act(browser, ticket, "wissen", akkoord="ja", code=coach.code(clock.at))

    [kept] = holds.of_person(office, client.person, "coach")
    assert kept.note == "2025-014"


@pytest.mark.obligation(75)
@pytest.mark.parametrize("typed", [{}, {"factuur": "ja", "jaar": ""}, {"factuur": "ja", "jaar": "2031"}])
def test_before_erasing_the_coach_says_whether_there_is_an_invoice(
    browser: Browser, office: Office, coach: Coach, client: Client, clock: Clock, typed: dict[str, str]
) -> None:
    ticket = client.asks("erasure")
    page = act(browser, ticket, "wissen", akkoord="ja", code=coach.code(clock.at), **typed)

    assert page.status == 422
    assert "Zeg of er een factuur is" in page.text or "Vul het jaar van de factuur in" in page.text
    with office.store.read() as reading:
        assert not reading.is_erased(client.person)


@pytest.mark.obligation(75)
def test_an_invoice_told_of_while_erasing_stays_and_the_person_hears_until_when(
    browser: Browser, office: Office, coach: Coach, client: Client, clock: Clock
) -> None:
    ticket = client.asks("erasure")
    typed = {"akkoord": "ja", "factuur": "ja", "jaar": "2025", "code": coach.code(clock.at)}
    page = act(browser, ticket, "wissen", **typed)

    [kept] = holds.of_person(office, client.person, "coach")
    assert (kept.kind, kept.note) == ("fiscal", "Factuur 2025")
    assert "31 december 2032" in letters(office)[-1]
    assert "31 december 2032" in page.text


def test_without_an_invoice_the_person_hears_that_nothing_had_to_stay(
    browser: Browser, office: Office, coach: Coach, client: Client, clock: Clock
) -> None:
    ticket = client.asks("erasure")
    page = act(browser, ticket, "wissen", akkoord="ja", factuur="nee", code=coach.code(clock.at))

    assert "Er hoefde niets van uw gegevens te blijven." in letters(office)[-1]
    assert "Er hoefde niets van uw gegevens te blijven." in page.text
    assert "de sleutel, en daarmee alles wat zij opende" in page.text
    assert "(s)" not in page.text
    assert "(en)" not in page.text


def test_erasing_needs_the_tick_as_well_as_the_code(
    browser: Browser, office: Office, coach: Coach, client: Client, clock: Clock
) -> None:
    ticket = client.asks("erasure")
    page = act(browser, ticket, "wissen", factuur="nee", code=coach.code(clock.at))

    assert page.status == 422
    assert "Kruis dit aan" in page.text
    with office.store.read() as reading:
        assert not reading.is_erased(client.person)


def test_erasing_twice_shows_the_same_certificate(
    browser: Browser, coach: Coach, client: Client, clock: Clock
) -> None:
    ticket = client.asks("erasure")
    form = browser.open(f"/tickets/{ticket}/wissen")
    typed = {"akkoord": "ja", "factuur": "nee", "code": coach.code(clock.at)}
    first, second = (browser.send(form, f"/tickets/{ticket}/wissen", **typed) for _ in range(2))

    assert first.path == second.path


# Taking down, refusing, extending, calling back, closing


@pytest.fixture
def photo(browser: Browser, client: Client) -> str:
    """A consent for the website that was given on paper."""
    browser.do(
        f"/personen/{client.person}/toestemming",
        soort="pr_website",
        gelegenheid="foto van de workshop",
        plek="pagina Ervaringen",
        datum="2026-05-12",
    )
    [given] = consents.active(client.office, client.person)
    return given.id


@pytest.mark.obligation(21)
def test_a_take_down_says_what_to_take_away_and_tells_the_client_when_it_is_done(
    browser: Browser, office: Office, client: Client, photo: str
) -> None:
    ticket = client.withdraws(photo)
    before = browser.open(f"/tickets/{ticket}")
    page = act(browser, ticket, "weghalen")

    assert "foto van de workshop" in before.text
    assert "pagina Ervaringen" in before.text
    assert "Genoteerd dat het materiaal is weggehaald" in page.text
    assert len(client.hears()) == 1
    assert tickets.read(office, ticket, COACH).line.state == "closed"


@pytest.mark.obligation("L5")
def test_a_refusal_is_shown_word_for_word_with_authority_and_court(browser: Browser, client: Client) -> None:
    ticket = client.asks("erasure")
    reason = "Er loopt een geschil. Na de uitspraak wissen wij alsnog."
    preview = browser.do(f"/tickets/{ticket}/weigeren", stap="bekijken", reden=reason)
    assert client.hears() == []
    page = browser.send(preview, f"/tickets/{ticket}/weigeren", stap="doen", reden=reason)

    [heard] = client.hears()
    assert " ".join(heard.split()) in preview.text
    for needed in (reason, "Autoriteit Persoonsgegevens", "rechter"):
        assert needed in heard
    assert "Uw weigering is vastgelegd" in page.text


@pytest.mark.obligation("L5")
def test_a_refusal_without_a_reason_is_not_possible(browser: Browser, client: Client) -> None:
    ticket = client.asks("erasure")
    page = browser.do(f"/tickets/{ticket}/weigeren", stap="doen", reden="")

    assert page.status == 422
    assert client.hears() == []


@pytest.mark.obligation(66)
def test_more_time_is_two_months_once_and_the_client_hears_why(
    browser: Browser, office: Office, client: Client
) -> None:
    ticket = client.asks("erasure")
    asked = browser.open(f"/tickets/{ticket}/verlengen")
    page = act(browser, ticket, "verlengen", reden="Uw dossier staat in twee systemen.")

    assert "23 februari 2027" in asked.text
    assert "De termijn is verlengd" in page.text
    assert "23 februari 2027" in page.text
    assert "Uw dossier staat in twee systemen." in client.hears()[0]
    assert f"/tickets/{ticket}/verlengen" not in page.links


@pytest.mark.obligation(67)
def test_a_claim_is_called_back_and_joined_with_who_is_on_file(
    browser: Browser, office: Office, client: Client
) -> None:
    claim = claimant(office, ANNA["email"])
    ticket = claim.asks("access")
    calling = browser.open(f"/tickets/{ticket}/terugbellen")
    act(browser, ticket, "terugbellen", persoon=client.person)

    assert "Anna de Vries, +31 6 12345678. Deze persoon is al bekend" in calling.text
    assert "Vraag niet om een kopie van een identiteitsbewijs" in calling.text
    found = tickets.read(office, ticket, COACH)
    assert found.request is not None
    assert found.request.identity == "call_back"
    assert [view.kind for view in requests.of_person(office, client.person)] == ["access"]


@pytest.mark.obligation(67)
def test_a_claim_of_somebody_new_becomes_a_person_of_its_own(browser: Browser, office: Office) -> None:
    claim = claimant(office, "nieuw@example.org")
    ticket = claim.asks("erasure")
    act(browser, ticket, "terugbellen", persoon="zelf")

    assert [line.id for line in people.find(office, "nieuw@example.org", COACH)] == [claim.person]


def test_who_it_is_must_be_chosen(browser: Browser, office: Office) -> None:
    ticket = claimant(office, "nieuw@example.org").asks("erasure")
    page = act(browser, ticket, "terugbellen")

    assert page.status == 422
    assert "Kies wie dit is" in page.text


@pytest.mark.obligation(43)
def test_what_was_done_about_an_objection_is_written_down_and_told(
    browser: Browser, office: Office, client: Client
) -> None:
    ticket = client.asks("objection", "Geen nieuwsbrief meer.")
    page = act(browser, ticket, "uitvoeren", tekst="U staat niet meer op de lijst van de nieuwsbrief.")

    assert "Genoteerd dat u dit hebt uitgevoerd" in page.text
    assert "niet meer op de lijst" in client.hears()[0]
    assert tickets.read(office, ticket, COACH).line.state == "closed"


def test_a_restriction_shows_wherever_the_person_is_opened(browser: Browser, client: Client) -> None:
    ticket = client.asks("restriction")
    act(browser, ticket, "uitvoeren", tekst="Wij gebruiken uw gegevens nu niet.")

    page = browser.do(f"/personen/{client.person}", reden="contact")

    assert "vroeg om de gegevens even niet te gebruiken" in page.text


def test_a_question_is_closed_when_it_is_answered(browser: Browser, office: Office, client: Client) -> None:
    receipt = notes.leave(office, client.conversation, "question", "Wat kost het?", None, None, "a:1")
    ticket = next(line.id for line in tickets.due_list(office) if line.reference == receipt.reference)
    act(browser, ticket, "antwoord", tekst="Dat staat op de site.")
    page = act(browser, ticket, "afronden")

    assert "Het ticket is afgesloten" in page.text
    assert "Hier is niets meer te doen" in page.text


@pytest.mark.obligation(74)
@pytest.mark.obligation(29)
def test_a_lost_device_ends_sessions_and_opens_an_incident_with_both_clocks(
    browser: Browser, office: Office
) -> None:
    page = browser.do("/account/apparaat-kwijt", tekst="Laptop in de trein laten liggen, vergrendeld.")

    assert "ticket gemaakt voor het apparaat dat kwijt is" in page.text
    [line] = tickets.due_list(office)
    ticket = browser.open(f"/tickets/{line.id}")
    assert "Autoriteit Persoonsgegevens hoort het vóór 26 nov 2026, 10.00" in ticket.text
    assert "Laptop in de trein" in ticket.text


def test_a_bsn_in_the_story_of_a_lost_device_is_not_kept(browser: Browser, office: Office) -> None:
    page = browser.do("/account/apparaat-kwijt", tekst="Er stond 111222333 op een briefje erbij.")

    assert page.status == 422
    assert "burgerservicenummer" in page.text
    assert tickets.due_list(office) == ()


# Receipts


def test_a_receipt_is_found_by_its_number_in_any_case(
    browser: Browser, coach: Coach, client: Client, clock: Clock
) -> None:
    ticket = client.asks("erasure")
    number = act(
        browser, ticket, "wissen", akkoord="ja", factuur="nee", code=coach.code(clock.at)
    ).path.rsplit("/", 1)[1]

    assert browser.open(f"/bewijzen?nummer={number.lower()}").path == f"/bewijzen/{number}"
    unknown = browser.open("/bewijzen?nummer=B-222222")
    assert unknown.status == 404
    assert "Dit nummer kennen wij niet" in unknown.text


# Everywhere


def test_no_act_puts_anything_of_the_client_in_an_address(
    browser: Browser, coach: Coach, client: Client, clock: Clock
) -> None:
    ticket = client.asks("erasure", "Alles over Dorpsweg 4.")
    seen = [
        browser.do(f"/tickets/{ticket}/persoon", reden="handle_ticket"),
        act(browser, ticket, "antwoord", tekst="Dag Anna, ik bel u."),
        act(browser, ticket, "verlengen", reden="Dorpsweg uitzoeken."),
        act(browser, ticket, "wissen", akkoord="ja", factuur="nee", code=coach.code(clock.at)),
    ]

    for page in seen:
        for answer in (*page.response.history, page.response):
            assert re.fullmatch(
                r"http://127\.0\.0\.1:8081(/tickets/[\w-]{22}(/[a-z]+)?|/bewijzen/B-\w{6})(\?[a-z&=]+)?",
                str(answer.url),
            )


def test_no_act_happens_because_its_page_was_opened(browser: Browser, office: Office, client: Client) -> None:
    ticket = client.asks("erasure")
    before = tickets.read(office, ticket, COACH)
    for slug in ("antwoord", "wissen", "verlengen", "weigeren", "persoon"):
        assert browser.open(f"/tickets/{ticket}/{slug}").status == 200

    assert tickets.read(office, ticket, COACH) == before
    assert client.hears() == []


@pytest.mark.obligation(45)
def test_an_intake_shows_the_question_and_how_to_reach_safely_and_keeps_the_rest_closed(
    browser: Browser, office: Office
) -> None:
    talk = conversations.begin(office, "nl", "web").id
    details = ANNA | {"contact_safely": "Liever niet bellen.", "question": "Wij praten langs elkaar heen."}
    receipt = intake.submit(office, talk, details, None, f"{talk}:1")
    ticket = ticket_of(office, receipt.reference)

    page = browser.open(f"/tickets/{ticket}")

    assert "Wij praten langs elkaar heen." in page.text
    assert "Liever niet bellen." in page.text
    assert "Anna" not in page.response.text
    assert ANNA["email"] in browser.do(f"/tickets/{ticket}/persoon", reden="contact").text
