"""The reader of a committed state: its postings and columns as arrays over all segments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from khabar.corpus.article import Article
from khabar.index.columns import Columns, Ints, Labels, Marks, Positions, Postings, together
from khabar.index.embedded.fields import BORDER, ID, TEXT, VALUE, place_of
from khabar.index.embedded.postings import TermKeys
from khabar.index.embedded.segment import SegmentFiles
from khabar.index.local_reader import LocalReader
from khabar.index.plan import KEPT
from khabar.index.records import article_from_json

__all__ = ["EmbeddedReader"]


class EmbeddedReader(LocalReader):
    """See :class:`khabar.index.engine.Reader`."""

    def __init__(self, folder: Path, segments: Sequence[Any], generation: int) -> None:
        self._generation = generation
        self._files = [SegmentFiles(folder, segment) for segment in segments]
        #: the first passage of each segment
        self._bases: list[int] = np.cumsum([0, *(files.count for files in self._files)]).tolist()
        #: the first article of each
        self._heads: list[int] = np.cumsum([0, *(len(files.sizes) for files in self._files)]).tolist()
        self._labels: dict[str, Labels] = {}
        self._marks: dict[str, Marks] = {}

    @property
    def generation(self) -> int:
        return self._generation

    def close(self) -> None:
        for files in self._files:
            files.close()

    @cached_property
    def columns(self) -> Columns:
        # Must not refer to the reader, which holds the columns: a cycle would keep its files open.
        segments = self._files

        def gathered(name: str, kind: Any) -> Ints:
            return _joined([files.column(name) for files in segments], kind)

        return Columns(
            gathered("sizes", np.int64),
            gathered("length_codes", np.uint8),
            _joined([files.alive() for files in segments], bool),
            lambda: gathered("published", np.int64),
            lambda: gathered("offsets", np.int32),
            lambda: gathered("fingerprints", np.uint64),
        )

    def postings(self, terms: Sequence[str]) -> Postings:
        encoded = [term.encode("utf-8", "surrogatepass") for term in terms]
        term_keys = TermKeys(TEXT, encoded)
        none = np.empty(0, np.int32)
        found = [Postings(none, none, np.zeros(len(terms), np.int64))]
        for base, files in zip(self._bases, self._files, strict=False):
            with files.reading_postings():
                numbers = files.postings.find(term_keys)
                places = np.flatnonzero(numbers >= 0)
                if len(places):
                    passages, counts, of_terms = files.postings.of_terms(numbers[places])
                    sizes = np.zeros(len(terms), np.int64)
                    sizes[places] = of_terms
                    found.append(Postings(passages + base, counts, sizes))
        return together(found if len(found) == 1 else found[1:])

    def positions(self, terms: Sequence[str], passages: Ints) -> Positions:
        encoded = [term.encode("utf-8", "surrogatepass") for term in terms]
        term_keys = TermKeys(TEXT, encoded)
        found = [Positions(*(np.empty(0, np.int64) for _ in range(3)))]
        for base, files in zip(self._bases, self._files, strict=False):
            first, last = np.searchsorted(passages, [base, base + files.count])
            if first < last:
                with files.reading_postings():
                    numbers = files.postings.find(term_keys)
                    inside, positions, which = files.postings.positions(numbers, passages[first:last] - base)
                found.append(Positions(inside + base, positions, which))
        return Positions(*(np.concatenate(each) for each in zip(*found, strict=True)))

    def labels(self, field: str) -> Labels:
        if field not in self._labels:
            codes = np.zeros(len(self.columns.alive), np.int32)
            names = {"": 0}
            for articles, named in self._named(field, names):
                codes[articles] = named
            self._labels[field] = Labels(codes, tuple(names))
        return self._labels[field]

    def marks(self, field: str) -> Marks:
        if field not in self._marks:
            names: dict[str, int] = {}
            found = list(self._named(field, names))
            self._marks[field] = Marks(
                _joined([articles for articles, _ in found], np.int32),
                _joined([codes for _, codes in found], np.int32),
                tuple(names),
            )
        return self._marks[field]

    def _named(self, field: str, names: dict[str, int]) -> Iterator[tuple[Ints, Ints]]:
        """For each segment, the articles that have a name in a field, and the codes of these names, which are
        added to ``names``."""
        columns = self.columns
        place, beginning = place_of(field)
        start = beginning.encode()
        for base, files in zip(self._bases, self._files, strict=False):
            with files.reading_postings():
                numbers = files.postings.beginning(place, start)
                if not numbers:
                    continue
                which, passages, _, _ = files.postings.entries(numbers.start, numbers.stop)
                terms = files.postings.terms(numbers)
            codes = np.array(
                [names.setdefault(term[len(start) :].decode(), len(names)) for term in terms], np.int32
            )
            yield columns.article_of[base + passages.astype(np.int64)], codes[which - numbers.start]

    def kept(self) -> Sequence[str]:
        fields: dict[str, None] = {}
        start = KEPT.encode()
        for files in self._files:
            with files.reading_postings():
                numbers = files.postings.beginning(VALUE, start)
                while numbers:
                    name = files.postings.term(numbers.start).partition(BORDER.encode())[0]
                    fields[name.decode().removeprefix(KEPT)] = None
                    of_field = files.postings.beginning(VALUE, name + BORDER.encode())
                    numbers = range(max(of_field.stop, numbers.start + 1), numbers.stop)
        return tuple(fields)

    def stored(self, article: int) -> Article:
        place = int(np.searchsorted(self._heads, article, side="right")) - 1
        return article_from_json(self._files[place].stored(article - self._heads[place]))

    def number_of(self, article_id: str) -> int | None:
        term_keys = TermKeys(ID, [article_id.encode("utf-8", "surrogatepass")])
        for first, files in zip(self._heads, self._files, strict=False):
            number = files.article_of(term_keys)
            if number is not None:
                return first + number
        return None


def _joined(parts: list[Ints], kind: Any) -> Ints:
    return np.concatenate(parts, dtype=kind) if parts else np.empty(0, kind)
