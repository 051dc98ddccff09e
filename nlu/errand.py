"""The engine's errands to the action server: one kept connection, and a failure that stays a failure.

Rasa opens a new session for each call and turns some failures into an unvalidated "yes" (a slot whose check could not
be run is accepted). Here an errand that wasn't done raises ErrandFailed, which fails the whole turn; the bot may send
the same message again.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
from rasa.shared.core.events import UserUttered
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

REJECTED = 400
"""The action server's way to say that an action does not want to run now: part of Rasa's protocol, no failure."""


class ErrandFailed(Exception):
    """Raised when the action server was not reached, was too late or failed. Knows the status, never the answer."""


class ActionErrand(EndpointConfig):
    """Rasa's action endpoint with one lasting session and the engine's token in each call.

    Neither the domain nor events from before the previous turn are sent along: Balie's actions don't use them, and they
    are by far the largest part of a call.

    Args:
        url: where the action server listens.
        token: the word it knows the engine by.
        seconds: how long one action may take.
    """

    def __init__(self, url: str, token: str, seconds: float = 30) -> None:
        super().__init__(
            url=url,
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
            enable_selective_domain=True,
        )
        self._seconds = seconds
        self._session: aiohttp.ClientSession | None = None

    async def request(self, *_: Any, json: Any = None, **__: Any) -> Any:
        """Send the call that Rasa made up and return the action server's answer.

        Raises:
            ClientResponseError: when the action rejected to run (400).
            ErrandFailed: at everything else that isn't an answer.
        """
        try:
            async with self._lasting_session().post(
                self.url, data=_body(json), headers=self.headers
            ) as response:
                return await _answer(response)
        except ClientResponseError:
            raise
        except (aiohttp.ClientError, asyncio.TimeoutError) as error:
            raise ErrandFailed(f"the action server gave no answer ({type(error).__name__})") from None

    async def close(self) -> None:
        """Let go of the connection."""
        if self._session is not None:
            await self._session.close()

    def _lasting_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self._seconds))
        return self._session


def _body(call: dict[str, Any]) -> bytes:
    """The call with the events of the present and the previous turn: all that Balie's actions look at."""
    events = call["tracker"]["events"]
    turns = [place for place, event in enumerate(events) if event["event"] == UserUttered.type_name]
    recent = {**call, "tracker": {**call["tracker"], "events": events[turns[-2] if len(turns) > 1 else 0 :]}}
    return json.dumps(recent, separators=(",", ":")).encode()


async def _answer(response: aiohttp.ClientResponse) -> Any:
    if response.status == REJECTED:
        raise ClientResponseError(response.status, str(response.reason), await response.text())
    if response.status != 200:
        raise ErrandFailed(f"the action server answered {response.status}")
    try:
        answer = json.loads(await response.read())
    except ValueError:
        raise ErrandFailed("the action server's answer is no JSON") from None
    if not isinstance(answer, dict) or not {"events", "responses"} <= answer.keys():
        raise ErrandFailed("the action server's answer has no events and responses")
    return answer
