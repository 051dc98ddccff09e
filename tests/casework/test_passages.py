"""Importing the practice's text, keeping its versions and quoting it word for word."""

import contextlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.passages import (
    MAX_QUOTE,
    PassageRef,
    PolicyTextError,
    current_policy,
    import_policy,
    kept_versions,
    read_policy,
)

NOW = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
LATER = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
TEXT = """Privacybeleid

7. Bewaartermijnen

Dossiers

Dossiers worden na afloop gewist. Dat doen wij zelf. Tenzij u anders vraagt.

8. Delen

Wij delen alleen wanneer:

- u dat wilt;
- het moet.
"""
SHARED = Path(__file__).parents[2].parent / "shared" / "policies"


def written(folder: Path, name: str, raw: bytes) -> Path:
    path = folder / name
    path.write_bytes(raw)
    return path


def test_an_imported_text_is_the_current_one_and_older_versions_stay(tmp_path: Path) -> None:
    home = tmp_path / "policy"
    assert current_policy(home) is None
    first = import_policy(home, written(tmp_path, "beleid.txt", TEXT.encode()), NOW)
    second = import_policy(home, written(tmp_path, "beleid.txt", (TEXT + "Nieuw.").encode()), LATER)
    assert first.version != second.version
    assert current_policy(home) == second
    assert kept_versions(home) == (first, second)


@pytest.mark.obligation(32)
def test_the_same_file_again_is_the_same_version(tmp_path: Path) -> None:
    source = written(tmp_path, "beleid.md", TEXT.encode())
    assert import_policy(tmp_path / "policy", source, NOW).version == (
        import_policy(tmp_path / "policy", source, LATER).version
    )
    assert len(kept_versions(tmp_path / "policy")) == 1


def test_a_passage_is_quoted_word_for_word_with_its_place() -> None:
    policy = read_policy(TEXT.encode(), "beleid.txt", NOW)
    quote = policy.find(PassageRef(heading="7", begins="Dossiers worden na afloop"))
    assert quote is not None
    assert quote.text == "Dossiers worden na afloop gewist."
    assert quote.place == "7. Bewaartermijnen › Dossiers"


def test_a_passage_may_run_over_several_sentences_and_a_list_comes_along() -> None:
    policy = read_policy(TEXT.encode(), "beleid.txt", NOW)
    longer = policy.find(PassageRef(heading="Bewaartermijnen", begins="Dossiers worden", ends="tenzij u"))
    assert longer is not None
    assert longer.text.endswith("Dat doen wij zelf. Tenzij u anders vraagt.")
    with_list = policy.find(PassageRef(heading="8", begins="Wij delen alleen"))
    assert with_list is not None
    assert with_list.text == "Wij delen alleen wanneer:\n- u dat wilt;\n- het moet."


def test_a_renumbered_text_still_gives_the_passage_and_a_missing_one_gives_none() -> None:
    policy = read_policy(TEXT.replace("7. ", "1. ").encode(), "beleid.txt", NOW)
    quote = policy.find(PassageRef(heading="12", begins="Dossiers worden na afloop"))
    assert quote is not None
    assert quote.place == "1. Bewaartermijnen › Dossiers"
    assert policy.find(PassageRef(heading="7", begins="Cookies")) is None


def test_a_word_or_two_are_no_passage_under_another_heading() -> None:
    policy = read_policy(TEXT.encode(), "beleid.txt", NOW)
    assert policy.find(PassageRef(heading="Begeleiding", begins="Wij delen")) is None
    assert policy.find(PassageRef(heading="8", begins="Wij delen")) is not None


def test_the_first_words_of_a_passage_are_whole_words() -> None:
    policy = read_policy(TEXT.encode(), "beleid.txt", NOW)
    assert policy.find(PassageRef(heading="7", begins="loop gewist")) is None
    assert policy.find(PassageRef(heading="7", begins="afloop gewist")) is not None


def test_a_long_passage_is_cut_between_words() -> None:
    policy = read_policy(("Rechten\n\n" + "woorden " * 200 + "einde.").encode(), "beleid.txt", NOW)
    quote = policy.find(PassageRef(heading="Rechten", begins="woorden"))
    assert quote is not None
    assert len(quote.text) <= MAX_QUOTE + 2
    assert quote.text.endswith("woorden …")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_texts_of_any_usual_encoding_are_read(encoding: str) -> None:
    policy = read_policy("Rechten\n\nIedere cliënt mag één kopie vragen.".encode(encoding), "beleid.txt", NOW)
    quote = policy.find(PassageRef(heading="Rechten", begins="iedere cliënt"))
    assert quote is not None
    assert quote.text == "Iedere cliënt mag één kopie vragen."


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "geen tekst"),
        (b"  \r\n\f ", "geen tekst"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04....", "Word"),
        (b"\xd0\xcf\x11\xe0....", "Word"),
        (b"{\\rtf1 hallo}", "RTF"),
        (b"<!DOCTYPE html><p>hallo", "HTML"),
        (b"\x00\x01\x02\x03", "geen tekstbestand"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "geen tekstbestand"),
        (b"a" * 1_000_001, "te groot"),
    ],
)
def test_what_is_no_policy_text_gets_a_clear_sentence_and_changes_nothing(
    tmp_path: Path, raw: bytes, says: str
) -> None:
    home = tmp_path / "policy"
    kept = import_policy(home, written(tmp_path, "goed.txt", TEXT.encode()), NOW)
    with pytest.raises(PolicyTextError, match=says):
        import_policy(home, written(tmp_path, "fout.txt", raw), LATER)
    assert current_policy(home) == kept


def test_a_file_that_is_not_there_gets_a_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(PolicyTextError, match="kan niet worden gelezen"):
        import_policy(tmp_path / "policy", tmp_path / "weg.txt", NOW)


def test_a_damaged_version_is_said_so(tmp_path: Path) -> None:
    kept = import_policy(tmp_path, written(tmp_path, "beleid.txt", TEXT.encode()), NOW)
    written(tmp_path, f"{kept.version}.json", b"{")
    with pytest.raises(PolicyTextError, match="niet leesbaar"):
        current_policy(tmp_path)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_with_a_sentence(raw: bytes) -> None:
    with contextlib.suppress(PolicyTextError):
        assert read_policy(raw, "beleid.txt", NOW).sections


@pytest.mark.skipif(not SHARED.is_dir(), reason="the practices' own texts are not beside this checkout")
@pytest.mark.parametrize(
    ("name", "heading", "begins", "text_holds", "place"),
    [
        ("refleact", "Minimaal", "Refleact vraagt van haar", "e-mail, telefoonnummer", "Minimaal"),
        ("refleact", "Datalek", "Zo spoedig mogelijk", "uiterlijk binnen 48 uur", "Datalek"),
        (
            "refleact",
            "Wijzigingen en vragen",
            "Deze Privacyverklaring",
            "20 augustus 2018",
            "Wijzigingen en vragen",
        ),
        (
            "release-connect",
            "7",
            "Facturen",
            "minimaal 7 jaar",
            "7. Bewaartermijnen › Financiële administratie",
        ),
        ("release-connect", "14", "Deze rechten", "recht op bezwaar", "14. Rechten van betrokkenen"),
        (
            "release-connect",
            "17",
            "Wanneer foto's",
            "vooraf expliciete",
            "17. Gebruik van foto's, video's en publicaties",
        ),
    ],
)
def test_the_two_practices_own_texts_are_quoted(
    name: str, heading: str, begins: str, text_holds: str, place: str
) -> None:
    policy = read_policy((SHARED / f"{name}.txt").read_bytes(), f"{name}.txt", NOW)
    quote = policy.find(PassageRef(heading=heading, begins=begins))
    assert quote is not None
    assert text_holds in quote.text
    assert quote.place == place


def test_the_whole_text_comes_in_pieces_that_fit_a_quote_and_keep_their_lists() -> None:
    long = " ".join(f"Dit is zin {number} van een lang verhaal over bewaren." for number in range(40))
    policy = read_policy(f"{TEXT}\n9. Verhaal\n\n{long}\n\nZie ook.\n".encode(), "beleid.txt", NOW)
    quotes = list(policy.quotes())
    assert all(len(quote.text) <= MAX_QUOTE for quote in quotes)
    assert " ".join(quote.text for quote in quotes if quote.place == "9. Verhaal") == long
    assert any(quote.text.endswith("- u dat wilt;\n- het moet.") for quote in quotes)
