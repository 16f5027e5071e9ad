"""The protocol of the readers of a format: their input and output.

`Content` is a piece that is not a container, as text or line by line. A reader is a function of a `Content`
that yields a `Found` for each article in it: a draft, or in its place an `Unreadable` that says why there
is none. In place of an article there may also be a file with articles, such as the attachment of a message:
an `Inner`, which is read by the reader of its own format. A reader raises an `Unreadable` if nothing of a
piece can be read. `khabar.corpus.reading.readers.READERS` maps formats to readers. A reader says what
packages it `needs`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from importlib import import_module
from typing import IO, TYPE_CHECKING

import msgspec

from khabar.corpus.kept_fields import NO_FIELDS
from khabar.corpus.limits import ReadLimits
from khabar.corpus.pieces.encoding import Decoded, decode, is_utf8
from khabar.corpus.pieces.streams import Readable
from khabar.corpus.reasons import Reason
from khabar.corpus.report import ReadReport, Unreadable

if TYPE_CHECKING:
    from khabar.corpus.pieces.containers import Piece
    from khabar.corpus.pieces.packages import Package

__all__ = ["Content", "Draft", "Found", "Inner", "Reader", "needs"]

_CHUNK = 1 << 20


class Draft(msgspec.Struct, frozen=True):
    """An article before it has an id and a path; ``id`` and ``url`` are what the source gave, or ""."""

    title: str
    paragraphs: tuple[str, ...]
    id: str = ""
    source: str = ""
    author: str = ""
    published: datetime | None = None
    url: str = ""
    section: str = ""
    tags: tuple[str, ...] = ()
    language: str = ""
    """as the source says, or ""; see `khabar.corpus.text.languages.language_tag`"""
    place: str = ""
    pages: tuple[int, ...] = ()
    """the page of each paragraph, from 1; empty for what has no pages"""
    fields: Mapping[str, tuple[str, ...]] = NO_FIELDS
    clutter: Counter[str] = msgspec.field(default_factory=Counter)
    notes: tuple[Reason, ...] = ()
    """what was guessed, and what may be lost"""


class Inner(msgspec.Struct, frozen=True):
    """A file inside a piece: an attachment of a message, a PDF in a WARC file. It is read like a file in an
    archive, within the same limits, as soon as it is yielded; its reader goes on after that.

    Attributes:
        name: with the suffix that tells its format; a label, which leads nowhere.
        data: its bytes, or a stream of them. What a stream raises ends it, with a reason.
        url: the address of the article in it, if it holds just one; "" if unknown.
        id: an id for this article, if it has none, so that it is the same one wherever the piece lies.
        source: the outlet of articles in it that name none.
        published: the moment of articles in it that name none; it goes before the day on which a file was
            made.
    """

    name: str
    data: Readable | bytes
    url: str = ""
    source: str = ""
    published: datetime | None = None
    id: str = ""


Found = tuple[int | None, Draft | Unreadable | Inner]
"""A draft, or why there is none, or a file in its place, with the number of its record or line, from 1; None
for a whole file."""


class Content:
    """One piece, as input for its reader.

    Attributes:
        path: the file's absolute path, with ``!member`` for each archive it lies in.
        name: its name, with the suffix.
        fields: keys of an article's fields, as given to `khabar.corpus.read`.
        dates: order of dates in numbers, as for `khabar.corpus.dates.parse_timestamp`.
        mapped: which of these keys a record had, as in `khabar.corpus.report.ReadReport`.
        max_bytes: maximum size of what is read as a whole, and of a line, in bytes.
        limits: the other limits.
    """

    def __init__(
        self,
        piece: Piece,
        report: ReadReport,
        max_bytes: int,
        fields: Mapping[str, str] | None = None,
        dates: str = "",
        limits: ReadLimits | None = None,
    ) -> None:
        self.path = piece.path
        self.name = piece.name
        self.stream = piece.stream
        self.fields = fields or {}
        self.dates = dates
        self.mapped = report.mapped
        self.max_bytes = max_bytes
        self.limits = limits or ReadLimits()
        self._piece = piece
        self._guard = piece.guard
        self._report = report

    @contextmanager
    def file(self) -> Iterator[IO[bytes]]:
        """It as a seekable file, from its beginning: the file on the disk, or a copy, which spills from
        memory to disk. Use it before the stream is read, or instead of it."""
        from khabar.corpus.pieces.containers import seekable

        with seekable(self._piece) as file:
            yield file

    @contextmanager
    def package(self) -> Iterator[Package]:
        """The parts of a document that is a zip file.

        Raises:
            Unreadable: it is none.
        """
        from khabar.corpus.pieces.packages import Package, opened

        budget = self._piece.budget
        assert budget is not None
        with self.file() as file, opened(file) as archive:
            yield Package(archive, budget, self.max_bytes)

    def data(self) -> bytes:
        """All of it.

        Raises:
            Unreadable: it is larger than ``max_bytes``.
        """
        limit = left = self.max_bytes
        chunks = []
        while chunk := self.stream.read(min(_CHUNK, left + 1)):
            chunks.append(chunk)
            left -= len(chunk)
            if left < 0:
                raise Unreadable("too-large", limit=limit)
            if self._guard.overflowed and self._guard.trouble is not None:
                raise Unreadable(self._guard.trouble)
        return b"".join(chunks)

    def note(self, number: int | None, reason: Reason) -> None:
        """Note something about a record or page, as `khabar.corpus.report.ReadReport.note` does."""
        self._report.note(self.path, number, reason)

    def text(self) -> str:
        """Decode all of it.

        Raises:
            Unreadable: it is too large, or not text.
        """
        return self.decoded(decode(self.data())).text

    def chunks(self) -> Iterator[str]:
        """It in pieces of any size, if it begins as UTF-8, which nearly all do; else as a whole.

        Raises:
            Unreadable: it is not text, or too large to be decoded as a whole, or more is unpacked than may
                be.
        """
        if not is_utf8(self.stream.peek()):
            yield self.text()
            return
        begun = b""
        while data := self.stream.read(_CHUNK):
            # A character may be cut: it goes to the next piece.
            data = begun + data
            whole = len(data) - len(data[-4:]) + _whole_characters(data[-4:])
            data, begun = data[:whole], data[whole:]
            yield self._decoded_piece(data)
        if begun:
            yield self._decoded_piece(begun)
        if self._guard.overflowed and self._guard.trouble is not None:
            raise Unreadable(self._guard.trouble)

    def _decoded_piece(self, data: bytes) -> str:
        try:
            return data.decode()
        except UnicodeDecodeError:
            return self.decoded(decode(data)).text

    def one_article(self) -> str:
        """Decode all of it, which is the text of one article.

        Raises:
            Unreadable: it is too large, or not text.
        """
        text = self.text()
        if len(text) > self.limits.letters:
            raise Unreadable("too-many-letters", limit=self.limits.letters)
        return text

    def markup(self, decoded: Decoded) -> Decoded:
        """The same, as for `decoded`, if a parser can have it in memory: each tag and attribute takes a
        hundred bytes.

        Raises:
            Unreadable: there are too many of them.
        """
        if decoded.text.count("<") + decoded.text.count("=") > self.limits.tags:
            raise Unreadable("too-many-tags", limit=self.limits.tags)
        return self.decoded(decoded)

    def decoded(self, decoded: Decoded) -> Decoded:
        """The same; noted in the report if its encoding is a guess."""
        if decoded.guessed:
            self._report.guess(self.path, decoded.encoding)
        return decoded

    def lines(self) -> Iterator[str | Unreadable]:
        """It line by line: one in memory at a time if it begins as UTF-8, which nearly all do. A line that
        cannot be read is an `Unreadable`."""
        if not is_utf8(self.stream.peek()):
            yield from self.text().split("\n")
            return
        while line := self.stream.readline(self.max_bytes + 1):
            if len(line) > self.max_bytes:
                yield Unreadable("too-large", limit=self.max_bytes)
                return
            try:
                yield line.decode()
                continue
            except UnicodeDecodeError:
                pass
            try:
                decoded = decode(line)
            except Unreadable as error:
                yield error
            else:
                yield self.decoded(decoded).text


def _whole_characters(end: bytes) -> int:
    """How many of the last bytes of UTF-8 are not of a character that goes on behind them."""
    for back in range(1, len(end) + 1):
        byte = end[-back]
        if byte & 0b1100_0000 != 0b1000_0000:
            size = 4 if byte >= 0xF0 else 3 if byte >= 0xE0 else 2 if byte >= 0xC0 else 1
            return len(end) - back if size > back else len(end)
    return len(end)


Reader = Callable[[Content], Iterable[Found]]


def needs(*modules: str, what: str, extra: str) -> None:
    """Import the modules that reading ``what`` takes.

    Raises:
        Unreadable: one is missing; the reason names the extra that brings it.
    """
    for module in modules:
        try:
            import_module(module)
        except ImportError:
            raise Unreadable("missing-package", what=what, extra=extra) from None
