"""The desk as an ASGI app: its pages, its headers, and plain words for everything that goes wrong."""

import logging
from http import HTTPStatus
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp

from casework.errors import CaseworkError, Gone, IllegalStep, NotFound
from casework.office import Office
from desk import words
from desk.forms import Form, NotOurForm, TooMuch
from desk.headers import OwnNames, SecurityHeaders
from desk.once import OnceBook
from desk.pages import about, account, begin, day, login, people, registering, tickets
from desk.seat import Room, SignInFirst, go, page, seat_or_none
from desk.sessions import Cookie
from desk.slowness import Tally

_log = logging.getLogger(__name__)
PAGES = (about, begin, login, account, people, registering, tickets, day)
"""The groups of screens; each has a `router`."""
_SESSION_OVER = 419
"""Not in the standard, but what servers commonly say of a form that came too late."""


def create_app(office: Office) -> ASGIApp:
    """The desk of this office. Stateless but for forms that were just sent and some misses, in memory."""
    app = FastAPI(title="Balie: desk", docs_url=None, redoc_url=None, openapi_url=None)
    https = urlsplit(office.coach_url).scheme == "https"
    app.state.room = Room(office, words.environment(), Cookie(https), Tally(), OnceBook())
    for pages in PAGES:
        app.include_router(pages.router)
    _say_what_went_wrong(app)
    # Around everything, the page for what broke included.
    return SecurityHeaders(OwnNames(app, office.coach_url), https)


def _say_what_went_wrong(app: FastAPI) -> None:
    @app.exception_handler(SignInFirst)
    def sign_in_first(request: Request, problem: SignInFirst) -> Response:
        if request.method == "GET":
            return go("/aanmelden")
        return _problem(request, _SESSION_OVER, "session_over", problem.typed)

    @app.exception_handler(NotOurForm)
    def not_our_form(request: Request, problem: NotOurForm) -> Response:
        return _problem(request, _SESSION_OVER, "form_over", dict(problem.typed))

    @app.exception_handler(TooMuch)
    def too_much(request: Request, problem: TooMuch) -> Response:
        return _problem(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_much")

    @app.exception_handler(CaseworkError)
    def casework(request: Request, problem: CaseworkError) -> Response:
        status = {NotFound: HTTPStatus.NOT_FOUND, Gone: HTTPStatus.GONE, IllegalStep: HTTPStatus.CONFLICT}
        return _problem(request, status.get(type(problem), HTTPStatus.UNPROCESSABLE_ENTITY), problem.code)

    @app.exception_handler(HTTPException)
    def http(request: Request, problem: HTTPException) -> Response:
        return _problem(request, problem.status_code, "not_found" if problem.status_code == 404 else "other")

    @app.exception_handler(RequestValidationError)
    def not_valid(request: Request, problem: RequestValidationError) -> Response:
        return _problem(request, HTTPStatus.NOT_FOUND, "not_found")

    @app.exception_handler(OperationalError)
    def busy(request: Request, problem: OperationalError) -> Response:
        _log.warning("the store did not answer in time")
        return _problem(request, HTTPStatus.SERVICE_UNAVAILABLE, "busy", signed_in=False)

    @app.exception_handler(Exception)
    def broken(request: Request, problem: Exception) -> Response:
        return _problem(request, HTTPStatus.INTERNAL_SERVER_ERROR, "broken", signed_in=False)


def _problem(
    request: Request, status: int, code: str, typed: dict[str, str] | None = None, *, signed_in: bool = True
) -> Response:
    """A page that says what is the matter and what to do; running text that was typed is given back."""
    texts = [text for name in ("tekst", "reden") if (text := Form(typed or {}).text(name))]
    here = seat_or_none(request) if signed_in else None
    return page(request, "problem.html", here, status, code=code, texts=texts)
