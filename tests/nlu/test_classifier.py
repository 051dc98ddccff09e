"""Intent and confidence: one ranking that adds up, a bar, and calibration on what was not seen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix

from nlu.classifier import CalibratedClassifier, softmax

WIDTH, GRAMS = 8, 30
INTENTS = ("ask_retention", "greet", "request_erasure")


def example(random: np.random.Generator, intent: int | None, noise: float) -> Message:
    """A message whose two kinds of features point, more or less clearly, to an intent."""
    dense = random.normal(0, noise, WIDTH).astype(np.float32)
    sparse = np.abs(random.normal(0, noise, GRAMS)) * (random.random(GRAMS) < 0.3)
    message = Message({TEXT: "words", **({INTENT: INTENTS[intent]} if intent is not None else {})})
    if intent is not None:
        dense[intent] += 1
        sparse[intent] += 1
    message.add_features(Features(dense.reshape(1, -1), "sentence", TEXT, "encoder"))
    message.add_features(Features(csr_matrix(sparse.astype(np.float32)), "sentence", TEXT, "grams"))
    return message


def messages(number: int, noise: float, seed: int) -> list[Message]:
    random = np.random.default_rng(seed)
    return [example(random, place % len(INTENTS), noise) for place in range(number)]


def trained(folder: Path, noise: float, **config: object) -> CalibratedClassifier:
    classifier = CalibratedClassifier(
        {"components": 10, **config}, LocalModelStorage(folder), Resource("classifier")
    )
    classifier.train(TrainingData(messages(300, noise, seed=1)))
    return classifier


def right(classifier: CalibratedClassifier, unseen: list[Message]) -> tuple[np.ndarray, np.ndarray]:
    """Confidence, and whether it was right, for each message."""
    truths = [message.get(INTENT) for message in unseen]
    rankings = [message.get("intent_ranking") for message in classifier.process(unseen)]
    confidences = np.array([ranking[0]["confidence"] for ranking in rankings])
    return confidences, np.array([r[0]["name"] == truth for r, truth in zip(rankings, truths, strict=True)])


def test_it_learns_from_both_kinds_of_features(tmp_path: Path) -> None:
    _, correct = right(trained(tmp_path, noise=0.3), messages(150, 0.3, seed=2))

    assert correct.mean() > 0.95


def test_a_ranking_adds_up_to_one_and_falls(tmp_path: Path) -> None:
    (message,) = trained(tmp_path, noise=0.5).process(messages(1, 0.5, seed=3))
    confidences = [guess["confidence"] for guess in message.get("intent_ranking")]

    assert sum(confidences) == pytest.approx(1, abs=1e-5)
    assert confidences == sorted(confidences, reverse=True)
    assert message.get(INTENT)["name"] == message.get("intent_ranking")[0]["name"]


def test_confidence_means_what_it_says_on_unseen_examples(tmp_path: Path) -> None:
    confidences, correct = right(trained(tmp_path, noise=1.0, strength=100.0), messages(1500, 1.0, seed=4))

    for low in np.arange(0.4, 1.0, 0.2):
        within = (confidences >= low) & (confidences < low + 0.2)
        if within.sum() > 60:
            assert correct[within].mean() == pytest.approx(confidences[within].mean(), abs=0.12)


@pytest.mark.parametrize(
    ("sure", "unsure", "intent"), [(1.1, 0.0, "nlu_fallback"), (1.2, 1.1, "nlu_lost"), (0.0, 0.0, None)]
)
def test_three_bands_sure_unsure_and_lost_and_the_ranking_stays_true(
    tmp_path: Path, sure: float, unsure: float, intent: str | None
) -> None:
    classifier = trained(tmp_path, noise=0.5, sure=sure, unsure=unsure)
    (message,) = classifier.process(messages(1, 0.5, seed=3))
    best = message.get("intent_ranking")[0]

    assert message.get(INTENT) == {"name": intent or best["name"], "confidence": best["confidence"]}
    assert best["name"] in INTENTS


def test_sure_danger_is_a_crisis_and_a_suspicion_of_it_is_distress_whatever_is_likelier(
    tmp_path: Path,
) -> None:
    classifier = trained(tmp_path, noise=0.5)

    def chosen(danger: float) -> str:
        rest = {"name": "request_erasure", "confidence": 1 - danger}
        return str(classifier._chosen([rest, {"name": "crisis", "confidence": danger}])["name"])

    assert [chosen(danger) for danger in (0.95, 0.5, 0.3, 0.1)] == [
        "crisis",
        "distress",
        "distress",
        "request_erasure",
    ]


def test_the_ranking_is_as_long_as_asked(tmp_path: Path) -> None:
    (message,) = trained(tmp_path, noise=0.5, ranking=2).process(messages(1, 0.5, seed=3))

    assert len(message.get("intent_ranking")) == 2


def test_a_text_without_any_known_feature_is_unsure(tmp_path: Path) -> None:
    nothing = example(np.random.default_rng(5), None, noise=0.0)
    (message,) = trained(tmp_path, noise=1.0).process([nothing])

    assert message.get("intent_ranking")[0]["confidence"] < 0.6


def test_a_brought_back_classifier_answers_the_same(tmp_path: Path) -> None:
    classifier = trained(tmp_path, noise=0.5)
    back = CalibratedClassifier.load({}, classifier._storage, classifier._resource, None)  # type: ignore[arg-type]

    mine, kept = classifier.process(messages(20, 0.5, seed=6)), back.process(messages(20, 0.5, seed=6))

    assert [m.get("intent_ranking") for m in mine] == [m.get("intent_ranking") for m in kept]


def test_a_handful_of_examples_is_enough_to_train(tmp_path: Path) -> None:
    classifier = CalibratedClassifier({}, LocalModelStorage(tmp_path), Resource("classifier"))
    classifier.train(TrainingData(messages(3, 0.1, seed=1)))

    assert float(classifier.learned["temperature"]) == 1.0
    _, correct = right(classifier, messages(30, 0.1, seed=2))
    assert correct.mean() > 0.8


def test_an_untrained_classifier_says_that_it_does_not_know(tmp_path: Path) -> None:
    classifier = CalibratedClassifier({}, LocalModelStorage(tmp_path), Resource("classifier"))
    (message,) = classifier.process(messages(1, 0.1, seed=1))

    assert message.get(INTENT) == {"name": "nlu_fallback", "confidence": 0.0}


def test_softmax_survives_large_scores() -> None:
    assert softmax(np.array([1e6, 0.0, -1e6])) == pytest.approx([1, 0, 0])
