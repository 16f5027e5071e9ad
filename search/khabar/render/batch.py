"""A list that was looked up line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from khabar.render.hit import outlet_line, outlet_markup, snippet_text
from khabar.render.look import Look
from khabar.render.messages import counted, say
from khabar.render.text import date
from khabar.render.view import Record, View
from khabar.spelling import printable

if TYPE_CHECKING:
    from rich.console import RenderableType

    from khabar.explore.batch import BatchRow
    from khabar.query.results import Hit

__all__ = ["BatchView", "batch_markup"]


class BatchView(View, frozen=True):
    """The lines of a list, with what there is of each.

    Attributes:
        rows_of: the lines; for the formats of rows alone they may be given as they come.
        articles: whether tables have a row for each article instead of one for each line.
        fields: the kept fields that such a table has columns of.
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
            return (each for row in self.rows_of for each in row.article_rows(self.fields))
        return (row.row() for row in self.rows_of)

    def columns(self) -> tuple[str, ...]:
        """The names of the columns of a table with a row for each line, also if there is none; () with a row
        for each article, which itself has them."""
        from khabar.explore.batch import BatchRow

        return () if self.articles else tuple(BatchRow(0, "", "name", "empty").row())

    def lines(self, language: str = "en") -> Iterator[str]:
        """A line for each line of the list: number, text, status, articles, first and last day, sources; with
        articles, one for each of these: number, text, date, source, id, title. Parted by tabs."""
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
        wide = max((len(f"{row.articles:,}") for row in rows), default=1)
        for row in rows:
            side = page(row.text, look)
            lead = Text(f"{row.articles:>{wide},}  ", style="bold" if row.articles else look.style.faint)
            line = Text(apart(row.text.strip(), look), style=look.style.title)
            line.append(f"  {_span(row, look.language)}", style=f"not bold {look.style.faint}")
            parts.append(Hanging(line, wide + 2, lead, side))
            if row.sources:
                parts.append(
                    Hanging(
                        Text(printable(_sources(row, look.language)), style=look.style.faint),
                        wide + 2,
                        page=side,
                    )
                )
            for hit in row.hits:
                title = Text(printable(hit.title))
                outlet = outlet_line(hit.article, look)
                if outlet:
                    title.append(" · ").append(outlet)
                parts.append(Hanging(title, wide + 4, page=side))
                if hit.paragraph.number:
                    text = Text(printable(snippet_text(hit.snippet)), style=look.style.faint)
                    parts.append(Hanging(text, wide + 4, page=side))
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
    """The lines of a list as a table of a page.

    Args:
        rows: the lines.
        look: its language is that of the page's own words.
        articles: whether all articles of a line are listed below it, instead of the best.
    """
    from khabar.render.html import apart, directed

    language = look.language
    heads = ("line", "batch text", "articles", "span from to", "sources", "best passage")
    named = "".join(f"<th>{apart(say(f'column {head}', language))}</th>" for head in heads)
    lines = []
    for row in rows:
        shown = row.hits if articles else row.hits[:1]
        lines.append(
            f'<tr><td class="number">{row.line}</td>'
            f"<td{directed(row.text, look)}>{apart(row.text.strip())}</td>"
            f'<td class="number">{row.articles:,}</td>'
            f"<td>{apart(_span(row, language))}</td>"
            f"<td>{apart(_sources(row, language))}</td>"
            f"<td>{''.join(_passage(hit, look) for hit in shown)}</td></tr>"
        )
    return f'<div class="table"><table><tr>{named}</tr>{"".join(lines)}</table></div>'


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
    """The sources with their numbers, and how many there are besides."""
    unknown = say("unknown", language)
    shown = "، ".join(f"{each.name or unknown} ({each.articles})" for each in row.sources)
    return f"{shown} +{row.more_sources}" if row.more_sources else shown


def _span(row: BatchRow, language: str) -> str:
    """From when to when, or why there is nothing."""
    if row.status not in ("found", "repeated"):
        return say(f"line {row.status}", language)
    said = [] if row.status == "found" else [say("line repeated", language, line=row.same_as)]
    if row.first and row.last:
        dated = row.first == row.last
        said.append(
            str(row.first) if dated else say("span", language, first=str(row.first), last=str(row.last))
        )
    elif row.articles:
        said.append(say("undated all", language))
    return " · ".join(said)
