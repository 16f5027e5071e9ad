"""`read`: from files to articles. Nothing that a file holds raises an error; see `khabar.corpus.report`.

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

import importlib
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
from khabar.corpus.article import Article, make_id
from khabar.corpus.containers import Piece, Unpacker
from khabar.corpus.content import Content, Draft, Inner, Reader
from khabar.corpus.dates import ORDERS, parse_timestamp, published_in
from khabar.corpus.files import STDIN, PathLike, starting_points, walk
from khabar.corpus.formats import FORMAT_NAMES, ONE_ARTICLE, Format, format_of, suffix_of, without_suffixes
from khabar.corpus.keeping import KEPT, checked_keep, mapping_of, typed
from khabar.corpus.languages import language_tag
from khabar.corpus.limits import Clock, ReadLimits, over
from khabar.corpus.names import readable_path
from khabar.corpus.reasons import Reason
from khabar.corpus.records import FIELDS, usable_id
from khabar.corpus.report import Aside, ReadReport, Unreadable
from khabar.corpus.streams import GIBIBYTE, Budget, Guard, Readable, buffered, said
from khabar.corpus.telling import agrees, language_of
from khabar.errors import InvalidArgument
from khabar.spelling import storable
from khabar.zones import located, zone_of

__all__ = ["READERS", "SETTABLE", "checked_values", "read", "read_file"]

READERS: dict[Format, str] = {
    "text": "text.read_text",
    "markdown": "markdown.read_markdown",
    "document": "json_records.read_document",
    "lines": "json_records.read_lines",
    "page": "pages.read_page",
    "telegram": "telegram_page.read_telegram_page",
    "feed": "feeds.read_feed",
    "wxr": "wxr.read_wxr",
    "table": "tables.read_table",
    "warc": "warc.read_warc",
    "pdf": "pdf.reader.read_pdf",
    "nitf": "nitf.read_nitf",
    "newsml-g2": "newsml_g2.read_newsml_g2",
    "newsml": "newsml.read_newsml",
    "alto": "alto.read_alto",
    "page-xml": "page_xml.read_page_xml",
    "hocr": "hocr.read_hocr",
    "mhtml": "mhtml.read_mhtml",
    "webarchive": "mhtml.read_webarchive",
    "whatsapp": "whatsapp.read_whatsapp",
    "x-archive": "x_archive.read_x_archive",
    "wacz": "wacz.read_wacz",
    "sqlite": "databases.read_sqlite",
    "xlsx": "workbook_records.read_workbook",
    "xls": "workbook_records.read_workbook",
    "ods": "workbook_records.read_workbook",
    "docx": "word.read_docx",
    "odt": "opendocument.read_opendocument",
    "odp": "opendocument.read_opendocument",
    "pptx": "slides.read_pptx",
    "epub": "epub.read_epub",
    "rtf": "rtf.read_rtf",
    "mail": "mail.read_mail",
    "mailbox": "mailboxes.read_mailbox",
    "ole": "ole.read_ole",
}
"""The reader of each format (see `khabar.corpus.content`), by module and name: imported at its first use."""

SETTABLE = ("source", "author", "section", "published", "language", "place")
"""The fields that can be given to all articles of a run."""

_MADE_THEN = "made-then"
"""Kind of the note that a date is the day on which the file was made."""
_OPENING = 200
"""How much of a text is part of the id of an article that has no other name."""


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
        fields: where a record keeps an article's fields, by the names in `khabar.corpus.FIELDS`:
            ``{"title": "hed", "text": "story"}``. The usual names are known already. Of a database or a
            workbook a key may name a table or sheet before its column: ``{"text": "news.body"}``.
        report: filled on the way: what was left out and why, and what was removed from texts.
        root: a folder; the text files in it are called by their path from there without the suffix.
        max_bytes: the most that is read of one file that lies in an archive or must be read as a whole, and
            of one line.
        set: values that all articles get, whatever their files say, by the names in `SETTABLE`: ``{"source":
            "الأولى"}``.
        keep: what else of a record is kept, as :attr:`khabar.Article.fields`: a key or several (``"desk"``),
            or
            keys by the name under which they are kept (``{"desk": "meta.desk_name"}``); ``"*"`` for every key
            that an article has no use for. A value is a short text, or several.
        id_with_source: whether an id is the source and the id of the record, ``الأولى/17``: for files
            of several outlets that count their articles alike.
        tz: the zone of times of publication that name none, such as ``Asia/Riyadh``; without it they stay
            without one. A day without a time is the same day in every zone.
        dates: the order of day (``d``), month and year in dates that are written in numbers and can be read
            in several orders: ``dmy``, ``mdy`` or ``ymd``. Without it, 03/04/2020 is no date, and the report
            says so.
        limits: the most that is read of a file and of an article, by what it costs; a `ReadLimits` with its
            defaults if it is not given. What is over one is left out, and the report says so.

    Raises:
        SourceError: at once, if a path does not exist.
        InvalidArgument: at once, if ``fields`` names no field of an article, ``keep`` one, or ``tz`` no zone.
    """
    if unknown := {*(fields or ())} - {*FIELDS, "paragraphs"}:
        raise InvalidArgument(
            "fields",
            fields,
            f"no field of an article: {', '.join(sorted(unknown))}; there are {', '.join(FIELDS)}",
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
    """The articles in one file, as `read` gives them; a file that cannot be opened is noted in the report.

    Args:
        path: the file, absolute, or ``-``.
        called: path to derive ids from instead: where the file was when it was first read.
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
        self._zone = zone_of(tz) if tz else None
        self._fields = fields
        self._report = report
        self._root = root
        self._max_bytes = max_bytes
        self._called = called
        self._given = given
        self._id_with_source = id_with_source
        # id → hash and location of the first article with it; compact, since there may be millions.
        self._first: dict[str, tuple[int, str, int | None]] = {}

    def articles(self, starts: Iterable[Path]) -> Iterator[Article]:
        for path in walk(starts, self._report):
            yield from self.in_file(path)

    def in_file(self, path: Path) -> Iterator[Article]:
        try:
            yield from self._in_file(path)
        except MemoryError:
            self._report.skip(str(path), None, Reason.of("no-memory"))
        except OSError as error:
            # No room for a copy that must be made of it, too many open files: the other files are read.
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
        """Whether more of this file gives no article than is kept in mind."""
        return len(self._report.skipped) - self._skipped_before > self._limits.skipped

    def _in_piece(self, unpacker: Unpacker, piece: Piece, inner: Inner | None = None) -> Iterator[Article]:
        """The articles of a piece; ``inner`` is the file inside another piece that it is of, if it is."""
        head = piece.stream.peek()
        if not head:
            if not piece.guard.trouble:
                self._report.skip(piece.path, None, Reason.of("empty"))
            return
        try:
            kind, read_content = _way_to_read(piece, head)
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
                elif article := self._finished(
                    draft if inner is None else _completed(draft, inner, kind, self._dates),
                    piece,
                    number,
                    kind in ONE_ARTICLE,
                ):
                    yield article
            if not found_any and not piece.guard.trouble:
                raise Unreadable("no-record")
        except Unreadable as error:
            self._skip(piece, None, error)

    def _in_inner(
        self, unpacker: Unpacker, piece: Piece, number: int | None, inner: Inner
    ) -> Iterator[Article]:
        """The articles of a file inside a piece. In paths, the record that it is of stands before its name,
        like a folder: ``a.mbox!17/report.docx``."""
        name = " ".join(storable(inner.name).split()) or "file"
        name = name if number is None else f"{number}/{name}"
        source = io.BytesIO(inner.data) if isinstance(inner.data, bytes) else inner.data
        for each in unpacker.inner(piece, name, source):
            if each.path != f"{piece.path}!{name}":  # one of several files in an archive
                inner = msgspec.structs.replace(inner, url="", id="")
            yield from self._in_piece(unpacker, each, inner)

    def _content(self, piece: Piece) -> Content:
        limits = self._limits
        whole = min(self._max_bytes, limits.whole)
        return Content(piece, self._report, whole, self._fields, self._dates, limits)

    def _skip(self, piece: Piece, number: int | None, why: Unreadable) -> None:
        if isinstance(why, Aside):
            self._report.note(piece.path, number, why.reason)
        elif why.reason != piece.guard.trouble:  # that is noted when the stream is closed
            self._report.skip(piece.path, number, why.reason)

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

    def _finished(self, draft: Draft, piece: Piece, number: int | None, is_file: bool) -> Article | None:
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
            author=self._given.get("author", draft.author),
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
        first, path, at = self._first.setdefault(article.id, (content, piece.path, number))
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
        self._report.articles += 1
        return article

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
        told = language_of((draft.title, *draft.paragraphs))
        if said and told:
            return told, (Reason.of("language-other", said=said, told=told),)
        return told or said, ()


def checked_values(given: Mapping[str, str] | None, dates: str = "") -> Mapping[str, str]:
    """The values that all articles of a run get, each as one line.

    Args:
        given: the values by field.
        dates: the order of day, month and year in numeric dates, as for `read`.

    Raises:
        InvalidArgument: a field cannot be the same for many articles, or a value is empty or not a date.
    """
    values = {name: " ".join(storable(value).split()) for name, value in (given or {}).items()}
    for name, value in values.items():
        if name not in SETTABLE:
            message = f"{name} cannot be set for many articles; you can set {', '.join(SETTABLE)}"
            raise InvalidArgument("set", given, message, "choice", SETTABLE)
        if not value:
            raise InvalidArgument("set", given, f"{name} has no value")
        if name == "language" and not language_tag(value):
            message = f"«{value}» names no language: write a tag such as ar, fa or en"
            raise InvalidArgument("set", given, message)
        if name == "published" and parse_timestamp(value, dates) is None:
            message = f"«{value}» names no day, or more than one: write year-month-day"
            raise InvalidArgument("set", given, message, "date")
    return values


def _name_of_record(draft: Draft, path: str) -> str:
    """The id of an article that is one record of a file and has no other name."""
    return make_id("record", path, draft.title, "\n".join(draft.paragraphs)[:_OPENING])


def _completed(draft: Draft, inner: Inner, kind: Format | None, dates: str) -> Draft:
    """The draft of an article in a file inside a piece, with what the piece knows and the file does not. The
    day on which a file was made is worth less than the moment of the message that carried it, and that less
    than a day that the text tells."""
    published, notes = draft.published, draft.notes
    if inner.published is not None and (published is None or any(note.kind == _MADE_THEN for note in notes)):
        told = published_in(None, draft.paragraphs, dates)[0]
        published = None if told is not None else inner.published
        notes = tuple(note for note in notes if note.kind != _MADE_THEN)
    return msgspec.structs.replace(
        draft,
        id=draft.id or (inner.id if kind in ONE_ARTICLE else ""),
        url=draft.url or (inner.url if kind in ONE_ARTICLE else ""),
        source=draft.source or inner.source,
        published=published,
        notes=notes,
    )


def _way_to_read(piece: Piece, head: bytes) -> tuple[Format | None, Reader]:
    """The format of a piece, None for one that a plug-in reads, and its reader."""
    plugin = piece.plugin
    if not plugin:
        kind = piece.package or format_of(piece.name, head)
        if kind != "text" or suffix_of(piece.name):
            return kind, _reader(kind)
        # Anything may be in a file without a suffix.
        from khabar.corpus.plugged import plugged

        plugin = plugged("", head, media=True) or ""
        if not plugin:
            return kind, _reader(kind)
    from khabar.corpus.plugged_reader import reader_of

    return None, reader_of(plugin)


def _reader(kind: Format) -> Reader:
    if kind not in READERS:
        name, instead = FORMAT_NAMES[kind]
        raise Unreadable("unread-format", name=name, instead=instead)
    module, _, name = READERS[kind].rpartition(".")
    return cast(Reader, getattr(importlib.import_module(f"{__package__}.{module}"), name))


def _name_of_stream(head: bytes) -> str:
    """The name given to the standard input: a crawler writes records line by line, whatever the first one
    looks like."""
    return "stdin.jsonl" if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")) else "stdin"
