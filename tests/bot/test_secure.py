"""The secure pages, with casework's real exports, mails and consents."""

import email
import email.policy
import re
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Page, expect

from casework import consents, conversations, deliveries, exports, identity, notes, people, tickets
from casework.office import Office
from store import tickets as ticket_rows
from tests.bot.test_widget import browser, context, page

__all__ = ["browser", "context", "page"]

ANSWER = "Dat kan. Tot donderdag <b>om tien uur</b>."
ADDRESS = "client@example.org"


def _mails(office: Office) -> list[str]:
    """The bodies of all mails that went out, oldest first."""
    files = sorted((office.home / "outbox").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    letters = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in files]
    return [letter.get_body().get_content() for letter in letters]


def _code(office: Office) -> str:
    codes = re.findall(r"\b\d{6}\b", _mails(office)[-1])
    assert codes
    return str(codes[0])


def _soon(holds: Callable[[], bool], tries: int) -> bool:
    """Try for some seconds: a server hears of a closed connection a moment later."""
    for _ in range(tries):
        if holds():
            return True
        time.sleep(1)
    return False


@pytest.fixture
def ticket(office: Office) -> str:
    """A question from somebody whose conversation is over by now; the ticket's id."""
    opened = conversations.begin(office, "nl", "web")
    once = f"{opened.id}:{uuid4()}"
    receipt = notes.leave(office, opened.id, "question", "Kan het ook online?", ADDRESS, None, once)
    conversations.wipe(office, opened.id)
    with office.store.read() as reading:
        row = ticket_rows.by_reference(reading, receipt.reference)
        assert row is not None
        return row.id


@pytest.fixture
def answer_link(office: Office, ticket: str) -> str:
    assert tickets.answer(office, ticket, ANSWER, "coach") == "mail"
    links = re.findall(r"http://\S+/veilig/\S+", _mails(office)[-1])
    return str(links[0])


def test_an_answer_is_opened_in_the_readers_own_browser(
    page: Page, bot: str, office: Office, answer_link: str
) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url + (request.post_data or "")))
    page.goto(answer_link)
    page.get_by_role("button", name="Stuur mij een code").click()
    expect(page.get_by_role("status")).to_contain_text("in een tweede e-mail")
    page.get_by_label("Code").fill(_code(office))
    page.get_by_role("button", name="Openen").click()
    expect(page.locator(".answer")).to_have_text(ANSWER)
    key = answer_link.split("#")[1]
    assert not [request for request in sent if key in request]


def test_a_bundle_is_kept_as_the_very_bytes_that_were_sealed(
    page: Page, bot: str, office: Office, ticket: str, tmp_path: Path
) -> None:
    content = b"PK\x03\x04" + bytes(range(256)) * 50
    with office.store.work(office.now()) as work:
        row = ticket_rows.get(work, ticket)
        assert row is not None
        assert row.person_id is not None
        placed = exports.place(office, work, "answer", row, row.person_id, content)
    page.goto(placed.link)
    page.get_by_role("button", name="Stuur mij een code").click()
    expect(page.get_by_role("status")).to_contain_text("in een tweede e-mail")
    page.get_by_label("Code").fill(_code(office))
    page.get_by_role("button", name="Openen").click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Bewaar het bestand").click()
    assert waiting.value.suggested_filename == "uw-gegevens.zip"
    waiting.value.save_as(tmp_path / "saved.zip")
    assert (tmp_path / "saved.zip").read_bytes() == content


def test_an_unknown_page_looks_and_answers_like_a_known_one(http: httpx.Client, answer_link: str) -> None:
    known = answer_link.split("/veilig/")[1].split("#")[0]
    unknown = "A" * len(known)
    pages = [http.get(f"/veilig/{export}").text.replace(export, "ID") for export in (known, unknown)]
    assert pages[0] == pages[1]
    codes = [http.post(f"/api/exports/{export}/code") for export in (known, unknown)]
    assert codes[0].status_code == codes[1].status_code == 202
    assert codes[0].json() == codes[1].json()
    tries = [
        http.post(f"/api/exports/{export}/file", json={"code": "000000"}).json()
        for export in (known, unknown)
    ]
    assert tries[0] == tries[1]
    assert tries[0]["code"] == "wrong_code"


def test_a_code_goes_into_the_conversation_only_while_somebody_has_it_open(
    http: httpx.Client, office: Office, ticket: str
) -> None:
    person = people.register(office, {"name": "Anna", "email": ADDRESS}, "coach")
    opened = conversations.begin(office, "nl", "web")
    identity.send_code(office, opened.id, ADDRESS)
    assert identity.check_code(office, opened.id, _code(office)) == "verified"
    with office.store.work(office.now()) as work:
        row = ticket_rows.get(work, ticket)
        assert row is not None
        export = exports.place(office, work, "answer", row, person, b"Dat kan.").row.id

    def way() -> str:
        return str(http.post(f"/api/exports/{export}/code").json()["way"])

    assert way() == "mail"
    stream = f"/api/conversations/{opened.id}/events"
    with http.stream("GET", stream, headers={"Authorization": f"Bearer {opened.token}"}) as response:
        lines = response.iter_lines()  # held: a generator that nobody holds closes the connection
        assert next(lines)
        assert way() == "chat"
    deliveries.taken(office, opened.id, deliveries.newest(office))
    assert _soon(lambda: way() == "mail", tries=2)


def test_codes_are_not_sent_without_end_and_the_wait_is_told_in_minutes(
    http: httpx.Client, office: Office, answer_link: str
) -> None:
    export = answer_link.split("/veilig/")[1].split("#")[0]
    answers = [http.post(f"/api/exports/{export}/code") for _ in range(office.pack.codes.per_hour + 1)]
    statuses = [answer.status_code for answer in answers]
    assert statuses == [202] * office.pack.codes.per_hour + [429]
    assert re.search(r"over \d+ minuten opnieuw", answers[-1].json()["detail"])


def test_used_up_is_said_to_who_has_the_code(http: httpx.Client, office: Office, answer_link: str) -> None:
    export = answer_link.split("/veilig/")[1].split("#")[0]
    for _ in range(office.pack.exports.downloads):
        http.post(f"/api/exports/{export}/code")
        assert http.post(f"/api/exports/{export}/file", json={"code": _code(office)}).status_code == 200
    assert http.post(f"/api/exports/{export}/file", json={"code": "123456"}).json()["code"] == "wrong_code"


def test_a_link_without_its_key_says_what_is_missing(page: Page, bot: str, answer_link: str) -> None:
    page.goto(answer_link.split("#")[0])
    expect(page.get_by_role("status")).to_contain_text("het laatste stuk ontbreekt")


def test_a_wrong_key_opens_nothing_and_says_so(
    page: Page, bot: str, office: Office, answer_link: str
) -> None:
    page.goto(answer_link.split("#")[0] + "#" + "A" * 43)
    page.get_by_role("button", name="Stuur mij een code").click()
    expect(page.get_by_role("status")).to_contain_text("in een tweede e-mail")
    page.get_by_label("Code").fill(_code(office))
    page.get_by_role("button", name="Openen").click()
    expect(page.get_by_role("status")).to_contain_text("gaat niet open met deze link")


def test_the_other_language_keeps_the_key(page: Page, bot: str, answer_link: str) -> None:
    page.goto(answer_link)
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Something is waiting for you")
    assert page.url.endswith("#" + answer_link.split("#")[1])


@pytest.fixture
def confirm_link(office: Office) -> str:
    """The mailed link of somebody who said yes to publicity in the chat."""
    person = people.register(office, {"name": "Noor Bakker", "email": ADDRESS}, "coach")
    kind = next(kind for kind in office.pack.consents if kind.written_confirmation)
    asked = consents.ask(office, person, kind.code, {"occasion": "interview"}, "coach")
    opened = conversations.begin(office, "nl", "web")
    identity.send_code(office, opened.id, ADDRESS)
    assert identity.check_code(office, opened.id, _code(office)) == "verified"
    assert (
        consents.give(office, person, asked, opened.id, f"{opened.id}:{uuid4()}").state
        == "awaiting_confirmation"
    )
    links = re.findall(r"http://\S+/bevestig#\S+", _mails(office)[-1])
    return str(links[0])


@pytest.mark.obligation(20)
@pytest.mark.parametrize("practice", ["refleact"])
def test_a_consent_in_writing_counts_only_after_a_press(
    page: Page, bot: str, office: Office, confirm_link: str
) -> None:
    page.goto(confirm_link)
    (found,) = people.find(office, ADDRESS, "coach")
    assert consents.active(office, found.id) == ()
    page.get_by_role("button", name="Bevestigen", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Bevestigd. Uw bewijsnummer is B-")
    assert [view.state for view in consents.active(office, found.id)] == ["given"]
    said = page.get_by_role("status").inner_text()
    page.reload()
    page.get_by_role("button", name="Bevestigen", exact=True).click()
    expect(page.get_by_role("status")).to_have_text(said)


@pytest.mark.parametrize("practice", ["refleact"])
def test_not_confirming_changes_nothing_and_both_buttons_look_alike(
    page: Page, bot: str, confirm_link: str
) -> None:
    page.goto(confirm_link)
    looks = [
        button.evaluate(
            "e => { const s = getComputedStyle(e); return [s.color, s.backgroundColor, s.borderColor, s.fontSize]; }"
        )
        for button in page.locator(".confirm, .leave").all()
    ]
    assert looks[0] == looks[1]
    page.get_by_role("button", name="Niet bevestigen").click()
    expect(page.get_by_role("status")).to_contain_text("Er is niets bevestigd.")
