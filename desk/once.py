"""A form that is sent twice acts once: the second sending waits for the first and gets the same answer.

Casework is given the same key, so that a retry after a restart is harmless too; this saves the work and gives the
browser the page it was waiting for.
"""

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus

from starlette.responses import Response

_REMEMBERED = 500


@dataclass(slots=True)
class _Sending:
    done: threading.Lock = field(default_factory=threading.Lock)
    response: Response | None = None


@dataclass(slots=True)
class OnceBook:
    """The latest forms that were carried out, by session and key, with the answer that each one got."""

    _guard: threading.Lock = field(default_factory=threading.Lock)
    _sent: OrderedDict[tuple[str, str], _Sending] = field(default_factory=OrderedDict)

    def answer(self, session: str, key: str, act: Callable[[], Response]) -> Response:
        """The answer of `act`, which succeeds at most once per session and key.

        What `act` raises, and an answer that asks the person to mend something, are not remembered.
        """
        with self._guard:
            sending = self._sent.setdefault((session, key), _Sending())
            while len(self._sent) > _REMEMBERED:
                self._sent.popitem(last=False)
        with sending.done:
            if sending.response is not None:
                return sending.response
            response = act()
            if response.status_code < HTTPStatus.BAD_REQUEST:
                sending.response = response
            return response


def new_key() -> str:
    """A key for one form."""
    return secrets.token_urlsafe(16)
