"""A browser without a window: follows redirects, reads pages, fills in the forms that stand on them."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from html.parser import HTMLParser

import anyio
import httpx
from starlette.types import ASGIApp


@dataclass
class FormOnPage:
    """A form as it stands on a page: where it goes and what it sends when nothing is typed."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[FormOnPage] = []
        self.text: list[str] = []
        self.links: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in ("script", "style", "title"):
            self._hidden += 1
        elif tag == "form":
            self.forms.append(FormOnPage(given["action"]))
        elif tag in ("input", "textarea") and self.forms:
            form = self.forms[-1]
            form.names.add(given["name"])
            if tag == "input" and given.get("type") not in ("radio", "checkbox"):
                form.fields[given["name"]] = given.get("value", "")
        elif tag == "a":
            self.links.append(given.get("href", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style", "title"):
            self._hidden -= 1

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.text.append(data)


@dataclass
class Page:
    """One page as it came."""

    response: httpx.Response

    def __post_init__(self) -> None:
        self._read = _Reader()
        self._read.feed(self.response.text)

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.response.status_code

    @property
    def path(self) -> str:
        """Where this page stands, after redirects."""
        return self.response.url.path

    @property
    def text(self) -> str:
        """What a person reads, white space made single."""
        return " ".join(" ".join(self._read.text).split())

    @property
    def links(self) -> list[str]:
        """Where one can go from here."""
        return self._read.links

    def form(self, action: str) -> FormOnPage:
        """The form that goes to `action`."""
        return next(form for form in self._read.forms if form.action == action)

    def has_form(self, action: str) -> bool:
        """Whether there is such a form."""
        return any(form.action == action for form in self._read.forms)


class _InProcess(httpx.BaseTransport):
    """Calls the app without a network; what the app raises becomes its own error page, as it does in the open."""

    def __init__(self, app: ASGIApp) -> None:
        self._asgi = httpx.ASGITransport(app, raise_app_exceptions=False)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        with ThreadPoolExecutor(1) as thread:  # a browser test may have an event loop running in this one
            return thread.submit(anyio.run, self._send, request).result()

    async def _send(self, request: httpx.Request) -> httpx.Response:
        answer = await self._asgi.handle_async_request(request)
        return httpx.Response(answer.status_code, headers=answer.headers, content=await answer.aread())


def client_of(app: ASGIApp, base_url: str) -> httpx.Client:
    """A client of this app that keeps cookies and follows redirects."""
    return httpx.Client(transport=_InProcess(app), base_url=base_url, follow_redirects=True)


@dataclass
class Browser:
    """Opens pages and posts the forms on them."""

    client: httpx.Client

    def open(self, path: str) -> Page:
        """Go to a page."""
        return Page(self.client.get(path))

    def send(self, page: Page, action: str, **typed: str) -> Page:
        """Fill in the form that goes to `action` and send it."""
        form = page.form(action)
        unknown = set(typed) - form.names - {"stap"}
        assert not unknown, f"the form has no field for {unknown}"
        return Page(self.client.post(action, data=form.fields | typed))

    def do(self, path: str, action: str | None = None, **typed: str) -> Page:
        """Open a page and send its form in one go."""
        return self.send(self.open(path), action or path, **typed)
