"""`read`: from files to articles. No content of a file raises an error; see `khabar.corpus.report`."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import chain, takewhile
from pathlib import Path
from typing import IO, cast

import msgspec

from khabar.arguments import among, flag, folder, instance, mapping, optional, paths, positive, takes, text
from khabar.corpus.article import Article
from khabar.corpus.dates import ORDERS
from khabar.corpus.limits import Clock, ReadLimits, over
from khabar.corpus.pieces.containers import Piece, Unpacker
from khabar.corpus.pieces.content import Content, Inner
from khabar.corpus.pieces.streams import GIBIBYTE, Budget, Guard, Readable, buffered, said
from khabar.corpus.reading.files import STDIN, PathLike, starting_points, walk
from khabar.corpus.reading.finishing import Finisher, completed
from khabar.corpus.reading.fixed_values import checked_values
from khabar.corpus.reading.readers import way_to_read
from khabar.corpus.reasons import Reason
from khabar.corpus.records.drafts import FIELDS
from khabar.corpus.records.keeping import checked_keep, mapping_of
from khabar.corpus.report import Aside, ReadReport, Unreadable
from khabar.corpus.suffixes import ONE_ARTICLE
from khabar.errors import InvalidArgument
from khabar.spelling import storable

__all__ = ["read", "read_file"]


@takes(
    path=paths,
    fields=optional(mapping),
    report=optional(instance(ReadReport)),
    root=optional(folder),
    max_bytes=positive,
    set=optional(mapping),
    keep=checked_keep,
    id_with_source=flag,
    tz=text,
    dates=among("", *ORDERS),
    limits=optional(instance(ReadLimits)),
)
def read(
    path: PathLike | Iterable[PathLike],
    *,
    fields: Mapping[str, str] | None = None,
    report: ReadReport | None = None,
    root: PathLike | None = None,
    max_bytes: int = GIBIBYTE,
    set: Mapping[str, str] | None = None,
    keep: str | Iterable[str] | Mapping[str, str] = (),
    id_with_source: bool = False,
    tz: str = "",
    dates: str = "",
    limits: ReadLimits | None = None,
) -> Iterator[Article]:
    """Read the articles in files and folders, one at a time.

    Args:
        path: what to read: plain text, Markdown and web pages (one article a file), JSON, JSON Lines, CSV,
            feeds, WARC, documents, mail, newswires, databases, workbooks and other formats (see
            docs/howto/formats.md), and these in compressed files and archives; ``"-"`` is the standard input.
            Some formats need an extra, such as ``html``, ``feeds`` or ``warc``; without it they are skipped,
            and the report says so.
        fields: the keys of a record that hold an article's fields, by the names in `khabar.corpus.FIELDS`:
            ``{"title": "hed", "text": "story"}``. Usual keys need not be given. For a database or a workbook,
            a key may be a column with its table or sheet: ``{"text": "news.body"}``.
        report: filled during the reading: what was left out and why, and what was removed from texts.
        root: a folder; the id of a text file in it is its path from there, without the suffix.
        max_bytes: the most that is read of a line, and of a file that is in an archive or must be read as a
            whole.
        set: values that all articles get, whatever their files say, by the names in `SETTABLE`: ``{"source":
            "الأولى"}``.
        keep: further values of a record to keep, as :attr:`khabar.Article.fields`: a key or several
            (``"desk"``), or keys by the names to keep them under (``{"desk": "meta.desk_name"}``); ``"*"``
            for every key that has no other use. A value is a short text, or several.
        id_with_source: whether ids are made of the source and the record's id, ``الأولى/17``: for files of
            several outlets that number their articles alike.
        tz: the zone of times of publication that name none, such as ``Asia/Riyadh``. Default: they stay
            without one. A day without a time is the same day in every zone.
        dates: the order of day (``d``), month and year in numeric dates that can be read in several orders:
            ``dmy``, ``mdy`` or ``ymd``. Without it, 03/04/2020 is not read as a date, and the report says so.
        limits: the most that is read of a file and of an article, by what it costs. Default: a `ReadLimits`
            with its defaults. What exceeds a limit is left out, and the report says so.

    Raises:
        SourceError: at once, if a path does not exist.
        InvalidArgument: at once, if a name in ``fields`` is no field of an article, one in ``keep`` is, or
            ``tz`` is no zone.
    """
    if unknown := {*(fields or ())} - {*FIELDS, "paragraphs"}:
        raise InvalidArgument(
            "fields",
            fields,
            f"not a field of an article: {', '.join(sorted(unknown))}; there are {', '.join(FIELDS)}",
        )
    starts = starting_points(path)
    folder = None if root is None else Path(root).resolve()
    given = checked_values(set, dates)
    reading = _Reading(
        mapping_of(fields, checked_keep("keep", keep)),
        ReadReport() if report is None else report,
        folder,
        max_bytes,
        given,
        id_with_source,
        tz=tz,
        dates=dates,
        limits=limits,
    )
    return reading.articles(starts)


def read_file(
    path: Path,
    *,
    called: str = "",
    fields: Mapping[str, str] | None = None,
    report: ReadReport | None = None,
    max_bytes: int = GIBIBYTE,
    set: Mapping[str, str] | None = None,
    keep: Mapping[str, str] | None = None,
    id_with_source: bool = False,
    tz: str = "",
    dates: str = "",
    limits: ReadLimits | None = None,
) -> Iterator[Article]:
    """Read the articles in one file, as `read` does; a file that cannot be opened is noted in the report.

    Args:
        path: the absolute path of the file, or ``-``.
        called: the path to derive ids from instead: where the file was when it was first read.
        fields, report, max_bytes, set, keep, id_with_source, tz, dates, limits: as for `read`.
    """
    reading = _Reading(
        mapping_of(fields, checked_keep("keep", keep)),
        ReadReport() if report is None else report,
        None,
        max_bytes,
        checked_values(set, dates),
        id_with_source,
        (str(path), called or str(path)),
        tz,
        dates,
        limits,
    )
    return reading.in_file(path)


class _Reading:
    """One call of `read`."""

    def __init__(
        self,
        fields: Mapping[str, str],
        report: ReadReport,
        root: Path | None,
        max_bytes: int,
        given: Mapping[str, str],
        id_with_source: bool,
        called: tuple[str, str] = ("", ""),
        tz: str = "",
        dates: str = "",
        limits: ReadLimits | None = None,
    ) -> None:
        self._limits = limits or ReadLimits()
        self._skipped_before = 0
        self._dates = dates
        self._fields = fields
        self._report = report
        self._max_bytes = max_bytes
        self._finisher = Finisher(
            report,
            fields,
            given,
            root=root,
            called=called,
            id_with_source=id_with_source,
            tz=tz,
            dates=dates,
        )

    def articles(self, starts: Iterable[Path]) -> Iterator[Article]:
        for path in walk(starts, self._report):
            yield from self.in_file(path)

    def in_file(self, path: Path) -> Iterator[Article]:
        try:
            yield from self._in_file(path)
        except MemoryError:
            self._report.skip(str(path), None, Reason.of("no-memory"))
        except OSError as error:
            # Such as no space for a temporary copy, or too many open files: the other files are still read.
            self._report.skip(str(path), None, Reason.of("read-error", error=said(error)))

    def _in_file(self, path: Path) -> Iterator[Article]:
        if path == STDIN:
            yield from self._in_stream(STDIN, cast(Readable, sys.stdin.buffer), None, 0)
            return
        try:
            file = path.open("rb")
        except OSError as error:
            self._report.skip(str(path), None, Reason.of("cannot-open", error=said(error)))
            return
        with file:
            yield from self._in_stream(path, file, file, os.fstat(file.fileno()).st_size)

    def _in_stream(
        self, path: Path, source: Readable, file: IO[bytes] | None, size: int
    ) -> Iterator[Article]:
        clock = Clock(self._limits.seconds)
        guard = Guard(source, clock=clock)
        budget = Budget(self._max_bytes, size, self._limits.ratio, clock)
        unpacker = Unpacker(self._report, self._max_bytes, budget, self._limits)
        left = self._limits.articles
        with buffered(guard) as stream:
            name = path.name if path != STDIN else _name_of_stream(stream.peek())
            pieces = unpacker.unpack(Piece(str(path), name, stream, guard, file))
            self._skipped_before = len(self._report.skipped)
            pieces = takewhile(lambda _: not self._skips_too_much, pieces)
            read_piece = partial(self._in_piece, unpacker)
            for article in clock.timed(chain.from_iterable(map(read_piece, pieces))):
                if not left or clock.over:
                    self._report.articles -= 1
                    slow = Reason.of("too-slow", limit=self._limits.seconds)
                    many = Reason.of("too-many-articles", limit=self._limits.articles)
                    self._report.skip(str(path), None, slow if left else many)
                    return
                left -= 1
                yield article
            if guard.trouble:
                self._report.skip(str(path), None, guard.trouble)
            if self._skips_too_much:
                self._report.skip(str(path), None, Reason.of("too-many-skipped", limit=self._limits.skipped))

    @property
    def _skips_too_much(self) -> bool:
        """Whether more of this file gave no article than the limit allows."""
        return len(self._report.skipped) - self._skipped_before > self._limits.skipped

    def _in_piece(self, unpacker: Unpacker, piece: Piece, inner: Inner | None = None) -> Iterator[Article]:
        """Read the articles of a piece; ``inner`` is the inner file that it comes from, if any."""
        head = piece.stream.peek()
        if not head:
            if not piece.guard.trouble:
                self._report.skip(piece.path, None, Reason.of("empty"))
            return
        try:
            kind, read_content = way_to_read(piece, head)
            found_any = False
            for number, draft in read_content(self._content(piece)):
                found_any = True
                if isinstance(draft, Unreadable):
                    self._skip(piece, number, draft)
                    if self._skips_too_much:
                        return
                elif isinstance(draft, Inner):
                    yield from self._in_inner(unpacker, piece, number, draft)
                    if self._skips_too_much:
                        return
                elif reason := over((draft.title, *draft.paragraphs), self._limits):
                    self._skip(piece, number, Unreadable(reason))
                elif article := self._finisher.article(
                    draft if inner is None else completed(draft, inner, kind, self._dates),
                    piece,
                    number,
                    kind in ONE_ARTICLE and number is None,
                ):
                    yield article
            if not found_any and not piece.guard.trouble:
                raise Unreadable("no-record")
        except Unreadable as error:
            self._skip(piece, None, error)

    def _in_inner(
        self, unpacker: Unpacker, piece: Piece, number: int | None, inner: Inner
    ) -> Iterator[Article]:
        """Read the articles of a file inside a piece. In its path, the number of its record is like a folder:
        ``a.mbox!17/report.docx``."""
        name = " ".join(storable(inner.name).split()) or "file"
        name = name if number is None else f"{number}/{name}"
        source = io.BytesIO(inner.data) if isinstance(inner.data, bytes) else inner.data
        for inner_piece in unpacker.inner(piece, name, source):
            if inner_piece.path != f"{piece.path}!{name}":  # one of several files in an archive
                inner = msgspec.structs.replace(inner, url="", id="")
            yield from self._in_piece(unpacker, inner_piece, inner)

    def _content(self, piece: Piece) -> Content:
        limits = self._limits
        whole = min(self._max_bytes, limits.whole)
        return Content(piece, self._report, whole, self._fields, self._dates, limits)

    def _skip(self, piece: Piece, number: int | None, why: Unreadable) -> None:
        if isinstance(why, Aside):
            self._report.note(piece.path, number, why.reason)
        elif why.reason != piece.guard.trouble:  # trouble of the stream is noted at its end
            self._report.skip(piece.path, number, why.reason)


def _name_of_stream(head: bytes) -> str:
    """The file name that tells the format of the standard input: crawlers write JSON Lines, even if the first
    record looks like an array."""
    return "stdin.jsonl" if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")) else "stdin"
