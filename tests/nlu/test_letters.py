"""A letter is read sentence by sentence, and leaves the encoder to others in between."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from nlu import encoder, letters
from nlu.call import TEXT_LIMIT, read_call
from nlu.channel import take_turn
from nlu.letters import WHOLE
from nlu.promising import READ, SHORT
from nlu.sentences import LONGEST
from tests.nlu.action_server import ActionServer
from tests.nlu.conftest import Desk

LETTER = "Ik wil dat u al mijn gegevens wist. Kan de coach mij terugbellen?"
STORY = (
    "Wij kwamen vorig jaar {number} keer langs en spraken over thuis, over het werk en over wat er speelde. "
)
WISH = "Daarom vraag ik u onder punt {number} om al mijn gegevens over die periode te verwijderen. "


def long_letter() -> str:
    """A letter as long as a message may be, of sentences that all differ, half of which ask something."""
    sentences = "".join((STORY + WISH).format(number=number) for number in range(100))
    return f"{sentences[: TEXT_LIMIT - 40]} Kan de coach mij terugbellen?"


def wishes_in(desk: Desk, text: str) -> list[str]:
    parsed = desk.run(letters.read(desk.engine, text))
    return [wish["intent"] for entity in parsed["entities"] for wish in entity["value"]]


@pytest.fixture
def encoded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that the encoder was given, one call each."""
    given: list[str] = []
    original = encoder.encode

    def encode(texts: list[str]) -> Any:
        given.extend(texts)
        return original(texts)

    monkeypatch.setattr(encoder, "encode", encode)
    return given


def test_two_wishes_are_a_letter_with_the_words_of_each(desk: Desk, action_server: ActionServer) -> None:
    reply = desk.say(LETTER)

    assert reply["understood"] == {"intent": "letter", "confidence": 1.0}
    said = action_server.calls[0]["tracker"]["latest_message"]
    assert said["entities"][0]["value"] == [
        {"intent": "request_erasure", "text": "Ik wil dat u al mijn gegevens wist."},
        {"intent": "talk_to_coach", "text": "Kan de coach mij terugbellen?"},
    ]


def test_two_wishes_in_one_sentence_are_a_letter_too(desk: Desk) -> None:
    assert wishes_in(desk, "ik wil dat u al mijn gegevens wist en kan de coach mij terugbellen") == [
        "request_erasure",
        "talk_to_coach",
    ]


def test_one_wish_among_other_words_is_understood_as_that_one(desk: Desk) -> None:
    parsed = desk.run(
        letters.read(
            desk.engine, "Wij kwamen vorig jaar bij u. Het was een goede tijd. Wis nu al mijn gegevens."
        )
    )
    assert parsed["intent"]["name"] == "request_erasure"
    assert parsed["text"].startswith("Wij kwamen")


def test_a_message_without_wishes_is_understood_as_a_whole(desk: Desk) -> None:
    parsed = desk.run(
        letters.read(desk.engine, "Goedemorgen allemaal. Hoe lang bewaren jullie mijn gegevens?")
    )
    assert parsed["intent"]["name"] == "ask_retention"


def test_an_answer_in_a_form_is_not_read_as_a_letter(desk: Desk) -> None:
    desk.choose("/talk_to_coach")
    assert desk.say(LETTER)["open_form"] == "note_form"
    assert desk.tracker().get_slot("note_text") == LETTER


def test_a_letter_is_kept_and_answered_once(desk: Desk, action_server: ActionServer) -> None:
    first = desk.say(LETTER, message_id="same")
    assert desk.say(LETTER, message_id="same") == first
    assert len(action_server.calls) == 1


def test_the_encoder_hears_short_pieces_each_once_and_no_more_than_can_be_read_in_time(
    desk: Desk, encoded: list[str]
) -> None:
    text = long_letter()
    assert TEXT_LIMIT - 100 < len(text) <= TEXT_LIMIT

    assert wishes_in(desk, text) == ["request_erasure", "talk_to_coach"]
    assert max(map(len, encoded)) <= LONGEST
    assert len(set(encoded)) == len(encoded)
    assert sum(map(len, encoded)) <= READ


def test_a_long_story_without_wishes_is_read_by_its_ends(desk: Desk, encoded: list[str]) -> None:
    desk.run(letters.read(desk.engine, (STORY * 100).format(number=3)[:TEXT_LIMIT]))
    assert sum(map(len, encoded)) <= READ + WHOLE + 1


def test_of_a_short_message_every_sentence_that_asks_is_read_whatever_its_words(
    desk: Desk, encoded: list[str]
) -> None:
    short = "Hallo. Het regent vandaag. Kunt u dat ding eruit halen? Dank u wel."
    desk.run(letters.read(desk.engine, short))
    assert "Kunt u dat ding eruit halen?" in encoded
    assert "Het regent vandaag." not in encoded

    encoded.clear()
    desk.run(letters.read(desk.engine, short + STORY.format(number=3) * (SHORT // len(STORY) + 1)))
    assert "Kunt u dat ding eruit halen?" not in encoded


def test_while_a_letter_is_read_others_are_answered(desk: Desk) -> None:
    finished: list[str] = []

    async def turn(conversation: str, text: str) -> None:
        body = {
            "conversation": conversation,
            "message_id": "m",
            "text": text,
            "language": "nl",
            "channel": "web",
            "verified": False,
        }
        await take_turn(desk.engine, read_call(json.dumps(body).encode()), None)
        finished.append(conversation)

    async def together() -> None:
        letter = asyncio.create_task(turn("letter", long_letter()))
        await asyncio.sleep(0.05)
        for number in range(3):
            await turn(f"short-{number}", f"hoe lang bewaart u ding {number} van mij")
        await letter

    desk.run(together())

    assert finished == ["short-0", "short-1", "short-2", "letter"]
