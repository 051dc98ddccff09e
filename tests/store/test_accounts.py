"""Accounts and sessions of the desk, as the store keeps them."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from store import accounts
from store.accounts import NameTaken, NoSuchAccount
from store.database import Store
from store.ids import new_id
from store.work import Work

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
CODES = (accounts.digest("one"), accounts.digest("two"))


def _activate(work: Work, name: str = "Mila de Wit", role: accounts.Role = "coach") -> str:
    account = accounts.invite(work, role, accounts.digest(new_id()), work.at + timedelta(hours=1))
    accounts.activate(
        work, account, name=name, passphrase_hash="$argon2id$", totp_secret=SECRET, recovery=CODES
    )
    return account


def _open_session(work: Work, account: str, value: str = "cookie") -> str:
    id_hash = accounts.digest(value)
    accounts.open_session(
        work,
        id_hash=id_hash,
        account_id=account,
        csrf="csrf",
        now=work.at,
        expires_at=work.at + timedelta(hours=12),
    )
    return id_hash


def test_the_owner_s_token_works_once_and_only_in_time(store: Store, now: datetime) -> None:
    token = accounts.issue_setup_token(store, now, hours=2)
    assert not accounts.has_owner(store)
    with store.read() as reading:
        assert accounts.invited(reading, accounts.digest(token), now + timedelta(hours=2)) is None
        assert accounts.invited(reading, accounts.digest("another"), now) is None
        assert not accounts.any_account(reading)
    with store.work(now) as work:
        owner = accounts.invited(work, accounts.digest(token), now)
        assert owner is not None
        assert (owner.role, owner.state, owner.name) == ("owner", "invited", "")
        accounts.activate(work, owner.id, name="Mila", passphrase_hash="h", totp_secret=SECRET, recovery=())
    assert accounts.has_owner(store)
    with store.read() as reading:
        assert accounts.any_account(reading)
        assert accounts.invited(reading, accounts.digest(token), now) is None
    with pytest.raises(NoSuchAccount), store.work(now) as work:
        accounts.activate(work, owner.id, name="Mila", passphrase_hash="h", totp_secret=SECRET, recovery=())


def test_a_newer_owner_s_token_replaces_the_older(store: Store, now: datetime) -> None:
    first, second = accounts.issue_setup_token(store, now), accounts.issue_setup_token(store, now)
    with store.read() as reading:
        assert accounts.invited(reading, accounts.digest(first), now) is None
        assert accounts.invited(reading, accounts.digest(second), now) is not None
        assert len(accounts.all_accounts(reading)) == 1


def test_an_account_is_found_by_its_name_and_holds_its_secrets(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        mila = _activate(work)
        accounts.set_misses(work, mila, 4, now)
    with store.read() as reading:
        account = accounts.find(reading, " mila DE wit")
        assert account == accounts.get(reading, mila)
        assert account is not None
        assert (account.name, account.totp_secret, account.recovery) == ("Mila de Wit", SECRET, CODES)
        assert (account.failures, account.locked_until, account.passphrase_hash) == (4, now, "$argon2id$")
        assert accounts.find(reading, "iemand") is None


def test_name_and_secret_are_sealed(sqlite_store: Store, now: datetime, tmp_path: Path) -> None:
    with sqlite_store.work(now) as work:
        _activate(work)
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert b"Mila" not in stored
    assert SECRET.encode() not in stored


def test_two_accounts_do_not_share_a_name(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        _activate(work)
    with pytest.raises(NameTaken), store.work(now) as work:
        _activate(work, "mila de wit ")


@pytest.mark.parametrize(("first", "second", "works"), [(5, 6, True), (5, 5, False), (5, 4, False)])
def test_a_step_of_the_second_factor_counts_once(
    store: Store, now: datetime, first: int, second: int, works: bool
) -> None:
    with store.work(now) as work:
        mila = _activate(work)
        assert accounts.use_step(work, mila, first)
    with store.work(now) as work:
        assert accounts.use_step(work, mila, second) is works


def test_a_recovery_code_counts_once(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        mila = _activate(work)
        assert accounts.use_recovery(work, mila, CODES[0])
    with store.work(now) as work:
        assert not accounts.use_recovery(work, mila, CODES[0])
        assert accounts.get(work, mila).recovery == CODES[1:]
        assert accounts.get(work, mila).name == "Mila de Wit"


def test_a_new_second_factor_replaces_the_old(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        mila = _activate(work)
        accounts.use_step(work, mila, 5)
        accounts.set_second_factor(work, mila, "NEW", ["three"])
        accounts.set_passphrase(work, mila, "new")
    with store.read() as reading:
        account = accounts.get(reading, mila)
    assert (account.totp_secret, account.totp_last_step, account.recovery) == ("NEW", -1, ("three",))
    assert account.passphrase_hash == "new"


@pytest.mark.obligation(73)
def test_who_leaves_is_out_at_once(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        mila, other = _activate(work), _activate(work, "Ander")
        mine, theirs = _open_session(work, mila), _open_session(work, other, "theirs")
    with store.work(now) as work:
        accounts.end(work, mila)
    with store.work(now) as work:
        assert accounts.session(work, mine) is None
        assert accounts.session(work, theirs) is not None
        assert accounts.find(work, "Mila de Wit") is None
        ended = accounts.get(work, mila)
        assert (ended.state, ended.name, ended.totp_secret, ended.passphrase_hash) == (
            "ended",
            "Mila de Wit",
            "",
            "",
        )
        _activate(work)  # the name is free again


def test_a_session_comes_back_as_kept(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        mila = _activate(work)
        id_hash = _open_session(work, mila)
        accounts.touch_session(work, id_hash, now + timedelta(minutes=1))
        accounts.step_up(work, id_hash, now + timedelta(minutes=5))
    with store.read() as reading:
        session = accounts.session(reading, id_hash)
        assert session == accounts.Session(
            id_hash=id_hash,
            account_id=mila,
            csrf="csrf",
            created_at=now,
            seen_at=now + timedelta(minutes=1),
            expires_at=now + timedelta(hours=12),
            step_up_until=now + timedelta(minutes=5),
        )
        assert accounts.sessions_of(reading, mila) == [session]


def test_sessions_end_one_by_one_or_all_but_one(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        mila = _activate(work)
        one, two, three = (_open_session(work, mila, value) for value in "abc")
    with store.work(now) as work:
        accounts.end_session(work, one)
        accounts.end_session(work, one)
        assert accounts.end_sessions(work, mila, except_hash=two) == 1
    with store.read() as reading:
        assert [session.id_hash for session in accounts.sessions_of(reading, mila)] == [two]
        assert accounts.session(reading, three) is None


def test_sessions_that_are_over_or_unused_are_cleared(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        mila = _activate(work)
        for value in "abc":
            _open_session(work, mila, value)
        accounts.touch_session(work, accounts.digest("b"), now + timedelta(hours=1))
    with store.work(now) as work:
        assert accounts.expire_sessions(work, now + timedelta(hours=1)) == 0
        assert accounts.expire_sessions(work, now + timedelta(hours=1), idle_since=now) == 2
        assert accounts.expire_sessions(work, now + timedelta(hours=12)) == 1


def test_nobody_has_no_account(store: Store) -> None:
    with store.read() as reading, pytest.raises(NoSuchAccount):
        accounts.get(reading, "nobody")


def test_an_account_that_ended_is_forgotten_when_its_term_is_over(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        account = accounts.invite(work, "coach", "hash", now + timedelta(hours=1))
        accounts.activate(work, account, name="Noor", passphrase_hash="x", totp_secret="y", recovery=())
    with store.work(now) as work:
        assert accounts.give_term(work, 10) == 0
        accounts.end(work, account)
        assert accounts.give_term(work, 10) == 1
        assert accounts.remove_over(work) == 0
    with store.work(now + timedelta(days=10)) as work:
        assert accounts.remove_over(work) == 1
    with store.read() as reading:
        assert reading.is_erased(account)
        with pytest.raises(accounts.NoSuchAccount):
            accounts.get(reading, account)
