"""The bot as one ASGI application: rooms of the front desk, put together for one office."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from bot import chores, health, pages, secure, web
from bot.cleaning import LONGEST, TooLong
from bot.engine import Engine, EngineAway
from bot.events import LOOK_EVERY, Arrivals
from bot.guard import Guard, site_origins
from bot.limits import Busy
from bot.problems import PROBLEMS, language_of, problem
from bot.talk import MovedOn, NotOffered, Talk
from bot.telegram import TelegramChannel, TelegramSettings
from casework import errors
from casework.office import Office
from casework.words import waiting

__all__ = ["TelegramSettings", "create_app"]

LARGEST_BODY = 256 * 1024
"""Bytes of one request: a message of 10,000 characters fits, even when each is written as an escape."""
TRY_TELEGRAM_AGAIN = 3600.0
"""Seconds after which a channel that ended, since its token was refused, is tried again."""
_BY_STATUS = {404: "no_page", 405: "method", 413: "too_large"}


def create_app(
    office: Office, engine_url: str, engine_token: str, telegram: TelegramSettings | None
) -> FastAPI:
    """The bot for one office.

    engine_url: without a trailing slash; engine_token: the shared secret of engine, bot and actions.
    telegram: None leaves Telegram off.
    """
    engine = Engine(engine_url, engine_token)
    talk = Talk(office, engine)
    arrivals = Arrivals(office)

    @asynccontextmanager
    async def open_for_business(_: FastAPI) -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as tasks:
            work: list[tuple[Callable[[], Awaitable[None]], float]] = [
                (arrivals.look, LOOK_EVERY),
                (partial(chores.forget_wiped, talk), chores.FORGET_EVERY),
                (partial(chores.let_terms_end, office), chores.EXPIRE_EVERY),
                (partial(chores.send_mail, office), chores.MAIL_EVERY),
                (partial(chores.daily_round, office), chores.DAILY_EVERY),
            ]
            if telegram:
                work.append((lambda: TelegramChannel(office, talk, telegram).run(), TRY_TELEGRAM_AGAIN))
            running = [tasks.create_task(chores.again_and_again(chore, every)) for chore, every in work]
            yield
            for task in running:
                task.cancel()
        await engine.close()

    origins = site_origins(office.pack)
    app = FastAPI(
        title=f"Balie van {office.pack.name}",
        version="1",
        lifespan=open_for_business,
        docs_url=None,
        redoc_url=None,
        middleware=[
            Middleware(
                Guard, origins=origins, secure=office.client_url.startswith("https://"), largest=LARGEST_BODY
            ),
            Middleware(
                CORSMiddleware,
                allow_origins=origins,
                allow_methods=["GET", "POST", "DELETE"],
                allow_headers=["authorization", "content-type", "last-event-id"],
                max_age=600,
            ),
        ],
    )
    render = pages.renderer(office)
    _explain_problems(app, render)
    app.include_router(web.router(office, talk, arrivals))
    app.include_router(secure.router(office, render, arrivals))
    app.include_router(health.router(office, engine))
    app.include_router(pages.router(office, render, app))
    app.mount("/static", StaticFiles(directory=pages.HERE / "static"))
    return app


def _explain_problems(app: FastAPI, render: pages.Render) -> None:
    """Every refusal becomes a problem document with a sentence and a remedy; for a page that can't be shown, a page."""

    def page(code: str, request: Request) -> Response:
        shown = render(request, "problem.html", None, problem=PROBLEMS[code])
        shown.status_code = PROBLEMS[code].status
        return shown

    @app.exception_handler(RequestValidationError)
    async def unreadable(request: Request, _: Exception) -> Response:
        if _is_for_people(request):
            return page("broken_link", request)
        return problem("unreadable", language_of(request))

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 400
        code = _BY_STATUS.get(status, "unreadable")
        return page(code, request) if _is_for_people(request) else problem(code, language_of(request))

    @app.exception_handler(web.NoToken)
    async def no_token(request: Request, _: Exception) -> Response:
        return problem("no_token", language_of(request), headers={"WWW-Authenticate": "Bearer"})

    @app.exception_handler(TooLong)
    async def too_long(request: Request, error: Exception) -> Response:
        length = error.length if isinstance(error, TooLong) else 0
        return problem("too_long", language_of(request), length=length, longest=LONGEST)

    @app.exception_handler(NotOffered)
    async def not_offered(request: Request, _: Exception) -> Response:
        return problem("not_offered", language_of(request))

    @app.exception_handler(MovedOn)
    async def moved_on(request: Request, _: Exception) -> Response:
        return problem("moved_on", language_of(request))

    @app.exception_handler(EngineAway)
    async def away(request: Request, _: Exception) -> Response:
        return problem("away", language_of(request), headers={"Retry-After": "2"})

    @app.exception_handler(Busy)
    async def busy(request: Request, error: Exception) -> Response:
        return _wait(request, "busy", error.wait_seconds if isinstance(error, Busy) else 1)

    @app.exception_handler(errors.CaseworkError)
    async def casework(request: Request, error: Exception) -> Response:
        match error:
            case errors.NotFound():
                return problem("not_found", language_of(request))
            case errors.Gone():
                return problem("gone", language_of(request))
            case errors.WrongCode():
                return problem("wrong_code", language_of(request))
            case errors.TooSoon():
                return _wait(request, "too_soon", error.wait_seconds)
        return problem("refused", language_of(request))


def _is_for_people(request: Request) -> bool:
    """Whether a browser asks for a page, and not a program for an answer."""
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/")


def _wait(request: Request, code: str, seconds: int) -> Response:
    language = language_of(request)
    return problem(code, language, headers={"Retry-After": str(seconds)}, wait=waiting(seconds, language))
