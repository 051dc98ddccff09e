import json
from typing import Any
from uuid import uuid4

import httpx
import pytest

from casework import conversations, deliveries
from casework.messages import Reply
from casework.office import Office
from tests.bot.conftest import Clock
from tests.bot.engine_double import EngineDouble


@pytest.fixture
def opened(http: httpx.Client) -> dict[str, Any]:
    answer = http.post("/api/conversations", json={"language": "nl", "channel": "web"})
    assert answer.status_code == 201
    body: dict[str, Any] = answer.json()
    return body


def _bearer(opened: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {opened['token']}"}


def _say(http: httpx.Client, opened: dict[str, Any], **said: Any) -> httpx.Response:
    body = {"client_message_id": str(uuid4())} | said
    return http.post(f"/api/conversations/{opened['id']}/messages", json=body, headers=_bearer(opened))


def _problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert set(body) == {"type", "title", "status", "detail", "code"}
    assert (body["status"], body["code"]) == (status, code)
    return body


def test_a_conversation_is_as_the_design_says(http: httpx.Client, opened: dict[str, Any]) -> None:
    assert set(opened) == {"id", "token", "language", "messages"}
    message = opened["messages"][0]
    assert set(message) == {"id", "from", "text", "choices", "link", "quote", "at"}
    assert message["at"].endswith(("Z", "+00:00"))
    pressed = _say(http, opened, choice=message["choices"][0]["id"])
    assert pressed.status_code == 200
    assert pressed.json()["messages"][0]["text"] == "Dit antwoordt de motor."


def test_the_same_client_message_id_gives_the_same_answer(
    http: httpx.Client, opened: dict[str, Any], engine: EngineDouble
) -> None:
    name = str(uuid4())
    answers = [_say(http, opened, text="Hoe lang?", client_message_id=name).json() for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert len(engine.heard) == 1


def test_what_was_said_can_be_read_again(http: httpx.Client, opened: dict[str, Any]) -> None:
    _say(http, opened, text="Hoe lang?")
    again = http.get(f"/api/conversations/{opened['id']}/messages", headers=_bearer(opened)).json()
    assert [message["text"] for message in again["messages"]][1:] == ["Dit antwoordt de motor."]


def test_wiping_answers_and_then_the_conversation_is_not_there(
    http: httpx.Client, opened: dict[str, Any]
) -> None:
    path = f"/api/conversations/{opened['id']}"
    wiped = http.delete(path, headers=_bearer(opened)).json()
    assert wiped["over"]
    assert wiped["messages"][0]["text"] == "Dit gesprek is gewist."
    _problem(http.delete(path, headers=_bearer(opened)), 404, "not_found")


def test_unknown_wrong_and_wiped_look_all_the_same(http: httpx.Client, opened: dict[str, Any]) -> None:
    wrong = _say(http, opened | {"token": "wrong"}, text="Hallo")
    unknown = _say(http, opened | {"id": "unknown"}, text="Hallo")
    assert _problem(wrong, 404, "not_found") == _problem(unknown, 404, "not_found")
    stream = http.get(f"/api/conversations/{opened['id']}/events", headers={"Authorization": "Bearer wrong"})
    _problem(stream, 404, "not_found")


def test_a_call_without_a_token_says_so(http: httpx.Client, opened: dict[str, Any]) -> None:
    answer = http.get(f"/api/conversations/{opened['id']}/messages")
    _problem(answer, 401, "no_token")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_misshapen_message_gets_a_plain_sentence_and_no_echo(
    http: httpx.Client, opened: dict[str, Any], engine: EngineDouble
) -> None:
    name = {"client_message_id": str(uuid4())}
    for body in (
        {},
        {"text": "a"},
        {"client_message_id": "x", "text": "a"},
        name,
        name | {"text": "a", "choice": "b"},
        name | {"text": 3},
        name | {"text": "a", "verified": True},
        name | {"choice": "\ud800"},
    ):
        headers = _bearer(opened) | {"Content-Type": "application/json"}
        answer = http.post(
            f"/api/conversations/{opened['id']}/messages", content=json.dumps(body), headers=headers
        )
        _problem(answer, 400, "unreadable")
    assert engine.heard == []


def test_no_json_is_unreadable_too(http: httpx.Client, opened: dict[str, Any]) -> None:
    path = f"/api/conversations/{opened['id']}/messages"
    _problem(
        http.post(path, content=b"{", headers=_bearer(opened) | {"Content-Type": "application/json"}),
        400,
        "unreadable",
    )


def test_too_long_and_too_large_are_told_apart_and_nothing_is_cut(
    http: httpx.Client, opened: dict[str, Any], engine: EngineDouble
) -> None:
    assert "10001" in _problem(_say(http, opened, text="a" * 10_001), 422, "too_long")["detail"]
    _problem(_say(http, opened, text="a" * 300_000), 413, "too_large")
    assert _say(http, opened, text="\U0001f642" * 9_999 + "a").status_code == 200
    assert len(engine.heard) == 1


def test_half_a_character_is_no_crash(
    http: httpx.Client, opened: dict[str, Any], engine: EngineDouble
) -> None:
    body = json.dumps({"text": "a\ud800b\x00c", "client_message_id": str(uuid4())})
    headers = _bearer(opened) | {"Content-Type": "application/json"}
    assert (
        http.post(f"/api/conversations/{opened['id']}/messages", content=body, headers=headers).status_code
        == 200
    )
    assert engine.heard[0]["text"] == "abc"


def test_a_choice_that_was_not_offered_is_explained(http: httpx.Client, opened: dict[str, Any]) -> None:
    _problem(_say(http, opened, choice="/request_erasure"), 422, "not_offered")


def test_problems_are_in_the_conversations_language(http: httpx.Client, engine: EngineDouble) -> None:
    opened = http.post("/api/conversations", json={"language": "en"}).json()
    engine.away = True
    answer = _say(http, opened, text="Hello")
    assert _problem(answer, 503, "away")["detail"].startswith("I can't answer just now.")
    assert answer.headers["content-language"] == "en"
    assert answer.headers["retry-after"]
    engine.away = False


@pytest.mark.parametrize("wish", [{}, {"language": None}])
def test_without_a_language_a_conversation_begins_in_dutch_and_follows_the_person(
    http: httpx.Client, wish: dict[str, None]
) -> None:
    opened = http.post("/api/conversations", json=wish).json()
    assert opened["language"] == "nl"
    assert _say(http, opened, text="Can you tell me what you know about me").json()["language"] == "en"


def test_an_unknown_language_is_refused(http: httpx.Client) -> None:
    _problem(http.post("/api/conversations", json={"language": "de"}), 400, "unreadable")


def test_an_engine_that_failed_once_answers_the_same_message_later(
    http: httpx.Client, opened: dict[str, Any], engine: EngineDouble
) -> None:
    engine.failing = 1
    name = str(uuid4())
    _problem(_say(http, opened, text="Hoe lang?", client_message_id=name), 503, "away")
    assert _say(http, opened, text="Hoe lang?", client_message_id=name).status_code == 200


def test_a_telegram_talk_goes_on_here_by_a_link_that_works_once(http: httpx.Client, office: Office) -> None:
    begun = conversations.begin_in_chat(office, 5, "en")
    deliveries.deliver(office, begun.id, Reply("Earlier words."))
    token = conversations.hand_over(office, begun.id)
    opened = http.post("/api/handover", json={"token": token}).json()
    assert (opened["id"], opened["language"]) == (begun.id, "en")
    assert opened["messages"][-1]["text"] == "Earlier words."
    assert _say(http, opened, text="Hello").status_code == 200
    _problem(http.post("/api/handover", json={"token": token}), 410, "gone")


def test_an_expired_conversation_is_not_found(
    http: httpx.Client, opened: dict[str, Any], clock: Clock, office: Office
) -> None:
    clock.ahead += conversations.enter(office, opened["id"], opened["token"]).expires_at - clock()
    _problem(_say(http, opened, text="Hallo"), 404, "not_found")


def test_who_sends_very_much_is_slowed_and_never_loses_a_message(
    http: httpx.Client, opened: dict[str, Any], engine: EngineDouble
) -> None:
    statuses = [_say(http, opened, text=f"bericht {number}").status_code for number in range(22)]
    assert statuses == [200] * 22
    assert len(engine.heard) == 22


def test_words_that_answer_an_older_question_than_the_last_are_not_handled(
    http: httpx.Client, opened: dict[str, Any], engine: EngineDouble
) -> None:
    """Two tabs of one conversation: the one asks for a telephone number, the other still shows the name's question."""
    shown = opened["messages"][-1]["at"]

    def say(text: str, seen_until: str) -> httpx.Response:
        return http.post(
            f"/api/conversations/{opened['id']}/messages",
            headers={"Authorization": f"Bearer {opened['token']}"},
            json={"text": text, "seen_until": seen_until, "client_message_id": str(uuid4())},
        )

    first = say("Noor", shown)
    assert first.status_code == 200
    late = say("Bakker", shown)
    assert late.status_code == 409
    assert late.json()["code"] == "moved_on"
    assert "in een ander venster" in late.json()["detail"]
    assert [turn["text"] for turn in engine.heard] == ["Noor"]
    assert say("ik wil dood", shown).status_code == 200
    last = http.get(
        f"/api/conversations/{opened['id']}/messages", headers={"Authorization": f"Bearer {opened['token']}"}
    ).json()["messages"][-1]
    assert say("Bakker", last["at"]).status_code == 200
