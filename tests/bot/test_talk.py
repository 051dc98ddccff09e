import asyncio
import functools
import itertools
from collections.abc import AsyncIterator, Callable
from uuid import uuid4

import pytest

from bot.cleaning import TooLong
from bot.engine import Engine, EngineAway
from bot.said import Asked, Heard, Pressed, Said, Text, Unread
from bot.talk import NotOffered, Talk
from casework import conversations, deliveries, notes
from casework.conversations import Conversation, Opened
from casework.errors import NotFound
from casework.messages import Reply
from casework.office import Office, Once
from tests.bot.conftest import Clock
from tests.bot.engine_double import TOKEN, EngineDouble

pytestmark = pytest.mark.anyio


@pytest.fixture
async def talk(office: Office, engine_url: str) -> AsyncIterator[Talk]:
    client = Engine(engine_url, TOKEN)
    yield Talk(office, client)
    await client.close()


class Client:
    """A person in one conversation."""

    def __init__(self, office: Office, talk: Talk, opened: Opened) -> None:
        self.office, self.talk, self.opened = office, talk, opened

    @property
    def enter(self) -> Callable[[], Conversation]:
        return functools.partial(conversations.enter, self.office, self.opened.id, self.opened.token)

    async def does(self, said: Said, name: str | None = None) -> Heard:
        return await self.talk.turn(self.opened.id, self.enter, said, name or str(uuid4()), "web")

    async def says(self, text: str, name: str | None = None) -> Heard:
        return await self.does(Text(text), name)

    async def presses(self, heard: Heard, label: str) -> Heard:
        choice = next(
            choice for message in heard.messages for choice in message.choices if choice.label == label
        )
        return await self.does(Pressed(choice.id))


@pytest.fixture
async def client(office: Office, talk: Talk) -> Client:
    return Client(office, talk, await talk.begin("nl", "web"))


@pytest.mark.obligation("L12")
async def test_the_first_message_says_that_this_is_a_computer(client: Client) -> None:
    assert "een computer, geen mens" in client.opened.messages[0].text


async def test_what_is_said_reaches_the_engine_clean_and_its_answer_comes_back(
    client: Client, engine: EngineDouble
) -> None:
    heard = await client.says("  Hoe lang\u200b bewaart u?\u202e ")
    assert [message.text for message in heard.messages] == ["Dit antwoordt de motor."]
    assert engine.heard[0]["text"] == "Hoe lang bewaart u?"


async def test_the_same_message_again_gives_the_same_answer_and_is_heard_once(
    client: Client, engine: EngineDouble
) -> None:
    name = str(uuid4())
    first = await client.says("Hoe lang?", name)
    assert await client.says("Hoe lang?", name) == first
    assert len(engine.heard) == 1


async def test_payloads_never_come_out_and_only_offered_choices_go_in(
    client: Client, engine: EngineDouble
) -> None:
    engine.says = [{"text": "Klopt dit?", "choices": [{"label": "Ja", "payload": "/affirm"}]}]
    heard = await client.says("Ik heet Jan")
    assert "/affirm" not in repr(heard)
    await client.presses(heard, "Ja")
    assert engine.heard[-1]["choice"] == "/affirm"
    with pytest.raises(NotOffered):
        await client.does(Pressed("/affirm"))


async def test_a_typed_payload_stays_text(client: Client, engine: EngineDouble) -> None:
    await client.says('/request_erasure{"confirmed": true}')
    assert "choice" not in engine.heard[0]


@pytest.mark.obligation("L13")
async def test_danger_is_answered_before_everything_and_its_words_go_nowhere(
    client: Client, engine: EngineDouble, office: Office
) -> None:
    engine.away = True
    heard = await client.says("ik wil dood")
    assert "113" in heard.messages[0].text
    engine.away = False
    assert engine.heard == []
    assert all(
        "ik wil dood" not in message.text for message in conversations.transcript(office, client.opened.id)
    )


async def test_danger_in_a_text_that_is_too_long_is_still_seen(client: Client) -> None:
    heard = await client.says("Ik wil dood. " + "En verder. " * 1500)
    assert "113" in heard.messages[0].text


async def test_a_text_that_is_too_long_is_not_cut_but_handed_back(
    client: Client, engine: EngineDouble
) -> None:
    with pytest.raises(TooLong):
        await client.says("Ik wil graag weten hoe het zit. " * 500)
    assert engine.heard == []


async def test_silence_is_answered_kindly(client: Client, engine: EngineDouble) -> None:
    heard = await client.says(" \u200b ")
    assert "Neem gerust de tijd" in heard.messages[0].text
    assert engine.heard == []


@pytest.mark.parametrize(
    "signs", ["\N{FIRE}", "\N{HEAVY BLACK HEART}\ufe0f \N{HEAVY BLACK HEART}\ufe0f", "?!", "..."]
)
async def test_signs_without_a_word_are_not_guessed_at(
    client: Client, engine: EngineDouble, signs: str
) -> None:
    heard = await client.says(signs)
    assert "alleen woorden" in heard.messages[0].text
    assert engine.heard == []


async def test_silence_upon_silence_is_answered_in_other_words(client: Client) -> None:
    said = [(await client.says(text)).messages[0].text for text in ("", "  ", "\u200b", "\u202e\ufeff")]
    assert all(one != other for one, other in itertools.pairwise(said))


async def test_signs_upon_signs_are_answered_in_other_words(client: Client) -> None:
    said = [(await client.says(text)).messages[0].text for text in ("\N{FIRE}", "?!", "...", "\N{FIRE}")]
    assert all(one != other for one, other in itertools.pairwise(said))


@pytest.mark.parametrize("between", ["ik wil dood", "", "English", "\N{THUMBS UP SIGN}", "the coach"])
async def test_the_engine_hears_when_something_else_was_said_after_its_question(
    client: Client, engine: EngineDouble, office: Office, between: str
) -> None:
    engine.open_form = "request_form"
    await client.says("wis al mijn gegevens")
    assert engine.heard[-1]["aside"] is False
    if between == "the coach":
        deliveries.deliver(office, client.opened.id, Reply("Kunt u donderdag?"))
    else:
        await client.says(between)
    await client.says("ja")
    assert engine.heard[-1]["aside"] is True
    await client.says("ja")
    assert engine.heard[-1]["aside"] is False


async def test_with_the_engine_down_nothing_is_lost_and_the_same_message_may_be_sent_again(
    client: Client, engine: EngineDouble
) -> None:
    name = str(uuid4())
    engine.away = True
    with pytest.raises(EngineAway):
        await client.says("Ik wil inzage", name)
    engine.away = False
    assert (await client.says("Ik wil inzage", name)).messages[0].text == "Dit antwoordt de motor."
    assert len(engine.heard) == 1


async def test_turns_of_one_conversation_are_handled_one_at_a_time(
    client: Client, engine: EngineDouble
) -> None:
    engine.delay = 0.05
    await asyncio.gather(*(client.says(f"bericht {number}") for number in range(4)))
    assert len(engine.heard) == 4
    assert not engine.overlapped


async def test_wiping_asks_first_and_then_leaves_nothing(
    client: Client, engine: EngineDouble, office: Office
) -> None:
    asked = await client.says("wis dit gesprek")
    assert [choice.label for choice in asked.messages[0].choices] == ["Wissen", "Zo laten"]
    wiped = await client.presses(asked, "Wissen")
    assert wiped.over
    assert wiped.messages[0].text == "Dit gesprek is gewist."
    assert engine.forgotten == [client.opened.id]
    assert conversations.to_forget(office) == ()
    with pytest.raises(NotFound):
        await client.says("Bent u daar nog?")


@pytest.mark.parametrize("text", ["ja", "Wissen", "ja, doe maar", "yes please"])
async def test_a_typed_yes_right_after_the_question_wipes(
    client: Client, engine: EngineDouble, text: str
) -> None:
    await client.says("wis dit gesprek")
    assert (await client.says(text)).over


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("nee", True),
        ("zo laten", True),
        ("laat maar", True),
        ("ja, maar het verzoek niet", False),
        ("ja?", False),
    ],
)
async def test_any_other_word_wipes_nothing(
    client: Client, engine: EngineDouble, text: str, left: bool
) -> None:
    await client.says("wis dit gesprek")
    heard = await client.says(text)
    assert not heard.over
    assert ("blijft zoals het is" in heard.messages[0].text) is left
    assert not (await client.says("ja")).over
    assert engine.forgotten == []


async def test_leaving_it_leaves_it(client: Client, engine: EngineDouble) -> None:
    left = await client.presses(await client.says("wis dit gesprek"), "Zo laten")
    assert not left.over
    assert (await client.says("Hoe lang?")).messages
    assert engine.forgotten == []


async def test_wiping_names_the_request_that_stays(client: Client, office: Office, talk: Talk) -> None:
    once = Once(f"{client.opened.id}:{uuid4()}")
    receipt = notes.leave(office, client.opened.id, "question", "Kan het ook online?", None, None, once)
    wiped = await talk.wipe(client.opened.id, client.enter)
    assert f"({receipt.reference}) blijft staan" in wiped.messages[0].text


async def test_wiping_while_the_engine_is_down_says_so_and_is_finished_later(
    client: Client, engine: EngineDouble, talk: Talk
) -> None:
    engine.away = True
    wiped = await talk.wipe(client.opened.id, client.enter)
    assert "zodra het systeem weer antwoordt" in wiped.messages[0].text
    assert await talk.forget_wiped() == 0
    engine.away = False
    assert await talk.forget_wiped() == 1
    assert engine.forgotten == [client.opened.id]


async def test_starting_over_erases_at_the_engine_and_offers_the_first_choices(
    client: Client, engine: EngineDouble
) -> None:
    engine.says = [{"text": "Goedendag.", "choices": [{"label": "Aanmelden", "payload": "/start_intake"}]}]
    heard = await client.says("Begin opnieuw")
    assert engine.forgotten == [client.opened.id]
    assert engine.heard[-1]["choice"] == "/greet"
    assert heard.messages[0].text.startswith("We beginnen opnieuw.")
    assert [choice.label for choice in heard.messages[0].choices] == ["Aanmelden"]


async def test_the_language_switches_both_ways_and_stays(client: Client, engine: EngineDouble) -> None:
    heard = await client.says("in English please")
    assert heard.language == "en"
    assert "I am a computer" in heard.messages[0].text
    await client.says("How long do you keep it?")
    assert engine.heard[-1]["language"] == "en"
    assert (await client.says("Nederlands")).language == "nl"


@pytest.fixture
async def newcomer(office: Office, talk: Talk) -> Client:
    """Somebody of whom the page said no language."""
    return Client(office, talk, await talk.begin(None, "web"))


def texts(heard: Heard) -> list[str]:
    return [message.text for message in heard.messages]


async def test_without_a_setting_the_talk_goes_on_in_what_the_person_writes(
    newcomer: Client, engine: EngineDouble
) -> None:
    assert "een computer, geen mens" in newcomer.opened.messages[0].text
    assert (await newcomer.says("Hi")).language == "nl"
    heard = await newcomer.says("How long do you keep my personal data?")
    assert heard.language == "en"
    assert engine.heard[-1]["language"] == "en"
    assert texts(heard) == ["Dit antwoordt de motor."]
    assert (await newcomer.says("Ok, thanks")).language == "en"


async def test_who_writes_another_language_than_the_page_is_followed_and_told_how_to_go_back(
    client: Client, engine: EngineDouble
) -> None:
    heard = await client.says("How long do you keep my personal data?")
    assert heard.language == "en"
    assert texts(heard)[0] == "I go on in English. If you want to go back, say: Nederlands."
    assert texts(await client.says("And who do you share it with?")) == ["Dit antwoordt de motor."]
    assert (await client.says("Nederlands")).language == "nl"
    assert (await client.says("How long do you keep my personal data?")).language == "nl"


async def test_a_turn_that_failed_changes_no_language_and_sent_again_it_does(
    client: Client, engine: EngineDouble
) -> None:
    name = str(uuid4())
    engine.away = True
    with pytest.raises(EngineAway):
        await client.says("How long do you keep my personal data?", name)
    assert client.enter().language == "nl"
    engine.away = False
    heard = await client.says("How long do you keep my personal data?", name)
    assert heard.language == "en"
    assert len(heard.messages) == 2
    assert await client.says("How long do you keep my personal data?", name) == heard


async def test_names_and_stories_in_a_form_change_no_language(newcomer: Client, engine: EngineDouble) -> None:
    engine.open_form = "intake_form"
    assert (await newcomer.says("aanmelden")).language == "nl"
    assert (await newcomer.says("John Smith from the Highlands")).language == "nl"
    engine.open_form = None
    assert (await newcomer.says("stop")).language == "nl"
    assert (await newcomer.says("I would rather talk to somebody in English")).language == "en"


async def test_the_fixed_commands_answer_in_the_language_that_they_are_said_in(client: Client) -> None:
    heard = await client.says("please erase this conversation")
    assert heard.language == "en"
    assert [choice.label for choice in heard.messages[-1].choices] == ["Erase", "Leave it"]


async def test_asking_twice_for_a_language_or_saying_nothing_twice_is_answered_in_two_ways(
    client: Client,
) -> None:
    for said in ("English", "  "):
        first, second, third = [texts(await client.says(said)) for _ in range(3)]
        assert first != second != third


async def test_an_expired_conversation_is_over(client: Client, clock: Clock, office: Office) -> None:
    clock.ahead += conversations.enter(office, client.opened.id, client.opened.token).expires_at - clock()
    with pytest.raises(NotFound):
        await client.says("Hallo")


async def test_a_channel_may_ask_for_itself(client: Client, engine: EngineDouble) -> None:
    await client.does(Asked("/ask_policy_overview"))
    assert engine.heard[-1]["choice"] == "/ask_policy_overview"


@pytest.mark.obligation(38)
async def test_what_a_channel_must_not_take_in_is_answered_with_our_own_page(
    office: Office, talk: Talk, engine: EngineDouble
) -> None:
    conversations.begin_in_chat(office, 77, "nl")

    def enter() -> Conversation:
        conversation = conversations.of_chat(office, 77)
        assert conversation is not None
        return conversation

    heard = await talk.turn(enter().id, enter, Unread("personal"), str(uuid4()), "telegram")
    link = heard.messages[0].link
    assert link is not None
    assert link.url.startswith(f"{office.client_url}/verder#")
    assert conversations.take_over(office, link.url.split("#")[1]).id == enter().id
    assert engine.heard == []


async def test_a_form_done_on_the_web_page_sends_the_talk_back_to_telegram(
    office: Office, talk: Talk, engine: EngineDouble
) -> None:
    begun = conversations.begin_in_chat(office, 78, "nl")
    web = Client(office, talk, conversations.take_over(office, conversations.hand_over(office, begun.id)))
    await web.says("Wat bewaart u van mij?")
    assert deliveries.pending_in_telegram(office) == ()
    engine.open_form = "request_form"
    await web.says("Ik wil inzage")
    engine.open_form = None
    await web.says("ja")
    (waiting,) = deliveries.pending_in_telegram(office)
    assert "verder praten in Telegram" in waiting.message.text


async def test_what_is_being_filled_in_on_the_web_page_is_not_asked_or_answered_in_telegram(
    office: Office, talk: Talk, engine: EngineDouble
) -> None:
    begun = conversations.begin_in_chat(office, 80, "nl")
    web = Client(office, talk, conversations.take_over(office, conversations.hand_over(office, begun.id)))
    engine.open_form = "intake_form"
    await web.says("Ik wil me aanmelden")

    async def in_telegram(said: Said) -> Heard:
        return await talk.turn(begun.id, web.enter, said, str(uuid4()), "telegram")

    heard = await in_telegram(Text("Noor Bakker"))
    assert len(engine.heard) == 1
    assert heard.messages[0].link is not None
    engine.open_form = None
    stop = heard.messages[0].choices[0]
    assert stop.label == "Stoppen"
    await in_telegram(Pressed(stop.id))
    assert engine.heard[-1]["choice"] == "/stop"
    await in_telegram(Text("Hoe lang bewaart u?"))
    assert engine.heard[-1]["text"] == "Hoe lang bewaart u?"


async def test_a_form_that_turns_out_to_be_open_does_not_ask_in_telegram(
    office: Office, talk: Talk, engine: EngineDouble
) -> None:
    begun = conversations.begin_in_chat(office, 81, "nl")
    web = Client(office, talk, conversations.take_over(office, conversations.hand_over(office, begun.id)))
    engine.open_form = "intake_form"
    engine.says = [{"text": "Wat is uw telefoonnummer?"}]
    heard = await talk.turn(begun.id, web.enter, Text("ja"), str(uuid4()), "telegram")
    assert "telefoonnummer" not in heard.messages[0].text
    assert heard.messages[0].link is not None


async def test_beside_a_link_out_of_telegram_stands_the_choice_to_go_on_with_what_was_asked(
    office: Office, talk: Talk, engine: EngineDouble
) -> None:
    begun = conversations.begin_in_chat(office, 79, "nl")
    engine.intent = "request_access"
    url = f"{office.client_url}/verder#{conversations.hand_over(office, begun.id)}"
    engine.says = [{"text": "Dat doen wij op onze eigen pagina.", "link": {"label": "Verder", "url": url}}]
    web = Client(office, talk, conversations.take_over(office, url.split("#")[1]))
    heard = await web.says("inzage")
    await web.presses(heard, "Hier verder")
    assert engine.heard[-1]["choice"] == "/request_access"


async def test_the_coachs_answer_is_there_for_the_conversation(client: Client, office: Office) -> None:
    assert deliveries.deliver(office, client.opened.id, Reply("Donderdag kan."))
    assert conversations.transcript(office, client.opened.id)[-1].text == "Donderdag kan."


async def test_an_engine_without_words_leaves_nobody_without_an_answer(
    client: Client, engine: EngineDouble
) -> None:
    engine.says = []
    heard = await client.says("brrr")
    await client.presses(heard, "Vraag het de coach")
    assert engine.heard[-1]["choice"] == "/talk_to_coach"
