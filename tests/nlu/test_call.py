"""The shape of a call, and texts that Rasa can't take for a payload."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.call import BadCall, clean, is_command, read_call

GOOD: dict[str, Any] = {
    "conversation": "c_1-A",
    "message_id": "0b3f6a52-6f1e-4c7e-9a5f-6a2f1b0c9d3e",
    "text": "hallo",
    "language": "nl",
    "channel": "web",
    "verified": False,
}


def test_a_good_call_is_read() -> None:
    call = read_call(json.dumps(GOOD).encode())

    assert (call.conversation, call.text, call.choice) == ("c_1-A", "hallo", None)
    assert call.known == {"language": "nl", "channel": "web", "verified": False}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"conversation": "../../etc"}, "conversation"),
        ({"conversation": ""}, "conversation"),
        ({"conversation": 7}, "conversation"),
        ({"conversation": "c" * 65}, "conversation"),
        ({"message_id": None}, "message_id"),
        ({"message_id": "a b"}, "message_id"),
        ({"text": None}, "text_or_choice"),
        ({"choice": "/greet"}, "text_or_choice"),
        ({"text": 5}, "text"),
        ({"text": "a" * 10_001}, "text"),
        ({"language": "fr"}, "language"),
        ({"language": ["nl"]}, "language"),
        ({"channel": "Web"}, "channel"),
        ({"verified": "yes"}, "verified"),
        ({"verified": None}, "verified"),
        ({"aside": "yes"}, "aside"),
        ({"aside": None}, "aside"),
    ],
)
def test_every_other_shape_is_refused_by_the_name_of_the_part(change: dict[str, Any], code: str) -> None:
    with pytest.raises(BadCall) as refused:
        read_call(json.dumps(GOOD | change).encode())

    assert refused.value.code == code


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"text"', b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_json_object_is_refused(body: bytes) -> None:
    with pytest.raises(BadCall) as refused:
        read_call(body)

    assert refused.value.code == "json"


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    with pytest.raises(BadCall):
        read_call(body)


@given(st.text())
def test_a_cleaned_text_never_begins_like_a_payload_and_stays_clean(text: str) -> None:
    cleaned = clean(text)

    assert not cleaned.strip().startswith("/")
    assert clean(cleaned) == cleaned
    assert all(sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cf", "Cs") for sign in cleaned)


@given(
    st.text(alphabet=" \t\n/\\\u00a0\u2003\u2028\u3000\u200b\ufeff\u202e\x00\x1c", max_size=12),
    st.text(max_size=20),
)
def test_no_mixture_of_spaces_and_slashes_gets_a_payload_through(front: str, rest: str) -> None:
    assert not clean(f"{front}/{rest}").strip().startswith("/")


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("/ja", True),
        ("\u200b \u3000/ja", True),
        ("\uff0fja", True),
        ("\\ja", True),
        ("ja", False),
        ("50/50", False),
    ],
)
def test_a_text_that_begins_like_a_payload_is_known_for_one(text: str, command: bool) -> None:
    assert is_command(text) is command


def test_whether_something_came_in_between_is_told_or_it_did_not() -> None:
    assert read_call(json.dumps(GOOD).encode()).aside is False
    assert read_call(json.dumps(GOOD | {"aside": True}).encode()).aside is True


def test_what_people_write_stays_as_it_is() -> None:
    for text in (
        "Ik wil 24/7 antwoord",
        "50/50?",
        "één\ntwee",
        "naïef – café",
        "👩‍👩‍👧".replace("\u200d", ""),
    ):
        assert clean(text) == text
