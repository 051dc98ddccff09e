"""A conversation is known by an unguessable id and token, handled once, and gone when it is over."""

from __future__ import annotations

import pytest

from casework import client_answers, conversations, deliveries, identity, requests
from casework.errors import Gone, NotFound
from casework.manner import Manner
from casework.messages import Link, Offer, Quote, Reply
from casework.office import Office
from store.work import Erased
from tests.casework.conftest import Clock, registered, talk, verified_talk

ASK = Reply("Zal ik dat doen?", (Offer("Ja", "/affirm"), Offer("Waarom?", "/ask_purpose")))


@pytest.mark.obligation("L12")
@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_first_message_says_that_this_is_a_computer_and_how_long_it_is_kept(office: Office, language):
    opened = conversations.begin(office, language, "web")
    text = opened.messages[0].text
    assert ("een computer, geen mens" in text) or ("a computer, not a person" in text)
    assert "24" in text
    assert opened.messages[0].link is not None
    assert "!" not in text


@pytest.mark.obligation(53)
def test_a_talk_on_telegram_says_what_telegram_is_before_anything_else(office: Office):
    opened = conversations.begin_in_chat(office, 77001, "nl")
    assert "Telegram" in opened.messages[0].text
    assert "Europese Economische Ruimte" in opened.messages[0].text


def test_a_conversation_that_is_being_wiped_is_not_found_a_moment_before_its_row_says_so(office: Office):
    web, chat = conversations.begin(office, "nl", "web"), conversations.begin_in_chat(office, 77001, "nl")
    assert deliveries.deliver(office, web.id, ASK)
    with office.store.work(office.now()) as work:
        work.destroy(web.id)
        work.destroy(chat.id)
    for looked in (
        lambda: conversations.enter(office, web.id, web.token),
        lambda: conversations.offered(office, web.id, "x"),
        lambda: conversations.went_on_after(office, web.id, office.now()),
        lambda: conversations.transcript(office, web.id),
        lambda: deliveries.after(office, web.id, 0),
        lambda: conversations.chat_of(office, chat.id),
        lambda: client_answers.standing(office, web.id),
    ):
        with pytest.raises(NotFound):
            looked()
    assert conversations.of_chat(office, 77001) is None


def test_entering_needs_the_token_and_every_failure_is_alike(office: Office, clock: Clock):
    opened = conversations.begin(office, "nl", "web")
    assert conversations.enter(office, opened.id, opened.token).id == opened.id
    for id_, token in [(opened.id, "x"), (opened.id, ""), ("unknown", opened.token)]:
        with pytest.raises(NotFound):
            conversations.enter(office, id_, token)
    clock.passes(hours=24)
    with pytest.raises(NotFound):
        conversations.enter(office, opened.id, opened.token)


def test_the_token_is_stored_as_a_hash_only(office: Office):
    opened = conversations.begin(office, "nl", "web")
    for path in office.home.glob("*.db*"):
        assert opened.token.encode() not in path.read_bytes()


def test_a_message_that_comes_twice_gets_the_same_answer(office: Office):
    id_ = talk(office)
    assert conversations.begin_turn(office, id_, "m1") is None
    first = conversations.keep_reply(office, id_, "m1", [ASK])
    assert conversations.begin_turn(office, id_, "m1") == first
    assert conversations.keep_reply(office, id_, "m1", [Reply("Iets anders")]) == first


def test_a_message_that_was_begun_and_never_answered_is_handled_again(office: Office):
    id_ = talk(office)
    assert conversations.begin_turn(office, id_, "m1") is None
    assert conversations.begin_turn(office, id_, "m1") is None


def test_a_reply_keeps_its_link_and_quote(office: Office, clock: Clock):
    id_ = talk(office)
    clock.passes(seconds=5)
    reply = Reply("Tekst", link=Link("Lees meer", "https://x.example"), quote=Quote("woorden", "hoofdstuk 7"))
    (message,) = conversations.keep_reply(office, id_, "m1", [reply])
    assert (message.link, message.quote) == (reply.link, reply.quote)
    assert conversations.transcript(office, id_)[-1] == message


def test_a_choice_stands_for_what_was_offered_in_this_conversation_only(office: Office):
    id_, other = talk(office), talk(office)
    (message,) = conversations.keep_reply(office, id_, "m1", [ASK])
    yes = message.choices[0]
    assert conversations.offered(office, id_, yes.id) == Offer("Ja", "/affirm")
    assert conversations.offered(office, other, yes.id) is None
    assert conversations.offered(office, id_, "/affirm") is None


def test_an_old_yes_confirms_nothing_new_while_an_old_question_can_still_be_asked(office: Office):
    id_ = talk(office)
    (message,) = conversations.keep_reply(office, id_, "m1", [ASK])
    yes, why = message.choices
    conversations.keep_reply(office, id_, "m2", [Reply("Nu iets anders.", (Offer("Ja", "/affirm"),))])
    assert conversations.offered(office, id_, yes.id) is None
    assert conversations.offered(office, id_, why.id) == Offer("Waarom?", "/ask_purpose")


def test_payloads_and_what_was_said_are_sealed(office: Office):
    id_ = talk(office)
    conversations.keep_reply(office, id_, "m1", [Reply("Kanariewoord", (Offer("Ja", "/kanarie_payload"),))])
    deliveries.deliver(office, id_, Reply("Kanariebrief"))
    for path in office.home.glob("*.db*"):
        stored = path.read_bytes()
        assert b"anarie" not in stored


def test_deliveries_come_in_order_and_are_fetched_again_until_a_later_number_is_asked(office: Office):
    id_ = talk(office)
    assert deliveries.deliver(office, id_, Reply("een"))
    assert deliveries.deliver(office, id_, Reply("twee"))
    first, second = deliveries.after(office, id_, 0)
    assert (first.message.text, second.message.text) == ("een", "twee")
    assert deliveries.after(office, id_, first.seq) == (second,)
    assert deliveries.newest(office) == second.seq


def test_a_delivery_to_a_conversation_that_is_over_is_refused(office: Office, clock: Clock):
    id_ = talk(office)
    clock.passes(hours=25)
    assert deliveries.deliver(office, id_, Reply("te laat")) is False


def test_a_telegram_chat_is_found_by_its_id_and_its_deliveries_wait_until_taken(office: Office, clock: Clock):
    opened = conversations.begin_in_chat(office, 77001, "nl")
    found = conversations.of_chat(office, 77001)
    assert found is not None
    assert found.id == opened.id
    assert conversations.of_chat(office, 77002) is None
    deliveries.deliver(office, opened.id, Reply("antwoord"))
    (pending,) = deliveries.pending_in_telegram(office)
    assert (pending.chat_id, pending.message.text) == (77001, "antwoord")
    deliveries.taken(office, opened.id, pending.seq)
    assert deliveries.pending_in_telegram(office) == ()
    clock.passes(hours=24)
    assert conversations.of_chat(office, 77001) is None


@pytest.mark.obligation(75)
def test_wiping_destroys_the_key_at_once_and_names_what_stays(office: Office):
    person = registered(office)
    id_ = verified_talk(office)
    receipt = requests.submit(office, id_, person, "access", None, "code", f"{id_}:m1")
    conversations.keep_reply(office, id_, "m1", [ASK])
    assert conversations.wipe(office, id_).references == (receipt.reference,)
    with office.store.read() as reading, pytest.raises(Erased):
        reading.open(id_, "turn", "reply", f"{id_}:m1", b"\x01" + bytes(60))
    with pytest.raises(NotFound):
        conversations.transcript(office, id_)
    assert requests.of_person(office, person)[0].reference == receipt.reference


def test_a_wiped_conversation_waits_for_the_engine_to_forget_it_too(office: Office):
    id_ = talk(office)
    conversations.wipe(office, id_)
    assert conversations.to_forget(office) == (id_,)
    conversations.forgotten(office, id_)
    conversations.forgotten(office, id_)
    assert conversations.to_forget(office) == ()


def test_a_conversation_ends_after_its_hours_and_not_before(office: Office, clock: Clock):
    id_ = talk(office)
    clock.passes(hours=23)
    assert conversations.expire(office) == 0
    clock.passes(hours=1)
    assert conversations.expire(office) == 1
    assert conversations.expire(office) == 0
    assert conversations.to_forget(office) == (id_,)


def test_a_hand_over_link_opens_the_same_conversation_once(office: Office):
    opened = conversations.begin_in_chat(office, 77001, "nl")
    link = conversations.hand_over(office, opened.id)
    taken_over = conversations.take_over(office, link)
    assert taken_over.id == opened.id
    assert taken_over.messages == opened.messages
    assert conversations.enter(office, taken_over.id, taken_over.token).channel == "telegram"
    with pytest.raises(Gone):
        conversations.take_over(office, link)


def test_a_hand_over_link_works_for_some_minutes_only(office: Office, clock: Clock):
    link = conversations.hand_over(office, conversations.begin_in_chat(office, 77001, "nl").id)
    clock.passes(minutes=office.pack.codes.hand_over_minutes)
    with pytest.raises(Gone):
        conversations.take_over(office, link)


def test_a_talk_goes_on_in_the_other_language(office: Office):
    opened = conversations.begin(office, "nl", "web")
    assert conversations.enter(office, opened.id, opened.token).manner == Manner("nl", "page")
    conversations.keep_reply(office, opened.id, "m1", [Reply("Good.")], Manner("en", "wish", filling_in=True))
    conversations.keep_reply(office, opened.id, "m2", [Reply("Good again.")])
    assert conversations.enter(office, opened.id, opened.token).manner == Manner(
        "en", "wish", filling_in=True
    )


def test_without_a_language_of_the_page_a_talk_begins_in_dutch_and_nothing_is_settled(office: Office):
    opened = conversations.begin(office, None, "web")
    assert "een computer, geen mens" in opened.messages[0].text
    assert conversations.enter(office, opened.id, opened.token).manner == Manner("nl")


def test_a_reply_that_was_kept_before_does_not_change_the_language(office: Office):
    opened = conversations.begin(office, None, "web")
    conversations.keep_reply(office, opened.id, "m1", [Reply("Good.")], Manner("en", "text"))
    conversations.keep_reply(office, opened.id, "m1", [Reply("Goed.")], Manner("nl", "wish"))
    assert conversations.enter(office, opened.id, opened.token).manner == Manner("en", "text")


def test_a_proof_of_identity_ends_by_itself(office: Office, clock: Clock):
    person = registered(office)
    id_ = verified_talk(office)
    assert identity.who(office, id_) == person
    clock.passes(minutes=office.pack.codes.verified_minutes)
    assert identity.who(office, id_) is None
