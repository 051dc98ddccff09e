import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress

import pytest

from bot.engine import Engine
from bot.talk import Talk
from bot.telegram import STORY, TelegramChannel, TelegramSettings
from casework import conversations, deliveries
from casework.messages import Reply
from casework.office import Office
from tests.bot.engine_double import TOKEN, EngineDouble
from tests.bot.serving import serving
from tests.bot.telegram_server import TOKEN as BOT_TOKEN
from tests.bot.telegram_server import TelegramServer
from tests.ports import free_port

pytestmark = pytest.mark.anyio

CLIENT = 4242
_E_MAIL = "mijn adres is jan.jansen@example.org"


@pytest.fixture
def telegram_url(telegram: TelegramServer) -> Iterator[str]:
    with serving(telegram.app) as url:
        yield url


@pytest.fixture
def telegram() -> TelegramServer:
    return TelegramServer()


@pytest.fixture
async def channel(office: Office, engine_url: str, telegram_url: str) -> AsyncIterator[TelegramChannel]:
    """The channel at work."""
    client = Engine(engine_url, TOKEN)
    channel = TelegramChannel(office, Talk(office, client), TelegramSettings(BOT_TOKEN, telegram_url))
    running = asyncio.create_task(channel.run())
    yield channel
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    await client.close()


async def _settled(telegram: TelegramServer) -> None:
    await telegram.until(lambda: telegram.waiting == 0)


async def _started(telegram: TelegramServer) -> None:
    telegram.say(CLIENT, "/start")
    await _settled(telegram)


@pytest.mark.obligation(53)
async def test_the_first_message_says_what_telegram_is_and_that_this_is_a_computer(
    channel: TelegramChannel, telegram: TelegramServer
) -> None:
    await _started(telegram)
    said = "\n".join(telegram.texts(CLIENT))
    assert "een bedrijf buiten de Europese Economische Ruimte" in said
    assert "niet van begin tot eind versleuteld" in said
    assert "een computer, geen mens" in said


async def test_a_question_is_answered_in_the_chat(
    channel: TelegramChannel, telegram: TelegramServer, engine: EngineDouble
) -> None:
    telegram.say(CLIENT, "Hoe lang bewaart u mijn gegevens?")
    await _settled(telegram)
    assert telegram.texts(CLIENT)[-1] == "Dit antwoordt de motor."
    assert engine.heard[0]["channel"] == "telegram"


async def test_the_language_follows_the_persons_telegram(
    channel: TelegramChannel, telegram: TelegramServer
) -> None:
    telegram.say(CLIENT, "/start", language="en-GB")
    await _settled(telegram)
    assert "a computer, not a person" in telegram.texts(CLIENT)[-1]


@pytest.mark.parametrize("language", [None, "tr"])
async def test_where_telegram_gives_none_of_our_languages_the_talk_follows_what_is_written(
    channel: TelegramChannel, telegram: TelegramServer, engine: EngineDouble, language: str | None
) -> None:
    telegram.say(CLIENT, "How long do you keep my personal data?", language=language)
    await _settled(telegram)
    assert "een computer, geen mens" in telegram.texts(CLIENT)[-2]
    assert telegram.texts(CLIENT)[-1] == "Dit antwoordt de motor."
    assert engine.heard[-1]["language"] == "en"


async def test_choices_are_opaque_fit_in_telegram_and_are_spent_after_a_press(
    channel: TelegramChannel, telegram: TelegramServer, engine: EngineDouble
) -> None:
    engine.says = [{"text": "Klopt dit?", "choices": [{"label": "Ja", "payload": "/affirm"}]}]
    telegram.say(CLIENT, "hoe lang")
    await _settled(telegram)
    button = telegram.chats[CLIENT][-1]["reply_markup"]["inline_keyboard"][0][0]
    assert len(button["callback_data"].encode()) <= 64
    assert "affirm" not in button["callback_data"]
    asked = telegram.chats[CLIENT][-1]
    telegram.press(CLIENT, "Ja")
    await _settled(telegram)
    assert engine.heard[-1]["choice"] == "/affirm"
    assert asked["reply_markup"]["inline_keyboard"] == []
    assert "answerCallbackQuery" in [method for method, _ in telegram.calls]


async def test_a_choice_that_was_never_offered_does_nothing(
    channel: TelegramChannel, telegram: TelegramServer, engine: EngineDouble
) -> None:
    await _started(telegram)
    telegram.press_data(CLIENT, "/request_erasure", telegram.chats[CLIENT][-1])
    await _settled(telegram)
    assert telegram.texts(CLIENT)[-1].startswith("Deze keuze werkt niet meer.")
    assert engine.heard == []


async def test_privacy_and_help_are_commands(
    channel: TelegramChannel, telegram: TelegramServer, engine: EngineDouble
) -> None:
    telegram.say(CLIENT, "/privacy")
    telegram.say(CLIENT, "/help@praktijk_bot")
    await _settled(telegram)
    assert [turn["choice"] for turn in engine.heard] == ["/ask_policy_overview", "/help"]
    menu = next(given for method, given in telegram.calls if method == "setMyCommands")
    assert {command["command"] for command in menu["commands"]} == {"start", "privacy", "help", "wis"}


async def test_wis_asks_wipes_and_says_how_to_clear_telegram(
    channel: TelegramChannel, telegram: TelegramServer, office: Office
) -> None:
    await _started(telegram)
    telegram.say(CLIENT, "/wis")
    await _settled(telegram)
    telegram.press(CLIENT, "Wissen")
    await _settled(telegram)
    wiped, clear = telegram.texts(CLIENT)[-2:]
    assert wiped == "Dit gesprek is gewist."
    assert "Wis geschiedenis" in clear
    assert conversations.of_chat(office, CLIENT) is None


@pytest.mark.obligation(38)
async def test_personal_data_is_deleted_not_passed_on_and_led_to_our_own_page(
    channel: TelegramChannel, telegram: TelegramServer, engine: EngineDouble, office: Office
) -> None:
    await _started(telegram)
    update = telegram.say(CLIENT, _E_MAIL)
    await _settled(telegram)
    assert telegram.deleted == [(CLIENT, update["message"]["message_id"])]
    assert engine.heard == []
    answer = telegram.texts(CLIENT)[-1]
    assert "Wis geschiedenis" in answer
    assert f"{office.client_url}/verder#" in answer
    assert "jan.jansen" not in answer


@pytest.mark.parametrize("text", ["bel mij op 06 12 34 56 78", "mijn bsn is 111222333", "x" * (STORY + 1)])
async def test_phone_bsn_and_a_long_story_go_to_our_own_page_too(
    text: str, channel: TelegramChannel, telegram: TelegramServer, engine: EngineDouble
) -> None:
    telegram.say(CLIENT, text)
    await _settled(telegram)
    assert engine.heard == []
    assert "/verder#" in telegram.texts(CLIENT)[-1]


async def test_what_telegram_will_not_delete_is_told(
    channel: TelegramChannel, telegram: TelegramServer
) -> None:
    telegram.refuse_deletion = True
    telegram.say(CLIENT, _E_MAIL)
    await _settled(telegram)
    assert "Wissen lukte mij niet." in telegram.texts(CLIENT)[-1].replace("\n", " ")


async def test_a_shared_contact_is_deleted(channel: TelegramChannel, telegram: TelegramServer) -> None:
    update = telegram.send(CLIENT, contact={"phone_number": "+31612345678", "first_name": "N"})
    await _settled(telegram)
    assert telegram.deleted == [(CLIENT, update["message"]["message_id"])]


@pytest.mark.obligation("L13")
async def test_danger_comes_first_even_beside_a_phone_number(
    channel: TelegramChannel, telegram: TelegramServer
) -> None:
    telegram.say(CLIENT, "Ik wil dood. Bel mij op 0612345678.")
    await _settled(telegram)
    assert "113" in telegram.texts(CLIENT)[-1]
    assert len(telegram.deleted) == 1


async def test_stickers_voice_and_edits_are_answered_kindly(
    channel: TelegramChannel, telegram: TelegramServer, engine: EngineDouble
) -> None:
    telegram.send(CLIENT, voice={"file_id": "a", "file_unique_id": "b", "duration": 3})
    telegram.edit(CLIENT, "ik bedoelde iets anders")
    await _settled(telegram)
    assert telegram.texts(CLIENT)[-2].startswith("Ik kan alleen tekst lezen.")
    assert telegram.texts(CLIENT)[-1].startswith("U hebt een eerder bericht gewijzigd.")
    assert engine.heard == []


async def test_a_duplicated_update_is_handled_once(
    channel: TelegramChannel, telegram: TelegramServer, engine: EngineDouble
) -> None:
    await _started(telegram)
    update = telegram.say(CLIENT, "Hoe lang?")
    telegram.inject(update)
    await _settled(telegram)
    telegram.inject(update)
    await _settled(telegram)
    assert len(engine.heard) == 1


async def test_an_update_that_comes_again_after_a_restart_gets_the_same_answer_and_no_second_act(
    office: Office, engine_url: str, telegram_url: str, telegram: TelegramServer, engine: EngineDouble
) -> None:
    update = telegram.say(CLIENT, "Hoe lang?")
    for _ in range(2):
        client = Engine(engine_url, TOKEN)
        running = asyncio.create_task(
            TelegramChannel(office, Talk(office, client), TelegramSettings(BOT_TOKEN, telegram_url)).run()
        )
        await _settled(telegram)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await client.close()
        telegram.inject(update)
    assert len(engine.heard) == 1
    assert telegram.texts(CLIENT).count("Dit antwoordt de motor.") == 2


@pytest.mark.parametrize(
    "broken",
    [
        {"message": {"message_id": "x"}},
        {"message": "not even an object"},
        {"callback_query": {"id": 1}},
        {"message": {"message_id": 1, "date": "gisteren", "chat": {"id": 1, "type": "private"}}},
        {"something_new": {"a": 1}},
    ],
)
async def test_a_malformed_update_is_passed_over_and_the_next_is_heard(
    broken: dict[str, object], channel: TelegramChannel, telegram: TelegramServer
) -> None:
    telegram.inject(broken)
    telegram.say(CLIENT, "Hoe lang?")
    await _settled(telegram)
    assert telegram.texts(CLIENT)[-1] == "Dit antwoordt de motor."


async def test_in_a_group_it_says_why_and_leaves(
    channel: TelegramChannel, telegram: TelegramServer, engine: EngineDouble
) -> None:
    telegram.added_to_group(-99)
    await _settled(telegram)
    assert telegram.left == [-99]
    assert telegram.texts(-99)[-1].startswith("Ik praat alleen met één persoon")
    assert engine.heard == []


async def test_a_flood_limit_is_waited_out(channel: TelegramChannel, telegram: TelegramServer) -> None:
    telegram.floods = 1
    telegram.say(CLIENT, "Hoe lang?")
    await _settled(telegram)
    assert telegram.texts(CLIENT)[-1] == "Dit antwoordt de motor."


async def test_an_outage_of_telegram_loses_nothing(
    channel: TelegramChannel, telegram: TelegramServer
) -> None:
    await _started(telegram)
    telegram.down = True
    await asyncio.sleep(0.3)
    telegram.say(CLIENT, "Hoe lang?")
    telegram.down = False
    await _settled(telegram)
    assert telegram.texts(CLIENT)[-1] == "Dit antwoordt de motor."


async def test_with_the_engine_away_the_person_hears_what_to_repeat(
    channel: TelegramChannel, telegram: TelegramServer, engine: EngineDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram._PATIENCE", (0.05,))
    engine.away = True
    telegram.say(CLIENT, "Hoe lang?")
    await _settled(telegram)
    assert telegram.texts(CLIENT)[-1].startswith("Ik kan even niet antwoorden.")


async def test_the_coachs_answer_arrives_in_the_chat_once(
    channel: TelegramChannel, telegram: TelegramServer, office: Office
) -> None:
    await _started(telegram)
    conversation = conversations.of_chat(office, CLIENT)
    assert conversation is not None
    deliveries.deliver(office, conversation.id, Reply("Donderdag kan.", speaker="coach"))
    await telegram.until(lambda: deliveries.pending_in_telegram(office) == ())
    assert telegram.texts(CLIENT).count("De coach:\nDonderdag kan.") == 1


async def test_a_person_who_stopped_the_bot_keeps_nobody_else_waiting(
    channel: TelegramChannel, telegram: TelegramServer, office: Office
) -> None:
    await _started(telegram)
    conversation = conversations.of_chat(office, CLIENT)
    assert conversation is not None
    telegram.blocked.add(CLIENT)
    deliveries.deliver(office, conversation.id, Reply("Donderdag kan."))
    telegram.say(77, "Hoe lang?")
    await _settled(telegram)
    assert telegram.texts(77)[-1] == "Dit antwoordt de motor."
    assert len(deliveries.pending_in_telegram(office)) == 1


async def test_a_quoted_passage_is_marked_as_one_and_long_text_is_cut_in_pieces(
    channel: TelegramChannel, telegram: TelegramServer, engine: EngineDouble
) -> None:
    engine.says = [{"text": "woord " * 900, "quote": {"text": "minimaal 7 jaar 🙂", "place": "§ 7"}}]
    telegram.say(CLIENT, "Hoe lang?")
    await _settled(telegram)
    *_, first, second, quote = telegram.chats[CLIENT]
    assert len(first["text"]) <= 4096
    assert second["text"].endswith("woord")
    assert quote["text"] == "minimaal 7 jaar 🙂\n§ 7"
    assert quote["entities"] == [{"type": "blockquote", "offset": 0, "length": 18}]


async def test_a_refused_token_closes_only_telegram_and_is_in_no_log(
    office: Office, engine_url: str, telegram_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    client = Engine(engine_url, TOKEN)
    secret = "99999:another-secret-token"
    with caplog.at_level(logging.DEBUG):
        await TelegramChannel(office, Talk(office, client), TelegramSettings(secret, telegram_url)).run()
    await client.close()
    assert "Telegram stays closed" in caplog.text
    assert secret not in caplog.text
    assert secret not in repr(TelegramSettings(secret, telegram_url))


async def test_no_log_holds_the_token_or_anybodys_words(
    channel: TelegramChannel, telegram: TelegramServer, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        telegram.inject({"message": {"text": "kapot, en geheim"}})
        telegram.say(CLIENT, "Mijn geheim is dat ik twijfel")
        await _settled(telegram)
    assert BOT_TOKEN not in caplog.text
    assert "geheim" not in caplog.text


async def test_an_address_that_nobody_listens_at_is_tried_again_without_harm(
    office: Office, engine_url: str
) -> None:
    client = Engine(engine_url, TOKEN)
    channel = TelegramChannel(
        office, Talk(office, client), TelegramSettings(BOT_TOKEN, f"http://127.0.0.1:{free_port()}")
    )
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(channel.run(), 0.5)
    await client.close()
