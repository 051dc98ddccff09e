"""Making an account from a one-time invitation: name and passphrase first, then the phone, then all of it at once.
And giving an account another phone.

Between the two screens nothing is stored. What was chosen travels in the form, sealed under the invited account's own
key, so that any process of the desk can go on with it and nobody can read or change it on the way.
"""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime

from desk import passphrases, second_factor
from store import accounts
from store.accounts import Account, NoSuchAccount
from store.database import Store
from store.sealing import SealError

_PLACE = ("account", "enrolment")


class InvitationOver(Exception):
    """The link is unknown, used or too old."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the first screen decided. `sealed` goes into the second screen's form."""

    name: str
    totp_secret: str
    sealed: str


def invited(store: Store, token: str, now: datetime) -> Account:
    """The account that this token invites to. Raises InvitationOver."""
    with store.read() as reading:
        account = accounts.invited(reading, accounts.digest(token), now)
    if account is None:
        raise InvitationOver
    return account


def choose(store: Store, token: str, name: str, passphrase: str, now: datetime) -> Chosen:
    """Keep name and passphrase for the second screen, with a fresh secret for the phone. Raises InvitationOver."""
    account = invited(store, token, now)
    phc = passphrases.hash_passphrase(passphrase, store.keyring.passphrase_secret())
    secret = second_factor.new_secret()
    choice = {"name": name, "passphrase_hash": phc, "totp_secret": secret}
    return Chosen(name, secret, _seal(store, account.id, choice, now))


def chosen(store: Store, token: str, sealed: str, now: datetime) -> Chosen:
    """What the first screen decided, read back. Raises InvitationOver, also for a form that was tampered with."""
    _, choice = _open(store, token, sealed, now)
    return Chosen(choice["name"], choice["totp_secret"], sealed)


def finish(
    store: Store, token: str, sealed: str, code: str, now: datetime
) -> tuple[str, tuple[str, ...]] | None:
    """Make the account if the phone's first code is right: its id and the recovery codes, shown once. None: wrong code.

    Raises InvitationOver and `store.accounts.NameTaken`.
    """
    account, choice = _open(store, token, sealed, now)
    step = second_factor.step_of(choice["totp_secret"], code, now)
    if step is None:
        return None
    codes = second_factor.new_recovery_codes()
    with store.work(now) as work:
        try:
            accounts.activate(
                work,
                account.id,
                name=choice["name"],
                passphrase_hash=choice["passphrase_hash"],
                totp_secret=choice["totp_secret"],
                recovery=_digests(codes),
            )
        except NoSuchAccount:
            raise InvitationOver from None
        accounts.use_step(work, account.id, step)
        work.note("account.opened", account.id)
    return account.id, codes


def choose_phone(store: Store, account: Account, now: datetime) -> Chosen:
    """A fresh secret for another phone, sealed for the second screen."""
    secret = second_factor.new_secret()
    return Chosen(account.name, secret, _seal(store, account.id, {"totp_secret": secret}, now))


def chosen_phone(store: Store, account: Account, sealed: str) -> Chosen:
    """The fresh secret read back. Raises InvitationOver for a form that was tampered with."""
    return Chosen(account.name, _unseal(store, account.id, sealed)["totp_secret"], sealed)


def change_phone(
    store: Store, account: Account, sealed: str, code: str, keep_session: str, now: datetime
) -> tuple[str, ...] | None:
    """Take the new phone if its first code is right: the recovery codes, shown once. None: wrong code.

    The old phone, the old recovery codes and all other sessions are over at once (ASVS 5.0, 6.5.6).
    """
    secret = chosen_phone(store, account, sealed).totp_secret
    step = second_factor.step_of(secret, code, now)
    if step is None:
        return None
    codes = second_factor.new_recovery_codes()
    with store.work(now) as work:
        accounts.set_second_factor(work, account.id, secret, _digests(codes))
        accounts.use_step(work, account.id, step)
        ended = accounts.end_sessions(work, account.id, keep_session)
        work.note("phone.changed", account.id, sessions=ended)
    return codes


def renew_recovery(store: Store, account: Account, now: datetime) -> tuple[str, ...]:
    """New recovery codes, shown once; the old ones are over. The phone stays, and its used codes stay used."""
    codes = second_factor.new_recovery_codes()
    with store.work(now) as work:
        used = accounts.get(work, account.id).totp_last_step
        accounts.set_second_factor(work, account.id, account.totp_secret, _digests(codes))
        accounts.use_step(work, account.id, used)
        work.note("recovery.renewed", account.id)
    return codes


def _digests(codes: tuple[str, ...]) -> list[str]:
    return [second_factor.recovery_digest(code) for code in codes]


def _open(store: Store, token: str, sealed: str, now: datetime) -> tuple[Account, dict[str, str]]:
    account = invited(store, token, now)
    return account, _unseal(store, account.id, sealed)


def _seal(store: Store, account_id: str, choice: dict[str, str], now: datetime) -> str:
    with store.work(now) as work:
        blob = work.seal(account_id, *_PLACE, account_id, dict(choice))
    return base64.urlsafe_b64encode(blob).decode()


def _unseal(store: Store, account_id: str, sealed: str) -> dict[str, str]:
    try:
        blob = base64.urlsafe_b64decode(sealed)
        with store.read() as reading:
            choice: dict[str, str] = reading.open(account_id, *_PLACE, account_id, blob)
    except (binascii.Error, ValueError, SealError):
        raise InvitationOver from None
    return choice
