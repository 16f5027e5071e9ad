"""Whoosh's files: tables of contents are read without running code from them, and damage is told from bugs.

A table of contents is a pickle, and a pickle names what is to be called when it is read. Here it may name a
segment, its codec and a set, and gets plain records for them; the segments are then made of what these say,
once that is looked through.
"""

from __future__ import annotations

import io
import os
import pickle
import re
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Self

from whoosh.codec.whoosh3 import W3Segment
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile
from whoosh.index import TOC

from khabar.errors import IndexDamaged, IndexUnavailable, KhabarError
from khabar.index.embedded.schema import INDEX_NAME, SCHEMA
from khabar.index.recovery import gone, unreadable
from khabar.replacing import read_file, sync_file, sync_folder

__all__ = ["Storage", "latest_generation", "make_segment", "read_toc", "reading"]

_CODEC = ("khabar.index.embedded.codec", "ArrayCodec")
#: What indexes of format 3 have in its place: their articles can be read all the same.
_FORMER_CODEC = ("whoosh.codec.whoosh3", "W3Codec")
_SEGMENT = (W3Segment.__module__, W3Segment.__name__)
_SET = ("builtins", "set")
#: What a table of contents says of a segment: what Whoosh does, and the sizes and checksums of its files.
_OF_SEGMENT = {
    *("indexname", "segid", "_codec", "_doccount", "_deleted", "compound", "_fieldlengths"),
    "khabar_files",
}
#: What stands before the checksum at the end of a table of contents; Whoosh reads no further than its pickle.
_SEAL = b"khabarT1"
_SEGMENT_ID = re.compile(r"[0-9a-z]{1,32}")


class Storage(FileStorage):  # type: ignore[misc]
    """Files of one writer. Whoosh leaves some open when writing breaks off; here all can be closed."""

    def __init__(self, folder: str | os.PathLike[str], opened: list[Any] | None = None) -> None:
        super().__init__(os.fspath(folder))
        #: every file made here, in order
        self.opened: list[Any] = [] if opened is None else opened

    def create_file(self, name: str, excl: bool = False, mode: str = "wb", **options: Any) -> Any:
        file = super().create_file(name, excl=excl, mode=mode, **options)
        self.opened.append(file)
        return file

    def open_file(self, name: str, **options: Any) -> Any:
        """A table of contents, in memory, whose pickles run nothing."""
        return _SafeFile(*_unsealed(read_file(Path(self.folder, name))), name)

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Whoosh renames to commit: what the new name stands for must survive a power cut."""
        with Path(self._fpath(oldname)).open("r+b") as file:
            content = file.read()
            file.write(_SEAL + zlib.crc32(content).to_bytes(4, "big"))
        self.sync([oldname])
        super().rename_file(oldname, newname, safe=safe)
        sync_folder(Path(self.folder))

    def sync(self, names: Iterable[str]) -> None:
        """Return when the files are on the disk, with their contents and their names."""
        for name in names:
            descriptor = os.open(self._fpath(name), os.O_RDWR)
            try:
                sync_file(descriptor)
            finally:
                os.close(descriptor)
        sync_folder(Path(self.folder))

    def temp_storage(self, name: str | None = None) -> Self:
        storage: Self = type(self)(Path(self.folder) / (name or "tmp"), self.opened).create()
        return storage

    def close_all(self) -> None:
        """Close what is still open; may be called again."""
        while self.opened:
            file = self.opened.pop()
            if not file.is_closed:
                # On a full disk the last buffer cannot be written; the file is closed all the same.
                with suppress(OSError):
                    file.close()


def _unsealed(content: bytes) -> tuple[bytes, bool]:
    """What a table of contents says, and whether the checksum at its end holds for it.

    One that was written before there was a checksum ends with its pickle; so does one whose checksum alone is
    cut off or overwritten.
    """
    seal, crc = content[-len(_SEAL) - 4 : -4], content[-4:]
    if seal != _SEAL:
        return content, False
    if zlib.crc32(content[: -len(_SEAL) - 4]) != int.from_bytes(crc, "big"):
        raise ValueError("it is not as it was written")
    return content[: -len(_SEAL) - 4], True


class _SafeFile(StructFile):  # type: ignore[misc]
    """A table of contents in memory.

    Args:
        content: what it says.
        is_checked: whether it is known to be as it was written.
        name: of the file.
    """

    def __init__(self, content: bytes, is_checked: bool, name: str) -> None:
        super().__init__(io.BytesIO(content), name=name)
        self._is_checked = is_checked

    def read_pickle(self) -> Any:
        if not self._is_checked:
            begin = self.file.tell()
            _check_sizes(self.file)
            self.file.seek(begin)
        return _Unpickler(self.file).load()


def _check_sizes(file: IO[bytes]) -> None:
    """Refuse a pickle that names a size or a place beyond the end of its file, for which pickle would take
    any memory.

    Raises:
        ValueError: if it does, or cannot be taken apart.
    """
    import pickletools

    begin = file.tell()
    size = file.seek(0, io.SEEK_END)
    file.seek(begin)
    for opcode, argument, _ in pickletools.genops(file):
        if opcode.name in ("PUT", "BINPUT", "LONG_BINPUT") and int(argument or 0) > size:
            raise ValueError("it is not as it was written")


class _Unpickler(pickle.Unpickler):
    """Reads a list of segments as records of what is said of them."""

    def __init__(self, file: Any) -> None:
        super().__init__(file)
        # Classes of this reading alone: a pickle may set what it likes in them.
        self._allowed: Mapping[tuple[str, str], type] = {
            _SEGMENT: type("Segment", (), {}),
            _CODEC: type("Codec", (), {}),
            _FORMER_CODEC: type("Codec", (), {}),
            _SET: set,
        }

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in self._allowed:
            raise pickle.UnpicklingError(f"it names {module}.{name}, which is no part of an index")
        return self._allowed[module, name]

    def persistent_load(self, pid: Any) -> Any:
        raise pickle.UnpicklingError("it refers to something outside of it")


def make_segment(segment_id: str | None = None) -> Any:
    """A segment as Whoosh keeps it in a table of contents, with a name of its own."""
    from khabar.index.embedded.codec import ArrayCodec

    segment = W3Segment(ArrayCodec(), INDEX_NAME, segid=segment_id)
    segment._fieldlengths = {}
    segment.khabar_files = {}
    return segment


def _segment_of(record: Any) -> Any:
    """The segment that a record of a table of contents says."""
    attributes = vars(record)
    if attributes.keys() != _OF_SEGMENT:
        raise ValueError("it does not say all of a segment")
    name, count, deleted, files = (
        attributes[each] for each in ("segid", "_doccount", "_deleted", "khabar_files")
    )
    if attributes["indexname"] != INDEX_NAME or attributes["compound"] or not _SEGMENT_ID.fullmatch(name):
        raise ValueError("it names a segment of another kind")
    if not isinstance(count, int) or count < 1:
        raise ValueError("it names a segment without documents")
    if deleted is not None:
        if not isinstance(deleted, set) or not all(isinstance(each, int) for each in deleted):
            raise ValueError("it names deleted documents that are none")
        if deleted and not 0 <= min(deleted) <= max(deleted) < count:
            raise ValueError("it names deleted documents that are not there")
    segment = make_segment(name)
    prefix = f"{segment.segment_id()}."
    for file, (size, crc) in files.items():
        if (
            not file.startswith(prefix)
            or "/" in file
            or not isinstance(size, int)
            or not isinstance(crc, int)
        ):
            raise ValueError("it names files that are not a segment's")
    lengths = attributes["_fieldlengths"]
    if not all(isinstance(each, str) and isinstance(lengths[each], int) for each in lengths):
        raise ValueError("it names lengths that are none")
    segment._doccount, segment._deleted = count, deleted
    segment._fieldlengths, segment.khabar_files = dict(lengths), dict(files)
    return segment


def read_toc(folder: str | os.PathLike[str], generation: int) -> Any:
    """Whoosh's table of contents of a commit.

    Raises:
        IndexDamaged: if it cannot be read.
    """
    with reading(folder, TOC._filename(INDEX_NAME, generation)):
        toc = TOC.read(Storage(folder), INDEX_NAME, gen=generation, schema=SCHEMA)
        toc.segments = [_segment_of(record) for record in toc.segments]
        return toc


def latest_generation(folder: str | os.PathLike[str]) -> int:
    """The number of the newest commit.

    Raises:
        IndexDamaged: if there is none.
        IndexNotFound: if the folder is gone.
        IndexUnavailable: if the folder may not be read.
    """
    for _ in range(5):
        # A listing that is made while a commit takes the place of another may show neither. Whoosh takes a
        # folder that it may not read for an empty one.
        try:
            with os.scandir(folder) as entries:
                names = [entry.name for entry in entries]
        except (FileNotFoundError, NotADirectoryError) as error:
            raise gone(Path(folder)) from error
        except OSError as error:
            raise IndexUnavailable(folder, error) from error
        generation: int = TOC._latest_generation(names, INDEX_NAME)
        if generation >= 0:
            return generation
        time.sleep(0.01)
    raise IndexDamaged(Path(folder) / f"_{INDEX_NAME}_*.toc", "the table of contents is lost")


@contextmanager
def reading(folder: str | os.PathLike[str], name: str) -> Iterator[None]:
    """Whatever goes wrong inside is told as damage to the file ``name`` of an index folder, but for what the
    system refuses.

    Files that were cut or overwritten make Whoosh and pickle raise nearly anything.
    """
    try:
        yield
    except KhabarError:
        raise
    except Exception as error:
        raise unreadable(Path(folder) / name, error) from error
