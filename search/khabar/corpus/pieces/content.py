"""The protocol of readers of formats: their input and output.

`Content` is a piece that is not a container, as text or line by line. A reader is a function of a `Content`
that yields a `Found` for each article in it: a draft, or an `Unreadable` that says why there is none, or a
file that contains articles itself, such as an attachment: an `Inner`, which the reader of its own format
reads. A reader raises `Unreadable` if nothing of a piece can be read; it declares the packages that it
`needs`. `khabar.corpus.reading.readers.READERS` maps formats to readers.
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
    """An article before it has its final id and path; ``id`` and ``url`` are those of the source, or ""."""

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
    """The language that the source states, or ""; see `khabar.corpus.text.languages.language_tag`."""
    place: str = ""
    pages: tuple[int, ...] = ()
    """The page number of each paragraph, from 1; empty for a source without pages."""
    fields: Mapping[str, tuple[str, ...]] = NO_FIELDS
    clutter: Counter[str] = msgspec.field(default_factory=Counter)
    notes: tuple[Reason, ...] = ()
    """What was guessed, and what may be lost."""


class Inner(msgspec.Struct, frozen=True):
    """A file inside a piece, such as an attachment of a message or a PDF in a WARC file. It is read like a
    file in an archive, within the same limits, as soon as it is yielded; then the outer reader continues.

    Attributes:
        name: its name, with the suffix that tells its format; only a label.
        data: its bytes, or a stream of them. An exception of the stream ends it, with a reason.
        url: the address of the article in it, if it contains just one; "" if unknown.
        id: the id of this article, if it has none of its own, so that it does not depend on where the piece
            is.
        source: the outlet of articles in it that name none.
        published: the time of articles in it that name none; it has precedence over the day on which a file
            was made.
    """

    name: str
    data: Readable | bytes
    url: str = ""
    source: str = ""
    published: datetime | None = None
    id: str = ""


Found = tuple[int | None, Draft | Unreadable | Inner]
"""The number of a record or line, from 1 (None for a whole file), and its draft, the reason why there is
none, or an inner file."""


class Content:
    """One piece, as input for its reader.

    Attributes:
        path: the file's absolute path, with ``!member`` for each archive that contains it.
        name: its name, with the suffix.
        fields: the keys of an article's fields, as given to `khabar.corpus.read`.
        dates: the order of numeric dates, as for `khabar.corpus.dates.parse_timestamp`.
        mapped: which of the keys a record had, as in `khabar.corpus.report.ReadReport`.
        max_bytes: the most that is read as a whole, or of a line.
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
        """The content as a seekable file, at its beginning: the file on disk, or a copy, which spills from
        memory to disk. Use it before the stream is read, or instead of it."""
        from khabar.corpus.pieces.containers import seekable

        with seekable(self._piece) as file:
            yield file

    @contextmanager
    def package(self) -> Iterator[Package]:
        """The parts of a document that is a zip file.

        Raises:
            Unreadable: it is not a zip file.
        """
        from khabar.corpus.pieces.packages import Package, opened

        budget = self._piece.budget
        assert budget is not None
        with self.file() as file, opened(file) as archive:
            yield Package(archive, budget, self.max_bytes)

    def data(self) -> bytes:
        """The whole content.

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
        """Decode the whole content.

        Raises:
            Unreadable: it is too large, or not text.
        """
        return self.decoded(decode(self.data())).text

    def chunks(self) -> Iterator[str]:
        """Decode the content in chunks, if it begins as UTF-8, as nearly all does; else as a whole.

        Raises:
            Unreadable: it is not text, too large to be decoded as a whole, or exceeds a limit of unpacking.
        """
        if not is_utf8(self.stream.peek()):
            yield self.text()
            return
        rest = b""
        while data := self.stream.read(_CHUNK):
            # The last character may be incomplete: its bytes go to the next chunk.
            data = rest + data
            whole = len(data) - len(data[-4:]) + _whole_characters(data[-4:])
            data, rest = data[:whole], data[whole:]
            yield self._decoded_chunk(data)
        if rest:
            yield self._decoded_chunk(rest)
        if self._guard.overflowed and self._guard.trouble is not None:
            raise Unreadable(self._guard.trouble)

    def _decoded_chunk(self, data: bytes) -> str:
        try:
            return data.decode()
        except UnicodeDecodeError:
            return self.decoded(decode(data)).text

    def one_article(self) -> str:
        """Decode the whole content, which is the text of one article.

        Raises:
            Unreadable: it is too large, or not text.
        """
        text = self.text()
        if len(text) > self.limits.letters:
            raise Unreadable("too-many-letters", limit=self.limits.letters)
        return text

    def markup(self, decoded: Decoded) -> Decoded:
        """Return decoded markup unchanged if it can be parsed in memory, where each tag and attribute takes a
        hundred bytes; note in the report if its encoding is a guess.

        Raises:
            Unreadable: it has too many tags and attributes.
        """
        if decoded.text.count("<") + decoded.text.count("=") > self.limits.tags:
            raise Unreadable("too-many-tags", limit=self.limits.tags)
        return self.decoded(decoded)

    def decoded(self, decoded: Decoded) -> Decoded:
        """Return a decoded text unchanged; note in the report if its encoding is a guess."""
        if decoded.guessed:
            self._report.guess(self.path, decoded.encoding)
        return decoded

    def lines(self) -> Iterator[str | Unreadable]:
        """Decode the content line by line; one line at a time is in memory if it begins as UTF-8, as nearly
        all does. An `Unreadable` replaces a line that cannot be decoded."""
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
    """How many of the last bytes of a UTF-8 chunk belong to complete characters."""
    for back in range(1, len(end) + 1):
        byte = end[-back]
        if byte & 0b1100_0000 != 0b1000_0000:
            size = 4 if byte >= 0xF0 else 3 if byte >= 0xE0 else 2 if byte >= 0xC0 else 1
            return len(end) - back if size > back else len(end)
    return len(end)


Reader = Callable[[Content], Iterable[Found]]


def needs(*modules: str, what: str, extra: str) -> None:
    """Import the modules that a reader of ``what`` needs.

    Raises:
        Unreadable: one is missing; the reason names the extra that installs it.
    """
    for module in modules:
        try:
            import_module(module)
        except ImportError:
            raise Unreadable("missing-package", what=what, extra=extra) from None
