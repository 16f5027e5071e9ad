"""A result with a way to show it in every format. What a command has to say is one of these values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from khabar.render import data
from khabar.render.data import Record
from khabar.render.look import Look
from khabar.render.messages import nothing, say, translated

if TYPE_CHECKING:
    from rich.console import RenderableType

    from khabar.evaluation import Evaluation
    from khabar.explore.facets import Facets
    from khabar.explore.timeline import Timeline
    from khabar.highlight.whole import MarkedArticle
    from khabar.query.results import Hit, Results
    from khabar.render.blocks import Block

__all__ = [
    "AlertsView",
    "AnalysisView",
    "ArticleView",
    "EvaluationView",
    "IndexedView",
    "NewsView",
    "ResultsView",
    "TableView",
    "View",
    "WhyView",
]


class View(msgspec.Struct, frozen=True):
    """A result that can be shown in every format.

    A subclass gives :meth:`record`, :meth:`lines` and :meth:`rich`; the other formats follow from the record,
    unless it has better ones. Modules that a format needs are imported when it is asked for.
    """

    title = "khabar"

    def record(self) -> Record:
        """The result as one object: ``json``."""
        raise NotImplementedError

    def rows(self) -> Iterable[Mapping[str, Any]]:
        """The result as objects that belong together: ``jsonl``."""
        return [self.record()]

    def table(self) -> Iterable[Mapping[str, Any]]:
        """The rows without nesting: ``csv``."""
        from khabar.render.tabular import flat

        return (flat(row) for row in self.rows())

    def lines(self, language: str = "en") -> Iterable[str]:
        """The result as lines for pipes: ``plain``."""
        raise NotImplementedError

    def rich(self, look: Look) -> RenderableType:
        """The result for people at a terminal: ``rich``."""
        raise NotImplementedError

    def page(self, look: Look) -> str:
        """The result as an HTML page: ``html``."""
        from khabar.render.blocks import blocks_page, grid_of

        return blocks_page(self.title, [grid_of(self.table(), look.language)], look)

    def complaint(self, look: Look) -> str:
        """What to say to people instead, on stderr, when there is nothing to show."""
        return ""


class ResultsView(View, frozen=True):
    """A search.

    Attributes:
        results: what was found.
        facets, timeline: of all that matches, for a page; None leaves them out.
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

    def lines(self, language: str = "en") -> Iterable[str]:
        from khabar.render.plain import results_lines

        return results_lines(self.results)

    def rich(self, look: Look) -> RenderableType:
        from khabar.render.terminal import results_view

        return results_view(self.results, look)

    def page(self, look: Look) -> str:
        from khabar.render.explored import facet_blocks
        from khabar.render.pages import results_page

        facets = facet_blocks(self.facets, look.language) if self.facets else []
        return results_page(self.results, look, facets=facets, timeline=self.timeline)

    def complaint(self, look: Look) -> str:
        return "" if self.results.total else nothing(self.results.query, self.results, look.language)


class ArticleView(View, frozen=True):
    """A whole article."""

    shown: MarkedArticle

    def record(self) -> Record:
        return self.shown.to_dict()

    def table(self) -> Iterator[Record]:
        article = self.record()["article"]
        return (
            {**article, "paragraph": number, "text": text}
            for number, text in enumerate(self.shown.article.paragraphs, 1)
        )

    def lines(self, language: str = "en") -> Iterable[str]:
        from khabar.render.plain import article_lines

        return article_lines(self.shown)

    def rich(self, look: Look) -> RenderableType:
        from khabar.render.terminal import article_view

        return article_view(self.shown, look)

    def page(self, look: Look) -> str:
        from khabar.render.pages import article_page

        return article_page(self.shown, look)


class WhyView(View, frozen=True):
    """The forms that a word stands for."""

    why: data.Why
    none: str
    title = "khabar why"

    def record(self) -> Record:
        return data.why_record(self.why)

    def rows(self) -> Iterable[Record]:
        forms: list[Record] = self.record()["forms"]
        return forms

    def lines(self, language: str = "en") -> Iterable[str]:
        from khabar.render.plain import why_lines

        return why_lines(self.why, language) if self.why.forms else ()

    def rich(self, look: Look) -> RenderableType:
        from khabar.render.reports import why_view

        return why_view(self.why, look)

    def page(self, look: Look) -> str:
        from khabar.render.blocks import Note, blocks_page
        from khabar.render.reports import why_blocks, why_heading

        title = why_heading(self.why, self.why.word, look.language)
        missing = [Note(complaint)] if (complaint := self.complaint(look)) else []
        return blocks_page(title, [*missing, *why_blocks(self.why, look.language)], look)

    def complaint(self, look: Look) -> str:
        return "" if self.why.forms else translated(self.none, look.language)


class IndexedView(View, frozen=True):
    """A run of ``khabar index``."""

    indexed: data.Indexed
    verbose: bool = False
    title = "khabar index"

    def record(self) -> Record:
        return data.indexed_record(self.indexed)

    def lines(self, language: str = "en") -> Iterable[str]:
        from khabar.render.plain import indexed_lines

        return indexed_lines(self.indexed, language, verbose=self.verbose)

    def rich(self, look: Look) -> RenderableType:
        from khabar.render.reports import indexed_view

        return indexed_view(self.indexed, look, verbose=self.verbose)

    def page(self, look: Look) -> str:
        from khabar.render.blocks import blocks_page
        from khabar.render.reports import indexed_blocks

        blocks = indexed_blocks(self.indexed, look.language, verbose=self.verbose)
        return blocks_page(say("indexed", look.language), blocks, look)


class AnalysisView(View, frozen=True):
    """A text's words."""

    text: str
    words: Sequence[data.AnalysedWord]
    title = "khabar analyze"

    def record(self) -> Record:
        return data.analysis_record(self.text, self.words)

    def rows(self) -> Iterable[Record]:
        tokens: list[Record] = self.record()["tokens"]
        return tokens

    def lines(self, language: str = "en") -> Iterable[str]:
        from khabar.render.plain import analysis_lines

        return analysis_lines(self.text, self.words, language)

    def rich(self, look: Look) -> RenderableType:
        from khabar.render.reports import analysis_view

        return analysis_view(self.text, self.words, look)

    def page(self, look: Look) -> str:
        from khabar.render.blocks import blocks_page
        from khabar.render.reports import analysis_blocks

        blocks = analysis_blocks(self.text, self.words, look.language)
        return blocks_page(say("words of", look.language, text=self.text), blocks, look)


class EvaluationView(View, frozen=True):
    """A run of ``khabar eval``."""

    evaluation: Evaluation
    title = "khabar eval"

    def record(self) -> Record:
        return self.evaluation.to_dict()

    def lines(self, language: str = "en") -> Iterable[str]:
        from khabar.render.plain import evaluation_lines

        return evaluation_lines(self.evaluation)

    def rich(self, look: Look) -> RenderableType:
        from khabar.render.reports import evaluation_view

        return evaluation_view(self.evaluation, look)

    def page(self, look: Look) -> str:
        from khabar.render.blocks import blocks_page
        from khabar.render.reports import evaluation_blocks

        title = say("measured", look.language)
        return blocks_page(title, evaluation_blocks(self.evaluation, look.language), look)


class NewsView(View, frozen=True):
    """What saved searches found that is new.

    Attributes:
        news: for each search with news its name, its query and its hits.
    """

    news: Sequence[tuple[str, str, Sequence[Hit]]]
    title = "khabar alert"

    def record(self) -> Record:
        return {
            "alerts": [
                {
                    "name": name,
                    "query": query,
                    "new": len(hits),
                    "hits": [hit.to_dict() for hit in hits],
                }
                for name, query, hits in self.news
            ]
        }

    def rows(self) -> Iterator[Record]:
        return ({"alert": name, **hit.to_dict()} for name, _, hits in self.news for hit in hits)

    def table(self) -> Iterator[Record]:
        return ({"alert": name, **hit.row()} for name, _, hits in self.news for hit in hits)

    def lines(self, language: str = "en") -> Iterator[str]:
        from khabar.render.plain import news_lines

        return news_lines(self.news)

    def rich(self, look: Look) -> RenderableType:
        from khabar.render.terminal import news_view

        return news_view(self.news, look)

    def page(self, look: Look) -> str:
        from khabar.render.pages import news_page

        return news_page(self.news, say("news", look.language), look)


class TableView(View, frozen=True):
    """Rows of named values that need no view of their own: settings, saved searches.

    Attributes:
        key: under which the rows stand in the record.
        listed: the rows, all with the same names.
        none: what to say to people when there are none.
    """

    key: str
    listed: Sequence[Mapping[str, Any]]
    none: str = ""

    def record(self) -> Record:
        return {self.key: list(self.listed)}

    def rows(self) -> Iterable[Mapping[str, Any]]:
        return self.listed

    def lines(self, language: str = "en") -> Iterable[str]:
        from khabar.spelling import printable

        return ("\t".join(printable(_shown(value)) for value in row.values()) for row in self.listed)

    def rich(self, look: Look) -> RenderableType:
        from khabar.render.reports import table_view

        return table_view(self.listed, look)

    def page(self, look: Look) -> str:
        from khabar.render.blocks import Note, blocks_page, grid_of

        block = grid_of(self.listed, look.language) if self.listed else Note(self.complaint(look))
        return blocks_page(say(self.key, look.language), [block], look)

    def complaint(self, look: Look) -> str:
        return "" if self.listed else translated(self.none, look.language)


class AlertsView(TableView, frozen=True):
    """The saved searches: rows for programs; for people a block for each."""

    def rich(self, look: Look) -> RenderableType:
        from khabar.render.blocks import blocks_view

        return blocks_view(self._blocks(look), look)

    def page(self, look: Look) -> str:
        from khabar.render.blocks import Note, blocks_page

        blocks = self._blocks(look) if self.listed else [Note(self.complaint(look))]
        return blocks_page(say(self.key, look.language), blocks, look)

    def _blocks(self, look: Look) -> Iterator[Block]:
        from khabar.render.blocks import Facts
        from khabar.render.text import near

        for row in self.listed:
            shown = {
                "query": row["query"],
                "match": say(f"match {row['match']}", look.language),
                "index": near(row["index"]),
                "added": _moment(row["added"]),
                "last run": _moment(row["last_run"]),
            }
            yield Facts(row["name"], [(translated(name, look.language), shown[name]) for name in shown])


def _moment(written: str | None) -> str:
    """A time in ISO 8601 for people; a file that somebody edited may say anything."""
    from datetime import datetime

    from khabar.render.text import date

    try:
        return date(datetime.fromisoformat(written)) if written else ""
    except ValueError:
        return str(written)


def _shown(value: object) -> str:
    return "" if value is None else str(value)
