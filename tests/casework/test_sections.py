"""Policy texts of both shapes fall apart into the same kind of sections."""

import re

from hypothesis import given
from hypothesis import strategies as st

from casework.sections import sections_of, sentences_of, title_of

COPIED_FROM_PDF = (
    "\n\nPrivacybeleid De Vlonder \n\n \n\nMinimaal \n\nDe Vlonder vraagt van haar cliënten alleen de gegevens die "
    "nodig zijn om \n\ncontact te houden: naam, e‐mail en \n\ntelefoonnummer.  \n\n \n\nBewaren \n\n"
    "Na afloop worden verslagen gewist. Aan het begin en \n\n\n\nhet eind vraagt zij o.a. om toestemming.  \n\n"
    "3\n\n \n\nDe Vlonder \n\nKade 1 \n\n1234 AB Dorp \n\n06 12345678 \n\n \n\n"
    "Voor het laatst aangepast op: 1 mei 2024. \n\n"
)
CHAPTERS = """
Privacybeleid & handboek

De Vlonder

1. Inleiding

De Vlonder gaat **zorgvuldig** met gegevens om.

2. Bewaartermijnen

Verslagen

Verslagen worden binnen een redelijke termijn gewist, tenzij:

- de cliënt anders vraagt;

- er een geschil loopt;
-
worden zij langer bewaard.

Bij een klacht:

1. Wordt de klacht gelezen
2. Wordt u gebeld

3. Welke gegevens?

Deze gegevens:

- naam;
- e-mailadres.

Autoriteit Persoonsgegevens (AP)

4. Slot

Versie: 2026"""
MARKDOWN = """# Privacyverklaring

Wij zijn een praktijk.

## 7. Bewaren

__Facturen__ bewaren wij 7 jaar.

### Mail

Mail wissen wij na een jaar.
"""


def test_a_page_copied_from_a_pdf_gets_its_headings_and_sentences_back() -> None:
    sections = sections_of(COPIED_FROM_PDF)
    assert title_of(COPIED_FROM_PDF) == "Privacybeleid De Vlonder"
    assert [s.place for s in sections] == ["Minimaal", "Bewaren"]
    assert sections[0].paragraphs == (
        "De Vlonder vraagt van haar cliënten alleen de gegevens die nodig zijn om contact te houden: "
        "naam, e-mail en telefoonnummer.",
    )
    assert sections[1].paragraphs[0].endswith("Aan het begin en het eind vraagt zij o.a. om toestemming.")
    assert "Voor het laatst aangepast op: 1 mei 2024." in sections[1].paragraphs


def test_chapters_hold_their_bare_headings_and_a_list_is_no_chapter() -> None:
    sections = sections_of(CHAPTERS)
    assert [s.place for s in sections] == [
        "Privacybeleid & handboek",
        "1. Inleiding",
        "2. Bewaartermijnen",
        "2. Bewaartermijnen › Verslagen",
        "3. Welke gegevens?",
        "4. Slot",
    ]
    assert sections[1].paragraphs == ("De Vlonder gaat zorgvuldig met gegevens om.",)
    assert sections[3].paragraphs[0] == (
        "Verslagen worden binnen een redelijke termijn gewist, tenzij:\n- de cliënt anders vraagt;\n"
        "- er een geschil loopt;\nworden zij langer bewaard."
    )
    assert sections[3].paragraphs[1] == "Bij een klacht:\n- Wordt de klacht gelezen\n- Wordt u gebeld"


def test_markdown_headings_keep_their_levels() -> None:
    sections = sections_of(MARKDOWN)
    assert [s.place for s in sections] == ["Privacyverklaring", "7. Bewaren", "7. Bewaren › Mail"]
    assert sections[1].paragraphs == ("Facturen bewaren wij 7 jaar.",)


def test_a_section_answers_to_its_number_its_heading_and_the_chapter_above_it() -> None:
    under = sections_of(CHAPTERS)[3]
    for name in ("2", "bewaartermijnen", "2. Bewaartermijnen", "Verslagen"):
        assert under.is_called(name)
    assert not under.is_called("3")


def test_sentences_survive_abbreviations_and_keep_their_list() -> None:
    assert sentences_of("Wij bewaren o.a. Facturen zeven jaar. Daarna niet.") == (
        "Wij bewaren o.a. Facturen zeven jaar.",
        "Daarna niet.",
    )
    assert sentences_of("Een zin. Wij delen nooit, tenzij:\n- Het moet.\n- U het wilt.") == (
        "Een zin.",
        "Wij delen nooit, tenzij:\n- Het moet.\n- U het wilt.",
    )


def test_a_text_without_words_has_no_sections() -> None:
    assert sections_of(" \n\n\f\n ") == ()


@given(st.text(max_size=400))
def test_any_text_is_read(text: str) -> None:
    for section in sections_of(text):
        assert section.place is not None
        for paragraph in section.paragraphs:
            assert "".join(sentences_of(paragraph)).replace(" ", "") == paragraph.replace(" ", "")


@given(
    st.lists(
        st.sampled_from(["Rechten", "Zo werkt het.", "", "1. Begin", "- punt;", "midden in een zin", "Om:"])
    )
)
def test_no_word_of_a_policy_gets_lost(lines: list[str]) -> None:
    text = "\n".join(lines)
    kept = [title_of(text)] + [w for s in sections_of(text) for w in (s.place, *s.paragraphs)]
    assert set(re.findall(r"[a-zA-Z]+", text)) <= set(re.findall(r"[a-zA-Z]+", " ".join(kept)))
