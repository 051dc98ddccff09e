"""People by hand: registering, finding, opening on purpose, correcting, consents and holds."""

import json
import re
from datetime import date

import pytest
from sqlmodel import select

from casework import consents, holds, people
from casework.office import Office
from store.tables import AuditEntry
from tests.desk.browser import Browser, Page
from tests.desk.conftest import Coach, browser_at

ANNA = {"name": "Anna de Vries", "email": "anna.devries@example.org", "phone": "06 12345678"}


def register(browser: Browser, **instead: str) -> Page:
    return browser.do("/personen/nieuw", **(ANNA | instead))


def id_of(page: Page) -> str:
    found = re.search(r"/personen/([A-Za-z0-9_-]{22})", page.path)
    assert found is not None
    return found[1]


def open_record(browser: Browser, person: str, reason: str = "contact") -> Page:
    return browser.do(f"/personen/{person}", reden=reason)


def audited(office: Office, act: str) -> list[dict[str, object]]:
    with office.store.read() as reading:
        rows = reading.data.exec(select(AuditEntry).where(AuditEntry.act == act)).all()
    return [json.loads(row.ids) | {"by": row.by} for row in rows]


@pytest.fixture
def anna(browser: Browser) -> str:
    return id_of(register(browser))


@pytest.mark.obligation(65)
def test_an_existing_client_is_registered_by_hand(browser: Browser, office: Office) -> None:
    page = register(browser)

    assert "ingeschreven" in page.text
    assert [line.name for line in people.find(office, ANNA["email"], "coach")] == [ANNA["name"]]


def test_the_form_asks_what_the_pack_allows_and_no_more(browser: Browser, office: Office) -> None:
    names = browser.open("/personen/nieuw").form("/personen/nieuw").names - {"csrf", "eenmalig"}

    assert names == {field.name for field in office.pack.intake.offered} - {"question"}


def test_the_form_speaks_to_the_coach(browser: Browser) -> None:
    page = browser.open("/personen/nieuw")

    assert "Met uw naam" not in page.text
    assert "E-mailadres" in page.text
    assert "Hierop belt u terug" in page.text


def test_sending_the_form_twice_registers_once(browser: Browser, office: Office) -> None:
    page = browser.open("/personen/nieuw")
    first = browser.send(page, "/personen/nieuw", **ANNA)
    second = browser.send(page, "/personen/nieuw", **ANNA)

    assert first.path == second.path
    assert len(people.list_people(office, "coach")) == 1


def test_sending_it_again_after_a_restart_registers_once(browser: Browser, office: Office) -> None:
    page = browser.open("/personen/nieuw")
    first = browser.send(page, "/personen/nieuw", **ANNA)
    restarted = browser_at(office)
    restarted.client.cookies = browser.client.cookies
    second = restarted.send(page, "/personen/nieuw", **ANNA)

    assert first.path == second.path
    assert len(people.list_people(office, "coach")) == 1


@pytest.mark.obligation("L4")
@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("email", "anna.apenstaart", "Dit lijkt geen e-mailadres"),
        ("phone", "12", "Dit lijkt geen telefoonnummer"),
        ("name", "", "Vul een naam in"),
        ("contact_safely", "mijn nummer is 111222333", "burgerservicenummer"),
    ],
)
def test_a_field_that_is_not_right_gets_a_sentence_and_loses_nothing(
    browser: Browser, office: Office, field: str, typed: str, said: str
) -> None:
    page = register(browser, **{field: typed})

    assert page.status == 422
    assert said in page.text
    kept = page.form("/personen/nieuw").fields
    assert {name: kept[name] for name in ANNA if name != field} == {
        name: value for name, value in ANNA.items() if name != field
    }
    assert people.list_people(office, "coach") == ()


@pytest.mark.parametrize("shared", ["email", "phone"])
def test_who_may_be_registered_already_is_registered_again_on_purpose_only(
    browser: Browser, office: Office, anna: str, shared: str
) -> None:
    other = {"name": "A. de Vries", "email": "", "phone": "", shared: ANNA[shared]}
    page = register(browser, **other)

    assert page.status == 409
    assert "Er staat al iemand ingeschreven" in page.text
    assert f"/personen/{anna}" in page.links
    assert ANNA["name"] not in page.text
    kept = page.form("/personen/nieuw").fields
    assert {name: kept[name] for name in other} == other
    assert len(people.list_people(office, "coach")) == 1

    assert browser.send(page, "/personen/nieuw").status == 409

    done = browser.send(page, "/personen/nieuw", toch="ja")

    assert "ingeschreven" in done.text
    assert len(people.list_people(office, "coach")) == 2


def test_a_person_is_found_by_the_whole_address_and_nothing_less(browser: Browser, anna: str) -> None:
    whole = browser.do("/personen", "/personen/zoek", zoek="Anna.DeVries@Example.org")
    phone = browser.do("/personen", "/personen/zoek", zoek="+31 6 1234 5678")
    part = browser.do("/personen", "/personen/zoek", zoek="anna")

    assert f"/personen/{anna}" in whole.links
    assert f"/personen/{anna}" in phone.links
    assert "Niemand heeft precies dit adres" in part.text


def test_what_is_sought_stays_out_of_the_address(browser: Browser, anna: str) -> None:
    page = browser.do("/personen", "/personen/zoek", zoek=ANNA["email"])

    assert str(page.response.url).endswith("/personen/zoek")


@pytest.mark.obligation(45)
def test_names_are_listed_on_purpose_only_and_noted(
    browser: Browser, office: Office, coach: Coach, anna: str
) -> None:
    assert ANNA["name"] not in browser.open("/personen").text
    assert audited(office, "person.listed") == []

    assert ANNA["name"] in browser.do("/personen", "/personen/lijst").text
    assert audited(office, "person.listed") == [{"by": coach.id, "count": 1}]


@pytest.mark.obligation(45)
def test_a_record_opens_with_a_reason_that_the_audit_log_keeps(
    browser: Browser, office: Office, coach: Coach, anna: str
) -> None:
    closed = browser.open(f"/personen/{anna}")
    opened = open_record(browser, anna, "contact")

    assert ANNA["name"] not in closed.response.text
    assert ANNA["email"] in opened.text
    assert audited(office, "person.opened") == [{"by": coach.id, "person": anna, "reason": "contact"}]


def test_a_record_stays_closed_without_a_reason(browser: Browser, office: Office, anna: str) -> None:
    for reason in ("", "nieuwsgierig"):
        page = open_record(browser, anna, reason)
        assert page.status == 422
        assert "Kies een reden" in page.text
    assert audited(office, "person.opened") == []


def test_the_name_stays_out_of_the_title_which_browsers_remember(browser: Browser, anna: str) -> None:
    html = open_record(browser, anna).response.text

    title = re.search(r"<title>(.*?)</title>", html)
    assert title is not None
    assert ANNA["name"] not in title[1]


@pytest.mark.obligation(46)
def test_a_fact_is_corrected_and_the_rest_stays(browser: Browser, office: Office, anna: str) -> None:
    page = browser.do(f"/personen/{anna}/verbeteren", email="anna.nieuw@example.org")

    assert "verbeterd" in page.text
    record = people.read(office, anna, "coach", "correction").record
    assert (record["email"], record["name"]) == ("anna.nieuw@example.org", ANNA["name"])
    assert people.find(office, ANNA["email"], "coach") == ()


def test_correcting_nothing_says_so(browser: Browser, anna: str) -> None:
    page = browser.do(f"/personen/{anna}/verbeteren")

    assert page.status == 422
    assert "nog niets ingevuld" in page.text


@pytest.mark.obligation(71)
def test_a_consent_on_paper_is_recorded_with_its_day_and_occasion(
    browser: Browser, office: Office, anna: str
) -> None:
    page = browser.do(
        f"/personen/{anna}/toestemming",
        soort="pr_website",
        gelegenheid="foto van de workshop",
        plek="pagina Ervaringen",
        datum="2026-05-12",
    )

    assert "De toestemming is vastgelegd" in page.text
    [given] = consents.active(office, anna)
    assert (given.kind, given.given_on, given.state) == ("pr_website", date(2026, 5, 12), "given")
    assert "foto van de workshop" in given.label_nl
    assert "foto van de workshop" in open_record(browser, anna).text


@pytest.mark.parametrize(
    ("instead", "said"),
    [
        ({"soort": "bestaat_niet"}, "Kies waar de toestemming over gaat"),
        ({"gelegenheid": ""}, "Schrijf waar het om gaat"),
        ({"datum": "2027-01-01"}, "kan niet in de toekomst liggen"),
        ({"datum": "gisteren"}, "Vul de dag in"),
    ],
)
def test_a_consent_that_is_not_clear_is_not_recorded(
    browser: Browser, office: Office, anna: str, instead: dict[str, str], said: str
) -> None:
    right = {"soort": "pr_website", "gelegenheid": "foto", "datum": "2026-05-12"}

    page = browser.do(f"/personen/{anna}/toestemming", **(right | instead))

    assert page.status == 422
    assert said in page.text
    assert consents.active(office, anna) == ()


@pytest.mark.obligation("L16")
def test_nothing_is_ticked_beforehand(browser: Browser, anna: str) -> None:
    for way in ("toestemming", "vragen", "bewaargrond"):
        assert "checked" not in browser.open(f"/personen/{anna}/{way}").response.text


def test_a_consent_that_is_asked_waits_for_its_person(browser: Browser, office: Office, anna: str) -> None:
    browser.do(f"/personen/{anna}/vragen", soort="pr_social_media", gelegenheid="quote na het traject")

    assert [asked.kind for asked in consents.open_asks(office, anna)] == ["pr_social_media"]
    assert consents.active(office, anna) == ()


def test_asking_twice_with_one_form_asks_once(browser: Browser, office: Office, anna: str) -> None:
    page = browser.open(f"/personen/{anna}/vragen")
    for _ in range(2):
        browser.send(page, f"/personen/{anna}/vragen", soort="pr_social_media", gelegenheid="quote")

    assert len(consents.open_asks(office, anna)) == 1


@pytest.mark.obligation(28)
@pytest.mark.obligation(49)
def test_an_invoice_of_a_year_is_held_seven_years_from_the_end_of_it(
    browser: Browser, office: Office, anna: str
) -> None:
    page = browser.do(
        f"/personen/{anna}/bewaargrond", soort="fiscal", jaar="2025", notitie="factuur 2025-014"
    )

    assert "vastgelegd" in page.text
    [held] = holds.of_person(office, anna, "coach")
    assert (held.kind, held.until, held.note) == ("fiscal", date(2032, 12, 31), "factuur 2025-014")


@pytest.mark.parametrize("year", ["", "abcd", "1850", "2027"])
def test_an_invoice_needs_a_year_that_has_been(
    browser: Browser, office: Office, anna: str, year: str
) -> None:
    page = browser.do(f"/personen/{anna}/bewaargrond", soort="fiscal", jaar=year)

    assert page.status == 422
    assert "Vul het jaar van de factuur in" in page.text
    assert holds.of_person(office, anna, "coach") == ()


def test_a_dispute_lasts_as_long_as_it_lasts_and_can_be_lifted(
    browser: Browser, office: Office, anna: str
) -> None:
    browser.do(f"/personen/{anna}/bewaargrond", soort="dispute", notitie="klacht bij de rechter")
    [held] = holds.of_person(office, anna, "coach")
    assert held.until is None

    page = browser.do(f"/personen/{anna}/bewaargrond/{held.id}")

    assert "opgeheven" in page.text
    assert holds.of_person(office, anna, "coach") == ()


def test_who_became_a_client_is_no_longer_kept_as_an_intake(
    browser: Browser, office: Office, anna: str
) -> None:
    page = browser.do(f"/personen/{anna}/client")

    assert "cliënt is" in page.text
    assert people.read(office, anna, "coach", "contact").expires_on is None


def test_nothing_of_a_person_stands_in_any_address(browser: Browser, anna: str) -> None:
    pages = [
        open_record(browser, anna),
        browser.do(f"/personen/{anna}/verbeteren", phone="06 87654321"),
        browser.do("/personen", "/personen/zoek", zoek=ANNA["email"]),
    ]
    addresses = " ".join(str(each.url) for page in pages for each in (*page.response.history, page.response))

    for typed in ("anna", "vries", "example.org", "12345678", "87654321"):
        assert typed not in addresses.lower()
