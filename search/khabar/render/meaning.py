"""Articles that are close in meaning but share no word with the query, and so are not hits: as lines, for a
terminal and for a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from khabar.render.hit import hit_markup, hits_view, snippet_text
from khabar.render.html import apart as apart_markup
from khabar.render.html import faint
from khabar.render.look import Look
from khabar.render.messages import say
from khabar.render.text import date
from khabar.spelling import printable

if TYPE_CHECKING:
    from rich.console import RenderableType

    from khabar.query.results import Hit

__all__ = ["also_lines", "also_markup", "also_view"]


def also_lines(also: Sequence[Hit]) -> Iterator[str]:
    """Articles that are close only in meaning, one line each: id, z, date, source, title, and the number and
    beginning of the closest passage, separated by tabs. Unlike hits, they have no ``title:`` line."""
    for hit in also:
        article, close = hit.article, hit.meaning
        columns = (
            article.id,
            f"{close.z:.2f}" if close is not None and close.z is not None else "",
            date(article.published),
            article.source,
            article.title,
            str(hit.paragraph.number),
            snippet_text(hit.snippet),
        )
        yield "also: " + "\t".join(map(printable, columns))


def also_view(also: Sequence[Hit], look: Look) -> list[RenderableType]:
    """Articles that are close only in meaning, below a heading, for a terminal."""
    if not also:
        return []
    from khabar.render.terminal import Hanging, Text, page

    heading = Text(say("also about", look.language), style="bold")
    return [Text(), Hanging(heading, page=page("", look)), Text(), hits_view(also, look)]


def also_markup(also: Sequence[Hit], look: Look) -> Iterator[str]:
    """Articles that are close only in meaning, as a section of a page."""
    if not also:
        return
    yield f'<section class="also"><h3>{apart_markup(say("also about", look.language))}</h3>'
    yield faint(apart_markup(say("also explained", look.language)))
    yield '<ol class="hits">'
    yield from (hit_markup(hit, look, numbered=False) for hit in also)
    yield "</ol></section>"
