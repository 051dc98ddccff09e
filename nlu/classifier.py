"""From a sentence vector and character n-grams to an intent, with a confidence that means what it says.

Logistic regression over both blocks: the sentence vectors centred and scaled, the n-grams brought down to their main
components, which is faster to fit and right more often than all of them (docs/decisions/0043). Both steps are
linear, so what is kept is one weight per intent and n-gram, and understanding needs numpy alone. The confidences are
calibrated by one temperature, fitted on examples that neither the encoder's tuning nor the model saw. (Rasa's own classifier ignores strength
and class weights, and calibrates nothing.)
"""

from __future__ import annotations

import logging
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, vstack

from nlu.held_back import is_held_back
from nlu.listening import FALLBACK, LOST

log = logging.getLogger(__name__)

DANGER, DISTRESS = "crisis", "distress"
Floats: TypeAlias = "NDArray[np.float32]"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class CalibratedClassifier(IntentClassifier, GraphComponent):
    """Sets a message's intent and ranking; where it isn't sure the intent says so, and the ranking stays true."""

    FILE = "classifier.npz"

    @classmethod
    def required_components(cls) -> list[type]:
        """It reads what the two featurizers wrote."""
        return [Featurizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Settings of config.yml.

        strength: inverse of the regularisation (scikit-learn's C).
        sentence, chars: weights of the two blocks beside each other.
        components: main components of the n-grams.
        danger: from this confidence of `crisis` on it is the intent.
        worry: from this one on it is `distress`, whose reply is warm and holds the numbers to call too.
        sure: confidence under which the intent is `nlu_fallback`: one of the likeliest is probably meant.
        unsure: confidence under which the intent is `nlu_lost`: the ranking tells little.
        ranking: how many intents are told.
        """
        return {
            "strength": 10.0,
            "sentence": 3.0,
            "chars": 0.8,
            "components": 800,
            "danger": 0.9,
            "worry": 0.25,
            "sure": 0.7,
            "unsure": 0.3,
            "ranking": 10,
        }

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> CalibratedClassifier:
        """Rasa's way to make an untrained component."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_: Any,
    ) -> CalibratedClassifier:
        """Rasa's way to bring a trained component back."""
        component = cls.create(config, model_storage, resource, execution_context)
        with model_storage.read_from(resource) as folder, np.load(folder / cls.FILE) as kept:
            component.learned = {name: kept[name] for name in kept.files}
        return component

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        self.config = {**self.get_default_config(), **config}
        self._storage, self._resource = model_storage, resource
        self.learned: dict[str, NDArray[Any]] = {}

    def train(self, training_data: TrainingData) -> Resource:
        """Calibrate on the examples held back, then fit on all that have a text and an intent."""
        examples = [e for e in training_data.intent_examples if e.get(TEXT) and e.get(INTENT)]
        intents = np.array([example.get(INTENT) for example in examples])
        dense = np.vstack([_dense(example) for example in examples])
        sparse = vstack([_sparse(example) for example in examples], format="csr")
        self.learned = {"centre": dense.mean(axis=0), "scale": np.array(dense.std() or 1.0, dtype=np.float32)}
        directions = self._main_components(sparse)
        blocks = np.hstack([self._centred(dense), sparse @ directions * self.config["chars"]]).astype(
            np.float32
        )
        unseen = np.array([is_held_back(example.get(TEXT)) for example in examples])
        self.learned["temperature"] = np.array(self._temperature(blocks, intents, unseen), dtype=np.float32)
        fitted = self._fit(blocks, intents)
        width = dense.shape[1]
        self.learned["intents"] = fitted.classes_
        self.learned["bias"] = fitted.intercept_.astype(np.float32)
        self.learned["sentence"] = fitted.coef_[:, :width].astype(np.float32)
        self.learned["chars"] = (fitted.coef_[:, width:] @ directions.T * self.config["chars"]).astype(
            np.float32
        )
        self._persist()
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Say the intent of messages that are being understood."""
        for message in messages:
            ranking = self._ranking(message) if self.learned and message.get(TEXT) else []
            message.set(INTENT, self._chosen(ranking), add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking[: self.config["ranking"]], add_to_output=True)
        return messages

    def _ranking(self, message: Message) -> list[dict[str, Any]]:
        sparse = _sparse(message)
        scores = self.learned["sentence"] @ self._centred(_dense(message))
        scores += self.learned["chars"][:, sparse.indices] @ sparse.data
        certainty = softmax((scores + self.learned["bias"]) / self.learned["temperature"])
        return [
            {"name": str(self.learned["intents"][place]), "confidence": float(certainty[place])}
            for place in np.argsort(-certainty)
        ]

    def _chosen(self, ranking: list[dict[str, Any]]) -> dict[str, Any]:
        if not ranking:
            return {"name": FALLBACK, "confidence": 0.0}
        danger = next((guess["confidence"] for guess in ranking if guess["name"] == DANGER), 0.0)
        if danger >= self.config["worry"]:
            return {"name": DANGER if danger >= self.config["danger"] else DISTRESS, "confidence": danger}
        best = ranking[0]["confidence"]
        if best < self.config["unsure"]:
            return {"name": LOST, "confidence": best}
        if best < self.config["sure"]:
            return {"name": FALLBACK, "confidence": best}
        return dict(ranking[0])

    def _centred(self, dense: Floats) -> Floats:
        spread = self.learned["scale"] * np.sqrt(dense.shape[-1])
        return np.asarray(
            (dense - self.learned["centre"]) / spread * self.config["sentence"], dtype=np.float32
        )

    def _main_components(self, sparse: csr_matrix) -> Floats:
        """One column a component, one row an n-gram."""
        from sklearn.utils.extmath import randomized_svd

        number = min(self.config["components"], *sparse.shape)
        return np.asarray(randomized_svd(sparse, number, n_iter=2, random_state=1)[2].T, dtype=np.float32)

    def _fit(self, blocks: Floats, intents: NDArray[Any]) -> Any:
        from sklearn.linear_model import LogisticRegression

        model = LogisticRegression(C=self.config["strength"], class_weight="balanced", tol=1e-2, max_iter=400)
        return model.fit(blocks, intents)

    def _temperature(self, blocks: Floats, intents: NDArray[Any], unseen: NDArray[Any]) -> float:
        """The temperature under which the truth of unseen examples is likeliest; 1 when there are too few to tell."""
        from scipy.optimize import minimize_scalar

        if unseen.sum() < len(set(intents)) or set(intents[~unseen]) != set(intents):
            return 1.0
        fitted = self._fit(blocks[~unseen], intents[~unseen])
        scores = fitted.decision_function(blocks[unseen])
        truth = np.searchsorted(fitted.classes_, intents[unseen])

        def surprise(temperature: float) -> float:
            certainty = softmax(scores / temperature)
            return float(-np.log(certainty[np.arange(len(truth)), truth] + 1e-12).mean())

        return float(minimize_scalar(surprise, bounds=(0.05, 5.0), method="bounded").x)

    def _persist(self) -> None:
        with self._storage.write_to(self._resource) as folder:
            np.savez(folder / self.FILE, **self.learned)


def softmax(scores: NDArray[Any]) -> NDArray[Any]:
    """Scores as shares of one, along the last axis."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def _dense(message: Message) -> Floats:
    features = message.get_dense_features(attribute=TEXT)[1]
    return np.asarray(features.features[0], dtype=np.float32)


def _sparse(message: Message) -> csr_matrix:
    return csr_matrix(message.get_sparse_features(attribute=TEXT)[1].features)
