"""The page for quotations: where a text appeared, word for word or nearly, with the differences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from khabar.render.messages import ALTERS
from khabar.web.layout import article_address
from khabar.web.pages.searching import Search

if TYPE_CHECKING:
    from khabar.explore.quotations import Quotation, QuotedPlace
    from khabar.library import Index
    from khabar.web.pages.page import Page

__all__ = ["Piece", "pieces", "quote_context"]

#: The number of places shown for each quotation.
_PLACES = 10
#: The number of characters shown before and after the quoted text.
_AROUND = 120


class Piece(NamedTuple):
    """A piece of a text.

    Attributes:
        text: the piece.
        kind: ``same`` for identical words, ``other`` for words that differ, "" for text around the quotation.
    """

    text: str
    kind: str


def quote_context(index: Index, text: str, page: Page) -> dict[str, Any]:
    """The values of the template for quotations.

    Args:
        index: the index.
        text: the quotation; "" for the empty form.
        page: the frame of the page.
    """
    quotations = index.quote(text, limit=_PLACES) if text.strip() else ()
    return {"page": page, "text": text, "quotations": [_part(part, page) for part in quotations]}


def _part(part: Quotation, page: Page) -> dict[str, Any]:
    """A part of the text with its places, for the template."""
    places = [_place(place, page) for place in part.places]
    return {
        "part": part,
        "places": places,
        "nearest": _place(part.nearest, page) if part.nearest is not None else None,
        "first": part.first.first if part.first is not None else None,
        "search": Search(q=part.text, lang=page.asked_language).address(),
    }


def _place(place: QuotedPlace, page: Page) -> dict[str, Any]:
    """A place with its differences, for the template."""
    start, end = place.extract(_AROUND)
    # Other spellings of the same word are not worth a mark.
    differences = [difference for difference in place.differences if difference.kind != "spelling"]
    ranges = [(difference.there_start, difference.there_end) for difference in differences]
    return {
        "place": place,
        "there": list(pieces(place.text, place.start, place.end, ranges, (start, end))),
        "before": start > 0,
        "after": end < len(place.text),
        "address": Search(lang=page.asked_language).address(
            article_address(place.article.id), archive=place.archive
        )
        + f"#p{place.paragraph}",
        "differences": [
            (
                difference.kind,
                difference.said,
                difference.there,
                ALTERS[difference.alters][page.language == "ar"],
            )
            for difference in differences
        ],
    }


def pieces(
    text: str, start: int, end: int, ranges: Sequence[tuple[int, int]], window: tuple[int, int]
) -> Iterator[Piece]:
    """Split a text into pieces: the quoted words, those that differ, and the text around them.

    Args:
        text: the text.
        start, end: the range of the quotation.
        ranges: the ranges of words that differ, in any order; empty ones are ignored.
        window: the range to show.

    >>> list(pieces("قال الوزير أمس", 4, 10, [], (0, 14)))
    [Piece(text='قال ', kind=''), Piece(text='الوزير', kind='same'), Piece(text=' أمس', kind='')]
    """
    position, last = window
    inside = sorted((low, high) for low, high in ranges if low < high and low >= start and high <= end)
    marks: list[tuple[int, int, str]] = []
    marked_to = start
    for low, high in inside:
        if low < marked_to:
            continue
        marks += [(marked_to, low, "same"), (low, high, "other")]
        marked_to = high
    for low, high, kind in [*marks, (marked_to, end, "same")]:
        if position < low:
            yield Piece(text[position:low], "")
        if low < high:
            yield Piece(text[low:high], kind)
        position = max(position, high)
    if position < last:
        yield Piece(text[position:last], "")
