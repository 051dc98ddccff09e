"""The desk in a real browser: without a mouse, on a phone, on paper, and with nothing fetched from elsewhere."""

import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import pyotp
import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from casework import holds, people
from casework.office import Office
from casework.requests import Kind
from desk.app import create_app
from store import accounts
from tests.desk.client import WITH_PHONE, known_client
from tests.desk.conftest import NAME, PASSPHRASE, Clock, Coach
from tests.ports import free_port

pytestmark = pytest.mark.slow

KINDS: tuple[Kind, ...] = ("access", "erasure", "objection")
PATHS = (
    "/",
    "/?toon=afgesloten",
    "/personen",
    "/personen/nieuw",
    "/account",
    "/account/wachtzin",
    "/account/telefoon",
    "/account/apparaat-kwijt",
    "/hulp",
    "/waarom",
    "/bestaat-niet",
)


def busy_paths(office: Office) -> list[str]:
    """Pages of a practice where there is work, one of them with a word that is far too long for a phone."""
    client = known_client(office, WITH_PHONE)
    tickets = {kind: client.asks(kind, "w" * 300) for kind in KINDS}
    holds.add(office, client.person, "fiscal", date(2032, 12, 31), "factuur", "coach")
    acts = {
        "erasure": ("wissen", "weigeren", "verlengen", "antwoord", "persoon"),
        "access": ("terugbellen",),
        "objection": ("uitvoeren",),
    }
    return [
        *(f"/tickets/{ticket}" for ticket in tickets.values()),
        *(f"/tickets/{tickets[kind]}/{slug}" for kind, slugs in acts.items() for slug in slugs),
        *(
            f"/personen/{client.person}{page}"
            for page in ("", "/toestemming", "/vragen", "/bewaargrond", "/client")
        ),
    ]


@dataclass
class Watch:
    """What a page asked for and complained about."""

    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def over(self, page: Page) -> Page:
        """Watch this page, and return it."""
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()


def serve(office: Office) -> Iterator[str]:
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(create_app(office), port=port, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def desk(office: Office) -> Iterator[str]:
    """The address of the running desk."""
    yield from serve(office)


@pytest.fixture
def new_desk(empty_office: Office) -> Iterator[str]:
    """The address of a desk where nobody has an account yet."""
    yield from serve(empty_office)


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    yield context
    context.close()


@pytest.fixture
def signed_in(context: BrowserContext, desk: str, coach: Coach, clock: Clock) -> BrowserContext:
    page = context.new_page()
    page.goto(f"{desk}/aanmelden")
    page.get_by_label("Naam").fill(NAME)
    page.get_by_label("Wachtzin").fill(PASSPHRASE)
    page.get_by_label("Code van uw telefoon").fill(coach.code(clock.at))
    page.get_by_role("button", name="Aanmelden").click()
    page.wait_for_url(f"{desk}/")
    page.close()
    return context


@pytest.mark.parametrize("scripts", [True, False])
def test_the_owners_account_is_made_from_the_link_with_and_without_scripts(
    chromium: Browser, new_desk: str, empty_office: Office, clock: Clock, scripts: bool
) -> None:
    token = accounts.issue_setup_token(empty_office.store, clock.at)
    watch = Watch()
    context = chromium.new_context(java_script_enabled=scripts)
    page = watch.over(context.new_page())
    page.goto(f"{new_desk}/begin#{token}")
    if scripts:
        assert page.url == f"{new_desk}/begin"
        assert not page.get_by_label("Code uit de link").is_visible()
    else:
        page.get_by_label("Code uit de link").fill(token)
    page.get_by_label("Uw naam").fill(NAME)
    page.get_by_label("Wachtzin", exact=True).fill(PASSPHRASE)
    page.get_by_label("De wachtzin nog een keer").fill(PASSPHRASE)
    page.get_by_role("button", name="Verder").click()
    secret = page.locator("#geheim").inner_text().replace(" ", "")
    page.get_by_label("De zes cijfers van de app").fill(pyotp.TOTP(secret).at(clock.at))
    page.get_by_role("button", name="Telefoon koppelen").click()
    expect(page.locator("ol.codes li")).to_have_count(8)
    page.get_by_role("link", name="Ik heb ze bewaard").click()

    expect(page.get_by_text("Welkom")).to_be_visible()
    expect(page.get_by_text("Er ligt niets dat op u wacht")).to_be_visible()
    assert not [url for url in watch.requests if token in url.split("#")[0]]
    assert watch.complaints == []
    context.close()


def test_the_whole_sign_in_works_without_a_mouse(
    context: BrowserContext, desk: str, coach: Coach, clock: Clock
) -> None:
    page = context.new_page()
    page.goto(f"{desk}/aanmelden")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Naar de inhoud"
    page.keyboard.press("Enter")
    for typed in (NAME, PASSPHRASE, coach.code(clock.at)):
        page.keyboard.press("Tab")
        page.keyboard.type(typed)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{desk}/")

    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Personen"
    outline = page.locator(":focus").evaluate("element => getComputedStyle(element).outlineStyle")
    assert outline == "solid"


@pytest.mark.obligation(52)
def test_no_page_fetches_from_elsewhere_or_breaks_its_own_policy(
    signed_in: BrowserContext, desk: str, office: Office
) -> None:
    watch = Watch()
    page = watch.over(signed_in.new_page())
    for path in (*PATHS, *busy_paths(office)):
        page.goto(desk + path)

    assert [url for url in watch.requests if not url.startswith(desk)] == []
    assert [said for said in watch.complaints if "404" not in said] == []


@pytest.mark.parametrize("width", [320, 375])
def test_no_page_scrolls_sideways_on_a_phone(
    signed_in: BrowserContext, desk: str, office: Office, width: int
) -> None:
    page = signed_in.new_page()
    page.set_viewport_size({"width": width, "height": 700})
    wide = {}
    for path in (*PATHS, *busy_paths(office)):
        page.goto(desk + path)
        if (found := page.evaluate("document.documentElement.scrollWidth")) > width:
            wide[path] = found

    assert wide == {}


@pytest.mark.obligation("L17")
def test_what_can_be_pressed_on_a_phone_is_large_enough(
    signed_in: BrowserContext, desk: str, office: Office
) -> None:
    page = signed_in.new_page()
    page.set_viewport_size({"width": 320, "height": 700})
    small = []
    for path in (*PATHS, *busy_paths(office)):
        page.goto(desk + path)
        for each in page.locator("button, a.button, nav a, input:not([type=hidden]), summary").all():
            box = each.bounding_box()
            if each.is_visible() and box is not None and min(box["width"], box["height"]) < 24:
                small.append((path, each.inner_text()))

    assert small == []


@pytest.mark.obligation("L17")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_a_contrast_of_seven_to_one(signed_in: BrowserContext, desk: str, scheme: str) -> None:
    page = signed_in.new_page()
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(f"{desk}/account")
    low = page.evaluate(
        """() => {
            const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
            const rgb = colour => { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
                return [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)]; };
            const light = colour => { const [r, g, b] = rgb(colour).map(v => { v /= 255;
                return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
                return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
            const ground = element => { while (element) { const colour = getComputedStyle(element).backgroundColor;
                if (colour !== 'rgba(0, 0, 0, 0)') return colour; element = element.parentElement; } };
            const low = [];
            for (const element of document.querySelectorAll('main *, header *, footer *')) {
                if (!element.innerText || element.disabled) continue;
                const [a, b] = [light(getComputedStyle(element).color), light(ground(element))].sort((x, y) => y - x);
                const contrast = (a + 0.05) / (b + 0.05);
                if (contrast < 7) low.push([element.tagName, element.innerText.slice(0, 30), contrast]);
            }
            return low;
        }"""
    )

    assert low == []


def test_the_browser_keeps_nothing_but_the_session(signed_in: BrowserContext, desk: str) -> None:
    page = signed_in.new_page()
    page.goto(desk)

    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    assert {cookie["name"] for cookie in signed_in.cookies()} <= {"balie", "balie_bezoek", "balie_bekend"}


def test_on_paper_the_menu_and_the_buttons_are_gone(signed_in: BrowserContext, desk: str) -> None:
    page = signed_in.new_page()
    page.goto(f"{desk}/account")
    page.emulate_media(media="print")

    assert page.get_by_role("heading", name="Uw account").is_visible()
    assert not page.locator("nav").is_visible()
    assert not page.get_by_role("link", name="Apparaat kwijt").is_visible()


def test_every_field_has_a_label_and_every_page_one_heading(
    signed_in: BrowserContext, desk: str, office: Office
) -> None:
    page = signed_in.new_page()
    for path in (*PATHS, *busy_paths(office)):
        page.goto(desk + path)
        assert page.locator("h1").count() == 1, path
        for each in page.locator("main input:visible, main textarea, main select").all():
            assert each.evaluate("element => element.labels.length > 0"), path


def test_a_person_is_registered_and_opened_by_keyboard_and_found_again(
    signed_in: BrowserContext, desk: str, office: Office
) -> None:
    page = signed_in.new_page()
    page.goto(f"{desk}/personen/nieuw")
    page.get_by_label("Naam").fill("Anna de Vries")
    page.get_by_label("E-mail").fill("anna.devries@example.org")
    page.keyboard.press("Enter")
    expect(page.get_by_text("De persoon is ingeschreven")).to_be_visible()
    page.get_by_label("Om contact op te nemen").press("Space")
    page.get_by_role("button", name="Open de gegevens").press("Enter")

    expect(page.get_by_role("heading", name="Anna de Vries")).to_be_visible()
    assert not re.search("Anna|Vries", page.title())
    assert len(people.list_people(office, "coach")) == 1
