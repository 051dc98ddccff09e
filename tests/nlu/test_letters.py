"""A letter is read sentence by sentence, and leaves the encoder to others in between."""

from __future__ import annotations

import asyncio
import json
from typing import Any, cast

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


def read_by(monkeypatch: pytest.MonkeyPatch, text: str, **heard: str) -> dict[str, Any]:
    """Read a message by the real rules and a model that hears what it is told: of texts with a word, an intent.

    The model of these tests knows little, and what is told here about refusing and giving is what the real one hears.
    """

    async def understand(_: Any, said: str) -> dict[str, Any]:
        intent = next((intent for intent, words in heard.items() if words in said.casefold()), "small_talk")
        guesses = [{"name": intent, "confidence": 0.95}, {"name": "thank", "confidence": 0.02}]
        return {"text": said, "intent": guesses[0], "intent_ranking": guesses, "entities": []}

    monkeypatch.setattr(letters, "understand", understand)
    return asyncio.run(letters.read(cast(Any, None), text))


def listed(parsed: dict[str, Any]) -> list[str]:
    return [wish["intent"] for entity in parsed["entities"] for wish in entity["value"]]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Dank voor uw brief. Wissen hoeft echt niet. Laat het graag zo.", "wissen"),
        ("I don't need you to delete anything. Please just leave it.", "delete"),
    ],
)
def test_no_message_is_understood_as_the_act_that_it_only_refuses(
    monkeypatch: pytest.MonkeyPatch, text: str, word: str
) -> None:
    parsed = read_by(monkeypatch, text, request_erasure=word)
    assert parsed["intent"]["name"] == "nlu_lost"
    assert "request_erasure" not in [guess["name"] for guess in parsed["intent_ranking"]]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (
            "Vorig jaar zei ik nee tegen de foto. Ik was verlegen. Jullie mogen mijn foto gewoon plaatsen.",
            "plaatsen",
        ),
        ("I said no to the photo. I was shy. You may use my photo now.", "may use"),
    ],
)
def test_a_yes_after_an_earlier_no_is_understood_as_giving(
    monkeypatch: pytest.MonkeyPatch, text: str, word: str
) -> None:
    no = {"withdraw_pr_consent": "nee" if "nee" in text else "said no"}
    parsed = read_by(monkeypatch, text, give_pr_consent=word, **no)
    assert parsed["intent"]["name"] == "give_pr_consent"
    assert parsed["text"] == text


@pytest.mark.parametrize(
    ("text", "first"),
    [
        (
            "Elke maand krijg ik de nieuwsbrief. Dat is te veel. Schrijf me daar graag voor uit. Bel mij ook terug.",
            "nieuwsbrief",
        ),
        ("Every month I get the newsletter. Could you stop it? Please call me too.", "newsletter"),
    ],
)
def test_a_wish_with_a_pronoun_is_understood_with_what_it_speaks_of(
    monkeypatch: pytest.MonkeyPatch, text: str, first: str
) -> None:
    call = {"talk_to_coach": "call me" if "call me" in text else "bel mij"}
    parsed = read_by(monkeypatch, text, **call, withdraw_consent=first)
    assert listed(parsed) == ["withdraw_consent", "talk_to_coach"]
    assert first in parsed["entities"][0]["value"][0]["text"]


def test_a_pronoun_does_not_bring_back_what_was_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "You need not delete my file. Please keep it. Please call me."
    assert (
        read_by(monkeypatch, text, talk_to_coach="call me", request_erasure="delete")["intent"]["name"]
        == "talk_to_coach"
    )


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Er zat een verslag bij die brief die niet van mij is. Ik schrok ervan.", "niet van mij"),
        ("The report inside belongs to a Mr Okafor. I stopped reading.", "belongs to"),
    ],
)
def test_a_breach_that_is_only_told_is_the_point_of_a_message(
    monkeypatch: pytest.MonkeyPatch, text: str, word: str
) -> None:
    assert read_by(monkeypatch, text, report_breach=word)["intent"]["name"] == "report_breach"


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
