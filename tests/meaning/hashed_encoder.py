"""An encoder for tests: a text's vector is the sum of one random vector for each of its words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from khabar.digests import blake2b


class HashedWords:
    """See :class:`khabar.meaning.encoder.Encoder`."""

    name = "hashed words"
    version = "1"
    address = ""

    def __init__(self, dimension: int = 16, fingerprint: str = "a" * 32) -> None:
        self.dimension = dimension
        self.fingerprint = fingerprint
        self.encoded: list[str] = []
        self.closed = False

    def encode(self, texts: Sequence[str], kind: str) -> NDArray[np.float32]:
        self.encoded += texts
        vectors = np.empty((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            vectors[row] = sum((self._vector(word) for word in text.split()), np.ones(self.dimension))
        result: NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return result

    def _vector(self, word: str) -> NDArray[np.float64]:
        seed = int.from_bytes(blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest())
        return np.random.default_rng(seed).standard_normal(self.dimension)

    def close(self) -> None:
        self.closed = True
