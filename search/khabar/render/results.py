"""A search with its hits, or only their number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from khabar.render.hit import (
    all_depths,
    closeness_line,
    depths,
    hit_lines,
    hit_markup,
    hits_view,
    legend,
    legend_markup,
    share_lines,
    tally_lines,
    together_line,
)
from khabar.render.look import Look
from khabar.render.messages import depth_name, found, heading, joined, nothing, say, shown_span
from khabar.render.view import Record, View
from khabar.serialize import plain as plain_data

if TYPE_CHECKING:
    from rich.console import RenderableType

    from khabar.explore.facets import Facets
    from khabar.explore.timeline import Timeline
    from khabar.query.results import Hit, Results
    from khabar.render.terminal import Text

__all__ = ["CountView", "ResultsView"]

#: The name of the total in plain lines, by what counts as a hit.
_TOTALS = {"story": "stories", "none": "paragraphs"}


class ResultsView(View, frozen=True):
    """A search with its hits.

    Attributes:
        results: the results.
        facets, timeline: of all matching articles, for a page; None to leave them out.
    """

    results: Results
    facets: Facets | None = None
    timeline: Timeline | None = None

    def record(self) -> Record:
        return self.results.to_dict()

    def rows(self) -> Iterator[Record]:
        return (hit.to_dict() for hit in self.results)

    def table(self) -> Iterator[Record]:
        return iter(self.results.rows())

    def cited(self) -> Iterator[Hit]:
        return iter(self.results)

    def lines(self, language: str = "en") -> Iterator[str]:
        results = self.results
        for hit in results.hits:
            yield from hit_lines(hit)
            if hit.explanation and hit.recency != 1:
                yield f"recency: {hit.recency:.4f}"
            for share in hit.explanation:
                yield from share_lines(share)
            for together in hit.together:
                yield together_line(together)
            if hit.explanation and hit.meaning:
                yield closeness_line(hit.meaning)
            yield ""
        if results.total:
            yield f"{_TOTALS.get(results.group, 'articles')}: {results.total}"
            yield from tally_lines(results)
        if results.also:
            from khabar.render.meaning import also_lines

            yield from also_lines(results.also)

    def rich(self, look: Look) -> RenderableType:
        from khabar.render.terminal import Group, Hanging, page

        results = self.results
        side = page("", look)
        explained = [share for hit in results.hits for share in hit.explanation]
        used = {form.depth for share in explained for form in share.forms}
        if look.legend:
            used |= set(depths(results.hits))
        missing = bool(explained) and not all(share.forms for share in explained)
        footer = Hanging(_footer(results, look), page=side)
        parts = [footer, *legend(used, missing, look)] if results.total else []
        if results.also:
            from khabar.render.meaning import also_view

            parts += also_view(results.also, look)
        return Group(hits_view(results.hits, look), *parts)

    def page(self, look: Look) -> str:
        from khabar.highlight.markup import plain
        from khabar.render.facets import columns_markup, facet_blocks
        from khabar.render.html import headed, page_of

        results, timeline = self.results, self.timeline
        facets = facet_blocks(self.facets, look.language) if self.facets else []
        language = look.language
        note = found(results.total, results, language, _noun(results))
        if results.hits and results.total > len(results.hits):
            note += shown_span(results.hits[0].rank, results.hits[-1].rank, language)
        parts = [
            *headed(heading(results.query, language), note, [results.query], results.problems, look),
            '<ol class="hits">' if results.hits else "",
            *(hit_markup(hit, look) for hit in results.hits),
            "</ol>" if results.hits else "",
            legend_markup(all_depths(results.hits), look),
            *_also(results, look),
            columns_markup(facets),
        ]
        if timeline is not None and timeline.buckets:
            from khabar.render.timeline import plot

            parts += [f"<h3>{plain(say('by date', language))}</h3>", plot(timeline, look)]
        return page_of(heading(results.query, language), parts, look)

    def complaint(self, look: Look) -> str:
        return "" if self.results.total else nothing(self.results.query, self.results, look.language)

    def beside(self) -> bool:
        return bool(self.results.also)


def _also(results: Results, look: Look) -> Iterator[str]:
    """The articles that are close only in meaning, for a page."""
    if results.also:
        from khabar.render.meaning import also_markup

        yield from also_markup(results.also, look)


#: The number of words that the footer names for each depth if there are no colours.
_NAMED_WORDS = 5


def _footer(results: Results, look: Look) -> Text:
    """The last line: the number of hits, the time, and the depths that occur in their colours."""
    from khabar.render.terminal import Text

    language = look.language
    footer = Text(found(results.total, results, language, _noun(results)), style="bold")
    rest = Text(style=f"not bold {look.style.faint}")
    if results.hits and results.total > len(results.hits):
        rest.append(shown_span(results.hits[0].rank, results.hits[-1].rank, language))
    rest.append(say("took", language, ms=results.took_ms))
    footer.append_text(rest)
    if used := depths(results.hits):
        footer.append("   ")
        for number, depth in enumerate(used):
            if number and not look.colours:
                footer.append(" ·", style="not bold")
            footer.append(f" {depth_name(depth, language)}", style=look.style.depth(depth))
            if not look.colours and depth != "exact":
                footer.append(f": {_words_of(depth, results, look)}", style="not bold")
    return footer


def _words_of(depth: str, results: Results, look: Look) -> str:
    """The first few words that matched on a depth, as they are written in the hits."""
    from khabar.render.terminal import apart

    matches = (
        (text, mark)
        for hit in results.hits
        for text, marks in (
            (hit.article.title, hit.title_highlights),
            (hit.snippet.text, hit.snippet.highlights),
        )
        for mark in marks
    )
    words = list(dict.fromkeys(text[mark.start : mark.end] for text, mark in matches if mark.depth == depth))
    more = " …" if len(words) > _NAMED_WORDS else ""
    return joined((apart(word, look) for word in words[:_NAMED_WORDS]), look.language) + more


def _noun(results: Results) -> str:
    """The noun for a hit."""
    return {"story": "story", "none": "paragraph"}.get(results.group, "article")


class CountView(View, frozen=True):
    """The number of hits of a search."""

    results: Results

    def record(self) -> Record:
        names = ("query", "total", "match", "with_all", "with_any", "problems")
        return {name: plain_data(getattr(self.results, name)) for name in names}

    def table(self) -> Iterator[Record]:
        yield {"query": self.results.query, "total": self.results.total}

    def lines(self, language: str = "en") -> Iterator[str]:
        yield str(self.results.total)

    def rich(self, look: Look) -> RenderableType:
        if self.results.with_all is None:
            return str(self.results.total)
        return found(self.results.total, self.results, look.language, _noun(self.results))

    def page(self, look: Look) -> str:
        from khabar.render.html import headed, page_of, subject

        results = self.results
        title = subject(results.query, look)
        note = found(results.total, results, look.language, _noun(results))
        return page_of(title, headed(title, note, [results.query], results.problems, look), look)
