"""A committed state of a Tantivy index: the postings and columns of its segments, and the articles that Tantivy keeps."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from khabar.corpus.article import Article
from khabar.index.columns import Columns, Ints, Labels, Places, Postings
from khabar.index.tantivy_engine.snapshot import Snapshot
from khabar.index.words import term_hashes

__all__ = ["TantivyReader"]


class TantivyReader:
    """See :class:`khabar.index.engine.Reader`."""

    def __init__(self, folder: Path) -> None:
        self._snapshot = Snapshot(folder)
        self._segments = self._snapshot.segments
        #: the first unit of each segment
        self._bases: list[int] = np.cumsum([0, *(segment.count for segment in self._segments)]).tolist()

    @property
    def generation(self) -> int:
        return self._snapshot.generation

    def close(self) -> None:
        # Tantivy and the memory maps release their files when nothing refers to them any more.
        self.__dict__.pop("_snapshot", None)
        self.__dict__.pop("_segments", None)

    @cached_property
    def columns(self) -> Columns:
        def gathered(parts: list[Ints], kind: Any) -> Ints:
            return np.concatenate([np.empty(0, kind), *parts])

        segments = self._segments
        return Columns(
            gathered([segment.units for segment in segments], np.int64),
            gathered([segment.steps for segment in segments], np.uint8),
            self._snapshot.alive,
            lambda: gathered([segment.arrays["published"] for segment in segments], np.int64),
            lambda: gathered([segment.arrays["prints"] for segment in segments], np.uint64),
        )

    def postings(self, terms: Sequence[str]) -> Postings:
        hashes = term_hashes(terms)
        found = [Postings(np.empty(0, np.int64), np.empty(0, np.uint8), np.empty(0, np.int64))]
        for base, segment in zip(self._bases, self._segments, strict=False):
            units, counts, which = segment.postings(hashes)
            found.append(Postings(units + base, counts, which))
        return Postings(*(np.concatenate(each) for each in zip(*found, strict=True)))

    def places(self, terms: Sequence[str], units: Ints) -> Places:
        hashes = term_hashes(terms)
        found = [Places(*(np.empty(0, np.int64) for _ in range(3)))]
        for base, segment in zip(self._bases, self._segments, strict=False):
            first, last = np.searchsorted(units, [base, base + segment.count])
            if first < last:
                inside, positions, which = segment.places(hashes, units[first:last] - base)
                found.append(Places(inside + base, positions, which))
        return Places(*(np.concatenate(each) for each in zip(*found, strict=True)))

    def labels(self, field: str) -> Labels:
        names: dict[str, int] = {"": 0}
        codes = [np.empty(0, np.int32)]
        for segment in self._segments:
            numbers = [names.setdefault(name, len(names)) for name in segment.names[field]]
            codes.append(np.array(numbers, np.int32)[segment.arrays[field]])
        return Labels(np.concatenate(codes), tuple(names))

    def stored(self, article: int) -> Article:
        return self._snapshot.article_in_row(int(self._snapshot.rows[article]))

    def number_of(self, article_id: str) -> int | None:
        return self._snapshot.number_of(article_id)
