"""`read`: from files to articles. Nothing that a file holds raises an error; see `khabar.corpus.report`.

How an article gets its id, so that the same article read again has the same one:

1. the id its record gives;
2. else its address: ``make_id("url", url)``;
3. else, for a text file, the file: ``make_id("path", absolute path!member)``; with ``root`` its path from
   there without the suffix, such as ``07-dam-flood``;
4. else the record itself: ``make_id("record", absolute path!member, title, first 200 characters)``, so that
   records put in front of it do not matter. Two different articles that begin alike are told apart by their
   whole text.

Of two different articles with one id (1–3) only the first is read, and the report says where it was. The
same article found twice is given twice.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from . import json_records
from .article import Article, make_id
from .containers import Piece, unpack
from .encoding import decode, is_utf8
from .files import PathLike, starting_points, walk
from .formats import format_of, without_suffixes
from .records import FIELDS, draft_of_record, usable_id
from .report import ReadReport, Unreadable
from .spelling import clean
from .streams import GIBIBYTE, Guard, buffered, said, too_large
from .text import Draft, draft_of_text

__all__ = ["read"]

_CHUNK = 1 << 20
_OPENING = 200
"""How much of a text is part of the id of an article that has no other name."""


def read(
    path: PathLike | Iterable[PathLike],
    *,
    fields: Mapping[str, str] | None = None,
    report: ReadReport | None = None,
    root: PathLike | None = None,
    max_bytes: int = GIBIBYTE,
) -> Iterator[Article]:
    """The articles in a file, a folder and all below it, or several of these, one at a time.

    Args:
        path: what to read: plain text (one article a file), JSON, JSON Lines, and these in gzip and zip
            files.
        fields: where a record keeps an article's fields, by the names in `khabar.corpus.FIELDS`:
            ``{"title": "hed", "text": "story"}``. The usual names are known already.
        report: filled on the way: what was left out and why, and what was removed from texts.
        root: a folder; the text files in it are called by their path from there without the suffix.
        max_bytes: the most that is read of one file that is compressed or that must be read as a whole, and
            of one line.

    Raises:
        SourceError: at once, if a path does not exist.
        ValueError: at once, if ``fields`` names no field of an article.
    """
    if unknown := set(fields or ()) - {*FIELDS, "paragraphs"}:
        raise ValueError(
            f"no such field of an article: {', '.join(sorted(unknown))}; there are {', '.join(FIELDS)}"
        )
    starts = starting_points(path)
    folder = None if root is None else Path(root).resolve()
    reading = _Reading(fields or {}, ReadReport() if report is None else report, folder, max_bytes)
    return reading.articles(starts)


class _Reading:
    """One call of `read`."""

    def __init__(
        self, fields: Mapping[str, str], report: ReadReport, root: Path | None, max_bytes: int
    ) -> None:
        self._fields = fields
        self._report = report
        self._root = root
        self._max_bytes = max_bytes
        # id → digest and place of the first article with it: small, since there may be millions.
        self._first: dict[str, tuple[bytes, str, int | None]] = {}

    def articles(self, starts: Iterable[Path]) -> Iterator[Article]:
        for path in walk(starts, self._report):
            try:
                file = path.open("rb")
            except OSError as error:
                self._report.skip(str(path), None, f"it cannot be opened: {said(error)}")
                continue
            guard = Guard(file)
            with file, buffered(guard) as stream:
                for piece in unpack(
                    Piece(str(path), path.name, stream, guard, file), self._report, self._max_bytes
                ):
                    yield from self._in_piece(piece)
                if guard.trouble:
                    self._report.skip(str(path), None, guard.trouble)

    def _in_piece(self, piece: Piece) -> Iterator[Article]:
        head = piece.stream.peek()
        if not head:
            if not piece.guard.trouble:
                self._report.skip(piece.path, None, "the file is empty")
            return
        try:
            kind = format_of(piece.name, head)
            if kind == "text":
                draft = draft_of_text(self._text(piece))
                yield from self._finished(draft, piece, None, self._name_of_file(piece))
                return
            if kind == "document":
                records = json_records.document(self._text(piece))
            else:
                records = json_records.lines(self._lines(piece, is_utf8(head)))
            found_any = False
            for number, record in records:
                found_any = True
                yield from self._in_record(record, piece, number)
            if not found_any and not piece.guard.trouble:
                raise Unreadable("there is no record in it")
        except Unreadable as error:
            if error.reason != piece.guard.trouble:  # that is noted when the stream is closed
                self._report.skip(piece.path, None, error.reason)

    def _in_record(self, record: object, piece: Piece, number: int | None) -> Iterator[Article]:
        try:
            if isinstance(record, Unreadable):
                raise record
            draft = draft_of_record(record, self._fields)
        except Unreadable as error:
            self._report.skip(piece.path, number, error.reason)
        else:
            opening = "\n".join(draft.paragraphs)[:_OPENING]
            yield from self._finished(
                draft, piece, number, make_id("record", piece.path, draft.title, opening)
            )

    def _text(self, piece: Piece) -> str:
        """All of a piece, decoded."""
        chunks = []
        left = self._max_bytes
        while chunk := piece.stream.read(_CHUNK):
            chunks.append(chunk)
            left -= len(chunk)
            if left < 0 or piece.guard.overflowed:
                raise Unreadable(too_large(self._max_bytes))
        decoded = decode(b"".join(chunks))
        if decoded.guessed:
            self._report.guess(piece.path, decoded.encoding)
        return decoded.text

    def _lines(self, piece: Piece, streaming: bool) -> Iterator[str | Unreadable]:
        """A piece line by line: one in memory at a time if it begins as UTF-8, which nearly all do."""
        if not streaming:
            yield from self._text(piece).split("\n")
            return
        while line := piece.stream.readline(self._max_bytes + 1):
            if len(line) > self._max_bytes:
                yield Unreadable(too_large(self._max_bytes))
                return
            try:
                decoded = decode(line)
            except Unreadable as error:
                yield error
                continue
            if decoded.guessed:
                self._report.guess(piece.path, decoded.encoding)
            yield decoded.text

    def _name_of_file(self, piece: Piece) -> str:
        """The id of the article that a text file is."""
        root = "" if self._root is None else str(self._root / "x")[:-1]
        if root and piece.path.startswith(root):
            name = without_suffixes(piece.path[len(root) :]).replace(os.sep, "/")
            return usable_id(name)
        return make_id("path", piece.path)

    def _finished(self, draft: Draft, piece: Piece, number: int | None, otherwise: str) -> Iterator[Article]:
        """The draft's article, called ``otherwise`` if it has no id or address; none if its id is taken."""
        given = draft.id or (make_id("url", draft.url) if draft.url else "")
        article = Article(
            id=given or otherwise,
            title=draft.title,
            paragraphs=draft.paragraphs,
            source=draft.source,
            author=draft.author,
            published=draft.published,
            url=draft.url,
            path=clean(piece.path if number is None else f"{piece.path}#{number}"),
        )
        digest = bytes.fromhex(article.fingerprint())[:8]
        first, path, at = self._first.setdefault(article.id, (digest, piece.path, number))
        if first != digest:
            if given or number is None:
                place = path if at is None else f"{path}, record {at}"
                reason = f"another article with the id {article.id} was read before it, from {place}"
                self._report.skip(piece.path, number, reason)
                return
            article = dataclasses.replace(article, id=make_id("record", piece.path, article.fingerprint()))
        self._report.clutter.update(draft.clutter)
        self._report.articles += 1
        yield article
