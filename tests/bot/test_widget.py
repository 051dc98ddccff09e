"""The widget and the chat page in a real browser."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, expect, sync_playwright
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from casework import conversations, deliveries
from casework.messages import Reply
from casework.office import Office
from tests.bot.conftest import Clock
from tests.bot.engine_double import EngineDouble
from tests.bot.serving import serving

CHROMIUM = shutil.which("chromium")
"""Debian's, else Playwright's own."""
DOOR = "Vragen of privacy? Praat met onze balie"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(locale="nl-NL", viewport={"width": 1280, "height": 800})
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page; whatever the browser complained about fails the test, a violated CSP included."""
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    # A browser always reports a failed request itself; what the page does about it is what the tests look at.
    assert [text for text in complaints if not text.startswith("Failed to load resource")] == []


@pytest.fixture
def chat(page: Page, bot: str) -> Page:
    """The chat on a page of its own, with its first message there."""
    page.goto(f"{bot}/chat")
    expect(page.locator(".message")).to_have_count(1)
    return page


def _open_door(page: Page, bot: str) -> FrameLocator:
    page.goto(f"{bot}/")
    page.get_by_role("button", name=DOOR).click()
    frame = page.frame_locator("iframe")
    expect(frame.locator(".message")).to_have_count(1)
    return frame


def _say(chat: Page, text: str) -> None:
    chat.locator("#say").fill(text)
    chat.locator("#say").press("Enter")


def _last(chat: Page) -> str:
    return chat.locator(".message[data-from=balie] > p").last.inner_text()


@pytest.mark.obligation(58)
def test_nothing_is_loaded_before_somebody_opens_the_door(page: Page, bot: str) -> None:
    called: list[str] = []
    page.on("request", lambda request: called.append(request.url.removeprefix(bot)))
    page.goto(f"{bot}/")
    expect(page.get_by_role("button", name=DOOR)).to_be_visible()
    assert not [path for path in called if path.startswith(("/api", "/chat"))]


@pytest.mark.obligation("L12")
def test_the_first_thing_said_is_that_this_is_a_computer(page: Page, bot: str) -> None:
    frame = _open_door(page, bot)
    expect(frame.locator(".message").first).to_contain_text("een computer, geen mens")
    expect(frame.get_by_role("banner")).to_contain_text("een computer")


@pytest.mark.obligation("L17")
def test_the_whole_way_works_by_keyboard_alone(page: Page, bot: str, engine: EngineDouble) -> None:
    engine.says = [
        {
            "text": "Klopt dit?",
            "choices": [{"label": "Ja", "payload": "/affirm"}, {"label": "Nee", "payload": "/deny"}],
        }
    ]
    page.goto(f"{bot}/")
    page.get_by_role("button", name=DOOR).focus()
    page.keyboard.press("Enter")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", level=1)).to_be_focused()
    expect(frame.locator(".choices button").last).to_be_visible()
    order = []
    for _ in range(8):
        page.keyboard.press("Tab")
        order.append(
            frame.locator(":focus").evaluate("e => e.textContent.trim() || e.id || e.getAttribute('role')")
        )
    assert order[:2] == ["Snel weg", "Sluit"]
    assert order[-1] == "say"
    page.keyboard.type("Hoe lang bewaart u?")
    page.keyboard.press("Enter")
    expect(frame.get_by_role("button", name="Nee")).to_be_visible()
    page.keyboard.press("Shift+Tab")
    expect(frame.get_by_role("button", name="Nee")).to_be_focused()
    page.keyboard.press("Enter")
    expect(frame.locator("#say")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name=DOOR)).to_be_focused()


@pytest.mark.obligation("L17")
def test_answers_are_announced_and_everything_has_a_name(chat: Page) -> None:
    log = chat.get_by_role("log", name="Gesprek met de balie")
    expect(log).to_have_attribute("aria-live", "polite")
    _say(chat, "Hoe lang?")
    expect(log).to_contain_text("Dit antwoordt de motor.")
    expect(chat.get_by_label("Uw bericht")).to_be_visible()
    for button in chat.get_by_role("button").all():
        assert button.inner_text().strip()


@pytest.mark.obligation("L13")
def test_the_numbers_that_help_are_dialled_by_a_tap_and_a_house_number_is_none(
    chat: Page, engine: EngineDouble
) -> None:
    _say(chat, "ik word geslagen door mijn man")
    expect(chat.get_by_role("link", name="112")).to_have_attribute("href", "tel:112")
    expect(chat.get_by_role("link", name="0800-2000")).to_have_attribute("href", "tel:08002000")
    engine.says = [{"text": "Kerkstraat 112, Utrecht. Bel 113, of chat op 113.nl. <i>Bel 112</i>"}]
    _say(chat, "Waar zit u?")
    last = chat.locator(".message").last
    expect(last).to_contain_text("<i>Bel 112</i>")
    assert [link.get_attribute("href") for link in last.get_by_role("link").all()] == ["tel:113", "tel:112"]


@pytest.mark.obligation("L17")
@pytest.mark.parametrize("width", [320, 375, 1280])
def test_nothing_is_cut_off_and_targets_are_large_enough(
    chat: Page, width: int, engine: EngineDouble
) -> None:
    engine.says = [
        {"text": "Kies.", "choices": [{"label": f"Keuze nummer {n}", "payload": "/affirm"} for n in range(4)]}
    ]
    chat.set_viewport_size({"width": width, "height": 640})
    _say(chat, "Donaudampfschifffahrtsgesellschaftskapitaensmuetze" * 3)
    expect(chat.locator(".choices button").last).to_be_visible()
    assert chat.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    for button in chat.locator("button:visible").all():
        box = button.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 24


@pytest.mark.obligation("L17")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(browser: Browser, bot: str, scheme: str) -> None:
    context = browser.new_context(color_scheme=scheme)  # type: ignore[arg-type]  # one of the two it knows
    page = context.new_page()
    page.goto(f"{bot}/chat")
    expect(page.locator(".message")).to_have_count(1)
    _say(page, "Hoe lang?")
    expect(page.locator(".message")).to_have_count(3)
    weakest = page.evaluate(
        """() => {
          const parse = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
          const light = ([r, g, b]) => [r, g, b].map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
            .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
          const ground = (e) => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor);
            if (c.length === 3 || c[3] > 0) return c; } return [255, 255, 255]; };
          let weakest = 21;
          for (const e of document.querySelectorAll("balie-chat *")) {
            if (!e.checkVisibility() || ![...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())) continue;
            const [a, b] = [light(parse(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
            weakest = Math.min(weakest, (a + 0.05) / (b + 0.05));
          }
          return weakest;
        }"""
    )
    context.close()
    assert weakest >= 7


def test_a_choice_is_spent_once_it_is_used(chat: Page, engine: EngineDouble) -> None:
    engine.says = [
        {
            "text": "Klopt dit?",
            "choices": [{"label": "Ja", "payload": "/affirm"}, {"label": "Nee", "payload": "/deny"}],
        }
    ]
    _say(chat, "Hoe lang?")
    chat.get_by_role("button", name="Ja", exact=True).click()
    expect(chat.locator(".message[data-from=balie]")).to_have_count(3)
    used = chat.locator(".message[data-from=balie]").nth(1).locator("button")
    assert [button.is_disabled() for button in used.all()] == [True, True]
    assert engine.heard[-1]["choice"] == "/affirm"


def test_what_anyone_says_is_shown_as_text_only(chat: Page, engine: EngineDouble) -> None:
    engine.says = [
        {
            "text": "<img src=x onerror=alert(1)>",
            "quote": {"text": "<script>alert(2)</script>", "place": "<b>§ 7</b>"},
            "link": {"label": "Meer lezen", "url": "javascript:alert(3)"},
        }
    ]
    _say(chat, "<b>Hallo</b>")
    expect(chat.locator("blockquote")).to_contain_text("<script>alert(2)</script>")
    assert chat.locator("balie-chat img, balie-chat script, balie-chat b").count() == 0
    assert chat.locator('a[href^="javascript"]').count() == 0
    assert "<b>Hallo</b>" in chat.locator("[data-from=you]").inner_text()


def test_a_lost_network_is_said_and_the_same_message_goes_once(
    page: Page, bot: str, context: BrowserContext, engine: EngineDouble
) -> None:
    page.clock.install()
    page.goto(f"{bot}/chat")
    expect(page.locator(".message")).to_have_count(1)
    context.set_offline(True)
    _say(page, "Hoe lang bewaart u?")
    page.clock.run_for(900)
    expect(page.locator(".sending")).to_contain_text("Wordt verstuurd")
    for _ in range(20):
        page.clock.run_for(9000)
        if "Niet verstuurd" in page.locator(".sending").inner_text():
            break
    expect(page.locator(".sending")).to_contain_text("Niet verstuurd")
    context.set_offline(False)
    page.get_by_role("button", name="Opnieuw versturen").click()
    expect(page.locator(".message").last).to_contain_text("Dit antwoordt de motor.")
    expect(page.locator(".sending")).to_be_empty()
    assert len(engine.heard) == 1


def test_an_answer_that_got_lost_on_the_way_is_fetched_without_doing_it_twice(
    chat: Page, engine: EngineDouble
) -> None:
    lost: list[str] = []

    def lose_the_first(route: object) -> None:
        if not lost:
            lost.append("answer")
            route.fetch()  # type: ignore[attr-defined]  # playwright's route: the server handles it, the page never hears
            route.abort()  # type: ignore[attr-defined]  # as above
        else:
            route.continue_()  # type: ignore[attr-defined]  # as above

    chat.route("**/messages", lose_the_first)
    _say(chat, "Hoe lang bewaart u?")
    expect(chat.locator(".message").last).to_contain_text("Dit antwoordt de motor.")
    assert lost
    assert len(engine.heard) == 1
    expect(chat.locator(".message")).to_have_count(3)


def test_messages_arrive_in_the_order_in_which_they_were_said(chat: Page, engine: EngineDouble) -> None:
    engine.delay = 0.3
    for text in ("een", "twee", "drie"):
        _say(chat, text)
    expect(chat.locator(".message[data-from=balie]")).to_have_count(4)
    assert [turn["text"] for turn in engine.heard] == ["een", "twee", "drie"]


def test_the_coachs_answer_appears_by_itself_and_once(chat: Page, office: Office) -> None:
    kept = chat.evaluate("JSON.parse(sessionStorage.getItem('balie'))")
    deliveries.deliver(office, kept["id"], Reply("Donderdag kan."))
    expect(chat.locator(".message").last).to_contain_text("Donderdag kan.")
    chat.reload()
    expect(chat.get_by_text("Donderdag kan.")).to_have_count(1)


@pytest.mark.obligation(58)
def test_a_reload_keeps_the_talk_and_the_browser_keeps_no_words(chat: Page, context: BrowserContext) -> None:
    _say(chat, "Mijn geheim is groen")
    expect(chat.locator(".message")).to_have_count(3)
    kept = chat.evaluate("JSON.stringify([{...sessionStorage}, {...localStorage}, document.cookie])")
    assert "geheim" not in kept
    assert set(chat.evaluate("Object.keys(JSON.parse(sessionStorage.getItem('balie')))")) == {
        "id",
        "token",
        "language",
    }
    assert chat.evaluate("localStorage.length") == 0
    assert context.cookies() == []
    chat.reload()
    expect(chat.locator(".message")).to_have_count(2)
    assert _last(chat) == "Dit antwoordt de motor."
    expect(chat.locator(".notice")).to_contain_text("Uw eigen berichten")


def test_wiping_by_the_button_asks_leaves_nothing_and_begins_anew(chat: Page) -> None:
    _say(chat, "Hoe lang?")
    expect(chat.locator(".message")).to_have_count(3)
    chat.get_by_role("button", name="Wis dit gesprek").click()
    chat.get_by_role("button", name="Zo laten").click()
    expect(chat.locator(".message")).to_have_count(3)
    chat.get_by_role("button", name="Wis dit gesprek").click()
    chat.get_by_role("button", name="Wissen").click()
    expect(chat.locator(".message")).to_have_count(1)
    assert _last(chat) == "Dit gesprek is gewist."
    assert chat.evaluate("sessionStorage.length") == 0
    chat.get_by_role("button", name="Nieuw gesprek").click()
    expect(chat.locator(".message").first).to_contain_text("Goedendag.")
    _say(chat, "Hallo")
    expect(chat.locator(".message")).to_have_count(3)


def test_wiping_by_words_does_the_same(chat: Page) -> None:
    _say(chat, "wis dit gesprek")
    chat.locator(".choices").get_by_role("button", name="Wissen").click()
    expect(chat.get_by_text("Dit gesprek is gewist.")).to_be_visible()
    expect(chat.locator(".message")).to_have_count(1)
    assert chat.evaluate("sessionStorage.length") == 0


def test_after_a_wipe_nothing_looks_usable_but_a_new_conversation(chat: Page) -> None:
    chat.get_by_role("button", name="Wis dit gesprek").click()
    chat.get_by_role("button", name="Wissen").click()
    expect(chat.get_by_role("button", name="Nieuw gesprek")).to_be_visible()
    for part in (chat.locator("#say"), chat.locator(".send"), chat.locator(".wipe")):
        expect(part).to_be_disabled()
    chat.get_by_role("button", name="Nieuw gesprek").click()
    for part in (chat.locator("#say"), chat.locator(".send"), chat.locator(".wipe")):
        expect(part).to_be_enabled()


def test_words_in_a_tab_that_fell_behind_are_given_back_beside_what_stands_there_now(
    chat: Page, context: BrowserContext, bot: str, engine: EngineDouble
) -> None:
    kept = chat.evaluate("sessionStorage.getItem('balie')")
    other = context.new_page()
    other.goto(f"{bot}/chat")
    # Its own talk has begun, and no longer replaces the kept one.
    expect(other.locator(".message")).to_have_count(1)
    other.evaluate("kept => sessionStorage.setItem('balie', kept)", kept)
    other.reload()
    expect(other.locator(".message")).to_have_count(1)
    engine.says = [{"text": "Wat is uw telefoonnummer?"}]
    _say(chat, "Noor Bakker")
    expect(chat.locator(".message")).to_have_count(3)
    _say(other, "Noor")
    expect(other.locator(".notice")).to_contain_text("in een ander venster verder gegaan")
    expect(other.locator(".message").last).to_contain_text("Wat is uw telefoonnummer?")
    expect(other.locator("#say")).to_have_value("Noor")
    assert len(engine.heard) == 1
    _say(other, "0612345678")
    expect(other.locator(".message")).to_have_count(4)
    assert len(engine.heard) == 2


def test_quick_exit_leaves_for_a_neutral_page_and_cannot_be_gone_back_to(
    context: BrowserContext, page: Page, bot: str
) -> None:
    context.route(
        "https://www.knmi.nl/**", lambda route: route.fulfill(body="het weer", content_type="text/html")
    )
    page.goto("about:blank")
    frame = _open_door(page, bot)
    frame.get_by_role("button", name="Snel weg").click()
    page.wait_for_url("https://www.knmi.nl/**")
    page.go_back()
    assert page.url == "about:blank"


def test_in_english_from_the_first_message(chat: Page, engine: EngineDouble) -> None:
    chat.get_by_role("button", name="English").click()
    expect(chat.locator(".message").first).to_contain_text("a computer, not a person")
    expect(chat.get_by_label("Your message")).to_be_visible()
    assert chat.locator("html").get_attribute("lang") == "en"
    _say(chat, "How long?")
    expect(chat.locator(".message")).to_have_count(3)
    assert engine.heard[-1]["language"] == "en"
    chat.get_by_role("button", name="Nederlands").click()
    expect(chat.locator(".message").last).to_contain_text("Vanaf nu praat ik Nederlands.")
    expect(chat.get_by_label("Uw bericht")).to_be_visible()


def test_the_page_follows_the_language_that_the_person_writes(chat: Page, engine: EngineDouble) -> None:
    _say(chat, "How long do you keep my personal data?")
    expect(chat.get_by_label("Your message")).to_be_visible()
    assert engine.heard[-1]["language"] == "en"
    expect(chat.locator(".message")).to_have_count(3)


def test_the_practices_own_setting_is_the_language_to_begin_in(
    page: Page, bot: str, engine: EngineDouble
) -> None:
    page.goto(f"{bot}/chat?lang=en")
    expect(page.locator(".message").first).to_contain_text("a computer, not a person")
    _say(page, "Hoe lang bewaren jullie mijn gegevens?")
    expect(page.locator(".message").nth(2)).to_contain_text("Ik ga verder in het Nederlands.")
    expect(page.get_by_label("Uw bericht")).to_be_visible()


def test_a_text_that_is_too_long_stays_with_its_writer(chat: Page, engine: EngineDouble) -> None:
    chat.locator("#say").fill("a" * 10_005)
    expect(chat.locator(".counter")).to_contain_text("5 tekens te veel")
    chat.locator("#say").press("Enter")
    assert len(chat.locator("#say").input_value()) == 10_005
    assert engine.heard == []


def test_times_are_shown_on_demand(chat: Page) -> None:
    time = chat.locator(".message time").first
    expect(time).to_be_hidden()
    chat.get_by_role("button", name="Toon tijden").click()
    expect(time).to_be_visible()


def test_a_conversation_whose_time_is_up_says_so_and_offers_a_new_one(
    chat: Page, clock: Clock, office: Office
) -> None:
    kept = chat.evaluate("JSON.parse(sessionStorage.getItem('balie'))")
    clock.ahead += conversations.enter(office, kept["id"], kept["token"]).expires_at - clock()
    _say(chat, "Bent u er nog?")
    expect(chat.locator(".notice")).to_contain_text("Dit gesprek is voorbij.")
    chat.get_by_role("button", name="Nieuw gesprek").click()
    expect(chat.locator(".message").first).to_contain_text("Goedendag.")


def test_a_telegram_talk_goes_on_here_after_a_press_and_the_link_leaves_the_address_bar(
    page: Page, bot: str, office: Office, engine: EngineDouble
) -> None:
    begun = conversations.begin_in_chat(office, 6, "nl")
    deliveries.deliver(office, begun.id, Reply("Uit Telegram."))
    token = conversations.hand_over(office, begun.id)
    page.goto(f"{bot}/verder#{token}")
    assert page.url == f"{bot}/verder"
    page.get_by_role("button", name="Ga verder").click()
    expect(page.locator(".message").last).to_contain_text("Uit Telegram.")
    expect(page.locator(".message").last).to_be_in_viewport()
    expect(page.locator(".choices button:enabled")).to_have_count(0)
    _say(page, "Ik wil inzage")
    expect(page.locator(".message").last).to_contain_text("Dit antwoordt de motor.")
    assert engine.heard[-1]["channel"] == "web"
    assert engine.heard[-1]["conversation"] == begun.id
    page.goto(f"{bot}/verder#{token}")
    page.reload()
    page.get_by_role("button", name="Ga verder").click()
    expect(page.locator(".said")).to_contain_text("verlopen")


@contextmanager
def _another_site(bot: str) -> Iterator[str]:
    """A site that is not the practice's and frames the chat, or speaks to it."""

    async def home(_: Request) -> Response:
        return HTMLResponse(f'<title>elders</title><iframe src="{bot}/chat"></iframe>')

    with serving(Starlette(routes=[Route("/", home)])) as url:
        yield url


@pytest.mark.obligation("L14")
def test_another_site_can_not_frame_the_chat(browser: Browser, bot: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    with _another_site(bot) as elsewhere:
        page.goto(elsewhere)
        page.wait_for_timeout(500)
        assert page.frames[1].locator("balie-chat").count() == 0
    context.close()


def test_words_from_the_page_around_are_only_heard_from_an_allowed_origin(page: Page, bot: str) -> None:
    frame = _open_door(page, bot)
    page.evaluate(
        "window.dispatchEvent(new MessageEvent('message', {data: {balie: 'close'}, origin: 'https://elders.example'}))"
    )
    expect(frame.locator(".message").first).to_be_visible()
    assert page.locator("iframe").is_visible()
