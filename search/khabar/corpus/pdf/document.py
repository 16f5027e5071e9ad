"""From pages to a document: remove running heads and page numbers, join paragraphs across columns and pages.

**Running heads** are lines at the top or bottom that are repeated on three pages, except for digits in them;
in a document of two or three pages, on two pages, in the same place. Pages are held back until the following
ones have been seen, but at most `AHEAD` of them, so that a document may have any length. **Page numbers** are
lines at the edge that consist of a number which grows with the pages.

A paragraph continues in the next column or on the next page if it ends without a full stop in a line that had
no room for the next word, and the text that follows has the same letter size and is not indented.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from khabar.corpus.pdf.layout import Paragraph
from khabar.spelling import comparable

__all__ = ["Page", "Piece", "pieces", "without_heads"]

AHEAD = 8
"""How many further pages are read before a page is yielded."""
_NEAR = 16
"""Within how many pages a running head must be repeated: in a long book any line may return."""
_EDGE_LINES = 2
_REPEATED = 3
_MOST_KEYS = 20_000
_LONGEST_HEAD = 150

_DIGITS = re.compile(r"\d+")
_LEADING = re.compile(r"\W*(\d+)")
_STOP = re.compile(r"[.!?؟…:؛۔][\"”»’)\]]*$")
_ONLY_NUMBER = re.compile(
    r"[\W_]*(?:(?:ال)?صفحة|page|ص|p)?[\W_]*(\d{1,4})[\W_]*(?:(?:من|of|/)[\W_]*\d{1,4}[\W_]*)?", re.I
)
_ITEM = re.compile(r"[•▪●○■□◦*–—-]\s|\(?\d{1,3}[.)\-–]\s|\(?[\u0621-\u064a][.)]\s")
_HYPHEN = re.compile(r"[A-Za-z]-$")
_ASCII_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")


class Page(msgspec.Struct):
    """A page as it was read.

    Attributes:
        number: its number, from 1.
        paragraphs: its paragraphs, in reading order.
        repaired: kinds of the notes on what was repaired: see `khabar.corpus.pdf.verdict`.
        unreadable: kind of the reason why it cannot be read; "" if it can.
        unknown: number of glyphs whose letter is unknown.
        doubtful: number of words in which the font seems to name letters wrongly.
    """

    number: int
    paragraphs: list[Paragraph] = msgspec.field(default_factory=list)
    repaired: list[str] = msgspec.field(default_factory=list)
    unreadable: str = ""
    unknown: int = 0
    doubtful: int = 0


class Piece(msgspec.Struct):
    """A paragraph of a document.

    Attributes:
        text: its text in one line.
        page: the page on which it begins.
        size: size of its letters.
    """

    text: str
    page: int
    size: float


def without_heads(pages: Iterable[Page], tally: Counter[str]) -> Iterator[Page]:
    """Remove running heads and page numbers from pages; ``tally`` counts the removed lines, by kind."""
    held: deque[Page] = deque()
    seen: dict[str, deque[int]] = {}
    offsets: Counter[int] = Counter()
    total = 0
    for page in pages:
        edges = _edges(page)
        for key in {key for key, _, _ in edges} | {_key_in_place(*edge) for edge in edges}:
            seen.setdefault(key, deque(maxlen=_NEAR)).append(page.number)
        for _, paragraph, index in edges:
            if (number := _number(paragraph.lines[index])) is not None:
                offsets[number - page.number] += 1
        if len(seen) > _MOST_KEYS:
            seen = {key: numbers for key, numbers in seen.items() if numbers[-1] > page.number - 2 * _NEAR}
        total += 1
        held.append(page)
        if len(held) > AHEAD:
            yield _stripped(held.popleft(), seen, offsets, False, tally)
    while held:
        yield _stripped(held.popleft(), seen, offsets, total <= _REPEATED, tally)


def _count(seen: Mapping[str, deque[int]], key: str, page: Page) -> int:
    """The number of pages around a page that have a line."""
    return sum(abs(number - page.number) <= _NEAR for number in seen.get(key, ()))


def _key_in_place(key: str, paragraph: Paragraph, index: int) -> str:
    """The key of a line together with its place on the page."""
    return f"{key} @{round((paragraph.top if index == 0 else paragraph.bottom) / 4)}"


def _edges(page: Page) -> list[tuple[str, Paragraph, int]]:
    """The lines at the edges of a page: the key, the paragraph and the index in it of each."""
    edges = []
    downwards = sorted(page.paragraphs, key=lambda paragraph: -paragraph.top)
    upwards = sorted(downwards, key=lambda paragraph: paragraph.bottom)
    for edge, paragraphs, index in (("top", downwards, 0), ("bottom", upwards, -1)):
        left = _EDGE_LINES
        for paragraph in paragraphs:
            if left <= 0:
                break
            line = paragraph.lines[index]
            if len(line) <= _LONGEST_HEAD:
                edges.append((f"{edge} {_key(line, page.number, left == _EDGE_LINES)}", paragraph, index))
            left -= len(paragraph.lines)
    return edges


def _key(line: str, page: int, outermost: bool) -> str:
    """The key that identifies a line at an edge: its text; without the digits if it is the outermost. A
    number at its beginning counts relative to that of the page, because notes, whose numbers grow too, are
    not running heads."""
    text = comparable(line).translate(_ASCII_DIGITS)
    if not outermost:
        return text
    first = _LEADING.match(text)
    if first is None or len(first[1]) > 9:
        return _DIGITS.sub("0", text)
    return f"<{int(first[1]) - page}> {_DIGITS.sub('0', text[first.end() :])}"


def _number(line: str) -> int | None:
    """The page number in a line that contains nothing else; else None."""
    match = _ONLY_NUMBER.fullmatch(line.translate(_ASCII_DIGITS))
    return int(match[1]) if match else None


def _stripped(
    page: Page, seen: Mapping[str, deque[int]], offsets: Counter[int], few: bool, tally: Counter[str]
) -> Page:
    """Remove the running heads and page numbers from a page; ``few`` says that the document has few pages."""
    removed: dict[tuple[int, int], str] = {}
    numbers: dict[tuple[int, int], str] = {}
    for key, paragraph, index in _edges(page):
        place = id(paragraph), index % len(paragraph.lines)
        number = _number(paragraph.lines[index])
        if number is not None and (number == page.number or offsets[number - page.number] > 1):
            removed[place] = numbers[place] = "page number"
        elif place not in removed and (
            _count(seen, key, page) >= _REPEATED
            or (few and _count(seen, _key_in_place(key, paragraph, index), page) > 1)
        ):
            removed[place] = "running head"
    if len(removed) == sum(len(paragraph.lines) for paragraph in page.paragraphs):
        # Lines that are alone on a page are its text.
        removed = numbers
    if removed:
        tally.update(removed.values())
        for paragraph in page.paragraphs:
            lines = enumerate(paragraph.lines)
            paragraph.lines = [line for index, line in lines if (id(paragraph), index) not in removed]
        page.paragraphs = [paragraph for paragraph in page.paragraphs if paragraph.lines]
    return page


def pieces(pages: Iterable[Page]) -> Iterator[Piece]:
    """The paragraphs of a document, joined if they continue in the next column or on the next page."""
    piece: Piece | None = None
    last: Paragraph | None = None
    last_column = (0, 0)
    for page in pages:
        for paragraph in page.paragraphs:
            text = _in_one_line(paragraph.lines)
            if not text:
                continue
            column = (page.number, paragraph.column)
            if piece and last and column != last_column and _continues(piece.text, last, paragraph):
                piece.text = _in_one_line([piece.text, text])
            else:
                if piece:
                    yield piece
                piece = Piece(text, page.number, paragraph.size)
            last, last_column = paragraph, column
    if piece:
        yield piece


def _continues(text: str, last: Paragraph, following: Paragraph) -> bool:
    """Whether a paragraph with a text, which ends with ``last``, continues in the following one."""
    return (
        not _STOP.search(text)
        and not following.indented
        and abs(last.size - following.size) < 0.07 * last.size
        and last.rightward == following.rightward
        and last.rest < following.first_word + 0.4 * last.size
        and not _ITEM.match(following.lines[0])
    )


def _in_one_line(lines: Iterable[str]) -> str:
    """Join lines, and the parts of Latin words that were hyphenated; Arabic is never hyphenated."""
    text = ""
    for line in lines:
        if not text:
            text = line
        elif _HYPHEN.search(text) and line[:1].islower() and line[:1].isascii():
            text = text[:-1] + line
        else:
            text += " " + line
    return text
