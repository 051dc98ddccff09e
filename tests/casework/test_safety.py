"""The crisis layer: everyone in danger is caught, tired and sad and joking people are not."""

import random
import re
import time
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.danger import DATA
from casework.messages import Language
from casework.safety import Crisis, Kind, crisis_reply, look

HERE = Path(__file__).parent
SENTENCES: dict[str, Any] = {
    name: part
    for file in ("safety_sentences.yml", "safety_seen.yml")
    for name, part in yaml.safe_load((HERE / file).read_text(encoding="utf-8")).items()
}
CRISIS = {name: [s for kind in part["crisis"].values() for s in kind] for name, part in SENTENCES.items()}
HARMLESS = {name: part["harmless"] for name, part in SENTENCES.items()}
TRAINING = HERE.parents[1] / "data" / "nlu"
KINDS = get_args(Kind)


@cache
def training() -> dict[str, list[str]]:
    """The training sentences by intent, without their entity marks."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for path in sorted(TRAINING.glob("*.yml")):
        for item in yaml.safe_load(path.read_text(encoding="utf-8")).get("nlu", []):
            if "intent" in item:
                lines = (line.strip().removeprefix("- ") for line in item["examples"].splitlines())
                found[item["intent"]] += [
                    re.sub(r"\[([^]]+)](?:\([^)]*\)|{[^}]*})", r"\1", line) for line in lines if line
                ]
    return dict(found)


def test_there_are_enough_sentences_to_measure_on() -> None:
    held_out = [name for name in SENTENCES if name.endswith("held_out")]
    assert sum(len(CRISIS[name]) for name in held_out) >= 160
    assert sum(len(HARMLESS[name]) for name in held_out) >= 300


@pytest.mark.obligation("L13")
@pytest.mark.parametrize("part", CRISIS)
def test_every_crisis_sentence_is_caught(part: str) -> None:
    assert [s for s in CRISIS[part] if look(s) is None] == []


@pytest.mark.parametrize("part", HARMLESS)
def test_at_most_five_in_a_hundred_look_alikes_are_caught(part: str) -> None:
    caught = [s for s in HARMLESS[part] if look(s)]
    assert len(caught) <= 0.05 * len(HARMLESS[part]), caught


def test_the_training_sentences_of_crisis_are_nearly_all_caught_and_distress_nearly_never() -> None:
    crisis, distress = training()["crisis"], training()["distress"]
    assert sum(look(s) is not None for s in crisis) >= 0.95 * len(crisis)
    assert sum(look(s) is not None for s in distress) <= 0.03 * len(distress)


def test_hardly_any_training_sentence_of_another_intent_is_caught() -> None:
    others = [
        s for intent, lines in training().items() if intent not in ("crisis", "distress") for s in lines
    ]
    caught = [s for s in others if look(s)]
    assert len(caught) <= 0.001 * len(others), caught


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("ik denk aan zelfmoord", "suicide"),
        ("mijn vriend wil dood", "suicide"),
        ("ik snijd mezelf", "self_harm"),
        ("hij slaat me", "violence"),
        ("mijn man slaat de kinderen", "child"),
        ("mijn vader slaat mij, ik ben 12", "child"),
        ("hij staat voor me met een mes", "danger"),
        ("ik wil dood. hij heeft een pistool", "danger"),
        ("hij slaat me. ik wil dood", "danger"),
    ],
)
def test_the_most_urgent_kind_is_named_or_the_one_with_all_numbers(text: str, kind: Kind) -> None:
    assert look(text) == Crisis(kind, "nl")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I want to kill myself", "en"),
        ("I am suicidal", "en"),
        ("my boyfriend talks about suicide", "en"),
        ("ik denk aan suicide", "nl"),
        ("hij slaat me", "nl"),
    ],
)
def test_the_language_of_the_words_is_named(text: str, language: Language) -> None:
    found = look(text)
    assert found is not None
    assert found.language == language


@pytest.mark.parametrize(
    "text",
    [
        "ik wil graag mijn gegevens inzien. Mijn naam is Jan. Ik wil niet meer leven. Groet",
        "Geachte,\n\nik verzoek u mijn dossier te wissen\nik ga mezelf ophangen\n\nmet vriendelijke groet",
        "z e l f m o o r d",
        "zelfm00rd",
        "ｚｅｌｆｍｏｏｒｄ",
        "\u202eik denk aan zelfmoord",
        "ik wil dооd",  # two Cyrillic letters
        "ik wil 💔 dood",
        "ik denk aan suïcíde",
        "zellfmoord",
        "ze lfmoord zelf moord",
        "i\u200bk w\u200cil d\u2060ood",
    ],
)
def test_it_is_caught_however_it_is_written(text: str) -> None:
    assert look(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "ik ben niet suïcidaal, ik wil alleen mijn dossier",
        "ik heb geen zelfmoordgedachten",
        "vroeger wilde ik niet meer leven, dat is lang voorbij",
        "mijn ex sloeg me jaren geleden, ik ben nu veilig",
        "ik kan mijn collega wel wurgen, bij wijze van spreken",
        "mijn eerste man sloeg me, dat is nu twintig jaar geleden",
        "in de serie die ik volg wordt een vrouw geslagen",
        "my life is over, she left me",
        "mijn leven is voorbij sinds hij weg is",
    ],
)
def test_a_plain_no_a_story_and_what_is_long_past_are_no_crisis(text: str) -> None:
    assert look(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "ik ben niet suïcidaal maar ik wil niet meer leven",
        "jaren geleden dacht ik aan zelfmoord en nu weer",
        "mijn ex sloeg me vroeger en nu slaat hij me weer",
        "ik ga niks doen, maar ik denk de hele dag aan er niet meer zijn",
        "tien jaar geleden is het begonnen en mijn man slaat me nog",
        "ik las gisteren een boek en nu wil ik dood",
        "don't worry, I'm not suicidal, but he hits me",
    ],
)
def test_a_no_a_story_or_a_past_beside_danger_hides_nothing(text: str) -> None:
    assert look(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "ik wil mijn traject stopzetten want ik maak er een eind aan",
        "mag ik inzage in mijn dossier voordat ik mezelf iets aandoe",
        "wilt u mijn adres rectificeren, mijn man slaat mij en mag het niet weten",
        "I want to stop the coaching because I'm going to end it tonight",
    ],
)
def test_danger_inside_another_request_is_caught(text: str) -> None:
    assert look(text) is not None


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_reply_names_whom_to_call_and_that_nobody_reads_along(kind: Kind, language: Language) -> None:
    reply = crisis_reply(kind, language)
    assert "112" in reply.text
    assert ("113" in reply.text) == (kind in ("suicide", "self_harm", "danger"))
    assert ("0800-2000" in reply.text) == (kind in ("violence", "child", "danger"))
    assert ("huisarts" if language == "nl" else "GP") in reply.text
    assert (
        "er leest hier niemand" if language == "nl" else "nobody is reading along"
    ) in reply.text.casefold()
    assert "computer" in reply.text
    assert "!" not in reply.text
    assert ("bewaar dit bericht niet" if language == "nl" else "don't keep this message") in reply.text
    assert [choice.payload for choice in reply.choices] == ['/talk_to_coach{"call":true}', "/help"]


def test_a_message_that_went_on_to_the_engine_is_not_said_to_be_unkept() -> None:
    said = crisis_reply("danger", "nl", kept=True).text
    assert "bewaar" not in said
    assert f"{said} Ik bewaar dit bericht niet." == crisis_reply("danger", "nl").text


@given(st.text(max_size=400))
@settings(deadline=None)
def test_no_text_makes_it_raise(text: str) -> None:
    assert isinstance(look(text), Crisis | None)


@given(st.sampled_from(CRISIS["held_out"] + CRISIS["second_held_out"]), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_invisible_signs_and_capitals_hide_nothing(sentence: str, chance: random.Random) -> None:
    hidden = "".join(c + chance.choice(["", "", "\u200b", "\u2060", "\u00ad"]) for c in sentence)
    assert look(hidden.upper()) is not None
    assert look(f"Goedemorgen, ik heb een vraag.\n{hidden}\nGroet, Jan") is not None


def test_every_group_of_words_is_used() -> None:
    files = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in DATA.glob("*.yml")}
    del files["spelling"]
    for language, groups in files["words"].items():
        said = str([file[language] for file in files.values()])
        assert [name for name in groups if f"<{name}>" not in said] == []


LETTER = "\n".join(line for lines in training().values() for line in lines[:12])
REPEATED = (
    "ik wil niet meer ",
    "mezelf ",
    "hij slaat me niet maar ",
    "zelfmoord ",
    "a.",
    "ik. wil. dood van. ",
    "z e l f ",
    "_-",
    "vroeger geleden ooit ",
    "not suicidal but ",
    "zelfmoorf ",
    "ab",
    "ﷺ",
    "e\u0301\u0301\u0301 ",
)


def cpu(text: str) -> float:
    """Seconds of CPU that a look takes: the least of three."""
    taken = []
    for _ in range(3):
        began = time.process_time()
        look(text)
        taken.append(time.process_time() - began)
    return min(taken)


@pytest.mark.parametrize("text", [LETTER, LETTER.replace(".", "").replace("\n", " "), *REPEATED])
def test_a_look_at_ten_thousand_signs_takes_a_moment(text: str) -> None:
    long = (text * (10_000 // len(text) + 1))[:10_000]
    assert cpu(long) < 0.05


WORDS = sorted({word for lines in CRISIS.values() for line in lines for word in line.split()})


@given(
    st.lists(st.sampled_from([*WORDS, ".", ",", "\n"]), min_size=1, max_size=40).map(" ".join),
    st.sampled_from(["", " ", "\n", ". "]),
)
@settings(max_examples=60, deadline=None)
def test_no_repetition_of_words_makes_it_slow(words: str, between: str) -> None:
    assert cpu(((words + between) * 10_000)[:10_000]) < 0.15
