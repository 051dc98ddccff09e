"""All tables, in two databases: `KeysTable` classes live in keys.db, `DataTable` classes in data.db.

Ids are random text (`store.ids.new_id`) unless a docstring says otherwise. Columns of type `Sealed` hold sealed JSON; every
other column holds ids, codes, dates and counts only. A subject's id (person, conversation, account) names its key in keys.db.
References between tables are checked when a transaction commits, so the order of inserts within it doesn't matter.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, LargeBinary, MetaData, Text
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from store.columns import Moment, Sealed

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class KeysTable(SQLModel, registry=registry(metadata=MetaData(naming_convention=_NAMES))):
    """A table of keys.db."""


class DataTable(SQLModel, registry=registry(metadata=MetaData(naming_convention=_NAMES))):
    """A table of data.db."""


def _sealed(*, nullable: bool = False) -> Any:
    return Field(default=None if nullable else ..., sa_type=Sealed, nullable=nullable)


def _moment(*, nullable: bool = False, index: bool = False) -> Any:
    return Field(default=None if nullable else ..., sa_type=Moment, nullable=nullable, index=index)


def _refers(to: str, *, on_delete: str | None = None, nullable: bool = False) -> Any:
    reference = ForeignKey(to, ondelete=on_delete, deferrable=True, initially="DEFERRED")
    return Field(
        default=None if nullable else ...,
        sa_column_args=(reference,),
        nullable=nullable,
        index=True,
    )


class SubjectKey(KeysTable, table=True):
    """The wrapped key of a subject; after erasure a tombstone: no key, and the moment of erasure.

    `revisions`: which seals of replaced values may open (`store.revisions`); None while nothing was replaced.
    """

    __tablename__ = "subject_key"
    subject: str = Field(primary_key=True)
    kind: str
    wrapped: bytes | None = Field(default=None, sa_type=LargeBinary, nullable=True)
    created_at: datetime = _moment()
    erased_at: datetime | None = _moment(nullable=True)
    revisions: str | None = Field(default=None, sa_type=Text, nullable=True)


class BlindIndex(KeysTable, table=True):
    """Finds subjects by a value that is not stored: HMAC-SHA256 of the normalised value."""

    __tablename__ = "blind_index"
    table_name: str = Field(primary_key=True)
    column_name: str = Field(primary_key=True)
    digest: bytes = Field(sa_type=LargeBinary, primary_key=True)
    subject: str = Field(primary_key=True, index=True)


class Person(DataTable, table=True):
    """One data subject. The record holds name, e-mail, phone and how to be reached safely."""

    __tablename__ = "person"
    id: str = Field(primary_key=True)
    record: bytes | None = _sealed(nullable=True)
    state: str
    source: str
    purpose: str
    legal_basis: str
    created_at: datetime = _moment()
    expires_at: datetime | None = _moment(nullable=True, index=True)


class Conversation(DataTable, table=True):
    """One chat on one channel; its id is its subject. `state` holds the choices on offer, `chat` the Telegram chat id.

    `forgotten`: None while the engine may hold events of it, False once they are to be erased, True when they are.
    `cleared_at`: when the engine was last asked to erase what nobody came back to; the conversation itself went on.
    """

    __tablename__ = "conversation"
    id: str = Field(primary_key=True)
    token_hash: str | None = None
    channel: str
    language: str
    person_id: str | None = _refers("person.id", on_delete="SET NULL", nullable=True)
    verified_until: datetime | None = _moment(nullable=True)
    state: bytes | None = _sealed(nullable=True)
    chat: bytes | None = _sealed(nullable=True)
    link_hash: str | None = Field(default=None, index=True)
    link_until: datetime | None = _moment(nullable=True)
    purpose: str
    legal_basis: str
    created_at: datetime = _moment()
    last_at: datetime = _moment()
    expires_at: datetime = _moment(index=True)
    cleared_at: datetime | None = _moment(nullable=True)
    wiped_at: datetime | None = _moment(nullable=True)
    forgotten: bool | None = None


class Turn(DataTable, table=True):
    """One message of a client and the reply to it; no reply yet means that handling began."""

    __tablename__ = "turn"
    conversation_id: str = Field(
        sa_column=Column(
            ForeignKey("conversation.id", ondelete="CASCADE", deferrable=True, initially="DEFERRED"),
            primary_key=True,
        )
    )
    client_message_id: str = Field(primary_key=True)
    reply: bytes | None = _sealed(nullable=True)
    at: datetime = _moment()


class Delivery(DataTable, table=True):
    """A message to a conversation that nobody asked for just then: the coach's answer, a reminder.

    The database numbers it, after it was sealed; so the seal names the random id instead.
    """

    __tablename__ = "delivery"
    __table_args__ = {"sqlite_autoincrement": True}
    seq: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    conversation_id: str = _refers("conversation.id", on_delete="CASCADE")
    message: bytes = _sealed()
    at: datetime = _moment()
    taken_at: datetime | None = _moment(nullable=True)


class Code(DataTable, table=True):
    """A one-time code or link token. `place` is a keyed digest of the address asked for, `about` an id it stands for."""

    __tablename__ = "code"
    id: str = Field(primary_key=True)
    conversation_id: str | None = _refers("conversation.id", on_delete="CASCADE", nullable=True)
    purpose: str
    person_id: str | None = Field(default=None, index=True)
    place: str | None = Field(default=None, index=True)
    about: str | None = Field(default=None, index=True)
    digest: str = Field(index=True)
    tries: int = Field(default=0)
    expires_at: datetime = _moment(index=True)
    used_at: datetime | None = _moment(nullable=True)
    created_at: datetime = _moment()


class Consent(DataTable, table=True):
    """One permission: purpose, medium and occasion, with where it stands now. Its story is in `ConsentEvent`."""

    __tablename__ = "consent"
    id: str = Field(primary_key=True)
    person_id: str = _refers("person.id")
    kind: str
    record: bytes | None = _sealed(nullable=True)
    state: str
    purpose: str
    legal_basis: str
    asked_at: datetime | None = _moment(nullable=True)
    given_at: datetime | None = _moment(nullable=True)
    withdrawn_at: datetime | None = _moment(nullable=True)
    expires_at: datetime | None = _moment(nullable=True, index=True)


class ConsentEvent(DataTable, table=True):
    """What happened to a consent, with the words that were shown. Only ever added to; numbered from 1 for each consent."""

    __tablename__ = "consent_event"
    id: str = Field(primary_key=True)
    consent_id: str = _refers("consent.id", on_delete="CASCADE")
    number: int
    event: str
    at: datetime = _moment()
    text_hash: str | None = None
    text_version: str | None = None
    language: str | None = None
    channel: str
    method: str
    by: str


class Request(DataTable, table=True):
    """A person exercising a right, with its clock: the promised date and the legal one."""

    __tablename__ = "request"
    id: str = Field(primary_key=True)
    reference: str = Field(unique=True)
    person_id: str = _refers("person.id")
    conversation_id: str | None = _refers("conversation.id", on_delete="SET NULL", nullable=True)
    kind: str
    state: str
    identity: str
    purpose: str
    legal_basis: str
    received_at: datetime = _moment()
    promised: date
    legal: date
    extended_at: datetime | None = _moment(nullable=True)
    extended_to: date | None = None
    detail: bytes | None = _sealed(nullable=True)
    reason: bytes | None = _sealed(nullable=True)
    closed_at: datetime | None = _moment(nullable=True)
    expires_at: datetime | None = _moment(nullable=True, index=True)


class Ticket(DataTable, table=True):
    """What the coach sees and works on. `body` is sealed for `subject`: a person, a conversation, or a key of its own."""

    __tablename__ = "ticket"
    id: str = Field(primary_key=True)
    reference: str = Field(unique=True)
    kind: str
    person_id: str | None = _refers("person.id", nullable=True)
    request_id: str | None = _refers("request.id", nullable=True)
    consent_id: str | None = _refers("consent.id", nullable=True)
    conversation_id: str | None = _refers("conversation.id", on_delete="SET NULL", nullable=True)
    state: str
    taken_by: str | None = None
    subject: str | None = None
    purpose: str
    legal_basis: str
    promised: date | None = Field(default=None, index=True)
    legal: date | None = None
    body: bytes | None = _sealed(nullable=True)
    created_at: datetime = _moment()
    closed_at: datetime | None = _moment(nullable=True)
    expires_at: datetime | None = _moment(nullable=True, index=True)


class TicketEvent(DataTable, table=True):
    """One step in a ticket's story, numbered from 1 for each ticket."""

    __tablename__ = "ticket_event"
    id: str = Field(primary_key=True)
    ticket_id: str = _refers("ticket.id", on_delete="CASCADE")
    number: int
    at: datetime = _moment()
    act: str
    by: str
    note: bytes | None = _sealed(nullable=True)


class Hold(DataTable, table=True):
    """A reason that erasure must wait. Its id is a subject of its own, so that its note outlives the person's key."""

    __tablename__ = "hold"
    id: str = Field(primary_key=True)
    person_id: str = _refers("person.id")
    kind: str
    purpose: str
    legal_basis: str
    since: date
    until: date | None = None
    note: bytes | None = _sealed(nullable=True)


class Export(DataTable, table=True):
    """A sealed bundle or answer waiting for its person. Its key is not in the store."""

    __tablename__ = "export"
    id: str = Field(primary_key=True)
    kind: str
    ticket_id: str = _refers("ticket.id", on_delete="CASCADE")
    person_id: str = _refers("person.id")
    file: str
    sha256: str
    purpose: str
    legal_basis: str
    created_at: datetime = _moment()
    expires_at: datetime = _moment(index=True)
    downloads: int = Field(default=0)
    max_downloads: int


class Receipt(DataTable, table=True):
    """A signed proof for the person to keep. It outlives the person's record, so it refers by bare ids."""

    __tablename__ = "receipt"
    number: str = Field(primary_key=True)
    kind: str
    person_id: str | None = Field(default=None, index=True)
    conversation_id: str | None = Field(default=None, index=True)
    purpose: str
    legal_basis: str
    payload: str = Field(sa_type=Text)
    signature: bytes = Field(sa_type=LargeBinary)
    at: datetime = _moment()
    expires_at: datetime | None = _moment(nullable=True, index=True)


class Account(DataTable, table=True):
    """Someone who may enter the desk; its id is its subject. `record` holds the name and the digests of recovery codes."""

    __tablename__ = "account"
    id: str = Field(primary_key=True)
    role: str
    state: str
    record: bytes | None = _sealed(nullable=True)
    passphrase_hash: str | None = None
    totp: bytes | None = _sealed(nullable=True)
    totp_last_step: int = Field(default=-1)
    failures: int = Field(default=0)
    locked_until: datetime | None = _moment(nullable=True)
    invite_hash: str | None = Field(default=None, unique=True)
    invite_until: datetime | None = _moment(nullable=True)
    purpose: str
    legal_basis: str
    created_at: datetime = _moment()
    expires_at: datetime | None = _moment(nullable=True, index=True)


class Session(DataTable, table=True):
    """A coach's session at the desk, found by the hash of the id that the browser holds."""

    __tablename__ = "session"
    id_hash: str = Field(primary_key=True)
    account_id: str = _refers("account.id", on_delete="CASCADE")
    csrf: str
    created_at: datetime = _moment()
    seen_at: datetime = _moment()
    expires_at: datetime = _moment(index=True)
    step_up_until: datetime | None = _moment(nullable=True)


class Mail(DataTable, table=True):
    """A mail that waits to be sent, sealed for `subject_id`. Its row goes when it is sent; without `next_try_at` it is held."""

    __tablename__ = "mail"
    id: str = Field(primary_key=True)
    subject_id: str
    person_id: str | None = Field(default=None, index=True)
    ticket_id: str | None = Field(default=None, index=True)
    once: str | None = Field(default=None, unique=True)
    message: bytes = _sealed()
    purpose: str
    legal_basis: str
    created_at: datetime = _moment()
    next_try_at: datetime | None = _moment(nullable=True, index=True)
    tries: int = Field(default=0)
    expires_at: datetime | None = _moment(nullable=True, index=True)


class Done(DataTable, table=True):
    """An act that was carried out under this name, and its result: asked again, it is not done again."""

    __tablename__ = "done"
    once: str = Field(primary_key=True)
    act: str
    result: str = Field(sa_type=Text)
    at: datetime = _moment(index=True)


class AuditEntry(DataTable, table=True):
    """One link of the audit chain, numbered from 1 without gaps. Ids and counts only; survives every erasure."""

    __tablename__ = "audit"
    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = _moment()
    act: str
    by: str
    ids: str = Field(sa_type=Text)
    previous: bytes = Field(sa_type=LargeBinary)
    mac: bytes = Field(sa_type=LargeBinary)
