"""Signing in and proving it again: passphrase and a code together, counted before they are checked.

A miss is written down first and forgiven after: otherwise a hundred tries at once would all count as the first.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from desk import known_browser, passphrases, second_factor
from desk.slowness import Misses, Tally, Try
from store import accounts
from store.accounts import Account, Session
from store.database import Store

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Welcome:
    """Name, passphrase and code were right. `recovery_left` is a number only if a recovery code was used up."""

    account: Account
    recovery_left: int | None = None


@dataclass(frozen=True, slots=True)
class Miss:
    """Not signed in.

    kind: "wrong" (which of the three is not said), "wait" (too early: nothing was checked), "used" (all was right, but
    this code has done its work before). seconds: how long the next try waits.
    """

    kind: str
    seconds: int = 0


def sign_in(
    store: Store, tally: Tally, name: str, passphrase: str, code: str, now: datetime, browser: str = ""
) -> Welcome | Miss:
    """Check name, passphrase and code (or a recovery code). An unknown name costs the same work and the same waits.

    browser: the mark of a browser that signed in before; its misses count apart.
    """
    with store.read() as reading:
        account = accounts.find(reading, name)
    if account is None:
        return _stranger(store, tally, name, passphrase, now)
    known = known_browser.recognise(store, browser, account.id)
    counted = tally.count(known, now) if known else _count(store, account.id, now)
    if not counted.allowed:
        return Miss("wait", counted.seconds)
    if not passphrases.matches(passphrase, account.passphrase_hash, store.keyring.passphrase_secret()):
        return Miss("wrong", counted.seconds)
    outcome = _use_code(store, account, code, now, counted.seconds, recovery=True)
    if isinstance(outcome, Welcome):
        _forgive(store, tally, known, account.id, now)
    return outcome


def prove_again(
    store: Store, tally: Tally, account: Account, session: Session, code: str, now: datetime
) -> Miss | None:
    """Step-up: a fresh code of the phone before an act that can't be undone (ASVS 5.0, 7.5.3); no recovery code."""
    key = f"session:{session.id_hash}"
    counted = tally.count(key, now)
    if not counted.allowed:
        return Miss("wait", counted.seconds)
    outcome = _use_code(store, account, code, now, counted.seconds, recovery=False)
    if isinstance(outcome, Miss):
        return outcome
    tally.forgive(key)
    return None


def _count(store: Store, account_id: str, now: datetime) -> Try:
    with store.work(now) as work:
        account = accounts.get(work, account_id)
        misses = Misses(account.failures, account.locked_until)
        if seconds := misses.seconds_left(now):
            return Try(allowed=False, seconds=seconds)
        counted = misses.one_more(now)
        accounts.set_misses(work, account_id, counted.count, counted.until)
        work.note("sign_in.tried", account_id, tries=counted.count)
    return Try(allowed=True, seconds=counted.seconds_left(now))


def _forgive(store: Store, tally: Tally, known: str | None, account_id: str, now: datetime) -> None:
    if known is not None:
        tally.forgive(known)
        return
    with store.work(now) as work:
        accounts.set_misses(work, account_id, 0, None)


def _use_code(
    store: Store, account: Account, code: str, now: datetime, seconds: int, *, recovery: bool
) -> Welcome | Miss:
    """Use up the code: each one works once."""
    step = second_factor.step_of(account.totp_secret, code, now)
    with store.work(now) as work:
        if step is not None:
            return Welcome(account) if accounts.use_step(work, account.id, step) else Miss("used", seconds)
        if recovery and accounts.use_recovery(work, account.id, second_factor.recovery_digest(code)):
            left = len(accounts.get(work, account.id).recovery)
            work.note("recovery.used", account.id, left=left)
            return Welcome(account, left)
    return Miss("wrong", seconds)


def _stranger(store: Store, tally: Tally, name: str, passphrase: str, now: datetime) -> Miss:
    counted = tally.count(f"name:{name.strip().casefold()}", now)
    if not counted.allowed:
        return Miss("wait", counted.seconds)
    pepper = store.keyring.passphrase_secret()
    passphrases.matches(passphrase, _nobodys_hash(pepper), pepper)
    _log.info("sign-in tried with a name that has no account")
    return Miss("wrong", counted.seconds)


@lru_cache(maxsize=1)
def _nobodys_hash(pepper: bytes) -> str:
    """A hash that fits nothing, so that an unknown name takes as long as a known one."""
    return passphrases.hash_passphrase(second_factor.new_secret(), pepper)
