"""Read PAGE XML of PRImA, written by transcription tools and OCR engines: one page and article per file.

A ``TextRegion`` is a paragraph, in the order of ``ReadingOrder`` or else of the file. If a line has several
texts (``TextEquiv``), the one with the lowest index counts; a line without any is assembled from its words,
and a region without lines has its own text. Headers, footers, page numbers and catch-words are left out and
counted. A region of type ``heading`` gives the title.

Specification: PRImA, PAGE content 2019-07-15 (https://github.com/PRImA-Research-Lab/PAGE-XML).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from khabar.corpus.ocr.alto import number_in, percent_in
from khabar.corpus.ocr.words import Block, Page, Word, draft_of_pages
from khabar.corpus.report import Unreadable
from khabar.corpus.xml.trees import child, children, trees

if TYPE_CHECKING:
    from khabar.corpus.pieces.content import Content, Found

__all__ = ["read_page_xml"]

_FURNITURE = frozenset({"header", "footer", "page-number", "catch-word", "signature-mark"})
_STRUCTURE = re.compile(r"\bstructure\s*\{[^}]*\btype\s*:\s*([\w-]+)")
"""The type of a region in the attribute ``custom``, as Transkribus writes it."""


def read_page_xml(content: Content) -> Iterator[Found]:
    """Read the article in a file."""
    pages: list[Page] = []
    trouble: Unreadable | None = None
    for tree in trees(content, {"Page"}):
        if isinstance(tree, Unreadable):
            trouble = tree
        else:
            pages.append(_page(tree))
    if pages:
        yield None, draft_of_pages(pages)
    if trouble is not None:
        yield None, trouble
    elif not pages:
        raise Unreadable("no-word")


def _page(page: Element) -> Page:
    order = {name: place for place, name in enumerate(_order(child(page, "ReadingOrder")))}
    # Regions may be nested, in a table or an advertisement; inner ones follow the outer one.
    regions = list(page.iter("TextRegion"))
    regions.sort(key=lambda region: order.get(region.get("id", ""), len(order)))
    return Page([_block(region) for region in regions], percent_in(page.get("conf", "")))


def _order(group: Element | None) -> Iterator[str]:
    """The ids of regions in reading order."""
    if group is None:
        return
    steps = list(group)
    if any(step.get("index") for step in steps):
        steps.sort(key=lambda step: number_in(step.get("index", "")) or 0)
    for step in steps:
        if name := step.get("regionRef", ""):
            yield name
        yield from _order(step)


def _block(region: Element) -> Block:
    kind = region.get("type", "")
    if not kind and (custom := _STRUCTURE.search(region.get("custom", ""))):
        kind = custom[1]
    lines = [_line(line) for line in children(region, "TextLine")]
    if not any(lines):
        text, confidence = _text(region)
        lines = [[Word(line, None, confidence)] for line in text.splitlines()]
    return Block(lines, heading=kind == "heading", furniture=kind in _FURNITURE)


def _line(line: Element) -> list[Word]:
    text, confidence = _text(line)
    if text:
        return [Word(text, None, confidence)]
    words = []
    for word in children(line, "Word"):
        text, confidence = _text(word)
        if not text:
            text = "".join(_text(glyph)[0] for glyph in children(word, "Glyph"))
        words.append(Word(text, _left(word), confidence))
    return words


def _text(element: Element) -> tuple[str, float | None]:
    """The text of the best ``TextEquiv``, and its confidence in percent."""
    texts = list(children(element, "TextEquiv"))
    if not texts:
        return "", None
    best = min(texts, key=lambda text: number_in(text.get("index", "")) or 0)
    inner = child(best, "Unicode")
    if inner is None:
        inner = child(best, "PlainText")
    text = "" if inner is None else "".join(inner.itertext()).strip()
    return text, percent_in(best.get("conf", ""))


def _left(word: Element) -> float | None:
    """The left end of a word's outline."""
    outline = child(word, "Coords")
    if outline is None:
        return None
    points = outline.get("points", "").split()
    lefts = [left for point in points if (left := number_in(point.partition(",")[0])) is not None]
    return min(lefts, default=None)
