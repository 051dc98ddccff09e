"""The engine as a process: what it opens, what it refuses, what it says when it can't start."""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.tracker_store import FailSafeTrackerStore, InMemoryTrackerStore

from nlu.channel import BalieChannel
from nlu.run import check_classes, open_encoder
from nlu.settings import SetupError
from tests.nlu.action_server import ActionServer
from tests.nlu.conftest import PROJECT, Desk, make_home
from tests.nlu.server import RunningEngine
from tests.ports import free_port

MARKS = ["Truus van Dalen", "0612345678", "truus@voorbeeld.nl", "geheimzinnige ooievaar", "Zwaluwstraat"]


@pytest.fixture(scope="module", params=["INFO", "DEBUG"])
def running(
    request: pytest.FixtureRequest,
    trained: Path,
    action_server: ActionServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[RunningEngine]:
    """A running engine, once with usual and once with full logging."""
    action_server.reset()
    debug = {"BALIE_ENGINE_DEBUG": "1"} if request.param == "DEBUG" else {}
    output = tmp_path_factory.mktemp("running") / "output.txt"
    with RunningEngine(trained, output, BALIE_ACTIONS_URL=action_server.url, **debug) as engine:
        yield engine


def test_it_takes_turns_over_http(running: RunningEngine) -> None:
    status, reply = running.turn("m1", "http", text="goedendag")
    again = running.turn("m1", "http", text="goedendag")

    assert status == 200
    assert reply["messages"][0]["text"] == "Goedendag."
    assert again == (200, reply)


def test_it_tells_which_model_it_runs(running: RunningEngine, trained: Path) -> None:
    label = json.loads((trained / "models" / "engine.json").read_text())

    assert running.call("GET", "ready") == (200, {"model": label["fingerprint"]})


def test_it_erases_a_conversation_at_once(running: RunningEngine) -> None:
    running.turn("m1", "erase", choice="/talk_to_coach")

    assert running.call("DELETE", "conversations/erase") == (204, None)
    assert running.turn("m2", "erase", text="hallo")[1]["open_form"] is None
    assert running.call("DELETE", "conversations/never-was") == (204, None)


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "turn"), ("GET", "ready"), ("DELETE", "conversations/c1")]
)
@pytest.mark.parametrize("token", ["", "wrong", "é"])
def test_without_the_token_nothing_is_done(
    running: RunningEngine, method: str, path: str, token: str
) -> None:
    body = {"conversation": "c1"} if method == "POST" else None

    assert running.call(method, path, body, token.encode().decode("latin-1")) == (
        401,
        {"error": "unauthorized"},
    )


@pytest.mark.parametrize(
    "path",
    [
        "../../status",
        "../../model/parse",
        "../../conversations/c1/tracker",
        "../rest/webhook",
        "../../version",
        "../callback/webhook",
    ],
)
def test_nothing_but_the_channel_is_served(running: RunningEngine, path: str) -> None:
    with closing(socket.create_connection(("127.0.0.1", running.port), timeout=20)) as door:
        target = "/" + path.rpartition("../")[2] if path.startswith("../../") else "/webhooks/" + path[3:]
        door.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        answer = door.makefile("rb").read()

    assert answer.split(b" ", 2)[1] in (b"404", b"405")


def test_it_listens_on_loopback_only(running: RunningEngine) -> None:
    listening = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    addresses = [columns[1] for columns in listening if columns[3] == "0A"]

    assert f"0100007F:{running.port:04X}" in addresses
    assert f"00000000:{running.port:04X}" not in addresses


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"text": None}, "text_or_choice"),
        ({"text": "hoi", "choice": "/greet"}, "text_or_choice"),
        ({"text": "hoi", "language": "fr"}, "language"),
        ({"choice": "/no_such_intent"}, "unknown_choice"),
        ({"choice": '/inform{"no_such_entity": 1}'}, "unknown_choice"),
    ],
)
def test_bad_shapes_are_refused_by_name(
    running: RunningEngine, change: dict[str, object], error: str
) -> None:
    assert running.turn("m1", "shape", **change) == (400, {"error": error})


def test_nothing_that_was_said_is_printed(running: RunningEngine, action_server: ActionServer) -> None:
    sentence = " ".join(MARKS)
    payload = json.dumps({"pick_choice": sentence})
    running.turn("1", "leak", text=sentence)
    running.turn("2", "leak", text=f"/inform{payload}")
    running.turn("3", "leak", text=f'/request_erasure{{"x": "{sentence}"}}')
    running.turn("4", "leak", choice=f"/inform{payload}")
    running.turn("5", "leak", choice=f'/inform{{"unknown": "{sentence}"}}')
    running.turn("6", "leak", choice=f"/{sentence}")
    running.turn("7", "leak", choice="/talk_to_coach")
    running.turn("8", "leak", text=sentence)
    running.turn("9", "leak", text=f"{sentence} https://voorbeeld.nl/?q={sentence}")
    for way in ("fail", "drop", "echo", "nonsense"):
        action_server.failing = way
        assert running.turn(f"fail-{way}", "leak", choice="/request_erasure") == (
            500,
            {"error": "turn_failed"},
        )
        assert running.turn(f"form-{way}", "leak", text=sentence)[0] in (200, 500)
    action_server.failing = None
    for body in (
        sentence.encode(),
        b"{" + sentence.encode(),
        json.dumps([sentence]).encode(),
        b"\xff" + sentence.encode(),
    ):
        assert running.call("POST", "turn", body)[0] == 400
    running.call("POST", "turn", {"conversation": sentence, "message_id": sentence, "text": sentence})
    running.call("DELETE", f"conversations/{base64.b64encode(sentence.encode()).decode()}")
    running.call("GET", f"nowhere/{base64.urlsafe_b64encode(sentence.encode()).decode()}")

    database = running.output.with_suffix(".db").read_bytes()
    printed = running.output.read_bytes()

    assert b"the engine listens on" in printed
    assert b"a turn failed" in printed
    for mark in MARKS:
        for form in (
            mark.encode(),
            mark.encode("utf-16-le"),
            json.dumps(mark).encode(),
            base64.b64encode(mark.encode())[:-4],
        ):
            assert form not in printed
            assert form not in database


def test_it_ends_when_its_supervisor_is_gone(
    trained: Path, action_server: ActionServer, tmp_path: Path
) -> None:
    with RunningEngine(
        trained, tmp_path / "output.txt", BALIE_ACTIONS_URL=action_server.url, BALIE_SUPERVISED="1"
    ) as engine:
        assert engine.process.stdin is not None
        engine.process.stdin.close()

        assert engine.process.wait(timeout=20) in (0, -signal.SIGTERM)


def test_a_killed_engine_goes_on_where_it_was(
    trained: Path, action_server: ActionServer, tmp_path: Path
) -> None:
    with RunningEngine(trained, tmp_path / "output.txt", BALIE_ACTIONS_URL=action_server.url) as engine:
        engine.turn("m1", choice="/talk_to_coach")
        first = engine.turn("m2", text="Ik slaap slecht")
        engine.process.kill()
        engine.process.wait()

    with RunningEngine(trained, tmp_path / "output.txt", BALIE_ACTIONS_URL=action_server.url) as engine:
        assert engine.turn("m2", text="Ik slaap slecht") == first
        assert engine.turn("m3", text="ik@voorbeeld.nl")[1]["messages"][-1]["text"] == "Welke?"


def refusal(home: Path, **more: str) -> str:
    """What an engine says that can't start, as `balie` would show it; asserts status 1 and one sentence a language."""
    environment = os.environ | {
        "BALIE_HOME": str(home),
        "BALIE_PROJECT": str(PROJECT),
        "BALIE_ENGINE_PORT": str(free_port()),
        **more,
    }
    done = subprocess.run(
        [sys.executable, "-m", "nlu.run"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    said = [line for line in done.stderr.splitlines() if " INFO " not in line]
    assert len(said) == 2, done.stderr
    return "\n".join(said)


@pytest.fixture
def home(trained: Path, tmp_path: Path) -> Path:
    """A copy of the trained home that a test may spoil."""
    return Path(shutil.copytree(trained, tmp_path / "home"))


def test_no_model_is_said_in_a_sentence(tmp_path: Path) -> None:
    assert "balie nlu train" in refusal(make_home(tmp_path / "home"))


def test_a_half_trained_model_is_said_in_a_sentence(home: Path) -> None:
    model = home / "models" / "engine.tar.gz"
    model.write_bytes(model.read_bytes()[:1000])

    assert "balie nlu train" in refusal(home)


def test_a_model_of_another_kind_is_said_in_a_sentence(home: Path) -> None:
    from nlu.model import ModelShelf

    stray = home / "stray"
    stray.write_bytes(b"no archive")
    ModelShelf(home / "models").put(stray, "fingerprint")

    assert "balie nlu train" in refusal(home)


@pytest.mark.parametrize("name", ["engine.key", "engine.token"])
def test_a_damaged_or_missing_secret_is_said_in_a_sentence(home: Path, name: str) -> None:
    (home / "secrets" / name).write_text("damaged")
    assert name in refusal(home)

    (home / "secrets" / name).unlink()
    assert "balie up" in refusal(home)


def test_a_taken_port_is_said_in_a_sentence(trained: Path) -> None:
    with closing(socket.socket()) as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        port = door.getsockname()[1]

        assert f"{port}" in refusal(trained, BALIE_ENGINE_PORT=str(port))


@pytest.mark.parametrize("url", ["sqlite:////nowhere/at/all/tracker.db", "nonsense", "nonsense://x"])
def test_a_database_that_does_not_open_is_said_in_a_sentence(trained: Path, url: str) -> None:
    assert "BALIE_TRACKER_URL" in refusal(trained, BALIE_TRACKER_URL=url)


def test_a_setting_that_is_no_number_is_said_in_a_sentence(trained: Path) -> None:
    assert "BALIE_CONVERSATION_HOURS" in refusal(trained, BALIE_CONVERSATION_HOURS="soon")
    assert "BALIE_ENGINE_PORT" in refusal(trained, BALIE_ENGINE_PORT="-1")


@pytest.mark.parametrize("problem", [ImportError, OSError, RuntimeError])
def test_an_encoder_that_does_not_run_here_is_said_in_a_sentence(problem: type[Exception]) -> None:
    def does_not_load() -> None:
        raise problem

    with pytest.raises(SetupError, match="computer"):
        open_encoder(does_not_load)


def test_it_refuses_to_run_on_stores_that_are_not_balies_own(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, ours = desk.engine, [BalieChannel("token")]
    check_classes(engine, ours)

    for part, strange in (
        ("tracker_store", InMemoryTrackerStore(engine.domain)),
        ("tracker_store", FailSafeTrackerStore(engine.tracker_store)),
        ("lock_store", InMemoryLockStore()),
        ("action_endpoint", None),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(engine, part, strange)
            with pytest.raises(SetupError, match=type(strange).__name__):
                check_classes(engine, ours)
    for channels in ([], [*ours, *ours], ["rest"]):
        with pytest.raises(SetupError):
            check_classes(engine, channels)
