"""A file of vectors, ``vectors-N.bin``, which is written once and never changed.

It contains texts in order of their digests, each with the vectors of its passages; and *owners*, the articles
that have a text, by their fingerprints. An owner may be in another file than the vectors of its text, since a
text that occurs again is not embedded again.

A vector is stored in 8 bits for each component and a scale, so it takes little more than a byte for each
component. An additional bit for each component says whether it is above the mean, for the approximate search
(:mod:`khabar.meaning.nearest`). Every block has a checksum, as in all files of arrays
(:mod:`khabar.index.arrayfile`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from khabar.digests import blake2b
from khabar.index.arrayfile import Checked, open_arrays
from khabar.index.columns import Floats, Ints
from khabar.meaning.digest import halves, joined

__all__ = [
    "AT_ONCE",
    "MAGIC",
    "Entry",
    "Owner",
    "Rows",
    "Segment",
    "file_of_segment",
    "id_keys",
    "quantised",
    "words_of",
]

MAGIC = b"khabarV1"
#: The number of rows that are processed together.
AT_ONCE = 4096
_GREATEST = 127


class Rows(NamedTuple):
    """The vectors of a text.

    Attributes:
        passages: the passage of each vector: 0 for the title, then 1, 2, … A long passage has several
            vectors, an empty one none.
        vectors: the vectors as rows, of length 1 up to rounding; float32.
    """

    passages: Ints
    vectors: NDArray[np.float32]


class Entry(NamedTuple):
    """An embedded text, for writing.

    Attributes:
        digest: the digest of the text (:func:`khabar.meaning.digest.digest_of`).
        rows: its vectors.
    """

    digest: bytes
    rows: Rows


class Owner(NamedTuple):
    """An article that has a text.

    Attributes:
        fingerprint: the first 64 bits of the article's fingerprint, which show whether it is still in the
            index.
        digest: the digest of its text.
        id: its id.
    """

    fingerprint: int
    digest: bytes
    id: str


def quantised(vectors: Floats) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Quantise vectors to 8 bits for each component; returns these, and the scale of each vector, by which
    its components are multiplied."""
    greatest = np.abs(vectors).max(axis=1, initial=0).astype(np.float32)
    scales = np.where(greatest > 0, greatest / np.float32(_GREATEST), np.float32(1))
    return np.rint(vectors / scales[:, None]).astype(np.int8), scales.astype(np.float32)


def id_keys(ids: Iterable[str]) -> Ints:
    """The 64-bit hashes of articles' ids, by which they are searched."""
    digests = (blake2b(each.encode("utf-8", "surrogatepass"), digest_size=8).digest() for each in ids)
    return np.frombuffer(b"".join(digests), ">u8").astype(np.uint64)


def words_of(dimension: int) -> int:
    """The number of 64-bit words that have a bit for each component."""
    return -(-dimension // 64)


class Segment:
    """The texts and owners of a file, or in memory to be written to one. Safe to share between threads.

    All reading raises ValueError if the file is damaged.

    Attributes:
        dimension: the number of components of a vector.
        articles, rows: the numbers of texts and of vectors.
        owners: the number of articles.
    """

    def __init__(self, dimension: int, arrays: Mapping[str, Checked]) -> None:
        self.dimension = dimension
        self.keys = arrays["keys"]
        self.rests = arrays["rests"]
        self.starts = arrays["starts"]
        self.passages = arrays["passages"]
        self.scales = arrays["scales"]
        self.components = arrays["components"]
        # A segment in memory has none.
        self.signs = arrays.get("signs", Checked(np.empty(0, np.uint64)))
        self.owner_fingerprints = arrays["owners"]
        self.owner_keys = arrays["owner_keys"]
        self.owner_rests = arrays["owner_rests"]
        self.id_keys = arrays["id_keys"]
        self.id_starts = arrays["id_starts"]
        self.ids = arrays["ids"]
        self.articles = len(self.keys)
        self.rows = len(self.passages)
        self.owners = len(self.owner_fingerprints)
        whole = (
            len(self.rests) == self.articles
            and len(self.starts) == self.articles + 1
            and len(self.scales) == self.rows
            and len(self.components) == self.rows * dimension
            and len(self.signs) in (0, self.rows * words_of(dimension))
            and len(self.owner_keys) == len(self.owner_rests) == len(self.id_keys) == self.owners
            and len(self.id_starts) == self.owners + 1
        )
        if not whole:
            raise ValueError("its arrays are not of the same vectors")

    @classmethod
    def open(cls, path: Path, *, whole: bool = False) -> Self:
        """Open the segment in a file.

        Args:
            path: the file.
            whole: compare all of it with its checksums.

        Raises:
            OSError: if it cannot be read.
            ValueError: if it is damaged.
        """
        return cls._read(path, whole=whole)[0]

    @classmethod
    def opened_with_header(cls, path: Path) -> tuple[Self, dict[str, Any]]:
        """Open and check the segment in a file, all of which is compared with its checksums; also returns the
        header."""
        segment, header = cls._read(path, whole=True)
        segment.check()
        return segment, header

    @classmethod
    def _read(cls, path: Path, *, whole: bool) -> tuple[Self, dict[str, Any]]:
        header, arrays = open_arrays(path, MAGIC, whole=whole)
        try:
            return cls(header["dimension"], arrays), header
        except (KeyError, TypeError) as error:
            raise ValueError("its arrays are not those of vectors") from error

    @classmethod
    def of(cls, entries: Iterable[Entry], owners: Iterable[Owner], dimension: int) -> Self:
        """Make a segment in memory from distinct texts in any order."""
        ordered = sorted(entries, key=lambda entry: entry.digest)
        keys, rests = halves(entry.digest for entry in ordered)
        sizes = [len(entry.rows.passages) for entry in ordered]
        none = np.empty((0, dimension), np.float32)
        components, scales = quantised(np.concatenate([none, *(entry.rows.vectors for entry in ordered)]))
        passages = np.concatenate([np.empty(0, np.uint32), *(entry.rows.passages for entry in ordered)])
        owned = sorted(owners)
        owner_keys, owner_rests = halves(owner.digest for owner in owned)
        ids = [owner.id.encode("utf-8", "surrogatepass") for owner in owned]
        return cls(
            dimension,
            {
                "keys": Checked(keys),
                "rests": Checked(rests),
                "starts": Checked(np.cumsum([0, *sizes]).astype(np.uint32)),
                "passages": Checked(passages.astype(np.min_scalar_type(passages.max(initial=0)))),
                "scales": Checked(scales),
                "components": Checked(components.reshape(-1)),
                "owners": Checked(np.array([owner.fingerprint for owner in owned], np.uint64)),
                "owner_keys": Checked(owner_keys),
                "owner_rests": Checked(owner_rests),
                "id_keys": Checked(id_keys(owner.id for owner in owned)),
                "id_starts": Checked(np.cumsum([0, *map(len, ids)]).astype(np.uint32)),
                "ids": Checked(np.frombuffer(b"".join(ids), np.uint8)),
            },
        )

    def find(self, key: np.uint64, rest: np.uint64) -> int:
        """The place of a text by the halves of its digest; −1 if the segment lacks it."""
        if not self.articles:
            return -1
        place = int(self.keys.places(key))
        while place < self.articles and self.keys[place] == key:
            if self.rests[place] == rest:
                return place
            place += 1
        return -1

    def digests(self, places: Ints) -> list[bytes]:
        """The digests of the texts at some places."""
        return joined(self.keys[places], self.rests[places])

    def rows_of(self, place: int) -> Rows:
        """The vectors of the text at a place."""
        begin, end = self.starts[place : place + 2].tolist()
        return Rows(self.passages[begin:end], self.vectors(begin, end))

    def ids_of(self, keys: Ints) -> dict[bytes, list[str]]:
        """The ids of the articles that have some texts, by the digests of these.

        Args:
            keys: the first halves of the digests; the answer may include others with the same first half.
        """
        result: dict[bytes, list[str]] = {}
        for article_id, digest in self.owners_at(np.flatnonzero(np.isin(self.owner_keys[:], keys))):
            result.setdefault(digest, []).append(article_id)
        return result

    def owners_at(self, places: Ints) -> list[tuple[str, bytes]]:
        """The ids of the owners at some places, and the digests of their texts."""
        digests = joined(self.owner_keys[places], self.owner_rests[places])
        begins, ends = self.id_starts[places].tolist(), self.id_starts[places + 1].tolist()
        ids = [
            self.ids[begin:end].tobytes().decode("utf-8", "surrogatepass")
            for begin, end in zip(begins, ends, strict=True)
        ]
        return list(zip(ids, digests, strict=True))

    def check(self) -> None:
        """Check that the data is consistent, beyond its checksums.

        Raises:
            ValueError: if it is not.
        """
        starts = self.starts[:].astype(np.int64)
        if starts[0] != 0 or starts[-1] != self.rows or (np.diff(starts) < 0).any():
            raise ValueError("its texts have other vectors than it holds")
        keys, rests = self.keys[:], self.rests[:]
        if (keys[1:] < keys[:-1]).any() or (rests[1:] <= rests[:-1])[keys[1:] == keys[:-1]].any():
            raise ValueError("its texts are not in order")
        if not np.isfinite(self.scales[:]).all():
            raise ValueError("its vectors are not finite")

    def vectors(self, begin: int, end: int) -> NDArray[np.float32]:
        """The rows from one place up to another."""
        wide = self.dimension
        components = self.components[begin * wide : end * wide].reshape(-1, wide)
        result: NDArray[np.float32] = components * self.scales[begin:end][:, None]
        return result

    def vectors_at(self, rows: Ints) -> NDArray[np.float32]:
        """The rows with some numbers."""
        wide = self.dimension
        self.components.check_ranges(rows * wide, rows * wide + wide)
        components = self.components.raw.reshape(-1, wide)[rows]
        result: NDArray[np.float32] = components * self.scales[rows][:, None]
        return result

    def chunks(self) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """All rows in chunks, each with the number of its first row."""
        for begin in range(0, self.rows, AT_ONCE):
            yield begin, self.vectors(begin, min(self.rows, begin + AT_ONCE))


def file_of_segment(folder: Path, number: int) -> Path:
    """The file of a segment with a number."""
    return folder / f"vectors-{number}.bin"
