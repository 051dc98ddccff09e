"""A real office on a database of its own, an engine that can misbehave, and the bot served between them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from bot.app import create_app
from casework.office import Office
from casework.packs import load_pack
from casework.post import OutboxPost
from store.database import open_store
from store.keyring import Keyring
from tests.bot.engine_double import TOKEN, EngineDouble
from tests.bot.serving import serving
from tests.laid_out import lay_out
from tests.ports import free_port


@dataclass
class Clock:
    """The office's time, which a test can move."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def bot_port() -> int:
    return free_port()


@contextmanager
def office_in(
    home: Path, client_url: str, clock: Clock, practice: str = "release-connect"
) -> Iterator[Office]:
    """An office of this practice in this folder."""
    (home / "secrets").mkdir(parents=True, mode=0o700)
    home.chmod(0o700)
    keyring = Keyring.create(home / "secrets" / "keyring.json")
    lay_out(home)
    store = open_store(f"sqlite:///{home / 'data.db'}", f"sqlite:///{home / 'keys.db'}", keyring, home)

    def now_not_later(work: Callable[[], object]) -> None:
        work()

    yield Office(
        pack=load_pack(practice),
        store=store,
        post=OutboxPost(home / "outbox", "balie@praktijk.example"),
        home=home,
        client_url=client_url,
        coach_url="http://127.0.0.1:9",
        conversation_hours=24,
        now=clock,
        soon=now_not_later,
    )
    store.close()


@pytest.fixture
def practice() -> str:
    """Which pack; a test may parametrize it."""
    return "release-connect"


@pytest.fixture
def office(tmp_path: Path, clock: Clock, bot_port: int, practice: str) -> Iterator[Office]:
    with office_in(tmp_path / "home", f"http://127.0.0.1:{bot_port}", clock, practice) as office:
        yield office


@pytest.fixture
def engine() -> EngineDouble:
    return EngineDouble()


@pytest.fixture
def engine_url(engine: EngineDouble) -> Iterator[str]:
    with serving(engine.app) as url:
        yield url


@pytest.fixture
def bot(office: Office, engine_url: str, bot_port: int, caplog: pytest.LogCaptureFixture) -> Iterator[str]:
    """The address of the bot. A test that made it stumble fails, also where the client saw nothing of it."""
    with serving(create_app(office, engine_url, TOKEN, None), bot_port) as url:
        yield url
    stumbled = [
        record.getMessage() for record in caplog.get_records("call") if record.name.startswith("bot.")
    ]
    assert [said for said in stumbled if "failed" in said] == []


@pytest.fixture
def http(bot: str) -> Iterator[httpx.Client]:
    """A client of the bot."""
    with httpx.Client(base_url=bot, trust_env=False, timeout=30) as client:
        yield client
