"""The list of an index's vectors, ``vectors.bin``: its files, its model, and the sums for mean and covariance
of all vectors. It is replaced in one step, so at any moment it is in the state before a commit or after
it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from khabar.index.arrayfile import open_arrays, write_arrays
from khabar.index.columns import Floats
from khabar.index.vector_names import VECTOR_LIST
from khabar.meaning.segments import Segment

__all__ = ["Listing", "Sums", "empty_listing", "read_listing", "write_listing"]

_MAGIC = b"khabarL1"


class Sums(NamedTuple):
    """Sums over vectors, to which vectors can be added and from which they can be removed.

    Attributes:
        rows: the number of vectors.
        first: their sum, (dimension,).
        second: the sum of their outer products with themselves, (dimension, dimension).
    """

    rows: int
    first: NDArray[np.float64]
    second: NDArray[np.float64]

    @classmethod
    def none(cls, dimension: int) -> Self:
        """The sums of no vectors."""
        return cls(0, np.zeros(dimension), np.zeros((dimension, dimension)))

    @classmethod
    def of(cls, vectors: Floats) -> Self:
        """The sums of some vectors, (rows, dimension)."""
        exact = vectors.astype(np.float64)
        return cls(len(exact), exact.sum(axis=0), exact.T @ exact)

    @property
    def mean(self) -> NDArray[np.float64]:
        """Their mean, (dimension,); zeros if there are none."""
        return self.first / max(1, self.rows)

    @property
    def covariance(self) -> NDArray[np.float64]:
        """Their covariance, (dimension, dimension)."""
        return self.second / max(1, self.rows) - np.outer(self.mean, self.mean)

    def plus(self, other: Sums, sign: int = 1) -> Sums:
        """Add other sums; ``sign`` −1 subtracts them."""
        return Sums(
            self.rows + sign * other.rows, self.first + sign * other.first, self.second + sign * other.second
        )

    @classmethod
    def of_segments(cls, segments: Iterable[Segment], dimension: int) -> Sums:
        """The sums of all vectors in some files, which are read."""
        result: Sums = cls.none(dimension)
        for segment in segments:
            for _, vectors in segment.chunks():
                result = result.plus(cls.of(vectors))
        return result


class Listing(msgspec.Struct, frozen=True, eq=False):
    """One committed state of an index's vectors.

    Attributes:
        generation: grows with each commit.
        encoder_fingerprint, encoder_name, encoder_version, address, dimension: the encoder that made them;
            see :class:`khabar.meaning.encoder.MadeBy`.
        segments: the numbers of the files, the oldest first.
        next: the number of the next file.
        articles, rows, owners: the numbers of texts, of vectors, and of articles that have these texts.
        sums: the sums over all vectors.
    """

    generation: int
    encoder_fingerprint: str
    encoder_name: str
    encoder_version: str
    address: str
    dimension: int
    segments: tuple[int, ...]
    next: int
    articles: int
    rows: int
    owners: int
    sums: Sums

    @property
    def made_by(self) -> dict[str, Any]:
        """The description of the encoder in every file."""
        return {name: getattr(self, name) for name in (*_TEXTS, "dimension")}


_NUMBERS = ("generation", "dimension", "next", "articles", "rows", "owners")
_TEXTS = ("encoder_fingerprint", "encoder_name", "encoder_version", "address")


def empty_listing(made_by: Mapping[str, Any], generation: int, number: int) -> Listing:
    """Make a list without vectors.

    Args:
        made_by: as :attr:`Listing.made_by`.
        generation: the generation of the list.
        number: the number of the next file.
    """
    none = Sums.none(made_by["dimension"])
    return Listing(
        generation=generation, segments=(), next=number, articles=0, rows=0, owners=0, sums=none, **made_by
    )


def read_listing(folder: Path) -> Listing | None:
    """Read the list in a folder; None if there is none.

    Raises:
        OSError: if it cannot be read.
        ValueError: if it is damaged.
    """
    try:
        header, arrays = open_arrays(folder / VECTOR_LIST, _MAGIC, whole=True, replaced=True)
    except FileNotFoundError:
        return None
    try:
        known: dict[str, Any] = {name: int(header[name]) for name in _NUMBERS}
        known |= {name: str(header[name]) for name in _TEXTS}
        segments = tuple(map(int, header["segments"]))
        wide = known["dimension"]
        # Only the upper half of a symmetric matrix is stored.
        second = np.zeros((wide, wide))
        second[np.triu_indices(wide)] = arrays["second"].raw
        second += np.triu(second, 1).T
        first = arrays["first"].raw.copy()
        if len(first) != wide:
            raise ValueError("its sums are of other vectors")
    except (KeyError, TypeError) as error:
        raise ValueError("its arrays are not those of a list of vectors") from error
    return Listing(segments=segments, sums=Sums(known["rows"], first, second), **known)


def write_listing(folder: Path, listing: Listing) -> None:
    """Replace the list in a folder in one step.

    Raises:
        OSError: if it cannot be written.
    """
    header = {name: getattr(listing, name) for name in (*_NUMBERS, *_TEXTS)}
    second = listing.sums.second[np.triu_indices(listing.dimension)]
    write_arrays(
        folder / VECTOR_LIST,
        _MAGIC,
        {"first": listing.sums.first, "second": second},
        {**header, "segments": list(listing.segments)},
    )
