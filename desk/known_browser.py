"""A browser that signed in before: it says so with a cookie that opens nothing.

It only means that its misses are counted apart. So whoever keeps guessing from elsewhere slows themselves, and not the
coach. The cookie holds an account's random id, a random number and a keyed digest of both.
"""

import hmac
import secrets

from starlette.responses import Response

from store.database import Store

COOKIE = "balie_bekend"
_YEAR = 365 * 24 * 3600


def remember(response: Response, store: Store, account_id: str, *, https: bool) -> None:
    """Give the browser its mark for this account."""
    mark = f"{account_id}.{secrets.token_urlsafe(16)}"
    response.set_cookie(
        COOKIE,
        f"{mark}.{_digest(store, mark)}",
        max_age=_YEAR,
        path="/aanmelden",
        secure=https,
        httponly=True,
        samesite="strict",
    )


def recognise(store: Store, cookie: str, account_id: str) -> str | None:
    """The browser's own key in the tally, or None: no mark, not ours, or of another account."""
    mark, _, digest = cookie.rpartition(".")
    if not mark.startswith(f"{account_id}."):
        return None
    return f"browser:{mark}" if hmac.compare_digest(digest.encode(), _digest(store, mark).encode()) else None


def _digest(store: Store, mark: str) -> str:
    with store.read() as reading:
        return reading.digest("account", "browser", mark)
