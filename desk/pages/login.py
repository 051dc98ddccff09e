"""Signing in and out."""

from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from desk import known_browser, sessions
from desk.seat import AtDesk, Posted, VisitorPosted, go, now, page, room, seat_or_none
from desk.signing_in import Miss, sign_in
from store import accounts

router = APIRouter()


@router.get("/aanmelden")
def sign_in_page(request: Request, klaar: str = "") -> Response:
    """The sign-in page; whoever is signed in goes to the tickets."""
    if seat_or_none(request) is not None:
        return go("/")
    return _sign_in_page(request, gone=klaar == "afgemeld")


@router.post("/aanmelden")
def try_to_sign_in(request: Request, form: VisitorPosted) -> Response:
    """Sign in with name, passphrase and code together."""
    here = room(request)
    store, name = here.office.store, form.line("naam", 60)
    outcome = sign_in(
        store,
        here.tally,
        name,
        form.raw("wachtzin"),
        form.line("code", 24) or form.line("herstelcode", 24),
        now(request),
        browser=request.cookies.get(known_browser.COOKIE, ""),
    )
    if isinstance(outcome, Miss):
        status = HTTPStatus.TOO_MANY_REQUESTS if outcome.kind == "wait" else HTTPStatus.UNAUTHORIZED
        return _sign_in_page(request, status, miss=outcome, typed={"naam": name})
    response = go("/" if outcome.recovery_left is None else "/account")
    here.cookie.give(response, sessions.start(store, outcome.account.id, now(request)))
    known_browser.remember(response, store, outcome.account.id, https=here.cookie.https)
    return response


@router.post("/afmelden")
def sign_out(request: Request, form: Posted, here: AtDesk) -> Response:
    """End this session, on the server as well as in the browser."""
    rooms = room(request)
    with rooms.office.store.work(now(request)) as work:
        accounts.end_session(work, here.session.id_hash)
        work.note("session.closed", here.by)
    response = go("/aanmelden?klaar=afgemeld")
    rooms.cookie.take(response)
    return response


def _sign_in_page(request: Request, status: int = 200, **values: Any) -> Response:
    with room(request).office.store.read() as reading:
        nobody = not accounts.any_account(reading)
    defaults: dict[str, Any] = {"typed": {}, "miss": None, "gone": False, "nobody": nobody}
    return page(request, "account/login.html", status=status, why="login", **(defaults | values))
