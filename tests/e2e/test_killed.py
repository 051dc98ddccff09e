"""kill -9 of each process in mid-journey: it comes back, the talk goes on, nothing acknowledged is lost, nothing doubled."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.e2e.client import Client
from tests.e2e.running import ROOT, Balie
from tests.e2e.test_journeys import reference_in


@pytest.fixture(scope="module")
def balie(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Balie]:
    """A Balie whose processes may be killed."""
    running = Balie(tmp_path_factory.mktemp("killed") / "home", "release-connect")
    running.start()
    yield running
    running.stop()


def tickets(balie: Balie) -> list[dict[str, Any]]:
    """What `balie tickets --json` tells."""
    done = subprocess.run(
        [sys.executable, "-m", "balie", "tickets", "--json"],
        cwd=ROOT,
        env=balie.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)
    assert isinstance(found, list)
    return found


def patiently(client: Client, body: dict[str, str], message_id: str) -> str:
    """Send until it is answered, with the same message id, as the widget does."""
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        try:
            answer = client.send(body, message_id)
        except httpx.HTTPError:
            time.sleep(0.3)
            continue
        if answer.status_code == 200 and not answer.json().get("again"):
            client.messages = answer.json()["messages"]
            return "\n".join(message["text"] for message in client.messages)
        time.sleep(0.3)
    raise TimeoutError("never answered")


def say(client: Client, text: str) -> str:
    """Type `text`, patiently."""
    return patiently(client, {"text": text}, str(uuid.uuid4()))


@pytest.mark.parametrize("victim", ["nlu", "actions", "bot"])
def test_a_talk_goes_on_after_its_process_was_killed_between_two_messages(balie: Balie, victim: str) -> None:
    client = Client(balie.bot)
    client.say("Ik wil me aanmelden")
    client.press("Ja")
    balie.kill(victim)
    assert "e-mail" in say(client, "Gijs Voorbeeld")
    assert "telefoon" in say(client, "gijs@voorbeeld.nl")


@pytest.mark.parametrize("delay", [0.0, 0.03, 0.15])
@pytest.mark.parametrize("victim", ["nlu", "actions", "bot"])
def test_an_acknowledged_intake_is_there_once_whatever_is_killed_meanwhile(
    balie: Balie, victim: str, delay: float
) -> None:
    before = {line["reference"] for line in tickets(balie)}
    client = Client(balie.bot)
    client.say("Ik wil me aanmelden")
    client.press("Ja")
    for text in (
        "Hanna Voorbeeld",
        f"hanna.{uuid.uuid4().hex[:6]}@voorbeeld.nl",
        "overslaan",
        "overslaan",
        "overslaan",
    ):
        client.say(text)
    client.press("Klopt")
    body, message_id = {"choice": client.choice("Ja")}, str(uuid.uuid4())
    killer = threading.Timer(delay, balie.kill, [victim])
    killer.start()
    first = patiently(client, body, message_id)
    killer.join()
    reference = reference_in(first)
    assert reference_in(patiently(client, body, message_id)) == reference
    after = {line["reference"] for line in tickets(balie)}
    assert after - before == {reference}


def test_the_desk_comes_back(balie: Balie) -> None:
    balie.kill("desk")
    assert "desk" in balie.said()
    assert httpx.get(f"{balie.desk}/aanmelden", trust_env=False).status_code == 200
