"""Unpack compressed files and archives: gzip, bzip2, xz, zip and tar, nested down to a limit.

`unpack` turns a file into the `Piece` objects in it, each a name and a stream; a piece is closed when the
next one is requested. A container is recognised by its first bytes, whatever its name; the content of a gzip
file is named like the file without ``.gz``. The report notes what cannot be unpacked, and streams that ended
early, once they have been read. A zip file without its directory (a truncated download) is read member by
member from its beginning. A document that is a zip file (`khabar.corpus.pieces.packages`) is a piece.

The name of a member is only a label, never a path to write to: one such as ``../../etc/passwd`` does no harm.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Protocol, cast

import msgspec

from khabar.corpus.formats.selection import check_suffix
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
"""Generous average size of a member's entry in the directory of a zip file, in bytes."""
_MARGIN = 1 << 20
_TAIL = (1 << 16) + 200
"""Bytes at the end of a zip file in which its directory must end: a comment may follow it."""
_XZ_MEMORY = 1 << 28
"""Memory limit for xz, in bytes; its highest preset, -9, needs 65 MB."""


class Piece(msgspec.Struct):
    """A stream of bytes that is not a container.

    Attributes:
        path: the file's absolute path, with ``!member`` for each archive that contains it.
        name: the name whose suffix tells its format.
        stream: its bytes; reading never raises.
        guard: the stream's guard, which knows why the stream ended early, if it did.
        file: the same bytes as a seekable file, if there is one.
        package: the format of a document that is a zip file; None for all others.
        plugin: the plug-in that reads it; "" if khabar reads it itself.
        depth: the number of archives and files that contain it.
        budget: how many bytes may still be unpacked from its file on disk.
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


def _plugin_for(name: str, head: bytes) -> str:
    """The name of the plug-in that reads a file; "" if khabar reads it itself.

    Raises:
        Unreadable: neither does.
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
    """Unpacks one file on disk.

    Args:
        report: gets the problems.
        max_bytes: the most that is read of one member.
        budget: the most that is read of all members together.
        limits: the limits of depth and members.
    """

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
            piece.plugin = _plugin_for(piece.name, piece.stream.peek())
        except Aside as error:
            self._report.note(piece.path, None, error.reason)
            return
        except Unreadable as error:
            self._skip(piece.path, error.reason)
            return
        unpack = None if piece.plugin else self._unpacking(piece.stream.peek())
        if unpack is None:
            piece.depth, piece.budget = depth, self._budget
            yield piece
        elif depth >= self._limits.depth:
            self._skip(piece.path, Reason.of("too-deep", depth=self._limits.depth))
        else:
            yield from unpack(piece, depth)

    def inner(self, outer: Piece, name: str, source: Readable) -> Iterator[Piece]:
        """Yield the pieces in a file that its reader found inside a piece, such as an attachment.

        Args:
            outer: the piece.
            name: the file's name, with the suffix; hidden files are skipped, as in archives.
            source: its bytes.
        """
        path = f"{outer.path}!{name}"
        if _hidden(name) or self._is_too_many(outer.path):
            return
        if outer.depth >= self._limits.depth:
            self._skip(path, Reason.of("too-deep", depth=self._limits.depth))
            return
        yield from self._inner(path, name, source, self._max_bytes, outer.depth)

    def _unpacking(self, head: bytes) -> Callable[[Piece, int], Iterator[Piece]] | None:
        """The method that unpacks a file, by its first bytes; None if it is not a container."""
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
            # zipfile reads the whole directory, which takes twenty times its size in memory.
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
                    # The parts of a document are not articles.
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
        # The piece's own stream may have been read to its end, to make a copy.
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
                # Newer Pythons warn of members that share bytes; the budget limits what they give together.
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
        """Count a member, and return whether it exceeds the limit; this is reported once."""
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
    """One or more concatenated compressed streams. (The file objects of the standard library raise at the end
    of a truncated stream without returning what was before it, and do not limit the memory of xz.)"""

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
            packed = b""
            if self._decompressor.eof:
                packed = self._decompressor.unused_data or self._packed.read1(_CHUNK)
                if not packed.strip(b"\0"):  # xz pads its streams with zeros
                    return b""
                self._decompressor = self._make()
            elif self._decompressor.needs_input:
                packed = self._packed.read1(_CHUNK)
                if not packed:
                    raise EOFError("it ends too early")
            if data := self._decompressor.decompress(packed, size):
                return data


@contextmanager
def seekable(piece: Piece) -> Iterator[IO[bytes]]:
    """The piece's bytes as a seekable file: the file itself, or a copy, which spills from memory to disk."""
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
    """The size of a zip file's directory, as the record at its end states it; 0 if there is no such
    record."""
    file.seek(0, 2)
    file_size = file.tell()
    file.seek(max(0, file_size - _TAIL))
    tail = file.read(_TAIL)
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) < end + 22:
        return 0
    size = int.from_bytes(tail[end + 12 : end + 16], "little")
    zip64 = tail.rfind(b"PK\x06\x06")
    if zip64 >= 0 and len(tail) >= zip64 + 56:
        zip64_size = int.from_bytes(tail[zip64 + 40 : zip64 + 48], "little")
        size = max(size if size != 0xFFFFFFFF else 0, zip64_size)
    return min(size, file_size)


def _name_in_zip(info: ZipInfo) -> str:
    """The name of a member. (``zipfile`` decodes names that are not UTF-8 as cp437, which is lossless.)"""
    name = info.orig_filename
    utf8 = bool(info.flag_bits & 0x800)
    return zip_name(name.encode("utf-8" if utf8 else "cp437", "surrogateescape"), utf8, info.extra)


def _hidden(member: str) -> bool:
    """Whether a member is hidden, or metadata of macOS."""
    parts = member.replace("\\", "/").split("/")
    return parts[0] == "__MACOSX" or any(part.startswith(".") and part not in (".", "..") for part in parts)
