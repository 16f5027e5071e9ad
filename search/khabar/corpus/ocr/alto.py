"""Read ALTO XML (versions 1 to 4), in which libraries store scanned newspapers: one article per file.

A ``TextBlock`` is a paragraph, a ``String`` a word. Text in the margins of a page (running heads, page
numbers) is left out and counted. ``SUBS_CONTENT`` has the whole of a hyphenated word. The order is that of
``ReadingOrder`` if there is one, else that of the file. ``WC`` is the confidence of a word, from 0 to 1.

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

__all__ = ["number_in", "percent_in", "read_alto"]

_MARGINS = ("TopMargin", "LeftMargin", "RightMargin", "BottomMargin")


def read_alto(content: Content) -> Iterator[Found]:
    """Read the article in a file."""
    pages: list[Page] = []
    trouble: Unreadable | None = None
    order: list[str] = []
    for tree in trees(content, {"Page", "ReadingOrder"}):
        if isinstance(tree, Unreadable):
            trouble = tree
        elif tree.tag == "ReadingOrder":
            order = [reference.get("REF", "") for reference in tree.iter("ElementRef")]
        else:
            pages.append(_page(tree, order))
    if pages:
        yield None, draft_of_pages(pages)
    if trouble is not None:
        yield None, trouble
    elif not pages:
        raise Unreadable("no-word")


def _page(page: Element, order: list[str]) -> Page:
    in_margins = {
        id(block)
        for name in _MARGINS
        for margin in children(page, name)
        for block in margin.iter("TextBlock")
    }
    blocks = list(page.iter("TextBlock"))
    if order:
        places = {name: place for place, name in enumerate(order)}
        # Blocks that are not in the order come last.
        blocks.sort(key=lambda block: places.get(block.get("ID", ""), len(order)))
    return Page(
        [
            Block([_words(line) for line in block.iter("TextLine")], furniture=id(block) in in_margins)
            for block in blocks
        ],
        percent_in(page.get("PC", "")),
    )


def _words(line: Element) -> list[Word]:
    words = []
    for string in children(line, "String"):
        part, whole = string.get("SUBS_TYPE", ""), string.get("SUBS_CONTENT", "")
        if part == "HypPart2" and whole:
            continue
        text = whole if part == "HypPart1" and whole else string.get("CONTENT", "")
        left, width = number_in(string.get("HPOS", "")), number_in(string.get("WIDTH", ""))
        right = None if left is None or width is None else left + width
        words.append(Word(text, left, percent_in(string.get("WC", "")), right))
    has_hyphen = any(hyphen.get("CONTENT") for hyphen in children(line, "HYP"))
    if words and not words[-1].text.endswith("-") and has_hyphen:
        last = line.findall("String")[-1]
        if not last.get("SUBS_CONTENT"):
            words[-1] = words[-1]._replace(text=f"{words[-1].text}-")
    return words


def number_in(text: str) -> float | None:
    """The number in a text; None if it is not a number, or not finite."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < 1e12 else None


def percent_in(text: str) -> float | None:
    """The percentage that a text states as a number from 0 to 1; None if it is not a number."""
    share = number_in(text)
    return None if share is None else 100 * share
