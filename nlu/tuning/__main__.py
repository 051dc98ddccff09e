"""Tune the encoder and write nlu/tuned.npz: `make tune`. Some 20 minutes of two cores; then `python -m nlu.vectors`.

A linear layer over the sentence vectors tells the intents apart while the upper layers' biases and norms are tuned; the
linear layer is thrown away, since the engine's own classifier (which also sees n-grams) is fitted anew at each training.
"""

from __future__ import annotations

import argparse
import mmap
import random
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from nlu.e5_file import file_of_package, read_header
from nlu.tuning.examples import Examples, read
from nlu.tuning.network import Encoder, pooled
from nlu.tuning.tokens import Tokenizer

ROOM = Path(__file__).resolve().parent.parent
FIRST_TUNED = 4
"""The layers below keep what the encoder knows of languages, and are run once."""
BATCH, RATE, HEAD_RATE, WARM_UP = 32, 1.5e-3, 2e-3, 0.05
DROP, SMOOTHING, SHARPNESS = 0.1, 0.1, 12.0
"""SHARPNESS: what unit vectors are multiplied by before they are told apart."""


def main() -> int:
    """Tune, tell how the held-back examples fare after each epoch, and write the tuned numbers."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--epochs", type=int, default=5)
    asked.add_argument("--most", type=int, help="examples at most, for a quick try")
    asked.add_argument("--out", type=Path, default=ROOM / "tuned.npz")
    options = asked.parse_args()
    torch.manual_seed(1)
    with file_of_package().open("rb") as file:
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    header = read_header(content)
    encoder = Encoder(content, header)
    data = ROOM.parent / "data" / "nlu"
    examples = read(data, Tokenizer(content, header), encoder, FIRST_TUNED, options.most)
    tune(encoder, examples, range(FIRST_TUNED, header.layers), options.epochs)
    names = encoder.parts_from(FIRST_TUNED)
    np.savez_compressed(options.out, **{name: encoder.tuned[name].detach().numpy() for name in names})
    return 0


def tune(encoder: Encoder, examples: Examples, layers: range, epochs: int) -> None:
    """Tune in place."""
    names = encoder.parts_from(layers.start)
    numbers = [encoder.tuned[name].requires_grad_() for name in names]
    centre = torch.from_numpy(vectors(encoder, examples, layers).mean(axis=0))
    head = torch.nn.Linear(len(centre), len(examples.intents))
    optimizer = torch.optim.AdamW(
        [
            {"params": numbers, "lr": RATE, "weight_decay": 0.0},
            {"params": head.parameters(), "lr": HEAD_RATE, "weight_decay": 0.01},
        ]
    )
    steps = epochs * (int((~examples.held_back).sum()) // BATCH + 1)
    pace = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / (WARM_UP * steps)) * max(0.02, 1 - step / steps)
    )
    rarity = torch.from_numpy(
        1 / np.bincount(examples.truth, minlength=len(examples.intents)).clip(1)
    ).float()
    chance = random.Random(1)  # noqa: S311  # an order of examples
    for epoch in range(epochs):
        began, lost = time.monotonic(), []
        for places in examples.batches(BATCH, chance):
            states, real = examples.batch(places)
            found = (pooled(encoder.through(states, real, layers, DROP), real) - centre) * SHARPNESS
            loss = functional.cross_entropy(
                head(functional.dropout(found, DROP)),
                torch.from_numpy(examples.truth[places]),
                weight=rarity / rarity.mean(),
                label_smoothing=SMOOTHING,
            )
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(numbers, 1.0)
            optimizer.step()
            pace.step()
            lost.append(loss.item())
        with torch.no_grad():
            unseen = np.flatnonzero(examples.held_back)
            told = head((torch.from_numpy(vectors(encoder, examples, layers)[unseen]) - centre) * SHARPNESS)
        right = float((told.argmax(1).numpy() == examples.truth[unseen]).mean())
        took = time.monotonic() - began
        sys.stdout.write(
            f"epoch {epoch + 1}: loss {np.mean(lost):.3f}, held back {right:.3f} right, {took:.0f} s\n"
        )
        sys.stdout.flush()


def vectors(encoder: Encoder, examples: Examples, layers: range) -> np.ndarray:
    """The sentence vectors of all examples as the encoder is now, a row each."""
    found = np.zeros((len(examples.states), examples.states[0].shape[1]), np.float32)
    order = sorted(range(len(examples.states)), key=lambda place: len(examples.states[place]))
    with torch.no_grad():
        for start in range(0, len(order), 2 * BATCH):
            places = order[start : start + 2 * BATCH]
            states, real = examples.batch(places)
            found[places] = pooled(encoder.through(states, real, layers), real).numpy()
    return found


if __name__ == "__main__":
    sys.exit(main())
