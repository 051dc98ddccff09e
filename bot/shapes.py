"""The shapes of the public interface (design §10), as its OpenAPI page shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from bot.said import Pressed, Said, Text
from casework.messages import Language, Message, Speaker

_PLAIN = r"^[\x21-\x7e]+$"
"""Tokens and ids: visible ASCII, whatever JSON can hold."""


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ChoiceOut(BaseModel):
    """A choice that this conversation offers, by an opaque id."""

    id: str
    label: str


class LinkOut(BaseModel):
    """Where to read on."""

    label: str
    url: str


class QuoteOut(BaseModel):
    """Words of the practice's own policy, verbatim, and where they stand in it."""

    text: str
    place: str


class MessageOut(BaseModel):
    """One message. `text` is plain text; `at` is in UTC; `from` says who speaks: the front desk or the coach."""

    model_config = ConfigDict(serialize_by_alias=True)

    id: str
    speaker: Annotated[Speaker, Field(serialization_alias="from")]
    text: str
    choices: list[ChoiceOut]
    link: LinkOut | None
    quote: QuoteOut | None
    at: datetime

    @classmethod
    def of(cls, message: Message) -> Self:
        """The message as clients get it."""
        return cls(
            id=message.id,
            speaker=message.speaker,
            text=message.text,
            choices=[ChoiceOut(id=choice.id, label=choice.label) for choice in message.choices],
            link=message.link and LinkOut(label=message.link.label, url=message.link.url),
            quote=message.quote and QuoteOut(text=message.quote.text, place=message.quote.place),
            at=message.at,
        )


class ConversationIn(_In):
    """A conversation to begin. language: without it, Dutch until the person writes English."""

    language: Language | None = None
    channel: Literal["web"] = "web"


class ConversationOut(BaseModel):
    """A conversation that was begun or taken over. The token is given once, here."""

    id: str
    token: str
    language: Language
    messages: list[MessageOut]


class MessageIn(_In):
    """What a person says: words, or a choice that was offered; exactly one of both.

    client_message_id: the client's own name for this message. Sent again with the same name, it gets the same answer.
    seen_until: the `at` of the newest reply that is on the person's screen. Words that answer an older one are not handled:
    the conversation went on elsewhere, such as in a second tab.
    """

    text: str | None = None
    choice: Annotated[str, Field(max_length=64, pattern=_PLAIN)] | None = None
    client_message_id: UUID
    seen_until: AwareDatetime | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.text is None) == (self.choice is None):
            raise ValueError("text or choice")
        return self

    @property
    def said(self) -> Said:
        """The same, as the conversation service takes it."""
        return Text(self.text, self.seen_until) if self.text is not None else Pressed(self.choice or "")


class AnswerOut(BaseModel):
    """What the front desk answers. `over`: the conversation was wiped, and these are its last words."""

    messages: list[MessageOut]
    language: Language
    over: bool = False


class SeenIn(_In):
    """The id of the last event that is on the person's screen."""

    id: Annotated[int, Field(ge=1)]


class HandOverIn(_In):
    """The single-use token out of the fragment of a link that Telegram showed."""

    token: Annotated[str, Field(min_length=8, max_length=128, pattern=_PLAIN)]


class CodeIn(_In):
    """A code that came by another way than the link."""

    code: Annotated[str, Field(max_length=32)]


class CodeSentOut(BaseModel):
    """Where the code goes: into the open conversation, by mail, or by the coach's voice."""

    way: Literal["chat", "mail", "call_back"]


class ConfirmationIn(_In):
    """The single-use token out of the fragment of a mailed link."""

    token: Annotated[str, Field(min_length=8, max_length=256, pattern=_PLAIN)]


class ConfirmationOut(BaseModel):
    """The proof of a consent that was confirmed in writing."""

    number: str
    state: str


class ProblemOut(BaseModel):
    """What went wrong (RFC 9457); `detail` is a sentence for people, in the conversation's language."""

    type: str
    title: str
    status: int
    detail: str
    code: str


class Health(BaseModel):
    """Whether a part stands."""

    status: Literal["ok", "starting"]
    parts: dict[str, bool] = {}
