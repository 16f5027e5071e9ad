"""The calls of an index that explore it: the part of :class:`khabar.Index` that this room answers."""

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
    """What an index can be asked beside a search. Each call answers from the newest commit."""

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
        """What explorations of the newest commit share."""
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
        """How many of all articles that match are of each source, author, year or month.

        Args:
            query: as for :meth:`search`; "" for everything.
            fields: what to count: one or several of ``source``, ``author``, ``year``, ``month``.
            limit: so many values of each, those with most articles; None for all.
            asked: ``since``, ``until``, ``source``, ``author``, ``syntax``, ``without``, ``today``, ``limits`` and ``match``, as
                for :meth:`search`; all words of the query have to be there, unless ``match="any"``.

        Raises:
            InvalidArgument: for a field that cannot be counted.
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
        """How many articles that match appeared in each day, week, month or year, those without any among them.

        Args:
            queries: one, or several to compare; "" for everything.
            by: ``day``, ``week``, ``month`` or ``year``; ``auto`` takes the first of these that makes at most 60 buckets.
            week_start: ``monday``, ``sunday`` or ``saturday``.
            asked: as for :meth:`facets`.

        Raises:
            InvalidArgument: for a span or a day that there is not.
        """
        from khabar.explore.timeline import make_timeline

        return make_timeline(self._explored(), texts("queries", queries), by, week_start, **asked)

    @takes(query=text, limit=count, best=count, **ASKED)
    def terms(self, query: str = "", *, limit: int = 20, best: int = 200, **asked: Unpack[Asked]) -> KeyTerms:
        """What is said about a query: words and names that its articles say more often than the rest of the index.

        Args:
            query: as for :meth:`search`; "" with other conditions for all that meets them.
            limit: at most so many.
            best: so many of the best articles are looked at, each story once.
            asked: as for :meth:`facets`.
        """
        from khabar.explore.terms import key_terms

        return key_terms(self._explored(), query, limit, best, **asked)

    @takes(limit=count, copies=flag)
    def related(
        self, article: str | int | Article, *, limit: int = 10, copies: bool = False
    ) -> Related | None:
        """Articles like one, with the words that link them; None if there is no article with this id.

        Args:
            article: its id, or any article, such as one of another index, or ``Article("", "", (text,))``.
            limit: at most so many.
            copies: whether articles that tell the same story are among them, and several that tell another.
        """
        from khabar.explore.related import related_articles

        known = article if isinstance(article, Article) else self.article(article_id("article", article))
        return None if known is None else related_articles(self._explored(), known, limit, copies=copies)

    @takes(query=text, limit=count, **ASKED)
    def suggest(self, query: str, *, limit: int = 3, **asked: Unpack[Asked]) -> tuple[Suggestion, ...]:
        """Other ways to write a query that find more: its slips mended, typed on the other keyboard layout, in Arabic letters.

        Args:
            query: as for :meth:`search`.
            limit: at most so many.
            asked: as for :meth:`facets`, but any of the words is enough, unless ``match="all"``.
        """
        from khabar.explore.suggest import suggest

        return suggest(self._explored(), query, limit, **asked)

    @takes(prefix=text, limit=count)
    def complete(self, prefix: str, *, limit: int = 10) -> tuple[Completion, ...]:
        """Words of the index that begin with some letters, «ال» before them or not; the most frequent first.

        Args:
            prefix: the letters, in any spelling.
            limit: at most so many.
        """
        from khabar.explore.complete import complete

        return complete(self._explored(), prefix, limit)
