"""From words with positions on pages to an article: shared by the readers of OCR output.

One file is one article. Its paragraphs are those that the OCR found, in its reading order. The lines of a
paragraph are joined, and so is a word that was hyphenated at the end of a line («exam-/ple»); Arabic is never
hyphenated. Running heads, page numbers and the like are left out if the format marks them.

Some programs write the words of a line from left to right, which for Arabic is the reverse order. The
positions of the words show this, and `in_order` corrects it.
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
    "continues",
    "draft_of_pages",
    "in_order",
    "joined_lines",
]

LEAST_CONFIDENCE = 50
"""Mean confidence of the words of a page, in percent, below which its text is doubtful. Tesseract gives 85 to
95 for a clean print, and less than 50 if it takes pictures or another script for letters."""
_FURNITURE = "running heads"
_ARABIC = re.compile("[\u0620-\u064a\u0671-\u06d3]")
_HYPHENS = ("-", "\u2010", "\u00ad", "¬", "⸗")
_STOPS = (".", "!", "؟", "?", "…", "۔", ":", "»", '"', ")", "”")
_EDGE = 0.04
"""How far the edges of lines in one column may differ, as a fraction of the line's width."""
_LETTER = 0.25
"""How far the width of letters may differ between lines of one paragraph, as a fraction of it."""
_LOWER_LATIN = re.compile(r"[a-zà-ÿ]")


class Word(NamedTuple):
    """A word of a line.

    Attributes:
        text: its text, as the OCR wrote it.
        left: left edge of its box, in pixels or another unit of the page; None if unknown.
        confidence: confidence in percent; None if unknown.
        right: right edge of its box; None if unknown.
    """

    text: str
    left: float | None = None
    confidence: float | None = None
    right: float | None = None


class Block(NamedTuple):
    """A paragraph.

    Attributes:
        lines: the words of each line.
        heading: whether it is marked as a heading.
        furniture: whether it is a running head, a page number or the like.
    """

    lines: Sequence[Sequence[Word]]
    heading: bool = False
    furniture: bool = False


class Page(NamedTuple):
    """A page.

    Attributes:
        blocks: its paragraphs, in reading order.
        confidence: stated confidence in percent; None if only words have one.
    """

    blocks: Sequence[Block]
    confidence: float | None = None


def draft_of_pages(pages: Iterable[Page], title: str = "") -> Draft:
    """The article on the pages of a file.

    Args:
        pages: the pages in order; they are numbered from 1.
        title: the title that the file states. Default: the first heading of the first page, or a title made
            from the first line.

    Raises:
        Unreadable: the pages contain no words.
    """
    paragraphs: list[tuple[int, str]] = []
    notes: list[Reason] = []
    clutter: Counter[str] = Counter()
    heading = ""
    turned = 0
    for number, page in enumerate(pages, 1):
        confidences: list[float] = []
        previous: Block | None = None
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
            if previous is not None and continues(previous, block):
                paragraphs[-1] = (number, joined_lines([paragraphs[-1][1], text]))
            else:
                paragraphs.append((number, text))
            previous = block
        mean = page.confidence
        if mean is None and confidences:
            mean = sum(confidences) / len(confidences)
        if mean is not None and mean < LEAST_CONFIDENCE:
            notes.append(Reason.of("ocr-unsure", page=number, confidence=round(mean)))
    if not paragraphs:
        raise Unreadable("no-word")
    if turned:
        notes.append(Reason.of("ocr-turned", lines=turned))
    if not has_words(title):
        index = headline_place([text for _, text in paragraphs])
        first = paragraphs[index][1]
        title = heading or (first if index + 1 < len(paragraphs) and is_headline(first) else "")
        if title and first == title and index + 1 < len(paragraphs):
            del paragraphs[index]
    texts = tuple(text for _, text in paragraphs)
    title = " ".join(storable(title).split()) or title_from(texts[headline_place(texts)])
    return Draft(
        title if is_headline(title) else title_from(title),
        texts,
        pages=tuple(number for number, _ in paragraphs),
        clutter=clutter,
        notes=tuple(notes),
    )


def continues(block: Block, following: Block) -> bool:
    """Whether a paragraph continues in the next block: OCR makes a block of each line if they are far apart.

    It does if its last line ends without a full stop and fills the column, the next line begins at the same
    edge and is not wider, and their letters have the same width, unlike those of a headline.
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
    """The left and right edges of a line; None if unknown."""
    lefts = [word.left for word in words if word.left is not None]
    rights = [word.right for word in words if word.right is not None]
    return (min(lefts), max(rights)) if lefts and rights else None


def joined_lines(lines: Iterable[str]) -> str:
    """Join the lines of a paragraph, and the parts of words that were hyphenated at line ends.

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
    """The words of a line in reading order, and whether the line was reversed.

    A line is reversed if its Arabic words go from left to right: there are at least three, and each is to the
    right of the one before. Runs of other words and numbers keep their order.

    >>> line = [Word("الجديد", 10), Word("12", 40), Word("km", 50), Word("الجسر", 60), Word("افتتاح", 90)]
    >>> [word.text for word in in_order(line)[0]]
    ['افتتاح', 'الجسر', '12', 'km', 'الجديد']
    """
    lefts = [word.left for word in words if _ARABIC.search(word.text) and word.left is not None]
    if len(lefts) < 3 or any(one >= two for one, two in pairwise(lefts)):
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
