"""Whole ways through Balie, as a client and a coach walk them: a real browser, the real model, both practices."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from store import people
from store.database import Store, open_store
from store.keyring import Keyring
from store.work import Erased
from tests.e2e.people import Coach, Visitor
from tests.e2e.running import Balie

PR_CONSENT = {
    "release-connect": "uw foto, video of ervaring op onze website",
    "refleact": "uw feedback gebruiken voor publiciteit",
}


@pytest.fixture(scope="module")
def coach(browser: Browser, balie: Balie) -> Iterator[Coach]:
    """The owner, with an account made from the one-time link."""
    context = browser.new_context(locale="nl-NL", viewport={"width": 1280, "height": 900})
    coach = Coach(context.new_page(), balie)
    coach.make_account()
    yield coach
    context.close()


@pytest.fixture
def visitor(browser: Browser, balie: Balie) -> Iterator[Visitor]:
    """Somebody new at the front desk."""
    context = browser.new_context(
        locale="nl-NL", viewport={"width": 420, "height": 860}, accept_downloads=True
    )
    yield Visitor(context.new_page(), balie).arrive()
    context.close()


def sign_up(visitor: Visitor, name: str, email: str, keep: str = "Ja") -> str:
    """Take the whole intake; return the reference."""
    visitor.say("Ik wil me graag aanmelden voor een eerste gesprek")
    visitor.press("Ja")
    visitor.say(name)
    visitor.say(email)
    visitor.press("Overslaan")
    visitor.press("Overslaan")
    visitor.say("Wij hebben steeds ruzie over het geld")
    visitor.press("Klopt")
    return reference_in(visitor.press(keep))


def reference_in(text: str) -> str:
    """The reference that Balie gave."""
    found = re.search(r"R-[0-9A-Z]{4}", text)
    assert found, text
    return found.group()


@pytest.mark.obligation(16)
def test_an_intake_reaches_the_coach_and_the_answer_the_open_chat(visitor: Visitor, coach: Coach) -> None:
    reference = sign_up(visitor, "Anna Voorbeeld", "anna@voorbeeld.nl")
    coach.open_ticket(reference)
    expect(coach.page.get_by_text("Wij hebben steeds ruzie over het geld")).to_be_visible()
    coach.take()
    coach.answer("Dag Anna, past dinsdag om tien uur?")
    visitor.hears("Dag Anna, past dinsdag om tien uur?")


@pytest.mark.obligation(9)
def test_refusing_to_be_kept_changes_nothing_else(visitor: Visitor, coach: Coach) -> None:
    reference = sign_up(visitor, "Bert Voorbeeld", "bert@voorbeeld.nl", keep="Nee")
    coach.open_ticket(reference)
    expect(coach.page.get_by_text("Wij hebben steeds ruzie over het geld")).to_be_visible()


@pytest.mark.obligation(21)
@pytest.mark.obligation(42)
def test_withdrawal_of_a_photo_works_at_once_and_opens_a_take_down_ticket(
    visitor: Visitor, coach: Coach
) -> None:
    coach.register("Carla Voorbeeld", "carla@voorbeeld.nl")
    coach.record_consent(PR_CONSENT[coach.balie.practice], "de open dag van 12 mei")

    visitor.say("Ik wil mijn toestemming voor de foto op jullie site intrekken")
    visitor.identify("carla@voorbeeld.nl")
    if "Intrekken" not in visitor.labels():
        visitor.press(visitor.labels()[0])
    done = visitor.press("Intrekken")
    assert re.search(r"B-[0-9A-Z]{6}", done)
    assert "ingetrokken" in done

    coach.page.goto(f"{coach.balie.desk}/")
    coach.page.get_by_role("row").filter(has_text=re.compile("weghalen|Weghalen")).get_by_role(
        "link"
    ).first.click()
    coach.take()
    coach.act("Bevestigen: het is weggehaald")
    visitor.hears("weg")


@pytest.mark.obligation(22)
def test_inzage_travels_sealed_and_its_hashes_match(visitor: Visitor, coach: Coach, tmp_path: Path) -> None:
    coach.register("Dirk Voorbeeld", "dirk@voorbeeld.nl")
    visitor.say("Ik wil graag weten welke gegevens jullie van mij hebben, mag ik een kopie?")
    explained = visitor.identify("dirk@voorbeeld.nl")
    assert re.search(r"\d{1,2} \w+ 20\d\d", explained)
    reference = reference_in(visitor.press("Verzoek doen"))

    coach.open_ticket(reference)
    coach.take()
    coach.confirm_who_it_is("Dirk Voorbeeld")
    coach.act("Inzage klaarzetten")
    link = coach.balie.mailed_link("/veilig/", "dirk@voorbeeld.nl")

    files = unpack(download(visitor, link, tmp_path))
    manifest = json.loads(files["manifest.json"])
    assert {"data.json", "overview.html"} <= set(files)
    for name, digest in manifest["sha256"].items():
        assert hashlib.sha256(files[name]).hexdigest() == digest, name
    assert "Dirk Voorbeeld" in files["data.json"].decode()
    assert "Anna Voorbeeld" not in files["data.json"].decode()


@pytest.mark.obligation(75)
def test_an_erased_persons_records_open_for_nobody(visitor: Visitor, coach: Coach) -> None:
    coach.register("Els Voorbeeld", "els@voorbeeld.nl")
    visitor.say("Ik wil dat jullie al mijn gegevens wissen")
    told = visitor.identify("els@voorbeeld.nl")
    assert "7 jaar" in told
    reference = reference_in(visitor.press("Verzoek doen"))
    ids = persons(coach.balie, "els@voorbeeld.nl")
    assert ids

    coach.open_ticket(reference)
    coach.take()
    coach.confirm_who_it_is("Els Voorbeeld")
    coach.act("Wissen uitvoeren")
    expect(coach.page.get_by_role("status")).to_contain_text("De gegevens zijn gewist")

    assert persons(coach.balie, "els@voorbeeld.nl") == []
    keyring = Keyring.open(coach.balie.home / "secrets" / "keyring.json")
    store = reopened(coach.balie, keyring)
    with store.read() as reading:
        for person in ids:
            assert reading.is_erased(person)
            with pytest.raises(Erased):
                reading.open(person, "person", "record", person, b"")
    store.close()


def download(visitor: Visitor, link: str, folder: Path) -> bytes:
    """Open the mailed link, ask for a code, which comes in the open chat; type it, keep the file."""
    page = visitor.page.context.new_page()
    page.goto(link)
    page.get_by_role("button", name="Stuur mij een code").click()
    page.get_by_label("Code").fill(visitor.hears_code())
    page.get_by_role("button", name="Openen").click()
    save = page.get_by_role("link", name="Bewaar het bestand")
    expect(save).to_be_visible(timeout=30_000)
    with page.expect_download() as kept:
        save.click()
    path = folder / "bundle.zip"
    kept.value.save_as(path)
    return path.read_bytes()


def unpack(bundle: bytes) -> dict[str, bytes]:
    """The files of a bundle, by name."""
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def reopened(balie: Balie, keyring: Keyring) -> Store:
    """The running Balie's store, opened beside it as somebody with the master key would."""
    return open_store(
        f"sqlite:///{balie.home / 'data.db'}", f"sqlite:///{balie.home / 'keys.db'}", keyring, balie.home
    )


def persons(balie: Balie, email: str) -> list[str]:
    """Ids of the persons that are found under this address."""
    store = reopened(balie, Keyring.open(balie.home / "secrets" / "keyring.json"))
    with store.read() as reading:
        found = people.find_by_email(reading, email)
    store.close()
    return list(found)
