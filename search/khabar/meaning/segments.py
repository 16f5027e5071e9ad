"""One file of vectors, ``vectors-N.bin``. It is written once and never changed.

It holds texts by their digests, in order, each with the vectors of its passages; and *owners*: the articles
that have a text, by their fingerprints. An owner may stand in another file than the vectors of its text,
since a text that came again is not embedded again.

A vector is 8 bits for each of its components and one scale, so that it costs little more than a byte a
component. Beside it is one bit for each, whether it is above the mean, by which the nearest are looked for
first (:mod:`khabar.meaning.nearest`). Every block has a checksum, as in all files of arrays
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
#: Rows that are handled together where many are.
AT_ONCE = 4096
_GREATEST = 127


class Rows(NamedTuple):
    """The vectors of a text.

    Attributes:
        passages: of each vector the passage it is of: 0 for the title, then 1, 2, … A long passage has
            several vectors, an empty one none.
        vectors: one row each, of length 1 but for rounding; float32.
    """

    passages: Ints
    vectors: NDArray[np.float32]


class Entry(NamedTuple):
    """A text that was embedded, for writing.

    Attributes:
        digest: of the text (:func:`khabar.meaning.digest.digest_of`).
        rows: its vectors.
    """

    digest: bytes
    rows: Rows


class Owner(NamedTuple):
    """An article that has a text.

    Attributes:
        fingerprint: the first 64 bits of the article's fingerprint, which tell whether it is still there.
        digest: of its text.
        id: by which it is found.
    """

    fingerprint: int
    digest: bytes
    id: str


def quantised(vectors: Floats) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Vectors in 8 bits a component, and the scale of each: what to multiply its components by."""
    greatest = np.abs(vectors).max(axis=1, initial=0).astype(np.float32)
    scales = np.where(greatest > 0, greatest / np.float32(_GREATEST), np.float32(1))
    return np.rint(vectors / scales[:, None]).astype(np.int8), scales.astype(np.float32)


def id_keys(ids: Iterable[str]) -> Ints:
    """Numbers of 64 bits for ids of articles, by which these are looked for."""
    digests = (blake2b(each.encode("utf-8", "surrogatepass"), digest_size=8).digest() for each in ids)
    return np.frombuffer(b"".join(digests), ">u8").astype(np.uint64)


def words_of(dimension: int) -> int:
    """How many numbers of 64 bits have a bit for each component."""
    return -(-dimension // 64)


class Segment:
    """The texts and owners of one file, or of what is to be written to one. Safe to share between threads.

    Whatever is read of a file raises ValueError if it is damaged.

    Attributes:
        dimension: components of a vector.
        articles, rows: how many texts and vectors it has.
        owners: how many articles.
    """

    def __init__(self, dimension: int, arrays: Mapping[str, Checked]) -> None:
        self.dimension = dimension
        self.keys = arrays["keys"]
        self.rests = arrays["rests"]
        self.starts = arrays["starts"]
        self.passages = arrays["passages"]
        self.scales = arrays["scales"]
        self.components = arrays["components"]
        # Of what is not written yet there are none.
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
        """The segment in a file.

        Args:
            path: the file.
            whole: compare all of it with its checksums.

        Raises:
            OSError: if it cannot be read.
            ValueError: if it is damaged.
        """
        header, arrays = open_arrays(path, MAGIC, whole=whole)
        try:
            return cls(header["dimension"], arrays)
        except (KeyError, TypeError) as error:
            raise ValueError("its arrays are not those of vectors") from error

    @classmethod
    def opened_with_header(cls, path: Path) -> tuple[Self, dict[str, Any]]:
        """As :meth:`open`, all of it compared with its checksums and checked; and what else was kept."""
        header, arrays = open_arrays(path, MAGIC, whole=True)
        try:
            segment = cls(header["dimension"], arrays)
        except (KeyError, TypeError) as error:
            raise ValueError("its arrays are not those of vectors") from error
        segment.check()
        return segment, header

    @classmethod
    def of(cls, entries: Iterable[Entry], owners: Iterable[Owner], dimension: int) -> Self:
        """A segment in memory, of texts in any order, each once."""
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
        """The place of a text by the halves of its digest; −1 if it is not here."""
        if not self.articles:
            return -1
        place = int(self.keys.places(key))
        while place < self.articles and self.keys[place] == key:
            if self.rests[place] == rest:
                return place
            place += 1
        return -1

    def digests(self, places: Ints) -> list[bytes]:
        """The digests of some texts by their places."""
        return joined(self.keys[places], self.rests[places])

    def rows_of(self, place: int) -> Rows:
        """The vectors of a text by its place."""
        begin, end = self.starts[place : place + 2].tolist()
        return Rows(self.passages[begin:end], self.vectors(begin, end))

    def ids_of(self, keys: Ints) -> dict[bytes, list[str]]:
        """The ids of the articles that have some texts, by the digests of these.

        Args:
            keys: the first halves of the digests; others that begin so may be in the answer.
        """
        result: dict[bytes, list[str]] = {}
        for article_id, digest in self.owners_at(np.flatnonzero(np.isin(self.owner_keys[:], keys))):
            result.setdefault(digest, []).append(article_id)
        return result

    def owners_at(self, places: Ints) -> list[tuple[str, bytes]]:
        """The ids of some owners by their places, and the digests of their texts."""
        digests = joined(self.owner_keys[places], self.owner_rests[places])
        begins, ends = self.id_starts[places].tolist(), self.id_starts[places + 1].tolist()
        ids = [
            self.ids[begin:end].tobytes().decode("utf-8", "surrogatepass")
            for begin, end in zip(begins, ends, strict=True)
        ]
        return list(zip(ids, digests, strict=True))

    def check(self) -> None:
        """Whether it is in order, beyond its checksums.

        Raises:
            ValueError: if not.
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
        """Some rows, one after the other."""
        wide = self.dimension
        components = self.components[begin * wide : end * wide].reshape(-1, wide)
        result: NDArray[np.float32] = components * self.scales[begin:end][:, None]
        return result

    def vectors_at(self, rows: Ints) -> NDArray[np.float32]:
        """Rows by their numbers."""
        wide = self.dimension
        self.components.check_ranges(rows * wide, rows * wide + wide)
        components = self.components.raw.reshape(-1, wide)[rows]
        result: NDArray[np.float32] = components * self.scales[rows][:, None]
        return result

    def chunks(self) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """All rows, some at a time, each time with the number of the first."""
        for begin in range(0, self.rows, AT_ONCE):
            yield begin, self.vectors(begin, min(self.rows, begin + AT_ONCE))


def file_of_segment(folder: Path, number: int) -> Path:
    """The file of a segment by its number."""
    return folder / f"vectors-{number}.bin"
