"""Yes, no and everything else at a real confirmation, with the real model; and that nothing happens on a guess."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest

from casework import consents, people, requests, tickets
from tests.actions.test_safe_by_construction import NASTY
from tests.e2e.engine_talk import EngineTalk, Talker
from tests.stored import stored

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

YES_NL = """
ja; ja hoor; ja graag; jaaa; jawel; jazeker; jep; zeker; zeker weten; natuurlijk; uiteraard; klopt; dat klopt; precies; akkoord; is goed;
dat is goed; prima; prima zo; oké; top; doe maar; doe dat maar; ga uw gang; ga maar door; toe maar; vooruit dan maar; graag; mag wel;
wat mij betreft wel; lijkt me prima; in orde; ik bevestig dit; geen bezwaar; dat wil ik; ja, doe het verzoek maar; ja ik wil inzage; nee, toch wel
"""
YES_EN = """
yes; yes please; yeah; yep; sure; of course; certainly; absolutely; definitely; exactly; that's right; that is correct; I agree; agreed;
I confirm; confirmed; ok; okay; alright; fine; fine by me; that's fine; sounds good; go ahead; please go ahead; do it; just do it; proceed;
by all means; no problem; works for me; I'd like that; yes, make the request
"""
NO_NL = """
nee; nee hoor; neen; nee dank u; nee bedankt; liever niet; nou nee; ach nee; toch maar niet; doe maar niet; doe maar niet joh; niet doen; hoeft niet;
niet nodig; dat wil ik niet; niet akkoord; zeker niet; absoluut niet; echt niet; in geen geval; nooit; zo laten; laat het zo; dat klopt niet;
niet de bedoeling; wacht even; nog niet; nu even niet; laat maar; laat maar zitten; ja, toch maar niet; nee, niet doen; ik heb me bedacht
"""
NO_EN = """
no; no thanks; no thank you; not really; nope; no way; never; not at all; absolutely not; certainly not; I don't think so; I'd rather not;
rather not; don't; please don't; don't do it; I don't want that; I do not agree; no need; not necessary; not interested; that's wrong;
leave it as it is; hold on; not now; not yet; maybe later; never mind; cancel; forget it; I changed my mind
"""
NEITHER = """
misschien; ik denk het; weet ik niet; ik twijfel; ja nee; nee, ja; ja?; jaja; ja, maar niet mijn naam; ja, als het voor vrijdag kan; ja en dan;
ja, alleen de mails; prima, zolang mijn naam er niet bij staat; maybe; I guess; not sure; yes, but not my name; yes, if it is free; it depends;
hmm; top, bedankt; moet ik ja zeggen; 👍
"""


def each(sentences: str) -> list[str]:
    """The sentences of a list."""
    return [sentence.strip() for sentence in sentences.split(";")]


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EngineTalk]:
    """Engine and actions of Release & Connect."""
    running = EngineTalk(tmp_path_factory.mktemp("answers") / "home")
    running.start()
    yield running
    running.stop()


def known(talk: EngineTalk, email: str, language: str = "nl", **given: str) -> Talker:
    """Somebody on file who has shown who they are; `given` are consents with their own labels."""
    person = people.register(talk.office, {"name": "Jan de Vries", "email": email}, by="owner")
    for kind, label in given.items():
        consents.record(talk.office, person, kind, {"label": label}, date(2026, 1, 5), by="owner")
    client = talk.talker("en" if language == "en" else "nl")
    client.say("ik wil mijn gegevens inzien" if language == "nl" else "I want to see my data")
    client.say(email)
    client.say(talk.mailed_code(email))
    assert client.last.form == "request_form"
    return client


def made(talk: EngineTalk, client: Talker) -> int:
    """How many requests were made in this conversation."""
    return len(requests.of_conversation(talk.office, client.id))


def ask_again(client: Talker) -> None:
    """Have the confirmation asked once more, where the form was closed."""
    if client.last.form is None:
        client.say("ik wil mijn gegevens inzien" if client.language == "nl" else "I want to see my data")
    assert client.last.form == "request_form"


@pytest.mark.parametrize(("language", "phrases"), [("nl", each(YES_NL)), ("en", each(YES_EN))])
def test_yes_is_understood_in_thirty_ways(talk: EngineTalk, language: str, phrases: list[str]) -> None:
    assert len(phrases) >= 30
    client = known(talk, f"yes.{language}@voorbeeld.nl", language)
    missed = []
    for phrase in phrases:
        ask_again(client)
        before = made(talk, client)
        client.say(phrase)
        missed += [phrase] if made(talk, client) != before + 1 else []
    assert missed == []


@pytest.mark.parametrize(("language", "phrases"), [("nl", each(NO_NL)), ("en", each(NO_EN))])
def test_no_is_understood_in_thirty_ways_and_ends_it(
    talk: EngineTalk, language: str, phrases: list[str]
) -> None:
    assert len(phrases) >= 30
    client = known(talk, f"no.{language}@voorbeeld.nl", language)
    missed = []
    for phrase in phrases:
        ask_again(client)
        client.say(phrase)
        missed += [phrase] if client.last.form is not None else []
    assert missed == []
    assert made(talk, client) == 0


def test_what_is_neither_is_asked_again_with_the_two_buttons(talk: EngineTalk) -> None:
    client = known(talk, "neither@voorbeeld.nl")
    for phrase in each(NEITHER):
        before = client.last.text
        said = client.say(phrase)
        assert client.last.form == "request_form", phrase
        assert client.last.labels[-2:] == ["Verzoek doen", "Niet doen"], phrase
        assert said != before, phrase
    assert made(talk, client) == 0


def test_a_yes_after_words_from_elsewhere_is_asked_again(talk: EngineTalk) -> None:
    client = known(talk, "aside@voorbeeld.nl")
    assert "tussendoor" in client.say("ja", aside=True)
    assert made(talk, client) == 0
    client.say("ja")
    assert made(talk, client) == 1


def test_not_the_photo_the_video_and_then_not_withdraw_but_give(talk: EngineTalk) -> None:
    client = known(talk, "video@voorbeeld.nl", pr_website="de foto", pr_social_media="de video")
    client.say("laat maar")
    client.say("ik wil mijn toestemming voor publicatie intrekken")
    assert "de foto" in client.press("De foto")
    assert "de video" in client.say("nee niet de foto, de video")
    assert "open" in client.say("nee, ik wil juist toestemming geven")
    assert client.last.form is None
    person = people.find(talk.office, "video@voorbeeld.nl", by="owner")[0].id
    assert len(consents.active(talk.office, person)) == 2


def test_an_intake_is_corrected_at_its_summary(talk: EngineTalk) -> None:
    before = len(tickets.due_list(talk.office))
    client = talk.talker()
    for said in ("ik wil me graag aanmelden", "ja", "Noor", "noor@voorbeeld.nl", "overslaan", "overslaan"):
        client.say(said)
    assert "noor@voorbeeld.nl" in client.say("wij praten langs elkaar heen")
    corrected = client.say("mijn mail klopt niet, het is noor punt bakker apenstaartje voorbeeld punt nl")
    assert "noor.bakker@voorbeeld.nl" in corrected
    assert "Hoe heet u?" in client.say("nee, de naam is fout")
    assert "Noor Bakker" in client.say("Noor Bakker")
    client.say("klopt")
    client.say("wacht, mijn nummer is 06 12345678")
    assert "+31612345678" in client.last.text
    client.say("klopt zo")
    assert len(tickets.due_list(talk.office)) == before
    assert "R-" in client.say("nee")
    assert len(tickets.due_list(talk.office)) == before + 1


def nowhere(talk: EngineTalk, language: str) -> Talker:
    """A conversation in which nothing was said yet."""
    return talk.talker("en" if language == "en" else "nl")


def at_a_confirmation(talk: EngineTalk, language: str) -> Talker:
    """A conversation in which an access request waits for its yes."""
    return known(talk, f"nasty.{language}.{talk.talker().id[:6].lower()}x@voorbeeld.nl", language)


def at_a_summary(talk: EngineTalk, language: str) -> Talker:
    """A conversation in which an intake is summed up."""
    client = nowhere(talk, language)
    dutch = (
        "ik wil me graag aanmelden",
        "ja",
        "Noor",
        "noor@voorbeeld.nl",
        "overslaan",
        "overslaan",
        "overslaan",
    )
    english = ("I would like to sign up", "yes", "Noor", "noor@example.org", "skip", "skip", "skip")
    for said in dutch if language == "nl" else english:
        client.say(said)
    assert client.last.form == "intake_form"
    return client


def at_an_address(talk: EngineTalk, language: str) -> Talker:
    """A conversation in which an address is asked."""
    client = nowhere(talk, language)
    client.say("ik wil een klacht indienen" if language == "nl" else "I want to make a complaint")
    client.say("Te laat gebeld" if language == "nl" else "You called too late")
    return client


@pytest.mark.parametrize(
    ("place", "language"),
    [
        (nowhere, "nl"),
        (nowhere, "en"),
        (at_a_confirmation, "nl"),
        (at_a_summary, "en"),
        (at_an_address, "nl"),
    ],
)
def test_nasty_texts_change_nothing_and_are_answered(
    talk: EngineTalk, place: Callable[[EngineTalk, str], Talker], language: str
) -> None:
    client = place(talk, language)
    before, form = stored(talk.home), client.last.form
    for text in NASTY:
        for _ in range(2):
            last = client.last.text
            said = client.say(text)
            assert said, text[:40]
            assert said != last, text[:40]
            assert stored(talk.home) == before, text[:40]
        if client.last.form != form:
            client = place(talk, language)
            before = stored(talk.home)
