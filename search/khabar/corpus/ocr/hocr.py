"""Read hOCR, the HTML output of Tesseract, OCRopus and others: one article per file.

An ``ocr_par`` is a paragraph; without any, an ``ocr_carea`` or a page is. ``ocr_line`` and ``ocrx_word`` mark
lines and words. Headers, footers and page numbers are left out and counted. ``x_wconf`` is the confidence of
a word, from 0 to 100, and ``bbox`` its box.

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
_LEFT = re.compile(r"\bbbox\s+(-?\d{1,9})\b")
_RIGHT = re.compile(r"\bbbox\s+-?\d{1,9}\s+-?\d{1,9}\s+(-?\d{1,9})\b")
_CONFIDENCE = re.compile(r"\bx_w?confs?\s+(\d{1,3}(?:\.\d{1,6})?)")
_NO_TITLE = re.compile(r"(?:image|ocr|hocr|untitled|unknown|scan)?[\s\d_.:/\\-]*(?:\.\w{2,5})?", re.I)


def read_hocr(content: Content) -> Iterator[Found]:
    """Read the article in a file."""
    needs("lxml.html", what="pages", extra="html")
    from khabar.corpus.web.pages import parsed

    decoded = content.markup(decode_page(content.data()))
    try:
        root = parsed(decoded.text)
        title = next((" ".join("".join(element.itertext()).split()) for element in root.iter("title")), "")
        pages = [_page(page) for page in list(_outermost(root, {"ocr_page"})) or [root]]
    except MemoryError:
        raise
    # On hostile pages, lxml raises errors that it does not document.
    except Exception as error:
        raise Unreadable("broken-page", error=said(error)) from None
    # Programs write the name of the image there.
    is_title = has_words(title) and not _NO_TITLE.fullmatch(title) and not re.search(r"\.\w{2,5}$", title)
    yield None, draft_of_pages(pages, title if is_title else "")


def _classes(element: HtmlElement) -> set[str]:
    return set((element.get("class") or "").split())


def _outermost(root: HtmlElement, names: Collection[str]) -> Iterator[HtmlElement]:
    """The outermost elements with certain classes, in the order of the page."""
    stack = list(reversed(root))
    while stack:
        element = stack.pop()
        if not isinstance(element.tag, str):
            continue
        if _classes(element).intersection(names):
            yield element
        else:
            stack.extend(reversed(element))


def _page(page: HtmlElement) -> Page:
    elements = list(_outermost(page, _PARAGRAPHS | _HEADINGS)) or list(_outermost(page, _AREAS)) or [page]
    return Page([block for element in elements for block in _blocks(element)])


def _blocks(element: HtmlElement) -> Iterator[Block]:
    """A paragraph, and separate blocks for the lines in it that do not belong to the text."""
    heading = bool(_classes(element) & _HEADINGS)
    lines: list[list[Word]] = []
    for line in list(_outermost(element, _LINES)) or [element]:
        words = _words(line)
        if _classes(line) & _FURNITURE:
            yield Block([words], furniture=True)
        else:
            lines.append(words)
    yield Block(lines, heading=heading)


def _words(line: HtmlElement) -> list[Word]:
    """The words of a line; the line itself if no words are marked."""
    return [_word(word) for word in _outermost(line, _WORDS)] or [_word(line)]


def _word(element: HtmlElement) -> Word:
    return Word(
        " ".join("".join(element.itertext()).split()),
        _number_of(_LEFT, element),
        _number_of(_CONFIDENCE, element),
        _number_of(_RIGHT, element),
    )


def _number_of(pattern: re.Pattern[str], element: HtmlElement) -> float | None:
    match = pattern.search(element.get("title") or "")
    return float(match[1]) if match else None
