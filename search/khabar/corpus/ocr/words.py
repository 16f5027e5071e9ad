"""Shared by the readers of OCR output: from words with positions on pages to an article.

One file is one article. Its paragraphs are those that the OCR found, in its reading order; the lines of a
paragraph are joined, and a word that is parted at the end of a line («exam-/ple») is whole again. Arabic has
no such hyphens. Running heads, page numbers and the like are left out where the format marks them.

Some programs write the words of a line from left to right, as they stand on the page. In Arabic that is from
the end; so the order is told by the places of the words, and mended (`in_order`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from khabar.corpus.pieces.content import Draft
from khabar.corpus.reasons import Reason
from khabar.corpus.report import Unreadable
from khabar.corpus.text.paragraphs import body_of, headline_place, is_headline, title_from
from khabar.spelling import has_words, storable

__all__ = [
    "LEAST_CONFIDENCE",
    "Block",
    "Page",
    "Word",
    "draft_of_pages",
    "goes_on",
    "in_order",
    "joined_lines",
]

LEAST_CONFIDENCE = 50
"""Mean confidence of the words of a page, of 100, below which its text is doubtful. Tesseract gives 85 to 95
for a clean print, and less than 50 where it takes pictures or another script for letters."""
_FURNITURE = "running heads"
_ARABIC = re.compile("[\u0620-\u064a\u0671-\u06d3]")
_HYPHENS = ("-", "\u2010", "\u00ad", "¬", "⸗")
_STOPS = (".", "!", "؟", "?", "…", "۔", ":", "»", '"', ")", "”")
_EDGE = 0.04
"""of a line's width: how far edges of lines may differ that stand in one column"""
_LETTER = 0.25
"""of a letter's width: how far it may differ between lines of one paragraph"""
_LOWER_LATIN = re.compile(r"[a-zà-ÿ]")


class Word(NamedTuple):
    """A word of a line.

    Attributes:
        text: as the OCR wrote it.
        left: of its box, in pixels or any unit of the page; None if not told.
        confidence: of 100; None if not told.
        right: of its box.
    """

    text: str
    left: float | None = None
    confidence: float | None = None
    right: float | None = None


class Block(NamedTuple):
    """A paragraph.

    Attributes:
        lines: with their words.
        heading: whether it is marked as a heading.
        furniture: whether it is a running head, a page number or the like.
    """

    lines: Sequence[Sequence[Word]]
    heading: bool = False
    furniture: bool = False


class Page(NamedTuple):
    """A page.

    Attributes:
        blocks: in reading order.
        confidence: of 100, as told of the page; None: the mean of its words.
    """

    blocks: Sequence[Block]
    confidence: float | None = None


def draft_of_pages(pages: Iterable[Page], title: str = "") -> Draft:
    """The article of the pages.

    Args:
        pages: in their order; they are numbered from 1.
        title: of the document, if the file tells one; else it is the first heading of the first page, or made
            of the first line.

    Raises:
        Unreadable: there are no words in them.
    """
    found: list[tuple[int, str]] = []
    notes: list[Reason] = []
    clutter: Counter[str] = Counter()
    heading = ""
    turned = 0
    for number, page in enumerate(pages, 1):
        confidences: list[float] = []
        before: Block | None = None
        for block in page.blocks:
            if block.furniture:
                clutter[_FURNITURE] += 1
                continue
            lines = []
            for words in block.lines:
                ordered, was_turned = in_order(words)
                turned += was_turned
                lines.append(" ".join(filter(None, (word.text.strip() for word in ordered))))
                confidences += [word.confidence for word in words if word.confidence is not None]
            body = body_of(storable(joined_lines(lines)))
            clutter.update(body.clutter)
            text = " ".join(body.lines)
            if not has_words(text):
                continue
            if block.heading and not heading and number == 1:
                heading = text
            if before is not None and goes_on(before, block):
                found[-1] = (number, joined_lines([found[-1][1], text]))
            else:
                found.append((number, text))
            before = block
        mean = page.confidence
        if mean is None and confidences:
            mean = sum(confidences) / len(confidences)
        if mean is not None and mean < LEAST_CONFIDENCE:
            notes.append(Reason.of("ocr-unsure", page=number, confidence=round(mean)))
    if not found:
        raise Unreadable("no-word")
    if turned:
        notes.append(Reason.of("ocr-turned", lines=turned))
    if not has_words(title):
        place = headline_place([text for _, text in found])
        first = found[place][1]
        title = heading or (first if place + 1 < len(found) and is_headline(first) else "")
        if title and first == title and place + 1 < len(found):
            del found[place]
    title = " ".join(storable(title).split()) or title_from(
        found[headline_place([text for _, text in found])][1]
    )
    return Draft(
        title if is_headline(title) else title_from(title),
        tuple(text for _, text in found),
        pages=tuple(number for number, _ in found),
        clutter=clutter,
        notes=tuple(notes),
    )


def goes_on(block: Block, following: Block) -> bool:
    """Whether a paragraph goes on in the next block: where lines stand far apart, OCR makes a block of each.

    It does if its last line ends without a stop and fills its column, if the next one begins at the same
    edge and is no wider, and if their letters are equally wide, which those of a headline are not.
    """
    if block.heading or following.heading or not block.lines or not following.lines:
        return False
    text = " ".join(word.text for word in block.lines[-1])
    if not text or text.rstrip().endswith(_STOPS):
        return False
    last, first = _edges(block.lines[-1]), _edges(following.lines[0])
    if last is None or first is None:
        return False
    width, next_width = last[1] - last[0], first[1] - first[0]
    if width <= 0 or next_width <= 0 or next_width > (1 + _EDGE) * width:
        return False
    side = 1 if _ARABIC.search(text) else 0
    if abs(last[side] - first[side]) > _EDGE * width:
        return False
    next_text = " ".join(word.text for word in following.lines[0])
    widest = max(
        (edges[1] - edges[0] for line in (*block.lines, *following.lines) if (edges := _edges(line))),
        default=width,
    )
    letter, next_letter = width / len(text), next_width / max(1, len(next_text))
    return width >= (1 - _EDGE) * widest and abs(letter - next_letter) <= _LETTER * letter


def _edges(words: Sequence[Word]) -> tuple[float, float] | None:
    """The left and right ends of a line, if they are told."""
    lefts = [word.left for word in words if word.left is not None]
    rights = [word.right for word in words if word.right is not None]
    return (min(lefts), max(rights)) if lefts and rights else None


def joined_lines(lines: Iterable[str]) -> str:
    """The lines of a paragraph as one, with words whole that are parted at the ends of lines.

    >>> joined_lines(["An exam-", "ple of", "a para\\u00ad", "graph"]), joined_lines(["من 1990-", "2000"])
    ('An example of a paragraph', 'من 1990- 2000')
    """
    text = ""
    for line in lines:
        line = line.strip()
        if not line:
            continue
        if text.endswith("\u00ad") or (
            text.endswith(_HYPHENS) and _LOWER_LATIN.match(line) and _LOWER_LATIN.match(text[-2:-1])
        ):
            text = text[:-1] + line
        else:
            text = f"{text} {line}" if text else line
    return text


def in_order(words: Sequence[Word]) -> tuple[Sequence[Word], bool]:
    """The words of a line in the order of reading, and whether they stood in another.

    A line is turned if its Arabic words stand from left to right: there are at least three, and each lies to
    the right of the one before. Runs of other words and numbers keep their own order.

    >>> line = [Word("الجديد", 10), Word("12", 40), Word("km", 50), Word("الجسر", 60), Word("افتتاح", 90)]
    >>> [word.text for word in in_order(line)[0]]
    ['افتتاح', 'الجسر', '12', 'km', 'الجديد']
    """
    places = [word.left for word in words if _ARABIC.search(word.text) and word.left is not None]
    if len(places) < 3 or any(one >= two for one, two in pairwise(places)):
        return words, False
    ordered: list[Word] = []
    run: list[Word] = []
    for word in reversed(words):
        if _ARABIC.search(word.text):
            ordered += reversed(run)
            run = []
            ordered.append(word)
        else:
            run.append(word)
    return [*ordered, *reversed(run)], True
