"""The training data as numbers: pieces of each example and its intent, in batches of like length."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import yaml

from nlu.held_back import is_held_back
from nlu.tuning.network import Encoder, Numbers
from nlu.tuning.tokens import Tokenizer

LONGEST = 72
"""Pieces of an example that are read."""
TOGETHER = 25
"""Batches that are sorted by length at a time, so that little is padding and the order stays mixed."""


@dataclass(frozen=True)
class Examples:
    """All examples: what goes into the first tuned layer, the intents' numbers, and which are held back.

    Attributes:
        intents: names, by number.
        states: per example (pieces, width).
        truth: per example the number of its intent.
        held_back: per example whether it is kept from the tuning.
    """

    intents: list[str]
    states: list[Numbers]
    truth: np.ndarray
    held_back: np.ndarray

    def batch(self, places: list[int]) -> tuple[Numbers, Numbers]:
        """The states of these examples, padded, and which places of them are real."""
        longest = max(len(self.states[place]) for place in places)
        states = torch.zeros(len(places), longest, self.states[0].shape[1])
        real = torch.zeros(len(places), longest, dtype=torch.bool)
        for row, place in enumerate(places):
            states[row, : len(self.states[place])] = self.states[place]
            real[row, : len(self.states[place])] = True
        return states, real

    def batches(self, size: int, chance: random.Random) -> Iterator[list[int]]:
        """All examples that may be tuned on, once, in batches."""
        places = np.flatnonzero(~self.held_back).tolist()
        chance.shuffle(places)
        found = []
        for start in range(0, len(places), size * TOGETHER):
            alike = sorted(places[start : start + size * TOGETHER], key=lambda place: len(self.states[place]))
            found += [alike[at : at + size] for at in range(0, len(alike), size)]
        chance.shuffle(found)
        yield from found


def read(
    folder: Path, tokenizer: Tokenizer, encoder: Encoder, first_tuned: int, most: int | None = None
) -> Examples:
    """Read the training files of a folder and run the layers below the first tuned one, which stay as they are."""
    found: dict[str, str] = {}
    for file in sorted(folder.glob("*.yml")):
        for block in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            for line in block["examples"].splitlines():
                if line.strip():
                    found[line.strip()[2:].strip()] = block["intent"]
    texts = list(found)[:: max(1, len(found) // most)] if most else list(found)
    intents = sorted({found[text] for text in texts})
    pieces = [tokenizer.pieces_of(text, LONGEST) for text in texts]
    return Examples(
        intents,
        _states(pieces, encoder, first_tuned),
        np.array([intents.index(found[text]) for text in texts]),
        np.array([is_held_back(text) for text in texts]),
    )


def _states(pieces: list[list[int]], encoder: Encoder, first_tuned: int) -> list[Numbers]:
    known = np.array(sorted({piece for row in pieces for piece in row}))
    words, place = encoder.words(known), {piece: at for at, piece in enumerate(known.tolist())}
    states: list[Numbers] = []
    with torch.no_grad():
        for row in pieces:
            embedded = encoder.embedded(words[[place[piece] for piece in row]][None])
            real = torch.ones(1, len(row), dtype=torch.bool)
            states.append(encoder.through(embedded, real, range(first_tuned))[0])
    return states
