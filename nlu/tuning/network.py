"""The encoder as a function that can be differentiated: word vectors of a text and the tunable numbers in, a vector out.

A BERT of twelve layers (multilingual-e5-small); mean of the last layer, unit length. The C code rounds activations to
eight bits, this does not: the vectors of both agree to a cosine of .9998.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import numpy as np
import torch
from torch.nn import functional

from nlu.e5_file import Bytes, Header, Tensor

Numbers: TypeAlias = torch.Tensor
Named: TypeAlias = dict[str, Numbers]
BLOCK_BYTES, BLOCK = 18, 32
MATRICES = ("q.w", "k.w", "v.w", "ao.w", "fi.w", "fo.w")
NORM_EPSILON = 1e-12


class Encoder:
    """The network: `fixed` four-bit matrices as floats, and `tuned` biases and layer norms by their names in the file."""

    def __init__(self, content: Bytes, header: Header) -> None:
        self._content, self._header = content, header
        width, inner = header.width, header.inner
        shapes = dict.fromkeys(MATRICES, (width, width)) | {"fi.w": (inner, width), "fo.w": (width, inner)}
        self.fixed: Named = {
            f"l{layer}.{name}": self._floats(f"l{layer}.{name}").reshape(shape)
            for layer in range(header.layers)
            for name, shape in shapes.items()
        }
        self._positions = self._floats("emb.pos").reshape(-1, width)
        self._type = self._floats("emb.type").reshape(-1, width)[0]
        plain = [name for name, tensor in header.tensors.items() if not tensor.quantised]
        self.tuned: Named = {name: self._floats(name) for name in plain if name.endswith((".b", "ln.w"))}

    def parts_from(self, layer: int) -> Iterable[str]:
        """Names of what can be tuned in this layer and those above it."""
        return [name for name in self.tuned if name[0] == "l" and int(name[1:].split(".")[0]) >= layer]

    def words(self, pieces: np.ndarray) -> Numbers:
        """The word vectors of these pieces, a row each."""
        row = self._header.width // BLOCK * BLOCK_BYTES
        at = self._header.tensors["emb.word"].offset
        raw = b"".join(self._content[at + piece * row : at + (piece + 1) * row] for piece in pieces.tolist())
        return torch.from_numpy(_dequantised(raw).reshape(len(pieces), self._header.width))

    def embedded(self, words: Numbers) -> Numbers:
        """What goes into the first layer. words: (sentences, pieces, width)."""
        return self._normed(words + self._positions[: words.shape[1]] + self._type, "emb.ln")

    def through(self, state: Numbers, real: Numbers, layers: range, drop: float = 0.0) -> Numbers:
        """The state after these layers. real: which places hold a piece, (sentences, pieces)."""
        sentences, length, width = state.shape
        unseen = torch.zeros(real.shape).masked_fill(~real, -1e9)[:, None, None, :]

        def split(values: Numbers) -> Numbers:
            return values.view(sentences, length, self._header.heads, -1).transpose(1, 2)

        def dropped(values: Numbers) -> Numbers:
            return functional.dropout(values, drop, drop > 0)

        for layer in layers:
            name = f"l{layer}"
            query, key, value = (split(self._linear(state, f"{name}.{part}")) for part in "qkv")
            seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=unseen)
            seen = seen.transpose(1, 2).reshape(sentences, length, width)
            state = self._normed(state + dropped(self._linear(seen, f"{name}.ao")), f"{name}.aln")
            inner = functional.gelu(self._linear(state, f"{name}.fi"))
            state = self._normed(state + dropped(self._linear(inner, f"{name}.fo")), f"{name}.oln")
        return state

    def _linear(self, values: Numbers, name: str) -> Numbers:
        return functional.linear(values, self.fixed[f"{name}.w"], self.tuned[f"{name}.b"])

    def _normed(self, values: Numbers, name: str) -> Numbers:
        width = self._header.width
        return functional.layer_norm(
            values, (width,), self.tuned[f"{name}.w"], self.tuned[f"{name}.b"], NORM_EPSILON
        )

    def _floats(self, name: str) -> Numbers:
        tensor: Tensor = self._header.tensors[name]
        raw = self._content[tensor.offset : tensor.offset + tensor.size]
        return torch.from_numpy(
            _dequantised(raw) if tensor.quantised else np.frombuffer(raw, np.float32).copy()
        )


def pooled(state: Numbers, real: Numbers) -> Numbers:
    """The mean over a sentence's pieces, of unit length."""
    weights = real[:, :, None].float()
    return functional.normalize((state * weights).sum(1) / weights.sum(1), dim=-1)


def _dequantised(raw: bytes) -> np.ndarray:
    blocks = np.frombuffer(raw, np.uint8).reshape(-1, BLOCK_BYTES)
    scale = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    halves = (blocks[:, 2:] & 15, blocks[:, 2:] >> 4)
    return ((np.concatenate(halves, axis=1).astype(np.float32) - 8) * scale).reshape(-1)
