"""The real desk on a real store: one account, a clock that the test turns, and a browser that fills in forms."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest

from casework.office import Office
from casework.packs import load_pack
from casework.post import OutboxPost
from desk import enrolment, sessions
from desk.app import create_app
from store import accounts
from store.database import open_store
from store.keyring import Keyring
from tests.desk.browser import Browser, client_of

NAME = "Marieke"
PASSPHRASE = "paard batterij nietje geduld"
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that stands still until the test moves it."""

    at: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **step: float) -> None:
        """Move on by so many seconds, minutes, hours or days."""
        self.at += timedelta(**step)


@dataclass(frozen=True)
class Coach:
    """The owner's account, with the secret that their phone knows."""

    id: str
    secret: str
    recovery: tuple[str, ...]

    def code(self, at: datetime) -> str:
        """What the phone shows at this moment."""
        return pyotp.TOTP(self.secret).at(at)


def _office(home: Path, clock: Clock, pack: str = "release-connect") -> Office:
    keyring_file = home / "keyring.json"
    if not keyring_file.exists():
        Keyring.create(keyring_file)
    store = open_store(
        f"sqlite:///{home / 'data.db'}", f"sqlite:///{home / 'keys.db'}", Keyring.open(keyring_file), home
    )
    return Office(
        pack=load_pack(pack),
        store=store,
        post=OutboxPost(home / "outbox", "praktijk@example.org"),
        home=home,
        client_url="http://127.0.0.1:8080",
        coach_url="http://127.0.0.1:8081",
        conversation_hours=24,
        now=clock,
        soon=lambda work: work() and None,
    )


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Coach]:
    """A home with databases and one account, made once and copied for each test."""
    home = tmp_path_factory.mktemp("furnished")
    before = MONDAY - timedelta(days=30)
    office = _office(home, Clock(before))
    token = accounts.issue_setup_token(office.store, before)
    chosen = enrolment.choose(office.store, token, NAME, PASSPHRASE, before)
    code = pyotp.TOTP(chosen.totp_secret).at(before)
    made = enrolment.finish(office.store, token, chosen.sealed, code, before)
    assert made is not None
    office.store.close()
    return home, Coach(made[0], chosen.totp_secret, made[1])


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def coach(furnished: tuple[Path, Coach]) -> Coach:
    return furnished[1]


@pytest.fixture
def office(furnished: tuple[Path, Coach], clock: Clock, tmp_path: Path) -> Iterator[Office]:
    home = tmp_path / "home"
    shutil.copytree(furnished[0], home)
    office = _office(home, clock)
    yield office
    office.store.close()


@pytest.fixture
def empty_office(clock: Clock, tmp_path: Path) -> Iterator[Office]:
    """A practice on its first day: nobody has an account."""
    home = tmp_path / "empty"
    home.mkdir()
    office = _office(home, clock)
    yield office
    office.store.close()


@pytest.fixture
def visitor(office: Office) -> Browser:
    """A browser that is not signed in."""
    return browser_at(office)


@pytest.fixture
def browser(office: Office, coach: Coach) -> Browser:
    """A browser in which the coach is signed in."""
    return signed_in(browser_at(office), office, coach)


def browser_at(office: Office) -> Browser:
    """A fresh browser at the desk of this office."""
    return Browser(client_of(create_app(office), office.coach_url))


def signed_in(browser: Browser, office: Office, coach: Coach) -> Browser:
    """The same browser with a session, without typing: the sign-in page has its own tests."""
    browser.client.cookies.set(
        "balie", sessions.start(office.store, coach.id, office.now()), domain="127.0.0.1"
    )
    return browser


def over_https(office: Office) -> Office:
    """The same office, reached over TLS."""
    return replace(office, coach_url="https://desk.example.org")
