"""Accounts of those who may enter the desk, and their sessions. The desk decides; this is where it is kept.

Every function takes a `Work` or `Reading` first, and times as arguments. Session ids and invitation tokens come in hashed
already (`digest`); the passphrase as its Argon2id hash; the second factor's secret is sealed under the account's own key.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, delete, or_
from sqlmodel import col, select

from store import blind_index, tables
from store.database import Store
from store.terms import Ground
from store.work import Reading, Work

Role = Literal["owner", "coach"]
SETUP_HOURS = 24

_GROUND = Ground("access", "contract")
"""Whoever works at the desk: their name is kept to say who did what."""

_TABLE, _RECORD, _TOTP, _NAME = "account", "record", "totp", "name"


class NoSuchAccount(LookupError):
    """No account has this id."""


class NameTaken(ValueError):
    """Another account that has not ended has this name already."""

    def __init__(self) -> None:
        super().__init__("This name is in use by another account.")


@dataclass(frozen=True, slots=True)
class Account:
    """One account. `state` is invited, active or ended; an invited account has no name, passphrase or secret yet."""

    id: str
    name: str
    role: str
    state: str
    passphrase_hash: str
    totp_secret: str
    totp_last_step: int
    recovery: tuple[str, ...]
    failures: int
    locked_until: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """One session at the desk. `step_up_until`: how long a fresh code still counts."""

    id_hash: str
    account_id: str
    csrf: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    step_up_until: datetime | None


def digest(token: str) -> str:
    """Return how a session id or invitation token is kept: SHA-256 in hex. The token itself is random enough."""
    return hashlib.sha256(token.encode()).hexdigest()


# Accounts


def issue_setup_token(store: Store, at: datetime, hours: int = SETUP_HOURS) -> str:
    """Return a fresh token with which the owner's account can be made once, within `hours`. Earlier ones lapse."""
    token = secrets.token_urlsafe(32)
    until = at + timedelta(hours=hours)
    with store.work(at) as work:
        waiting = work.data.exec(
            select(tables.Account).where(tables.Account.role == "owner", tables.Account.state == "invited")
        ).first()
        if waiting is None:
            invite(work, "owner", digest(token), until)
        else:
            waiting.invite_hash, waiting.invite_until = digest(token), until
    return token


def has_owner(store: Store) -> bool:
    """Tell whether there is an active owner."""
    with store.read() as reading:
        owners = select(tables.Account.id).where(
            tables.Account.role == "owner", tables.Account.state == "active"
        )
        return reading.data.exec(owners).first() is not None


def any_account(reading: Reading) -> bool:
    """Tell whether anybody can sign in yet."""
    return (
        reading.data.exec(select(tables.Account.id).where(tables.Account.state == "active")).first()
        is not None
    )


def invite(work: Work, role: Role, token_hash: str, until: datetime) -> str:
    """Make an account that whoever holds the token can activate until then, and return its id."""
    account = work.new_subject("account")
    work.data.add(
        tables.Account(
            id=account,
            role=role,
            state="invited",
            invite_hash=token_hash,
            invite_until=until,
            purpose=_GROUND.purpose,
            legal_basis=_GROUND.legal_basis,
            created_at=work.at,
        )
    )
    return account


def invited(reading: Reading, token_hash: str, now: datetime) -> Account | None:
    """Return the account that this token invites to, or None: unknown, used or too late."""
    row = reading.data.exec(select(tables.Account).where(tables.Account.invite_hash == token_hash)).first()
    if row is None or row.state != "invited" or row.invite_until is None or now >= row.invite_until:
        return None
    return _account(reading, row)


def activate(
    work: Work, account: str, *, name: str, passphrase_hash: str, totp_secret: str, recovery: Sequence[str]
) -> None:
    """Give an invited account its name, passphrase and second factor. The invitation is used up.

    Raises:
        NoSuchAccount: there is no such account, or it is not waiting for this.
        NameTaken: another account has this name.
    """
    row = _row(work, account)
    if row.state != "invited":
        raise NoSuchAccount
    if find(work, name) is not None:
        raise NameTaken
    row.state = "active"
    row.invite_hash = row.invite_until = None
    row.passphrase_hash = passphrase_hash
    row.record = work.reseal(account, _TABLE, _RECORD, account, {"name": name, "recovery": list(recovery)})
    row.totp = work.reseal(account, _TABLE, _TOTP, account, totp_secret)
    work.index(_TABLE, _NAME, blind_index.normal(name), account)


def find(reading: Reading, name: str) -> Account | None:
    """Return the active account with this name, whatever its case, or None."""
    for account in reading.find(_TABLE, _NAME, blind_index.normal(name)):
        row = reading.data.get(
            tables.Account, account
        )  # none, where a crash kept the look-up but not the account
        if row is not None and row.state == "active":
            return _account(reading, row)
    return None


def get(reading: Reading, account: str) -> Account:
    """Return the account.

    Raises:
        NoSuchAccount: there is no such account.
    """
    return _account(reading, _row(reading, account))


def all_accounts(reading: Reading) -> list[Account]:
    """Return all accounts, also those that ended, oldest first."""
    rows = select(tables.Account).order_by(col(tables.Account.created_at), col(tables.Account.id))
    return [_account(reading, row) for row in reading.data.exec(rows)]


def set_passphrase(work: Work, account: str, passphrase_hash: str) -> None:
    """Replace the hash of the passphrase.

    Raises:
        NoSuchAccount: there is no such account.
    """
    _row(work, account).passphrase_hash = passphrase_hash


def set_second_factor(work: Work, account: str, totp_secret: str, recovery: Sequence[str]) -> None:
    """Replace the second factor's secret and the recovery codes; codes of the old ones no longer count.

    Raises:
        NoSuchAccount: there is no such account.
    """
    row = _row(work, account)
    row.totp = work.reseal(account, _TABLE, _TOTP, account, totp_secret)
    row.totp_last_step = -1
    _set_recovery(work, row, recovery)


def use_step(work: Work, account: str, step: int) -> bool:
    """Use up a time step of the second factor. False when it, or a later one, was used before.

    Raises:
        NoSuchAccount: there is no such account.
    """
    row = _row(work, account)
    if step <= row.totp_last_step:
        return False
    row.totp_last_step = step
    return True


def use_recovery(work: Work, account: str, code_digest: str) -> bool:
    """Use up a recovery code by its digest. False when there is no such code, or it was used before.

    Raises:
        NoSuchAccount: there is no such account.
    """
    row = _row(work, account)
    codes = _account(work, row).recovery
    left = [code for code in codes if not secrets.compare_digest(code, code_digest)]
    if len(left) == len(codes):
        return False
    _set_recovery(work, row, left)
    return True


def set_misses(work: Work, account: str, failures: int, locked_until: datetime | None) -> None:
    """Keep how often signing in failed in a row, and until when the next try waits.

    Raises:
        NoSuchAccount: there is no such account.
    """
    row = _row(work, account)
    row.failures, row.locked_until = failures, locked_until


def end(work: Work, account: str) -> None:
    """End an account: its sessions are over at once, its invitation and second factor are gone; its name stays readable.

    Raises:
        NoSuchAccount: there is no such account.
    """
    row = _row(work, account)
    row.state = "ended"
    row.passphrase_hash = row.totp = row.invite_hash = row.invite_until = None
    work.unindex(account)
    end_sessions(work, account)


def give_term(work: Work, days: int) -> int:
    """Let the accounts that ended be kept so many days more, for the audit log's sake. Returns how many."""
    rows = work.data.exec(
        select(tables.Account).where(
            tables.Account.state == "ended", col(tables.Account.expires_at).is_(None)
        )
    ).all()
    for row in rows:
        row.expires_at = work.at + timedelta(days=days)
    return len(rows)


def remove_over(work: Work) -> int:
    """Destroy the keys of accounts past their term and delete their rows. Returns how many."""
    rows = work.data.exec(select(tables.Account).where(col(tables.Account.expires_at) <= work.at)).all()
    for row in rows:
        work.destroy(row.id)
        work.data.delete(row)
    return len(rows)


# Sessions


def open_session(
    work: Work, *, id_hash: str, account_id: str, csrf: str, now: datetime, expires_at: datetime
) -> None:
    """Keep a new session."""
    work.data.add(
        tables.Session(
            id_hash=id_hash,
            account_id=account_id,
            csrf=csrf,
            created_at=now,
            seen_at=now,
            expires_at=expires_at,
        )
    )


def session(reading: Reading, id_hash: str) -> Session | None:
    """Return the session that is kept under this hash, or None. Whether it is over by now, the caller judges."""
    row = reading.data.get(tables.Session, id_hash)
    return _session(row) if row else None


def touch_session(work: Work, id_hash: str, now: datetime) -> None:
    """Keep when the session was last used. A session that is gone stays gone."""
    if row := work.data.get(tables.Session, id_hash):
        row.seen_at = now


def step_up(work: Work, id_hash: str, until: datetime | None) -> None:
    """Keep until when a fresh code counts in this session. A session that is gone stays gone."""
    if row := work.data.get(tables.Session, id_hash):
        row.step_up_until = until


def end_session(work: Work, id_hash: str) -> None:
    """End a session, if it is there."""
    if row := work.data.get(tables.Session, id_hash):
        work.data.delete(row)


def end_sessions(work: Work, account_id: str, except_hash: str | None = None) -> int:
    """End all sessions of an account but one, and return how many."""
    mine = [row for row in _sessions(work, account_id) if row.id_hash != except_hash]
    for row in mine:
        work.data.delete(row)
    return len(mine)


def sessions_of(reading: Reading, account_id: str) -> list[Session]:
    """Return the sessions of an account, oldest first."""
    return [_session(row) for row in _sessions(reading, account_id)]


def expire_sessions(work: Work, now: datetime, idle_since: datetime | None = None) -> int:
    """Delete the sessions that are past their end, or unused since `idle_since`, and return how many."""
    over: ColumnElement[bool] = col(tables.Session.expires_at) <= now
    if idle_since is not None:
        over = or_(over, col(tables.Session.seen_at) <= idle_since)
    gone = work.data.exec(delete(tables.Session).where(over))
    return int(gone.rowcount)


def _row(reading: Reading, account: str) -> tables.Account:
    row = reading.data.get(tables.Account, account)
    if row is None:
        raise NoSuchAccount
    return row


def _account(reading: Reading, row: tables.Account) -> Account:
    record = reading.open(row.id, _TABLE, _RECORD, row.id, row.record) if row.record else {}
    return Account(
        id=row.id,
        name=record.get("name", ""),
        role=row.role,
        state=row.state,
        passphrase_hash=row.passphrase_hash or "",
        totp_secret=reading.open(row.id, _TABLE, _TOTP, row.id, row.totp) if row.totp else "",
        totp_last_step=row.totp_last_step,
        recovery=tuple(record.get("recovery", ())),
        failures=row.failures,
        locked_until=row.locked_until,
        created_at=row.created_at,
    )


def _set_recovery(work: Work, row: tables.Account, recovery: Sequence[str]) -> None:
    name = _account(work, row).name
    row.record = work.reseal(row.id, _TABLE, _RECORD, row.id, {"name": name, "recovery": list(recovery)})


def _sessions(reading: Reading, account_id: str) -> list[tables.Session]:
    mine = select(tables.Session).where(tables.Session.account_id == account_id)
    return list(reading.data.exec(mine.order_by(col(tables.Session.created_at), col(tables.Session.id_hash))))


def _session(row: tables.Session) -> Session:
    return Session(
        id_hash=row.id_hash,
        account_id=row.account_id,
        csrf=row.csrf,
        created_at=row.created_at,
        seen_at=row.seen_at,
        expires_at=row.expires_at,
        step_up_until=row.step_up_until,
    )
