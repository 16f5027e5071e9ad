"""The result of :meth:`khabar.Index.quote`: the quotations of a text, and where each was said."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from khabar.analysis.tokenizer import word_around
from khabar.corpus.article import Article, at_page
from khabar.query.tree import Problem
from khabar.serialize import Sequenced, Serializable, plain
from khabar.stories.story import Telling

__all__ = ["Difference", "Quotation", "Quotations", "QuotedPlace"]


class Difference(Serializable, msgspec.Struct, frozen=True):
    """Words in which a quotation and an article differ, marked on both sides.

    Attributes:
        kind: ``dropped`` (the quotation leaves them out), ``added`` (the article does not have them),
            ``swapped`` (the article has other words), ``respelled`` (another form of the word, with the same
            stem or dictionary form, or a slip in it), ``moved`` (the article has them in another place), or
            ``spelling`` (the spelling of another newsroom, or a number in digits, which does not reduce the
            similarity).
        start, end: their range in the given text; equal if words were dropped.
        there_start, there_end: their range in :attr:`QuotedPlace.text`; equal if words were added.
        said, there: the words themselves on each side; "" for none.
        alters: ``negation`` if one of the words is a negation, so that the article may say the opposite;
            ``number`` if one is a number of the quotation; else "". Such a place is at most 0.9 similar.
    """

    kind: Literal["dropped", "added", "swapped", "respelled", "moved", "spelling"]
    start: int
    end: int
    there_start: int
    there_end: int
    said: str
    there: str
    alters: Literal["", "negation", "number"] = ""


class QuotedPlace(Serializable, msgspec.Struct, frozen=True):
    """A place where a quotation was said, in the same or nearly the same words.

    Attributes:
        rank: position among the places, from 1.
        article: the article; of several near-copies (a story) the most similar, or the earliest of equals.
        paragraph: the number of the paragraph where the quotation begins, from 1; 0 for the title.
        last_paragraph: the number of the paragraph where it ends.
        text: these paragraphs, with a line end between them.
        start, end: the range of the quotation in :attr:`text`.
        similarity: from 0 to 1: an F-measure (β = 2) of the share of the quotation's words that the article
            has here, which counts more, and the share of the words here that the quotation has. Stop words
            count half, words in another form 0.6, moved words 0.7; of words left out in one piece only the
            first four count.
        differences: the differences, in the order of the quotation.
        archive: the archive that it comes from, if several are open as one; else "".
        copies: the near-copies of the article that also have the quotation, the earliest first, the article
            included, each with its similarity; empty if there are no others.
    """

    rank: int
    article: Article
    paragraph: int
    last_paragraph: int
    text: str
    start: int
    end: int
    similarity: float
    differences: tuple[Difference, ...] = ()
    copies: tuple[Telling, ...] = ()
    archive: str = ""

    @property
    def same(self) -> bool:
        """Whether the words are the same, in any spelling."""
        return all(difference.kind == "spelling" for difference in self.differences)

    @property
    def said(self) -> str:
        """The words of the article."""
        return self.text[self.start : self.end]

    @property
    def first(self) -> Article:
        """The article that had it first: the earliest dated near-copy, else the article itself."""
        return self.copies[0].article if self.copies else self.article

    @property
    def page(self) -> int | None:
        """The page on which it begins, from 1; None if the article has no pages."""
        return self.article.page(self.paragraph)

    @property
    def url(self) -> str:
        """The address of the article, with the page if it has pages; "" if unknown."""
        return at_page(self.article.url, self.page)

    @property
    def link(self) -> str:
        """The location of the quotation: :attr:`url`, or without an address the file, with the page if it has
        pages."""
        return self.url or at_page(self.article.path, self.page)

    def extract(self, around: int = 80) -> tuple[int, int]:
        """The range of :attr:`text` with the quotation and this many characters on either side; no word is
        cut.

        Args:
            around: the number of characters.
        """
        start, end = max(0, self.start - around), min(len(self.text), self.end + around)
        if start and (word := word_around(self.text, start)):
            start = word[1]
        if end < len(self.text) and (word := word_around(self.text, end)):
            end = word[0]
        return min(start, self.start), max(end, self.end)

    def to_dict(self) -> dict[str, Any]:
        """The place as plain data, without the rest of the article's text."""
        record = super().to_dict()
        record["article"] = self.article.to_dict(text=False)
        if not self.archive:
            del record["archive"]
        if self.page is not None:
            record |= {"page": self.page, "link": self.link}
        return {**record, "same": self.same, "said": self.said}


class Quotation(Sequenced[QuotedPlace], Serializable, msgspec.Struct, frozen=True):
    """A quotation: a text, or a sentence of a longer one, and the places where it was said.

    Attributes:
        text: the words of the quotation.
        start, end: their range in the whole text.
        status: ``found``; ``not-found``; or why only an exact match or no match was possible: ``too-short``
            (a single word; :meth:`khabar.Index.search` finds it), ``stop-words`` (only function words, or
            fewer than three words, which were not found in the same order), ``no-words``.
        places: where it was said: the same words first, then by similarity in tenths; equally similar places
            by date, those without a date last.
        nearest: if it was not found, the most similar place; None if there is none.
        articles: number of articles with the same words in the same order.
        cut: whether there may be more places than were examined.
        short: whether a quotation of few words was not found although its nearest place is similar enough,
            because too many of so few words differ.
    """

    text: str
    start: int
    end: int
    status: Literal["found", "not-found", "too-short", "stop-words", "no-words"]
    places: tuple[QuotedPlace, ...] = ()
    nearest: QuotedPlace | None = None
    articles: int = 0
    cut: bool = False
    short: bool = False

    def _listed(self) -> tuple[QuotedPlace, ...]:
        return self.places

    @property
    def first(self) -> QuotedPlace | None:
        """The earliest dated place; None if no place is dated."""
        dated = [place for place in self.places if place.first.published]
        return min(dated, key=lambda place: _moment(place.first), default=None)

    @property
    def undated(self) -> int:
        """The number of places without a date, which may be earlier than :attr:`first`."""
        return sum(not place.first.published for place in self.places)

    def to_dict(self) -> dict[str, Any]:
        """The quotation as plain data."""
        return {**super().to_dict(), "undated": self.undated}


class Quotations(Sequenced[Quotation], Serializable, msgspec.Struct, frozen=True):
    """The quotations of a text.

    Attributes:
        text: as given.
        parts: the text as a whole; or sentence by sentence, if it is long or was not found as a whole.
        took_ms: duration in milliseconds.
        problems: conditions that were not understood, and parts of the text that were not searched.
    """

    text: str
    parts: tuple[Quotation, ...]
    took_ms: float
    problems: tuple[Problem, ...] = ()

    def _listed(self) -> tuple[Quotation, ...]:
        return self.parts

    @property
    def found(self) -> int:
        """The number of parts that were found."""
        return sum(part.status == "found" for part in self.parts)

    def to_dict(self) -> dict[str, Any]:
        """The text and its parts as plain data."""
        return {"text": self.text, "found": self.found, **super().to_dict()}

    def rows(self) -> list[dict[str, Any]]:
        """One row for each place of each part; a part that was not found has a row with the nearest place, if
        there is one. ``status`` tells them apart."""
        rows = []
        for number, part in enumerate(self.parts, 1):
            places = [*part.places, part.nearest] if part.nearest or not part.places else part.places
            rows += [_row(number, part, place) for place in places]
        return rows


def _row(number: int, part: Quotation, place: QuotedPlace | None) -> dict[str, Any]:
    row: dict[str, Any] = {"part": number, "quotation": part.text, "status": part.status}
    names = ("rank", "similarity", "same", "paragraph", "said", "differences")
    if place is None:
        return {**row, **dict.fromkeys(names, ""), **Article("", "", ()).to_dict(text=False), "copies": 0}
    differences = "; ".join(
        f"{difference.kind}: {difference.said} / {difference.there}" for difference in place.differences
    )
    values = (place.rank, plain(place.similarity), place.same, place.paragraph, place.said, differences)
    copies = max(0, len(place.copies) - 1)
    return {
        **row,
        **({"archive": place.archive} if place.archive else {}),
        **dict(zip(names, values, strict=True)),
        **place.article.to_dict(text=False),
        "copies": copies,
    }


def _moment(article: Article) -> int:
    from khabar.index.records import seconds_of

    return seconds_of(article.published)
