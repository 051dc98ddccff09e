"""The search in pack and policy: how often it finds, how rarely it quotes nonsense, and what it shows."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from casework.messages import Language
from casework.packs import PracticePack, load_pack
from casework.passages import read_policy
from casework.policy_search import find
from casework.searchable import Found, Passage, passages_of

NOW = datetime(2026, 9, 1, tzinfo=UTC)
SHARED = Path(__file__).parents[2].parent / "shared" / "policies"
QUESTIONS: dict[str, dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("policy_questions.yml").read_text("utf-8")
)
PRACTICES = ("release-connect", "refleact")
LANGUAGES: tuple[Language, Language] = ("nl", "en")
LOOKED_AT = [name for name in QUESTIONS if name != "held_back"]
POLICY = """Privacybeleid

19. Beheer van apparaten

Ieder scherm gaat na vijf minuten vanzelf op slot. Een verloren toestel melden wij meteen.

20. Vernietiging

Papieren dossiers gaan door de versnipperaar.
"""
with_their_texts = pytest.mark.skipif(
    not SHARED.exists(), reason="the practices' own texts are not in this repository"
)


@dataclass(frozen=True)
class Case:
    """A question to a practice; `pattern` is what is to be found, or None where nothing is."""

    question: str
    practice: str
    language: Language
    with_text: bool
    pattern: str | None


def passages(practice: str, *, with_text: bool) -> tuple[Passage, ...]:
    """All that can be found for a practice."""
    text = read_policy((SHARED / f"{practice}.txt").read_bytes(), "beleid.txt", NOW) if with_text else None
    return passages_of(load_pack(practice), text, 24)


def cases(names: list[str], *, with_text: bool) -> Iterator[Case]:
    """The questions of these parts of the set; those that need the practice's text only where there is one."""
    for part in (QUESTIONS[name] for name in names):
        for practice in PRACTICES:
            for language in LANGUAGES:
                for source in ("pack", "text") if with_text else ("pack",):
                    for question, pattern in part[practice][source][language].items():
                        yield Case(question, practice, language, with_text, pattern)
                for question in part["unanswerable"][language]:
                    yield Case(question, practice, language, with_text, None)


def shown(found: Found) -> str:
    """The place and the words that a person sees."""
    if found.text is not None:
        return f"{found.place or ''}\n{found.text}"
    assert found.quote
    return f"{found.quote.place}\n{found.quote.text}"


def measured(asked: list[Case]) -> tuple[float, float, float]:
    """Of the answerable questions the share that was found and the share that got another passage; of the others, the
    share that was quoted something."""
    looked_in = {(c.practice, c.with_text): passages(c.practice, with_text=c.with_text) for c in asked}
    right = wrong = nonsense = 0
    for case in asked:
        found = find(looked_in[case.practice, case.with_text], case.question, case.language)
        if found is None:
            continue
        if case.pattern is None:
            nonsense += 1
        elif re.search(case.pattern, shown(found), re.IGNORECASE | re.MULTILINE):
            right += 1
        else:
            wrong += 1
    answerable = sum(case.pattern is not None for case in asked)
    return right / answerable, wrong / answerable, nonsense / (len(asked) - answerable)


def test_the_set_is_large_enough_and_no_question_stands_in_two_parts() -> None:
    asked = list(cases(list(QUESTIONS), with_text=True))
    parts = [{case.question for case in cases([name], with_text=True)} for name in QUESTIONS]
    assert len({case.question for case in asked if case.pattern is not None}) >= 200
    assert len({case.question for case in asked if case.pattern is None}) >= 200
    assert sum(len(part) for part in parts) == len(set().union(*parts))


@pytest.mark.parametrize(
    ("names", "least_right", "most_wrong", "most_nonsense"),
    [(LOOKED_AT, 0.65, 0.05, 0.02), (["held_back"], 0.65, 0.06, 0.04)],
    ids=["looked at", "held back"],
)
def test_the_pack_alone_answers_most_of_what_it_can_and_quotes_no_nonsense(
    names: list[str], least_right: float, most_wrong: float, most_nonsense: float
) -> None:
    right, wrong, nonsense = measured(list(cases(names, with_text=False)))
    assert right >= least_right
    assert wrong <= most_wrong
    assert nonsense <= most_nonsense


@with_their_texts
@pytest.mark.parametrize(
    ("names", "least_right", "most_wrong", "most_nonsense"),
    [(LOOKED_AT, 0.65, 0.05, 0.02), (["held_back"], 0.70, 0.05, 0.05)],
    ids=["looked at", "held back"],
)
def test_pack_and_text_together_answer_most_of_what_they_can_and_quote_no_nonsense(
    names: list[str], least_right: float, most_wrong: float, most_nonsense: float
) -> None:
    right, wrong, nonsense = measured(list(cases(names, with_text=True)))
    assert right >= least_right
    assert wrong <= most_wrong
    assert nonsense <= most_nonsense


@pytest.fixture(params=PRACTICES)
def pack(request: pytest.FixtureRequest) -> PracticePack:
    return load_pack(request.param)


def test_the_practices_own_text_is_found_and_quoted_word_for_word() -> None:
    text = read_policy(POLICY.encode(), "beleid.txt", NOW)
    found = find(
        passages_of(load_pack("refleact"), text, 24), "Hoe worden papieren dossiers vernietigd?", "nl"
    )
    assert found is not None
    assert found.text is None
    assert found.quote is not None
    assert (found.quote.text, found.quote.place) == (
        "Papieren dossiers gaan door de versnipperaar.",
        "20. Vernietiging",
    )


def test_a_word_in_english_finds_the_text_that_is_only_in_dutch_and_its_place_says_so() -> None:
    text = read_policy(POLICY.encode(), "beleid.txt", NOW)
    found = find(passages_of(load_pack("refleact"), text, 24), "Is the loss of a device reported?", "en")
    assert found is not None
    assert found.quote is not None
    assert found.quote.place == "19. Beheer van apparaten (in Dutch)"


def test_an_answer_of_the_pack_comes_with_the_passage_that_it_stands_on() -> None:
    text = read_policy(b"Privacybeleid\n\nDatalek\n\nZo spoedig mogelijk hoort u het.\n", "beleid.txt", NOW)
    found = find(
        passages_of(load_pack("refleact"), text, 24), "Wat hoor ik over de gevolgen van een lek?", "nl"
    )
    assert found is not None
    assert found.place == "Privacybeleid Refleact, onderdeel Datalek"
    assert found.quote is not None
    assert found.quote.text == "Zo spoedig mogelijk hoort u het."


def test_every_fact_of_the_pack_is_in_whole_sentences_in_both_languages(pack: PracticePack) -> None:
    facts = passages_of(pack, None, 24)[len(pack.answers) :]
    assert len(facts) > 25
    for fact in facts:
        assert (fact.dutch.place or "").startswith("Gegevens van onze praktijk: ")
        assert (fact.english.place or "").startswith("Our practice's facts: ")
        for text in (fact.dutch.text or "", fact.english.text or ""):
            assert "{" not in text
            assert "None" not in text
            assert re.search(r"[.”]$|\n- .+$", text), text
            assert len(re.findall(r"[.](?=\s|$)", text)) <= 4, text


def test_what_is_told_of_this_conversation_is_how_it_is_kept_here(pack: PracticePack) -> None:
    found = find(passages_of(pack, None, 6), "When is this chat erased?", "en")
    assert found is not None
    assert found.text is not None
    assert "after 6 hours" in found.text


@pytest.mark.parametrize(
    "text", ["", "?", "\u200b", "de het een?", '"OR" NEAR(a b) *', "x" * 10_000, "' ; DROP TABLE passage"]
)
def test_nothing_to_look_for_finds_nothing_and_breaks_nothing(pack: PracticePack, text: str) -> None:
    assert find(passages_of(pack, None, 24), text, "nl") is None


def test_many_may_search_at_once(pack: PracticePack) -> None:
    looked_in = passages_of(pack, None, 24)
    answers: list[Found | None] = []

    def ask() -> None:
        answers.append(find(looked_in, "Hebben jullie een kopie van mijn paspoort nodig?", "nl"))

    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 16
    assert len({str(answer) for answer in answers}) == 1
    assert answers[0] is not None
