"""ALTO XML (versions 1 to 4), which libraries keep the text of scanned newspapers in: one article a file.

A ``TextBlock`` is a paragraph, a ``String`` a word. What stands in the margins of a page (running heads, page
numbers) is left out and counted. A word that is parted by a hyphen is whole in ``SUBS_CONTENT``. Order is
that of the file, or of ``ReadingOrder`` where there is one. ``WC`` is the confidence of a word, from 0 to 1.

Specification: Library of Congress, ALTO 4.4 (https://www.loc.gov/standards/alto/).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from khabar.corpus.ocr.words import Block, Page, Word, draft_of_pages
from khabar.corpus.report import Unreadable
from khabar.corpus.xml.trees import children, trees

if TYPE_CHECKING:
    from khabar.corpus.pieces.content import Content, Found

__all__ = ["number_in", "read_alto"]

_MARGINS = ("TopMargin", "LeftMargin", "RightMargin", "BottomMargin")


def read_alto(content: Content) -> Iterator[Found]:
    """The article of a file."""
    pages: list[Page] = []
    trouble: Unreadable | None = None
    order: list[str] = []
    for tree in trees(content, {"Page", "ReadingOrder"}):
        if isinstance(tree, Unreadable):
            trouble = tree
        elif tree.tag == "ReadingOrder":
            order = [each.get("REF", "") for each in tree.iter("ElementRef")]
        else:
            pages.append(_page(tree, order))
    if pages:
        yield None, draft_of_pages(pages)
    if trouble is not None:
        yield None, trouble
    elif not pages:
        raise Unreadable("no-word")


def _page(page: Element, order: list[str]) -> Page:
    margins = {
        id(block) for name in _MARGINS for each in children(page, name) for block in each.iter("TextBlock")
    }
    blocks = list(page.iter("TextBlock"))
    if order:
        places = {name: place for place, name in enumerate(order)}
        # Those without a place stay behind, in their own order.
        blocks.sort(key=lambda block: places.get(block.get("ID", ""), len(order)))
    share = number_in(page.get("PC", ""))
    return Page(
        [
            Block([_words(line) for line in block.iter("TextLine")], furniture=id(block) in margins)
            for block in blocks
        ],
        None if share is None else 100 * share,
    )


def _words(line: Element) -> list[Word]:
    words = []
    for string in children(line, "String"):
        part, whole = string.get("SUBS_TYPE", ""), string.get("SUBS_CONTENT", "")
        if part == "HypPart2" and whole:
            continue
        text = whole if part == "HypPart1" and whole else string.get("CONTENT", "")
        confidence, left = number_in(string.get("WC", "")), number_in(string.get("HPOS", ""))
        words.append(
            Word(
                text,
                left,
                None if confidence is None else 100 * confidence,
                _sum(left, string.get("WIDTH", "")),
            )
        )
    if (
        words
        and not words[-1].text.endswith("-")
        and any(each.get("CONTENT") for each in children(line, "HYP"))
    ):
        last = line.findall("String")[-1]
        if not last.get("SUBS_CONTENT"):
            words[-1] = words[-1]._replace(text=f"{words[-1].text}-")
    return words


def _sum(left: float | None, width: str) -> float | None:
    """The right end of a box; None if it is not told."""
    wide = number_in(width)
    return None if left is None or wide is None else left + wide


def number_in(text: str) -> float | None:
    """The number that a text is, if it is finite."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < 1e12 else None
