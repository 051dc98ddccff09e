"""Sentence vectors: the same text the same vector, near meanings near each other, nothing kept longer than needed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu import encoder
from nlu.encoder import KeptVectors, KnownVectors, SentenceEncoder, encode, name_of, prepare
from nlu.settings import ROOT
from nlu.vectors import training_texts


def vector_of(message: Message) -> np.ndarray:
    return np.asarray(message.get_dense_features(TEXT)[1].features[0])


def test_meaning_counts_more_than_words_or_language() -> None:
    ask, same, english, other = encode(
        [
            "Hoe lang bewaren jullie mijn gegevens?",
            "Wat is de bewaartermijn?",
            "How long do you keep my data?",
            "Ik wil een pizza bestellen",
        ]
    )

    assert ask @ same > ask @ other
    assert ask @ english > ask @ other


def test_vectors_have_unit_length_and_are_repeatable() -> None:
    texts = ["hallo", "x" * 30_000, "\x00", "👋", "\ud800", ""]

    once, twice = encode(texts), encode(texts)

    assert once.shape == (len(texts), encoder.dimension())
    assert np.allclose(np.linalg.norm(once, axis=1), 1, atol=1e-3)
    assert np.array_equal(once, twice)


def test_threads_do_not_mix_their_texts_up() -> None:
    texts = [f"bericht nummer {number}" for number in range(24)]
    alone = encode(texts)

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda text: encode([text])[0], texts))

    assert np.allclose(alone, np.stack(together), atol=1e-5)


def test_a_prepared_vector_is_used_once_and_then_forgotten() -> None:
    component = SentenceEncoder("encoder", SentenceEncoder.get_default_config())
    prepare("hallo daar in de verte")
    assert "hallo daar in de verte" in encoder._prepared
    (message,) = component.process([Message({TEXT: "hallo daar in de verte"})])

    assert np.allclose(vector_of(message), encode(["hallo daar in de verte"])[0])
    assert "hallo daar in de verte" not in encoder._prepared


def test_vectors_that_nobody_fetches_do_not_pile_up() -> None:
    for number in range(encoder.WAITING + 5):
        prepare(f"{number}")

    assert len(encoder._prepared) <= encoder.WAITING
    encoder._prepared.clear()


def test_training_encodes_new_examples_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encoded: list[str] = []
    monkeypatch.setattr(encoder, "encode", lambda texts: encoded.extend(texts) or encode(texts))
    file = tmp_path / "vectors.npz"

    first = KeptVectors(file).of(["een", "twee"])
    second = KeptVectors(file).of(["twee", "drie"])

    assert encoded == ["een", "twee", "drie"]
    assert np.allclose(first[1], second[0], atol=1e-3)
    with np.load(file) as kept:
        assert len(kept["names"]) == 2
        assert not any("twee" in name for name in kept["names"])


def test_a_damaged_file_of_vectors_is_made_anew(tmp_path: Path) -> None:
    file = tmp_path / "vectors.npz"
    file.write_bytes(b"PK damaged")

    KeptVectors(file).of(["een"])

    with np.load(file) as kept:
        assert len(kept["names"]) == 1


def assert_alike(one: np.ndarray, other: np.ndarray) -> None:
    """The encoder rounds a little differently on each kind of processor (measured: a cosine of .9999 at least)."""
    one = one.astype(np.float32)
    assert one @ other / (np.linalg.norm(one) * np.linalg.norm(other)) > 0.999


def test_the_shipped_vectors_are_those_of_the_training_data_and_of_this_encoder() -> None:
    """Given the data as it stands, when it changed a lot: run `python -m nlu.vectors`."""
    texts = training_texts(ROOT)
    with np.load(encoder.SHIPPED) as kept:
        shipped = dict(zip(kept["names"].tolist(), kept["vectors"], strict=True))

    missing = [text for text in texts if name_of(text) not in shipped]
    assert len(missing) <= len(texts) // 20

    some = [text for text in texts if name_of(text) in shipped][::400]
    for text, vector in zip(some, encode(some), strict=True):
        assert_alike(shipped[name_of(text)], vector)


def test_the_words_of_a_training_example_need_no_encoding(monkeypatch: pytest.MonkeyPatch) -> None:
    direct = encode(["hallo", "hoe lang bewaart u alles precies in de kast?"])
    encoded: list[str] = []
    monkeypatch.setattr(encoder, "encode", lambda texts: encoded.extend(texts) or encode(texts))

    for text in ("hallo", "Hallo!", "hoe lang bewaart u alles precies in de kast?"):
        prepare(text)

    assert encoded == ["hoe lang bewaart u alles precies in de kast?"]
    assert_alike(encoder._prepared["hallo"], direct[0])
    assert_alike(encoder._prepared["Hallo!"], direct[0])
    encoder._prepared.clear()


def test_known_vectors_are_optional(tmp_path: Path) -> None:
    assert KnownVectors(tmp_path / "missing.npz").find("hallo") is None
