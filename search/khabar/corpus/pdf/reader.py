"""Read PDF files: a document is an article, with the page of each paragraph.

A document of up to `PART` pages is one article; a longer one is divided into parts of this many pages, with
their pages in the title: «التقرير السنوي (ص 101–200)». So a book of any length is read in bounded memory, and
a hit in it says where it is. A part also ends before it has more letters or words than the limits allow.

A child process reads the file. If it fails on a page (for want of memory or time, or by a fault of the
library), the page is reported, and another process continues after it.

The title is that of the metadata if it is plausible, else the heading of the first page: the largest letters
on it. See :mod:`khabar.corpus.pdf.metadata` for author and date.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import IO, TYPE_CHECKING

import msgspec

from khabar.corpus.confined import Confines, Ended, answers
from khabar.corpus.pdf.document import Page, Piece, pieces, without_heads
from khabar.corpus.pdf.metadata import author_of, made_at, title_of
from khabar.corpus.pieces.content import Draft, needs
from khabar.corpus.reasons import Reason
from khabar.corpus.report import Unreadable
from khabar.corpus.suffixes import without_suffixes
from khabar.corpus.text.bylines import byline_place
from khabar.corpus.text.clutter import classify
from khabar.corpus.text.paragraphs import LONGEST_HEADLINE, headline_place, is_headline, title_from
from khabar.corpus.text.stated_dates import published_in
from khabar.spelling import comparable, has_words, storable

if TYPE_CHECKING:
    from khabar.corpus.pieces.content import Content, Found

__all__ = ["PART", "read_pdf"]

PART = 100
"""Maximum number of pages of an article."""
_CONFINES = Confines(memory=2 << 30, seconds=60.0)
_MOST_RESTARTS = 20
_LETTERS = 0.8
"""Share of an article's maximum number of letters or words at which a part ends."""
_LARGER = 1.15
"""How much larger than the text the letters of a heading must be."""
_SHORTEST_HEADING = 3
"""Minimum number of characters of a heading; a single large letter is the first of a paragraph."""
_HEADING_PARAGRAPHS = 12
_ARABIC = re.compile(r"[\u0621-\u064a]")


class _File:
    """An open PDF."""

    def __init__(self, content: Content, file: IO[bytes]) -> None:
        self.content = content
        self.file = file
        self.info: dict[str, str] = {}
        self.count = 0
        self.troubles: list[tuple[int | None, Unreadable]] = []
        self._until = time.monotonic() + content.limits.seconds

    def pages(self) -> Iterator[Page]:
        """The pages that can be read; ``troubles`` gets the reasons for the others.

        Raises:
            Unreadable: the file cannot be read at all.
        """
        first = 1
        for _ in range(_MOST_RESTARTS):
            try:
                for page in self._answers(first):
                    first = page.number + 1
                    yield page
                return
            except Ended as error:
                if error.kind == "start":
                    raise Unreadable("no-process", error=error.detail) from None
                if not self.count:
                    raise Unreadable("broken-pdf", error=error.detail or error.kind) from None
                self.troubles.append((first, Unreadable("page-broken", error=error.detail or error.kind)))
                first += 1
                if first > self.count:
                    return
        self.troubles.append((first, Unreadable("pages-given-up", count=_MOST_RESTARTS)))

    def _answers(self, first: int) -> Iterator[Page]:
        for answer in answers("khabar.corpus.pdf.child", {"first": first}, self.file, _CONFINES):
            if "locked" in answer:
                raise Unreadable("password", name="PDF")
            if "pages" in answer:
                self.count = answer["pages"]
                self.info = answer["info"]
                continue
            yield msgspec.convert(answer, Page)
            if time.monotonic() > self._until:
                limit = self.content.limits.seconds
                self.troubles.append((answer["number"], Unreadable("too-slow", limit=limit)))
                return


def read_pdf(content: Content) -> Iterator[Found]:
    """Read the articles in a PDF: one, or one for each part of a long document."""
    needs("playa", what="pdf", extra="pdf")
    with content.file() as file:
        yield from _articles(_File(content, file), content)


def _articles(pdf: _File, content: Content) -> Iterator[Found]:
    part = _Part()
    whole_title = ""
    clutter: Counter[str] = Counter()
    for piece in pieces(without_heads(_readable(pdf), clutter)):
        while pdf.troubles:
            yield pdf.troubles.pop(0)
        if part.is_full(piece, content):
            draft = part.draft(pdf, whole_title, clutter, in_parts=True)
            whole_title = whole_title or part.title
            yield part.first, draft
            clutter.clear()
            part = _Part()
        part.add(piece)
    yield from pdf.troubles
    if part.pieces:
        many = bool(whole_title) or pdf.count > PART
        yield part.first if many else None, part.draft(pdf, whole_title, clutter, in_parts=many)
    elif not whole_title and not pdf.troubles:
        yield None, Unreadable("no-word")


def _readable(pdf: _File) -> Iterator[Page]:
    """The pages with text. The others are added to the troubles, and repairs are noted."""
    for page in pdf.pages():
        if page.unreadable:
            pdf.troubles.append((page.number, Unreadable(page.unreadable)))
            continue
        for kind in page.repaired:
            pdf.content.note(page.number, Reason.of(kind))
        if page.unknown:
            pdf.content.note(page.number, Reason.of("letters-unknown", count=page.unknown))
        if page.doubtful:
            pdf.content.note(page.number, Reason.of("letters-doubtful", count=page.doubtful))
        yield page


class _Part:
    """The paragraphs of an article."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.title = ""
        self._letters = 0
        self._words = 0

    @property
    def first(self) -> int:
        """Its first page."""
        return self.pieces[0].page

    def add(self, piece: Piece) -> None:
        self.pieces.append(piece)
        self._letters += len(piece.text)
        self._words += piece.text.count(" ") + 1

    def is_full(self, following: Piece, content: Content) -> bool:
        """Whether the next paragraph belongs to another article."""
        if not self.pieces:
            return False
        if (following.page - 1) // PART != (self.first - 1) // PART:
            return True
        limits = content.limits
        return following.page != self.pieces[-1].page and (
            self._letters > _LETTERS * limits.letters or self._words > _LETTERS * limits.words
        )

    def draft(self, pdf: _File, whole_title: str, clutter: Counter[str], in_parts: bool) -> Draft:
        """The article.

        Args:
            pdf: the file.
            whole_title: the title of the document, if an earlier part has found it.
            clutter: the number of lines left out, by kind.
            in_parts: whether the document has several parts.
        """
        paragraphs: list[Piece] = []
        source = ""
        clutter = Counter(clutter)
        for piece in self.pieces:
            text = storable(piece.text).strip()
            if kind := classify(text):
                clutter[kind.category] += 1
                source = source or kind.source
            elif text:
                paragraphs.append(Piece(text, piece.page, piece.size))
        title, paragraphs = self._titled(pdf, paragraphs, whole_title)
        self.title = title
        if in_parts:
            label = "ص" if _ARABIC.search(title) else "pp."
            title = f"{title} ({label} {self.first}–{self.pieces[-1].page})"
        texts = tuple(piece.text for piece in paragraphs)
        published: datetime | None = None
        notes: tuple[Reason, ...] = ()
        created = made_at(pdf.info)
        if created is not None and published_in(None, texts, pdf.content.dates)[0] is None:
            published, notes = created, (Reason.of("made-then", day=created.date().isoformat()),)
        return Draft(
            title,
            texts,
            source=source,
            author="" if byline_place(texts)[1] else author_of(pdf.info),
            published=published,
            pages=tuple(piece.page for piece in paragraphs),
            clutter=clutter,
            notes=notes,
        )

    def _titled(self, pdf: _File, paragraphs: list[Piece], whole_title: str) -> tuple[str, list[Piece]]:
        """The title, and the paragraphs without it."""
        if whole_title or not paragraphs:
            return whole_title or without_suffixes(pdf.content.name), paragraphs
        index = _heading(paragraphs)
        heading = paragraphs[index].text if index is not None else ""
        title = title_of(pdf.info, without_suffixes(pdf.content.name), heading)
        if title and comparable(title) != comparable(heading):
            if len(paragraphs) > 1 and comparable(paragraphs[0].text) == comparable(title):
                return title, paragraphs[1:]
            return title, paragraphs
        if index is not None and len(paragraphs) > 1:
            return heading, paragraphs[:index] + paragraphs[index + 1 :]
        index = headline_place([piece.text for piece in paragraphs])
        first = paragraphs[index].text
        if index + 1 < len(paragraphs) and is_headline(first):
            return first, paragraphs[:index] + paragraphs[index + 1 :]
        return title_from(first), paragraphs


def _heading(paragraphs: list[Piece]) -> int | None:
    """The index of the paragraph with the largest letters at the beginning, if they are larger than those of
    most of the text; else None."""
    sizes: Counter[float] = Counter()
    for piece in paragraphs:
        sizes[piece.size] += len(piece.text)
    usual = sizes.most_common(1)[0][0]
    first_page = paragraphs[0].page
    candidates = [
        (piece.size, -index)
        for index, piece in enumerate(paragraphs[:_HEADING_PARAGRAPHS])
        if piece.page == first_page
        and piece.size >= _LARGER * usual
        and _SHORTEST_HEADING <= len(piece.text) <= 2 * LONGEST_HEADLINE
        and has_words(piece.text)
    ]
    return -max(candidates)[1] if candidates else None
