"""The archives in folders as one reader: to a searcher they are what segments are to an index."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from khabar.corpus.article import Article
from khabar.index.columns import Bools, Columns, Ints, Labels, Marks, Positions, Postings, lookup
from khabar.index.engine import Reader
from khabar.index.local_reader import LocalReader

__all__ = ["JoinedReader", "seen_before"]


class JoinedReader(LocalReader):
    """See :class:`khabar.index.engine.Reader`. Passages and articles are numbered through, those of the first
    archive first. An article that an earlier archive has word for word counts as removed from the later one,
    as it would be in one index only once.

    Nothing is read before it is asked for; then the columns are copied one behind the other, some 30 bytes an
    article and one a passage.

    Args:
        readers: of the archives, in order. Whoever opened them closes them.
    """

    def __init__(self, readers: Sequence[Reader]) -> None:
        self.readers = tuple(readers)
        self._labels: dict[str, Labels] = {}
        self._marks: dict[str, Marks] = {}

    @property
    def generation(self) -> int:
        """The sum of those of the archives: it grows with every commit to one of them."""
        return sum(reader.generation for reader in self.readers)

    def close(self) -> None:
        """Nothing: the readers belong to the archives' own searchers."""

    @cached_property
    def heads(self) -> list[int]:
        """The first article of each archive, and behind the last one's last."""
        return _numbered(len(reader.columns.sizes) for reader in self.readers)

    @cached_property
    def _bases(self) -> list[int]:
        """The first passage of each archive, and behind the last one's last."""
        return _numbered(reader.columns.passages for reader in self.readers)

    @cached_property
    def columns(self) -> Columns:
        # Not this reader, which holds the columns: in a circle the files would stay open.
        readers = self.readers

        def gathered(column: Callable[[Columns], Ints], kind: Any) -> Ints:
            return np.concatenate([column(reader.columns) for reader in readers], dtype=kind)

        known = [reader.columns for reader in readers]
        hidden = seen_before([each.read_fingerprints() for each in known], [each.alive for each in known])
        return Columns(
            gathered(lambda columns: columns.sizes, np.int64),
            gathered(lambda columns: columns.length_codes, np.uint8),
            gathered(lambda columns: columns.alive, bool) & ~np.concatenate(hidden),
            lambda: gathered(lambda columns: columns.read_published(), np.int64),
            lambda: gathered(lambda columns: columns.read_offsets(), np.int32),
            lambda: gathered(lambda columns: columns.read_fingerprints(), np.uint64),
        )

    @cached_property
    def _by_fingerprint(self) -> tuple[Ints, Ints]:
        """The fingerprints of all articles that are in their archives, in order, and the number of each;
        hidden ones are among them."""
        there = np.flatnonzero(np.concatenate([reader.columns.alive for reader in self.readers]))
        fingerprints = self.columns.fingerprints[there]
        order = np.argsort(fingerprints, kind="stable")
        return fingerprints[order], there[order]

    def places_with(self, fingerprint: int) -> list[int]:
        """The places of the archives that have an article word for word, by the first 64 bits of its
        fingerprint."""
        fingerprints, numbers = self._by_fingerprint
        sought = np.uint64(fingerprint)
        found = slice(*(int(np.searchsorted(fingerprints, sought, side=side)) for side in ("left", "right")))
        return sorted({self.place_of(number) for number in numbers[found].tolist()})

    def postings(self, terms: Sequence[str]) -> Postings:
        found = []
        for base, reader in zip(self._bases, self.readers, strict=False):
            passages, counts, which = reader.postings(terms)
            found.append((passages + np.int64(base), counts, which))
        return Postings(*(np.concatenate(each) for each in zip(*found, strict=True)))

    def positions(self, terms: Sequence[str], passages: Ints) -> Positions:
        found = [Positions(*(np.empty(0, np.int64) for _ in range(3)))]
        bounds = np.searchsorted(passages, self._bases).tolist()
        for place, reader in enumerate(self.readers):
            own = passages[bounds[place] : bounds[place + 1]]
            if len(own):
                base = self._bases[place]
                inside, positions, which = reader.positions(terms, own - base)
                found.append(Positions(inside + base, positions, which))
        return Positions(*(np.concatenate(each) for each in zip(*found, strict=True)))

    def labels(self, field: str) -> Labels:
        if field not in self._labels:
            names: dict[str, int] = {}
            codes = [np.empty(0, np.int32)]
            for reader in self.readers:
                own, own_names = reader.labels(field)
                renamed = [names.setdefault(name, len(names)) for name in own_names]
                codes.append(np.array(renamed, np.int32)[own])
            self._labels[field] = Labels(np.concatenate(codes), tuple(names))
        return self._labels[field]

    def marks(self, field: str) -> Marks:
        if field not in self._marks:
            names: dict[str, int] = {}
            articles, codes = [np.empty(0, np.int64)], [np.empty(0, np.int32)]
            for head, reader in zip(self.heads, self.readers, strict=False):
                own = reader.marks(field)
                renamed = [names.setdefault(name, len(names)) for name in own.names]
                articles.append(own.articles + np.int64(head))
                codes.append(np.array(renamed, np.int32)[own.codes])
            self._marks[field] = Marks(np.concatenate(articles), np.concatenate(codes), tuple(names))
        return self._marks[field]

    def kept(self) -> Sequence[str]:
        return tuple(dict.fromkeys(name for reader in self.readers for name in reader.kept()))

    def stored(self, article: int) -> Article:
        place = self.place_of(article)
        return self.readers[place].stored(article - self.heads[place])

    def number_of(self, article_id: str) -> int | None:
        for place in range(len(self.readers)):
            number = self.number_in(place, article_id)
            if number is not None:
                return number
        return None

    def number_in(self, place: int, article_id: str) -> int | None:
        """The number of an article that an archive has, by its id; ``place``: of the archive."""
        number = self.readers[place].number_of(article_id)
        return None if number is None else self.heads[place] + number

    def place_of(self, article: int) -> int:
        """The place of the archive that an article is in."""
        return int(np.searchsorted(self.heads, article, side="right")) - 1


def seen_before(fingerprints: Sequence[Ints], alive: Sequence[Bools]) -> list[Bools]:
    """Which articles of each archive an earlier one has word for word, under the same id.

    Args:
        fingerprints: the first 64 bits of the fingerprint of each article, for each archive. Id and content
            are in it: of a million articles in each of two archives, two that differ share one with a chance
            of one in eighteen million.
        alive: of each article whether it is in its archive.
    """
    result: list[Bools] = []
    seen = np.empty(0, np.uint64)
    for own, there in zip(fingerprints, alive, strict=True):
        hidden = np.zeros(len(own), bool)
        if len(seen) and len(own):
            hidden = lookup(own, seen)[1] & there
        result.append(hidden)
        seen = np.sort(np.concatenate([seen, own[there & ~hidden]]))
    return result


def _numbered(sizes: Any) -> list[int]:
    """Where each of some runs begins, and where the last one ends."""
    result: list[int] = np.cumsum([0, *sizes]).tolist()
    return result
