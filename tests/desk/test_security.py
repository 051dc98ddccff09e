"""What holds for every page: who may send forms, which headers go out, what is shown when things go wrong."""

import logging
import re

import httpx
import pytest
from starlette.routing import Route

from casework import tickets
from casework.office import Office
from desk.app import PAGES as PAGES_OF_THE_DESK
from tests.desk.browser import Browser, Page
from tests.desk.conftest import NAME, PASSPHRASE, Clock, Coach, browser_at, signed_in

PAGES = (
    "/",
    "/?toon=afgesloten",
    "/personen",
    "/personen/nieuw",
    "/account",
    "/account/wachtzin",
    "/hulp",
    "/waarom",
)
OPEN_TO_ALL = ("/aanmelden", "/begin", "/waarom", "/stijl/desk.css", "/stijl/accent.css", "/health/live")


@pytest.mark.parametrize("path", PAGES[:-1])
def test_nothing_is_shown_to_who_is_not_signed_in(visitor: Browser, path: str) -> None:
    assert visitor.open(path).path == "/aanmelden"


def test_every_address_but_a_few_asks_for_a_session(visitor: Browser) -> None:
    """New pages can't forget to ask: each GET route is tried, whatever it is called."""
    routes = [route for pages in PAGES_OF_THE_DESK for route in pages.router.routes]
    addresses = {
        route.path.replace("{name}", "desk.css")
        for route in routes
        if isinstance(route, Route) and "GET" in (route.methods or ())
    }
    shown = {path for path in addresses if visitor.open(re.sub("[{}]", "", path)).path != "/aanmelden"}

    assert shown == set(OPEN_TO_ALL) - {"/aanmelden"}


def test_every_form_that_is_posted_without_a_session_is_refused(visitor: Browser) -> None:
    routes = [route for pages in PAGES_OF_THE_DESK for route in pages.router.routes]
    addresses = {
        route.path for route in routes if isinstance(route, Route) and "POST" in (route.methods or ())
    }

    for path in addresses:
        assert visitor.client.post(re.sub("[{}]", "", path), data={"x": "y"}).status_code == 419, path


@pytest.mark.parametrize("path", ["/afmelden", "/account/sessies", "/personen/zoek", "/tickets/x/overnemen"])
def test_a_form_without_its_token_is_refused(browser: Browser, path: str) -> None:
    page = Page(browser.client.post(path, data={"zoek": "anna@example.org"}))

    assert page.status == 419
    assert "Dit formulier is verlopen" in page.text
    assert browser.open("/").path == "/"


def test_the_token_of_another_session_is_refused(browser: Browser, office: Office, coach: Coach) -> None:
    token = browser.open("/account").form("/account/sessies").fields["csrf"]
    other = signed_in(browser_at(office), office, coach)

    assert other.client.post("/account/sessies", data={"csrf": token}).status_code == 419


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://elsewhere.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_form_from_another_site_is_refused_even_with_the_token(
    browser: Browser, headers: dict[str, str]
) -> None:
    fields = browser.open("/account").form("/account/sessies").fields

    assert browser.client.post("/account/sessies", data=fields, headers=headers).status_code == 419


def test_signing_in_needs_the_visitors_token_too(visitor: Browser, coach: Coach, clock: Clock) -> None:
    fields = {"naam": NAME, "wachtzin": PASSPHRASE, "code": coach.code(clock.at), "csrf": ""}

    assert visitor.client.post("/aanmelden", data=fields).status_code == 419


def test_what_was_typed_into_a_form_that_came_too_late_is_given_back(browser: Browser, clock: Clock) -> None:
    page = browser.open("/account/apparaat-kwijt")
    clock.forward(hours=1)
    story = "Mijn laptop is gisteren in de trein blijven liggen.\nHij was vergrendeld."

    late = browser.send(page, "/account/apparaat-kwijt", tekst=story)

    assert late.status == 419
    assert "Uw sessie is voorbij" in late.text
    assert "Mijn laptop is gisteren in de trein blijven liggen." in late.text


def test_a_late_form_gives_no_passphrase_back(browser: Browser, clock: Clock) -> None:
    page = browser.open("/account/wachtzin")
    clock.forward(hours=1)
    long = "een lange wachtzin die zeker meer dan zestig tekens heeft, echt waar hoor"

    late = browser.send(page, "/account/wachtzin", nu=long, wachtzin=long, nogmaals=long)

    assert late.status == 419
    assert "lange wachtzin" not in late.response.text


@pytest.mark.parametrize("path", [*PAGES, *OPEN_TO_ALL, "/bestaat-niet"])
def test_the_headers_close_every_door(browser: Browser, path: str) -> None:
    headers = browser.open(path).response.headers

    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] in ("no-store", "no-cache")
    if not path.startswith("/stijl/"):
        assert headers["cache-control"] == "no-store"


def test_only_the_page_of_the_one_time_link_may_run_a_script(visitor: Browser) -> None:
    allowed = {
        path
        for path in OPEN_TO_ALL
        if "script-src" in visitor.open(path).response.headers["content-security-policy"]
    }

    assert allowed == {"/begin"}


@pytest.mark.parametrize("host", ["desk.attacker.example", "", "127.0.0.1.attacker.example", "[::1", "a@b:c"])
def test_the_desk_answers_to_its_own_name_only(visitor: Browser, host: str) -> None:
    answer = visitor.client.get("/aanmelden", headers={"host": host})

    assert answer.status_code == 400
    assert "BALIE_DESK_URL" in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("host", ["localhost:8081", "127.0.0.1", "[::1]:8081"])
def test_loopback_is_a_name_of_the_desk(visitor: Browser, host: str) -> None:
    assert visitor.client.get("/aanmelden", headers={"host": host}).status_code == 200


def test_a_page_that_does_not_exist_says_so_plainly(browser: Browser) -> None:
    page = browser.open("/bestaat-niet")

    assert page.status == 404
    assert "Deze pagina is er niet" in page.text


@pytest.mark.parametrize(
    "path",
    ["/tickets/bestaat-niet", "/tickets/bestaat-niet/wissen", "/bewijzen/B-222222", "/tickets/../../x"],
)
def test_a_thing_that_does_not_exist_says_so_plainly(browser: Browser, path: str) -> None:
    page = browser.open(path)

    assert page.status == 404
    assert "Deze pagina is er niet" in page.text


def test_what_breaks_shows_no_traceback_and_keeps_its_headers(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("anna@example.org")

    monkeypatch.setattr(tickets, "due_list", broken)
    page = browser.open("/")

    assert page.status == 500
    assert "Er ging iets mis bij ons" in page.text
    assert "ZeroDivisionError" not in page.response.text
    assert "anna@example.org" not in page.response.text
    assert page.response.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in page.response.headers["content-security-policy"]


def test_a_form_that_is_far_too_long_is_refused_whole(browser: Browser) -> None:
    fields = browser.open("/personen").form("/personen/zoek").fields | {"zoek": "a" * 300_000}

    page = Page(browser.client.post("/personen/zoek", data=fields))

    assert page.status == 413
    assert "Dit is te lang" in page.text


def test_what_is_typed_is_shown_as_text_and_never_as_markup(browser: Browser) -> None:
    page = browser.do("/personen", "/personen/zoek", zoek='"><script>alert(1)</script>')

    assert "<script>" not in page.response.text


def test_the_log_holds_nothing_of_what_was_typed(visitor: Browser, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    visitor.do("/aanmelden", naam="Annabel Geheim", wachtzin="kanarie kanarie pietje", code="123456")

    said = caplog.text
    assert "Annabel" not in said
    assert "kanarie" not in said


def test_no_page_asks_another_site_for_anything(browser: Browser) -> None:
    for path in (*PAGES, "/aanmelden"):
        html = browser.open(path).response.text
        assert "http://" not in html.replace("http://www.w3.org/2000/svg", "")
        assert "https://" not in html


def test_health_is_told_without_a_session(visitor: Browser) -> None:
    assert httpx.codes.is_success(visitor.open("/health/live").status)
