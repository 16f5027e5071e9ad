"""Writes a file of vectors: new ones, or the remaining ones of several other files. Vectors are copied piece
by piece, so that none of the files is ever whole in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from khabar.index.arrayfile import Checked, write_arrays
from khabar.index.columns import Bools, Floats, Ints
from khabar.meaning.segments import AT_ONCE, MAGIC, Segment, file_of_segment, words_of

__all__ = ["signs_of", "write_segment"]


class _Gathered:
    """An array that is concatenated from several, piece by piece: see
    :class:`khabar.index.arrayfile.Pieces`."""

    def __init__(self, parts: Sequence[tuple[Checked, Ints, Ints]], kind: Any, size: int) -> None:
        self._parts = parts
        self._kind: np.dtype[Any] = np.dtype(kind)
        self.size = size

    @property
    def dtype(self) -> np.dtype[Any]:
        return self._kind

    def pieces(self) -> Iterator[Any]:
        gathered = []
        waiting = 0
        for array, begin, end in self._parts:
            piece = array[begin:end].astype(self._kind, copy=False)
            gathered.append(piece)
            waiting += piece.nbytes
            if waiting >= 1 << 20:
                yield np.concatenate(gathered).view(np.uint8).data
                gathered, waiting = [], 0
        if gathered:
            yield np.concatenate(gathered).view(np.uint8).data


class _Signs:
    """The bits of the vectors of several segments, computed from their components."""

    dtype: np.dtype[Any] = np.dtype(np.uint64)

    def __init__(self, spans: Sequence[tuple[Segment, int, int]], center: Floats, rows: int) -> None:
        self._spans = spans
        self._center = center
        self.size = rows * words_of(len(center))

    def pieces(self) -> Iterator[Any]:
        gathered: list[NDArray[np.float32]] = []
        waiting = 0
        for segment, begin, end in self._spans:
            gathered.append(segment.vectors(begin, end))
            waiting += end - begin
            if waiting >= AT_ONCE:
                yield signs_of(np.concatenate(gathered), self._center).data
                gathered, waiting = [], 0
        if gathered:
            yield signs_of(np.concatenate(gathered), self._center).data


def signs_of(vectors: Floats, center: Floats) -> NDArray[np.uint8]:
    """Whether each component of some vectors is above that of a center: one bit each, as the bytes of 64-bit
    numbers."""
    wide = words_of(len(center)) * 64
    above = np.zeros((len(vectors), wide), bool)
    above[:, : len(center)] = vectors > center
    return np.packbits(above, axis=1, bitorder="little").reshape(-1)


def write_segment(
    folder: Path,
    number: int,
    segments: Sequence[tuple[Segment, Bools, Bools]],
    header: Mapping[str, Any],
    center: Floats,
) -> None:
    """Write a file with texts and owners of several segments.

    Args:
        folder: the folder.
        number: the number of the file.
        segments: each segment with two arrays that say which of its texts and owners to write. A text or
            owner that is in several segments may be written only once.
        header: the header to write, with at least ``dimension``.
        center: approximately the mean of all vectors of the index.

    Raises:
        OSError: if it cannot be written.
        ValueError: if a segment is damaged.
    """
    keys = np.concatenate([segment.keys[:][texts] for segment, texts, _ in segments])
    rests = np.concatenate([segment.rests[:][texts] for segment, texts, _ in segments])
    starts = [segment.starts[:].astype(np.int64) for segment, _, _ in segments]
    begins = np.concatenate([each[:-1][texts] for each, (_, texts, _) in zip(starts, segments, strict=True)])
    ends = np.concatenate([each[1:][texts] for each, (_, texts, _) in zip(starts, segments, strict=True)])
    which = np.repeat(np.arange(len(segments)), [int(texts.sum()) for _, texts, _ in segments])
    order = np.lexsort((rests, keys))
    spans = list(zip(which[order].tolist(), begins[order].tolist(), ends[order].tolist(), strict=True))
    rows = int((ends - begins).sum())

    def gathered(column: str, wide: int = 1) -> _Gathered:
        arrays = [getattr(segment, column) for segment, _, _ in segments]
        kind = np.result_type(*(array.raw.dtype for array in arrays))
        parts = [(arrays[one], begin * wide, end * wide) for one, begin, end in spans if begin < end]
        return _Gathered(parts, kind, rows * wide)

    owners = np.concatenate([segment.owner_fingerprints[:][kept] for segment, _, kept in segments])
    ids, id_sizes = _ids(segments)
    owner_keys = np.concatenate([segment.owner_keys[:][kept] for segment, _, kept in segments])
    owner_rests = np.concatenate([segment.owner_rests[:][kept] for segment, _, kept in segments])
    by_owner = np.argsort(owners, kind="stable")
    write_arrays(
        file_of_segment(folder, number),
        MAGIC,
        {
            "keys": keys[order],
            "rests": rests[order],
            "starts": np.append(0, np.cumsum((ends - begins)[order])).astype(np.uint32),
            "owners": owners[by_owner],
            "owner_keys": owner_keys[by_owner],
            "owner_rests": owner_rests[by_owner],
            "id_keys": np.concatenate([segment.id_keys[:][kept] for segment, _, kept in segments])[by_owner],
            "id_starts": np.append(0, np.cumsum(id_sizes[by_owner])).astype(np.uint32),
            "ids": np.frombuffer(b"".join(ids[place] for place in by_owner.tolist()), np.uint8),
            "passages": gathered("passages"),
            "scales": gathered("scales"),
            "signs": _Signs(
                [(segments[one][0], begin, end) for one, begin, end in spans if begin < end], center, rows
            ),
            "components": gathered("components", int(header["dimension"])),
        },
        header,
    )


def _ids(segments: Sequence[tuple[Segment, Bools, Bools]]) -> tuple[list[bytes], Ints]:
    """The ids of the owners to write, and the number of bytes of each."""
    result = []
    for segment, _, kept in segments:
        data = segment.ids[:].tobytes()
        starts = segment.id_starts[:].tolist()
        result += [data[starts[place] : starts[place + 1]] for place in np.flatnonzero(kept).tolist()]
    return result, np.array(list(map(len, result)), np.int64)
