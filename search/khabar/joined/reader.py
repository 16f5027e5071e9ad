"""The archives in folders as one reader; to a searcher they are like the segments of an index."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from khabar.corpus.article import Article
from khabar.index.columns import Bools, Columns, Ints, Labels, Marks, Positions, Postings, lookup, together
from khabar.index.engine import Reader
from khabar.index.local_reader import LocalReader

__all__ = ["JoinedReader", "seen_before"]


class JoinedReader(LocalReader):
    """See :class:`khabar.index.engine.Reader`. Passages and articles are numbered consecutively, those of the
    first archive first. An article that an earlier archive contains word for word counts as removed from the
    later one, since one index would contain it only once.

    Nothing is read before it is needed. The columns are then copied into one array each, about 30 bytes per
    article and one per passage.

    Args:
        readers: the readers of the archives, in order. They are not closed with this one.
    """

    def __init__(self, readers: Sequence[Reader]) -> None:
        self.readers = tuple(readers)
        self._labels: dict[str, Labels] = {}
        self._marks: dict[str, Marks] = {}

    @property
    def generation(self) -> int:
        """The sum of the archives' generations: it grows with every commit to one of them."""
        return sum(reader.generation for reader in self.readers)

    def close(self) -> None:
        """Do nothing: the readers belong to the searchers of the archives."""

    @cached_property
    def heads(self) -> list[int]:
        """The number of the first article of each archive, and the number of articles in all."""
        return _starts(len(reader.columns.sizes) for reader in self.readers)

    @cached_property
    def _bases(self) -> list[int]:
        """The number of the first passage of each archive, and the number of passages in all."""
        return _starts(reader.columns.passages for reader in self.readers)

    @cached_property
    def columns(self) -> Columns:
        # The functions below must not refer to this reader, which keeps the columns: such a cycle of
        # references would keep the files open.
        readers = self.readers

        def concatenated(column: Callable[[Columns], Ints], kind: Any) -> Ints:
            return np.concatenate([column(reader.columns) for reader in readers], dtype=kind)

        hidden = seen_before(
            [reader.columns.read_fingerprints() for reader in readers],
            [reader.columns.alive for reader in readers],
        )
        return Columns(
            concatenated(lambda columns: columns.sizes, np.int64),
            concatenated(lambda columns: columns.length_codes, np.uint8),
            concatenated(lambda columns: columns.alive, bool) & ~np.concatenate(hidden),
            lambda: concatenated(lambda columns: columns.read_published(), np.int64),
            lambda: concatenated(lambda columns: columns.read_offsets(), np.int32),
            lambda: concatenated(lambda columns: columns.read_fingerprints(), np.uint64),
        )

    @cached_property
    def _by_fingerprint(self) -> tuple[Ints, Ints]:
        """The sorted fingerprints of all articles that their archives contain, and the number of each
        article. Articles that an earlier archive hides are included."""
        alive = np.flatnonzero(np.concatenate([reader.columns.alive for reader in self.readers]))
        fingerprints = self.columns.fingerprints[alive]
        order = np.argsort(fingerprints, kind="stable")
        return fingerprints[order], alive[order]

    def places_with(self, fingerprint: int) -> list[int]:
        """The places of the archives that contain an article word for word, by the first 64 bits of its
        fingerprint."""
        fingerprints, numbers = self._by_fingerprint
        sought = np.uint64(fingerprint)
        begin, end = (int(np.searchsorted(fingerprints, sought, side=side)) for side in ("left", "right"))
        return sorted({self.place_of(number) for number in numbers[begin:end].tolist()})

    def postings(self, terms: Sequence[str]) -> Postings:
        parts = []
        for base, reader in zip(self._bases, self.readers, strict=False):
            found = reader.postings(terms)
            parts.append(found._replace(passages=found.passages + base))
        return together(parts)

    def positions(self, terms: Sequence[str], passages: Ints) -> Positions:
        parts = [Positions(*(np.empty(0, np.int64) for _ in range(3)))]
        bounds = np.searchsorted(passages, self._bases).tolist()
        for place, reader in enumerate(self.readers):
            in_archive = passages[bounds[place] : bounds[place + 1]]
            if len(in_archive):
                base = self._bases[place]
                found, positions, which = reader.positions(terms, in_archive - base)
                parts.append(Positions(found + base, positions, which))
        return Positions(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))

    def labels(self, field: str) -> Labels:
        if field not in self._labels:
            names: dict[str, int] = {}
            codes = [np.empty(0, np.int32)]
            for reader in self.readers:
                labels = reader.labels(field)
                new_codes = [names.setdefault(name, len(names)) for name in labels.names]
                codes.append(np.array(new_codes, np.int32)[labels.codes])
            self._labels[field] = Labels(np.concatenate(codes), tuple(names))
        return self._labels[field]

    def marks(self, field: str) -> Marks:
        if field not in self._marks:
            names: dict[str, int] = {}
            articles, codes = [np.empty(0, np.int64)], [np.empty(0, np.int32)]
            for head, reader in zip(self.heads, self.readers, strict=False):
                marks = reader.marks(field)
                new_codes = [names.setdefault(name, len(names)) for name in marks.names]
                articles.append(marks.articles + np.int64(head))
                codes.append(np.array(new_codes, np.int32)[marks.codes])
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
        """The number of an article, by its id and the place of its archive; None if it is not there."""
        number = self.readers[place].number_of(article_id)
        return None if number is None else self.heads[place] + number

    def place_of(self, article: int) -> int:
        """The place of the archive that an article is in."""
        return int(np.searchsorted(self.heads, article, side="right")) - 1


def seen_before(fingerprints: Sequence[Ints], alive: Sequence[Bools]) -> list[Bools]:
    """For each archive, which of its articles an earlier one contains word for word, under the same id.

    Args:
        fingerprints: the first 64 bits of the fingerprint of each article, for each archive. A fingerprint
            depends on id and content: if each of two archives has a million articles, the chance that two
            different ones share these bits is one in eighteen million.
        alive: whether each article is in its archive, for each archive.
    """
    result: list[Bools] = []
    seen = np.empty(0, np.uint64)
    for prints, living in zip(fingerprints, alive, strict=True):
        hidden = np.zeros(len(prints), bool)
        if len(seen) and len(prints):
            hidden = lookup(prints, seen)[1] & living
        result.append(hidden)
        seen = np.sort(np.concatenate([seen, prints[living & ~hidden]]))
    return result


def _starts(sizes: Any) -> list[int]:
    """Where each run of these sizes begins, and where the last one ends."""
    result: list[int] = np.cumsum([0, *sizes]).tolist()
    return result
