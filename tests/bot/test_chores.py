import asyncio
import logging
from contextlib import suppress

import pytest

from bot import chores
from bot.engine import Engine
from bot.talk import Talk
from casework import conversations
from casework.office import Office
from tests.bot.conftest import Clock
from tests.bot.engine_double import TOKEN, EngineDouble

pytestmark = pytest.mark.anyio


async def test_a_chore_that_fails_is_done_again_and_leaves_no_words_in_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(chores, "AFTER_FAILURE", 0)
    done = asyncio.Event()
    tries: list[int] = []

    async def chore() -> None:
        tries.append(1)
        if len(tries) == 1:
            raise ValueError("the words of a client")
        done.set()

    with caplog.at_level(logging.DEBUG):
        running = asyncio.create_task(chores.again_and_again(chore, 0))
        await asyncio.wait_for(done.wait(), 5)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
    assert "a chore failed: ValueError" in caplog.text
    assert "words of a client" not in caplog.text


@pytest.mark.obligation(50)
async def test_a_conversation_whose_term_ends_is_erased_here_and_at_the_engine(
    office: Office, clock: Clock, engine: EngineDouble, engine_url: str
) -> None:
    opened = conversations.begin(office, "nl", "web")
    client = Engine(engine_url, TOKEN)
    clock.ahead += conversations.enter(office, opened.id, opened.token).expires_at - clock()
    await chores.let_terms_end(office)
    await chores.forget_wiped(Talk(office, client))
    await client.close()
    assert engine.forgotten == [opened.id]
    assert conversations.to_forget(office) == ()


async def test_a_wipe_that_the_engine_missed_is_made_good_when_it_is_back(
    office: Office, engine: EngineDouble, engine_url: str
) -> None:
    opened = conversations.begin(office, "nl", "web")
    conversations.wipe(office, opened.id)
    client = Engine(engine_url, TOKEN)
    talk = Talk(office, client)
    engine.away = True
    await chores.forget_wiped(talk)
    assert conversations.to_forget(office) == (opened.id,)
    engine.away = False
    await chores.forget_wiped(talk)
    await client.close()
    assert conversations.to_forget(office) == ()
