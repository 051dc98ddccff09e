"""The crisis layer: everyone in danger is caught, tired and sad and joking people are not."""

import random
import re
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from casework.messages import Language
from casework.safety import Crisis, Kind, crisis_reply, look

HERE = Path(__file__).parent
SENTENCES: dict[str, Any] = yaml.safe_load((HERE / "safety_sentences.yml").read_text(encoding="utf-8"))
CRISIS = {name: [s for kind in part["crisis"].values() for s in kind] for name, part in SENTENCES.items()}
HARMLESS = {name: part["harmless"] for name, part in SENTENCES.items()}
TRAINING = HERE.parents[1] / "data" / "nlu"
KINDS = get_args(Kind)


def examples(intent: str) -> list[str]:
    """The training sentences of an intent, without their entity marks."""
    found = []
    for path in sorted(TRAINING.glob("*.yml")):
        for item in yaml.safe_load(path.read_text(encoding="utf-8")).get("nlu", []):
            if item.get("intent") == intent:
                lines = (line.strip().removeprefix("- ") for line in item["examples"].splitlines())
                found += [re.sub(r"\[([^]]+)](?:\([^)]*\)|{[^}]*})", r"\1", line) for line in lines if line]
    return found


def test_there_are_enough_sentences_to_measure_on() -> None:
    assert sum(map(len, CRISIS.values())) >= 90
    assert sum(map(len, HARMLESS.values())) >= 170


@pytest.mark.obligation("L13")
@pytest.mark.parametrize("part", CRISIS)
def test_every_crisis_sentence_is_caught(part: str) -> None:
    assert [s for s in CRISIS[part] if look(s) is None] == []


@pytest.mark.parametrize("part", HARMLESS)
def test_at_most_five_in_a_hundred_look_alikes_are_caught(part: str) -> None:
    caught = [s for s in HARMLESS[part] if look(s)]
    assert len(caught) <= 0.05 * len(HARMLESS[part]), caught


def test_the_training_sentences_of_crisis_are_nearly_all_caught_and_distress_nearly_never() -> None:
    crisis, distress = examples("crisis"), examples("distress")
    assert sum(look(s) is not None for s in crisis) >= 0.95 * len(crisis) > 0
    assert sum(look(s) is not None for s in distress) <= 0.05 * len(distress)
    assert len(distress) > 0


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
    ],
)
def test_the_most_urgent_kind_is_named(text: str, kind: Kind) -> None:
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
    ],
)
def test_a_plain_no_and_what_is_long_past_are_no_crisis(text: str) -> None:
    assert look(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "ik ben niet suïcidaal maar ik wil niet meer leven",
        "jaren geleden dacht ik aan zelfmoord en nu weer",
        "mijn ex sloeg me vroeger en nu slaat hij me weer",
    ],
)
def test_a_no_or_a_past_that_goes_on_is_caught(text: str) -> None:
    assert look(text) is not None


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_reply_names_whom_to_call_and_that_nobody_reads_along(kind: Kind, language: Language) -> None:
    reply = crisis_reply(kind, language)
    assert "112" in reply.text
    assert ("113" if kind in ("suicide", "self_harm") else "0800-2000") in reply.text
    assert ("huisarts" if language == "nl" else "GP") in reply.text
    assert (
        "er leest hier niemand" if language == "nl" else "nobody is reading along"
    ) in reply.text.casefold()
    assert "computer" in reply.text
    assert "!" not in reply.text
    assert ("bewaar dit bericht niet" if language == "nl" else "don't keep this message") in reply.text
    assert [choice.payload for choice in reply.choices] == ["/talk_to_coach", "/help"]


def test_a_message_that_went_on_to_the_engine_is_not_said_to_be_unkept() -> None:
    said = crisis_reply("danger", "nl", kept=True).text
    assert "bewaar" not in said
    assert f"{said} Ik bewaar dit bericht niet." == crisis_reply("danger", "nl").text


@given(st.text(max_size=400))
def test_no_text_makes_it_raise(text: str) -> None:
    assert isinstance(look(text), Crisis | None)


@given(st.sampled_from(CRISIS["held_out"] + CRISIS["seen"]), st.randoms(use_true_random=False))
def test_invisible_signs_and_capitals_hide_nothing(sentence: str, chance: random.Random) -> None:
    hidden = "".join(c + chance.choice(["", "", "\u200b", "\u2060", "\u00ad"]) for c in sentence)
    assert look(hidden.upper()) is not None
    assert look(f"Goedemorgen, ik heb een vraag.\n{hidden}\nGroet, Jan") is not None
