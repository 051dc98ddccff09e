"""The pages that people open: the demo site, the chat, the page that takes over from Telegram, and the interface's page."""

from collections.abc import Callable, Mapping
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any, get_args
from urllib.parse import urlsplit

from fastapi import APIRouter, FastAPI, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import Response

from bot.guard import LAUNCHER, site_origins
from bot.problems import PROBLEMS, wished
from bot.theme import NIGHT, PAPER, readable, theme_css
from bot.threads import in_thread
from casework.manner import START
from casework.messages import Language
from casework.office import Office
from casework.pack_model import PolicyIntent, shown_phone
from casework.passages import current_policy
from casework.policy import answer

HERE = Path(__file__).resolve().parent
EXIT = "https://www.knmi.nl/nederland-nu/weer/verwachtingen"
"""Where "Snel weg" leads: the weather, on a public site without advertising. Nobody wonders about it."""

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}

Lang = Annotated[Language | None, Query(alias="lang")]
Render = Callable[..., HTMLResponse]


def renderer(office: Office) -> Render:
    """How a template becomes a page in one language: `render(request, name, lang, **values)`."""
    pages = Jinja2Templates(
        env=Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined
        )
    )
    pages.env.filters["listed"] = listed

    def render(request: Request, name: str, lang: Language | None, **values: Any) -> HTMLResponse:
        language = lang or wished(request.headers)
        common = {
            "pack": office.pack,
            "language": language,
            "t": lambda nl, en: en if language == "en" else nl,
            "exit": EXIT,
            "shown_phone": shown_phone,
        }
        page = pages.TemplateResponse(request, name, {**common, **values})
        page.headers["Content-Language"] = language
        page.headers["Vary"] = "Accept-Language"
        return page

    return render


def router(office: Office, render: Render, app: FastAPI) -> APIRouter:
    """All pages of one office that hold nobody's data."""
    routes = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    around = site_origins(office.pack)
    theme = theme_css(office.pack.accent)

    @routes.get("/")
    async def demo(request: Request, lang: Lang = None) -> Response:
        """The made-up site, on the machine where Balie is tried; a practice's own address opens the chat itself."""
        if urlsplit(office.client_url).hostname not in _LOOPBACK:
            return RedirectResponse("/chat")
        return render(request, "demo.html", lang)

    @routes.get("/chat")
    async def chat(request: Request, lang: Lang = None) -> Response:
        return render(request, "chat.html", lang or START, given=lang is not None, around=around)

    @routes.get("/verder")
    async def take_over(request: Request, lang: Lang = None) -> Response:
        return render(request, "verder.html", lang)

    @routes.get("/privacy")
    async def policy(request: Request, lang: Lang = None) -> Response:
        imported = await in_thread(current_policy, office.home / "policy")
        language = lang or wished(request.headers)
        answers = [(intent, answer(office.pack, None, intent, language)) for intent in get_args(PolicyIntent)]
        return render(request, "privacy.html", language, policy=imported, answers=answers)

    @routes.get("/api")
    async def interface(request: Request, lang: Lang = None) -> Response:
        return render(request, "api.html", lang, schema=app.openapi(), problems=PROBLEMS, shape_of=shape_of)

    @routes.get("/docs")
    async def docs() -> Response:
        return RedirectResponse("/api", status_code=308)

    @routes.get("/theme.css")
    async def accent() -> Response:
        return Response(theme, media_type="text/css", headers={"Cache-Control": "no-cache"})

    @routes.get(LAUNCHER)
    async def launcher() -> Response:
        return Response(
            _launcher(office.pack.accent), media_type="text/javascript", headers={"Cache-Control": "no-cache"}
        )

    @routes.get("/favicon.ico")
    async def icon() -> Response:
        return RedirectResponse("/static/balie.svg", status_code=308)

    return routes


def listed(paragraph: str) -> list[tuple[bool, list[str]]]:
    """A paragraph of a policy in runs of lines: (whether they are items of a list, the lines without their marks)."""
    runs = groupby(paragraph.split("\n"), key=lambda line: line.startswith("- "))
    return [(is_list, [line.removeprefix("- ") for line in lines]) for is_list, lines in runs]


def shape_of(schema: Mapping[str, Any]) -> str:
    """A field's shape in a few words: `string (uuid)`, `"nl" | "en"`."""
    if "anyOf" in schema:
        return " | ".join(shape_of(part) for part in schema["anyOf"])
    if "const" in schema:
        return f'"{schema["const"]}"'
    if "enum" in schema:
        return " | ".join(f'"{value}"' for value in schema["enum"])
    form = f" ({schema['format']})" if "format" in schema else ""
    return f"{schema.get('type', 'object')}{form}"


@cache
def _launcher(accent: str) -> str:
    script = (HERE / "static" / "balie.js").read_text(encoding="utf-8")
    return script.replace("{{ day }}", readable(accent, PAPER)).replace(
        "{{ night }}", readable(accent, NIGHT)
    )
