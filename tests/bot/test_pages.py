import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.app import create_app
from bot.guard import site_origins
from bot.pages import shape_of
from casework.office import Office
from casework.packs import load_pack
from casework.passages import import_policy
from tests.bot.conftest import Clock, office_in
from tests.bot.engine_double import TOKEN, EngineDouble
from tests.bot.serving import serving
from tests.ports import free_port

PAGES = ["/", "/chat", "/verder", "/veilig/AAAAAAAAAAAAAAAAAAAAAA", "/bevestig", "/privacy", "/api"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """One served bot for all tests that only look at pages."""
    port, engine = free_port(), EngineDouble()
    with (
        office_in(
            tmp_path_factory.mktemp("pages") / "home", f"http://127.0.0.1:{port}", Clock(), "refleact"
        ) as office,
        serving(engine.app) as engine_url,
        serving(create_app(office, engine_url, TOKEN, None), port) as url,
        httpx.Client(base_url=url, trust_env=False) as client,
    ):
        yield client


@pytest.mark.obligation(63)
@pytest.mark.parametrize("path", PAGES)
def test_no_page_sets_a_cookie_or_loads_anything_from_elsewhere(site: httpx.Client, path: str) -> None:
    page = site.get(path)
    assert page.status_code == 200
    assert "set-cookie" not in page.headers
    loaded = re.findall(r'<(?:script|link|img|iframe)[^>]+(?:src|href)="([^"]+)"', page.text)
    assert loaded
    assert all(address.startswith("/") and not address.startswith("//") for address in loaded)
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script>", page.text)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_forbids_what_it_does_not_need(site: httpx.Client, path: str) -> None:
    headers = site.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    framed = " ".join(("'self'", *site_origins(load_pack("refleact"))))
    assert f"frame-ancestors {framed if path == '/chat' else chr(39) + 'none' + chr(39)}" in policy


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_there_in_both_languages(site: httpx.Client, path: str) -> None:
    dutch, english = site.get(path, params={"lang": "nl"}), site.get(path, params={"lang": "en"})
    assert '<html lang="nl"' in dutch.text
    assert '<html lang="en"' in english.text
    assert dutch.text != english.text


def test_the_demo_site_says_that_it_is_made_up(site: httpx.Client) -> None:
    assert "Voorbeeld. Deze website is verzonnen." in site.get("/").text


def test_the_policy_page_shows_the_packs_answers_until_the_practices_own_text_is_there(
    http: httpx.Client, office: Office, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert "samenvatting in onze eigen woorden" in http.get("/privacy").text
    source = tmp_path_factory.mktemp("policy") / "beleid.md"
    source.write_text(
        "# Privacybeleid\n\n## 1. Bewaren\n\nWij bewaren <b>niets</b> te lang.\n", encoding="utf-8"
    )
    import_policy(office.home / "policy", source, office.now())
    page = http.get("/privacy").text
    assert "Wij bewaren &lt;b&gt;niets&lt;/b&gt; te lang." in page
    assert "samenvatting" not in page


def test_the_interface_page_shows_every_call_without_help_from_elsewhere(site: httpx.Client) -> None:
    page = site.get("/api").text
    for path in site.get("/openapi.json").json()["paths"]:
        assert path in page
    assert "client_message_id" in page
    assert 'id="problem-too_long"' in page


def test_shapes_are_said_in_a_few_words() -> None:
    assert shape_of({"type": "string", "format": "uuid"}) == "string (uuid)"
    assert shape_of({"anyOf": [{"type": "string"}, {"type": "null"}]}) == "string | null"
    assert shape_of({"enum": ["nl", "en"]}) == '"nl" | "en"'


def test_only_the_launcher_may_be_loaded_by_another_site(site: httpx.Client) -> None:
    launcher = site.get("/balie.js")
    assert launcher.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "{{" not in launcher.text
    assert site.get("/static/chat.js").headers["cross-origin-resource-policy"] == "same-origin"


def test_files_may_be_kept_and_pages_may_not(site: httpx.Client) -> None:
    first = site.get("/static/chat.css")
    assert first.headers["cache-control"] == "no-cache"
    again = site.get("/static/chat.css", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert site.get("/chat").headers["cache-control"] == "no-store"


def test_an_unknown_page_is_a_plain_problem(site: httpx.Client) -> None:
    answer = site.get("/wp-login.php", headers={"Accept-Language": "en-GB"})
    assert answer.status_code == 404
    assert answer.json()["detail"] == "This page does not exist."
    page = site.get("/niets", headers={"Accept": "text/html", "Accept-Language": "nl"})
    assert page.status_code == 404
    assert "Deze pagina bestaat niet." in page.text
    assert "<html" in page.text


def test_health_tells_which_part_is_missing(http: httpx.Client, engine: EngineDouble) -> None:
    assert http.get("/health/live").json()["status"] == "ok"
    assert http.get("/health/ready").json() == {"status": "ok", "parts": {"store": True, "engine": True}}
    engine.away = True
    ready = http.get("/health/ready")
    assert (ready.status_code, ready.json()["parts"]["engine"]) == (503, False)


@pytest.mark.parametrize("path", ["/chat", "/verder"])
def test_without_javascript_the_page_says_how_to_reach_the_practice_and_whom_in_danger(
    site: httpx.Client, path: str
) -> None:
    without = re.search(r"<noscript>(.*)</noscript>", site.get(path).text, re.DOTALL)
    assert without is not None
    assert "De balie werkt alleen met JavaScript." in without[1]
    assert (
        "mailto:" in without[1]
        or "tel:" in without[1]
        or not any(load_pack("refleact").contact.model_dump().values())
    )
    assert "bel 112" in without[1]


def test_a_practices_own_address_opens_the_chat_and_not_the_made_up_site(
    tmp_path: Path, clock: Clock
) -> None:
    with office_in(tmp_path / "public", "https://balie.example.nl", clock) as office:
        app = create_app(office, "http://127.0.0.1:9", "token", None)
        with serving(app) as url:
            answer = httpx.get(f"{url}/", headers={"Host": "balie.example.nl"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, "/chat")


@pytest.mark.parametrize(
    ("wish", "words"), [("nl", "vraag dan in het gesprek"), ("en", "ask for a new link")]
)
@pytest.mark.parametrize("path", ["/veilig/onzin", "/veilig/!", "/chat?lang=fr"])
def test_a_broken_link_is_explained_on_a_page_in_the_readers_language(
    site: httpx.Client, path: str, wish: str, words: str
) -> None:
    page = site.get(path, headers={"Accept": "text/html", "Accept-Language": wish})
    assert page.status_code == 404
    assert page.headers["Content-Type"].startswith("text/html")
    assert words in page.text
    assert site.get(path).headers["Content-Type"] == "application/problem+json"


def test_read_on_leads_to_the_section_and_the_policy_keeps_its_ranks_and_lists(
    http: httpx.Client, office: Office, tmp_path: Path
) -> None:
    source = tmp_path / "beleid.md"
    source.write_text(
        "# Privacybeleid\n\n## 1. Wat wij bewaren\n\nWij bewaren:\n- uw naam\n- uw e-mail\n\n"
        "### 1.1 Hoe lang\n\nEen jaar.\n",
        encoding="utf-8",
    )
    kept = import_policy(office.home / "policy", source, office.now())
    page = http.get("/privacy").text
    for section in kept.sections:
        assert f'id="{section.anchor}"' in page
    assert "<ul><li>uw naam</li><li>uw e-mail</li></ul>" in page
    assert re.search(r"<h2 [^>]*>1\. Wat wij bewaren</h2>", page)
    assert re.search(r"<h3 [^>]*>1\.1\. Hoe lang</h3>", page)
