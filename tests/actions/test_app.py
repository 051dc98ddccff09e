"""The door of the action server lets in Rasa only, and never says or logs what a client wrote."""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import Any

import httpx
import pytest

from actions.talk import Help
from tests.actions.calls import TOKEN, Desk

SECRET = "Roodborstje van Nergenshuizen"


def test_a_call_without_the_token_is_refused(desk: Desk) -> None:
    assert desk.post({"next_action": "action_help", "tracker": {}}, token="another").status == 401


@pytest.mark.parametrize("call", [None, [], "x", {}, {"next_action": 1}, {"next_action": "action_help"}])
def test_what_is_no_call_is_refused(desk: Desk, call: Any) -> None:
    assert desk.post(call).status == 400


def test_an_unknown_action_is_named_as_such(desk: Desk) -> None:
    tracker = {"sender_id": desk.conversation, "latest_message": {}}
    assert desk.post({"next_action": "action_unheard_of", "tracker": tracker}).status == 404


def test_a_failing_action_gives_away_no_word_of_the_client(
    desk: Desk, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    # No message id: this did not come by Balie's own channel, so the action fails.
    tracker = {"sender_id": desk.conversation, "latest_message": {"text": SECRET, "metadata": {}}}

    async def send() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(desk.app), base_url="http://a") as client:
            return await client.post(
                "/webhook",
                json={"next_action": "action_help", "tracker": tracker},
                headers={"Authorization": f"Bearer {TOKEN}"},
            )

    with caplog.at_level(logging.DEBUG):
        response = asyncio.run(send())
    assert response.status_code == 500
    assert response.json() == {"error": "failed", "action_name": "action_help"}
    printed = capsys.readouterr()
    assert SECRET not in caplog.text + printed.out + printed.err + response.text
    assert "action_help failed: KeyError" in caplog.text


def test_the_door_says_that_it_is_there(desk: Desk) -> None:
    async def look() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(desk.app), base_url="http://a") as client:
            return await client.get("/health/live")

    assert asyncio.run(look()).status_code == 200


def test_a_slow_act_holds_up_nobody_elses_turn(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    both_inside = threading.Barrier(2)

    def meet(*_: Any) -> list[Any]:
        both_inside.wait(timeout=10)  # passes only when two calls are inside at the same time
        return []

    monkeypatch.setattr(Help, "do", meet)
    tracker = {"sender_id": "c", "latest_message": {"metadata": {"turn": "t"}}}
    call = {"next_action": "action_help", "tracker": tracker}

    async def both() -> list[int]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(desk.app), base_url="http://a") as client:
            calls = (
                client.post("/webhook", json=call, headers={"Authorization": f"Bearer {TOKEN}"})
                for _ in range(2)
            )
            return [response.status_code for response in await asyncio.gather(*calls)]

    assert asyncio.run(both()) == [200, 200]
