"""Sealed bytes open with their key, in their place, unchanged; and in no other way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from store.sealing import Place, SealError, is_sealed, key_id_of, new_key, open_sealed, pad, seal, unpad

VECTORS = json.loads((Path(__file__).parent / "sealing_vectors.json").read_text(encoding="utf-8"))
DOCUMENT = Path(__file__).parents[2] / "docs" / "sealing.md"

words = st.text(max_size=12)
revisions = st.integers(min_value=0, max_value=2**64 - 1)
places = st.builds(Place, table=words, column=words, row=words, person=words, revision=revisions)
keys = st.binary(min_size=32, max_size=32)
key_ids = st.integers(min_value=0, max_value=2**32 - 1)

KEY = bytes(range(32))
HERE = Place(table="person", column="record", row="a", person="a")


@given(keys, key_ids, st.binary(max_size=300), places)
def test_what_was_sealed_opens_in_its_place(key: bytes, key_id: int, plaintext: bytes, place: Place) -> None:
    blob = seal(key, key_id, plaintext, place)
    assert open_sealed(key, blob, place) == plaintext
    assert is_sealed(blob)
    assert key_id_of(blob) == key_id
    assert len(blob) == 33 + len(plaintext)


@given(st.binary(max_size=60), places, places)
def test_moved_to_another_place_it_never_opens(plaintext: bytes, here: Place, there: Place) -> None:
    assume(here != there)
    blob = seal(KEY, 1, plaintext, here)
    with pytest.raises(SealError):
        open_sealed(KEY, blob, there)


@pytest.mark.parametrize("part", ["table", "column", "row", "person"])
def test_each_part_of_the_place_counts(part: str) -> None:
    blob = seal(KEY, 1, b"x", HERE)
    with pytest.raises(SealError):
        open_sealed(KEY, blob, HERE._replace(**{part: "b"}))


@given(st.binary(max_size=60), revisions, revisions)
def test_another_revision_of_the_same_place_never_opens(plaintext: bytes, one: int, other: int) -> None:
    assume(one != other)
    blob = seal(KEY, 1, plaintext, HERE._replace(revision=one))
    with pytest.raises(SealError):
        open_sealed(KEY, blob, HERE._replace(revision=other))


@given(st.text(min_size=2, max_size=12), st.integers(min_value=0, max_value=11))
def test_letters_that_slide_from_one_part_to_the_next_make_another_place(letters: str, cut: int) -> None:
    at = min(cut, len(letters) - 1)
    here = Place("t", letters[:at], letters[at:], "p")
    there = Place("t", letters[: at + 1], letters[at + 1 :], "p")
    with pytest.raises(SealError):
        open_sealed(KEY, seal(KEY, 1, b"x", here), there)


@given(st.binary(max_size=60), st.data())
def test_one_flipped_bit_anywhere_and_it_never_opens(plaintext: bytes, data: st.DataObject) -> None:
    blob = bytearray(seal(KEY, 1, plaintext, HERE))
    bit = data.draw(st.integers(min_value=0, max_value=len(blob) * 8 - 1))
    blob[bit // 8] ^= 1 << bit % 8
    with pytest.raises(SealError):
        open_sealed(KEY, bytes(blob), HERE)


@given(st.binary(max_size=60), st.data())
def test_cut_short_or_made_longer_it_never_opens(plaintext: bytes, data: st.DataObject) -> None:
    blob = seal(KEY, 1, plaintext, HERE)
    cut = data.draw(st.integers(min_value=0, max_value=len(blob) - 1))
    more = data.draw(st.binary(min_size=1, max_size=8))
    for changed in (blob[:cut], blob[cut + 1 :], blob + more, more + blob):
        with pytest.raises(SealError):
            open_sealed(KEY, changed, HERE)


@given(st.binary(max_size=80))
def test_bytes_that_were_never_sealed_never_open(blob: bytes) -> None:
    with pytest.raises(SealError):
        open_sealed(KEY, blob, HERE)


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_halves_of_two_seals_do_not_make_a_third(one: bytes, other: bytes) -> None:
    first, second = seal(KEY, 1, one, HERE), seal(KEY, 1, other, HERE)
    with pytest.raises(SealError):
        open_sealed(KEY, first[:17] + second[17:], HERE)


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(SealError):
        open_sealed(new_key(), seal(KEY, 1, b"x", HERE), HERE)


def test_the_same_text_is_never_sealed_alike() -> None:
    assert seal(KEY, 1, b"x", HERE) != seal(KEY, 1, b"x", HERE)


@pytest.mark.parametrize("key", [b"", bytes(16), bytes(31), bytes(33)])
def test_a_key_of_another_length_is_a_mistake(key: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        seal(key, 1, b"x", HERE)


@pytest.mark.parametrize("key_id", [-1, 2**32])
def test_a_key_id_that_does_not_fit_is_a_mistake(key_id: int) -> None:
    with pytest.raises(ValueError, match="32 bits"):
        seal(KEY, key_id, b"x", HERE)


@pytest.mark.parametrize(
    "other", ["text", None, 1, b"", b'{"name": "x"}' * 9, b"\x02" + bytes(40), bytearray(b"\x01" * 40)]
)
def test_only_bytes_of_the_right_form_look_sealed(other: object) -> None:
    assert not is_sealed(other)


def test_the_error_says_nothing_of_what_was_sealed() -> None:
    with pytest.raises(SealError) as caught:
        open_sealed(KEY, b"Jansen", HERE)
    assert str(caught.value) == "These sealed bytes do not open here."


@given(st.binary(max_size=5000))
def test_padding_comes_off_again(plaintext: bytes) -> None:
    assert unpad(pad(plaintext)) == plaintext


@given(st.binary(max_size=63), st.binary(max_size=63))
def test_padding_hides_the_length_of_short_values(one: bytes, other: bytes) -> None:
    assert len(pad(one)) == len(pad(other)) == 64


@pytest.mark.parametrize(
    ("length", "padded"),
    [(0, 64), (63, 64), (64, 128), (1023, 1024), (1024, 2048), (2047, 2048), (2048, 3072)],
)
def test_padding_grows_in_documented_steps(length: int, padded: int) -> None:
    assert len(pad(bytes(length))) == padded


@given(st.binary(max_size=200))
def test_padding_that_pad_does_not_make_is_refused(plaintext: bytes) -> None:
    for wrong in (pad(plaintext) + b"\x00", pad(plaintext)[:-1] + b"\x01", plaintext.replace(b"\x80", b"")):
        with pytest.raises(SealError):
            unpad(wrong)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_the_documented_vectors_open(vector: dict[str, str]) -> None:
    place = Place(vector["table"], vector["column"], vector["row"], vector["person"], int(vector["revision"]))
    opened = open_sealed(bytes.fromhex(vector["key"]), bytes.fromhex(vector["sealed"]), place)
    assert unpad(opened).decode() == vector["value"]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_the_vectors_stand_in_the_document(vector: dict[str, str]) -> None:
    document = "".join(DOCUMENT.read_text(encoding="utf-8").split())
    for part in ("key", "associated_data", "sealed"):
        assert vector[part] in document
