"""Articles counted by source, author, section, tag, language, place, month or year, or by a kept field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from khabar.render.hit import tally_lines
from khabar.render.html import bars, headed, page_of, subject
from khabar.render.look import Look
from khabar.render.messages import and_more, counted, found, nothing, say
from khabar.render.view import Record, View
from khabar.spelling import printable

if TYPE_CHECKING:
    from rich.console import RenderableType

    from khabar.explore.facets import Facet, Facets

__all__ = ["FacetRow", "FacetsView", "columns_markup", "facet_blocks", "facet_rows", "heading_of"]

#: The key of the heading of each field's facet.
_HEADINGS = {
    "source": "by source",
    "author": "by author",
    "section": "by section",
    "tag": "by tag",
    "language": "by language",
    "place": "by place",
    "month": "by month",
    "year": "by year",
}
#: Maximum number of columns of a bar.
_WIDTH = 24


class FacetsView(View, frozen=True):
    """Articles counted by fields."""

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
        from khabar.render.terminal import Group, Hanging, Text, footer, page

        facets = self.facets
        parts: list[RenderableType] = []
        for facet in facets.facets:
            heading = Text(heading_of(facet.field, look.language), style="bold")
            parts += [Hanging(heading, page=page("", look)), *_facet(facet, look), Text()]
        return Group(*parts, footer(found(facets.total, facets, look.language), facets.took_ms, look))

    def page(self, look: Look) -> str:
        facets = self.facets
        title = subject(facets.query, look)
        note = found(facets.total, facets, look.language)
        head = headed(title, note, [facets.query], facets.problems, look)
        return page_of(title, [*head, columns_markup(facet_blocks(facets, look.language))], look)

    def complaint(self, look: Look) -> str:
        return "" if self.facets.total else nothing(self.facets.query, self.facets, look.language)


class FacetRow(NamedTuple):
    """A line of a facet.

    Attributes:
        text: the name of the value, or a text about values that are not listed.
        articles: the number of articles.
        kind: ``value`` for a named value, ``unknown`` for articles without one, ``unlisted`` for values that
            are not listed.
    """

    text: str
    articles: int
    kind: Literal["value", "unknown", "unlisted"]


def facet_rows(facet: Facet, language: str) -> Iterator[FacetRow]:
    """The lines of a facet: its values, with lines for values that are not listed."""
    more, rest = facet.more, facet.rest
    for value in facet.values:
        if value.gap:
            text = say("none between", language, count=counted(value.gap, facet.field, language))
            yield FacetRow(text, 0, "unlisted")
        if value.more:
            text = say("left out between", language, count=counted(value.more, facet.field, language))
            yield FacetRow(text, value.rest, "unlisted")
            more, rest = more - value.more, rest - value.rest
        if value.name:
            yield FacetRow(value.name, value.count, "value")
        else:
            yield FacetRow(say("unknown", language), value.count, "unknown")
    if more:
        yield FacetRow(and_more(more, language), rest, "unlisted")


def heading_of(field: str, language: str) -> str:
    """The heading of a field's facet."""
    if field in _HEADINGS:
        return say(_HEADINGS[field], language)
    return say("by field", language, field=printable(field))


def facet_blocks(facets: Facets, language: str) -> list[tuple[str, list[FacetRow]]]:
    """Facets for a page: the heading and the lines of each."""
    return [(heading_of(facet.field, language), list(facet_rows(facet, language))) for facet in facets.facets]


def _facet(facet: Facet, look: Look) -> Iterator[RenderableType]:
    from khabar.render.terminal import Hanging, Text, bar

    style = look.style
    rows = list(facet_rows(facet, look.language))
    most = max((row.articles for row in rows if row.kind != "unlisted"), default=0)
    digits = len(f"{max((row.articles for row in rows), default=0):,}")
    for row in rows:
        if row.kind == "unlisted":
            lead = Text(f"  {row.articles:>{digits},}  {'':<{_WIDTH}}  ", style=style.faint)
        else:
            lead = Text.assemble(
                f"  {row.articles:>{digits},}  ",
                (f"{bar(row.articles, most, _WIDTH):<{_WIDTH}}  ", style.calm("light")),
            )
        name = Text(_name(row.text, look)) if row.kind == "value" else Text(row.text, style=style.faint)
        yield Hanging(name, lead.cell_len, lead)


def _name(name: str, look: Look) -> str:
    from khabar.render.terminal import cell

    return name if name.isascii() and name.isprintable() else cell(name, look)


def columns_markup(blocks: Iterable[tuple[str, Sequence[FacetRow]]]) -> str:
    """Facets side by side with bars, for a page."""
    columns = "".join(
        bars(
            heading,
            [(row.text, row.articles) for row in rows],
            lengths=[0 if row.kind == "unlisted" else row.articles for row in rows],
        )
        for heading, rows in blocks
        if rows
    )
    return f'<div class="columns">{columns}</div>' if columns else ""
