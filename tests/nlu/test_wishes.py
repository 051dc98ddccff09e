"""The mood of a sentence: what asks, and what only sounds as if it did."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.wishes import (
    ACTS,
    JOINT,
    asks_nothing,
    asks_outright,
    gives_consent,
    has_pronoun,
    may_ask,
    named,
    possible,
)
from nlu.word_lists import plain

WISHES = [
    "Indien ik toestemming gegeven heb, trek ik deze hierbij in.",
    "If I have given consent to the processing of my data, I am hereby withdrawing it.",
    "Ik verzoek u de verwerking te beperken in afwachting van uw antwoord.",
    "Wis alle persoonsgegevens die op mij betrekking hebben.",
    "Op grond van artikel 17 lid 1 AVG dient u alle gegevens te wissen.",
    "Jullie moeten mijn foto weghalen.",
    "Als u mijn gegevens niet meer nodig hebt, wis ze dan.",
    "In case you are, please provide me with a copy of all personal data.",
    "Ik heb het al eens gevraagd, maar ik wil echt dat u mij uitschrijft.",
    "Hierbij verzoek ik u nogmaals, zoals ik eerder heb gevraagd, om inzage.",
    "Mijn man wil dat alles blijft, maar ik wil dat mijn gegevens gewist worden.",
    "Mijn man en ik willen graag dat onze gegevens gewist worden.",
    "Op grond van mijn recht op inzage verzoek ik u om een kopie.",
]
NO_WISHES = [
    "Als u niet binnen een maand reageert, behoud ik mij het recht voor een klacht in te dienen.",
    "If you do not answer my request within the stated period, I reserve the right to lodge a complaint.",
    "Mocht ik geen antwoord van u krijgen, dan dien ik een klacht in.",
    "I will file a complaint if you don't reply within a month.",
    "Indien u weigert, stap ik naar de toezichthouder met een klacht.",
    "Zoals bepaald in artikel 12, lid 3, AVG, moet u mij de gevraagde informatie binnen een maand verstrekken.",
    "As laid down in Article 12(3) GDPR, you have to confirm the erasure to me without undue delay.",
    "In het geval dat u de gegevens gedeeld heeft, dient u mijn verzoek tot wissen door te sturen naar iedere ontvanger.",
    "If you object to the requested erasure, you have to justify that to me.",
    "Ik ben ervan overtuigd dat er voldaan is aan de voorwaarden van artikel 17 voor wissen.",
    "You cannot claim an exception to the erasure based on Article 17(3) GDPR.",
    "Mijn verzoek omvat uitdrukkelijk alle andere diensten waarvoor u gegevens verwijdert.",
    "Vorig jaar heb ik om inzage gevraagd.",
    "In May I asked for a copy of my file and got it.",
    "Ik heb vorig jaar een klacht ingediend.",
    "Mijn gegevens zijn al gewist.",
    "Mijn zus heeft bezwaar gemaakt.",
    "Een vriendin van mij heeft vorig jaar bij een andere praktijk een klacht ingediend.",
    "My husband wants you to erase his file.",
    "Zij vroeg om verwijdering.",
    "Ik denk erover om alles te laten wissen.",
    "Cliënten hebben recht op inzage, rectificatie en verwijdering.",
    "Dit bericht is vertrouwelijk; verwijder het als u niet de ontvanger bent.",
    "If you are not the intended recipient, please delete this.",
]


@pytest.mark.parametrize("sentence", WISHES)
def test_a_wish_is_a_wish_whatever_stands_before_it(sentence: str) -> None:
    said = plain(sentence)
    assert not asks_nothing(said)
    assert asks_outright(said)
    assert possible(said)


@pytest.mark.parametrize("sentence", NO_WISHES)
def test_threats_duties_the_past_and_others_ask_nothing(sentence: str) -> None:
    assert asks_nothing(plain(sentence))


@pytest.mark.parametrize(
    ("sentence", "left"),
    [
        ("Ik wil niet dat u mijn gegevens wist, alleen inzage", {"request_access"}),
        ("I don't want you to delete it, I want a copy", {"request_access"}),
        ("Ik wil geen klacht indienen", set()),
        ("Ik wil niet meer bij u komen, verwijder mijn gegevens", {"request_erasure"}),
        ("U mag mijn gegevens niet meer gebruiken", {"request_restriction"}),
        ("Ik wil geen nieuwsbrief meer", {"withdraw_consent"}),
    ],
)
def test_not_before_a_wish_takes_it_away_unless_it_is_said_with_not(sentence: str, left: set[str]) -> None:
    assert possible(plain(sentence)) == left


@pytest.mark.parametrize(
    ("sentence", "left"),
    [
        ("Wissen hoeft echt niet, ik wil die verslagen later teruglezen", set()),
        ("You don't need to delete anything", set()),
        ("There is no reason to get rid of the old notes", set()),
        ("Inzage is niet nodig", set()),
        ("Inzage is niet nodig en een kopie hoef ik ook niet", set()),
        ("Ik hoef geen kopie", set()),
        ("I won't be needing a copy", set()),
        ("I don't want it deleted, removed or destroyed", set()),
        ("I have no objection to the way you work", set()),
        ("Nor do I wish to withdraw the permission", set()),
        ("Ik maak geen bezwaar", set()),
        ("U hoeft mijn toestemming niet in te trekken", set()),
        ("Die foto hoeft niet weg", set()),
        ("De klacht kan van tafel", set()),
        ("Wissen hoeft niet, maar ik wil graag een kopie", {"request_access"}),
        ("You need not delete it, but please send me a copy", {"request_access"}),
        ("Wis mijn dossier, de facturen hoeven niet weg", {"request_erasure"}),
        ("Vergeet niet mijn dossier te wissen", {"request_erasure"}),
        ("Please don't forget to delete my file", {"request_erasure"}),
        ("De nieuwsbrief hoeft niet meer", {"withdraw_consent"}),
        ("I don't want the newsletter", {"withdraw_consent"}),
    ],
)
def test_what_is_refused_or_needless_is_no_wish_and_the_other_clause_still_asks(
    sentence: str, left: set[str]
) -> None:
    assert possible(plain(sentence)) == left


@pytest.mark.parametrize(
    "sentence",
    [
        "Jullie mogen de foto van de wandeling dus gewoon gebruiken",
        "Die groepsfoto mag je gewoon plaatsen",
        "Doe mij dus maar die nieuwsbrief",
        "Ik had nee gezegd tegen de nieuwsbrief, maar nu wil ik hem toch wel krijgen",
        "You may use my photo",
        "I said no to the newsletter, but now I'd like to receive it after all",
    ],
)
def test_who_gives_consent_after_all_withdraws_nothing(sentence: str) -> None:
    said = plain(sentence)
    assert gives_consent(said)
    assert not may_ask(said, "withdraw_consent")
    assert not possible(said) & {"withdraw_consent", "withdraw_pr_consent"}


@pytest.mark.parametrize(
    "sentence",
    ["U mag mijn foto niet meer gebruiken", "You may not use my photo", "Ik geef geen toestemming"],
)
def test_not_gives_no_consent(sentence: str) -> None:
    assert not gives_consent(plain(sentence))
    assert possible(plain(sentence)) & {"withdraw_consent", "withdraw_pr_consent"}


@pytest.mark.parametrize(
    "sentence",
    [
        "Vorig jaar heb ik gezegd dat ik niet met mijn foto op de website wilde.",
        "I said no to the newsletter.",
        "Ik ben nog niet uit de vraag of ik alles laat verwijderen.",
        "I haven't decided yet whether I want it taken down.",
        "Leave things just as they are.",
        "Laat alles maar zoals het is.",
    ],
)
def test_an_earlier_no_doubt_and_what_may_stay_ask_nothing(sentence: str) -> None:
    assert asks_nothing(plain(sentence))


@pytest.mark.parametrize(
    "sentence", ["Hoe staat het met mijn verzoek om inzage?", "How is my request for erasure going?"]
)
def test_how_a_request_stands_is_no_new_request_and_is_still_read_as_a_whole(sentence: str) -> None:
    assert not possible(plain(sentence))
    assert not asks_nothing(plain(sentence))


@pytest.mark.parametrize(
    "sentence", ["You even sent me a copy of my notes", "De kopie heb ik gisteren ontvangen"]
)
def test_what_somebody_got_is_not_asked_for_again(sentence: str) -> None:
    assert "request_access" not in possible(plain(sentence))


def test_a_pronoun_may_speak_of_an_earlier_sentence() -> None:
    assert has_pronoun(plain("Schrijf me daar alsjeblieft voor uit."))
    assert has_pronoun(plain("I'd like you to do the same with yours."))
    assert not has_pronoun(plain("Wis mijn dossier."))


def test_after_a_colon_a_command_begins() -> None:
    assert asks_outright(plain("Nog iets: haal me van de lijst"))
    assert asks_outright(plain("One more thing: delete my file"))


def test_particulars_belong_to_the_access_request() -> None:
    said = plain("Als u mijn gegevens overdraagt naar een derde land, verzoek ik om te worden geïnformeerd.")
    assert not any(may_ask(said, act) for act in ACTS - {"request_access"})


def test_every_act_is_named_by_some_words_in_both_languages() -> None:
    dutch = "inzage rectificatie wissen beperken overdragen bezwaar nieuwsbrief foto klacht datalek bellen aanmelden"
    english = "access correct erase restrict transfer objection newsletter photo complaint breach appointment register"
    assert {act for word in dutch.split() for act in named(word)} == ACTS
    assert {act for word in english.split() for act in named(word)} == ACTS


@given(st.text())
def test_a_plain_sentence_stays_plain(text: str) -> None:
    assert plain(plain(text)) == plain(text)


def test_what_stands_in_brackets_belongs_to_the_wish_before_them() -> None:
    said = "send me everything (the lists and my diary, too) as a file, and take me off the list"
    assert JOINT.split(said) == [
        "send me everything (the lists and my diary, too) as a file",
        "take me off the list",
    ]
