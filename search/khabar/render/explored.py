"""Facets, timelines, key terms, related articles and completions, with a way to show them in every format."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple

from khabar.render.data import Record
from khabar.render.look import Look
from khabar.render.messages import counted, found, nothing, say
from khabar.render.plain import tally_lines
from khabar.render.text import date, percent
from khabar.render.views import View
from khabar.serialize import plain
from khabar.spelling import printable

if TYPE_CHECKING:
    from rich.console import RenderableType

    from khabar.explore.facets import Facet, Facets
    from khabar.explore.related import Related
    from khabar.explore.terms import KeyTerms
    from khabar.explore.timeline import Bucket, Timeline
    from khabar.query.results import Results
    from khabar.query.snapshot import Tally

__all__ = [
    "CountView",
    "FacetRow",
    "FacetsView",
    "KeyTermsView",
    "RelatedView",
    "TimelineView",
    "bucket_name",
    "bucket_span",
    "facet_blocks",
    "facet_rows",
    "looked_at",
    "tallies",
    "timeline_notes",
    "weekday",
]

#: How the days on which weeks begin are called.
_DAYS = {
    "monday": ("Monday", "الاثنين"),
    "sunday": ("Sunday", "الأحد"),
    "saturday": ("Saturday", "السبت"),
}
#: What a facet of a field is headed with.
HEADINGS = {"source": "by source", "author": "by author", "month": "by month", "year": "by year"}


class CountView(View, frozen=True):
    """How many hits a search has."""

    results: Results

    def record(self) -> Record:
        names = ("query", "total", "match", "with_all", "with_any", "problems")
        return {name: plain(getattr(self.results, name)) for name in names}

    def table(self) -> Iterator[Record]:
        yield {"query": self.results.query, "total": self.results.total}

    def lines(self, language: str = "en") -> Iterator[str]:
        yield str(self.results.total)

    def rich(self, look: Look) -> RenderableType:
        if self.results.with_all is None:
            return str(self.results.total)
        noun = {"story": "story", "none": "paragraph"}.get(self.results.group, "article")
        return found(self.results.total, self.results, look.language, noun)

    def page(self, look: Look) -> str:
        from khabar.render.pages import facets_page

        results = self.results
        noun = {"story": "story", "none": "paragraph"}.get(results.group, "article")
        said = found(results.total, results, look.language, noun)
        return facets_page(results.query, said, (), results.problems, look)


class FacetsView(View, frozen=True):
    """Articles counted by source, author, month or year."""

    facets: Facets
    title = "khabar facets"

    def record(self) -> Record:
        return self.facets.to_dict()

    def rows(self) -> Iterator[Record]:
        return iter(self.facets.rows())

    def lines(self, language: str = "en") -> Iterator[str]:
        yield f"articles: {self.facets.total}"
        yield from tally_lines(self.facets)
        for facet in self.facets.facets:
            for row in facet_rows(facet, language):
                text = printable(row.text) if row.kind == "value" else f"({row.text.removeprefix('… ')})"
                yield f"{facet.field}: {row.articles}\t{text}"

    def rich(self, look: Look) -> RenderableType:
        from khabar.render.charts import facets_view

        return facets_view(self.facets, look)

    def page(self, look: Look) -> str:
        from khabar.render.pages import facets_page

        facets = self.facets
        said = found(facets.total, facets, look.language)
        return facets_page(facets.query, said, facet_blocks(facets, look.language), facets.problems, look)

    def complaint(self, look: Look) -> str:
        return "" if self.facets.total else nothing(self.facets.query, self.facets, look.language)


class TimelineView(View, frozen=True):
    """Articles counted over time."""

    timeline: Timeline
    title = "khabar timeline"

    def record(self) -> Record:
        return self.timeline.to_dict()

    def rows(self) -> Iterator[Record]:
        return (bucket.to_dict() for bucket in self.timeline)

    def table(self) -> Iterator[Record]:
        # What was typed is a heading here.
        return ({printable(name): value for name, value in row.items()} for row in self.timeline.rows())

    def lines(self, language: str = "en") -> Iterator[str]:
        timeline = self.timeline
        for query, total, tally, undated in zip(
            timeline.queries, timeline.totals, tallies(timeline), timeline.undated, strict=True
        ):
            yield f"query: {printable(query)}"
            yield f"articles: {total}"
            yield from tally_lines(tally)
            yield f"undated: {undated}"
        for bucket in timeline.buckets:
            counts = "\t".join(map(str, bucket.counts))
            yield f"{timeline.by}: {bucket_name(bucket.first.isoformat(), timeline.by)}\t{counts}"

    def rich(self, look: Look) -> RenderableType:
        from khabar.render.charts import timeline_view

        return timeline_view(self.timeline, look)

    def page(self, look: Look) -> str:
        from khabar.render.pages import timeline_page

        said = say(
            f"per {self.timeline.by}",
            look.language,
            start=weekday(self.timeline.week_start, look.language),
        )
        return timeline_page(self.timeline, said if self.timeline.buckets else self.complaint(look), look)

    def complaint(self, look: Look) -> str:
        if not any(self.timeline.totals):
            queries = "» «".join(self.timeline.queries)
            tally = next((tally for tally in tallies(self.timeline) if tally.with_any), None)
            if tally is None:
                return say("nothing found", look.language, query=queries)
            return nothing(queries, tally, look.language)
        return "" if self.timeline.buckets else say("no dates", look.language)


def tallies(timeline: Timeline) -> list[Tally]:
    """For each query what its words had to do with how many articles match."""
    from khabar.query.snapshot import Tally

    unknown = (None,) * len(timeline.queries)
    counts = zip(timeline.with_all or unknown, timeline.with_any or unknown, strict=True)
    return [Tally(timeline.match, *each) for each in counts]


def bucket_name(first: str, by: str) -> str:
    """A bucket by its first day: the day, of a month and a year only that."""
    return {"month": first[:7], "year": first[:4]}.get(by, first)


def bucket_span(bucket: Bucket, by: str) -> str:
    """A bucket where there is room: a week by its first and last day."""
    name = bucket_name(bucket.first.isoformat(), by)
    return f"{name} – {bucket.last.isoformat()}" if by == "week" else name


def timeline_notes(timeline: Timeline, place: int, language: str) -> str:
    """How many articles a query has, and how many of them have no date and so are nowhere on the chart."""
    line = found(timeline.totals[place], tallies(timeline)[place], language)
    if undated := timeline.undated[place]:
        comma = "، " if language == "ar" else ", "
        count = counted(undated, "article", language) if language == "ar" else f"{undated:,}"
        line += comma + say("undated", language, count=count)
    return line


def weekday(name: str, language: str) -> str:
    """A day on which weeks begin."""
    return _DAYS[name][language == "ar"]


class KeyTermsView(View, frozen=True):
    """The key terms of a query."""

    terms: KeyTerms
    title = "khabar terms"

    def record(self) -> Record:
        return self.terms.to_dict()

    def rows(self) -> Iterator[Record]:
        return iter(self.terms.rows())

    def lines(self, language: str = "en") -> Iterator[str]:
        yield f"articles: {self.terms.total}"
        yield from tally_lines(self.terms)
        yield f"looked at: {self.terms.looked_at}"
        for term in self.terms.terms:
            yield f"term: {printable(term.text)}\t{term.articles}\t{term.all}\t{term.score:.1f}"

    def rich(self, look: Look) -> RenderableType:
        from khabar.render.charts import terms_view

        return terms_view(self.terms, look)

    def page(self, look: Look) -> str:
        from khabar.render.pages import terms_page

        terms = self.terms
        return terms_page(terms, self.complaint(look) or looked_at(terms, look.language), look)

    def complaint(self, look: Look) -> str:
        terms = self.terms
        if not terms.total:
            return nothing(terms.query, terms, look.language)
        return (
            ""
            if terms.terms
            else say("no terms", look.language, query=terms.query or say("everything", look.language))
        )


def looked_at(terms: KeyTerms, language: str) -> str:
    """Of how many articles, and how many found, key terms are."""
    return say("looked at", language, count=f"{terms.looked_at:,}", total=found(terms.total, terms, language))


class RelatedView(View, frozen=True):
    """Articles like one."""

    related: Related
    title = "khabar related"

    def record(self) -> Record:
        return self.related.to_dict()

    def rows(self) -> Iterator[Record]:
        return (each.to_dict() for each in self.related)

    def table(self) -> Iterator[Record]:
        return iter(self.related.rows())

    def lines(self, language: str = "en") -> Iterator[str]:
        for each in self.related.articles:
            article = each.article
            fields = (
                ("rank", str(each.rank)),
                ("id", article.id),
                ("title", article.title),
                ("source", article.source),
                ("date", date(article.published)),
                ("alike", percent(each.alike)),
                ("links", "\t".join(link.word for link in each.links)),
                ("url", article.url),
                ("path", article.path),
            )
            for name, value in fields:
                cells = "\t".join(printable(cell).strip() for cell in value.split("\t") if cell.strip())
                if cells:
                    yield f"{name}: {cells}"
            yield ""

    def rich(self, look: Look) -> RenderableType:
        from khabar.render.charts import related_view

        return related_view(self.related, look)

    def page(self, look: Look) -> str:
        from khabar.render.pages import related_page

        return related_page(self.related, self.complaint(look), look)

    def complaint(self, look: Look) -> str:
        related = self.related
        named = related.article.title or related.article.id
        return "" if related.articles else say("nothing related", look.language, title=named)


class FacetRow(NamedTuple):
    """A line of a facet.

    Attributes:
        text: the name of the value, or a text about values that are not listed.
        articles: their number.
        kind: whether it is a value with a name, the articles without one, or values that are not listed.
    """

    text: str
    articles: int
    kind: Literal["value", "unknown", "unlisted"]


def facet_rows(facet: Facet, language: str) -> Iterator[FacetRow]:
    """The lines of a facet: its values, and between and after them what is not listed."""
    more, rest = facet.more, facet.rest
    for value in facet.values:
        if value.gap:
            without = say("none between", language, count=counted(value.gap, facet.field, language))
            yield FacetRow(without, 0, "unlisted")
        if value.more:
            fewer = say("left out between", language, count=counted(value.more, facet.field, language))
            yield FacetRow(fewer, value.rest, "unlisted")
            more, rest = more - value.more, rest - value.rest
        if value.name:
            yield FacetRow(value.name, value.count, "value")
        else:
            yield FacetRow(say("unknown", language), value.count, "unknown")
    if more:
        yield FacetRow(say("and more", language, count=f"{more:,}"), rest, "unlisted")


def facet_blocks(facets: Facets, language: str) -> list[tuple[str, list[FacetRow]]]:
    """Facets for a page: the heading of each, and its lines."""
    return [
        (say(HEADINGS[facet.field], language), list(facet_rows(facet, language))) for facet in facets.facets
    ]
