"""Contact details out of what people type, and personal data where it doesn't belong."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.nl import bsn

from casework.fields import Checked, Refused, bsn_in, email_in, name_in, personal_data_in, phone_in, words_in

VALID_BSN = "111222333"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("jan@voorbeeld.nl", "jan@voorbeeld.nl"),
        ("  Jan.de.Vries+coach@Voorbeeld.NL ", "Jan.de.Vries+coach@voorbeeld.nl"),
        ("mijn mail is jan@voorbeeld.nl hoor", "jan@voorbeeld.nl"),
        ("je kunt me bereiken op <jan@voorbeeld.nl>.", "jan@voorbeeld.nl"),
        ("jan@voorbeeld.nl, jan@voorbeeld.nl", "jan@voorbeeld.nl"),
        ("jan @ voorbeeld.nl", "jan@voorbeeld.nl"),
        ("jan apenstaartje voorbeeld punt nl", "jan@voorbeeld.nl"),
        ("jan(at)voorbeeld.nl", "jan@voorbeeld.nl"),
        ("ｊａｎ@voorbeeld.nl", "jan@voorbeeld.nl"),
        ("jan\u200b@voorbeeld.nl", "jan@voorbeeld.nl"),
        ("rene\u0301@voorbeeld.nl", "ren\u00e9@voorbeeld.nl"),
        ("jan@gmail.com", "jan@gmail.com"),
        ("jan@mail.com", "jan@mail.com"),
        ("jan@hotmail.be", "jan@hotmail.be"),
        ("jan punt jansen apenstaartje gmail punt com", "jan.jansen@gmail.com"),
        ("jan punt jansen@gmail.com", "jan.jansen@gmail.com"),
        ("jan streepje de streepje boer apestaartje voorbeeld.nl", "jan-de-boer@voorbeeld.nl"),
        ("mijn mail is truus at voorbeeld punt nl", "truus@voorbeeld.nl"),
        ("jan (at) voorbeeld (dot) nl", "jan@voorbeeld.nl"),
        ("jan @ gmail . com", "jan@gmail.com"),
        ("jan@gmail,com", "jan@gmail.com"),
        ("mailto:jan@voorbeeld.nl", "jan@voorbeeld.nl"),
        ("<mailto:jan@voorbeeld.nl>", "jan@voorbeeld.nl"),
        ("e-mail: jan@voorbeeld.nl;", "jan@voorbeeld.nl"),
        ("jan@voorbeeld.nl...", "jan@voorbeeld.nl"),
        ("Mijn mail. jan@voorbeeld.nl", "jan@voorbeeld.nl"),
        ("jan@VOORBEELD.NL", "jan@voorbeeld.nl"),
    ],
)
def test_an_address_is_found_and_normalised(text: str, address: str) -> None:
    assert email_in(text) == Checked(address)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no_email"),
        ("die heb ik niet", "no_email"),
        ("jan@", "bad_email"),
        ("jan@voorbeeld", "bad_email"),
        ("@voorbeeld.nl", "bad_email"),
        ("jan@voor_beeld.nl", "bad_email"),
        ("jan@voorbeeld.nl of piet@voorbeeld.nl", "several_emails"),
    ],
)
def test_what_is_no_single_address_is_refused_with_its_reason(text: str, reason: str) -> None:
    assert email_in(text) == Refused(reason)  # type: ignore[arg-type]  # parametrized text, checked by equality


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("jan@gmial.com", "jan@gmail.com"),
        ("jan@gmail.con", "jan@gmail.com"),
        ("jan@hotmial.com", "jan@hotmail.com"),
        ("jan@hotmai.nl", "jan@hotmail.nl"),
        ("jan@outlok.com", "jan@outlook.com"),
        ("jan@ziggo.nll", "jan@ziggo.nl"),
        ("jan@iclod.com", "jan@icloud.com"),
    ],
)
def test_a_likely_typo_is_asked_about_and_may_stay(typed: str, meant: str) -> None:
    assert email_in(typed) == Refused("email_typo", hint=meant)
    assert email_in(typed, as_typed=True) == Checked(typed)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0612345678", "+31612345678"),
        ("06-12345678", "+31612345678"),
        ("06 - 12 34 56 78", "+31612345678"),
        ("0 6 1 2 3 4 5 6 7 8", "+31612345678"),
        ("+31 (0)6 12345678", "+31612345678"),
        ("0031612345678", "+31612345678"),
        ("bel me maar op 06 12345678 na zessen", "+31612345678"),
        ("(0513) 62 80 00", "+31513628000"),
        ("+32 470 12 34 56", "+32470123456"),
        ("٠٦١٢٣٤٥٦٧٨", "+31612345678"),
        ("088 1805250", "+31881805250"),
        ("06 12345678, dus 0612345678", "+31612345678"),
        ("+31 6 12 34 56 78", "+31612345678"),
        ("0031 6 12345678", "+31612345678"),
        ("(+31)6-12345678", "+31612345678"),
        ("31612345678", "+31612345678"),
        ("06.12.34.56.78", "+31612345678"),
        ("06/12345678", "+31612345678"),
        ("tel: 06 1234 5678", "+31612345678"),
        ("nul zes een twee drie vier vijf zes zeven acht", "+31612345678"),
        ("nul zes twaalf vierendertig zesenvijftig achtenzeventig", "+31612345678"),
        ("nul zes, twaalf drieëndertig, 56 78", "+31612335678"),
        ("plus drie een zes een twee drie vier vijf zes zeven acht", "+31612345678"),
        ("oh six one two three four five six seven eight", "+31612345678"),
        ("nul zes dubbel twee drie vier vijf zes zeven acht", "+31622345678"),
        ("0032 470 12 34 56", "+32470123456"),
        ("0470 12 34 56", "+32470123456"),
        ("0470/12.34.56", "+32470123456"),
        ("0475 12 34 56", "+31475123456"),
        ("+49 30 901820", "+4930901820"),
    ],
)
def test_a_number_is_found_in_any_usual_form(text: str, number: str) -> None:
    assert phone_in(text) == Checked(number)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no_phone"),
        ("liever niet", "no_phone"),
        ("061234", "bad_phone"),
        ("06 1234567", "bad_phone"),
        ("02 123 45 67", "bad_phone"),
        ("wij zijn met twee", "no_phone"),
        ("112", "bad_phone"),
        ("0900 1234567", "paid_phone"),
        ("0906-0123", "paid_phone"),
        ("0800 2000", "paid_phone"),
        ("0612345678 of 0687654321", "several_phones"),
    ],
)
def test_what_is_no_number_of_a_person_is_refused_with_its_reason(text: str, reason: str) -> None:
    assert phone_in(text) == Refused(reason)  # type: ignore[arg-type]  # parametrized text, checked by equality


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Jan", "Jan"),
        ("  jan   de  vries ", "jan de vries"),
        ("Mijn naam is Fatima El Amrani.", "Fatima El Amrani"),
        ("ik heet O'Neill-Jansen", "O'Neill-Jansen"),
        ("hoi, ik ben Anne", "Anne"),
        ("My name is Zoë van 't Hof", "Zoë van 't Hof"),
        ("I'm Sam", "Sam"),
        ("王小明", "王小明"),
        ("Мария Иванова", "Мария Иванова"),
        ("प्रिया", "प्रिया"),
        ("J.P. Balk (Peter)", "J.P. Balk (Peter)"),
    ],
)
def test_a_name_is_taken_out_of_its_sentence(text: str, name: str) -> None:
    assert name_in(text) == Checked(name)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no_name"),
        ("...", "no_name"),
        ("12345", "no_name"),
        ("🙂", "no_name"),
        ("a" * 121, "long_name"),
        ("jan@voorbeeld.nl", "odd_name"),
        ("Jan 0612345678", "odd_name"),
        ("<script>", "odd_name"),
    ],
)
def test_what_is_no_name_is_refused_with_its_reason(text: str, reason: str) -> None:
    assert name_in(text) == Refused(reason)  # type: ignore[arg-type]  # parametrized text, checked by equality


@pytest.mark.obligation("L4")
@pytest.mark.parametrize(
    "text",
    [
        VALID_BSN,
        "mijn bsn is 111222333",
        "BSN111222333",
        "bsn: 1112.22.333",
        "111 222 333",
        "burgerservicenummer 1112 22 333, tel 0612345678",
        "ik ben Jan 111222333 uit Dorp",
        "bsn 10000008",
        "sofinummer 123456782",
        "111\u200b222333",
        "１１１２２２３３３",
        "mijn telefoon is 0612345678 en mijn bsn 111222333",
    ],
)
def test_a_citizen_service_number_is_found_anywhere(text: str) -> None:
    assert bsn_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "111222334",
        "0612345678",
        "+31 6 12345678",
        "NL91ABNA0417164300",
        "NL 91 ABNA 0417 1643 00",
        "factuur 111222333",
        "KvK-nummer: 111222333",
        "KvK 10000008",
        "op 12-11-2026 om 10 uur",
        "11122233344455",
        "dossiernummer 111222333",
        "R-7K2M4Q",
    ],
)
def test_other_numbers_are_no_citizen_service_number(text: str) -> None:
    assert not bsn_in(text)


@given(
    st.integers(10_000_000, 999_999_999), st.sampled_from(["{}", "mijn bsn: {}", "hier is het: {}.", "({})"])
)
def test_every_number_that_passes_the_test_is_found_and_no_other(number: int, sentence: str) -> None:
    digits = f"{number:09}"
    assert bsn_in(sentence.format(digits)) == bsn.is_valid(digits)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("mail jan@voorbeeld.nl of bel 06-12345678", {"email", "phone"}),
        ("mijn bsn is 111222333", {"bsn"}),
        ("maak het over naar NL91 ABNA 0417 1643 00", {"iban"}),
        ("nl91abna0417164300", {"iban"}),
        ("DE89370400440532013000", {"iban"}),
        ("ik woon in 8448 MA Heerenveen", {"postcode"}),
        ("8448ma", {"postcode"}),
        ("ik ben geboren op 3-4-1985", {"date_of_birth"}),
        ("geb. 3 april 1985", {"date_of_birth"}),
        ("born 03/04/85", {"date_of_birth"}),
        ("12 mei 1990", {"date_of_birth"}),
        ("kan ik op 12 mei 2026 langskomen", set()),
        ("uw beleid van 20 augustus 2018", set()),
        ("in 2026 de afspraak verzetten", set()),
        ("wat bewaren jullie 7 jaar", set()),
        ("", set()),
    ],
)
def test_personal_data_is_found_by_kind(text: str, kinds: set[str]) -> None:
    assert personal_data_in(text) == kinds


@pytest.mark.parametrize("text", ["Kan het later?", "12345", "да", "是", "a"])
def test_words_are_taken_as_they_are(text: str) -> None:
    assert words_in(f" {text} ") == Checked(text)


@pytest.mark.parametrize("text", ["", "   ", "...", "?!", "🙂", "👍👍", "\u200b\u202e", "—"])
def test_signs_without_a_word_say_nothing(text: str) -> None:
    assert words_in(text) == Refused("no_text")


@pytest.mark.parametrize(
    "text",
    [
        "a" * 10_000,
        "@" * 10_000,
        "a@" * 5_000,
        "1" * 10_000,
        "1 " * 5_000,
        "06-" * 3_300,
        "+" * 10_000,
        " " * 10_000,
        "nul " * 2_500,
    ],
    ids=lambda text: repr(text[:4]),
)
def test_no_text_of_ten_thousand_signs_keeps_anybody_waiting(text: str) -> None:
    began = time.process_time()
    for check in (email_in, phone_in, name_in, words_in):
        check(text)
    assert time.process_time() - began < 1


@given(st.text(max_size=300) | st.from_regex(r"[0-9@+ .()\-a-zé\u0660-\u0669]{0,60}", fullmatch=True))
def test_no_text_makes_a_check_raise(text: str) -> None:
    for check in (email_in, phone_in, name_in):
        assert isinstance(check(text), Checked | Refused)
    assert bsn_in(text) == ("bsn" in personal_data_in(text))


@given(st.emails())
def test_what_was_checked_once_stays_the_same(address: str) -> None:
    once = email_in(address, as_typed=True)
    if isinstance(once, Checked):
        assert email_in(once.value, as_typed=True) == once
