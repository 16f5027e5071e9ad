"""The result of looking up a list line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from khabar.render.hit import outlet_line, outlet_markup, snippet_text
from khabar.render.look import Look
from khabar.render.messages import counted, joined, say
from khabar.render.text import date
from khabar.render.view import Record, View
from khabar.spelling import printable

if TYPE_CHECKING:
    from rich.console import RenderableType

    from khabar.explore.batch import BatchRow
    from khabar.query.results import Hit

__all__ = ["BatchView", "batch_markup"]


class BatchView(View, frozen=True):
    """The lines of a list with their results.

    Attributes:
        rows_of: the results of the lines; an iterator for the formats that are written row by row.
        articles: whether tables have one row per article instead of one per line.
        fields: the kept fields that are columns of a table of articles.
    """

    rows_of: Iterable[BatchRow]
    articles: bool = False
    fields: Sequence[str] = ()
    title = "khabar batch"

    def record(self) -> Record:
        return {"lines": [row.to_dict() for row in self.rows_of]}

    def rows(self) -> Iterator[Record]:
        if self.articles:
            return (
                {"line": row.line, "text": row.text, **hit.to_dict()}
                for row in self.rows_of
                for hit in row.hits
            )
        return (row.to_dict() for row in self.rows_of)

    def table(self) -> Iterator[Record]:
        if self.articles:
            return (article for row in self.rows_of for article in row.article_rows(self.fields))
        return (row.row() for row in self.rows_of)

    def columns(self) -> tuple[str, ...]:
        """The names of the columns of a table with one row per line, even if there are no lines; () for one
        row per article, whose columns are those of the first row."""
        from khabar.explore.batch import BatchRow

        return () if self.articles else tuple(BatchRow(0, "", "name", "empty").row())

    def lines(self, language: str = "en") -> Iterator[str]:
        """One line per line of the list: number, text, status, articles, first and last day, sources. With
        ``articles``, one line per article: number, text, date, source, id, title. Separated by tabs."""
        for row in self.rows_of:
            if self.articles:
                for hit in row.hits:
                    columns = (
                        str(row.line),
                        row.text.strip(),
                        date(hit.published),
                        hit.source,
                        hit.id,
                        hit.title,
                    )
                    yield "\t".join(map(printable, columns))
                continue
            cells = (
                str(row.line),
                row.text.strip(),
                row.status,
                str(row.articles),
                str(row.first or ""),
                str(row.last or ""),
                _sources(row, "en"),
            )
            yield "\t".join(map(printable, cells))

    def rich(self, look: Look) -> RenderableType:
        from khabar.render.terminal import Group, Hanging, Text, apart, page

        parts: list[RenderableType] = []
        rows = tuple(self.rows_of)
        width = max((len(f"{row.articles:,}") for row in rows), default=1)
        for row in rows:
            side = page(row.text, look)
            lead = Text(f"{row.articles:>{width},}  ", style="bold" if row.articles else look.style.faint)
            line = Text(apart(row.text.strip(), look), style=look.style.title)
            line.append(f"  {_span(row, look.language)}", style=f"not bold {look.style.faint}")
            parts.append(Hanging(line, width + 2, lead, side))
            if row.sources:
                sources = Text(printable(_sources(row, look.language)), style=look.style.faint)
                parts.append(Hanging(sources, width + 2, page=side))
            for hit in row.hits:
                title = Text(printable(hit.title))
                outlet = outlet_line(hit.article, look)
                if outlet:
                    title.append(" · ").append(outlet)
                parts.append(Hanging(title, width + 4, page=side))
                if hit.paragraph.number:
                    text = Text(printable(snippet_text(hit.snippet)), style=look.style.faint)
                    parts.append(Hanging(text, width + 4, page=side))
        return Group(*parts)

    def page(self, look: Look) -> str:
        from khabar.render.html import apart, faint, page_of

        title = say("batch", look.language)
        rows = tuple(self.rows_of)
        count = counted(len(rows), "line", look.language)
        parts = [
            f"<h1>{apart(title)}</h1>",
            faint(apart(count)),
            batch_markup(rows, look, articles=self.articles),
        ]
        return page_of(title, parts, look)


def batch_markup(rows: Sequence[BatchRow], look: Look, *, articles: bool = False) -> str:
    """The results of the lines of a list as a table, for a page.

    Args:
        rows: the results.
        look: gives the language of the page.
        articles: whether to list all articles of a line instead of the best.
    """
    from khabar.render.html import apart, directed

    language = look.language
    heads = ("line", "batch text", "articles", "span from to", "sources", "best passage")
    header = "".join(f"<th>{apart(say(f'column {head}', language))}</th>" for head in heads)
    lines = []
    for row in rows:
        hits = row.hits if articles else row.hits[:1]
        lines.append(
            f'<tr><td class="number">{row.line}</td>'
            f"<td{directed(row.text, look)}>{apart(row.text.strip())}</td>"
            f'<td class="number">{row.articles:,}</td>'
            f"<td>{apart(_span(row, language))}</td>"
            f"<td>{apart(_sources(row, language))}</td>"
            f"<td>{''.join(_passage(hit, look) for hit in hits)}</td></tr>"
        )
    return f'<div class="table"><table><tr>{header}</tr>{"".join(lines)}</table></div>'


def _passage(hit: Hit, look: Look) -> str:
    from khabar.highlight.markup import marked
    from khabar.render.html import directed, link

    title = link(hit.url, marked(hit.title, hit.title_highlights))
    snippet = hit.snippet
    text = f"<p{directed(snippet.text, look)}>{marked(snippet.text, snippet.highlights)}</p>"
    return f"<p{directed(hit.title, look)}>{title}</p>{outlet_markup(hit.article, look.language)}" + (
        text if hit.paragraph.number else ""
    )


def _sources(row: BatchRow, language: str) -> str:
    """The sources with their numbers of articles, and the number of other sources."""
    unknown = say("unknown", language)
    sources = joined((f"{source.name or unknown} ({source.articles})" for source in row.sources), language)
    return f"{sources} +{row.more_sources}" if row.more_sources else sources


def _span(row: BatchRow, language: str) -> str:
    """The first and last day of the articles of a line, or why there are none."""
    if row.status not in ("found", "repeated"):
        return say(f"line {row.status}", language)
    texts = [] if row.status == "found" else [say("line repeated", language, line=row.same_as)]
    if row.first and row.last:
        one_day = row.first == row.last
        texts.append(
            str(row.first) if one_day else say("span", language, first=str(row.first), last=str(row.last))
        )
    elif row.articles:
        texts.append(say("undated all", language))
    return " · ".join(texts)
