"""From a draft to an article: its id, its moment, its language, and what all articles of the run get.

How an article gets its id, so that the same article read again has the same one:

1. the id its record gives, on request behind the source, ``الأولى/17``;
2. else its address: ``make_id("url", url)``;
3. else, for a text file, the file: ``make_id("path", absolute path!member)``; with ``root`` its path from
   there without the suffix, such as ``07-dam-flood``;
4. else the record itself: ``make_id("record", absolute path!member, title, first 200 characters)``, so that
   records put before it do not matter. Two different articles that begin alike are told apart by their
   whole text.

Of two different articles with one id (1–3) only the first is read, and the report says where it was. The
same article found twice is given twice.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from khabar.corpus.article import Article, make_id
from khabar.corpus.dates import parse_timestamp
from khabar.corpus.names import readable_path
from khabar.corpus.pieces.containers import Piece
from khabar.corpus.pieces.content import Draft, Inner
from khabar.corpus.reading.first_places import FirstPlaces
from khabar.corpus.reasons import Reason
from khabar.corpus.records.keeping import KEPT, typed
from khabar.corpus.records.values import usable_id
from khabar.corpus.report import ReadReport
from khabar.corpus.suffixes import ONE_ARTICLE, Format, without_suffixes
from khabar.corpus.text.bylines import byline_place
from khabar.corpus.text.languages import language_tag
from khabar.corpus.text.said_dates import ambiguous_in, published_in
from khabar.corpus.text.telling import agrees, language_of_passages
from khabar.zones import located, zone_of

__all__ = ["Finisher", "completed"]

_SOON = timedelta(days=2)
"""How far a moment may lie ahead: zones, and the paper of tomorrow."""
_MADE_THEN = "made-then"
"""Kind of the note that a date is the day on which the file was made."""
_OPENING = 200
"""How much of a text is part of the id of an article that has no other name."""


class Finisher:
    """Makes the articles of one call of `khabar.corpus.read`.

    Args:
        report: counts the articles, and gets their notes.
        fields: keys of an article's fields, as :func:`khabar.corpus.records.keeping.mapping_of` gives them.
        given: values that all articles get.
        root: the folder from which text files are called.
        called: the path of the file that is read, and the one to derive ids from instead.
        id_with_source: whether an id is the source and the id of the record.
        tz: the zone of moments that name none; "" for none.
        dates: the order of dates in numbers.
    """

    def __init__(
        self,
        report: ReadReport,
        fields: Mapping[str, str],
        given: Mapping[str, str],
        *,
        root: Path | None,
        called: tuple[str, str],
        id_with_source: bool,
        tz: str,
        dates: str,
    ) -> None:
        self._report = report
        self._fields = fields
        self._given = given
        self._root = root
        self._called = called
        self._id_with_source = id_with_source
        self._zone = zone_of(tz) if tz else None
        self._dates = dates
        #: where each id was met first
        self._first = FirstPlaces()

    def article(self, draft: Draft, piece: Piece, number: int | None, is_file: bool) -> Article | None:
        """The draft's article, or None if its id is taken; ``is_file`` says that the piece holds nothing
        else."""
        source = self._given.get("source", draft.source)
        given = draft.id or (make_id("url", draft.url) if draft.url else "")
        if draft.id and source and self._id_with_source:
            given = usable_id(f"{source}/{draft.id}")
        moment = (
            parse_timestamp(self._given["published"], self._dates)
            if "published" in self._given
            else draft.published
        )
        made_then = "published" not in self._given and any(note.kind == _MADE_THEN for note in draft.notes)
        # The day on which a file was made is worth less than a dateline.
        published, published_from = published_in(None if made_then else moment, draft.paragraphs, self._dates)
        if made_then and published is None:
            published, published_from = moment, "file"
        if published is not None and self._zone is not None:
            published = located(published, self._zone)
        language, other = self._language(draft)
        article = Article(
            id=given
            or (self._name_of_file(piece) if is_file else _name_of_record(draft, self._origin(piece))),
            title=draft.title,
            paragraphs=draft.paragraphs,
            source=source,
            # The line stays in the text: who searches for the name without a field finds it there.
            author=self._given.get("author", draft.author) or byline_place(draft.paragraphs)[1],
            published=published,
            url=draft.url,
            path=readable_path(piece.path if number is None else f"{piece.path}#{number}"),
            published_from=published_from,
            section=self._given.get("section", draft.section),
            tags=draft.tags,
            language=language,
            place=self._given.get("place", draft.place),
            # A reader's mistake must not end the reading.
            pages=draft.pages if len(draft.pages) == len(draft.paragraphs) else (),
            fields=draft.fields,
        )
        content = hash(
            (
                *(draft.title, draft.paragraphs, draft.source, draft.author, draft.published, draft.url),
                *(draft.section, draft.tags, draft.language, draft.place, article.pages, article.fields),
            )
        )
        first, path, at = self._first.first(article.id, content, piece.path, number)
        if first != content:
            # Two members of an archive may have one name, by which the file that is an article is called.
            if given or (number is None and path != piece.path):
                self._report.skip(
                    piece.path, number, Reason.of("same-id", id=article.id, file=path, record=at or 0)
                )
                return None
            article = msgspec.structs.replace(
                article, id=make_id("record", self._origin(piece), article.fingerprint())
            )
        if draft.clutter:
            self._report.clutter.update(draft.clutter)
        self._note_kept(draft)
        for note in (*draft.notes, *other):
            if note.kind == _MADE_THEN and published_from != "file":
                continue
            if published is None or not note.kind.startswith("date-"):  # a dateline may tell it
                self._report.note(piece.path, number, note)
        if (
            published_from in ("", "file")
            and not any(note.kind.startswith("date-") for note in draft.notes)
            and (ambiguous := ambiguous_in(draft.paragraphs))
        ):
            self._report.note(piece.path, number, ambiguous)
        if published is not None and _is_ahead(published):
            self._report.note(piece.path, number, Reason.of("future-date", day=f"{published:%Y-%m-%d}"))
        self._report.articles += 1
        return article

    def _name_of_file(self, piece: Piece) -> str:
        """The id of the article of a text file."""
        root = "" if self._root is None else str(self._root / "x")[:-1]
        if root and piece.path.startswith(root):
            name = without_suffixes(piece.path[len(root) :]).replace(os.sep, "/")
            return usable_id(name)
        return make_id("path", self._origin(piece))

    def _origin(self, piece: Piece) -> str:
        """The piece's path as it is used in ids."""
        path, called = self._called
        return called + piece.path[len(path) :] if path != called else piece.path

    def _note_kept(self, draft: Draft) -> None:
        """Note which of the fields to keep an article had, whatever reader it came from."""
        for name, key in self._fields.items():
            if name.startswith(KEPT) and (given := typed(name, key)):
                there = name.removeprefix(KEPT) in draft.fields
                self._report.mapped[given] = self._report.mapped.get(given, False) or there

    def _language(self, draft: Draft) -> tuple[str, tuple[Reason, ...]]:
        """The language of an article, and a note if that is not the one that it claims.

        Pages and feeds often name the language of their software. So what is written in other letters than
        the named language is taken for what its letters and words tell.
        """
        if "language" in self._given:
            return language_tag(self._given["language"]), ()
        said = draft.language
        if said and agrees(said, draft.title, draft.paragraphs):
            return said, ()
        detected = language_of_passages((draft.title, *draft.paragraphs))
        if said and detected:
            return detected, (Reason.of("language-other", said=said, detected=detected),)
        return detected or said, ()


def _is_ahead(moment: datetime) -> bool:
    """Whether a moment of publication is still to come."""
    return moment.replace(tzinfo=moment.tzinfo or UTC) > datetime.now(UTC) + _SOON


def _name_of_record(draft: Draft, path: str) -> str:
    """The id of an article that is one record of a file and has no other name."""
    return make_id("record", path, draft.title, "\n".join(draft.paragraphs)[:_OPENING])


def completed(draft: Draft, inner: Inner, kind: Format | None, dates: str) -> Draft:
    """The draft of an article in a file inside a piece, with what the piece knows and the file does not. The
    day on which a file was made is worth less than the moment of the message that carried it, and that less
    than a day that the text tells."""
    published, notes = draft.published, draft.notes
    if inner.published is not None and (published is None or any(note.kind == _MADE_THEN for note in notes)):
        moment = published_in(None, draft.paragraphs, dates)[0]
        published = None if moment is not None else inner.published
        notes = tuple(note for note in notes if note.kind != _MADE_THEN)
    return msgspec.structs.replace(
        draft,
        id=draft.id or (inner.id if kind in ONE_ARTICLE else ""),
        url=draft.url or (inner.url if kind in ONE_ARTICLE else ""),
        source=draft.source or inner.source,
        published=published,
        notes=notes,
    )
