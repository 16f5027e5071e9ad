"""hOCR, the HTML in which Tesseract, OCRopus and others write their results: one article a file.

An ``ocr_par`` is a paragraph, or an ``ocr_carea`` or a page where there are none; lines and words are as
marked (``ocr_line``, ``ocrx_word``). Headers, footers and page numbers are left out and counted. ``x_wconf``
is the confidence of a word, from 0 to 100, and ``bbox`` its place.

Specification: hOCR 1.2 (https://kba.github.io/hocr-spec/1.2/).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from khabar.corpus.ocr.words import Block, Page, Word, draft_of_pages
from khabar.corpus.pieces.content import needs
from khabar.corpus.pieces.encoding import decode_page
from khabar.corpus.pieces.streams import said
from khabar.corpus.report import Unreadable
from khabar.spelling import has_words

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from khabar.corpus.pieces.content import Content, Found

__all__ = ["read_hocr"]

_LINES = frozenset(
    {"ocr_line", "ocrx_line", "ocr_header", "ocr_footer", "ocr_pageno", "ocr_caption", "ocr_textfloat"}
)
_FURNITURE = frozenset({"ocr_header", "ocr_footer", "ocr_pageno"})
_HEADINGS = frozenset({"ocr_title", "ocr_chapter", "ocr_section"})
_PARAGRAPHS = frozenset({"ocr_par", "ocrx_par", "ocr_blockquote"})
_AREAS = frozenset({"ocr_carea", "ocrx_block", "ocr_column"})
_WORDS = frozenset({"ocrx_word", "ocr_word"})
_BOX = re.compile(r"\bbbox\s+(-?\d{1,9})\b")
_RIGHT = re.compile(r"\bbbox\s+-?\d{1,9}\s+-?\d{1,9}\s+(-?\d{1,9})\b")
_CONFIDENCE = re.compile(r"\bx_w?confs?\s+(\d{1,3}(?:\.\d{1,6})?)")
_NO_TITLE = re.compile(r"(?:image|ocr|hocr|untitled|unknown|scan)?[\s\d_.:/\\-]*(?:\.\w{2,5})?", re.I)


def read_hocr(content: Content) -> Iterator[Found]:
    """The article of a file."""
    needs("lxml.html", what="pages", extra="html")
    from khabar.corpus.web.pages import parsed

    decoded = content.markup(decode_page(content.data()))
    try:
        root = parsed(decoded.text)
        title = next((" ".join("".join(each.itertext()).split()) for each in root.iter("title")), "")
        found = list(_outermost(root, {"ocr_page"})) or [root]
        pages = [_page(page) for page in found]
    except MemoryError:
        raise
    # What lxml makes of a hostile page is its own to know.
    except Exception as error:
        raise Unreadable("broken-page", error=said(error)) from None
    # Programs put the name of the picture there.
    named = has_words(title) and not _NO_TITLE.fullmatch(title) and not re.search(r"\.\w{2,5}$", title)
    yield None, draft_of_pages(pages, title if named else "")


def _classes(element: HtmlElement) -> set[str]:
    return set((element.get("class") or "").split())


def _outermost(root: HtmlElement, names: Collection[str]) -> Iterator[HtmlElement]:
    """The elements of these classes that lie in no other such one, in the order of the page."""
    waiting = list(reversed(root))
    while waiting:
        element = waiting.pop()
        if not isinstance(element.tag, str):
            continue
        if _classes(element).intersection(names):
            yield element
        else:
            waiting.extend(reversed(element))


def _page(page: HtmlElement) -> Page:
    blocks = list(_outermost(page, _PARAGRAPHS | _HEADINGS)) or list(_outermost(page, _AREAS)) or [page]
    return Page([each for block in blocks for each in _blocks(block)])


def _blocks(block: HtmlElement) -> Iterator[Block]:
    """A paragraph, and apart from it the lines in it that are no part of the text."""
    heading = bool(_classes(block) & _HEADINGS)
    lines: list[list[Word]] = []
    for line in list(_outermost(block, _LINES)) or [block]:
        words = _words(line)
        if _classes(line) & _FURNITURE:
            yield Block([words], furniture=True)
        else:
            lines.append(words)
    yield Block(lines, heading=heading)


def _words(line: HtmlElement) -> list[Word]:
    found = [
        Word(
            " ".join("".join(word.itertext()).split()),
            _number_of(_BOX, word),
            _number_of(_CONFIDENCE, word),
            _number_of(_RIGHT, word),
        )
        for word in _outermost(line, _WORDS)
    ]
    if found:
        return found
    text = " ".join("".join(line.itertext()).split())
    return [Word(text, _number_of(_BOX, line), _number_of(_CONFIDENCE, line), _number_of(_RIGHT, line))]


def _number_of(what: re.Pattern[str], element: HtmlElement) -> float | None:
    found = what.search(element.get("title") or "")
    return float(found[1]) if found else None
