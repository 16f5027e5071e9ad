"""Documents that are zip files: their format, and their parts within the limits of reading.

A DOCX is a zip file of XML, and so are ODT, EPUB, XLSX, WACZ and others. What a zip file is, its own members
tell, whatever its name: `package_of` is the only place that decides it, and
`khabar.corpus.pieces.containers.Unpacker` asks it before it takes a zip file for an archive of articles.

===============  ==================================================================  =======================
Format           Mark                                                                Specification
===============  ==================================================================  =======================
OpenDocument     a member ``mimetype`` that names it                                 OASIS ODF 1.3 part 2, 3.3
EPUB             the same, or ``META-INF/container.xml``                             W3C EPUB 3.3, 4.2.6
Office Open XML  ``[Content_Types].xml``, and a folder ``word``, ``xl`` or ``ppt``   ECMA-376 part 2
WACZ             ``datapackage.json``, and WARC files in ``archive``                 WACZ 1.1.1
===============  ==================================================================  =======================

Any other zip file, with or without one of these members, is an archive.

`Package` gives the parts of a document to its reader. A part counts against the limits of its file, so that
a small document cannot unpack to any size; nothing is written to the disk, and no part is executed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, cast

from khabar.corpus.pieces.streams import Budget, Guard, Readable, buffered, said
from khabar.corpus.report import Unreadable
from khabar.corpus.suffixes import Format

if TYPE_CHECKING:
    import io
    from zipfile import ZipFile, ZipInfo

__all__ = ["Package", "package_of"]

_MEDIA_TYPES: dict[bytes, Format] = {
    b"application/epub+zip": "epub",
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.text-template": "odt",
    b"application/vnd.oasis.opendocument.text-master": "odt",
    b"application/vnd.oasis.opendocument.presentation": "odp",
    b"application/vnd.oasis.opendocument.presentation-template": "odp",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.spreadsheet-template": "ods",
}
_FOLDERS: tuple[tuple[str, Format], ...] = (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx"))
_LONGEST_TYPE = 100
_CHUNK = 1 << 16


def package_of(archive: ZipFile) -> Format | None:
    """The format of a document that is a zip file; None if it is an archive.

    Args:
        archive: the opened zip file.
    """
    names = {part_name(info.filename): info for info in archive.infolist()}
    if "mimetype" in names and (found := _MEDIA_TYPES.get(_beginning(archive, names["mimetype"]))):
        return found
    if "[content_types].xml" in names:
        for folder, kind in _FOLDERS:
            if any(name.startswith(folder) for name in names):
                return kind
    if "meta-inf/container.xml" in names:
        return "epub"
    if "datapackage.json" in names and any(
        name.startswith("archive/") and name.endswith((".warc", ".warc.gz")) for name in names
    ):
        return "wacz"
    return None


def part_name(name: str) -> str:
    """The name of a part, as parts are compared (ECMA-376 part 2, 6.2.2.3): without difference between small
    and capital letters, with ``/`` between folders also where a careless program wrote ``\\``."""
    return name.replace("\\", "/").lstrip("/").lower()


def _beginning(archive: ZipFile, info: ZipInfo) -> bytes:
    """The first bytes of a member, without white space at their ends; none if it cannot be unpacked."""
    try:
        with archive.open(info) as member:
            return member.read(_LONGEST_TYPE).strip()
    except MemoryError:
        raise
    except Exception:  # a broken or encrypted member is none that names a format
        return b""


class Package:
    """The parts of a document that is a zip file.

    Args:
        archive: the opened zip file.
        budget: how much its file may still give when it is unpacked.
        max_bytes: the most that is read of one part, in bytes.

    Attributes:
        names: of the parts, as in the zip file, in its order.
    """

    def __init__(self, archive: ZipFile, budget: Budget, max_bytes: int) -> None:
        self._archive = archive
        self._budget = budget
        self._max_bytes = max_bytes
        self._parts = {part_name(info.filename): info for info in archive.infolist()}
        self.names = tuple(info.filename for info in self._parts.values())

    def __contains__(self, name: str) -> bool:
        return part_name(name) in self._parts

    @contextmanager
    def open(self, name: str) -> Iterator[io.BufferedReader]:
        """The bytes of a part, as a stream; reading it never raises.

        Args:
            name: of the part; small and capital letters make no difference.

        Raises:
            Unreadable: there is no such part, or it cannot be unpacked; or, at the end, what was read of it
                is not all, because it is broken or over a limit.
        """
        info = self._parts.get(part_name(name))
        if info is None:
            raise Unreadable("part-missing", part=name)
        if info.flag_bits & 0x1:
            raise Unreadable("encrypted")
        try:
            source = self._archive.open(info)
        except MemoryError:
            raise
        except Exception as error:
            raise Unreadable("cannot-unpack", error=said(error)) from None
        with source:
            guard = Guard(cast(Readable, source), self._max_bytes, self._budget)
            with buffered(guard) as stream:
                yield stream
            if guard.trouble is not None:
                raise Unreadable(guard.trouble)

    def chunks(self, name: str) -> Iterator[bytes]:
        """A part in pieces.

        Args:
            name: as for `open`.

        Raises:
            Unreadable: as for `open`.
        """
        with self.open(name) as stream:
            while data := stream.read(_CHUNK):
                yield data

    def data(self, name: str) -> bytes:
        """All of a part.

        Args:
            name: as for `open`.

        Raises:
            Unreadable: as for `open`.
        """
        return b"".join(self.chunks(name))


def opened(file: IO[bytes]) -> ZipFile:
    """The zip file in a file that was one when it was unpacked.

    Raises:
        Unreadable: it is none.
    """
    from zipfile import ZipFile

    file.seek(0)
    try:
        return ZipFile(file)
    except MemoryError:
        raise
    except Exception as error:
        raise Unreadable("broken-document", error=said(error)) from None
