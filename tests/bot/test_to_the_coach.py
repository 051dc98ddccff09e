from uuid import uuid4

import pytest

from bot.said import Heard
from bot.talk import Talk
from casework import notes, tickets
from casework.office import Office, Once
from casework.tickets import TicketPage
from tests.bot.engine_double import EngineDouble
from tests.bot.test_talk import Client, talk

__all__ = ["talk"]

pytestmark = pytest.mark.anyio


class Written(Client):
    """A client to whom the coach wrote something in this conversation."""

    def coach_asks(self, text: str) -> None:
        """The coach asks something about the client's note."""
        once = Once(f"{self.opened.id}:{uuid4()}")
        notes.leave(self.office, self.opened.id, "question", "Wanneer kan ik komen?", None, None, once)
        (line,) = tickets.due_list(self.office)
        tickets.answer(self.office, line.id, text, "coach")

    @property
    def ticket(self) -> TicketPage:
        """The coach's page."""
        (line,) = tickets.due_list(self.office)
        return tickets.read(self.office, line.id, "coach")

    def passed_on(self) -> list[str | None]:
        """What reached the coach."""
        return [step.note for step in self.ticket.story if step.act == "client_answer"]


@pytest.fixture
async def client(office: Office, talk: Talk, engine: EngineDouble) -> Written:
    client = Written(office, talk, await talk.begin("nl", "web"))
    client.coach_asks("Past dinsdag om tien uur?")
    engine.intent = "affirm"
    engine.says = [{"text": "Goed. Waar kan ik u mee helpen?"}]
    return client


def _asks(heard: Heard) -> bool:
    return [choice.label for choice in heard.messages[-1].choices] == ["Doorgeven", "Niet doorgeven"]


@pytest.mark.parametrize(
    ("intent", "text"),
    [("affirm", "ja dat past"), ("goodbye", "dinsdag is goed, tot dan"), ("nlu_fallback", "half elf liever")],
)
async def test_an_answer_to_the_coach_is_passed_on_after_a_yes(
    client: Written, engine: EngineDouble, intent: str, text: str
) -> None:
    engine.intent = intent
    heard = await client.says(text)
    assert heard.messages[0].text.startswith(f"Zal ik dit aan de coach doorgeven?\n“{text}”")
    assert _asks(heard)
    assert client.passed_on() == []
    passed = await client.presses(heard, "Doorgeven")
    assert passed.messages[0].text.startswith("Doorgegeven. De coach leest het bij ")
    assert client.passed_on() == [text]
    assert client.ticket.line.state == "heard_back"


@pytest.mark.parametrize("yes", ["Ja graag!", "doorgeven", "doe maar", "yes please"])
async def test_a_typed_yes_right_after_the_question_is_a_yes(client: Written, yes: str) -> None:
    await client.says("dat past")
    await client.says(yes)
    assert client.passed_on() == ["dat past"]


@pytest.mark.parametrize("no", ["nee", "Niet doorgeven", "laat maar"])
async def test_after_a_no_nothing_was_passed_on_and_the_desk_goes_on_as_before(
    client: Written, no: str
) -> None:
    await client.says("dat past")
    assert (await client.says(no)).messages[0].text.startswith("Goed. Ik heb niets doorgegeven.")
    assert (await client.says("ja")).messages[0].text == "Goed. Waar kan ik u mee helpen?"
    assert client.passed_on() == []


async def test_a_yes_with_a_but_is_no_yes_and_waits_with_the_rest(client: Written) -> None:
    await client.says("dat past")
    heard = await client.says("ja maar wel een uur later")
    assert "“dat past\nja maar wel een uur later”" in heard.messages[0].text
    assert client.passed_on() == []
    await client.presses(heard, "Doorgeven")
    assert client.passed_on() == ["dat past\nja maar wel een uur later"]


async def test_a_sure_question_is_answered_and_a_yes_after_it_is_not_taken_for_the_coach(
    client: Written, engine: EngineDouble
) -> None:
    engine.intent, engine.says = "ask_retention", [{"text": "Tot het einde van uw traject."}]
    heard = await client.says("Hoe lang bewaart u mijn gegevens?")
    assert [message.text for message in heard.messages] == ["Tot het einde van uw traject."]
    engine.intent = "affirm"
    assert _asks(await client.says("ja"))
    assert client.passed_on() == []


async def test_a_question_in_between_is_answered_and_what_waits_is_asked_again(
    client: Written, engine: EngineDouble
) -> None:
    await client.says("dat past")
    engine.intent, engine.says = "ask_retention", [{"text": "Tot het einde van uw traject."}]
    heard = await client.says("Hoe lang bewaart u mijn gegevens?")
    assert heard.messages[0].text == "Tot het einde van uw traject."
    assert _asks(heard)
    await client.says("ja")
    assert client.passed_on() == ["dat past"]


async def test_a_guess_is_not_sure_enough_to_be_a_question_to_the_desk(
    client: Written, engine: EngineDouble
) -> None:
    engine.intent, engine.confidence = "ask_retention", 0.4
    assert _asks(await client.says("dinsdag dan"))


async def test_an_answer_inside_a_form_belongs_to_the_form(client: Written, engine: EngineDouble) -> None:
    engine.in_form, engine.says = "request_form", [{"text": "Uw verzoek is ontvangen."}]
    heard = await client.says("ja")
    assert [message.text for message in heard.messages] == ["Uw verzoek is ontvangen."]


async def test_who_is_sad_hears_something_warm_first(client: Written, engine: EngineDouble) -> None:
    engine.intent, engine.says = "distress", [{"text": "Dat klinkt zwaar."}]
    heard = await client.says("dinsdag trek ik niet, ik ben zo moe")
    assert heard.messages[0].text == "Dat klinkt zwaar."
    assert _asks(heard)


async def test_danger_is_answered_and_a_yes_after_it_passes_nothing_on(
    client: Written, engine: EngineDouble
) -> None:
    await client.says("dat past")
    assert "113" in (await client.says("ik wil dood")).messages[0].text
    assert _asks(await client.says("ja"))
    assert client.passed_on() == []


@pytest.mark.obligation("L4")
async def test_a_citizen_service_number_is_not_passed_on_or_kept(client: Written) -> None:
    heard = await client.says("mijn BSN is 111222333")
    assert "burgerservicenummer" in heard.messages[0].text
    assert heard.messages[0].choices == ()


async def test_a_thumb_can_be_an_answer_too(client: Written) -> None:
    await client.presses(await client.says("\N{THUMBS UP SIGN}"), "Doorgeven")
    assert client.passed_on() == ["\N{THUMBS UP SIGN}"]


async def test_the_same_press_again_passes_on_once(client: Written) -> None:
    heard = await client.says("dat past")
    name = str(uuid4())
    first = await client.says("ja", name)
    assert await client.says("ja", name) == first
    assert heard != first
    assert client.passed_on() == ["dat past"]


async def test_without_a_message_of_the_coach_nothing_is_asked(
    office: Office, talk: Talk, engine: EngineDouble
) -> None:
    engine.intent = "affirm"
    alone = Client(office, talk, await talk.begin("nl", "web"))
    assert [message.text for message in (await alone.says("ja dat past")).messages] == [
        "Dit antwoordt de motor."
    ]
