"""From a draft to an article: determine its id, time, language, and the values set for the whole run.

An article that is read again gets the same id:

1. the id in its record; on request with the source before it, ``الأولى/17``;
2. else its address: ``make_id("url", url)``;
3. else, for a file that is one article, the path: ``make_id("path", absolute path!member)``; with ``root``
   the path from there without the suffix, such as ``07-dam-flood``;
4. else the record itself: ``make_id("record", absolute path!member, title, first 200 characters)``, so that
   records inserted before it do not matter. Different articles that begin alike are distinguished by their
   whole text.

Of two different articles with one id (1–3) only the first is read, and the report says where that was. If the
same article is found twice, it is yielded twice.
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
from khabar.corpus.text.language_detection import agrees, language_of_passages
from khabar.corpus.text.languages import language_tag
from khabar.corpus.text.stated_dates import ambiguous_in, published_in
from khabar.spelling import unmarked
from khabar.zones import located, zone_of

__all__ = ["Finisher", "completed"]

_SOON = timedelta(days=2)
"""How far in the future a time of publication may be: because of time zones, and for tomorrow's paper."""
_MADE_THEN = "made-then"
"""Kind of the note that a date is the day on which the file was made."""
_OPENING = 200
"""Number of characters of the text that go into an id made from the record itself."""


class Finisher:
    """Makes the articles of one call of `khabar.corpus.read`.

    Args:
        report: counts the articles, and gets their notes.
        fields: the keys of an article's fields, as :func:`khabar.corpus.records.keeping.mapping_of` returns
            them.
        given: values that all articles get.
        root: the folder from which the ids of text files count.
        called: the path of the file that is read, and the one to derive ids from instead.
        id_with_source: whether ids are made of the source and the record's id.
        tz: the zone of times that name none; "" for none.
        dates: the order of day, month and year in numeric dates.
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
        self._first = FirstPlaces()

    def article(self, draft: Draft, piece: Piece, number: int | None, is_file: bool) -> Article | None:
        """Make the article of a draft; None if another article has its id.

        Args:
            draft: the draft.
            piece: the piece that contains it.
            number: its number in the piece, if that has several.
            is_file: whether the piece contains nothing else.
        """
        source = self._given.get("source", unmarked(draft.source))
        own_id = draft.id or (make_id("url", draft.url) if draft.url else "")
        if draft.id and source and self._id_with_source:
            own_id = usable_id(f"{source}/{draft.id}")
        moment = (
            parse_timestamp(self._given["published"], self._dates)
            if "published" in self._given
            else draft.published
        )
        made_then = "published" not in self._given and any(note.kind == _MADE_THEN for note in draft.notes)
        # A dateline is better evidence than the day on which the file was made.
        published, published_from = published_in(None if made_then else moment, draft.paragraphs, self._dates)
        if made_then and published is None:
            published, published_from = moment, "file"
        if published is not None and self._zone is not None:
            published = located(published, self._zone)
        language, other = self._language(draft)
        article = Article(
            id=own_id or (self._file_id(piece) if is_file else _record_id(draft, self._origin(piece))),
            title=unmarked(draft.title) or draft.title,
            paragraphs=draft.paragraphs,
            source=source,
            # The byline stays in the text, where a search for the name without a field finds it.
            author=self._given.get("author", unmarked(draft.author)) or byline_place(draft.paragraphs)[1],
            published=published,
            url=draft.url,
            path=readable_path(piece.path if number is None else f"{piece.path}#{number}"),
            published_from=published_from,
            section=self._given.get("section", unmarked(draft.section)),
            tags=tuple(filter(None, dict.fromkeys(map(unmarked, draft.tags)))),
            language=language,
            place=self._given.get("place", unmarked(draft.place)),
            # A bug in a reader must not end the reading.
            pages=draft.pages if len(draft.pages) == len(draft.paragraphs) else (),
            fields=draft.fields,
        )
        content = hash(
            (
                *(draft.title, draft.paragraphs, draft.source, draft.author, draft.published, draft.url),
                *(draft.section, draft.tags, draft.language, draft.place, article.pages, article.fields),
            )
        )
        first_content, first_path, first_number = self._first.first(article.id, content, piece.path, number)
        if first_content != content:
            # Two members of an archive may have the same path, and so the same id: both are read.
            if own_id or (number is None and first_path != piece.path):
                reason = Reason.of("same-id", id=article.id, file=first_path, record=first_number or 0)
                self._report.skip(piece.path, number, reason)
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
            # An unread date does not matter if a dateline has it.
            if published is None or not note.kind.startswith("date-"):
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

    def _file_id(self, piece: Piece) -> str:
        """The id of an article that is a whole file."""
        # with a separator at its end, also if it is the root of the file system
        root = "" if self._root is None else str(self._root / "x")[:-1]
        if root and piece.path.startswith(root):
            name = without_suffixes(piece.path[len(root) :]).replace(os.sep, "/")
            return usable_id(name)
        return make_id("path", self._origin(piece))

    def _origin(self, piece: Piece) -> str:
        """The path of a piece from which ids are derived."""
        path, called = self._called
        return called + piece.path[len(path) :] if path != called else piece.path

    def _note_kept(self, draft: Draft) -> None:
        """Record in the report which of the fields to keep the article has."""
        for name, key in self._fields.items():
            if name.startswith(KEPT) and (option := typed(name, key)):
                has_field = name.removeprefix(KEPT) in draft.fields
                self._report.mapped[option] = self._report.mapped.get(option, False) or has_field

    def _language(self, draft: Draft) -> tuple[str, tuple[Reason, ...]]:
        """The language of an article, and a note if it is not the stated one.

        Pages and feeds often state the language of their software. So if the letters of the text are not
        those of the stated language, the language is detected from its letters and words.
        """
        if "language" in self._given:
            return language_tag(self._given["language"]), ()
        stated = draft.language
        if stated and agrees(stated, draft.title, draft.paragraphs):
            return stated, ()
        detected = language_of_passages((draft.title, *draft.paragraphs))
        if stated and detected:
            return detected, (Reason.of("language-other", said=stated, detected=detected),)
        return detected or stated, ()


def _is_ahead(moment: datetime) -> bool:
    """Whether a time of publication is too far in the future."""
    return moment.replace(tzinfo=moment.tzinfo or UTC) > datetime.now(UTC) + _SOON


def _record_id(draft: Draft, path: str) -> str:
    """The id of an article that is one record of a file, without an id or address of its own."""
    return make_id("record", path, draft.title, "\n".join(draft.paragraphs)[:_OPENING])


def completed(draft: Draft, inner: Inner, kind: Format | None, dates: str) -> Draft:
    """Complete a draft from an inner file with what the record that contains the file knows.

    The time of that record, such as a message, is better evidence than the day on which the file was made,
    and a day in the text is better still.

    Args:
        draft: the draft.
        inner: the inner file that it was read from.
        kind: the format of that file; None for one that a plug-in read.
        dates: the order of day, month and year in numeric dates.
    """
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
