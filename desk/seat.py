"""Who sits at the desk: the room that every page uses, and the signed-in coach that almost every page asks for."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, cast

from fastapi import Depends, Request
from jinja2 import Environment
from markupsafe import Markup
from starlette.responses import HTMLResponse, RedirectResponse, Response

from casework.office import Office
from desk import forms, once, sessions
from desk.forms import Form
from desk.once import OnceBook
from desk.sessions import Cookie
from desk.slowness import Tally
from store import recovery
from store.accounts import Account, Session

VISITOR_COOKIE = "balie_bezoek"


@dataclass(frozen=True, slots=True)
class Room:
    """What all pages share: the office, the words, the cookie, and what must be remembered between two requests."""

    office: Office
    words: Environment
    cookie: Cookie
    tally: Tally
    once: OnceBook


@dataclass(frozen=True, slots=True)
class Seat:
    """The coach behind this request. `by` names them in casework and the audit log: an id, no name."""

    account: Account
    session: Session

    @property
    def by(self) -> str:
        """The account's id."""
        return self.account.id

    def once(self, form: Form) -> str:
        """The key of this form for casework, which no other account's form can have."""
        return f"{self.account.id}:{form.once}"


class SignInFirst(Exception):
    """Nobody sits here (any more). `typed` holds the fields of a form that came too late."""

    def __init__(self, typed: dict[str, str] | None = None) -> None:
        super().__init__("sign in first")
        self.typed = typed or {}


def room(request: Request) -> Room:
    """The room of this app."""
    return cast(Room, request.app.state.room)


def seat(request: Request) -> Seat:
    """The signed-in coach. Raises SignInFirst."""
    found = seat_or_none(request)
    if found is None:
        raise SignInFirst
    return found


def seat_or_none(request: Request) -> Seat | None:
    """The signed-in coach, or None."""
    here = room(request)
    value = request.cookies.get(here.cookie.name)
    if not value:
        return None
    found = sessions.find(here.office.store, value, here.office.now())
    return Seat(*found) if found else None


async def fields(request: Request) -> dict[str, str]:
    """The raw fields of a posted form."""
    return await forms.read(request)


def posted(request: Request, typed: Annotated[dict[str, str], Depends(fields)]) -> Form:
    """The form that a signed-in coach posted. Raises SignInFirst or NotOurForm, with what was typed."""
    here = seat_or_none(request)
    if here is None:
        raise SignInFirst({name: value for name, value in typed.items() if name != forms.CSRF_FIELD})
    return forms.check(request, typed, here.session.csrf)


def posted_by_visitor(request: Request, typed: Annotated[dict[str, str], Depends(fields)]) -> Form:
    """The form that somebody posted who isn't signed in. Raises NotOurForm."""
    return forms.check(request, typed, request.cookies.get(VISITOR_COOKIE, ""))


AtDesk = Annotated[Seat, Depends(seat)]
Posted = Annotated[Form, Depends(posted)]
VisitorPosted = Annotated[Form, Depends(posted_by_visitor)]


def now(request: Request) -> datetime:
    """The present moment by the office's clock."""
    return room(request).office.now()


def page(
    request: Request, template: str, here: Seat | None = None, status: int = 200, **values: Any
) -> HTMLResponse:
    """A page of the desk. `here` is the coach; without one the page is a visitor's, and its forms get a visitor's token."""
    rooms = room(request)
    visitor = request.cookies.get(VISITOR_COOKIE) or secrets.token_urlsafe(32)
    token = here.session.csrf if here is not None else visitor
    html = rooms.words.get_template(template).render(
        values
        | {
            "practice": rooms.office.pack.name,
            "seat": here,
            "without_recovery": here is not None and _without_recovery(rooms.office),
            "csrf_field": lambda: _hidden(forms.CSRF_FIELD, token),
            "once_field": lambda: _hidden(forms.ONCE_FIELD, once.new_key()),
        }
    )
    response = HTMLResponse(html, status_code=status)
    if here is None and request.cookies.get(VISITOR_COOKIE) != visitor:
        response.set_cookie(
            VISITOR_COOKIE, visitor, path="/", secure=rooms.cookie.https, httponly=True, samesite="strict"
        )
    return response


def _without_recovery(office: Office) -> bool:
    """Whether losing the key file would lose everything: nobody has shown yet that the recovery sheet is there."""
    return recovery.confirmed_at(office.home, office.store.keyring) is None


def go(path: str) -> Response:
    """After a post: on to a page that may be loaded again without posting again."""
    return RedirectResponse(path, status_code=303)


def _hidden(name: str, value: str) -> Markup:
    return Markup('<input type="hidden" name="{}" value="{}">').format(name, value)
