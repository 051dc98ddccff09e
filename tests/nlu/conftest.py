"""The engine's tests run in its own environment (`nlu/.venv/bin/python -m pytest tests/nlu`), on a small project of their own."""

from __future__ import annotations

import asyncio
import base64
import os
import secrets
import sys
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if sys.version_info >= (3, 11):
    collect_ignore_glob = ["*"]
else:
    os.environ["SQLALCHEMY_SILENCE_UBER_WARNING"] = "1"
    from nlu import quiet, stand_ins

    stand_ins.install()
    quiet.configure()
    quiet.quieten_rasa()

if TYPE_CHECKING:
    from nlu.settings import EngineSettings
    from nlu.turns import Engine
    from tests.nlu.action_server import ActionServer

PROJECT = Path(__file__).parent / "fixtures" / "project"


def make_home(folder: Path) -> Path:
    """A BALIE_HOME with fresh secrets, as `balie` makes at its first start."""
    (folder / "secrets").mkdir(parents=True)
    (folder / "secrets" / "engine.key").write_text(base64.b64encode(secrets.token_bytes(32)).decode())
    (folder / "secrets" / "engine.token").write_text(secrets.token_hex(32))
    return folder


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BALIE_HOME with the small project's model in it; tests that change it take a copy."""
    import subprocess

    home = make_home(tmp_path_factory.mktemp("trained") / "home")
    environment = os.environ | {"BALIE_HOME": str(home), "BALIE_PROJECT": str(PROJECT)}
    subprocess.run([sys.executable, "-m", "nlu.train"], env=environment, check=True, capture_output=True)
    return home


@pytest.fixture(scope="session")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """One event loop for everything that is started once."""
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


@pytest.fixture(scope="session")
def action_server(loop: asyncio.AbstractEventLoop) -> Iterator[ActionServer]:
    """A small action server that speaks Rasa's protocol over HTTP, in a thread of its own."""
    from tests.nlu.action_server import ActionServer

    with ActionServer() as server:
        yield server


@pytest.fixture(scope="session")
def settings(trained: Path, action_server: ActionServer) -> EngineSettings:
    """Settings of an engine with the trained model."""
    from nlu.settings import EngineSettings

    return EngineSettings(
        home=trained,
        models=trained / "models",
        project=PROJECT,
        port=0,
        actions_url=action_server.url,
        tracker_url=f"sqlite:///{trained / 'tracker.db'}",
        conversation_hours=1,
    )


@pytest.fixture(scope="session")
def engine(settings: EngineSettings, loop: asyncio.AbstractEventLoop) -> Iterator[Engine]:
    """An engine loaded in this process, once."""
    from nlu import mends
    from nlu.run import load_engine, name_variables

    name_variables(settings)
    mends.apply()
    engine = load_engine(settings, "test")
    yield engine
    loop.run_until_complete(engine.action_endpoint.close())


class Desk:
    """Takes turns with a loaded engine, as the channel does."""

    def __init__(self, engine: Engine, loop: asyncio.AbstractEventLoop) -> None:
        self.engine = engine
        self._loop = loop
        self._turns = 0

    def run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        """Wait for a coroutine's result."""
        return self._loop.run_until_complete(coroutine)

    def say(self, text: str, conversation: str = "c1", **more: Any) -> dict[str, Any]:
        """Type a text; returns the reply."""
        return self._turn(conversation, text=text, **more)

    def choose(self, payload: str, conversation: str = "c1", **more: Any) -> dict[str, Any]:
        """Press a choice; returns the reply."""
        return self._turn(conversation, choice=payload, **more)

    def tracker(self, conversation: str = "c1") -> Any:
        """The conversation as it is kept."""
        return self.run(self.engine.tracker_store.retrieve(conversation))

    def _turn(self, conversation: str, **given: Any) -> dict[str, Any]:
        import json

        from nlu.call import read_call
        from nlu.channel import take_turn
        from nlu.payload import check, read_payload

        self._turns += 1
        body = {
            "conversation": conversation,
            "message_id": f"m{self._turns}",
            "language": "nl",
            "channel": "web",
            "verified": False,
        } | given
        call = read_call(json.dumps(body).encode())
        payload = check(read_payload(call.choice), self.engine.domain) if call.choice else None
        return self.run(take_turn(self.engine, call, payload))


@pytest.fixture
def desk(
    engine: Engine,
    settings: EngineSettings,
    action_server: ActionServer,
    loop: asyncio.AbstractEventLoop,
    tmp_path: Path,
) -> Desk:
    """The engine with an empty database, answering turns."""
    from nlu.tracker import SealedTrackerStore

    store = SealedTrackerStore(
        engine.domain, host=f"sqlite:///{tmp_path / 'tracker.db'}", key_file=str(settings.key_file), hours=1
    )
    engine.tracker_store = engine.processor.tracker_store = store
    action_server.reset()
    return Desk(engine, loop)
