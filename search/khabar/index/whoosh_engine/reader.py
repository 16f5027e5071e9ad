"""A committed state of a Whoosh index: its postings and columns as arrays over all segments.

Whoosh's own matchers walk one posting a step in Python; a headline query takes them 75 ms on 150,000 paragraphs. Here
postings are read whole, for all forms of a word at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from khabar.corpus.article import Article
from khabar.index.columns import Columns, Ints, Labels, Places, Postings
from khabar.index.records import article_from_json
from khabar.index.whoosh_engine.bodies import Bodies, Unreadable
from khabar.index.whoosh_engine.postings import SegmentFiles
from khabar.index.whoosh_engine.schema import KEY, KEY_SEPARATOR, TEXT

__all__ = ["WhooshReader"]


class WhooshReader:
    """See :class:`khabar.index.engine.Reader`."""

    def __init__(self, folder: Path, segments: Sequence[Any], generation: int) -> None:
        self._generation = generation
        self._files = [SegmentFiles(folder, segment) for segment in segments]
        #: the first unit of each segment
        self._bases: list[int] = np.cumsum([0, *(files.count for files in self._files)]).tolist()
        self._labels: dict[str, Labels] = {}

    @property
    def generation(self) -> int:
        return self._generation

    def close(self) -> None:
        for files in self._files:
            files.close()

    @cached_property
    def columns(self) -> Columns:
        numbers = self._gathered([files.numbers() for files in self._files])
        heads = np.flatnonzero(numbers == 0)
        alive = np.ones(self._bases[-1], bool)
        for base, files in zip(self._bases, self._files, strict=False):
            alive[base + np.array(files.deleted(), np.int64)] = False
        return Columns(
            np.diff(heads, append=len(numbers)),
            # Whoosh's own: those of khabar.index.bm25.LENGTHS.
            np.concatenate([np.empty(0, np.uint8), *(files.steps() for files in self._files)]),
            alive[heads],
            lambda: self._gathered([files.published() for files in self._files])[heads],
            lambda: np.concatenate([np.empty(0, np.uint64), *(files.prints() for files in self._files)])[
                heads
            ],
        )

    @staticmethod
    def _gathered(parts: list[Ints]) -> Ints:
        return np.concatenate(parts) if parts else np.empty(0, np.int64)

    def postings(self, terms: Sequence[str]) -> Postings:
        encoded = [term.encode("utf-8", "surrogatepass") for term in terms]
        if len(terms) == 1:
            units, counts = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
            for base, files in zip(self._bases, self._files, strict=False):
                documents, times = files.documents(TEXT, encoded[0])
                units.append(documents + base)
                counts.append(times)
            gathered = np.concatenate(units)
            return Postings(gathered, np.concatenate(counts), np.zeros(len(gathered), np.int64))
        bodies = Bodies()
        for base, files in zip(self._bases, self._files, strict=False):
            files.postings(TEXT, encoded, bodies, base)
        return Postings(*_read(bodies))

    def places(self, terms: Sequence[str], units: Ints) -> Places:
        found: tuple[list[Ints], list[Ints], list[Ints]] = ([], [], [])
        for base, files in zip(self._bases, self._files, strict=False):
            first, last = np.searchsorted(units, [base, base + files.count])
            wanted = units[first:last] - base
            if not len(wanted):
                continue
            for place, term in enumerate(terms):
                documents, positions = files.positions(term.encode("utf-8", "surrogatepass"), wanted)
                found[0].append(documents + base)
                found[1].append(positions)
                found[2].append(np.full(len(positions), place))
        return Places(*(self._gathered(each) for each in found))

    def labels(self, field: str) -> Labels:
        if field not in self._labels:
            columns = self.columns
            codes = np.zeros(len(columns.alive), np.int32)
            names = {"": 0}
            for base, files in zip(self._bases, self._files, strict=False):
                terms = [term for term, _ in files.terms(field)]
                bodies = Bodies()
                files.postings(field, terms, bodies, base)
                units, _, which = _read(bodies)
                numbers = np.array([names.setdefault(term.decode(), len(names)) for term in terms], np.int32)
                codes[columns.article_of[units]] = numbers[which]
            self._labels[field] = Labels(codes, tuple(names))
        return self._labels[field]

    def stored(self, article: int) -> Article:
        unit = int(self.columns.heads[article])
        place = int(np.searchsorted(self._bases, unit, side="right")) - 1
        return article_from_json(self._files[place].stored(unit - self._bases[place]))

    def number_of(self, article_id: str) -> int | None:
        prefix = (article_id + KEY_SEPARATOR).encode("utf-8", "surrogatepass")
        for base, files in zip(self._bases, self._files, strict=False):
            for term, information in files.terms(KEY, prefix):
                document = information.first
                # A longer id may begin with this one and a separator.
                if KEY_SEPARATOR.encode() not in term[len(prefix) :] and not files.is_deleted(document):
                    return int(self.columns.article_of[base + document])
        return None


def _read(bodies: Bodies) -> tuple[Ints, Ints, Ints]:
    try:
        return bodies.read()
    except Unreadable as error:
        with error.owner.reading_postings():
            raise
