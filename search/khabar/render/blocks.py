"""Reports as blocks: their content, written once for the terminal and for pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from khabar.render.arabic import translated
from khabar.render.look import Look
from khabar.render.messages import and_more

if TYPE_CHECKING:
    from rich.console import RenderableType

__all__ = ["Block", "Counts", "Facts", "Grid", "Listing", "Note", "blocks_page", "blocks_view", "grid_of"]

#: The style of each tone of a note on a terminal; pages have a class for each.
_TONES = {"": "", "good": "bold green", "bad": "bold red", "warn": "yellow", "strong": "bold", "faint": "dim"}
_BAR = 16


class Note(msgspec.Struct, frozen=True):
    """A sentence. Its tone is "", ``good``, ``bad``, ``warn``, ``strong`` or ``faint``."""

    text: str
    tone: str = ""


class Facts(msgspec.Struct, frozen=True):
    """Names with their values; the heading may be ""."""

    heading: str
    rows: Sequence[tuple[str, str]]


class Listing(msgspec.Struct, frozen=True):
    """Lines below a heading. Each has a highlighted beginning (a file, an id) and a rest; either may be "".

    Attributes:
        heading: the heading; "" for none.
        lines: all lines.
        most: the maximum number of lines shown; None for all.
        all_by: the option that shows all; "" if there is none.
        close: whether the heading follows the block before it without an empty line.
        stand_for: the number of items that each line stands for; empty if that is one each.
    """

    heading: str
    lines: Sequence[tuple[str, str]]
    most: int | None = None
    all_by: str = ""
    close: bool = False
    stand_for: Sequence[int] = ()

    def shown(self) -> Sequence[tuple[str, str]]:
        """The lines to show."""
        return self.lines[: self.most]

    def more(self, language: str) -> str:
        """The line about those that are not shown; "" if all are."""
        hidden = len(self.lines) - len(self.shown())
        if hidden and self.stand_for:
            hidden = sum(self.stand_for[self.most :])
        return and_more(hidden, language, self.all_by) if hidden else ""


class Counts(msgspec.Struct, frozen=True):
    """Names with their counts, and a line about those that are not listed."""

    heading: str
    rows: Sequence[tuple[str, int]]
    more: str = ""


class Grid(msgspec.Struct, frozen=True):
    """A table. A cell is a text, a number, or a text with a depth, whose colour it has."""

    heading: str
    names: Sequence[str]
    rows: Sequence[Sequence[Cell]]


Cell = str | int | float | tuple[str, str]
Block = Note | Facts | Listing | Counts | Grid


def grid_of(rows: Iterable[Mapping[str, Any]], language: str, heading: str = "") -> Grid:
    """A table of rows with named values. The columns are those of the first row."""
    listed = list(rows)
    names = list(listed[0]) if listed else []
    return Grid(
        heading,
        [translated(name.replace("_", " "), language) for name in names],
        [["" if row.get(name) is None else row[name] for name in names] for row in listed],
    )


def blocks_view(blocks: Iterable[Block], look: Look) -> RenderableType:
    """Blocks for a terminal, with an empty line before each heading, and names and numbers in columns."""
    from rich.console import Group
    from rich.text import Text

    from khabar.spelling import printable

    parts: list[RenderableType] = []
    for block in blocks:
        heading = "" if isinstance(block, Note) else block.heading
        if heading:
            close = isinstance(block, Listing) and block.close
            if parts and not close:
                parts.append(Text())
            parts.append(_line(Text(printable(heading), style="" if close else "bold"), look))
        parts += _view_of(block, look)
    return Group(*parts)


def _line(text: object, look: Look, indent: int = 0, lead: object = None) -> RenderableType:
    from rich.text import Text

    from khabar.render.terminal import Hanging, page

    assert isinstance(text, Text) and (lead is None or isinstance(lead, Text))
    return Hanging(text, indent, lead, page=page("", look))


def _view_of(block: Block, look: Look) -> Iterator[RenderableType]:
    from rich.cells import cell_len
    from rich.text import Text

    from khabar.render.terminal import bar, cell
    from khabar.spelling import printable

    match block:
        case Note(text, tone):
            yield _line(Text(printable(text), style=_TONES[tone]), look)
        case Facts(heading, rows):
            indent = "  " if heading else ""
            width = max((cell_len(printable(name)) for name, _ in rows), default=0) + len(indent) + 2
            for name, value in rows:
                lead = Text.assemble(indent, (printable(name), "dim"))
                yield _line(Text(printable(value)), look, width, lead)
        case Listing():
            for beginning, rest in block.shown():
                colon = ": " if beginning and rest else ""
                yield _line(Text.assemble((printable(beginning), "bold"), colon + printable(rest)), look, 2)
            if more := block.more(look.language):
                yield _line(Text(printable(more), style="dim"), look, 2)
        case Counts(_, counted, more):
            most = max((count for _, count in counted), default=0)
            digits = len(f"{most:,}")
            for name, count in counted:
                lead = Text.assemble(
                    f"  {count:>{digits},}  ",
                    (f"{bar(count, most, _BAR):<{_BAR}}  ", look.style.calm("light")),
                )
                # As in every chart, a name, which may be Arabic, is at the end of the line.
                text = printable(name) if name.isascii() else cell(name, look)
                yield _line(Text(text), look, lead.cell_len, lead)
            if more:
                yield _line(Text(printable(more), style="dim"), look, digits + _BAR + 6)
        case Grid(_, names, rows):
            from rich.table import Table

            table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", show_edge=False)
            for column, name in enumerate(names):
                number = bool(rows) and isinstance(rows[0][column], int | float)
                table.add_column(cell(name, look), overflow="fold", justify="right" if number else "left")
            for row in rows:
                table.add_row(*(_cell_view(value, look) for value in row))
            yield table


def _cell_view(value: Cell, look: Look) -> RenderableType:
    from rich.text import Text

    from khabar.render.terminal import cell

    text, depth = value if isinstance(value, tuple) else (_written(value), "")
    return Text(cell(text, look), style=look.style.calm(depth) if depth else "") if text else Text()


def _written(value: str | int | float) -> str:
    return value if isinstance(value, str) else f"{value:,}"


def blocks_page(title: str, blocks: Iterable[Block], look: Look) -> str:
    """Blocks as a page."""
    from khabar.render.html import apart, page_of

    return page_of(title, [f"<h1>{apart(title)}</h1>", *(_markup(block, look) for block in blocks)], look)


def _markup(block: Block, look: Look) -> str:
    from khabar.highlight.markup import plain
    from khabar.render.html import apart, bars, faint, sentence

    head = "" if isinstance(block, Note) or not block.heading else f"<h3>{plain(block.heading)}</h3>"
    match block:
        case Note(text, tone):
            kind = f' class="{tone}"' if tone in ("good", "bad", "warn", "faint") else ""
            markup = sentence(text, look)
            return f"<p{kind}>{f'<b>{markup}</b>' if tone == 'strong' else markup}</p>"
        case Facts(_, rows):
            pairs = "".join(f"<dt>{apart(name)}</dt><dd>{sentence(value, look)}</dd>" for name, value in rows)
            return f"<section>{head}<dl>{pairs}</dl></section>"
        case Listing():
            lines = "".join(
                f"<li>{f'<b>{apart(beginning)}</b>' if beginning else ''}{': ' if beginning and rest else ''}"
                f"{apart(rest) if beginning else sentence(rest, look)}</li>"
                for beginning, rest in block.shown()
            )
            more = block.more(look.language)
            return f"<section>{head}<ul>{lines}</ul>{faint(sentence(more, look)) if more else ''}</section>"
        case Counts(heading, counted, more):
            return bars(heading, counted, more)
        case Grid(_, names, rows):
            heads = "".join(f"<th>{apart(name)}</th>" for name in names)
            lines = "".join(f"<tr>{''.join(map(_cell_markup, row))}</tr>" for row in rows)
            return f'<section>{head}<div class="table"><table><tr>{heads}</tr>{lines}</table></div></section>'


def _cell_markup(value: Cell) -> str:
    from khabar.render.html import apart

    if isinstance(value, tuple):
        text, depth = value
        return f'<td><mark class="{depth}">{apart(text)}</mark></td>' if text else "<td></td>"
    kind = "" if isinstance(value, str) else ' class="number"'
    return f"<td{kind}>{apart(_written(value))}</td>"
