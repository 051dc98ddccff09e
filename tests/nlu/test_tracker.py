"""Conversation events on disk: sealed, for some hours, erased for good; in SQLite and in PostgreSQL."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from rasa.core.tracker_store import check_if_tracker_store_async
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from nlu.settings import SetupError
from nlu.tracker import ConversationForked, SealedTrackerStore, capped, conversations, open_database
from store.sealing import SealError, is_sealed
from tests.nlu.conftest import PROJECT, Desk

POSTGRES = os.environ.get("BALIE_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1:5432")
SECRET = "Truus van Dalen, 0612345678, truus@voorbeeld.nl"


@pytest.fixture(scope="module")
def domain() -> Domain:
    return Domain.load(str(PROJECT / "domain.yml"))


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    file = tmp_path / "engine.key"
    file.write_text(base64.b64encode(secrets.token_bytes(32)).decode())
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database's URL, once for each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'tracker.db'}"
        return
    with closing(socket.socket()) as door:
        if door.connect_ex(("127.0.0.1", 5432)) != 0:
            pytest.skip("no PostgreSQL server on this machine")
    name = f"balie_engine_{secrets.token_hex(6)}"
    server = sa.create_engine(
        f"{POSTGRES}/postgres".replace("+psycopg:", "+psycopg2:"), isolation_level="AUTOCOMMIT"
    )
    with server.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    yield f"{POSTGRES}/{name}"
    with server.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture
def store(url: str, key_file: Path, domain: Domain) -> SealedTrackerStore:
    return SealedTrackerStore(domain, host=url, key_file=str(key_file), hours=1)


def said(text: str) -> list[Event]:
    return [
        UserUttered(text, {"name": "inform", "confidence": 1.0}),
        SlotSet("note_text", text),
        BotUttered(f"U zei: {text}"),
        ActionExecuted("action_listen"),
    ]


def talk(store: SealedTrackerStore, conversation: str, *texts: str) -> DialogueStateTracker:
    async def turns() -> DialogueStateTracker:
        tracker = await store.get_or_create_tracker(conversation)
        for text in texts:
            tracker.update_with_events(said(text), store.domain)
            await store.save(tracker)
        return tracker

    return asyncio.run(turns())


def retrieve(store: SealedTrackerStore, conversation: str) -> DialogueStateTracker | None:
    return asyncio.run(store.retrieve(conversation))


def rows(url: str) -> list[sa.engine.Row]:
    with open_database(url).connect() as connection:
        return list(connection.execute(sa.select(conversations)))


def test_a_conversation_comes_back_as_it_was(store: SealedTrackerStore) -> None:
    told = talk(store, "c1", "een", "twee")
    kept = retrieve(store, "c1")

    assert kept is not None
    assert [event.as_dict() for event in kept.events] == [event.as_dict() for event in told.events]
    assert kept.get_slot("note_text") == "twee"
    assert list(asyncio.run(store.keys())) == ["c1"]


def test_it_is_a_tracker_store_that_rasa_need_not_wrap(store: SealedTrackerStore) -> None:
    assert check_if_tracker_store_async(store)


def test_a_conversation_without_a_turn_is_not_written(store: SealedTrackerStore, url: str) -> None:
    asyncio.run(store.get_or_create_tracker("c1"))

    assert rows(url) == []
    assert retrieve(store, "c1") is None


def test_nothing_readable_is_on_disk(store: SealedTrackerStore, url: str, tmp_path: Path) -> None:
    talk(store, "c1", SECRET)

    (row,) = rows(url)
    assert is_sealed(bytes(row.events))
    shown = json.dumps([row.id, bytes(row.events).hex(), row.version, row.expires_at])
    assert "Truus" not in shown
    for file in tmp_path.iterdir():
        for form in (
            SECRET.encode(),
            SECRET.encode("utf-16-le"),
            base64.b64encode(SECRET.encode())[:-4],
            b"note_text",
        ):
            assert form not in file.read_bytes()


def test_events_moved_to_another_conversation_do_not_open(store: SealedTrackerStore, url: str) -> None:
    talk(store, "c1", SECRET)
    talk(store, "c2", "hallo")
    with open_database(url).begin() as connection:
        stolen = connection.execute(
            sa.select(conversations.c.events).where(conversations.c.id == "c1")
        ).scalar()
        connection.execute(sa.update(conversations).where(conversations.c.id == "c2").values(events=stolen))

    with pytest.raises(SealError):
        retrieve(store, "c2")


def test_another_key_opens_nothing(
    store: SealedTrackerStore, url: str, key_file: Path, domain: Domain
) -> None:
    talk(store, "c1", SECRET)
    key_file.write_text(base64.b64encode(secrets.token_bytes(32)).decode())

    with pytest.raises(SealError):
        retrieve(SealedTrackerStore(domain, host=url, key_file=str(key_file)), "c1")


def test_erasing_leaves_no_trace_in_the_file(key_file: Path, domain: Domain, tmp_path: Path) -> None:
    file = tmp_path / "tracker.db"
    store = SealedTrackerStore(domain, host=f"sqlite:///{file}", key_file=str(key_file))
    talk(store, "c-to-erase", *[f"{SECRET} {number}" for number in range(200)])
    sealed = bytes(rows(f"sqlite:///{file}")[0].events)

    asyncio.run(store.erase("c-to-erase"))

    assert retrieve(store, "c-to-erase") is None
    for left in (path.read_bytes() for path in tmp_path.iterdir()):
        assert b"c-to-erase" not in left
        assert not any(sealed[start : start + 32] in left for start in range(0, len(sealed) - 32, 512))


def test_erasing_what_is_not_there_is_no_error(store: SealedTrackerStore) -> None:
    asyncio.run(store.erase("never"))


def test_after_its_term_a_conversation_is_gone_without_a_next_message(
    url: str, key_file: Path, domain: Domain, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SealedTrackerStore(domain, host=url, key_file=str(key_file), hours=2)
    talk(store, "old", "hallo")
    began = time.time()
    monkeypatch.setattr("nlu.tracker.time.time", lambda: began + 1.5 * 3600)
    talk(store, "young", "hallo")

    monkeypatch.setattr("nlu.tracker.time.time", lambda: began + 2.5 * 3600)

    assert retrieve(store, "old") is None
    assert list(asyncio.run(store.keys())) == ["young"]
    assert asyncio.run(store.purge()) == 1
    assert [row.id for row in rows(url)] == ["young"]


def test_a_conversation_may_begin_anew_after_its_term(
    store: SealedTrackerStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk(store, "c1", "vroeger")
    began = time.time()
    monkeypatch.setattr("nlu.tracker.time.time", lambda: began + 2 * 3600)

    talk(store, "c1", "nu")

    kept = retrieve(store, "c1")
    assert kept is not None
    assert [event.text for event in kept.events if isinstance(event, UserUttered)] == ["nu"]


def test_two_turns_at_once_cannot_fork_a_conversation(store: SealedTrackerStore) -> None:
    async def both() -> None:
        mine, theirs = await store.get_or_create_tracker("c1"), await store.get_or_create_tracker("c1")
        mine.update_with_events(said("een"), store.domain)
        await store.save(mine)
        theirs.update_with_events(said("twee"), store.domain)
        with pytest.raises(ConversationForked):
            await store.save(theirs)
        late = await store.retrieve("c1")
        mine.update_with_events(said("drie"), store.domain)
        await store.save(mine)
        assert late is not None
        late.update_with_events(said("vier"), store.domain)
        with pytest.raises(ConversationForked):
            await store.save(late)

    asyncio.run(both())


def test_a_turn_on_an_erased_conversation_does_not_bring_it_back(store: SealedTrackerStore) -> None:
    async def erased_meanwhile() -> None:
        tracker = await store.get_or_create_tracker("c1")
        tracker.update_with_events(said("een"), store.domain)
        await store.save(tracker)
        await store.erase("c1")
        tracker.update_with_events(said("twee"), store.domain)
        with pytest.raises(ConversationForked):
            await store.save(tracker)
        assert await store.retrieve("c1") is None

    asyncio.run(erased_meanwhile())


def test_a_long_conversation_is_cut_at_a_turn_and_keeps_what_it_knows(domain: Domain) -> None:
    tracker = DialogueStateTracker("c1", domain.slots)
    tracker.update_with_events([SlotSet("note_address", "0612345678"), ActiveLoop("note_form")], domain)
    tracker.update(SlotSet("requested_slot", "note_text"), domain)
    for number in range(100):
        tracker.update_with_events(said(f"bericht {number}"), domain)

    kept = DialogueStateTracker.from_events("c1", capped(tracker, 50), domain.slots)

    assert len(kept.events) <= 50 + len(domain.slots) + 2
    first = next(place for place, event in enumerate(kept.events) if isinstance(event, UserUttered))
    assert all(
        isinstance(event, (SlotSet, ActiveLoop, ActionExecuted)) for event in list(kept.events)[:first]
    )
    assert kept.current_slot_values() == tracker.current_slot_values()
    assert kept.active_loop_name == "note_form"
    assert kept.latest_message is not None
    assert kept.latest_message.text == "bericht 99"
    assert kept.latest_action_name == tracker.latest_action_name


def test_a_short_conversation_is_not_cut(domain: Domain) -> None:
    tracker = DialogueStateTracker.from_events("c1", said("hallo"), domain.slots)

    assert capped(tracker, 50) == list(tracker.events)


def test_a_turn_that_cannot_be_kept_fails(desk: Desk) -> None:
    desk.say("hallo")
    with desk.engine.tracker_store._engine.begin() as connection:
        connection.execute(
            sa.text(
                "CREATE TRIGGER full BEFORE UPDATE ON engine_conversation BEGIN SELECT RAISE(FAIL, 'full'); END"
            )
        )

    with pytest.raises(sa.exc.DBAPIError):
        desk.say("hallo", conversation="c1")


def test_a_conversation_that_cannot_be_read_fails_and_is_not_begun_anew(desk: Desk) -> None:
    desk.say("hallo")
    with desk.engine.tracker_store._engine.begin() as connection:
        connection.execute(sa.update(conversations).values(events=b"\x01damaged"))

    with pytest.raises(SealError):
        desk.say("hallo")
    assert desk.run(desk.engine.tracker_store.keys()) == ["c1"]


@pytest.mark.parametrize("content", ["", "short", base64.b64encode(b"x" * 31).decode(), "é" * 44])
def test_a_damaged_key_file_is_named_in_a_sentence(tmp_path: Path, content: str) -> None:
    (tmp_path / "engine.key").write_text(content)

    with pytest.raises(SetupError, match=r"engine\.key"):
        SealedTrackerStore(host="sqlite://", key_file=str(tmp_path / "engine.key"))


def test_the_database_and_its_journals_are_their_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "tracker.db"
    file.touch(mode=0o644)
    file.chmod(0o644)
    with open_database(f"sqlite:///{file}").begin():
        modes = {part.name: part.stat().st_mode & 0o777 for part in tmp_path.glob("tracker.db*")}

    assert set(modes.values()) == {0o600}
    assert "tracker.db-wal" in modes
