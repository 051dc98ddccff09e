import json
from collections.abc import AsyncIterator

import httpx
import pytest

from bot import engine as module
from bot.engine import Engine, EngineAway, Turn
from tests.bot.engine_double import TOKEN, EngineDouble
from tests.ports import free_port

pytestmark = pytest.mark.anyio


@pytest.fixture
async def client(engine_url: str) -> AsyncIterator[Engine]:
    engine = Engine(engine_url, TOKEN)
    yield engine
    await engine.close()


def _turn(text: str | None = "Hoe lang?", payload: str | None = None) -> Turn:
    return Turn("c1", "m1", "nl", "web", False, text=text, payload=payload)


async def test_words_and_choices_travel_in_separate_fields(client: Engine, engine: EngineDouble) -> None:
    await client.turn(_turn("/request_erasure"))
    await client.turn(Turn("c1", "m2", "en", "telegram", True, payload="/affirm"))
    words, choice = engine.heard
    assert words["text"] == "/request_erasure"
    assert "choice" not in words
    assert choice["choice"] == "/affirm"
    assert "text" not in choice
    assert (choice["language"], choice["channel"], choice["verified"]) == ("en", "telegram", True)


async def test_a_whole_answer_is_read(client: Engine, engine: EngineDouble) -> None:
    engine.says = [
        {
            "text": "Zeven jaar.",
            "choices": [{"label": "Ja", "payload": "/affirm"}],
            "link": {"label": "Meer lezen", "url": "https://example.org"},
            "quote": {"text": "minimaal 7 jaar", "place": "§ 7"},
        }
    ]
    answer = await client.turn(_turn())
    (reply,) = answer.replies
    assert reply.choices[0].payload == "/affirm"
    assert reply.link is not None
    assert reply.quote is not None
    assert answer.intent == "ask_retention"


async def test_every_way_of_failing_is_one_plain_error(
    client: Engine, engine: EngineDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.failing = 1
    with pytest.raises(EngineAway):
        await client.turn(_turn())
    engine.away = True
    with pytest.raises(EngineAway):
        await client.turn(_turn())
    assert not await client.ready()
    nobody = Engine(f"http://127.0.0.1:{free_port()}", TOKEN)
    with pytest.raises(EngineAway):
        await nobody.turn(_turn())
    await nobody.close()


async def test_an_engine_that_is_too_slow_is_not_waited_for(
    engine: EngineDouble, engine_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PATIENCE", httpx.Timeout(0.2))
    engine.delay = 5
    impatient = Engine(engine_url, TOKEN)
    with pytest.raises(EngineAway):
        await impatient.turn(_turn())
    await impatient.close()


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"messages": [{}]}', b"not json", json.dumps({"messages": None}).encode()]
)
async def test_an_unreadable_answer_is_no_crash(body: bytes) -> None:
    engine = Engine(
        "http://engine", TOKEN, transport=httpx.MockTransport(lambda _: httpx.Response(200, content=body))
    )
    with pytest.raises(EngineAway) as failure:
        await engine.turn(_turn("mijn geheim"))
    assert "geheim" not in repr(failure.value)
    assert failure.value.__cause__ is None


async def test_the_token_is_asked_for(engine_url: str) -> None:
    stranger = Engine(engine_url, "another-token")
    with pytest.raises(EngineAway):
        await stranger.turn(_turn())
    await stranger.close()
