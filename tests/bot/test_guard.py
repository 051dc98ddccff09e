import logging
from dataclasses import replace

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.app import create_app
from bot.guard import Guard, site_origins
from casework.office import Office
from casework.packs import load_pack
from tests.bot.engine_double import TOKEN
from tests.bot.serving import serving


async def _breaks(request: Request) -> Response:
    raise ValueError(f"secret words: {await request.body()!r}")


async def _chat(_: Request) -> Response:
    return PlainTextResponse("chat")


def _guarded() -> Starlette:
    app = Starlette(routes=[Route("/breaks", _breaks, methods=["POST"]), Route("/chat", _chat)])
    app.add_middleware(Guard, origins=("https://praktijk.example",), secure=True, largest=100)
    return app


def test_a_failure_shows_and_logs_no_words_of_the_client(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), serving(_guarded()) as url:
        answer = httpx.post(f"{url}/breaks", content=b"Jan de Vries", trust_env=False)
    assert answer.status_code == 500
    assert answer.json()["code"] == "failed"
    own = [record for record in caplog.records if record.name.startswith("bot")]
    assert "ValueError in _breaks" in own[0].getMessage()
    assert "Jan" not in caplog.text
    assert "secret" not in caplog.text


def test_what_is_too_large_is_stopped_while_it_comes_in() -> None:
    with serving(_guarded()) as url:
        answer = httpx.post(f"{url}/breaks", content=(b"x" * 60 for _ in range(3)), trust_env=False)
    assert answer.status_code == 413


def test_only_the_chat_may_be_framed_and_only_by_the_practices_own_site() -> None:
    with serving(_guarded()) as url:
        headers = httpx.get(f"{url}/chat", trust_env=False).headers
        other = httpx.get(f"{url}/other", trust_env=False).headers
    assert "frame-ancestors 'self' https://praktijk.example" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in other["content-security-policy"]
    assert "max-age=31536000" in headers["strict-transport-security"]


def test_the_practices_site_counts_with_and_without_www() -> None:
    pack = load_pack("release-connect")
    with_site = pack.model_copy(
        update={"contact": pack.contact.model_copy(update={"website": "https://www.praktijk.example/welkom"})}
    )
    assert site_origins(with_site) == ("https://praktijk.example", "https://www.praktijk.example")
    without = pack.model_copy(update={"contact": pack.contact.model_copy(update={"website": None})})
    assert site_origins(without) == ()


def test_only_the_practices_own_site_may_call_the_interface_from_a_browser(
    office: Office, engine_url: str
) -> None:
    contact = office.pack.contact.model_copy(update={"website": "https://praktijk.example"})
    known = replace(office, pack=office.pack.model_copy(update={"contact": contact}))
    ask = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    with serving(create_app(known, engine_url, TOKEN, None)) as url:
        own, other = (
            httpx.options(
                f"{url}/api/conversations", headers=ask | {"Origin": origin}, trust_env=False
            ).headers
            for origin in ("https://praktijk.example", "https://elders.example")
        )
    assert own["access-control-allow-origin"] == "https://praktijk.example"
    assert "access-control-allow-credentials" not in own
    assert "access-control-allow-origin" not in other
