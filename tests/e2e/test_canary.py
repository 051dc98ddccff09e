"""A unique name, address, number and question go through a whole journey; no file and no output holds any of them."""

from __future__ import annotations

import base64
import secrets
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import Browser

from tests.e2e.people import Coach, Visitor
from tests.e2e.postbox import Postbox
from tests.e2e.running import Balie
from tests.e2e.test_journeys import reference_in
from tests.ports import free_port

MARK = "".join(secrets.choice("bcdfghjklmnpqrstvwxz") for _ in range(8))
NAME = f"Zwaantje Kanarie{MARK}"
EMAIL = f"kanarie.{MARK}@voorbeeld.nl"
PHONE = "06 2498 7153"
SAFELY = f"alleen appen na achten{MARK}"
QUESTION = f"mijn man kijkt mee op mijn telefoon{MARK}"
ANSWER = f"Dag Zwaantje, wij bellen u dinsdag {MARK}"
CANARIES = (NAME, f"Kanarie{MARK}", EMAIL, "0624987153", "+31624987153", PHONE, SAFELY, QUESTION, ANSWER)


def disguises(text: str) -> set[bytes]:
    """A text as it could stand in a file: plain, in UTF-16, and inside base64 at each of its three alignments."""
    plain = [text.encode(), text.lower().encode(), text.encode("utf-16-le"), text.encode("utf-16-be")]
    found = set(plain)
    for bytes_ in plain:
        for shift in range(3):
            whole = base64.b64encode(b"\0" * shift + bytes_)
            start = -(-shift * 8 // 6)
            end = (shift + len(bytes_)) * 8 // 6
            found |= {whole[start:end], whole[start:end].translate(bytes.maketrans(b"+/", b"-_"))}
    return found


NEEDLES = {canary: disguises(canary) for canary in CANARIES}


def leaks(places: list[Path]) -> set[str]:
    """Which canaries stand in which files: the file and the number of the canary, never its text."""
    found = set()
    for place in places:
        for path in [place] if place.is_file() else place.rglob("*"):
            try:
                content = path.read_bytes() if path.is_file() else b""
            except FileNotFoundError:
                continue
            for number, needles in enumerate(NEEDLES.values()):
                if any(needle in content for needle in needles):
                    found.add(f"canary {number} in {path.relative_to(place.parent)}")
    return found


class Watch(threading.Thread):
    """Looks through the files again and again while the journey goes on."""

    def __init__(self, places: list[Path]) -> None:
        super().__init__(daemon=True)
        self.places = places
        self.found: set[str] = set()
        self.rounds = 0
        self.over = threading.Event()

    def run(self) -> None:
        """Look until it is over."""
        while not self.over.wait(0.5):
            self.found |= leaks(self.places)
            self.rounds += 1


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    """A real SMTP server that keeps what it is sent in memory."""
    box = Postbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    box.port = controller.port
    yield box
    controller.stop()


@pytest.fixture
def balie(postbox: Postbox, tmp_path: Path) -> Iterator[Balie]:
    """A Balie of its own, that mails by SMTP: an outbox of files would hold the addresses it is for."""
    running = Balie(
        tmp_path / "home", "release-connect", {"BALIE_SMTP_URL": f"smtp://127.0.0.1:{postbox.port}"}
    )
    running.start()
    yield running
    running.stop()


def test_the_disguises_are_found_where_they_stand(tmp_path: Path) -> None:
    for number, text in enumerate([f"name: {EMAIL};", base64.b64encode(f"xy{EMAIL}z".encode()).decode()]):
        (tmp_path / f"{number}.txt").write_text(text)
    (tmp_path / "2.txt").write_bytes(f"a{EMAIL}".encode("utf-16-be"))
    assert len(leaks([tmp_path])) == 3


@pytest.mark.obligation(11)
@pytest.mark.obligation(17)
def test_nothing_of_a_whole_journey_stands_anywhere(balie: Balie, postbox: Postbox, browser: Browser) -> None:
    places = [balie.home, balie.output]
    watch = Watch(places)
    watch.start()
    context = browser.new_context(locale="nl-NL")
    visitor = Visitor(context.new_page(), balie).arrive()
    coach = Coach(browser.new_context(locale="nl-NL").new_page(), balie)
    coach.make_account()

    visitor.say("Ik wil me aanmelden")
    visitor.press("Ja")
    for answer in (f"Ik heet {NAME}", EMAIL, PHONE, SAFELY, QUESTION):
        visitor.say(answer)
    visitor.press("Klopt")
    reference = reference_in(visitor.press("Ja"))
    coach.open_ticket(reference)
    coach.take()
    coach.answer(ANSWER)
    visitor.hears(ANSWER)
    visitor.say("Ik wil graag inzage in mijn gegevens")
    visitor.say(EMAIL)
    visitor.say(postbox.code_for(EMAIL))
    reference_in(visitor.press("Verzoek doen"))
    visitor.say(f"{NAME} woont op {EMAIL} en belt met {PHONE}")

    watch.over.set()
    watch.join()
    assert watch.rounds > 5
    assert watch.found == set(), "during the journey"
    assert leaks(places) == set(), "after the journey"
    visitor.page.get_by_role("button", name="Wis dit gesprek").click()
    visitor.page.get_by_role("button", name="Wissen", exact=True).click()
    visitor.page.wait_for_timeout(1500)
    balie.stop()
    assert leaks(places) == set(), "after the stop"
    for mail in postbox.mails:
        for number, canary in enumerate(CANARIES):
            assert canary == EMAIL or canary.encode() not in mail.content, f"canary {number} in a mail"
