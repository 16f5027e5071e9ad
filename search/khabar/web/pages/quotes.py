"""The page for quotations: where a text was said, in the same words or nearly, with what differs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from khabar.render.messages import ALTERS
from khabar.web.dress import article_address
from khabar.web.pages.searching import Search

if TYPE_CHECKING:
    from khabar.explore.quotations import Difference, Quotation, QuotedPlace
    from khabar.library import Index
    from khabar.web.pages.page import Page

__all__ = ["Piece", "pieces", "quote_context"]

#: Number of places of each quotation.
_PLACES = 10
#: Characters of an article before and after what was quoted.
_AROUND = 120


class Piece(NamedTuple):
    """A piece of a text.

    Attributes:
        text: the piece.
        kind: ``same`` for words on both sides, ``other`` for words that differ, "" for what is not quoted.
    """

    text: str
    kind: str


def quote_context(index: Index, text: str, page: Page) -> dict[str, Any]:
    """What the page shows.

    Args:
        index: searched.
        text: the quotation; "" for the empty form.
        page: who looks.
    """
    found = index.quote(text, limit=_PLACES) if text.strip() else None
    return {
        "page": page,
        "text": text,
        "found": found,
        "quotations": [_part(part, page) for part in found] if found is not None else [],
    }


def _part(part: Quotation, page: Page) -> dict[str, Any]:
    places = [_place(place, page) for place in part.places]
    return {
        "part": part,
        "places": places,
        "nearest": _place(part.nearest, page) if part.nearest is not None else None,
        "first": part.first.first if part.first is not None else None,
        "search": Search(q=part.text, lang=page.asked_language).address(),
    }


def _place(place: QuotedPlace, page: Page) -> dict[str, Any]:
    start, end = place.extract(_AROUND)
    ranges = [(each.there_start, each.there_end) for each in _marked(place.differences)]
    return {
        "place": place,
        "there": list(pieces(place.text, place.start, place.end, ranges, (start, end))),
        "before": start > 0,
        "after": end < len(place.text),
        "address": Search(lang=page.asked_language).address(article_address(place.article.id))
        + f"#p{place.paragraph}",
        "differences": [
            (each.kind, each.said, each.there, ALTERS[each.alters][page.language == "ar"])
            for each in _marked(place.differences)
        ],
    }


def _marked(differences: Sequence[Difference]) -> list[Difference]:
    """What is worth a mark: another newsroom's spelling of the same word is none."""
    return [each for each in differences if each.kind != "spelling"]


def pieces(
    text: str, start: int, end: int, ranges: Sequence[tuple[int, int]], window: tuple[int, int]
) -> Iterator[Piece]:
    """A text in pieces: what is quoted, what differs there, and what stands around it.

    Args:
        text: the text.
        start, end: the range that is quoted.
        ranges: those of the words that differ, in any order; empty ones are passed over.
        window: the range to show.

    >>> list(pieces("قال الوزير أمس", 4, 10, [], (0, 14)))
    [Piece(text='قال ', kind=''), Piece(text='الوزير', kind='same'), Piece(text=' أمس', kind='')]
    """
    place, last = window
    inside = sorted((low, high) for low, high in ranges if low < high and low >= start and high <= end)
    marks: list[tuple[int, int, str]] = []
    at = start
    for low, high in inside:
        if low < at:
            continue
        marks += [(at, low, "same"), (low, high, "other")]
        at = high
    for low, high, kind in [*marks, (at, end, "same")]:
        if place < low:
            yield Piece(text[place:low], "")
        if low < high:
            yield Piece(text[low:high], kind)
        place = max(place, high)
    if place < last:
        yield Piece(text[place:last], "")
