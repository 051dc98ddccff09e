"""Sessions on the server: the browser holds a random id in a cookie, the store only its hash (ASVS 5.0, 7.2 and 7.3)."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.responses import Response

from store import accounts
from store.accounts import Account, Session
from store.database import Store

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
STEP_UP = timedelta(minutes=5)
_SEEN_EVERY = timedelta(minutes=1)
"""The moment of last use is kept to the minute: a write for every picture and style sheet helps nobody."""


@dataclass(frozen=True, slots=True)
class Cookie:
    """The one cookie of the desk: not readable by scripts, never sent from another site, TLS only where there is TLS."""

    https: bool

    @property
    def name(self) -> str:
        """`__Host-` binds the cookie to this host and to TLS; browsers refuse that name on plain loopback."""
        return "__Host-balie" if self.https else "balie"

    def give(self, response: Response, value: str) -> None:
        """Set the cookie; it ends with the browser, and on the server before that."""
        response.set_cookie(self.name, value, path="/", secure=self.https, httponly=True, samesite="strict")

    def take(self, response: Response) -> None:
        """Remove the cookie."""
        response.delete_cookie(self.name, path="/", secure=self.https, httponly=True, samesite="strict")


def start(store: Store, account_id: str, now: datetime) -> str:
    """Open a session and return the value for the cookie; sessions that are over are cleared on the way."""
    value = secrets.token_urlsafe(32)
    with store.work(now) as work:
        accounts.expire_sessions(work, now, now - IDLE)
        accounts.open_session(
            work,
            id_hash=accounts.digest(value),
            account_id=account_id,
            csrf=secrets.token_urlsafe(32),
            now=now,
            expires_at=now + ABSOLUTE,
        )
        work.note("session.opened", account_id)
    return value


def find(store: Store, value: str, now: datetime) -> tuple[Account, Session] | None:
    """The live session behind a cookie and its account, or None: unknown, idle too long, over, or the account ended."""
    with store.read() as reading:
        session = accounts.session(reading, accounts.digest(value))
        if session is None or is_over(session, now):
            return None
        account = accounts.get(reading, session.account_id)
    if account.state != "active":
        return None
    if now - session.seen_at >= _SEEN_EVERY:
        with store.work(now) as work:
            accounts.touch_session(work, session.id_hash, now)
    return account, session


def is_over(session: Session, now: datetime) -> bool:
    """True once a session was idle too long or has reached its end."""
    return now >= session.expires_at or now - session.seen_at >= IDLE


def stepped_up(session: Session, now: datetime) -> bool:
    """True while a fresh code of a few minutes ago still counts."""
    return session.step_up_until is not None and now < session.step_up_until
