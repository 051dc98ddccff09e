"""The packs that ship, what the check names in them, and how a wrong pack is told to its owner."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.pack_check import LEGAL_RESPONSE_DAYS
from casework.packs import (
    PRACTICES,
    PackError,
    PolicyIntent,
    PracticePack,
    check_pack,
    known_packs,
    load_pack,
    shown_phone,
)
from casework.passages import read_policy

SHIPPED = ("refleact", "release-connect")
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture(params=SHIPPED)
def pack(request: pytest.FixtureRequest) -> PracticePack:
    return load_pack(request.param)


def changed(tmp_path: Path, name: str, **changes: Any) -> PracticePack:
    """A shipped pack with some values changed: keys are paths with "__" between the steps."""
    values = yaml.safe_load((PRACTICES / f"{name}.yml").read_text(encoding="utf-8"))
    for path, value in changes.items():
        *above, last = path.split("__")
        part = values
        for step in above:
            part = part.setdefault(step, {})
        part[last] = value
    return load_pack(written(tmp_path, yaml.safe_dump(values, allow_unicode=True)))


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "praktijk.yml"
    path.write_text(text, encoding="utf-8")
    return path


def musts(pack: PracticePack) -> set[str]:
    return {finding.where for finding in check_pack(pack) if finding.severity == "must"}


def test_both_practices_ship_and_load() -> None:
    assert set(SHIPPED) <= set(known_packs())
    assert [load_pack(name).id for name in SHIPPED] == list(SHIPPED)


def test_every_policy_question_has_an_answer_in_both_languages(pack: PracticePack) -> None:
    for intent in get_args(PolicyIntent):
        text = pack.answers[intent].text
        assert text.nl
        assert text.en
        assert text.nl != text.en


@pytest.mark.obligation(5)
@pytest.mark.obligation(37)
def test_the_intake_asks_only_what_contact_needs(pack: PracticePack) -> None:
    assert [field.name for field in pack.intake.offered] == [
        "name",
        "email",
        "phone",
        "contact_safely",
        "question",
    ]
    assert [field.name for field in pack.intake.offered if field.required] == ["name"]
    assert pack.intake.minimum_age == 16


@pytest.mark.obligation(20)
def test_refleact_asks_publicity_per_occasion_with_a_written_confirmation() -> None:
    kinds = [kind for kind in load_pack("refleact").consents if kind.pr]
    assert {kind.code for kind in kinds} == {"pr_feedback", "pr_opinion", "pr_logo"}
    assert all(kind.written_confirmation and kind.take_down for kind in kinds)


@pytest.mark.obligation(71)
def test_release_connect_asks_publicity_per_medium() -> None:
    kinds = [kind for kind in load_pack("release-connect").consents if kind.pr]
    assert {kind.medium for kind in kinds} == {"website", "social_media", "marketing", "publication"}
    assert all("vrijwillig" in kind.wording.nl for kind in kinds)


@pytest.mark.obligation(16)
def test_keeping_contact_is_its_own_question_with_a_date(pack: PracticePack) -> None:
    kind = pack.consent_kind(pack.intake.keep_consent or "")
    assert kind is not None
    assert kind.term_days == pack.term("contact").days
    assert "tot 25 december 2026?" in kind.question("nl", date(2026, 12, 25))
    assert "until 25 December 2026?" in kind.question("en", date(2026, 12, 25))


@pytest.mark.obligation("L16")
def test_refusing_is_said_to_change_nothing(pack: PracticePack) -> None:
    for kind in pack.consents:
        assert "ja of nee" in kind.wording.nl
        assert "intrekken" in kind.wording.nl or kind.written_confirmation


@pytest.mark.obligation(49)
def test_invoices_are_held_seven_years_from_the_end_of_their_year(pack: PracticePack) -> None:
    assert pack.hold("fiscal").until(date(2026, 3, 14)) == date(2033, 12, 31)
    assert pack.hold("dispute").until(date(2026, 3, 14)) is None


@pytest.mark.obligation(29)
def test_refleact_tells_its_clients_of_a_breach_within_48_hours() -> None:
    assert load_pack("refleact").breach.clients_hours == 48
    assert load_pack("release-connect").breach.clients_hours is None


@pytest.mark.obligation(25)
def test_the_practices_own_method_stays_out_of_portability(pack: PracticePack) -> None:
    assert "practice_ip" in pack.portability_exclusions


@pytest.mark.obligation("L10")
def test_coaches_are_no_medical_practice_unless_they_say_so(tmp_path: Path, pack: PracticePack) -> None:
    assert not pack.wgbo
    assert "terms.dossier" in musts(changed(tmp_path, "refleact", wgbo=True))


@pytest.mark.obligation("L6")
def test_the_check_names_what_refleacts_policy_lacks() -> None:
    findings = check_pack(load_pack("refleact"))
    told = " ".join(finding.words.nl for finding in findings)
    for lacking in (
        "rectificatie",
        "verwijdering op verzoek",
        "beperking",
        "bezwaar",
        "Autoriteit",
        "een maand",
    ):
        assert f"noemt niet {lacking}" in told or lacking in told
    assert {"recipients", "transfers", "policy.states"} <= musts(load_pack("refleact"))
    assert "contact" not in musts(load_pack("refleact"))


@pytest.mark.obligation("L6")
@pytest.mark.obligation(48)
def test_the_check_names_what_release_connects_handbook_lacks() -> None:
    pack = load_pack("release-connect")
    assert {"contact", "contact.address", "terms.dossier", "policy.special_ground", "transfers"} <= musts(
        pack
    )
    assert "contact.kvk" in {finding.where for finding in check_pack(pack)}
    assert pack.term("dossier").assumed


def test_what_is_filled_in_is_no_longer_named(tmp_path: Path) -> None:
    pack = changed(
        tmp_path,
        "release-connect",
        contact={"email": "info@voorbeeld.nl", "kvk": "12345678"},
        transfers=[],
        terms__dossier__assumed=False,
        policy__special_ground="artikel 9 lid 2 a",
        policy__dated=date(2026, 1, 1),
    )
    named = {finding.where for finding in check_pack(pack, today=date(2026, 6, 1))}
    assert not named & {
        "contact",
        "contact.kvk",
        "transfers",
        "terms.dossier",
        "policy.special_ground",
        "policy.dated",
    }


@pytest.mark.parametrize(
    ("where", "changes"),
    [
        ("response.promise_days", {"response__promise_days": LEGAL_RESPONSE_DAYS + 1}),
        ("breach.authority_hours", {"breach__authority_hours": 96}),
        ("holds.fiscal.years", {"holds": [{"kind": k, "label": {"nl": "a", "en": "a"}, "why": {"nl": "a", "en": "a"}, **({"years": 5} if k == "fiscal" else {})} for k in ("fiscal", "dispute", "consent")]}),
        ("intake.minimum_age", {"intake__minimum_age": 12}),
        ("terms.dossier", {"terms__dossier__days": 9000}),
        ("purposes.guidance.basis", {"purposes": [{"code": "guidance", "label": {"nl": "a", "en": "a"}, "basis": "legitimate_interest", "term": "dossier"}]}),
    ],
)  # fmt: skip
def test_what_is_laxer_than_the_law_is_named(tmp_path: Path, where: str, changes: dict[str, Any]) -> None:
    assert where not in musts(load_pack("refleact"))
    assert where in musts(changed(tmp_path, "refleact", **changes))


@pytest.mark.obligation(34)
@pytest.mark.obligation(77)
def test_a_policy_that_was_not_looked_at_for_a_year_is_named() -> None:
    named = [
        f for f in check_pack(load_pack("refleact"), today=date(2026, 11, 22)) if f.where == "policy.dated"
    ]
    assert "20 augustus 2018" in named[0].words.nl
    assert not [
        f for f in check_pack(load_pack("refleact"), today=date(2019, 8, 20)) if f.where == "policy.dated"
    ]


def test_the_imported_text_is_held_against_the_pack() -> None:
    text = read_policy(b"Rechten\n\nDit is de Algemene Verordening\nGegevensverwerking.", "beleid.txt", NOW)
    named = {finding.where for finding in check_pack(load_pack("refleact"), text)}
    assert {"policy", "answers.ask_breach.passages"} <= named


def test_findings_are_sentences_with_a_remedy_in_both_languages(pack: PracticePack) -> None:
    findings = check_pack(pack, today=date(2026, 11, 22))
    assert [f.severity for f in findings] == sorted((f.severity for f in findings), key=lambda s: s != "must")
    for finding in findings:
        for words in (finding.words.nl, finding.words.en):
            assert words.count(". ") >= 1
            assert words.endswith(".")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "leeg"),
        ("- lijst", "leeg"),
        ("id: x\n  fout: [", "geldige YAML"),
        ("effective: 2026-13-45", "geldige YAML"),
        ("a: &a [*a]", "verwijzingen"),
        ("id: a\nid: b", "id dubbel, de tweede keer op regel 2"),
        ("id: 7", "Regel 1, id: dit moet tekst zijn"),
        ("naam: Refleact", "naam: deze naam ken ik niet; bedoelt u name"),
        ("id: refleact", "dit ontbreekt"),
        ("accent: blauw", "Regel 1, accent: dit heeft niet de vorm die hier hoort"),
        ("\n\ncontact:\n  phone: '0612'", "Regel 4, contact.phone"),
    ],
)
def test_a_wrong_pack_is_told_in_a_sentence_with_its_place(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(PackError) as caught:
        load_pack(written(tmp_path, text))
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"answers__ask_rights__text__nl": "Binnen {weken} weken."}, "vraagt om {weken}"),
        ({"answers__ask_rights__text__nl": "Binnen {weken weken."}, "accolade"),
        ({"contact": {}, "answers__ask_rights__text__nl": "Mail {email}."}, "vraagt om {email}"),
        ({"intake__keep_consent": "bestaat_niet"}, "bestaat_niet"),
        ({"consents": []}, "keep_consent"),
        ({"holds": []}, "onder holds ontbreekt: consent, dispute, fiscal"),
        ({"channels": ["fax"]}, "telegram"),
    ],
)
def test_a_pack_that_contradicts_itself_is_refused(
    tmp_path: Path, changes: dict[str, Any], says: str
) -> None:
    with pytest.raises(PackError) as caught:
        changed(tmp_path, "refleact", **changes)
    assert says in str(caught.value)


@pytest.mark.parametrize("name", ["bestaat-niet", "weg/praktijk.yml", "praktijk.yml"])
def test_an_unknown_practice_gets_a_clear_sentence(name: str) -> None:
    with pytest.raises(PackError, match=r"Er is geen (praktijk|praktijkpakket)"):
        load_pack(name)


def test_phone_numbers_are_shown_as_they_are_dialled() -> None:
    assert shown_phone("+31616502943") == "06 16502943"
    assert shown_phone("+3225112233") == "+32 2 511 22 33"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=200))
def test_any_text_is_a_pack_or_an_error_that_explains_itself(tmp_path: Path, text: str) -> None:
    with pytest.raises(PackError) as caught:
        load_pack(written(tmp_path, text.replace("\ud800", "")))
    assert caught.value.words.nl


def test_every_key_of_a_pack_is_explained_in_the_manual() -> None:
    manual = (PRACTICES.parents[1] / "docs" / "practice-pack.md").read_text(encoding="utf-8")
    for key in (*PracticePack.model_fields, *(f"{{{fact}}}" for fact in load_pack("refleact").facts("nl"))):
        assert f"`{key}`" in manual, key


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_answer_on_purposes_names_all_that_the_pack_has(language):
    pack = load_pack("release-connect")
    said = pack.answers["ask_purpose"].text.to(language).format_map(pack.facts(language))
    assert f" {len(pack.purposes)} " in said
    assert all(purpose.label.to(language) in said for purpose in pack.purposes)
