"""The common base of readers of local indexes, which have all articles and count in their columns."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from khabar.index.columns import Bools, Columns, Ints
from khabar.index.engine import Totals
from khabar.index.plan import PhraseClause
from khabar.index.records import UNDATED

__all__ = ["LocalReader"]


class LocalReader:
    """Implements a part of :class:`khabar.index.engine.Reader` for a reader of the whole index, whose own
    numbers are those of the index."""

    @property
    def columns(self) -> Columns:
        """The columns of all passages and articles."""
        raise NotImplementedError

    @cached_property
    def totals(self) -> Totals:
        columns = self.columns
        words = int(columns.lengths[columns.alive].sum())
        return Totals(columns.total_articles, columns.total_passages, words)

    @property
    def newest(self) -> int:
        columns = self.columns
        return int(columns.published.max(where=columns.alive, initial=UNDATED))

    def frequencies(self, terms: Sequence[str], titles: Bools, here: Ints) -> Ints:
        return here

    def phrase_frequency(self, phrase: PhraseClause, here: int) -> int:
        return here

    def fetch(self, articles: Ints) -> None:
        """Do nothing: all articles are local."""
