"""Exports: sealed with a key that the store never has, fetched with a code that came another way."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from typing import get_args

import jsonschema
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from casework import (
    consents,
    conversations,
    deliveries,
    exports,
    holds,
    identity,
    intake,
    notes,
    receipts,
    requests,
    retention,
    tickets,
)
from casework.errors import Gone, IllegalStep, TooSoon, WrongCode
from casework.office import Office
from casework.overview_words import WORDS
from casework.pack_model import HoldKind, LegalBasis
from casework.states import ConsentState, RequestState
from store.ids import new_id
from store.tables import Export
from tests.casework.conftest import (
    ANNA,
    COACH,
    Clock,
    last_code,
    last_link,
    letters,
    registered,
    rows,
    talk,
    text_of,
    verified_talk,
    without_call_back,
)


def opened(link: str, sealed: bytes) -> bytes:
    """Open an export as the page does: with the key out of the link's fragment."""
    fragment = link.partition("#")[2]
    key = base64.urlsafe_b64decode(fragment + "=" * (-len(fragment) % 4))
    return AESGCM(key).decrypt(sealed[:12], sealed[12:], None)


def fulfilled(
    office: Office, kind: requests.Kind = "access", **details: str
) -> tuple[str, exports.ExportIssued, str]:
    """A request for access that the coach fulfilled: the conversation, what was issued, and the ticket."""
    person = registered(office, **details)
    id_ = verified_talk(office, details.get("email", ANNA["email"]))
    requests.submit(office, id_, person, kind, None, "code", f"{id_}:m1")
    ticket = next(line.id for line in tickets.due_list(office) if line.kind == "request")
    return id_, tickets.fulfil_access(office, ticket, COACH), ticket


def in_view(_: str) -> bool:
    """Somebody has the conversation before them."""
    return True


def out_of_view(_: str) -> bool:
    """Nobody has the conversation before them: the page is closed or in the background."""
    return False


def code_in_chat(office: Office, conversation: str) -> str:
    """The code that was delivered last; the page says that it showed it."""
    delivery = deliveries.after(office, conversation, 0)[-1]
    deliveries.taken(office, conversation, delivery.seq)
    text = delivery.message.text
    return "".join(sign for sign in text.partition(".")[0] if sign.isdigit())


@pytest.mark.obligation(22)
def test_a_bundle_holds_readable_data_whose_hashes_match(office: Office):
    office = without_call_back(office)
    id_, issued, _ = fulfilled(office)
    assert (issued.link_sent, issued.link, issued.code_by) == ("mail", None, "call_back")
    link = last_link(office)
    exports.begin_download(office, issued.export_id, in_view)
    plain = opened(link, exports.fetch(office, issued.export_id, code_in_chat(office, id_)))
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert set(files) == {"data.json", "schema.json", "overview.html", "manifest.json"}
    manifest = json.loads(files["manifest.json"])["sha256"]
    assert manifest == {
        name: hashlib.sha256(content).hexdigest()
        for name, content in files.items()
        if name != "manifest.json"
    }
    data = json.loads(files["data.json"])
    assert data["person"]["name"] == ANNA["name"]
    assert "<title>Uw gegevens / Your data</title>" in files["overview.html"].decode()
    assert ANNA["email"] in files["overview.html"].decode()


@pytest.mark.obligation(22)
@pytest.mark.obligation("L6")
def test_a_bundle_explains_purposes_recipients_terms_rights_and_the_authority(office: Office):
    data = bundled(office, fulfilled(without_call_back(office))[1])
    for language in ("nl", "en"):
        told = data["explained"][language]
        for part in (
            "purposes",
            "recipients",
            "terms",
            "rights",
            "authority",
            "source",
            "automated_decisions",
        ):
            assert told[part]


@pytest.mark.obligation("L6")
def test_the_overview_is_in_words_and_days_that_people_read(office: Office):
    office = without_call_back(office)
    person = registered(office)
    holds.add(office, person, "fiscal", None, "Factuur 2026-1", COACH)
    kind = next(each for each in office.pack.consents if each.pr)
    consents.ask(office, person, kind.code, {"label": "Foto"}, COACH)
    id_ = verified_talk(office)
    requests.submit(office, id_, person, "access", None, "code", f"{id_}:m1")
    issued = tickets.fulfil_access(office, tickets.due_list(office)[0].id, COACH)
    page = archived(office, issued).read("overview.html").decode()
    for said in (
        "25 november 2026, 10.30 uur",
        "nodig voor de overeenkomst met u",
        "gevraagd, nog geen antwoord / asked, no answer yet",
        "Notities op papier",
        "31 december 2033",
        "Microsoft 365",
        "Nederlands / Dutch",
    ):
        assert said in page
    assert "+00:00" not in page
    codes = {code for words in WORDS.values() for code in words if "_" in code}
    assert not [code for code in codes if code in page]


def test_every_code_in_an_overview_has_words():
    closed = {
        "ticket": tickets.Kind,
        "step": tickets.StepAct,
        "request": requests.Kind,
        "request_state": RequestState,
        "consent": ConsentState,
        "receipt": receipts.ReceiptKind,
        "basis": LegalBasis,
        "hold": HoldKind,
    }
    for kind, codes in closed.items():
        assert set(get_args(codes)) <= WORDS[kind].keys(), kind


def test_the_data_keep_to_their_schema(office: Office):
    office = without_call_back(office)
    person = registered(office)
    holds.add(office, person, "fiscal", None, "Factuur 2026-1", COACH)
    id_ = verified_talk(office)
    requests.submit(office, id_, person, "access", "Alles graag", "code", f"{id_}:m1")
    issued = tickets.fulfil_access(office, tickets.due_list(office)[0].id, COACH)
    archive = archived(office, issued)
    jsonschema.validate(json.loads(archive.read("data.json")), json.loads(archive.read("schema.json")))


@pytest.mark.obligation(69)
@pytest.mark.obligation("L11")
def test_a_bundle_holds_nothing_of_a_partner(office: Office):
    office = without_call_back(office)
    other = talk(office)
    partner = {
        "name": "Bram Geheim",
        "email": "bram@example.org",
        "question": "Over mijn huwelijk met Anna de Wit",
    }
    intake.submit(office, other, partner, None, f"{other}:m1")
    notes.leave(office, other, "question", "Iets over Anna", "bram@example.org", None, f"{other}:m2")
    _, issued, _ = fulfilled(office, email="anna@example.org", name="Anna de Wit")
    text = json.dumps(bundled(office, issued))
    assert "Bram" not in text
    assert "huwelijk" not in text
    assert "Iets over" not in text


@pytest.mark.obligation(24)
def test_portability_is_what_the_person_supplied(office: Office):
    data = bundled(office, fulfilled(without_call_back(office), "portability")[1])
    assert data["kind"] == "portability"
    assert "tickets" not in data
    assert data["person"]["email"] == ANNA["email"]


def test_the_key_of_an_export_is_in_no_file_of_the_store(office: Office):
    office = without_call_back(office)
    fulfilled(office)
    fragment = last_link(office).partition("#")[2]
    key = base64.urlsafe_b64decode(fragment + "=")
    for path in office.home.rglob("*"):
        if path.is_file() and path.parent.name != "outbox":
            stored = path.read_bytes()
            assert key not in stored
            assert fragment.encode() not in stored


def test_a_dossier_is_released_only_after_the_call_where_the_pack_says_so(office: Office):
    person = registered(office)
    id_ = verified_talk(office)
    requests.submit(office, id_, person, "access", None, "code", f"{id_}:m1")
    ticket = tickets.due_list(office)[0].id
    with pytest.raises(IllegalStep) as refused:
        tickets.fulfil_access(office, ticket, COACH)
    assert refused.value.reason == "identity"
    page = tickets.read(office, ticket, COACH)
    assert page.request is not None
    assert page.request.identity_needed == "call_back"
    assert "confirm_call_back" in page.can
    identity.confirm_call_back(office, page.request.id, COACH)
    assert tickets.fulfil_access(office, ticket, COACH).link_sent == "mail"


def test_after_the_conversation_the_coach_reads_the_code_out(office: Office, clock: Clock):
    office = without_call_back(office)
    _, issued, ticket = fulfilled(office)
    clock.passes(hours=25)
    retention.expire(office)
    before = len(letters(office))
    exports.begin_download(office, issued.export_id, in_view)
    assert len(letters(office)) == before
    page = tickets.read(office, ticket, COACH)
    assert page.story[-1].act == "code_wanted"
    assert "code_by_phone" in page.can
    code = exports.code_by_phone(office, ticket, COACH)
    assert opened(last_link(office), exports.fetch(office, issued.export_id, code))[:2] == b"PK"
    assert code not in str(tickets.read(office, ticket, COACH))


def test_a_code_goes_into_no_conversation_that_nobody_has_before_them(office: Office):
    office = without_call_back(office)
    id_, issued, ticket = fulfilled(office)
    before = len(deliveries.after(office, id_, 0))
    assert exports.begin_download(office, issued.export_id, out_of_view) == "call_back"
    assert len(deliveries.after(office, id_, 0)) == before
    assert "code_by_phone" in tickets.read(office, ticket, COACH).can
    assert exports.begin_download(office, issued.export_id, in_view) == "chat"
    assert exports.fetch(office, issued.export_id, code_in_chat(office, id_))


def test_who_wiped_the_conversation_and_closed_the_next_gets_the_code_by_mail(office: Office):
    office = without_call_back(office)
    id_, issued, _ = fulfilled(office, name="Carla", email="carla@example.org")
    conversations.wipe(office, id_)
    verified_talk(office, "carla@example.org")
    assert exports.begin_download(office, issued.export_id, out_of_view) == "mail"
    assert exports.fetch(office, issued.export_id, last_code(office))


def test_a_page_that_never_showed_the_last_code_is_not_trusted_with_the_next(office: Office):
    office = without_call_back(office)
    _, issued, _ = fulfilled(office, name="Carla", email="carla@example.org")
    assert exports.begin_download(office, issued.export_id, in_view) == "chat"
    assert exports.begin_download(office, issued.export_id, in_view) == "mail"
    assert exports.fetch(office, issued.export_id, last_code(office))


def test_who_waits_for_a_code_is_in_the_day_list_until_the_coach_has_read_it_out(office: Office):
    office = without_call_back(office)
    _, issued, ticket = fulfilled(office)

    def wanting() -> list[str]:
        return [line.id for line in tickets.due_list(office) if line.code_wanted]

    assert wanting() == []
    exports.begin_download(office, issued.export_id, out_of_view)
    assert wanting() == [ticket]
    exports.code_by_phone(office, ticket, COACH)
    assert wanting() == []


def test_who_has_mail_alone_gets_the_code_by_mail(office: Office, clock: Clock):
    office = without_call_back(office)
    _, issued, _ = fulfilled(office, name="Carla", email="carla@example.org")
    clock.passes(hours=25)
    retention.expire(office)
    exports.begin_download(office, issued.export_id, in_view)
    assert "#" not in text_of(letters(office)[-1])
    assert exports.fetch(office, issued.export_id, last_code(office))


def test_a_wrong_code_and_an_unknown_export_are_alike(office: Office):
    office = without_call_back(office)
    id_, issued, _ = fulfilled(office)
    exports.begin_download(office, issued.export_id, in_view)
    right = code_in_chat(office, id_)
    unknown = new_id()
    exports.begin_download(office, unknown, in_view)
    exports.begin_download(office, "../../etc/passwd", in_view)
    for export in (issued.export_id, unknown):
        with pytest.raises(WrongCode):
            exports.fetch(office, export, "x")
    for _ in range(office.pack.codes.tries):
        with pytest.raises(WrongCode):
            exports.fetch(office, issued.export_id, "000000" if right != "000000" else "000001")
    with pytest.raises(WrongCode):
        exports.fetch(office, issued.export_id, right)


def test_codes_for_an_export_are_limited_known_or_not(office: Office):
    unknown = new_id()
    for _ in range(office.pack.codes.per_hour):
        exports.begin_download(office, unknown, in_view)
    with pytest.raises(TooSoon):
        exports.begin_download(office, unknown, in_view)


def test_an_export_is_gone_after_its_downloads_and_after_its_days(office: Office, clock: Clock):
    office = without_call_back(office)
    id_, issued, _ = fulfilled(office)
    for _ in range(office.pack.exports.downloads):
        clock.passes(minutes=30)
        exports.begin_download(office, issued.export_id, in_view)
        exports.fetch(office, issued.export_id, code_in_chat(office, id_))
    with office.store.work(office.now()) as work:
        code = exports._new_code(office, work, issued.export_id)
    with pytest.raises(Gone):
        exports.fetch(office, issued.export_id, code)
    clock.passes(days=office.pack.exports.days + 1)
    assert retention.expire(office)["exports"] == 1
    assert list((office.home / "exports").iterdir()) == []


def test_a_file_that_was_changed_on_disk_is_not_handed_out(office: Office):
    office = without_call_back(office)
    id_, issued, _ = fulfilled(office)
    (path,) = (office.home / "exports").iterdir()
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    exports.begin_download(office, issued.export_id, in_view)
    with pytest.raises(Gone):
        exports.fetch(office, issued.export_id, code_in_chat(office, id_))


def test_another_links_key_opens_nothing(office: Office):
    office = without_call_back(office)
    id_, issued, _ = fulfilled(office)
    exports.begin_download(office, issued.export_id, in_view)
    sealed = exports.fetch(office, issued.export_id, code_in_chat(office, id_))
    with pytest.raises(InvalidTag):
        opened("https://x/#" + base64.urlsafe_b64encode(bytes(32)).decode(), sealed)


def test_a_request_is_fulfilled_once(office: Office):
    office = without_call_back(office)
    _, _, ticket = fulfilled(office)
    with pytest.raises(IllegalStep):
        tickets.fulfil_access(office, ticket, COACH)
    assert len(rows(office, Export)) == 1


def test_a_file_without_an_export_is_swept_up(office: Office, clock: Clock):
    stray = exports.folder(office) / f"{new_id()}.sealed"
    stray.write_bytes(b"x")
    clock.passes(days=3650)
    retention.expire(office)
    assert not stray.exists()


def archived(office: Office, issued: exports.ExportIssued) -> zipfile.ZipFile:
    """The bundle that was issued last, opened with the key that was mailed."""
    sealed = (office.home / "exports" / f"{issued.export_id}.sealed").read_bytes()
    return zipfile.ZipFile(io.BytesIO(opened(last_link(office), sealed)))


def bundled(office: Office, issued: exports.ExportIssued) -> dict[str, object]:
    """The data of the bundle that was issued last."""
    return dict(json.loads(archived(office, issued).read("data.json")))
