"""The articles of a segment: one file of mapped arrays with their texts and with the columns of articles and
passages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from khabar.index.arrayfile import Checked, read_arrays, write_arrays
from khabar.index.columns import Ints
from khabar.index.records import UNDATED, unpacked_article

__all__ = ["ARTICLES", "Articles", "Known", "write_articles"]

#: The extension of the file.
ARTICLES = ".articles"

_MAGIC = b"khabarA1"
_KINDS: Mapping[str, Any] = {
    # the articles as khabar.index.records packs them, concatenated, and the end of each
    "texts": np.uint8,
    "ends": np.uint32,
    # the number of passages of each article, and its moment of publication
    "sizes": np.uint32,
    "published": np.int64,
    "offsets": np.int32,
    # the first 64 bits of its fingerprint
    "fingerprints": np.uint64,
    # the rounded length of each passage
    "length_codes": np.uint8,
}


class Known(msgspec.Struct, frozen=True, eq=False):
    """The columns of some articles.

    Attributes:
        sizes: the number of passages of each article.
        published, offsets: as :func:`khabar.index.records.seconds_of` and
            :func:`~khabar.index.records.offset_of` give them.
        fingerprints: as :func:`khabar.index.records.short_fingerprint` gives them.
        length_codes: the rounded length of each passage, as a place in :data:`khabar.index.bm25.LENGTHS`.
    """

    sizes: Ints
    published: NDArray[np.int64]
    offsets: NDArray[np.int32]
    fingerprints: NDArray[np.uint64]
    length_codes: NDArray[np.uint8]


#: The least and the greatest values: seconds from year 1 to 9999 in any offset, and the offsets.
_DAY = 86_400
_LIMITS = {"published": (-62_135_596_800 - _DAY, 253_402_300_799 + _DAY), "offsets": (-_DAY, _DAY)}


class Articles:
    """The articles of a segment, open for reading; safe to share between threads.

    Args:
        data: the file's bytes.
        passages: the number of passages in the segment.
        whole: compare all of it with its checksums now.

    Raises:
        ValueError: if it is damaged. All methods raise it too, or a zlib.error, if what they read is damaged.
    """

    def __init__(self, data: memoryview, passages: int, *, whole: bool = False) -> None:
        _, arrays = read_arrays(data, _MAGIC, whole=whole)
        if {name: array.raw.dtype for name, array in arrays.items()} != {
            name: np.dtype(kind) for name, kind in _KINDS.items()
        }:
            raise ValueError("its arrays are not those of articles")
        if (
            len({len(arrays[name]) for name in ("ends", "sizes", "published", "offsets", "fingerprints")})
            != 1
        ):
            raise ValueError("its arrays are cut short")
        self._arrays: Mapping[str, Checked] = arrays
        self.sizes: Ints = arrays["sizes"][:].astype(np.int64)
        ends = np.cumsum(self.sizes)
        #: the passage of each article's title
        self.heads: Ints = ends - self.sizes
        if int(ends[-1]) != passages or len(arrays["length_codes"]) != passages:
            raise ValueError("it belongs to other passages")

    def __len__(self) -> int:
        return len(self.sizes)

    def column(self, name: str) -> Ints:
        """One of the attributes of :class:`Known`."""
        result: Ints = self._arrays[name][:]
        # A block is compared with its checksum only once. If it is overwritten later, moments outside the
        # calendar must not get through: counting the days between them would exhaust the memory.
        if name in _LIMITS and len(result):
            dated = result[result != UNDATED]
            least, most = _LIMITS[name]
            if len(dated) and not (least <= dated.min() and dated.max() <= most):
                raise ValueError("it is damaged")
        return result

    def number_of(self, passage: int) -> int:
        """The number of the article that contains a passage."""
        return int(self.heads.searchsorted(passage, "right")) - 1

    def packed(self, number: int) -> bytes:
        """The stored bytes of an article."""
        return _packed(number, self._arrays["ends"], self._arrays["texts"])

    def packed_sizes(self) -> Ints:
        """The number of stored bytes of each article."""
        result: Ints = np.diff(self._arrays["ends"][:].astype(np.int64), prepend=0)
        return result

    def json(self, number: int) -> str:
        """An article as JSON text."""
        return unpacked_article(self.packed(number))

    def unchecked(self, number: int) -> bytes:
        """As :meth:`packed`, without comparing checksums."""
        return _packed(number, self._arrays["ends"].raw, self._arrays["texts"].raw)


def _packed(number: int, ends: Any, texts: Any) -> bytes:
    return bytes(texts[int(ends[number - 1]) if number else 0 : int(ends[number])])


class _Texts(msgspec.Struct, frozen=True):
    """An array of bytes that is never whole in memory."""

    texts: Iterable[bytes]
    size: int
    dtype: Any = np.dtype(np.uint8)

    def pieces(self) -> Iterator[bytes]:
        return iter(self.texts)


def write_articles(path: Path, known: Known, texts: Iterable[bytes], sizes: Ints) -> None:
    """Write a file of articles.

    Args:
        path: the file.
        known: the columns of the articles.
        texts: each article as :func:`khabar.index.records.packed_article` gives it.
        sizes: the number of bytes of each text.

    Raises:
        OSError: if it cannot be written.
    """
    ends = np.cumsum(sizes, dtype=np.int64)
    if int(ends[-1]) >= 1 << 32:
        raise OverflowError("a segment of more than four thousand million bytes")
    arrays = {name: getattr(known, name) for name in _KINDS if name not in ("texts", "ends")}
    write_arrays(
        path,
        _MAGIC,
        {
            "texts": _Texts(texts, int(ends[-1])),
            **{name: np.asarray(array, _KINDS[name]) for name, array in {"ends": ends, **arrays}.items()},
        },
    )
