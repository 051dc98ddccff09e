"""Signing in and out, guessing, and sessions."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest

from casework.office import Office
from desk import sessions
from desk.app import create_app
from store import accounts
from tests.desk.browser import Browser, Page, client_of
from tests.desk.conftest import NAME, PASSPHRASE, Clock, Coach, browser_at, over_https, signed_in


def sign_in(browser: Browser, code: str, passphrase: str = PASSPHRASE, name: str = NAME) -> Page:
    return browser.do("/aanmelden", naam=name, wachtzin=passphrase, code=code)


@pytest.mark.obligation(54)
def test_name_passphrase_and_code_together_open_the_desk(
    visitor: Browser, coach: Coach, clock: Clock
) -> None:
    assert sign_in(visitor, coach.code(clock.at)).path == "/"
    assert visitor.open("/").status == 200


def test_the_name_may_be_typed_in_any_case(visitor: Browser, coach: Coach, clock: Clock) -> None:
    assert sign_in(visitor, coach.code(clock.at), name="MARIEKE ").path == "/"


@pytest.mark.obligation(54)
@pytest.mark.parametrize(
    ("name", "passphrase", "right_code"),
    [(NAME, PASSPHRASE, False), (NAME, "iets heel anders dan dat", True), ("Niemand", PASSPHRASE, True)],
)
def test_any_one_of_the_three_wrong_gets_the_same_words(
    visitor: Browser, coach: Coach, clock: Clock, name: str, passphrase: str, right_code: bool
) -> None:
    code = coach.code(clock.at) if right_code else "123456"

    page = sign_in(visitor, code, passphrase, name)

    assert page.status == 401
    assert "Naam, wachtzin of code klopt niet. We zeggen niet welke van de drie." in page.text
    assert visitor.open("/").path == "/aanmelden"


def test_a_code_works_once(visitor: Browser, coach: Coach, clock: Clock, office: Office) -> None:
    code = coach.code(clock.at)
    sign_in(visitor, code)

    page = sign_in(browser_at(office), code)

    assert page.status == 401
    assert "al gebruikt" in page.text


def test_an_older_code_does_not_work_after_a_newer_one(
    visitor: Browser, coach: Coach, clock: Clock, office: Office
) -> None:
    older = coach.code(clock.at - timedelta(seconds=30))
    sign_in(visitor, coach.code(clock.at))

    assert "al gebruikt" in sign_in(browser_at(office), older).text


def test_a_recovery_code_opens_the_desk_once_and_says_what_is_left(
    visitor: Browser, coach: Coach, office: Office
) -> None:
    typed = {"naam": NAME, "wachtzin": PASSPHRASE, "code": "", "herstelcode": coach.recovery[0].lower()}
    page = visitor.do("/aanmelden", **typed)

    assert page.path == "/account"
    assert "Herstelcodes over 7" in page.text
    assert browser_at(office).do("/aanmelden", **typed).status == 401


def test_guessing_is_slowed_and_the_wait_is_told(visitor: Browser) -> None:
    answers = [sign_in(visitor, "123456") for _ in range(3)]
    page = sign_in(visitor, "123456")

    assert [answer.status for answer in answers] == [401, 401, 401]
    assert "Wacht 3 seconden" in answers[-1].text
    assert page.status == 429
    assert "U bent niet buitengesloten" in page.text


def test_a_name_that_does_not_exist_is_slowed_just_the_same(visitor: Browser) -> None:
    known = [sign_in(visitor, "123456", "iets heel anders dan dat").text for _ in range(5)]
    unknown = [sign_in(visitor, "123456", "iets heel anders dan dat", "Niemand").text for _ in range(5)]

    assert unknown == known


def test_slowing_is_not_locking_out(visitor: Browser, coach: Coach, clock: Clock) -> None:
    for _ in range(12):
        sign_in(visitor, "123456")
        clock.forward(minutes=6)

    assert sign_in(visitor, coach.code(clock.at)).path == "/"


def test_a_good_sign_in_forgives_the_misses(
    visitor: Browser, coach: Coach, clock: Clock, office: Office
) -> None:
    for _ in range(2):
        sign_in(visitor, "123456")
    sign_in(visitor, coach.code(clock.at))

    answers = [sign_in(browser_at(office), "123456").status for _ in range(3)]

    assert answers == [401, 401, 401]


def test_who_guesses_elsewhere_cannot_keep_the_coach_out_of_a_known_browser(
    visitor: Browser, coach: Coach, clock: Clock, office: Office
) -> None:
    sign_in(visitor, coach.code(clock.at))
    visitor.do("/", "/afmelden")
    clock.forward(minutes=1)
    attacker = browser_at(office)
    for _ in range(4):
        sign_in(attacker, "123456")

    assert sign_in(attacker, "123456").status == 429
    assert sign_in(visitor, coach.code(clock.at)).path == "/"


def test_a_known_browser_is_slowed_as_well(
    visitor: Browser, coach: Coach, clock: Clock, office: Office
) -> None:
    sign_in(visitor, coach.code(clock.at))
    visitor.do("/", "/afmelden")

    answers = [sign_in(visitor, "123456").status for _ in range(4)]

    assert answers == [401, 401, 401, 429]


def test_the_mark_of_a_known_browser_can_not_be_made_up(
    visitor: Browser, coach: Coach, clock: Clock, office: Office
) -> None:
    for _ in range(3):
        sign_in(visitor, "123456")
    visitor.client.cookies.set("balie_bekend", f"{coach.id}.abc.{'0' * 64}", domain="127.0.0.1")

    assert sign_in(visitor, coach.code(clock.at)).status == 429


def test_waiting_outlives_a_restart(visitor: Browser, office: Office) -> None:
    for _ in range(3):
        sign_in(visitor, "123456")

    assert sign_in(browser_at(office), "123456").status == 429


def test_signing_out_ends_the_session_on_the_server(browser: Browser, office: Office) -> None:
    cookie = browser.client.cookies["balie"]
    browser.do("/", "/afmelden")

    browser.client.cookies.set("balie", cookie)

    assert browser.open("/").path == "/aanmelden"


def test_a_session_ends_after_half_an_hour_without_use(browser: Browser, clock: Clock) -> None:
    clock.forward(minutes=29)
    assert browser.open("/").path == "/"
    clock.forward(minutes=29)
    assert browser.open("/").path == "/"
    clock.forward(minutes=31)

    assert browser.open("/").path == "/aanmelden"


def test_a_session_ends_after_twelve_hours_however_busy(browser: Browser, clock: Clock) -> None:
    for _ in range(12 * 3):
        clock.forward(minutes=20)
        last = browser.open("/")

    assert last.path == "/aanmelden"


def test_the_store_knows_a_session_by_its_hash_only(browser: Browser, office: Office) -> None:
    cookie = browser.client.cookies["balie"]

    everything = b"".join(file.read_bytes() for file in office.home.rglob("*") if file.is_file())

    assert cookie.encode() not in everything
    with office.store.read() as reading:
        assert accounts.session(reading, accounts.digest(cookie)) is not None


def test_the_cookie_is_strict_and_out_of_reach_of_scripts(
    visitor: Browser, coach: Coach, clock: Clock
) -> None:
    page = visitor.open("/aanmelden")
    form = page.form("/aanmelden").fields | {
        "naam": NAME,
        "wachtzin": PASSPHRASE,
        "code": coach.code(clock.at),
    }
    answer = visitor.client.post("/aanmelden", data=form, follow_redirects=False)

    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith("balie=")
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "secure" not in cookie


def test_over_tls_the_cookie_is_secure_and_bound_to_the_host(
    office: Office, coach: Coach, clock: Clock
) -> None:
    https = over_https(office)
    browser = Browser(client_of(create_app(https), https.coach_url))
    page = browser.open("/aanmelden")
    form = page.form("/aanmelden").fields | {
        "naam": NAME,
        "wachtzin": PASSPHRASE,
        "code": coach.code(clock.at),
    }
    answer = browser.client.post("/aanmelden", data=form, follow_redirects=False)

    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-balie=")
    assert "Secure" in cookie
    assert "max-age" in answer.headers["strict-transport-security"]


@pytest.mark.obligation(73)
def test_a_coach_who_left_is_out_at_once(browser: Browser, office: Office, coach: Coach) -> None:
    with office.store.work(office.now()) as work:
        accounts.end(work, coach.id)

    assert browser.open("/").path == "/aanmelden"


def test_a_session_of_an_ended_account_is_no_session_even_if_it_is_still_kept(
    office: Office, coach: Coach
) -> None:
    with office.store.work(office.now()) as work:
        accounts.end(work, coach.id)
    browser = signed_in(browser_at(office), office, coach)

    assert browser.open("/").path == "/aanmelden"


def test_sessions_that_are_over_are_cleared_at_the_next_sign_in(
    office: Office, coach: Coach, clock: Clock
) -> None:
    sessions.start(office.store, coach.id, clock.at)
    clock.forward(hours=13)
    sessions.start(office.store, coach.id, clock.at)

    with office.store.read() as reading:
        assert len(accounts.sessions_of(reading, coach.id)) == 1


def test_passphrase_and_name_travel_in_the_body_only(visitor: Browser, coach: Coach, clock: Clock) -> None:
    asked = sign_in(visitor, coach.code(clock.at)).response
    addresses = " ".join(str(each.url) for each in (*asked.history, asked))

    for typed in (PASSPHRASE, NAME):
        assert urlencode({"": typed})[1:] not in addresses
