"""What a browser posted: read whole within limits, checked for its CSRF token, handed on as plain text fields."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from starlette.requests import Request

_MOST_BYTES = 256 * 1024
_MOST_FIELDS = 60
CSRF_FIELD = "csrf"
ONCE_FIELD = "eenmalig"
_FIRST_YEAR = 2000


class TooMuch(Exception):
    """The form is larger than any form of the desk."""


class NotOurForm(Exception):
    """The CSRF token is missing or wrong, or the browser says that another site sent this.

    `typed` holds the fields, so that the page which explains it can give the text back.
    """

    def __init__(self, typed: Mapping[str, str]) -> None:
        super().__init__("not our form")
        self.typed = typed


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a posted form, without the token."""

    fields: Mapping[str, str]

    def __repr__(self) -> str:
        return f"Form({len(self.fields)} fields)"

    def line(self, name: str, limit: int = 200) -> str:
        """One line of text: stripped, white space made single, cut at `limit`."""
        return " ".join(self.fields.get(name, "").split())[:limit]

    def text(self, name: str, limit: int = 8000) -> str:
        """Running text: line ends made equal, control characters dropped, stripped."""
        raw = self.fields.get(name, "").replace("\r\n", "\n").replace("\r", "\n")
        return "".join(sign for sign in raw if sign == "\n" or sign.isprintable()).strip()[:limit]

    def raw(self, name: str) -> str:
        """The field as it was typed, for passphrases."""
        return self.fields.get(name, "")

    @property
    def once(self) -> str:
        """The key that makes a second sending of this form harmless."""
        return self.line(ONCE_FIELD, 40)


async def read(request: Request) -> dict[str, str]:
    """All text fields of the posted form; files are ignored. Raises TooMuch."""
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > _MOST_BYTES:
        raise TooMuch
    posted = await request.form(max_files=0, max_fields=_MOST_FIELDS)
    return {name: value for name, value in posted.items() if isinstance(value, str)}


def check(request: Request, fields: Mapping[str, str], token: str) -> Form:
    """The form, if its token is right and no other site sent it. Raises NotOurForm.

    The Origin header is "null" where the referrer policy is none, so it is looked at only when it names a site.
    """
    rest = {name: value for name, value in fields.items() if name != CSRF_FIELD}
    given = fields.get(CSRF_FIELD, "")
    if not token or not hmac.compare_digest(given.encode(), token.encode()) or _from_elsewhere(request):
        raise NotOurForm(rest)
    return Form(rest)


def _from_elsewhere(request: Request) -> bool:
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = request.headers.get("origin", "null")
    return origin != "null" and urlsplit(origin).netloc != request.headers.get("host", "")


def wrong_year(year: str, today: date) -> str:
    """Say what is wrong with the year of an invoice as typed; nothing when it can be one."""
    if year.isascii() and year.isdigit() and _FIRST_YEAR <= int(year) <= today.year:
        return ""
    return f"Vul het jaar van de factuur in, zoals {today.year}."
