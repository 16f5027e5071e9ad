"""Encoders for tests: no model, no network, and yet texts with common words lie close together."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from khabar.errors import EncoderFailed
from khabar.meaning.encoder import Kind
from khabar.meaning.parts import cleaned

__all__ = ["HashedWords"]


class HashedWords:
    """Each word has a random direction that its letters decide; a text has the sum of those of its words.

    Args:
        same: words that have the direction of another, as those of one meaning would.
        dimension: the numbers of a vector.
        salt: another one is another model, with another fingerprint.
        address: where it pretends to send texts.

    Attributes:
        asked: what it was asked for, in order.
        failing: whether it fails from now on.
    """

    def __init__(
        self, same: dict[str, str] | None = None, dimension: int = 16, salt: str = "", address: str = ""
    ) -> None:
        self.same = same or {}
        self.dimension = dimension
        self.name = f"hashed words{salt and ' ' + salt}"
        self.version = "1"
        self.address = address
        told = repr((sorted(self.same.items()), dimension, salt))
        self.fingerprint = hashlib.sha256(told.encode()).hexdigest()[:32]
        self._salt = salt
        self.asked: list[tuple[Kind, list[str]]] = []
        self.failing = False
        self.closed = False

    def encode(self, texts: Sequence[str], kind: Kind) -> NDArray[np.float32]:
        self.asked.append((kind, list(texts)))
        if self.failing:
            raise EncoderFailed("died", self.name)
        rows = np.empty((len(texts), self.dimension), np.float32)
        for row, text in zip(rows, texts, strict=True):
            # A text without words has a direction as well.
            words = cleaned(text).split() or [""]
            total = np.sum([self._direction(self.same.get(word, word)) for word in words], axis=0)
            row[:] = total / np.linalg.norm(total)
        return rows

    def _direction(self, word: str) -> NDArray[np.float32]:
        seed = hashlib.sha256(f"{self._salt}\0{word}".encode("utf-8", "surrogatepass")).digest()
        return np.random.default_rng(list(seed)).standard_normal(self.dimension).astype(np.float32)

    def close(self) -> None:
        self.closed = True
