"""The exploring calls of an index: the part of :class:`khabar.Index` that this room implements."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Unpack

from khabar.arguments import article_id, count, flag, optional, several_among, takes, text, texts
from khabar.corpus.article import Article
from khabar.explore.state import State
from khabar.index.searcher import Searcher
from khabar.query.planner import Planner
from khabar.query.search import ASKED, Asked

if TYPE_CHECKING:
    from khabar.explore.complete import Completion
    from khabar.explore.facets import FacetField, Facets
    from khabar.explore.related import Related
    from khabar.explore.suggest import Suggestion
    from khabar.explore.terms import KeyTerms
    from khabar.explore.timeline import Span, Timeline, Weekday

__all__ = ["Explorations"]


class Explorations(ABC):
    """Calls of an index other than search. Each works on the newest commit."""

    path: Path
    _lock: threading.Lock
    _closed: bool
    _exploring: State | None = None

    @abstractmethod
    def article(self, article_id: str | int) -> Article | None:
        """An article by its id, or None."""

    @abstractmethod
    def _current(self) -> tuple[Searcher, Planner]:
        """A searcher and a planner of the newest commit."""

    def _explored(self) -> State:
        """The state that explorations of the newest commit share."""
        searcher, planner = self._current()
        state = self._exploring
        if state is None or state.searcher is not searcher:
            state = State(self.path, searcher, planner)
            with self._lock:
                if not self._closed:
                    self._exploring = state
        return state

    @takes(query=text, fields=texts, limit=optional(count), **ASKED)
    def facets(
        self,
        query: str = "",
        fields: FacetField | Sequence[FacetField] = ("source", "author", "month"),
        *,
        limit: int | None = 10,
        **asked: Unpack[Asked],
    ) -> Facets:
        """Count all matching articles by source, author, year or month.

        Args:
            query: as for :meth:`search`; "" for everything.
            fields: fields to count by: one or several of ``source``, ``author``, ``year``, ``month``.
            limit: maximum number of values per field, those with the most articles; None for all.
            asked: ``since``, ``until``, ``source``, ``author``, ``syntax``, ``without``, ``today``,
                ``limits`` and ``match``, as for :meth:`search`. Articles must contain all words of the query,
                unless ``match="any"``.

        Raises:
            InvalidArgument: if a field is not one of these.
        """
        from khabar.explore.facets import FIELDS, count_facets

        counted = several_among(*FIELDS)("fields", fields)
        return count_facets(self._explored(), query, counted, limit, **asked)

    @takes(queries=texts, by=text, week_start=text, **ASKED)
    def timeline(
        self,
        queries: str | Sequence[str] = "",
        *,
        by: Span | Literal["auto"] = "auto",
        week_start: Weekday = "monday",
        **asked: Unpack[Asked],
    ) -> Timeline:
        """Count the matching articles by day, week, month or year, including empty periods.

        Args:
            queries: one query, or several to compare; "" for everything.
            by: ``day``, ``week``, ``month`` or ``year``; ``auto`` takes the shortest that gives at most 60
                buckets.
            week_start: ``monday``, ``sunday`` or ``saturday``.
            asked: as for :meth:`facets`.

        Raises:
            InvalidArgument: if ``by`` or ``week_start`` is not one of these.
        """
        from khabar.explore.timeline import make_timeline

        return make_timeline(self._explored(), texts("queries", queries), by, week_start, **asked)

    @takes(query=text, limit=count, best=count, **ASKED)
    def terms(self, query: str = "", *, limit: int = 20, best: int = 200, **asked: Unpack[Asked]) -> KeyTerms:
        """Find the key terms of a query: words and names more frequent in its articles than in the rest of
        the index.

        Args:
            query: as for :meth:`search`; "" with other conditions for all articles that meet them.
            limit: maximum number of results.
            best: number of best articles to analyse, each story once.
            asked: as for :meth:`facets`.
        """
        from khabar.explore.terms import key_terms

        return key_terms(self._explored(), query, limit, best, **asked)

    @takes(limit=count, copies=flag)
    def related(
        self, article: str | int | Article, *, limit: int = 10, copies: bool = False
    ) -> Related | None:
        """Find articles similar to one, with the words that link them; None if there is no article with this
        id.

        Args:
            article: the id of an article, or any article, such as one of another index or ``Article("", "",
                (text,))``.
            limit: maximum number of results.
            copies: whether to include articles that report the same story, and several articles about another
                story.
        """
        from khabar.explore.related import related_articles

        known = article if isinstance(article, Article) else self.article(article_id("article", article))
        return None if known is None else related_articles(self._explored(), known, limit, copies=copies)

    @takes(query=text, limit=count, **ASKED)
    def suggest(self, query: str, *, limit: int = 3, **asked: Unpack[Asked]) -> tuple[Suggestion, ...]:
        """Suggest ways to write a query that find more: corrected spelling, the other keyboard layout, Arabic
        letters.

        Args:
            query: as for :meth:`search`.
            limit: maximum number of results.
            asked: as for :meth:`facets`, but any of the words is enough unless ``match="all"``.
        """
        from khabar.explore.suggest import suggest

        return suggest(self._explored(), query, limit, **asked)

    @takes(prefix=text, limit=count)
    def complete(self, prefix: str, *, limit: int = 10) -> tuple[Completion, ...]:
        """List words of the index that begin with some letters, with or without «ال», the most frequent
        first.

        Args:
            prefix: the letters, in any spelling.
            limit: maximum number of results.
        """
        from khabar.explore.complete import complete

        return complete(self._explored(), prefix, limit)
