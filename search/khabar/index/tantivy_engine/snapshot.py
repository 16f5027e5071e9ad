"""A committed state of the index, opened: what a reader searches and a writer begins from."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tantivy import Query

from khabar.corpus.article import Article
from khabar.index.tantivy_engine.catalogue import Catalogue
from khabar.index.tantivy_engine.keys import Key, is_shortened, key_prefix, parse_key
from khabar.index.tantivy_engine.schema import KEY, ROW, SCHEMA, STORED, article_of
from khabar.index.tantivy_engine.segment import Segment
from khabar.index.tantivy_engine.storage import TANTIVY, commit_number, open_searcher, reading

__all__ = ["Snapshot"]


class Snapshot:
    """All files of one commit, open. Safe to share between threads.

    Raises:
        IndexDamaged: if they cannot be read.
    """

    def __init__(self, folder: Path, *, whole: bool = False) -> None:
        self.folder = folder
        self.index, self.searcher, self.generation = open_searcher(folder)
        commit, articles = commit_number(folder, self.searcher)
        self.catalogue = Catalogue.open(folder, commit)
        self.segments: list[Segment] = []
        for listed in self.catalogue.segments:
            self.segments.append(Segment(folder, listed.name, whole=whole))
            with reading(folder, listed.name):
                if (folder / listed.name).stat().st_size != listed.size:
                    raise ValueError("it is not as it was written")
        with reading(folder, TANTIVY):
            if articles != int(self.alive.sum()):
                raise ValueError("it has not the articles that were committed")

    @cached_property
    def rows(self) -> NDArray[np.int64]:
        """The row of every article, removed ones among them, in order."""
        return np.concatenate([np.empty(0, np.int64), *(segment.rows for segment in self.segments)])

    @cached_property
    def alive(self) -> NDArray[np.bool_]:
        """Of each of them whether it is in this commit."""
        alive = np.ones(len(self.rows), bool)
        first = 0
        for segment, listed in zip(self.segments, self.catalogue.segments, strict=True):
            alive[first + np.array(listed.removed, np.int64)] = False
            first += len(segment.rows)
        return alive

    def listed(self) -> Iterator[Key]:
        """Id, fingerprint and row of every article, in order of their ids."""
        there = set(self.rows[self.alive].tolist())
        with reading(self.folder, TANTIVY):
            terms = self.searcher.terms_with_prefix(KEY, "")
        for term, _ in terms:
            found = parse_key(term)
            if found.row in there:
                if is_shortened(found.id):
                    found = found._replace(id=self.article_in_row(found.row).id)
                yield found

    def number_of(self, article_id: str) -> int | None:
        """The place of an article among the rows."""
        prefix = key_prefix(article_id)
        with reading(self.folder, TANTIVY):
            terms = self.searcher.terms_with_prefix(KEY, prefix)
        for term, _ in terms:
            found = parse_key(term)
            # A longer id may begin with this one and a separator.
            if key_prefix(found.id) == prefix:
                number = int(np.searchsorted(self.rows, found.row))
                if number < len(self.rows) and self.rows[number] == found.row and self.alive[number]:
                    if is_shortened(found.id) and self.article_in_row(found.row).id != article_id:
                        continue
                    return number
        return None

    def article_in_row(self, row: int) -> Article:
        """The article of a row; compared with its checksum."""
        with reading(self.folder, TANTIVY):
            query = Query.term_query(SCHEMA, ROW, row)
            ((_, place),) = self.searcher.search(query, limit=1, count=False).hits
            stored: Any = self.searcher.doc(place).get_first(STORED)
            return article_of(stored, row)
