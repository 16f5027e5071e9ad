"""Documents that are zip files: recognise their format, and read their parts within the limits.

DOCX, ODT, EPUB, XLSX, WACZ and others are zip files. The members of a zip file tell its format, whatever its
name: `package_of` decides, and `khabar.corpus.pieces.containers.Unpacker` calls it before it takes a zip file
for an archive of articles.

===============  ==================================================================  =======================
Format           Mark                                                                Specification
===============  ==================================================================  =======================
OpenDocument     a member ``mimetype`` that names it                                 OASIS ODF 1.3 part 2, 3.3
EPUB             the same, or ``META-INF/container.xml``                             W3C EPUB 3.3, 4.2.6
Office Open XML  ``[Content_Types].xml``, and a folder ``word``, ``xl`` or ``ppt``   ECMA-376 part 2
WACZ             ``datapackage.json``, and WARC files in ``archive``                 WACZ 1.1.1
===============  ==================================================================  =======================

Any other zip file, with or without one of these members, is an archive.

`Package` reads the parts of a document. They count towards the limits of the file, so that a small document
cannot unpack to any size; nothing is written to disk, and no part is executed.
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
    """The format of a zip file that is a document; None for an archive.

    Args:
        archive: the opened zip file.
    """
    names = {part_name(info.filename): info for info in archive.infolist()}
    if "mimetype" in names and (kind := _MEDIA_TYPES.get(_beginning(archive, names["mimetype"]))):
        return kind
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
    """The normal form in which names of parts are compared (ECMA-376 part 2, 6.2.2.3): in lower case, with
    ``/`` for the ``\\`` of careless programs."""
    return name.replace("\\", "/").lstrip("/").lower()


def _beginning(archive: ZipFile, info: ZipInfo) -> bytes:
    """The first bytes of a member, stripped; b"" if it cannot be unpacked."""
    try:
        with archive.open(info) as member:
            return member.read(_LONGEST_TYPE).strip()
    except MemoryError:
        raise
    except Exception:  # broken or encrypted: it names no format
        return b""


class Package:
    """The parts of a document that is a zip file.

    Args:
        archive: the opened zip file.
        budget: how many bytes may still be unpacked from its file.
        max_bytes: the most that is read of one part.

    Attributes:
        names: the names of the parts, as in the zip file and in its order.
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
            name: the name of the part, in upper or lower case.

        Raises:
            Unreadable: there is no such part, or it cannot be unpacked; or, on exit, the stream ended early
                because the part is broken or exceeds a limit.
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
        """The bytes of a part, in chunks.

        Args:
            name: as for `open`.

        Raises:
            Unreadable: as for `open`.
        """
        with self.open(name) as stream:
            while data := stream.read(_CHUNK):
                yield data

    def data(self, name: str) -> bytes:
        """All bytes of a part.

        Args:
            name: as for `open`.

        Raises:
            Unreadable: as for `open`.
        """
        return b"".join(self.chunks(name))


def opened(file: IO[bytes]) -> ZipFile:
    """Open a zip file.

    Raises:
        Unreadable: it is not a zip file.
    """
    from zipfile import ZipFile

    file.seek(0)
    try:
        return ZipFile(file)
    except MemoryError:
        raise
    except Exception as error:
        raise Unreadable("broken-document", error=said(error)) from None
