"""What isn't for Telegram is done on our own page: a link that opens this same conversation there, once."""

from __future__ import annotations

from dataclasses import replace

from bot import words
from bot.engine import Answer
from bot.threads import in_thread
from casework import conversations
from casework.conversations import Conversation
from casework.messages import Language, Link, Offer, Reply
from casework.office import Office
from casework.words import Both

HAND_OVER = "/verder#"
"""How the link to the web page that takes over a Telegram talk goes on after the public address."""

_STOP = "/stop"
_NO_TOPIC = {None, "inform", "affirm", "deny", "nlu_fallback", "nlu_lost"}


async def lead_there(office: Office, conversation: Conversation, said: Both, *choices: Offer) -> Reply:
    """A reply with a fresh link on which this conversation goes on, on our own page."""
    language = conversation.language
    token = await in_thread(conversations.hand_over, office, conversation.id)
    link = Link(words.SECURE_PAGE.to(language), f"{office.client_url}{HAND_OVER}{token}")
    return Reply(said.to(language).format(minutes=office.pack.codes.hand_over_minutes), choices, link)


async def finish_there(office: Office, conversation: Conversation) -> Reply:
    """What is being filled in on the web page is not asked, and not answered, in Telegram."""
    stop = Offer(words.STOP.to(conversation.language), _STOP)
    return await lead_there(office, conversation, words.ON_THE_WEB, stop)


def with_way_on(office: Office, reply: Reply, answer: Answer, language: Language) -> Reply:
    """Beside a link to the web page, the choice to go on there with what was asked: nobody has to say it twice."""
    if reply.choices or not reply.link or answer.intent in _NO_TOPIC:
        return reply
    if not reply.link.url.startswith(office.client_url + HAND_OVER):
        return reply
    return replace(reply, choices=(Offer(words.ONGOING.to(language), f"/{answer.intent}"),))
