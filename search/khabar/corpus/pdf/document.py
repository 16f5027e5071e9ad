"""Pages into a document: without running heads and page numbers, with paragraphs joined over column and page
ends.

**Running heads** are lines at the top or bottom of a page that stand on several pages, whatever the digits in
them: on three; in a document of two or three pages on two, in the same place. Pages are held back until
those behind them have been seen, `AHEAD` at most, so that a document of any length passes through. **Page
numbers** are lines at the edge that hold no more than a number which grows with the pages.

A paragraph goes on behind a column's or page's end if it ends without a full stop in a line that had no room
for the next word, and what follows has the same size of letters and is not indented.
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
"""Pages that are read before a page is given out."""
_NEAR = 16
"""How many pages away a running head stands again; a line may come back in a long book."""
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
_WORDS_FROM = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")


class Page(msgspec.Struct):
    """A page as it was read.

    Attributes:
        number: from 1.
        paragraphs: in reading order.
        repaired: what was repaired, as kinds: see `khabar.corpus.pdf.verdict`.
        unreadable: why nothing of it is read, as a kind; "" if it is read.
        unknown: number of letters without a meaning.
        doubtful: number of words in which the font seems to say letters wrongly.
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
        size: height of its letters.
    """

    text: str
    page: int
    size: float


def without_heads(pages: Iterable[Page], tally: Counter[str]) -> Iterator[Page]:
    """The pages without running heads and page numbers; ``told`` counts the lines left out, by kind."""
    held: deque[Page] = deque()
    seen: dict[str, deque[int]] = {}
    offsets: Counter[int] = Counter()
    total = 0
    for page in pages:
        for key in {key for key, _, _ in _edges(page)} | {_at(*edge) for edge in _edges(page)}:
            seen.setdefault(key, deque(maxlen=_NEAR)).append(page.number)
        for _, paragraph, at in _edges(page):
            if (number := _number(paragraph.lines[at])) is not None:
                offsets[number - page.number] += 1
        if len(seen) > _MOST_KEYS:
            seen = {key: at for key, at in seen.items() if at[-1] > page.number - 2 * _NEAR}
        total += 1
        held.append(page)
        if len(held) > AHEAD:
            yield _stripped(held.popleft(), seen, offsets, False, tally)
    while held:
        yield _stripped(held.popleft(), seen, offsets, total <= _REPEATED, tally)


def _count(seen: Mapping[str, deque[int]], key: str, page: Page) -> int:
    """On how many pages around a page a line stands."""
    return sum(abs(number - page.number) <= _NEAR for number in seen.get(key, ()))


def _at(key: str, paragraph: Paragraph, at: int) -> str:
    """What a line is known by, with its place on the page."""
    return f"{key} @{round((paragraph.top if at == 0 else paragraph.bottom) / 4)}"


def _edges(page: Page) -> list[tuple[str, Paragraph, int]]:
    """The lines at the edges of a page, each with what it is known by, its paragraph and its place there."""
    found = []
    order = sorted(page.paragraphs, key=lambda each: -each.top)
    for edge, ordered, at in (("top", order, 0), ("bottom", sorted(order, key=lambda each: each.bottom), -1)):
        left = _EDGE_LINES
        for paragraph in ordered:
            if left <= 0:
                break
            line = paragraph.lines[at]
            if len(line) <= _LONGEST_HEAD:
                found.append((f"{edge} {_known_by(line, page.number, left == _EDGE_LINES)}", paragraph, at))
            left -= len(paragraph.lines)
    return found


def _known_by(line: str, page: int, outermost: bool) -> str:
    """What a line at an edge is known by: its text, at the very edge whatever its digits. A number at its
    beginning counts from that of the page: those of notes rise, and notes are no running heads."""
    text = comparable(line).translate(_WORDS_FROM)
    if not outermost:
        return text
    first = _LEADING.match(text)
    if first is None or len(first[1]) > 9:
        return _DIGITS.sub("0", text)
    return f"<{int(first[1]) - page}> {_DIGITS.sub('0', text[first.end() :])}"


def _number(line: str) -> int | None:
    """The number that a line holds, if it holds nothing else."""
    found = _ONLY_NUMBER.fullmatch(line.translate(_WORDS_FROM))
    return int(found[1]) if found else None


def _stripped(
    page: Page, seen: Mapping[str, deque[int]], offsets: Counter[int], few: bool, tally: Counter[str]
) -> Page:
    gone: dict[tuple[int, int], str] = {}
    numbers: dict[tuple[int, int], str] = {}
    for key, paragraph, at in _edges(page):
        place = id(paragraph), at % len(paragraph.lines)
        number = _number(paragraph.lines[at])
        if number is not None and (number == page.number or offsets[number - page.number] > 1):
            gone[place] = numbers[place] = "page number"
        elif place not in gone and (
            _count(seen, key, page) >= _REPEATED or (few and _count(seen, _at(key, paragraph, at), page) > 1)
        ):
            gone[place] = "running head"
    if len(gone) == sum(len(paragraph.lines) for paragraph in page.paragraphs):
        # What is alone on its page is its text.
        gone = numbers
    if gone:
        tally.update(gone.values())
        for paragraph in page.paragraphs:
            lines = enumerate(paragraph.lines)
            paragraph.lines = [line for at, line in lines if (id(paragraph), at) not in gone]
        page.paragraphs = [paragraph for paragraph in page.paragraphs if paragraph.lines]
    return page


def pieces(pages: Iterable[Page]) -> Iterator[Piece]:
    """The paragraphs of a document, joined where they go on in the next column or on the next page."""
    open_one: Piece | None = None
    last: Paragraph | None = None
    place = (0, 0)
    for page in pages:
        for paragraph in page.paragraphs:
            text = _in_one_line(paragraph.lines)
            if not text:
                continue
            here = (page.number, paragraph.column)
            if open_one and last and here != place and _goes_on(open_one.text, last, paragraph):
                open_one.text = _in_one_line([open_one.text, text])
            else:
                if open_one:
                    yield open_one
                open_one = Piece(text, page.number, paragraph.size)
            last, place = paragraph, here
    if open_one:
        yield open_one


def _goes_on(text: str, last: Paragraph, following: Paragraph) -> bool:
    return (
        not _STOP.search(text)
        and not following.indented
        and abs(last.size - following.size) < 0.07 * last.size
        and last.rightward == following.rightward
        and last.rest < following.first_word + 0.4 * last.size
        and not _ITEM.match(following.lines[0])
    )


def _in_one_line(lines: Iterable[str]) -> str:
    """Lines as one. Arabic has no hyphens; a Latin word that is parted at a line's end is joined."""
    text = ""
    for line in lines:
        if not text:
            text = line
        elif _HYPHEN.search(text) and line[:1].islower() and line[:1].isascii():
            text = text[:-1] + line
        else:
            text += " " + line
    return text
