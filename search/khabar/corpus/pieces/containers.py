"""Compressed files and archives: gzip, bzip2, xz, zip and tar, nested down to a limit.

`unpack` turns a file into the `Piece` objects in it, each a name and a stream; the piece is closed when the
next one is asked for. A container is known by its first bytes, whatever its name; the name inside a gzip
file is the file's without ``.gz``. What cannot be unpacked is noted in the report, and so is a stream that
ended early, once it was read. A zip file whose directory is lost (a download cut short) is read member by
member from its beginning. A document that is a zip file (`khabar.corpus.pieces.packages`) is a piece.

Nothing is ever written under a member's name: it is a label, and one such as ``../../etc/passwd`` leads
nowhere.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Protocol, cast

import msgspec

from khabar.corpus.formats.passing import check_suffix
from khabar.corpus.limits import ReadLimits
from khabar.corpus.names import zip_name
from khabar.corpus.pieces.packages import package_of
from khabar.corpus.pieces.streams import Budget, Guard, Readable, buffered, said
from khabar.corpus.pieces.tar_recovery import is_tar
from khabar.corpus.reasons import Reason
from khabar.corpus.report import Aside, ReadReport, Unreadable
from khabar.corpus.suffixes import FORMAT_NAMES, Format, promised_package, stem_of, suffix_of

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

__all__ = ["Piece", "Unpacker", "seekable"]

_GZIP, _BZIP2, _XZ = b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_IN_MEMORY = 1 << 25
_CHUNK = 1 << 16
_ENTRY = 100
"""Bytes of a member in the directory of a zip file, at most; on average."""
_MARGIN = 1 << 20
_TAIL = (1 << 16) + 200
"""How far from its end the end of a zip file's directory can be: a comment may follow."""
_XZ_MEMORY = 1 << 28
"""Memory limit for xz, in bytes; its highest preset, -9, needs 65 MB."""


class Piece(msgspec.Struct):
    """A stream of bytes that is not a container.

    Attributes:
        path: the file's absolute path, with ``!member`` for each archive it lies in.
        name: the name that its suffix is taken from.
        stream: its bytes; reading never raises.
        guard: the stream's guard, which knows why it ended early, if it did.
        file: the same bytes as a seekable file, if there is one.
        package: the format of a document that is a zip file; None for all others.
        plugin: the plug-in that reads it; "" for what khabar reads itself.
        depth: the number of archives and files that it lies in.
        budget: how much its file on the disk may still give when it is unpacked.
    """

    path: str
    name: str
    stream: io.BufferedReader
    guard: Guard
    file: IO[bytes] | None = None
    package: Format | None = None
    depth: int = 0
    budget: Budget | None = None
    plugin: str = ""


def _checked(name: str, head: bytes) -> str:
    """Pass a name that khabar reads, or that a plug-in does: then this is its name, else "".

    Raises:
        Unreadable: nobody reads it.
    """
    try:
        check_suffix(name, head)
    except Unreadable as error:
        from khabar.corpus.plugged import plugged

        plugin = plugged(suffix_of(name), head, media=isinstance(error, Aside))
        if plugin is None:
            raise
        return plugin
    return ""


class Unpacker:
    """Unpacks one file on disk, noting problems in ``report``. At most ``max_bytes`` are read of one
    member, and ``budget`` of all; ``limits`` has the limits of depth and members."""

    def __init__(self, report: ReadReport, max_bytes: int, budget: Budget, limits: ReadLimits) -> None:
        self._report = report
        self._max_bytes = max_bytes
        self._budget = budget
        self._limits = limits
        self._members = 0

    def unpack(self, piece: Piece, depth: int = 0) -> Iterator[Piece]:
        """Yield the pieces in ``piece``, or ``piece`` itself if it is not a container. Other formats are not
        inspected."""
        try:
            piece.plugin = _checked(piece.name, piece.stream.peek())
        except Aside as error:
            self._report.note(piece.path, None, error.reason)
            return
        except Unreadable as error:
            self._skip(piece.path, error.reason)
            return
        way = None if piece.plugin else self._way_into(piece.stream.peek())
        if way is None:
            piece.depth, piece.budget = depth, self._budget
            yield piece
        elif depth >= self._limits.depth:
            self._skip(piece.path, Reason.of("too-deep", depth=self._limits.depth))
        else:
            yield from way(piece, depth)

    def inner(self, outer: Piece, name: str, source: Readable) -> Iterator[Piece]:
        """Yield the pieces in a file that its reader found inside a piece, such as an attachment.

        Args:
            outer: the piece.
            name: of the file, with the suffix; a hidden one is passed over, as in archives.
            source: its bytes.
        """
        path = f"{outer.path}!{name}"
        if _hidden(name) or self._is_too_many(outer.path):
            return
        if outer.depth >= self._limits.depth:
            self._skip(path, Reason.of("too-deep", depth=self._limits.depth))
            return
        yield from self._inner(path, name, source, self._max_bytes, outer.depth)

    def _way_into(self, head: bytes) -> Callable[[Piece, int], Iterator[Piece]] | None:
        if head.startswith(_GZIP):
            return self._gunzip
        if head.startswith((_BZIP2, _XZ)):
            return self._decompress
        if head.startswith(_ZIP):
            return self._unzip
        return self._untar if is_tar(head) else None

    def _gunzip(self, piece: Piece, depth: int) -> Iterator[Piece]:
        from gzip import GzipFile

        with GzipFile(fileobj=piece.stream, mode="rb") as source:
            yield from self._inner(piece.path, stem_of(piece.name), source, None, depth)

    def _decompress(self, piece: Piece, depth: int) -> Iterator[Piece]:
        source = _Decompressed(piece.stream, _bzip2 if piece.stream.peek().startswith(_BZIP2) else _xz)
        yield from self._inner(piece.path, stem_of(piece.name), source, None, depth)

    def _untar(self, piece: Piece, depth: int) -> Iterator[Piece]:
        from khabar.corpus.pieces.tar_recovery import members

        found_any = False
        for name, source in members(piece.stream):
            if _hidden(name):
                continue
            found_any = True
            if self._is_too_many(piece.path):
                return
            path = f"{piece.path}!{name}" if name else piece.path
            if isinstance(source, Unreadable):
                self._skip(path, source.reason)
            else:
                yield from self._inner(path, name, source, self._max_bytes, depth)
        if not found_any:
            self._skip(piece.path, Reason.of("no-file"))

    def _unzip(self, piece: Piece, depth: int) -> Iterator[Piece]:
        from zipfile import ZipFile

        with seekable(piece) as file:
            # zipfile reads the whole directory, and keeps twenty times as much of it in memory.
            if _directory_size(file) > _ENTRY * self._limits.members + _MARGIN:
                self._skip(piece.path, Reason.of("too-many-members", limit=self._limits.members))
                return
            file.seek(0)
            try:
                archive = ZipFile(file)
            except MemoryError:
                raise
            except Exception as error:
                if promised_package(piece.name):
                    # Its parts are no articles.
                    self._skip(piece.path, Reason.of("damaged-document"))
                    return
                self._skip(piece.path, Reason.of("broken-zip", error=said(error)))
                yield from self._recover_zip(file, piece.path, depth)
                return
            with archive:
                promised, package = promised_package(piece.name), package_of(archive)
                if package is not None:
                    yield self._document(piece, file, package, depth)
                    return
                if promised is not None:
                    self._skip(piece.path, Reason.of("not-a-document", name=FORMAT_NAMES[promised][0]))
                    return
                named = [(_name_in_zip(info), info) for info in archive.infolist()]
                files = [(name, info) for name, info in named if not name.endswith("/") and not _hidden(name)]
                if not files:
                    self._skip(piece.path, Reason.of("no-file"))
                for name, info in files:
                    if self._is_too_many(piece.path):
                        return
                    yield from self._member(archive, info, name, piece.path, depth)

    def _document(self, piece: Piece, file: IO[bytes], package: Format, depth: int) -> Piece:
        file.seek(0)
        # The piece's own stream may be where a copy of it ended.
        guard = Guard(cast(Readable, file), clock=self._budget.clock)
        return Piece(piece.path, piece.name, buffered(guard), guard, file, package, depth, self._budget)

    def _member(self, archive: ZipFile, info: ZipInfo, name: str, path: str, depth: int) -> Iterator[Piece]:
        path = f"{path}!{name}"
        if info.flag_bits & 0x1:
            self._skip(path, Reason.of("encrypted"))
            return
        if info.file_size > self._max_bytes:
            self._skip(path, Reason.of("too-large", limit=self._max_bytes))
            return
        try:
            with warnings.catch_warnings():
                # Later Pythons warn of members that share bytes; what is unpacked of all is bounded here.
                warnings.simplefilter("ignore", UserWarning)
                source = archive.open(info)
        except MemoryError:
            raise
        except Exception as error:
            self._skip(path, Reason.of("cannot-unpack", error=said(error)))
            return
        with source:
            yield from self._inner(path, name, cast(Readable, source), self._max_bytes, depth)

    def _recover_zip(self, file: IO[bytes], path: str, depth: int) -> Iterator[Piece]:
        from khabar.corpus.pieces.zip_recovery import members

        for name, source in members(file):
            if _hidden(name):
                continue
            if self._is_too_many(path):
                return
            if isinstance(source, Unreadable):
                self._skip(f"{path}!{name}", source.reason)
            else:
                yield from self._inner(f"{path}!{name}", name, source, self._max_bytes, depth)

    def _inner(
        self, path: str, name: str, source: Readable, limit: int | None, depth: int
    ) -> Iterator[Piece]:
        guard = Guard(source, limit, self._budget)
        with buffered(guard) as stream:
            yield from self.unpack(Piece(path, name, stream, guard), depth + 1)
        if guard.trouble:
            self._skip(path, guard.trouble)

    def _is_too_many(self, path: str) -> bool:
        """Whether the next member is over the limit; noted once."""
        self._members += 1
        if self._members == self._limits.members + 1:
            self._skip(path, Reason.of("too-many-members", limit=self._limits.members))
        return self._members > self._limits.members

    def _skip(self, path: str, reason: Reason) -> None:
        self._report.skip(path, None, reason)


class _Decompressor(Protocol):
    """The common interface of `bz2.BZ2Decompressor` and `lzma.LZMADecompressor`."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


def _bzip2() -> _Decompressor:
    from bz2 import BZ2Decompressor

    return BZ2Decompressor()


def _xz() -> _Decompressor:
    from lzma import LZMADecompressor

    return LZMADecompressor(memlimit=_XZ_MEMORY)


class _Decompressed:
    """One or more compressed streams, concatenated. (The library's own files raise at the end of a
    stream that is cut short without giving what was before it, and set xz no limit of memory.)"""

    def __init__(self, packed: io.BufferedReader, make: Callable[[], _Decompressor]) -> None:
        self._packed = packed
        self._make = make
        self._decompressor = make()

    def read1(self, size: int, /) -> bytes:
        """Read at most ``size`` bytes.

        Raises:
            EOFError: the stream ends too early.
            OSError, lzma.LZMAError: it is broken.
        """
        while True:
            waiting = b""
            if self._decompressor.eof:
                waiting = self._decompressor.unused_data or self._packed.read1(_CHUNK)
                if not waiting.strip(b"\0"):  # xz pads its streams with zeros
                    return b""
                self._decompressor = self._make()
            elif self._decompressor.needs_input:
                waiting = self._packed.read1(_CHUNK)
                if not waiting:
                    raise EOFError("it ends too early")
            if data := self._decompressor.decompress(waiting, size):
                return data


@contextmanager
def seekable(piece: Piece) -> Iterator[IO[bytes]]:
    """The piece's bytes as a seekable file: itself, or a copy that spills to disk."""
    if piece.file is not None:
        piece.file.seek(0)
        yield piece.file
        return
    from shutil import copyfileobj
    from tempfile import SpooledTemporaryFile

    with SpooledTemporaryFile(_IN_MEMORY) as copy:
        copyfileobj(piece.stream, copy)
        copy.seek(0)
        yield cast("IO[bytes]", copy)


def _directory_size(file: IO[bytes]) -> int:
    """The size of a zip file's directory, as its end says; 0 if it does not say it."""
    file.seek(0, 2)
    size = file.tell()
    file.seek(max(0, size - _TAIL))
    tail = file.read(_TAIL)
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) < place + 22:
        return 0
    said = int.from_bytes(tail[place + 12 : place + 16], "little")
    wide = tail.rfind(b"PK\x06\x06")
    if wide >= 0 and len(tail) >= wide + 56:
        said = max(said if said != 0xFFFFFFFF else 0, int.from_bytes(tail[wide + 40 : wide + 48], "little"))
    return min(said, size)


def _name_in_zip(info: ZipInfo) -> str:
    """The name of a member. (``zipfile`` decodes what is not UTF-8 as cp437, which is lossless.)"""
    name = info.orig_filename
    utf8 = bool(info.flag_bits & 0x800)
    return zip_name(name.encode("utf-8" if utf8 else "cp437", "surrogateescape"), utf8, info.extra)


def _hidden(member: str) -> bool:
    """Whether a member is hidden, or metadata of macOS."""
    parts = member.replace("\\", "/").split("/")
    return parts[0] == "__MACOSX" or any(part.startswith(".") and part not in (".", "..") for part in parts)
