"""The owner's account, from the one-time link to the first sign-in."""

import re
from collections.abc import Callable
from datetime import timedelta

import pyotp
import pytest

from casework.office import Office
from store import accounts
from tests.desk.browser import Browser, Page
from tests.desk.conftest import NAME, PASSPHRASE, Clock, browser_at


@pytest.fixture
def newcomer(empty_office: Office) -> Browser:
    return browser_at(empty_office)


@pytest.fixture
def token(empty_office: Office) -> str:
    return accounts.issue_setup_token(empty_office.store, empty_office.now())


@pytest.fixture
def choose(newcomer: Browser, token: str) -> Callable[..., Page]:
    """Fill in the first screen, well unless told otherwise."""

    def fill_in(**instead: str) -> Page:
        typed = {"sleutel": token, "naam": NAME, "wachtzin": PASSPHRASE, "nogmaals": PASSPHRASE}
        return newcomer.do("/begin", **(typed | instead))

    return fill_in


def secret_on(page: Page) -> str:
    shown = re.search(r'id="geheim">([A-Z2-7 ]+)<', page.response.text)
    assert shown is not None
    return shown[1].replace(" ", "")


def test_the_whole_way_ends_signed_in_with_recovery_codes_shown_once(
    newcomer: Browser, choose: Callable[..., Page], clock: Clock, empty_office: Office
) -> None:
    phone = choose()
    done = newcomer.send(phone, "/begin/telefoon", code=pyotp.TOTP(secret_on(phone)).at(clock.at))

    assert len(re.findall(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}\b", done.text)) == 8
    assert newcomer.open("/").path == "/"
    assert "Welkom" in newcomer.open("/?gedaan=welkom").text
    assert accounts.has_owner(empty_office.store)


def test_the_link_works_once(
    newcomer: Browser, choose: Callable[..., Page], clock: Clock, empty_office: Office
) -> None:
    phone = choose()
    newcomer.send(phone, "/begin/telefoon", code=pyotp.TOTP(secret_on(phone)).at(clock.at))

    again = choose()

    assert again.status == 410
    assert "werkt niet of niet meer" in again.text


def test_the_link_is_over_after_a_day(choose: Callable[..., Page], clock: Clock) -> None:
    clock.forward(hours=25)

    assert choose().status == 410


def test_a_wrong_link_makes_nothing(choose: Callable[..., Page], empty_office: Office) -> None:
    assert choose(sleutel="x" * 43).status == 410
    assert not accounts.has_owner(empty_office.store)


def test_a_short_passphrase_gets_a_kind_hint_and_loses_nothing(
    choose: Callable[..., Page], token: str
) -> None:
    page = choose(wachtzin="te kort", nogmaals="te kort")

    assert page.status == 422
    assert "vier losse woorden zijn sterk" in page.text
    assert page.form("/begin").fields["naam"] == NAME
    assert page.form("/begin").fields["sleutel"] == token
    assert page.form("/begin").fields["wachtzin"] == ""


def test_two_different_passphrases_are_pointed_out(choose: Callable[..., Page]) -> None:
    assert "niet gelijk" in choose(nogmaals="paard batterij nietje onrust").text


def test_a_name_is_needed(choose: Callable[..., Page]) -> None:
    assert "Vul een naam in" in choose(naam="  ").text


def test_a_wrong_first_code_makes_no_account_and_shows_the_same_secret(
    newcomer: Browser, choose: Callable[..., Page], empty_office: Office
) -> None:
    phone = choose()

    again = newcomer.send(phone, "/begin/telefoon", code="000000")

    assert again.status == 422
    assert secret_on(again) == secret_on(phone)
    assert not accounts.has_owner(empty_office.store)


def test_sending_the_first_code_twice_shows_the_same_recovery_codes(
    newcomer: Browser, choose: Callable[..., Page], clock: Clock
) -> None:
    phone = choose()
    code = pyotp.TOTP(secret_on(phone)).at(clock.at)

    first = newcomer.send(phone, "/begin/telefoon", code=code)
    second = newcomer.send(phone, "/begin/telefoon", code=code)

    assert second.text == first.text


def test_what_was_chosen_cannot_be_swapped_between_the_screens(
    newcomer: Browser, choose: Callable[..., Page], clock: Clock, empty_office: Office
) -> None:
    phone = choose()
    form = phone.form("/begin/telefoon")
    form.fields["keuze"] = form.fields["keuze"][:-8] + "AAAAAAA="

    refused = newcomer.send(phone, "/begin/telefoon", code=pyotp.TOTP(secret_on(phone)).at(clock.at))

    assert refused.status == 410
    assert not accounts.has_owner(empty_office.store)


def test_neither_passphrase_nor_secret_is_stored_readable(
    newcomer: Browser, choose: Callable[..., Page], clock: Clock, empty_office: Office
) -> None:
    phone = choose()
    secret = secret_on(phone)
    done = newcomer.send(phone, "/begin/telefoon", code=pyotp.TOTP(secret).at(clock.at))
    recovery = re.findall(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}\b", done.text)[0]

    everything = b"".join(file.read_bytes() for file in empty_office.home.rglob("*") if file.is_file())

    for readable in (PASSPHRASE, secret, recovery, NAME):
        assert readable.encode() not in everything


def test_the_code_used_for_the_phone_does_not_sign_in_again(
    newcomer: Browser, choose: Callable[..., Page], clock: Clock, empty_office: Office
) -> None:
    phone = choose()
    code = pyotp.TOTP(secret_on(phone)).at(clock.at)
    newcomer.send(phone, "/begin/telefoon", code=code)
    clock.at += timedelta(seconds=1)

    page = browser_at(empty_office).do("/aanmelden", naam=NAME, wachtzin=PASSPHRASE, code=code)

    assert "al gebruikt" in page.text


def test_before_there_is_an_account_the_sign_in_page_says_where_to_begin(newcomer: Browser) -> None:
    assert "Er is nog geen account" in newcomer.open("/aanmelden").text
