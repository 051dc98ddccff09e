"""A talk that begins in Telegram, goes on in the web chat where personal data is asked, and comes back."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.bot.serving import serving
from tests.bot.telegram_server import TOKEN, TelegramServer
from tests.e2e.people import Coach, Visitor
from tests.e2e.running import Balie
from tests.e2e.test_journeys import reference_in

CHAT = 4242


@pytest.fixture
def telegram() -> TelegramServer:
    """A Bot API server on loopback."""
    return TelegramServer()


@pytest.fixture
def balie(telegram: TelegramServer, tmp_path: Path) -> Iterator[Balie]:
    """A Balie that also serves Telegram."""
    with serving(telegram.app) as url:
        settings = {"BALIE_TELEGRAM_TOKEN": TOKEN, "BALIE_TELEGRAM_API_URL": url}
        running = Balie(tmp_path / "home", "refleact", settings)
        running.start()
        yield running
        running.stop()


def heard(telegram: TelegramServer, words: str, within: float = 40) -> str:
    """Wait until the bot's newest messages hold `words`."""
    return eventually(
        lambda: next((text for text in reversed(telegram.texts(CHAT)) if words in text), None), within
    )


def link_in(telegram: TelegramServer, path: str, within: float = 40) -> str:
    """Wait for a link button to `path`; return its address."""

    def found() -> str | None:
        for message in reversed(telegram.chats[CHAT]):
            for row in (message.get("reply_markup") or {}).get("inline_keyboard", []):
                for button in row:
                    if path in button.get("url", ""):
                        return str(button["url"])
            if in_text := re.search(rf"https?://\S+{re.escape(path)}\S+", message["text"]):
                return in_text.group()
        return None

    return eventually(found, within)


def eventually(look: Callable[[], str | None], within: float) -> str:
    """Look again and again until there is something."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")


def test_a_talk_goes_from_telegram_to_the_web_and_back(
    balie: Balie, telegram: TelegramServer, browser: Browser
) -> None:
    telegram.say(CHAT, "/start")
    heard(telegram, "computer")
    telegram.say(CHAT, "Hoe lang bewaren jullie mijn gegevens?")
    heard(telegram, "7 jaar")
    telegram.say(CHAT, "Ik wil me aanmelden")
    link = link_in(telegram, "/verder#")

    context = browser.new_context(locale="nl-NL")
    visitor = Visitor(context.new_page(), balie)
    visitor.page.goto(link)
    visitor.page.locator(".go-on").click()
    expect(visitor.page.locator(".message[data-from=balie]")).not_to_have_count(0, timeout=30_000)
    visitor.say("Ik wil me aanmelden")
    visitor.press("Ja")
    for answer in ("Iris Voorbeeld", "iris@voorbeeld.nl", "overslaan", "overslaan", "overslaan"):
        visitor.say(answer)
    visitor.press("Klopt")
    reference = reference_in(visitor.press("Nee"))
    assert not any("iris@voorbeeld.nl" in text for text in telegram.texts(CHAT))

    telegram.say(CHAT, "Gebruiken jullie cookies?")
    heard(telegram, "cookies")
    coach = Coach(browser.new_context(locale="nl-NL").new_page(), balie)
    coach.make_account()
    coach.open_ticket(reference)
    coach.take()
    coach.answer("Dag, past donderdag?")
    visitor.hears("Dag, past donderdag?")
    context.close()
