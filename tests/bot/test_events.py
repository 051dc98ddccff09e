import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from casework import conversations, deliveries, notes, tickets
from casework.conversations import Opened
from casework.messages import Offer, Reply
from casework.office import Office, Once
from store import conversations as conversation_rows


@pytest.fixture
def opened(office: Office) -> Opened:
    return conversations.begin(office, "nl", "web")


class Stream:
    """An open stream of events, read one by one."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.iter_lines()

    def next(self) -> dict[str, Any]:
        event: dict[str, Any] = {}
        for line in self._lines:
            if not line:
                if event:
                    return event
                continue
            name, _, value = line.partition(": ")
            if name:
                event[name] = json.loads(value) if name == "data" else value
        return {"closed": True}


@pytest.fixture
def listen(http: httpx.Client, opened: Opened) -> Iterator[Any]:
    open_streams: list[Any] = []

    def start(last: str | None = None) -> Stream:
        headers = {"Authorization": f"Bearer {opened.token}"} | ({"Last-Event-ID": last} if last else {})
        context = http.stream("GET", f"/api/conversations/{opened.id}/events", headers=headers)
        open_streams.append(context)
        response = context.__enter__()
        stream = Stream(response)
        assert stream.next() == {"retry": "2000"}
        return stream

    yield start
    for context in open_streams:
        context.__exit__(None, None, None)


def test_the_coachs_answer_arrives_in_every_open_tab(listen: Any, office: Office, opened: Opened) -> None:
    tabs = [listen(), listen()]
    deliveries.deliver(office, opened.id, Reply("Donderdag kan.", (Offer("Goed", "/affirm"),)))
    events = [tab.next() for tab in tabs]
    assert events[0] == events[1]
    assert events[0]["event"] == "message"
    assert events[0]["data"]["text"] == "Donderdag kan."
    assert "/affirm" not in json.dumps(events[0])


def test_what_arrives_says_whether_the_coach_or_the_computer_speaks(
    listen: Any, office: Office, opened: Opened, http: httpx.Client
) -> None:
    stream = listen()
    receipt = notes.leave(
        office, opened.id, "question", "Kan het eerder?", None, None, Once(f"{opened.id}:1")
    )
    ticket = next(line for line in tickets.due_list(office) if line.reference == receipt.reference)
    tickets.answer(office, ticket.id, "Past dinsdag om tien uur?", "coach")
    deliveries.deliver(office, opened.id, Reply("Dit onderdeel is klaar."))
    assert [stream.next()["data"]["from"] for _ in range(2)] == ["coach", "balie"]
    headers = {"Authorization": f"Bearer {opened.token}"}
    past = http.get(f"/api/conversations/{opened.id}/messages", headers=headers).json()["messages"]
    assert [message["from"] for message in past] == ["balie", "coach", "balie"]


def test_a_stream_goes_on_after_the_last_event_that_was_seen(
    listen: Any, office: Office, opened: Opened
) -> None:
    for text in ("een", "twee", "drie"):
        deliveries.deliver(office, opened.id, Reply(text))
    first = listen()
    seen = [first.next() for _ in range(3)]
    assert [event["data"]["text"] for event in seen] == ["een", "twee", "drie"]
    again = listen(seen[1]["id"])
    assert again.next()["data"]["text"] == "drie"


def test_anothers_messages_do_not_come_along(listen: Any, office: Office, opened: Opened) -> None:
    stream = listen()
    other = conversations.begin(office, "nl", "web")
    deliveries.deliver(office, other.id, Reply("Voor een ander."))
    deliveries.deliver(office, opened.id, Reply("Voor u."))
    assert stream.next()["data"]["text"] == "Voor u."


def test_the_stream_says_when_the_conversation_is_over(listen: Any, office: Office, opened: Opened) -> None:
    stream = listen()
    conversations.wipe(office, opened.id)
    deliveries.deliver(office, conversations.begin(office, "nl", "web").id, Reply("Wakker."))
    assert stream.next()["event"] == "over"
    assert stream.next() == {"closed": True}


def _waiting(office: Office, channel: str) -> int:
    """How many deliveries nobody has said to have seen."""
    with office.store.read() as reading:
        return len(list(conversation_rows.not_taken(reading, channel)))


def test_a_message_counts_as_seen_when_the_client_says_so_and_not_before(
    listen: Any, http: httpx.Client, office: Office, opened: Opened
) -> None:
    stream = listen()
    deliveries.deliver(office, opened.id, Reply("Een"))
    event = stream.next()
    assert _waiting(office, "web") == 1
    path, headers = f"/api/conversations/{opened.id}/events/seen", {"Authorization": f"Bearer {opened.token}"}
    assert http.post(path, json={"id": int(event["id"])}, headers=headers).status_code == 204
    assert _waiting(office, "web") == 0


def test_coming_back_after_an_event_says_that_it_was_seen(
    listen: Any, office: Office, opened: Opened
) -> None:
    deliveries.deliver(office, opened.id, Reply("Een"))
    listen(str(deliveries.newest(office)))
    assert _waiting(office, "web") == 0


def test_a_web_page_that_shows_a_telegram_talk_takes_nothing_away_from_telegram(
    http: httpx.Client, office: Office
) -> None:
    begun = conversations.begin_in_chat(office, 3, "nl")
    taken_over = conversations.take_over(office, conversations.hand_over(office, begun.id))
    deliveries.deliver(office, begun.id, Reply("Een"))
    last = deliveries.newest(office)
    path, headers = f"/api/conversations/{begun.id}/events", {"Authorization": f"Bearer {taken_over.token}"}
    assert http.post(f"{path}/seen", json={"id": last}, headers=headers).status_code == 204
    with http.stream("GET", path, headers=headers | {"Last-Event-ID": str(last)}) as response:
        Stream(response).next()
    assert len(deliveries.pending_in_telegram(office)) == 1
