"""Character n-grams, weighted by TF-IDF: what holds when the words are misspelled.

Rasa's CountVectorsFeaturizer counts without weights and keeps scikit-learn in memory for it. This one learns its
vocabulary at training time and needs a dictionary afterwards.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections import Counter
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.sparse_featurizer.sparse_featurizer import SparseFeaturizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix

SHORTEST, LONGEST = 2, 5
LONGEST_TEXT = 2_000
"""Characters of a message that are looked at: as many as the sentence encoder's."""


def grams(text: str, shortest: int = SHORTEST, longest: int = LONGEST) -> Counter[str]:
    """The n-grams of each word of a text, with a space at both ends of the word.

    Args:
        text: any text; capitals and accents make no difference.
        shortest: length of the shortest n-grams.
        longest: length of the longest.
    """
    bare = "".join(
        s
        for s in unicodedata.normalize("NFKD", text[:LONGEST_TEXT].casefold())
        if not unicodedata.combining(s)
    )
    counts: Counter[str] = Counter()
    for word in re.findall(r"\w+|[?!@]", bare):
        padded = f" {word} "
        for length in range(shortest, min(longest, len(padded)) + 1):
            counts.update(padded[start : start + length] for start in range(len(padded) - length + 1))
    return counts


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class CharacterGrams(SparseFeaturizer, GraphComponent):
    """Gives every message a sparse row of weighted n-grams of unit length."""

    FILE = "grams.json"

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> CharacterGrams:
        """Rasa's way to make an untrained component."""
        return cls(config, execution_context.node_name, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_: Any,
    ) -> CharacterGrams:
        """Rasa's way to bring a trained component back."""
        component = cls.create(config, model_storage, resource, execution_context)
        with model_storage.read_from(resource) as folder:
            kept = json.loads((folder / cls.FILE).read_text(encoding="utf-8"))
        component.learn_weights(kept["grams"], np.array(kept["weights"], dtype=np.float32))
        return component

    def __init__(
        self, config: dict[str, Any], name: str, model_storage: ModelStorage, resource: Resource
    ) -> None:
        super().__init__(name, {**self.get_default_config(), **config})
        self._storage, self._resource = model_storage, resource
        self.learn_weights([], np.zeros(0, dtype=np.float32))

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`seen_in`: in how many examples an n-gram must occur to count."""
        return {**SparseFeaturizer.get_default_config(), "seen_in": 2}

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Every number will do."""

    def learn_weights(self, known: list[str], weights: np.ndarray) -> None:
        """Take over a vocabulary and its weights."""
        self._index = {gram: position for position, gram in enumerate(known)}
        self._weights = weights

    def train(self, training_data: TrainingData) -> Resource:
        """Learn which n-grams occur, and weigh each by its rarity."""
        texts = [example.get(TEXT) for example in training_data.training_examples if example.get(TEXT)]
        seen: Counter[str] = Counter()
        for text in texts:
            seen.update(grams(text).keys())
        known = sorted(gram for gram, count in seen.items() if count >= self._config["seen_in"])
        rarity = [math.log((1 + len(texts)) / (1 + seen[gram])) + 1 for gram in known]
        self.learn_weights(known, np.array(rarity, dtype=np.float32))
        self._persist(known)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the row to messages that are being understood."""
        for message in messages:
            if message.get(TEXT):
                self.add_features_to_message(None, self.row(message.get(TEXT)), TEXT, message)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the row to every training example."""
        self.process(training_data.training_examples)
        return training_data

    def row(self, text: str) -> csr_matrix:
        """One row of weighted n-grams, of unit length (or of nothing, when no n-gram is known)."""
        counted = [(self._index[gram], count) for gram, count in grams(text).items() if gram in self._index]
        columns = np.array([column for column, _ in counted], dtype=np.int32)
        values = (
            np.array([1 + math.log(count) for _, count in counted], dtype=np.float32) * self._weights[columns]
        )
        length = float(np.linalg.norm(values)) or 1.0
        return csr_matrix((values / length, columns, [0, len(columns)]), shape=(1, max(len(self._index), 1)))

    def _persist(self, known: list[str]) -> None:
        with self._storage.write_to(self._resource) as folder:
            content = json.dumps(
                {"grams": known, "weights": [round(float(weight), 5) for weight in self._weights]}
            )
            (folder / self.FILE).write_text(content, encoding="utf-8")
