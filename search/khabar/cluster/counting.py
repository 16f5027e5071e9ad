"""Counts over all matching articles, by aggregations of the cluster."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from khabar.cluster.conditions import Query, named_in
from khabar.cluster.mapping import BORDER, field_and_start, may_be_cut, sent
from khabar.cluster.pages import Pages
from khabar.index.engine import Statistics, Totals
from khabar.index.plan import KEPT, names_of
from khabar.index.records import article_from_json, moment_of
from khabar.ranking.answers import Summary

__all__ = ["Counting"]

#: The number of buckets in one request.
_BUCKETS = 10_000
#: The stories of up to this many articles are counted exactly; for more articles the cluster estimates their
#: number, within one in a hundred (HyperLogLog++: Heule, Nunkesser and Hall 2013).
_STORIES = 50_000
_PRECISION = 40_000
#: The maximum number of sources that are counted for several queries together; a query with more is counted
#: again.
_SOURCES = 1_000
#: The number of queries that are counted together, and of cached counts.
_AT_ONCE, _KEPT = 200, 10_000

_ALL: Query = {"match_all": {}}


class Counting:
    """Counts articles of an index. Its cache is valid for one generation. Safe to share between threads.

    Args:
        pages: the pages of the index.
    """

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._names: dict[str, Mapping[str, int]] = {}
        self._articles: dict[tuple[str, ...], int] = {}
        self._kept_fields: tuple[str, ...] | None = None

    def stories(self, query: Query, articles: int) -> int:
        """The number of stories of the articles that a query finds; ``articles``: the number of these."""
        if articles <= 1:
            return articles
        if not self.estimates(articles):
            return sum(1 for _ in self._buckets(query, "story"))
        cardinality = {"stories": {"cardinality": {"field": "story", "precision_threshold": _PRECISION}}}
        page = self._pages.page(query, [], 0, (), total=False, aggregations=cardinality)
        estimate: int = page.aggregations["stories"]["value"]
        return estimate

    def estimates(self, articles: int) -> bool:
        """Whether the number of stories of a number of articles is an estimate."""
        return articles > _STORIES

    def by_name(self, query: Query, field: str) -> Mapping[str, int]:
        """The number of articles that a query finds for each name in a field, "" for unknown. An article
        counts for each of its tags and values of kept fields."""
        stored, start = field_and_start(field)
        if not start:
            return {
                self._whole(name, field) if name else "": count
                for name, count in self._buckets(query, stored)
            }
        counts = {}
        for value, count in self._buckets(query, stored, after=start):
            if not value.startswith(start):
                break
            counts[self._whole(value.removeprefix(start), field)] = count
        named = named_in(field)
        without = self._pages.count({"bool": {"filter": [query], "must_not": [named]}})
        return {"": without, **counts} if without else counts

    def kept(self) -> Sequence[str]:
        """The names of the fields kept of records. Each is found by a search after the one before."""
        if self._kept_fields is None:
            fields = []
            after = KEPT
            while value := next(
                (value for value, _ in self._buckets(_ALL, "value", after=after, size=1)), ""
            ):
                field = value.partition(BORDER)[0]
                if not field.startswith(KEPT):
                    break
                fields.append(field.removeprefix(KEPT))
                # After all names of this field.
                after = field + chr(ord(BORDER) + 1)
            self._kept_fields = tuple(fields)
        return self._kept_fields

    def _whole(self, name: str, field: str) -> str:
        """The full name as in its articles: the cluster has only the beginning of a very long one."""
        if may_be_cut(name):
            stored, start = field_and_start(field)
            query = {"bool": {"filter": [{"term": {stored: start + name}}]}}
            for hit in self._pages.page(query, [], 1, (), texts=True, total=False).hits:
                article = article_from_json(hit["article"])
                wholes = (whole for its, whole in names_of(article) if its == field)
                return next((whole for whole in wholes if sent(whole) == name), name)
        return name

    def names(self, field: str) -> Mapping[str, int]:
        """As :meth:`by_name`, for all articles; cached."""
        if field not in self._names:
            self._names[field] = self.by_name(_ALL, field)
        return self._names[field]

    def by_day(self, query: Query) -> tuple[Mapping[int, int], int]:
        """The number of articles that a query finds for each day, in days since 1970-01-01, and of those
        without a date."""
        days = dict(self._buckets(query, "day"))
        undated = days.pop(None, 0)
        return days, undated

    def summaries(self, queries: Sequence[Query]) -> list[Summary]:
        """The summary of each query, without matches, in one request for all of them."""
        aggregations = {
            "sources": {"terms": {"field": "source", "size": _SOURCES, "missing": ""}},
            "first": {"min": {"field": "day"}},
            "last": {"max": {"field": "day"}},
            "undated": {"missing": {"field": "day"}},
        }
        body = {"size": 0, "track_total_hits": True, "aggs": aggregations}
        pages = self._pages
        answers = pages.cluster.msearch([(pages.index, {**body, "query": query}) for query in queries])
        summaries = []
        for query, answer in zip(queries, answers, strict=True):
            counted = answer["aggregations"]
            first, last = counted["first"]["value"], counted["last"]["value"]
            sources: Mapping[str, int] = {
                self._whole(bucket["key"], "source") if bucket["key"] else "": bucket["doc_count"]
                for bucket in counted["sources"]["buckets"]
            }
            if counted["sources"]["sum_other_doc_count"]:
                sources = self.by_name(query, "source")
            summaries.append(
                Summary(
                    answer["hits"]["total"]["value"],
                    None if first is None else int(first),
                    None if last is None else int(last),
                    counted["undated"]["doc_count"],
                    sources,
                )
            )
        return summaries

    def _buckets(
        self, query: Query, field: str, *, after: str | None = None, size: int = _BUCKETS
    ) -> Iterator[tuple[Any, int]]:
        """The values of a field in order, None for none, each with the number of articles that have it.

        Args:
            query: finds the articles.
            field: the field.
            after: only give values after this one, and not None.
            size: the number of values in one request.
        """
        terms = {"field": field, "missing_bucket": after is None}
        composite: dict[str, Any] = {"size": size, "sources": [{"value": {"terms": terms}}]}
        if after is not None:
            composite["after"] = {"value": after}
        while True:
            page = self._pages.page(
                query, [], 0, (), total=False, aggregations={"values": {"composite": composite}}
            )
            buckets = page.aggregations["values"]["buckets"]
            for bucket in buckets:
                yield bucket["key"]["value"], bucket["doc_count"]
            if len(buckets) < size:
                return
            composite = {**composite, "after": buckets[-1]["key"]}

    def articles_with(self, groups: Sequence[Sequence[str]]) -> list[int]:
        """The number of articles that contain any term of each group."""
        keys = [tuple(group) for group in groups]
        kept = self._articles
        missing = [key for key in dict.fromkeys(keys) if key and key not in kept]
        found: dict[tuple[str, ...], int] = {(): 0}
        for begin in range(0, len(missing), _AT_ONCE):
            some = missing[begin : begin + _AT_ONCE]
            queries = [{"terms": {"all": [sent(term) for term in key]}} for key in some]
            found |= zip(some, self._pages.counts(queries), strict=True)
        counts = [found[key] if key in found else kept[key] for key in keys]
        if len(kept) > _KEPT:
            self._articles = kept = {}
        kept.update(found)
        return counts

    def statistics(self, totals: Totals) -> Statistics:
        """Counts, sources and date span."""
        dated: Query = {"exists": {"field": "published"}}
        first, last = (
            self._pages.page(
                dated, [{"published": way}, {"order": way}], 1, ("published", "offset"), total=way == "asc"
            )
            for way in ("asc", "desc")
        )
        moments = [
            moment_of(hit["published"][0], hit["offset"][0]) for page in (first, last) for hit in page.hits
        ]
        return Statistics(
            articles=totals.articles,
            paragraphs=totals.passages - totals.articles,
            sources=dict(sorted(self.names("source").items())),
            first=moments[0] if moments else None,
            last=moments[-1] if moments else None,
            undated=totals.articles - first.total,
        )
