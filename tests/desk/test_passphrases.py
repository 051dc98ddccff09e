import pytest

from desk import passphrases
from desk.passphrases import LONGEST, SHORTEST, hash_passphrase, judge, matches

PEPPER = b"p" * 32


@pytest.mark.parametrize(
    ("passphrase", "advice"),
    [
        ("kort", "short"),
        ("a" * (LONGEST + 1), "long"),
        ("abababababababab", "monotone"),
        ("marieke marieke marieke", "guessable"),
        ("Welkom wachtwoord 12", "guessable"),
    ],
)
def test_a_weak_passphrase_gets_advice_that_fits(passphrase: str, advice: str) -> None:
    judged = judge(passphrase, "Marieke")

    assert (judged.good, judged.advice) == (False, advice)


def test_four_loose_words_are_good_without_capitals_or_digits() -> None:
    assert judge("paard batterij nietje geduld", "Marieke").good


def test_length_is_counted_without_the_spaces_around() -> None:
    assert judge("  twaalf teken  ", "Marieke").length < SHORTEST


def test_only_the_same_passphrase_matches() -> None:
    phc = hash_passphrase("paard batterij nietje", PEPPER)

    assert matches("paard batterij nietje", phc, PEPPER)
    assert not matches("paard batterij nietjes", phc, PEPPER)


def test_the_hash_is_argon2id_and_differs_each_time() -> None:
    first, second = (hash_passphrase("paard batterij nietje", PEPPER) for _ in range(2))

    assert first.startswith("$argon2id$v=19$m=65536,t=3,p=1$")
    assert first != second


def test_without_the_keyrings_secret_the_hash_fits_nothing() -> None:
    phc = hash_passphrase("paard batterij nietje", PEPPER)

    assert not matches("paard batterij nietje", phc, b"q" * 32)


def test_an_accent_typed_in_two_ways_is_the_same_passphrase() -> None:
    composed, decomposed = "caf\u00e9 batterij nietje", "cafe\u0301 batterij nietje"

    assert passphrases.matches(decomposed, hash_passphrase(composed, PEPPER), PEPPER)
