"""The model of the weights in plain numpy, as the reference for a written model.

It is BERT (Devlin et al. 2019, https://arxiv.org/abs/1810.04805) with the mean of the tokens' last states, as
in multilingual-e5-small.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from khabar.meaning.weights import BLOCK, Weights

__all__ = ["Reference"]

Floats = NDArray[np.float32]


class Reference:
    """Computes vectors slowly and exactly.

    Args:
        weights: the model.
        watch: called with the name of each matrix, such as ``l3.fo``, and the states (tokens, inputs) that it
            is multiplied with.
    """

    def __init__(self, weights: Weights, watch: Callable[[str, Floats], None] | None = None) -> None:
        self._weights = weights
        self._watch = watch or (lambda name, states: None)
        shape = weights.shape
        kept = weights.array("emb.pos", shape.positions, shape.width)
        self._positions = kept + weights.array("emb.type", shape.types, shape.width)[0]
        self._matrices: dict[str, Floats] = {}

    def encode(self, pieces: Sequence[int]) -> Floats:
        """The vector of a text, given the numbers of its pieces, including those for begin and end."""
        whole, scales = self._weights.table(pieces)
        rows = whole * np.repeat(scales, BLOCK, axis=1)
        states = self._normalised("emb.ln", rows + self._positions[: len(pieces)])
        for layer in range(self._weights.shape.layers):
            states = self._layer(f"l{layer}.", states)
        total = states.mean(axis=0)
        vector: Floats = total / np.linalg.norm(total)
        return vector

    def _layer(self, layer: str, states: Floats) -> Floats:
        shape = self._weights.shape
        heads = [
            self._product(layer + name, states).reshape(len(states), shape.heads, -1).transpose(1, 0, 2)
            for name in ("q", "k", "v")
        ]
        query, key, value = heads
        scores = query @ key.transpose(0, 2, 1) / np.sqrt(np.float32(query.shape[-1]))
        shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
        shares /= shares.sum(axis=-1, keepdims=True)
        seen = (shares @ value).transpose(1, 0, 2).reshape(states.shape)
        states = self._normalised(layer + "aln", states + self._product(layer + "ao", seen))
        inner = _gelu(self._product(layer + "fi", states))
        return self._normalised(layer + "oln", states + self._product(layer + "fo", inner))

    def _product(self, name: str, states: Floats) -> Floats:
        self._watch(name, states)
        if name not in self._matrices:
            shape = self._weights.shape
            outputs = shape.inner if name.endswith("fi") else shape.width
            self._matrices[name] = self._weights.matrix(f"{name}.w", outputs, states.shape[1])
        bias = self._weights.array(f"{name}.b", self._matrices[name].shape[1])
        product: Floats = states @ self._matrices[name] + bias
        return product

    def _normalised(self, name: str, states: Floats) -> Floats:
        width = self._weights.shape.width
        centred = states - states.mean(axis=-1, keepdims=True)
        spread = np.sqrt(np.square(centred).mean(axis=-1, keepdims=True) + self._weights.shape.epsilon)
        scaled = centred / spread * self._weights.array(f"{name}.w", width)
        result: Floats = scaled + self._weights.array(f"{name}.b", width)
        return result


def _gelu(numbers: Floats) -> Floats:
    """x · Φ(x), with an error function accurate to 1.5e-7 (Abramowitz and Stegun 1964, 7.1.26)."""
    size = np.abs(numbers) / np.float32(np.sqrt(2))
    t = 1 / (1 + np.float32(0.3275911) * size)
    series = np.zeros_like(t)
    for factor in (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592):
        series = (series + np.float32(factor)) * t
    error = np.copysign(1 - series * np.exp(-np.square(size)), numbers)
    result: Floats = numbers * (1 + error) / 2
    return result
