"""Character n-grams: misspelled words still share most of theirs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.chars import CharacterGrams, grams

EXAMPLES = [
    "toestemming intrekken",
    "trek mijn toestemming in",
    "hoe lang bewaart u het",
    "bewaartermijn",
    "dossier wissen",
]


@pytest.fixture(scope="module")
def component(tmp_path_factory: pytest.TempPathFactory) -> CharacterGrams:
    storage = LocalModelStorage(tmp_path_factory.mktemp("grams"))
    config = CharacterGrams.get_default_config() | {"seen_in": 1}
    learned = CharacterGrams(config, "grams", storage, Resource("grams"))
    learned.train(TrainingData([Message({TEXT: example}) for example in EXAMPLES]))
    return learned


def test_grams_stay_within_words() -> None:
    assert grams("ab c") == {
        " a": 1,
        "ab": 1,
        "b ": 1,
        " ab": 1,
        "ab ": 1,
        " ab ": 1,
        " c": 1,
        "c ": 1,
        " c ": 1,
    }


def test_capitals_and_accents_make_no_difference() -> None:
    assert grams("Één CAFÉ") == grams("een cafe")


def test_a_misspelled_word_is_nearer_than_another_one(component: CharacterGrams) -> None:
    right, wrong, other = (
        component.row(text).toarray()[0] for text in ("toestemming", "toesteming", "bewaartermijn")
    )

    assert right @ wrong > 0.5 > right @ other


def test_a_brought_back_component_answers_the_same(component: CharacterGrams) -> None:
    back = CharacterGrams.load({"seen_in": 1}, component._storage, component._resource, _Context())

    for text in EXAMPLES:
        assert np.allclose(back.row(text).toarray(), component.row(text).toarray(), atol=1e-4)


@given(st.text(max_size=80))
def test_every_text_gets_a_row_of_unit_length_or_nothing(component: CharacterGrams, text: str) -> None:
    length = float(np.linalg.norm(component.row(text).toarray()))

    assert length == pytest.approx(1, abs=1e-4) or length == 0


class _Context:
    node_name = "grams"
