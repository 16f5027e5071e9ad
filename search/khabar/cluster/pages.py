"""The recall: the query of a plan for a cluster, and the pages of its answer."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import msgspec

from khabar.cluster.client import Cluster
from khabar.cluster.conditions import Query
from khabar.cluster.frequencies import Shards
from khabar.cluster.refusals import Refused
from khabar.cluster.requests import Ask, Fields, Page, body_of, fields_of
from khabar.cluster.texts import article_of, check_fields
from khabar.corpus.article import Article
from khabar.errors import ClusterUnavailable, InvalidArgument
from khabar.index.engine import Found

__all__ = ["LARGEST", "Moved", "Pages"]

#: The last place that the cluster returns directly (``index.max_result_window``).
LARGEST = 10_000
#: The number of articles in a page of a walk, with their texts and without.
_WITH_TEXTS, _WITHOUT = 250, 2_000
_IN_ORDER = [{"order": "asc"}]
#: The body of a search that only counts.
_COUNT: Mapping[str, Any] = {"size": 0, "track_total_hits": True}
#: The maximum number of attempts if articles change while a question is answered.
_ATTEMPTS = 5
#: The number of cached ends of pages, each with its query, which may have some thousand words.
_ENDS = 16
#: How long the cluster keeps a snapshot after its last use.
_KEEP = "5m"


class Moved(Exception):
    """An article was replaced or removed between two requests, so that the hits are out of date."""


class Pages:
    """Fetches the articles that queries find in an index. Safe to share between threads.

    Args:
        shards: the shards of the index.
    """

    def __init__(self, shards: Shards) -> None:
        self.shards = shards
        self.cluster: Cluster = shards.cluster
        self.index = shards.index
        #: Makes all pages of a client come from the same copies of shards, as copies count different removed
        #: articles.
        self._preference = f"khabar-{os.getpid()}-{id(self)}"
        #: the sort values after which a page begins, by the query and its first place
        self._ends: dict[tuple[bytes, int], Sequence[Any]] = {}

    def page(
        self,
        query: Query,
        sort: Sequence[Mapping[str, Any]],
        size: int,
        fields: Sequence[str],
        *,
        begin: int = 0,
        texts: bool = False,
        total: bool = True,
        within: str = "",
        after: Sequence[Any] | None = None,
        collapse: str = "",
        aggregations: Mapping[str, Any] | None = None,
        beside: Query | None = None,
    ) -> Page:
        """Fetch a page of the articles that a query finds.

        Args:
            query, sort: the query and its order.
            size, begin: the number of articles, and the first place.
            fields: the fields to fetch for each article.
            texts: whether to fetch the articles themselves, as ``article``.
            total: whether to count all articles.
            within: the id of a snapshot; "" for the newest state.
            after: the sort values after which the page begins.
            collapse: a field; only the first of several articles with the same value counts.
            aggregations: aggregations over all articles found.
            beside: a second query, whose articles are counted in the same request.
        """
        body = body_of(Ask(query, sort, size, fields, texts, total))
        if begin:
            body["from"] = begin
        if after is not None:
            body["search_after"] = after
        if collapse:
            body["collapse"] = {"field": collapse}
        if aggregations:
            body["aggs"] = aggregations
        params = self._params()
        if within:
            body["pit"] = {"id": within, "keep_alive": _KEEP}
            del params["preference"]
        counted: int | None = None
        with _short_enough():
            if beside is None or within:
                answer = self.cluster.search("" if within else self.index, body, **params)
            else:
                both = [(self.index, body), (self.index, {**_COUNT, "query": beside})]
                answer, other = self.cluster.msearch(both, **params)
                counted = other["hits"]["total"]["value"]
        return self._page(answer, fields, total)._replace(beside=counted)

    def pages(self, asked: Sequence[Ask]) -> list[Page]:
        """Fetch the pages of several queries in one request."""
        with _short_enough():
            answers = self.cluster.msearch([(self.index, body_of(each)) for each in asked], **self._params())
        return [
            self._page(answer, each.fields, each.total) for each, answer in zip(asked, answers, strict=True)
        ]

    def _params(self) -> dict[str, Any]:
        """The parameters of each search."""
        params: dict[str, Any] = {"preference": self._preference}
        if len(self.shards.routings()) > 1:
            # So that a word has the same weight in all shards.
            params["search_type"] = "dfs_query_then_fetch"
        return params

    def _page(self, answer: Mapping[str, Any], fields: Sequence[str], total: bool) -> Page:
        found = answer["hits"]
        hits = [fields_of(hit) for hit in found["hits"]]
        for hit in hits:
            check_fields(self.cluster.address, hit, fields)
        after = found["hits"][-1].get("sort") if found["hits"] else None
        return Page(found["total"]["value"] if total else -1, hits, after, answer.get("aggregations", {}))

    def count(self, query: Query) -> int:
        """The number of articles that a query finds."""
        with _short_enough():
            answer = self.cluster.request("POST", f"/{self.index}/_count", {"query": query})
        if answer["_shards"]["failed"]:
            # This waits for a complete answer, or raises an error.
            return self.page(query, [], 0, ()).total
        number: int = answer["count"]
        return number

    def counts(self, queries: Sequence[Query]) -> list[int]:
        """The number of articles that each query finds."""
        answers = self.cluster.msearch([(self.index, {**_COUNT, "query": query}) for query in queries])
        return [answer["hits"]["total"]["value"] for answer in answers]

    @contextmanager
    def kept(self) -> Iterator[str]:
        """Keep a snapshot on the cluster while pages are read from it; gives its id."""
        path = f"/{self.index}/_search/point_in_time"
        name = self.cluster.request("POST", path, keep_alive=_KEEP)["pit_id"]
        try:
            yield name
        finally:
            # If that fails, the snapshot expires by itself.
            with suppress(Refused, ClusterUnavailable):
                self.cluster.request("DELETE", "/_search/point_in_time", {"pit_id": [name]}, patience=0)

    def walk(
        self,
        query: Query,
        sort: Sequence[Mapping[str, Any]],
        fields: Sequence[str],
        *,
        texts: bool = False,
        within: str,
        after: Sequence[Any] | None = None,
        size: int = 0,
    ) -> Iterator[list[Fields]]:
        """All articles that a query finds in a snapshot, page by page; see :meth:`page`."""
        size = size or (_WITH_TEXTS if texts else _WITHOUT)
        while True:
            page = self.page(query, sort, size, fields, texts=texts, total=False, within=within, after=after)
            if page.hits:
                yield page.hits
            if len(page.hits) < size:
                return
            after = page.after

    def page_from(
        self,
        query: Query,
        sort: Sequence[Mapping[str, Any]],
        begin: int,
        size: int,
        fields: Sequence[str],
        beside: Query | None = None,
    ) -> Page:
        """Fetch the articles that a query finds from any place on; see :meth:`page`.

        The end of each page is cached, so that the next page can begin there. Otherwise the cluster would
        have to walk to it from the first article.
        """
        asked = msgspec.json.encode([query, sort])
        before = self._ends.pop((asked, begin), None)
        if before is not None:
            page = self.page(query, sort, size, fields, after=before, beside=beside)
        elif begin + size <= LARGEST:
            page = self.page(query, sort, size, fields, begin=begin, beside=beside)
        else:
            page = self._walked(query, sort, begin, size, fields)
        if page.after is not None and page.hits:
            kept = dict(list(self._ends.items())[1 - _ENDS :])
            self._ends = {**kept, (asked, begin + len(page.hits)): page.after}
        return page

    def _walked(
        self,
        query: Query,
        sort: Sequence[Mapping[str, Any]],
        begin: int,
        size: int,
        fields: Sequence[str],
    ) -> Page:
        """The same by a walk from the first article."""
        with self.kept() as state:
            after: Sequence[Any] | None = None
            while begin:
                step = min(begin, LARGEST)
                skipped = self.page(query, sort, step, (), within=state, after=after)
                if len(skipped.hits) < step:
                    return skipped._replace(hits=[])
                after, begin = skipped.after, begin - step
            hits: list[Fields] = []
            while True:
                step = min(size - len(hits), LARGEST)
                page = self.page(query, sort, step, fields, within=state, after=after)
                hits += page.hits
                after = page.after
                if len(page.hits) < step or len(hits) == size:
                    return page._replace(hits=hits)

    def read(self, orders: Sequence[int]) -> list[Article]:
        """Read articles by their orders.

        Raises:
            Moved: if one was replaced or removed since it was found.
        """
        found: dict[int, Fields] = {}
        for begin in range(0, len(orders), _WITH_TEXTS):
            some = list(orders[begin : begin + _WITH_TEXTS])
            query = {"bool": {"filter": [{"terms": {"order": some}}]}}
            page = self.page(query, _IN_ORDER, len(some), (), texts=True, total=False)
            found |= {hit["order"]: hit for hit in page.hits}
        if not found.keys() >= set(orders):
            raise Moved
        return [self.article(found[number]) for number in orders]

    def steady(self, ask: Callable[[], Found]) -> Found:
        """Repeat a question until its articles do not change meanwhile.

        Raises:
            ClusterUnavailable: if articles keep changing.
        """
        for _ in range(_ATTEMPTS):
            try:
                return ask()
            except Moved:
                continue
        raise ClusterUnavailable(self.cluster.address, "its articles change while they are read", "busy")

    def article(self, hit: Fields) -> Article:
        """The article of a hit that was fetched with texts.

        Raises:
            IndexDamaged: if it is damaged.
        """
        return article_of(self.cluster.address, hit)


@contextmanager
def _short_enough() -> Iterator[None]:
    """Raise the cluster's error for a query with too many parts as an InvalidArgument."""
    try:
        yield
    except Refused as error:
        if error.kind != "too_many_nested_clauses":
            raise
        reason = "it has more words than the cluster looks for together: leave some out"
        raise InvalidArgument("query", "…", reason, "too-large") from error
