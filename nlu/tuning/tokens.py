"""The encoder's own tokenizer (SentencePiece unigram), read from its model file: text in, numbers of pieces out."""

from __future__ import annotations

import struct

import numpy as np

from nlu.e5_file import Bytes, Header

SPACE = "\u2581"
PREFIX = "query: "
_UNKNOWN_COSTS = 10.0


class Tokenizer:
    """Takes texts apart as the C code of the package does."""

    def __init__(self, content: Bytes, header: Header) -> None:
        at, number = header.tokenizer_at, header.pieces
        (spelled,) = struct.unpack("<Q", content[at + 20 : at + 28])
        at += 28
        ends = np.frombuffer(content[at : at + (number + 1) * 4], np.uint32)
        at += (number + 1) * 4
        scores = np.frombuffer(content[at : at + number * 4], np.float32)
        at += number * 4
        letters = content[at : at + spelled]
        at += spelled
        self._pieces: dict[str, tuple[int, float]] = {}
        for piece in range(number):
            text = letters[ends[piece] : ends[piece + 1]].decode("utf-8", "replace")
            if text and piece != header.unknown:
                self._pieces.setdefault(text, (piece, float(scores[piece])))
        self._longest = max(map(len, self._pieces))
        self._first, self._last, self._unknown = header.first, header.last, header.unknown
        self._unknown_score = float(scores.min()) - _UNKNOWN_COSTS
        self._normalised = _normaliser(content, at)

    def pieces_of(self, text: str, most: int) -> list[int]:
        """The pieces of a text with the query prefix, begin and end marked, at most so many."""
        return [self._first, *self._likeliest(self._spelled(PREFIX + text))[: most - 2], self._last]

    def _spelled(self, text: str) -> str:
        plain = "".join(self._normalised.get(sign, sign) for sign in text)
        while "  " in plain:
            plain = plain.replace("  ", " ")
        return (plain if plain.startswith(" ") else f" {plain}").replace(" ", SPACE)

    def _likeliest(self, text: str) -> list[int]:
        best = [0.0, *[-np.inf] * len(text)]
        came_from = [(0, 0)] * (len(text) + 1)
        for start in range(len(text)):
            for end in range(start + 1, min(len(text), start + self._longest) + 1):
                known = self._pieces.get(text[start:end])
                piece, score = known if known else (self._unknown, self._unknown_score)
                if (known or end == start + 1) and best[start] + score > best[end]:
                    best[end], came_from[end] = best[start] + score, (piece, start)
        pieces, at = [], len(text)
        while at:
            piece, at = came_from[at]
            pieces.append(piece)
        return pieces[::-1]


def _normaliser(content: Bytes, at: int) -> dict[str, str]:
    number, _ = struct.unpack("<iI", content[at : at + 8])
    at += 8
    replaced = {}
    for _ in range(number):
        sign, length = struct.unpack("<IB", content[at : at + 5])
        at += 5
        replaced[chr(sign)] = "".join(map(chr, struct.unpack(f"<{length}I", content[at : at + 4 * length])))
        at += 4 * length
    return replaced
