"""The two pictures of the README, taken from the running product. They are renewed where BALIE_PICTURES=1 asks for it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.people import Coach, Visitor
from tests.e2e.running import ROOT, Balie
from tests.e2e.test_journeys import reference_in, sign_up

PICTURES = ROOT / "docs" / "images"


@pytest.fixture
def balie(tmp_path: Path) -> Iterator[Balie]:
    """A Balie with nothing in it yet."""
    running = Balie(tmp_path / "home", "release-connect")
    running.start()
    yield running
    running.stop()


def picture(page: Page, name: str, folder: Path) -> None:
    """Take a picture; put it in the README's place where that is asked."""
    target = PICTURES if os.environ.get("BALIE_PICTURES") else folder
    target.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=target / name, animations="disabled", caret="hide")
    assert (target / name).stat().st_size > 20_000
    assert (PICTURES / name).exists()


def test_the_readmes_pictures_are_of_the_running_product(
    balie: Balie, browser: Browser, tmp_path: Path
) -> None:
    phone = browser.new_context(
        locale="nl-NL", viewport={"width": 480, "height": 900}, device_scale_factor=1.5
    )
    desk = browser.new_context(
        locale="nl-NL", viewport={"width": 960, "height": 900}, device_scale_factor=1.5
    )
    coach = Coach(desk.new_page(), balie)
    coach.make_account()
    coach.register("Carla Voorbeeld", "carla@voorbeeld.nl")
    coach.record_consent("uw foto, video of ervaring op onze website", "de open dag van 12 mei")

    sign_up(Visitor(phone.new_page(), balie).arrive(), "Anna Voorbeeld", "anna@voorbeeld.nl")
    visitor = Visitor(phone.new_page(), balie).arrive()
    visitor.say("Ik wil graag inzage in mijn gegevens")
    visitor.identify("carla@voorbeeld.nl")
    reference_in(visitor.press("Verzoek doen"))

    visitor = Visitor(phone.new_page(), balie).arrive()
    visitor.say("Ik wil mijn toestemming voor de foto op jullie site intrekken")
    visitor.identify("carla@voorbeeld.nl")
    if "Intrekken" not in visitor.labels():
        visitor.press(visitor.labels()[0])
    visitor.press("Intrekken")
    picture(visitor.page, "chat.png", tmp_path)

    coach.page.goto(f"{balie.desk}/")
    expect(coach.page.get_by_role("row")).to_have_count(4)
    picture(coach.page, "desk.png", tmp_path)
