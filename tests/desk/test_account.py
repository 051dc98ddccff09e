"""A coach's own account: passphrase, phone, recovery codes, sessions."""

import re

import pyotp
import pytest

from casework.office import Office
from tests.desk.browser import Browser
from tests.desk.conftest import NAME, PASSPHRASE, Clock, Coach, browser_at, signed_in

NEW = "appel wolken fietsen kaars"


@pytest.fixture
def elsewhere(office: Office, coach: Coach) -> Browser:
    """The same coach on another device."""
    return signed_in(browser_at(office), office, coach)


@pytest.mark.obligation(74)
def test_all_other_sessions_can_be_ended(browser: Browser, elsewhere: Browser) -> None:
    page = browser.do("/account", "/account/sessies")

    assert "Alle andere sessies zijn beëindigd" in page.text
    assert elsewhere.open("/").path == "/aanmelden"
    assert browser.open("/").path == "/"


def test_the_account_lists_where_one_is_signed_in(browser: Browser, elsewhere: Browser) -> None:
    assert elsewhere.open("/").status == 200
    page = browser.open("/account")

    assert "deze" in page.text
    assert page.text.count("een ander apparaat of venster") == 1


def test_a_new_passphrase_replaces_the_old_and_ends_other_sessions(
    browser: Browser, elsewhere: Browser, office: Office, coach: Coach, clock: Clock
) -> None:
    page = browser.do(
        "/account/wachtzin", nu=PASSPHRASE, wachtzin=NEW, nogmaals=NEW, code=coach.code(clock.at)
    )
    clock.forward(seconds=60)

    assert "Uw wachtzin is veranderd" in page.text
    assert elsewhere.open("/").path == "/aanmelden"
    old = browser_at(office).do("/aanmelden", naam=NAME, wachtzin=PASSPHRASE, code=coach.code(clock.at))
    new = browser_at(office).do("/aanmelden", naam=NAME, wachtzin=NEW, code=coach.code(clock.at))
    assert (old.status, new.path) == (401, "/")


def test_the_passphrase_changes_only_with_the_old_one(browser: Browser, coach: Coach, clock: Clock) -> None:
    page = browser.do(
        "/account/wachtzin",
        nu="niet de goede wachtzin",
        wachtzin=NEW,
        nogmaals=NEW,
        code=coach.code(clock.at),
    )

    assert page.status == 403
    assert "Wachtzin of code klopt niet" in page.text


def test_a_weak_new_passphrase_uses_up_no_code(
    browser: Browser, office: Office, coach: Coach, clock: Clock
) -> None:
    code = coach.code(clock.at)
    browser.do("/account/wachtzin", nu=PASSPHRASE, wachtzin="kort", nogmaals="kort", code=code)

    page = browser.do("/account/wachtzin", nu=PASSPHRASE, wachtzin=NEW, nogmaals=NEW, code=code)

    assert "Uw wachtzin is veranderd" in page.text


def test_another_phone_ends_the_old_one_its_codes_and_other_sessions(
    browser: Browser, elsewhere: Browser, office: Office, coach: Coach, clock: Clock
) -> None:
    phone = browser.do("/account/telefoon", nu=PASSPHRASE, herstelcode=coach.recovery[0])
    shown = re.search(r'id="geheim">([A-Z2-7 ]+)<', phone.response.text)
    assert shown is not None
    secret = shown[1].replace(" ", "")
    done = browser.send(phone, "/account/telefoon/nieuw", code=pyotp.TOTP(secret).at(clock.at))
    clock.forward(seconds=60)

    assert "Uw herstelcodes" in done.text
    assert elsewhere.open("/").path == "/aanmelden"
    visitor = browser_at(office)
    for old in (coach.code(clock.at), coach.recovery[1]):
        assert visitor.do("/aanmelden", naam=NAME, wachtzin=PASSPHRASE, code=old).status == 401
    code = pyotp.TOTP(secret).at(clock.at)
    assert visitor.do("/aanmelden", naam=NAME, wachtzin=PASSPHRASE, code=code).path == "/"


def test_another_phone_needs_passphrase_and_code_a_few_minutes_ago(
    browser: Browser, coach: Coach, clock: Clock
) -> None:
    phone = browser.do("/account/telefoon", nu=PASSPHRASE, code=coach.code(clock.at))
    clock.forward(minutes=6)

    page = browser.send(phone, "/account/telefoon/nieuw", code="123456")

    assert page.path == "/account/telefoon"


def test_a_wrong_code_for_the_new_phone_changes_nothing(
    browser: Browser, office: Office, coach: Coach, clock: Clock
) -> None:
    phone = browser.do("/account/telefoon", nu=PASSPHRASE, code=coach.code(clock.at))
    page = browser.send(phone, "/account/telefoon/nieuw", code="000000")
    clock.forward(seconds=60)

    assert page.status == 422
    back = browser_at(office).do("/aanmelden", naam=NAME, wachtzin=PASSPHRASE, code=coach.code(clock.at))
    assert back.path == "/"


def test_new_recovery_codes_end_the_old_ones_and_revive_no_used_code(
    browser: Browser, office: Office, coach: Coach, clock: Clock
) -> None:
    code = coach.code(clock.at)
    page = browser.do("/account/herstelcodes", nu=PASSPHRASE, code=code)

    fresh = re.findall(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}\b", page.text)
    visitor = browser_at(office)
    assert len(fresh) == 8
    assert visitor.do("/aanmelden", naam=NAME, wachtzin=PASSPHRASE, code=coach.recovery[0]).status == 401
    assert "al gebruikt" in visitor.do("/aanmelden", naam=NAME, wachtzin=PASSPHRASE, code=code).text
    clock.forward(minutes=6)
    assert visitor.do("/aanmelden", naam=NAME, wachtzin=PASSPHRASE, code=fresh[0]).path == "/account"
