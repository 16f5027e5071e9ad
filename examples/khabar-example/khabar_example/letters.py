"""A toy encoder: texts with the same groups of three letters are close. It shows the protocol, and tests use
it; it knows nothing of meaning."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from khabar.meaning.encoder import Kind

api = 1

_DIMENSION = 64


class Letters:
    """See `khabar.meaning.encoder.Encoder`."""

    name = "groups of three letters"
    version = "1"
    dimension = _DIMENSION
    # It changes with everything that changes the vectors.
    fingerprint = blake2b(b"khabar-example letters 1", digest_size=16).hexdigest()
    address = ""

    def encode(self, texts: Sequence[str], kind: Kind) -> NDArray[np.float32]:
        """A row of length 1 for each text."""
        rows = np.zeros((len(texts), _DIMENSION), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for start in range(len(text) - 2):
                group = blake2b(text[start : start + 3].encode("utf-8", "replace"), digest_size=2).digest()
                row[int.from_bytes(group) % _DIMENSION] += 1
            row += not row.any()
            row /= np.linalg.norm(row)
        return rows

    def close(self) -> None:
        """It holds nothing."""


def open() -> Letters:
    """The encoder."""
    return Letters()
