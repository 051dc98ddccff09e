"""Figures of what was understood: how often rightly, how sure, and what becomes of a message with that."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import yaml
from sklearn.metrics import accuracy_score, f1_score, precision_recall_fscore_support

from nlu.listening import FALLBACK, LOST
from nlu.settings import ROOT

LOSS = 0.05
"""Share of messages in scope that may be turned away where the rejection of others is told."""
BINS = 15
OUT_OF_SCOPE = "out_of_scope"
COACH = "talk_to_coach"


@dataclass(frozen=True)
class Case:
    """One sentence, what it means, and what the model made of it: intents and confidences, likeliest first."""

    text: str
    truth: str
    intent: str
    ranking: tuple[tuple[str, float], ...]
    milliseconds: float

    @property
    def confidence(self) -> float:
        """How sure the model is of its likeliest intent."""
        return self.ranking[0][1]

    @property
    def right(self) -> bool:
        """Whether the likeliest intent is the truth."""
        return self.ranking[0][0] == self.truth

    def offered(self, places: int) -> bool:
        """Whether the truth is among the likeliest so many."""
        return self.truth in {name for name, _ in self.ranking[:places]}


def figures(cases: Sequence[Case]) -> dict[str, Any]:
    """Accuracy, macro-F1, top three, calibration error, the three bands, and milliseconds a message."""
    truth, said = [case.truth for case in cases], [case.ranking[0][0] for case in cases]
    took = [case.milliseconds for case in cases]
    return {
        "sentences": len(cases),
        "accuracy": accuracy_score(truth, said),
        "macro_f1": f1_score(truth, said, average="macro", labels=sorted(set(truth)), zero_division=0),
        "top_three": share(case.offered(3) for case in cases),
        "calibration_error": calibration_error(calibration(cases)),
        "bands": bands(cases),
        "milliseconds": {"p50": float(np.percentile(took, 50)), "p95": float(np.percentile(took, 95))},
    }


def bands(cases: Sequence[Case]) -> dict[str, dict[str, float]]:
    """What happens to the messages: how many are acted on, offered as choices or looked up, and how often rightly.

    What a person may want has a choice of its own (a phrase in domain.yml); the coach is always offered.
    """
    unsure = [case for case in cases if case.intent == FALLBACK]
    wanting = [case for case in unsure if case.truth in choosable()]
    lost = [case for case in cases if case.intent == LOST]
    sure = [case for case in cases if case.intent not in (FALLBACK, LOST)]
    return {
        "sure": {"share": len(sure) / len(cases), "right": share(case.right for case in sure)},
        "unsure": {
            "share": len(unsure) / len(cases),
            "right_among_choices": share(case.truth in choices(case) for case in wanting),
        },
        "lost": {"share": len(lost) / len(cases)},
    }


@functools.cache
def choosable() -> frozenset[str]:
    """The intents that can be offered as a choice."""
    responses = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["responses"]
    start = "utter_phrase_choice_"
    return frozenset(name.removeprefix(start) for name in responses if name.startswith(start)) | {COACH}


def choices(case: Case) -> set[str]:
    """What is offered for a message that isn't surely understood: the three likeliest that can be, and the coach."""
    likely = [name for name, _ in case.ranking if name in choosable() and name != COACH]
    return {*likely[:3], COACH}


def calibration(cases: Sequence[Case]) -> list[dict[str, float]]:
    """The curve: for each tenth-or-so of confidence, how many messages, how sure on average, how often right."""
    sorted_in: dict[int, list[Case]] = {}
    for case in cases:
        sorted_in.setdefault(min(BINS - 1, int(case.confidence * BINS)), []).append(case)
    return [
        {
            "sentences": len(found),
            "confidence": float(np.mean([case.confidence for case in found])),
            "right": share(case.right for case in found),
        }
        for _, found in sorted(sorted_in.items())
    ]


def calibration_error(curve: Iterable[Mapping[str, float]]) -> float:
    """The expected calibration error: how far confidence and truth are apart, on average over all messages."""
    apart = [(part["sentences"], abs(part["confidence"] - part["right"])) for part in curve]
    return sum(number * distance for number, distance in apart) / sum(number for number, _ in apart)


def per_intent(cases: Sequence[Case]) -> dict[str, dict[str, float]]:
    """Recall and precision of each intent."""
    truth, said = [case.truth for case in cases], [case.ranking[0][0] for case in cases]
    intents = sorted(set(truth))
    precision, recall, _, number = precision_recall_fscore_support(
        truth, said, labels=intents, zero_division=0
    )
    return {
        intent: {"sentences": int(n), "recall": float(r), "precision": float(p)}
        for intent, n, r, p in zip(intents, number, recall, precision, strict=True)
    }


def confusions(cases: Sequence[Case]) -> list[dict[str, Any]]:
    """Which intents are taken for which others, the most frequent first."""
    taken = Counter((case.truth, case.ranking[0][0]) for case in cases if not case.right)
    return [{"is": is_, "taken_for": other, "times": times} for (is_, other), times in taken.most_common()]


def rejection(in_scope: Sequence[Case], unknown: Sequence[Case]) -> dict[str, float]:
    """How many strangers' messages are turned away: at a bar that costs LOSS of the messages in scope, and as it runs.

    The bar is one on the confidence of `out_of_scope`, wherever that stands in the ranking.
    """
    ours = [case for case in in_scope if case.truth != OUT_OF_SCOPE]
    others = [*unknown, *(case for case in in_scope if case.truth == OUT_OF_SCOPE)]
    bar = float(np.quantile([_strange(case) for case in ours], 1 - LOSS))
    away = (OUT_OF_SCOPE, "small_talk", FALLBACK, LOST)
    return {
        "sentences": len(others),
        "rejected_at_loss": share(_strange(case) > bar for case in others),
        "loss": LOSS,
        "bar": bar,
        "not_acted_on": share(case.intent in away for case in others),
    }


def share(which: Iterable[bool]) -> float:
    """The share of those that are true; 1 of none."""
    found = list(which)
    return sum(found) / len(found) if found else 1.0


def _strange(case: Case) -> float:
    return next((confidence for name, confidence in case.ranking if name == OUT_OF_SCOPE), 0.0)
