"""Start the engine: `python -m nlu.run`.

Rasa's server with one channel on loopback: no API, no telemetry, one process. It is started from endpoints.yml and
credentials.yml, as any Rasa, but Rasa falls back in silence to its own stores when a class can't be found; so before
the door opens it is checked that the engine runs on Balie's own.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlu import leash, quiet, stand_ins
from nlu.model import ModelShelf, no_whole_model
from nlu.settings import EngineSettings, SetupError, read_key, read_token
from nlu.words import refuse

if TYPE_CHECKING:
    from sanic import Sanic

    from nlu.turns import Engine

HERE = Path(__file__).resolve().parent
HOST = "127.0.0.1"
PURGE_SECONDS = 300
BUSY_CONNECTIONS = 100
LARGEST_CALL = 1 << 20

log = logging.getLogger("nlu.run")


def main() -> int:
    """Run until stopped; one sentence and status 1 when the engine can't start."""
    leash.hold()
    try:
        settings = EngineSettings.from_environment()
        prepare_environment(settings)
        label = ModelShelf(settings.models).whole_label()
        door = take_port(settings.port)
        app = build(settings, label.fingerprint)
    except SetupError as error:
        return refuse(error)
    log.info("the engine listens on %s:%d", HOST, settings.port)
    app.run(sock=door, access_log=False, debug=False, motd=False, backlog=BUSY_CONNECTIONS)
    return 0


def prepare_environment(settings: EngineSettings) -> None:
    """Quiet logging, stand-ins, one thread for mathematics, and the variables of the configuration files.

    Raises:
        SetupError: when a secret can't be read.
    """
    read_key(settings.key_file)
    read_token(settings.token_file)
    name_variables(settings)
    os.environ.update(
        RASA_TELEMETRY_ENABLED="false", SQLALCHEMY_SILENCE_UBER_WARNING="1", OMP_NUM_THREADS="1"
    )
    quiet.configure(logging.DEBUG if os.environ.get("BALIE_ENGINE_DEBUG") else logging.INFO)
    stand_ins.install(stand_ins.ABSENT | stand_ins.ONLY_FOR_TRAINING)


def name_variables(settings: EngineSettings) -> None:
    """Give endpoints.yml and credentials.yml the variables that they name."""
    os.environ.update(
        BALIE_TRACKER_URL=settings.tracker_url,
        BALIE_ENGINE_KEY_FILE=str(settings.key_file),
        BALIE_ENGINE_TOKEN_FILE=str(settings.token_file),
        BALIE_CONVERSATION_HOURS=str(settings.conversation_hours),
        BALIE_ACTIONS_URL=settings.actions_url,
    )


def build(settings: EngineSettings, fingerprint: str) -> Sanic:
    """The server with its channel and the loaded engine.

    Raises:
        SetupError: when the model or the tracker's database can't be opened, or a class is not Balie's own.
    """
    from rasa.core.run import configure_app, create_http_input_channels

    from nlu import encoder, mends

    quiet.quieten_rasa()
    mends.apply()
    channels = create_http_input_channels(None, str(HERE / "credentials.yml"))
    app = configure_app(channels, enable_api=False, port=settings.port)
    app.config.REQUEST_MAX_SIZE = LARGEST_CALL
    app.ctx.agent = load_engine(settings, fingerprint)
    check_classes(app.ctx.agent, channels)
    open_encoder(encoder.warm_up)
    app.register_listener(_begin, "before_server_start")
    app.register_listener(_end, "after_server_stop")
    return app


def load_engine(settings: EngineSettings, fingerprint: str) -> Engine:
    """The engine with its model, stores and the way to its actions, made from endpoints.yml.

    Raises:
        SetupError: when the model or the tracker's database can't be opened.
    """
    import sqlalchemy.exc
    from rasa.core.lock_store import LockStore
    from rasa.core.tracker_store import TrackerStore
    from rasa.core.utils import AvailableEndpoints
    from rasa.exceptions import ModelNotFound
    from rasa.shared.exceptions import RasaException

    from nlu.errand import ActionErrand
    from nlu.turns import Engine

    endpoints = AvailableEndpoints.read_endpoints(str(HERE / "endpoints.yml"))
    try:
        engine = Engine(
            tracker_store=TrackerStore.create(endpoints.tracker_store),
            lock_store=LockStore.create(endpoints.lock_store),
            action_endpoint=ActionErrand(endpoints.action.url, read_token(settings.token_file)),
        )
    except (sqlalchemy.exc.SQLAlchemyError, RasaException, OSError):
        raise SetupError(
            "De database van de gesprekken gaat niet open. Kijk of het adres in BALIE_TRACKER_URL klopt.",
            "The database of the conversations can't be opened. Check the address in BALIE_TRACKER_URL.",
        ) from None
    try:
        engine.load_model(str(ModelShelf(settings.models).model), fingerprint)
    except (ModelNotFound, RasaException, OSError):
        raise no_whole_model(settings.models) from None
    return engine


def open_encoder(warm_up: Callable[[], None]) -> None:
    """Load the sentence encoder now, not at a client's first message.

    Raises:
        SetupError: when it doesn't run on this machine.
    """
    try:
        warm_up()
    except (ImportError, OSError, RuntimeError):
        raise SetupError(
            "De taalmotor draait niet op deze computer. Hij kent Linux (x86-64, arm64) en macOS (arm64).",
            "The language engine doesn't run on this computer. It knows Linux (x86-64, arm64) and macOS (arm64).",
        ) from None


def check_classes(engine: Any, channels: list[Any]) -> None:
    """Refuse to start on anything but Balie's own classes.

    Raises:
        SetupError: naming the first part that isn't ours.
    """
    from nlu.channel import BalieChannel
    from nlu.errand import ActionErrand
    from nlu.lock import ConversationLocks
    from nlu.tracker import SealedTrackerStore
    from nlu.turns import TurnProcessor

    expected = {
        "tracker store": (engine.tracker_store, SealedTrackerStore),
        "tracker store of the processor": (engine.processor.tracker_store, SealedTrackerStore),
        "lock store": (engine.lock_store, ConversationLocks),
        "action endpoint": (engine.action_endpoint, ActionErrand),
        "processor": (engine.processor, TurnProcessor),
        **{f"channel {place}": (channel, BalieChannel) for place, channel in enumerate(channels, start=1)},
    }
    for part, (found, wanted) in expected.items():
        if type(found) is not wanted:
            raise not_our_own(part, type(found).__name__, wanted.__name__)
    if len(channels) != 1:
        raise not_our_own("channels", str(len(channels)), "1")


def not_our_own(part: str, found: str, wanted: str) -> SetupError:
    """What to say when Rasa fell back to something of its own."""
    return SetupError(
        f"De taalmotor start niet met {found} waar {wanted} hoort ({part}). Zet nlu/endpoints.yml en nlu/credentials.yml terug.",
        f"The engine won't start on {found} where {wanted} belongs ({part}). Restore nlu/endpoints.yml and nlu/credentials.yml.",
    )


def take_port(port: int) -> socket.socket:
    """A socket bound to the loopback port.

    Raises:
        SetupError: when somebody else has it.
    """
    door = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((HOST, port))
    except OSError:
        door.close()
        raise SetupError(
            f"Poort {port} is bezet. Stop wat daar draait, of kies een andere met BALIE_ENGINE_PORT.",
            f"Port {port} is taken. Stop what runs there, or choose another one with BALIE_ENGINE_PORT.",
        ) from None
    return door


async def _begin(app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
    quiet.quieten_loop(loop)
    app.ctx.purging = loop.create_task(_purge_for_ever(app.ctx.agent))


async def _end(app: Sanic, _: asyncio.AbstractEventLoop) -> None:
    app.ctx.purging.cancel()
    await app.ctx.agent.action_endpoint.close()


async def _purge_for_ever(engine: Engine) -> None:
    while True:
        try:
            gone = await engine.tracker_store.purge()
            if gone:
                log.info("conversations whose term was over, deleted: %d", gone)
        except Exception:
            log.exception("conversations whose term is over could not be deleted")
        await asyncio.sleep(PURGE_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
