"""A client's answer to the coach: nothing typed after a message of the coach is lost, and nothing goes without a yes."""

from __future__ import annotations

import re

from bot import words
from bot.engine import Answer
from casework import client_answers
from casework.client_answers import KEEP_BACK, PASS_ON
from casework.conversations import Conversation
from casework.errors import Gone, Refused
from casework.messages import Language, Offer, Reply
from casework.office import Office, Once
from casework.words import Both, long_date

SURE = 0.6
"""From this confidence on, what was typed is a question or a request to the desk itself; the engine's bar is the same."""
_SHOWN = 600
_ERRANDS = ("ask_", "request_", "withdraw_", "give_", "start_", "file_", "report_")
"""How the names of intents begin that are questions and requests to the desk."""
_COMMANDS = {"help", "talk_to_coach", "bot_challenge"}
_REST = re.compile(r"[^\w ]+")
_YES = {
    *(
        "ja",
        "ja graag",
        "graag",
        "ja hoor",
        "jawel",
        "doe maar",
        "ja doe maar",
        "is goed",
        "ja is goed",
        "prima",
    ),
    *(
        "ja prima",
        "ok",
        "oke",
        "oké",
        "okay",
        "akkoord",
        "geef maar door",
        "ja geef maar door",
        "ja doorgeven",
    ),
    *(
        "yes",
        "yes please",
        "please do",
        "sure",
        "go ahead",
        "pass it on",
        "yes pass it on",
        "please pass it on",
    ),
}
_NO = {
    *("nee", "neen", "nee hoor", "nee dank u", "nee bedankt", "liever niet", "nee liever niet", "laat maar"),
    *("hoeft niet", "nee hoeft niet", "niet nodig", "doe maar niet", "nee niet doorgeven", "stop"),
    *("no", "no thanks", "no thank you", "never mind", "better not", "please dont", "dont pass it on"),
}


def typed(office: Office, conversation: Conversation, text: str, once: Once) -> Reply | None:
    """The reply to a bare yes or no right after the question; None for all other words, also for "ja, maar"."""
    said = " ".join(_REST.sub("", text.casefold()).split())
    if said in _YES | _named(words.PASS_ON):
        payload = PASS_ON
    elif said in _NO | _named(words.KEEP_BACK):
        payload = KEEP_BACK
    else:
        return None
    if not client_answers.standing(office, conversation.id).asked:
        return None
    return chosen(office, conversation, payload, once)


def chosen(office: Office, conversation: Conversation, payload: str, once: Once) -> Reply:
    """Pass on what waits, or keep it back, and say which."""
    language = conversation.language
    if payload == KEEP_BACK:
        client_answers.keep_back(office, conversation.id)
        return Reply(words.KEPT_BACK.to(language))
    try:
        passed = client_answers.pass_on(office, conversation.id, once)
    except Gone:
        client_answers.keep_back(office, conversation.id)
        return Reply(
            words.PASS_ON_GONE.to(language), (Offer(words.TO_THE_COACH.to(language), "/talk_to_coach"),)
        )
    if passed.answer_by is None:
        return Reply(words.PASSED_ON.to(language).format(reference=passed.reference))
    by = long_date(passed.answer_by, language)
    return Reply(words.PASSED_ON_UNTIL.to(language).format(reference=passed.reference, date=by))


def asking_first(
    office: Office,
    conversation: Conversation,
    message_id: str,
    text: str,
    answer: Answer,
    replies: tuple[Reply, ...],
) -> tuple[Reply, ...]:
    """The replies to typed words, or the question whether these are for the coach.

    Where the words surely ask the desk something, it answers, and asks again about what waits. Sadness gets both.
    """
    if answer.open_form or answer.intent == "crisis":
        return replies
    stands = client_answers.standing(office, conversation.id)
    if answer.in_form or _is_for_the_desk(answer):
        again = () if stands.waiting is None else (_question(stands.waiting, conversation.language),)
        return (*replies, *again)
    if not stands.spoke and stands.waiting is None:
        return replies
    warm = replies if answer.intent == "distress" else ()
    return (*warm, _held(office, conversation, message_id, text))


def without_words(office: Office, conversation: Conversation, message_id: str, text: str) -> Reply | None:
    """The reply to signs alone, such as a thumb, after the coach spoke; otherwise None: the desk can't read them."""
    if client_answers.standing(office, conversation.id).spoke:
        return _held(office, conversation, message_id, text)
    return None


def _held(office: Office, conversation: Conversation, message_id: str, text: str) -> Reply:
    try:
        waiting = client_answers.hold(office, conversation.id, message_id, text)
    except Refused:
        return Reply(words.PASS_ON_BSN.to(conversation.language))
    return _question(waiting, conversation.language)


def _is_for_the_desk(answer: Answer) -> bool:
    intent = answer.intent or ""
    return answer.confidence >= SURE and (intent.startswith(_ERRANDS) or intent in _COMMANDS)


def _question(text: str, language: Language) -> Reply:
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN].rstrip()} …"
    return Reply(
        words.PASS_ON_ASK.to(language).format(text=shown),
        (Offer(words.PASS_ON.to(language), PASS_ON), Offer(words.KEEP_BACK.to(language), KEEP_BACK)),
    )


def _named(label: Both) -> set[str]:
    return {_REST.sub("", label.nl.casefold()), _REST.sub("", label.en.casefold())}
