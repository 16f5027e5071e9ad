"""Compressed files and archives: gzip and zip, one in the other, down to a fixed depth.

`unpack` turns a file into the `Piece` objects in it, each a name and a stream; the piece is closed when the
next one is asked for. A container is known by its first bytes, whatever its name; the name inside a gzip
file is the file's without ``.gz``. What cannot be unpacked is noted in the report, and so is a stream that
ended early, once it was read. A zip file whose directory is lost (a download cut short) is read member by
member from its beginning.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, cast

from .formats import check_suffix
from .report import ReadReport, Unreadable
from .streams import Guard, Readable, buffered, said, too_large

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

__all__ = ["DEPTH", "Piece", "unpack"]

DEPTH = 4
"""How many containers may lie in one another."""

_GZIP = b"\x1f\x8b"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_IN_MEMORY = 1 << 25


@dataclass(slots=True)
class Piece:
    """A stream of bytes that is no container.

    Attributes:
        path: the file's absolute path, with ``!member`` for each archive it lies in.
        name: what its suffix is taken from.
        stream: its bytes; never raises.
        guard: the stream's guard: why it ended early, if it did.
        file: the same bytes as a file in which one can seek, if there is one.
    """

    path: str
    name: str
    stream: io.BufferedReader
    guard: Guard
    file: IO[bytes] | None = None


def unpack(piece: Piece, report: ReadReport, max_bytes: int, depth: int = 0) -> Iterator[Piece]:
    """The pieces in ``piece``, or itself if it is no container; other formats are not looked into."""
    try:
        check_suffix(piece.name)
    except Unreadable as error:
        report.skip(piece.path, None, error.reason)
        return
    head = piece.stream.peek(4)[:4]
    if not head.startswith((_GZIP, *_ZIP)):
        yield piece
    elif depth == DEPTH:
        report.skip(piece.path, None, f"more than {DEPTH} archives lie in one another")
    elif head.startswith(_GZIP):
        yield from _gunzip(piece, report, max_bytes, depth)
    else:
        yield from _unzip(piece, report, max_bytes, depth)


def _gunzip(piece: Piece, report: ReadReport, max_bytes: int, depth: int) -> Iterator[Piece]:
    from gzip import GzipFile

    name = piece.name[:-3] if piece.name.lower().endswith(".gz") else piece.name
    with GzipFile(fileobj=piece.stream, mode="rb") as source:
        yield from _inner(piece.path, name, source, report, max_bytes, depth)


def _unzip(piece: Piece, report: ReadReport, max_bytes: int, depth: int) -> Iterator[Piece]:
    from zipfile import ZipFile

    with _seekable(piece) as file:
        try:
            archive = ZipFile(file)
        except Exception as error:
            report.skip(
                piece.path, None, f"the zip archive is broken ({said(error)}); what was left of it was read"
            )
            yield from _salvage(file, piece.path, report, max_bytes, depth)
            return
        with archive:
            files = [i for i in archive.infolist() if not i.is_dir() and not _hidden(i.filename)]
            if not files:
                report.skip(piece.path, None, "there is no file in it")
            for info in files:
                yield from _member(archive, info, piece.path, report, max_bytes, depth)


def _member(
    archive: ZipFile, info: ZipInfo, path: str, report: ReadReport, max_bytes: int, depth: int
) -> Iterator[Piece]:
    path = f"{path}!{info.filename}"
    if info.flag_bits & 0x1:
        report.skip(path, None, "it is encrypted")
        return
    if info.file_size > max_bytes:
        report.skip(path, None, too_large(max_bytes))
        return
    try:
        source = archive.open(info)
    except Exception as error:
        report.skip(path, None, f"it cannot be unpacked: {said(error)}")
        return
    with source:
        yield from _inner(path, info.filename, cast(Readable, source), report, max_bytes, depth)


def _salvage(file: IO[bytes], path: str, report: ReadReport, max_bytes: int, depth: int) -> Iterator[Piece]:
    from .salvage import members

    for name, source in members(file):
        if _hidden(name):
            continue
        if isinstance(source, Unreadable):
            report.skip(f"{path}!{name}", None, source.reason)
        else:
            yield from _inner(f"{path}!{name}", name, source, report, max_bytes, depth)


def _inner(
    path: str, name: str, source: Readable, report: ReadReport, max_bytes: int, depth: int
) -> Iterator[Piece]:
    guard = Guard(source, max_bytes)
    with buffered(guard) as stream:
        yield from unpack(Piece(path, name, stream, guard), report, max_bytes, depth + 1)
    if guard.trouble:
        report.skip(path, None, guard.trouble)


@contextmanager
def _seekable(piece: Piece) -> Iterator[IO[bytes]]:
    """The piece's bytes as a file in which one can seek: itself, or a copy that grows onto the disk."""
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


def _hidden(member: str) -> bool:
    """Whether a member is one that a folder would not show, or a note of macOS to itself."""
    parts = member.replace("\\", "/").split("/")
    return parts[0] == "__MACOSX" or any(part.startswith(".") and part not in (".", "..") for part in parts)
