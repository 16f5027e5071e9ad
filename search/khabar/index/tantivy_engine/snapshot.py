"""A committed state of the index, opened: what a reader searches and a writer begins from."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tantivy import DocAddress, Order, Query

from khabar.corpus.article import Article
from khabar.index.records import article_from_json
from khabar.index.tantivy_engine.catalogue import Catalogue
from khabar.index.tantivy_engine.keys import Key, is_shortened, key_prefix, parse_key
from khabar.index.tantivy_engine.schema import KEY, ROW, SCHEMA, STORED
from khabar.index.tantivy_engine.storage import TANTIVY, commit_number, open_searcher, reading
from khabar.index.tantivy_engine.words import WordsReader

__all__ = ["Snapshot"]


class Snapshot:
    """All files of one commit, open. Safe to share between threads.

    Raises:
        IndexDamaged: if they cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.index, self.searcher, self.generation = open_searcher(folder)
        commit, articles = commit_number(folder, self.searcher)
        self.catalogue = Catalogue.open(folder, commit)
        self.words = WordsReader(folder, self.catalogue)
        with reading(folder, TANTIVY):
            if articles != len(self.catalogue.row):
                raise ValueError("it has not the articles that were committed")

    @cached_property
    def _rows(self) -> set[int]:
        return set(self.catalogue.row.tolist())

    def listed(self) -> Iterator[Key]:
        """Id, fingerprint and row of every article, in order of their ids."""
        with reading(self._folder, TANTIVY):
            terms = self.searcher.terms_with_prefix(KEY, "")
        for term, _ in terms:
            found = parse_key(term)
            if found.row in self._rows:
                if is_shortened(found.id):
                    found = found._replace(id=self.article_in_row(found.row).id)
                yield found

    def row_of(self, article_id: str) -> int | None:
        """The row of an article."""
        prefix = key_prefix(article_id)
        with reading(self._folder, TANTIVY):
            terms = self.searcher.terms_with_prefix(KEY, prefix)
        for term, _ in terms:
            found = parse_key(term)
            # A longer id may begin with this one and a separator.
            if key_prefix(found.id) == prefix and self.has(found.row):
                if is_shortened(found.id) and self.article_in_row(found.row).id != article_id:
                    continue
                return found.row
        return None

    def has(self, row: int) -> bool:
        """Whether the article of a row is in this commit."""
        rows = self.catalogue.row
        at = int(np.searchsorted(rows, row))
        return at < len(rows) and int(rows[at]) == row

    def article_in_row(self, row: int) -> Article:
        """The article of a row."""
        with reading(self._folder, TANTIVY):
            query = Query.term_query(SCHEMA, ROW, row)
            ((_, place),) = self.searcher.search(query, limit=1, count=False).hits
        return self.article_at(place)

    def article_at(self, place: DocAddress) -> Article:
        """The article of one of Tantivy's documents."""
        with reading(self._folder, TANTIVY):
            stored: bytes = self.searcher.doc(place).get_first(STORED)  # type: ignore[assignment]
            return article_from_json(stored.decode())

    def articles(self) -> Iterator[Article]:
        """Every article, in the order of indexing."""
        total = len(self.catalogue.row)
        places: list[DocAddress] = []
        with reading(self._folder, TANTIVY):
            if total:
                found = self.searcher.search(
                    Query.exists_query(ROW), limit=total, count=False, order_by_field=ROW, order=Order.Asc
                )
                places = [place for _, place in found.hits]
            if len(places) != total:
                raise ValueError("it has not the articles that were committed")
        for place in places:
            yield self.article_at(place)

    def rows_at(self, places: list[DocAddress]) -> NDArray[np.int64]:
        """The places in the catalogue of some of Tantivy's documents."""
        with reading(self._folder, TANTIVY):
            rows = np.array(self.searcher.fast_field_values(ROW, places), np.int64)
            known = self.catalogue.row
            found = np.searchsorted(known, rows)
            if len(rows) and (int(found.max()) >= len(known) or (known[found] != rows).any()):
                raise ValueError("it has an article that was not committed")
        return found
