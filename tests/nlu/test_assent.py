"""Yes and no in many ways; whatever else stands beside a yes, it is none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu import assent
from nlu.listening import PHRASES
from nlu.plain import plain

ERASING = "request_confirm_yes:erasure"

YES = """
ja; jaaa; ja hoor; ja graag; jawel; jazeker; jep; zeker; zeker weten; natuurlijk; uiteraard; klopt; dat klopt; precies;
akkoord; daar ga ik mee akkoord; is goed; dat is goed; prima; prima zo; oké; oke dan; top; doe maar; doe dat maar; ga uw gang;
ga maar door; toe maar; vooruit dan maar; graag; heel graag; mag wel; dat mag; wat mij betreft wel; lijkt me prima; in orde;
ik bevestig dit; geen bezwaar; geen probleem, ga door; dat wil ik; ja, dat wil ik graag; voer maar uit; regel het maar; Ja!!;
ja, doe maar hoor, dank u wel; nou goed dan; ja natuurlijk mag dat; tuurlijk joh; nee, toch wel; toch maar wel; ja zulle;
yes; yes please; yes, please do; yeah; yep; yup; sure; of course; certainly; absolutely; definitely; exactly; that's right;
that is correct; I agree; agreed; I accept; I confirm; confirmed; ok; okay; alright; fine; fine by me; that's fine;
sounds good; go ahead; please go ahead; do it; just do it; go on then; proceed; by all means; no problem; no objection;
works for me; that works; I'd like that; yes I would; yess; y; good, go ahead; all right then
"""
NO = """
nee; neeee; nee hoor; neen; nee dank u; nee bedankt; nee liever niet; liever niet; liever van niet; nou nee; ach nee; eh nee;
toch maar niet; toch niet; doe maar niet; doe maar niet joh; niet doen; doe dat maar niet; nee, doe maar niet; hoeft niet;
dat hoeft niet; niet nodig; nee dat wil ik niet; dat wil ik niet; niet akkoord; daar ga ik niet mee akkoord; zeker niet;
absoluut niet; echt niet; helemaal niet; in geen geval; nooit; geen sprake van; zo laten; laat het zo; dat klopt niet;
onjuist; fout; dat bedoel ik niet; niet de bedoeling; geen behoefte; ik dacht het niet; ik denk het niet; nope; nah;
ja, toch maar niet; oké, toch niet; prima, niet doen; nee, niet wissen; sorry, nee; mij niet gezien; liever iets anders;
no; no thanks; no thank you; not really; nope, sorry; no way; never; not at all; absolutely not; certainly not; of course not;
definitely not; I don't think so; I'd rather not; rather not; better not; don't; please don't; don't do it; please don't do it;
I don't want that; I do not agree; I disagree; no need; not necessary; not interested; that's wrong; that's not right;
leave it as it is; no, not like that; none of these; I refuse; under no circumstances; no, never
"""
NOT_NOW = "wacht even; nee wacht; hold on; hang on; nog niet; nu even niet; niet nu; later; liever een andere keer; not now; not yet; maybe later; let me think about it; daar moet ik over nadenken; mwah nee"
NEITHER = """
misschien; ik denk het; ik denk het wel; ik geloof het wel; weet ik niet; geen idee; ik twijfel; hangt ervan af; maakt niet uit; ja nee;
nee, ja; nee, doe maar; ja of nee; waarom niet; hmm; jaja; ja?; akkoord?; klopt dat; goed zo; top, bedankt; ok thanks;
maybe; perhaps; I guess; I think so; not sure; I don't know; it depends; whatever; yes and no; sure?; why not
"""
MORE_THAN_THAT = """
ja maar; ja, maar niet mijn naam; ja, als het voor vrijdag kan; ja, alleen niet de foto; ja mits u mij eerst belt; ja en dan;
prima, zolang mijn naam er niet bij staat; ja dat dacht ik al; ja voor de helft; ja hoe lang duurt dat; ja, wis alles; ja inzage;
yes, but not my name; yes, if you keep my name out; SYSTEM: yes; assistant: ja; confirm nothing; affirm; moet ik ja zeggen;
ik zei geen ja; mijn man zegt ja; yesterday; januari; janee; jjjj; aj; 👍; 👍👍; 12345; ...; ; да; 是; نعم; <b>ja</b><script>; wis alles
"""


def each(sentences: str) -> list[str]:
    """The sentences of a list."""
    return [sentence.strip() for sentence in sentences.split(";")]


def phrases(*groups: str) -> list[str]:
    """All phrases of these groups."""
    return [phrase for group in groups for phrase in _flat(PHRASES[group])]


def _flat(given: list[str] | list[list[str]]) -> Iterator[str]:
    for one in given:
        yield from [one] if isinstance(one, str) else one


@pytest.mark.parametrize("text", each(YES))
def test_yes_is_understood_in_many_ways(text: str) -> None:
    assert assent.read(text).said == "yes"


@pytest.mark.parametrize("text", each(NO))
def test_no_is_understood_in_many_ways(text: str) -> None:
    assert assent.read(text, ERASING).said == "no"


@pytest.mark.parametrize("text", each(NOT_NOW))
def test_not_now_is_a_no_of_its_own(text: str) -> None:
    assert assent.read(text).said == "wait"


@pytest.mark.parametrize("text", each(NEITHER))
def test_what_leaves_it_open_is_neither(text: str) -> None:
    assert assent.read(text).said == "unclear"


@pytest.mark.parametrize("text", each(MORE_THAN_THAT))
def test_what_holds_anything_else_is_not_read_as_an_answer(text: str) -> None:
    assert assent.read(text).said is None


@pytest.mark.parametrize(
    ("text", "step", "said"),
    [
        ("ja, wis alles maar", ERASING, "yes"),
        ("ja ik wil dat alles gewist wordt", ERASING, "yes"),
        ("yes, erase everything please", ERASING, "yes"),
        ("ja, wis alles maar", "request_confirm_yes:access", None),
        ("ja, doe het verzoek maar", "request_confirm_yes:access", "yes"),
        ("ja trek maar in", "consent_confirm_yes:withdraw:c1", "yes"),
        ("ja trek maar in", "consent_confirm_yes:give:c1", None),
        ("ja, ik geef toestemming", "consent_confirm_yes:withdraw:c1", None),
        ("ja, geef maar door", "note_confirm_yes:question", "yes"),
        ("ja, u mag het bewaren", "intake_keep_yes", "yes"),
        ("nee, niet bewaren", "intake_keep_yes", "no"),
        ("ja, doe alles maar", "letter_confirm_yes:erasure+withdraw", "yes"),
        ("ja, beide verzoeken", "letter_confirm_yes:erasure+withdraw", "yes"),
        ("ja, alleen het wissen", "letter_confirm_yes:erasure+withdraw", None),
        ("wis alles", ERASING, None),
        ("mijn gegevens wissen graag", ERASING, None),
        ("ja maar wis alles", ERASING, None),
        ("ja ik wil mijn gegevens", ERASING, None),
    ],
)
def test_the_act_itself_may_be_named_beside_a_yes_and_no_other_act(
    text: str, step: str, said: str | None
) -> None:
    assert assent.read(text, step).said == said


@pytest.mark.parametrize(
    ("text", "leaning", "reserved"),
    [
        ("ja, maar niet mijn naam", "yes", True),
        ("nee, ik wil eerst iets weten", "no", True),
        ("prima dat u het vraagt", "yes", False),
        ("mijn man zegt ja", "some", False),
        ("ik ga akkoord met niets", "yes", False),
        ("dat zie ik zitten", None, False),
        ("dat zie ik zitten als het snel kan", None, True),
    ],
)
def test_what_a_longer_answer_leans_to(text: str, leaning: str | None, reserved: bool) -> None:
    heard = assent.read(text)
    assert (heard.leaning, heard.reserved) == (leaning, reserved)


STOPS = """
laat maar; laat maar zitten; laat maar hoor; ach laat maar; nee laat maar; nou laat maar zitten dan; oh, laat maar even; laat het maar;
laat zitten; vergeet het maar; stop; stop maar; ja stop maar; ik stop ermee; annuleer maar; hou maar op; ik heb me bedacht;
ik ben van gedachten veranderd; hoeft niet meer; ik zie ervan af; doe maar geen moeite; ik doe dit later wel; toch maar niet, laat maar; lama;
never mind; nevermind; nvm; cancel; cancel that please; forget it; oh forget it; I changed my mind; drop it; let's not; stop it; I want to stop
"""


@pytest.mark.parametrize("text", each(STOPS))
def test_leaving_is_understood_in_many_ways(text: str) -> None:
    assert assent.stops(text)
    assert assent.read(text).said == "stop"


@pytest.mark.parametrize(
    "text",
    ["nee", "ja", "stop met roken", "laat maar weten", "", "Ik kan niet stoppen met huilen", "wacht even"],
)
def test_and_nothing_else_leaves(text: str) -> None:
    assert not assent.stops(text)


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(phrases("agree", "fillers", "thanks")), max_size=3),
    st.sampled_from(phrases("agree")),
    st.lists(st.sampled_from(phrases("agree", "fillers", "thanks")), max_size=3),
)
def test_yes_upon_yes_is_never_a_no(before: list[str], clear: str, after: list[str]) -> None:
    assert assent.read(", ".join([*before, clear, *after])).said in ("yes", "unclear", None)


@settings(deadline=None)
@given(
    st.sampled_from(phrases("agree", "agree_weakly")),
    st.sampled_from(phrases("refuse", "wait", "unsure", "stop", "no_after_all", "reservations", "but")),
)
def test_a_yes_with_anything_against_it_is_no_yes(clear: str, against: str) -> None:
    for text in (f"{clear}, {against}", f"{clear} {against}", f"{against} {clear}", f"{clear}. {against}"):
        if " ".join(assent.words_of(text)) not in phrases(
            "agree"
        ):  # "doe dat" and "maar" are a phrase together
            assert assent.read(text).said != "yes"


@settings(deadline=None)
@given(st.sampled_from(phrases("agree")), st.text(min_size=1, max_size=40))
def test_a_yes_followed_by_unknown_words_is_no_yes(clear: str, more: str) -> None:
    known = {word for group in assent.GROUPS for phrase in phrases(group) for word in phrase.split()}
    if any(word not in known for word in assent.words_of(more)):
        assert assent.read(f"{clear} {more}").said is None or assent.words_of(more) == ()


def test_every_phrase_stands_in_one_group_and_is_plain() -> None:
    seen: dict[str, str] = {}
    for group in assent.GROUPS:
        for phrase in phrases(group):
            assert phrase == plain(phrase), phrase
            assert seen.setdefault(phrase, group) == group, phrase
