"""Two people in a browser: a visitor at the front desk, and the coach at their desk."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field

import pyotp
from playwright.sync_api import Locator, Page, expect

from tests.e2e.running import Balie

PATIENCE = 30_000
"""Milliseconds that a page may take on a busy machine before a test calls it stuck."""


@dataclass
class Visitor:
    """Someone who talks to the front desk on the practice's site."""

    page: Page
    balie: Balie

    def arrive(self, address: str | None = None) -> Visitor:
        """Open the chat and wait for the first message."""
        self.page.goto(address or f"{self.balie.bot}/chat")
        expect(self._messages()).not_to_have_count(0, timeout=PATIENCE)
        return self

    def say(self, text: str) -> str:
        """Type and send; return what Balie answers."""
        before = self._count()
        self.page.locator("#say").fill(text)
        self.page.locator("#say").press("Enter")
        return self._answer(before)

    def press(self, label: str) -> str:
        """Press the newest choice with this label; return what Balie answers."""
        before = self._count()
        pattern = re.compile(f"^{re.escape(label)}")
        self.page.locator(".choices button:enabled").filter(has_text=pattern).last.click(timeout=PATIENCE)
        return self._answer(before)

    def hears(self, words: str | re.Pattern[str]) -> Locator:
        """Wait until Balie's newest messages hold `words`, sent by itself: the coach's answer."""
        found = self._messages().filter(has_text=words).last
        expect(found).to_be_visible(timeout=PATIENCE)
        return found

    def hears_code(self) -> str:
        """Wait for a one-time code that was sent to this chat; return it."""
        text = self.hears(re.compile(r"\b\d{6}\b")).inner_text()
        return re.findall(r"\b\d{6}\b", text)[-1]

    def identify(self, address: str) -> str:
        """Give an address on file and the code that was mailed to it."""
        earlier = len([to for to, _ in self.balie.mails() if to == address])
        self.say(address)
        return self.say(self.balie.mailed_code(address, after=earlier))

    def labels(self) -> list[str]:
        """The choices that can be pressed now."""
        return self.page.locator(".choices button:enabled").all_inner_texts()

    def _messages(self) -> Locator:
        return self.page.locator(".message:not([data-from=you])")

    def _count(self) -> int:
        return self.page.locator(".message").count()

    def _answer(self, before: int) -> str:
        expect(self.page.locator(".message").nth(before + 1)).to_be_visible(timeout=PATIENCE)
        expect(self.page.locator(".sending:not(:empty)")).to_have_count(0, timeout=PATIENCE)
        return "\n".join(self.page.locator(".message").all_inner_texts()[before + 1 :])


@dataclass
class Coach:
    """The owner of the practice at the desk."""

    page: Page
    balie: Balie
    secret: str = ""
    used: set[int] = field(default_factory=set)

    def make_account(self) -> None:
        """Open the one-time link, choose a passphrase, link a phone."""
        self.page.goto(self.balie.owner_link())
        self.page.get_by_label("Uw naam").fill("Sanne")
        self.page.get_by_label("Wachtzin", exact=True).fill("vier natte paarden bij de brug")
        self.page.get_by_label("De wachtzin nog een keer").fill("vier natte paarden bij de brug")
        self.page.get_by_role("button", name="Verder").click()
        self.secret = self.page.locator("#geheim").inner_text().replace(" ", "")
        self.page.get_by_label("De zes cijfers van de app").fill(self.code())
        self.page.get_by_role("button", name="Telefoon koppelen").click()
        self.page.get_by_role("link", name="Ik heb ze bewaard").click()

    def code(self) -> str:
        """A code of the phone that was not used before; the phone makes a new one every 30 seconds."""
        while True:
            now = int(time.time()) // 30
            for step in (now - 1, now, now + 1):
                if step > max(self.used, default=0):
                    self.used.add(step)
                    return pyotp.TOTP(self.secret).generate_otp(step)
            time.sleep(1)

    def open_ticket(self, reference: str) -> None:
        """Go to a ticket from the day list."""
        self.page.goto(f"{self.balie.desk}/")
        self.page.get_by_role("row").filter(has_text=reference).get_by_role("link").click()

    def take(self) -> None:
        """Take the ticket that is open."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name="Overnemen").click()

    def answer(self, text: str) -> None:
        """Answer the client: write, look, send."""
        self.page.get_by_role("link", name="Antwoord geven").click()
        self.page.get_by_label("Uw antwoord").fill(text)
        self.page.get_by_role("button", name="Bekijken voor u verstuurt").click()
        self.page.get_by_role("button", name="Versturen").click()

    def act(self, link: str, button: str | None = None) -> None:
        """Choose an act, prove it with a code where it asks one, and do it."""
        with self.page.expect_navigation():
            self.page.locator("ul.acts").get_by_role("link", name=link).click()
        tick = self.page.get_by_role("checkbox")
        if tick.count():
            tick.check()
        no_invoice = self.page.get_by_label("Nee. Er hoeft voor de Belastingdienst niets te blijven.")
        if no_invoice.count():
            no_invoice.check()
        code = self.page.get_by_label("Code van uw telefoon")
        if code.count():
            code.fill(self.code())
        self.page.get_by_role("button", name=button or link).click()

    def register(self, name: str, email: str) -> None:
        """Register an existing client by hand, and stay on their page."""
        self.page.goto(f"{self.balie.desk}/personen/nieuw")
        self.page.locator("#name").fill(name)
        self.page.locator("#email").fill(email)
        self.page.get_by_role("button", name="Inschrijven").click()
        expect(self.page.get_by_role("heading", name="Een persoon")).to_be_visible()

    def record_consent(self, kind: str, occasion: str) -> None:
        """Record a consent that the person whose page is open gave earlier."""
        self.page.get_by_role("link", name="Toestemming vastleggen").click()
        self.page.get_by_label(kind).check()
        self.page.get_by_label("Bij welke gelegenheid").fill(occasion)
        self.page.get_by_label("Gegeven op").fill("2026-05-12")
        self.page.get_by_role("button", name="Vastleggen").click()

    def confirm_who_it_is(self, name: str) -> None:
        """Confirm after calling back, where the practice asks that for this ticket."""
        link = self.page.get_by_role("link", name="Bevestigen wie dit is")
        if link.count():
            link.click()
            self.page.get_by_label(name).check()
            with self.page.expect_navigation():
                self.page.get_by_role("button", name="Bevestigen").click()
