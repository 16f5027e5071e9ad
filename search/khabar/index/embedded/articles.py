"""The articles of a segment: one file of mapped arrays with their texts, and the data of each and of its
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

#: What the file's name ends with.
ARTICLES = ".articles"

_MAGIC = b"khabarA1"
_KINDS: Mapping[str, Any] = {
    # the articles as khabar.index.records packs them, one behind the other, and where each ends
    "texts": np.uint8,
    "ends": np.uint32,
    # for each article, its number of passages and its time of publication
    "sizes": np.uint32,
    "published": np.int64,
    "offsets": np.int32,
    # the beginning of its fingerprint
    "fingerprints": np.uint64,
    # for each passage, its rounded length
    "length_codes": np.uint8,
}


class Known(msgspec.Struct, frozen=True, eq=False):
    """What is known of some articles.

    Attributes:
        sizes: of each how many passages it has.
        published, offsets: as :func:`khabar.index.records.seconds_of` and
            :func:`~khabar.index.records.offset_of` give them.
        fingerprints: as :func:`khabar.index.records.short_fingerprint` gives them.
        length_codes: of each passage of all of them the place of its length in
            :data:`khabar.index.bm25.LENGTHS`.
    """

    sizes: Ints
    published: NDArray[np.int64]
    offsets: NDArray[np.int32]
    fingerprints: NDArray[np.uint64]
    length_codes: NDArray[np.uint8]


#: The least and the greatest values: seconds of a year from 1 to 9999 somewhere, and of an offset.
_DAY = 86_400
_LIMITS = {"published": (-62_135_596_800 - _DAY, 253_402_300_799 + _DAY), "offsets": (-_DAY, _DAY)}


class Articles:
    """The articles of a segment, open for reading; safe to share between threads.

    Args:
        data: the file's bytes.
        passages: how many passages the segment has.
        whole: compare all of it with its checksums now.

    Raises:
        ValueError: if it is damaged. All methods raise it too, or a zlib.error, for what is
            damaged.
    """

    def __init__(self, data: memoryview, passages: int, *, whole: bool = False) -> None:
        _, arrays = read_arrays(data, _MAGIC, whole=whole)
        if {name: array.raw.dtype for name, array in arrays.items()} != {
            name: np.dtype(kind) for name, kind in _KINDS.items()
        }:
            raise ValueError("it has other arrays than articles")
        if (
            len({len(arrays[name]) for name in ("ends", "sizes", "published", "offsets", "fingerprints")})
            != 1
        ):
            raise ValueError("its arrays are cut short")
        self._arrays: Mapping[str, Checked] = arrays
        self.sizes: Ints = arrays["sizes"][:].astype(np.int64)
        ends = np.cumsum(self.sizes)
        #: the title's passage of each
        self.heads: Ints = ends - self.sizes
        if int(ends[-1]) != passages or len(arrays["length_codes"]) != passages:
            raise ValueError("it is of other passages")

    def __len__(self) -> int:
        return len(self.sizes)

    def column(self, name: str) -> Ints:
        """One of the attributes of :class:`Known`."""
        result: Ints = self._arrays[name][:]
        # A block is compared with its checksum once. Of what is overwritten after that, moments that no
        # calendar has are known; to count days between them would take more memory than there is.
        if name in _LIMITS and len(result):
            known = result[result != UNDATED]
            least, most = _LIMITS[name]
            if len(known) and not (least <= known.min() and known.max() <= most):
                raise ValueError("it is damaged")
        return result

    def number_of(self, passage: int) -> int:
        """The article that a passage belongs to."""
        return int(self.heads.searchsorted(passage, "right")) - 1

    def packed(self, number: int) -> bytes:
        """An article as it is kept."""
        begin, end = self._span(number)
        return bytes(self._arrays["texts"][begin:end])

    def packed_sizes(self) -> Ints:
        """The number of bytes of each."""
        result: Ints = np.diff(self._arrays["ends"][:].astype(np.int64), prepend=0)
        return result

    def _span(self, number: int) -> tuple[int, int]:
        ends = self._arrays["ends"]
        return int(ends[number - 1]) if number else 0, int(ends[number])

    def json(self, number: int) -> str:
        """An article as JSON."""
        return unpacked_article(self.packed(number))

    def unchecked(self, number: int) -> bytes:
        """As :meth:`packed`, whatever the checksums say."""
        ends = self._arrays["ends"].raw
        begin, end = int(ends[number - 1]) if number else 0, int(ends[number])
        return bytes(self._arrays["texts"].raw[begin:end])


class _Texts(msgspec.Struct, frozen=True):
    """Texts as an array of bytes that is never whole in memory."""

    texts: Iterable[bytes]
    size: int
    dtype: Any = np.dtype(np.uint8)

    def pieces(self) -> Iterator[bytes]:
        return iter(self.texts)


def write_articles(path: Path, known: Known, texts: Iterable[bytes], sizes: Ints) -> None:
    """Write the file.

    Args:
        path: it.
        known: of the articles.
        texts: of each what :func:`khabar.index.records.packed_article` gives.
        sizes: of each how many bytes that is.

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
