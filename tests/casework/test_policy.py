"""What a client hears to a question about the policy, from either practice."""

import re
from datetime import UTC, datetime
from typing import get_args

import pytest

from casework import policy
from casework.messages import Language
from casework.packs import PolicyIntent, PracticePack, load_pack
from casework.passages import ImportedPolicy, read_policy

INTENTS = get_args(PolicyIntent)
NOW = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
TEXT = """Privacybeleid

Datalek

Zo spoedig mogelijk, doch uiterlijk binnen 48 uur hoort u ervan.

Minimaal

Refleact vraagt van haar cliënten drie gegevens.

Transparant

Tijdens coachingtrajecten is er een dossier. Deze bestaat uit drie delen.
"""


@pytest.fixture(params=["refleact", "release-connect"])
def pack(request: pytest.FixtureRequest) -> PracticePack:
    return load_pack(request.param)


@pytest.fixture
def text() -> ImportedPolicy:
    return read_policy(TEXT.encode(), "beleid.txt", NOW)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("intent", INTENTS)
def test_answers_are_two_to_four_plain_sentences(
    pack: PracticePack, intent: PolicyIntent, language: Language
) -> None:
    said = policy.answer(pack, None, intent, language).text.split("\n")[0]
    assert 2 <= len(re.findall(r"[.?](?=\s|$)", said)) <= 4
    assert "{" not in said
    assert "!" not in said


@pytest.mark.parametrize("intent", INTENTS)
def test_an_answer_names_its_place_or_says_that_the_policy_is_silent(
    pack: PracticePack, intent: PolicyIntent
) -> None:
    said = policy.answer(pack, None, intent, "nl")
    if pack.answers[intent].silent:
        assert "privacybeleid" in said.text
        assert "wet" in said.text
        assert "Autoriteit Persoonsgegevens" in said.text
    else:
        assert said.place


@pytest.mark.obligation(64)
@pytest.mark.obligation(76)
def test_the_rights_are_all_named_with_status_term_and_the_authority(pack: PracticePack) -> None:
    said = policy.answer(pack, None, "ask_rights", "nl").text
    for right in (
        "inzage",
        "verbetering",
        "verwijdering",
        "beperking",
        "overdracht",
        "bezwaar",
        "intrekken",
        "status",
    ):
        assert right in said
    assert "één maand" in said
    assert "gratis" in said
    assert "Autoriteit Persoonsgegevens" in said
    english = policy.answer(pack, None, "ask_rights", "en").text
    for right in (
        "access",
        "rectification",
        "erasure",
        "restriction",
        "portability",
        "objection",
        "withdraw",
        "status",
    ):
        assert right in english


@pytest.mark.obligation(33)
def test_contact_is_a_card_of_what_the_practice_gives() -> None:
    said = policy.answer(load_pack("refleact"), None, "ask_contact", "nl").text
    assert said.splitlines()[1:] == [
        "Refleact",
        "Willem de Zwijgerlaan 24, 8448 MA Heerenveen",
        "E-mail: info@refleact.nl",
        "Telefoon: 06 16502943",
    ]


def test_contact_that_the_practice_does_not_give_goes_through_this_desk() -> None:
    said = policy.answer(load_pack("release-connect"), None, "ask_contact", "nl").text
    assert said.splitlines() == [said]
    assert "via deze balie" in said
    assert "@" not in said


@pytest.mark.obligation(32)
@pytest.mark.obligation(34)
@pytest.mark.obligation(79)
def test_the_version_of_the_policy_is_shown(text: ImportedPolicy) -> None:
    assert "20 augustus 2018" in policy.answer(load_pack("refleact"), None, "ask_policy_changes", "nl").text
    assert "versie 2026" in policy.answer(load_pack("release-connect"), None, "ask_policy_changes", "nl").text
    imported = policy.answer(load_pack("refleact"), text, "ask_policy_changes", "en").text
    assert imported.endswith("I answer from the text that we read in on 1 September 2026.")


@pytest.mark.obligation(29)
def test_the_passage_is_quoted_when_the_text_was_imported(text: ImportedPolicy) -> None:
    refleact = load_pack("refleact")
    assert policy.answer(refleact, None, "ask_breach", "nl").quote is None
    quote = policy.answer(refleact, text, "ask_breach", "nl").quote
    assert quote is not None
    assert quote.text == "Zo spoedig mogelijk, doch uiterlijk binnen 48 uur hoort u ervan."
    assert quote.place == "Datalek"


def test_passages_from_two_places_come_together_and_english_readers_hear_the_language(
    text: ImportedPolicy,
) -> None:
    quote = policy.answer(load_pack("refleact"), text, "ask_what_data", "en").quote
    assert quote is not None
    assert quote.text == (
        "Refleact vraagt van haar cliënten drie gegevens.\n\n"
        "Tijdens coachingtrajecten is er een dossier. Deze bestaat uit drie delen."
    )
    assert quote.place == "Minimaal; Transparant (in Dutch)"


def test_a_passage_that_the_text_lacks_is_left_out(text: ImportedPolicy) -> None:
    assert policy.answer(load_pack("refleact"), text, "ask_sharing", "nl").quote is None


def test_read_more_leads_to_the_practices_page_else_to_the_imported_text() -> None:
    refleact = load_pack("refleact")
    assert policy.answer(refleact, None, "ask_rights", "nl").more is None
    more = policy.answer(refleact, None, "ask_rights", "nl", page="http://127.0.0.1:8080/beleid").more
    assert more is not None
    assert (more.label, more.url) == ("Meer lezen", "http://127.0.0.1:8080/beleid#ask_rights")


@pytest.mark.obligation(3)
def test_every_field_says_why_it_is_asked_and_that_it_may_be_skipped(pack: PracticePack) -> None:
    for field in pack.intake.fields:
        said = policy.why(pack, field.name, "nl")
        assert field.required or "overslaan" in said
        assert policy.why(pack, field.name, "en") != said
    with pytest.raises(KeyError):
        policy.why(pack, "bsn", "nl")


def test_release_connect_says_that_its_dossier_term_is_not_settled() -> None:
    said = policy.answer(load_pack("release-connect"), None, "ask_retention", "nl").text
    assert "minimaal 7 jaar" in said
    assert "Totdat wij een termijn vastleggen, houden wij 1 jaar aan" in said
