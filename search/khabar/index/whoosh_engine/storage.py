"""Whoosh's file storage, made to forget no open file, and damaged files told apart from bugs."""

from __future__ import annotations

import mmap
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile
from whoosh.index import TOC

from khabar.errors import IndexDamaged, KhabarError
from khabar.index.folder import rebuild
from khabar.index.whoosh_engine.schema import INDEX_NAME, SCHEMA

__all__ = ["Storage", "close_files", "latest_generation", "read_toc", "reading"]

#: What a table of contents says of a segment: what Whoosh does, and the sizes and checksums of its files.
_OF_SEGMENT = {
    *("indexname", "segid", "_codec", "_doccount", "_deleted", "compound", "_fieldlengths"),
    "khabar_files",
}


class Storage(FileStorage):  # type: ignore[misc]
    """Files of one reader or writer. Whoosh leaves some open when reading or writing breaks off; here all can be closed."""

    def __init__(self, folder: str | os.PathLike[str], opened: list[Any] | None = None) -> None:
        super().__init__(os.fspath(folder))
        #: every file opened here, in order
        self.opened: list[Any] = [] if opened is None else opened

    def create_file(self, name: str, excl: bool = False, mode: str = "wb", **options: Any) -> Any:
        file = super().create_file(name, excl=excl, mode=mode, **options)
        self.opened.append(file)
        return file

    def open_file(self, name: str, **options: Any) -> Any:
        path = Path(self.folder) / name
        # An empty file cannot be mapped.
        file = _MappedFile(path) if path.stat().st_size else super().open_file(name, **options)
        self.opened.append(file)
        return file

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Whoosh renames to commit: what the new name stands for must survive a power cut."""
        self.sync([oldname])
        super().rename_file(oldname, newname, safe=safe)
        if os.name != "nt":
            _sync(self.folder, os.O_RDONLY)

    def sync(self, names: Iterable[str]) -> None:
        """Return when the files' contents are on the disk."""
        for name in names:
            _sync(self._fpath(name), os.O_RDWR)

    def temp_storage(self, name: str | None = None) -> Self:
        made: Self = type(self)(Path(self.folder) / (name or "tmp"), self.opened).create()
        return made

    def close_all(self) -> None:
        """Close what is still open; may be called again."""
        close_files(self.opened)


class _MappedFile(StructFile):  # type: ignore[misc]
    """A file read through memory: looking a term up takes a dozen small reads, which cost next to nothing this way."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self.map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        super().__init__(self.map, name=path.name)

    def get(self, position: int, length: int) -> bytes:
        return self.map[position : position + length]


def _sync(path: str, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def close_files(files: list[Any]) -> None:
    """Close what is still open of Whoosh's files, and empty the list."""
    while files:
        file = files.pop()
        if not file.is_closed:
            # On a full disk the last buffer cannot be written; the file is closed all the same.
            with suppress(OSError):
                file.close()


def read_toc(folder: str | os.PathLike[str], generation: int) -> Any:
    """Whoosh's table of contents of a commit.

    Raises:
        IndexDamaged: if it cannot be read.
    """
    storage = Storage(folder)
    try:
        with reading(folder, TOC._filename(INDEX_NAME, generation)):
            toc = TOC.read(storage, INDEX_NAME, gen=generation, schema=SCHEMA)
            # pickle sets whatever is named in the file; what is not there is missed only when it is asked for.
            if any(vars(segment).keys() != _OF_SEGMENT for segment in toc.segments):
                raise ValueError("it does not say all of a segment")
            return toc
    finally:
        storage.close_all()


def latest_generation(folder: str | os.PathLike[str]) -> int:
    """The number of the newest commit.

    Raises:
        IndexDamaged: if there is none.
    """
    for _ in range(5):
        # A listing that is made while a commit takes the place of another may show neither.
        generation: int = TOC._latest_generation(FileStorage(str(folder)), INDEX_NAME)
        if generation >= 0:
            return generation
        time.sleep(0.01)
    raise IndexDamaged(
        f"the index {folder} has lost its table of contents (_{INDEX_NAME}_….toc). {rebuild(folder)}"
    )


@contextmanager
def reading(folder: str | os.PathLike[str], name: str) -> Iterator[None]:
    """Whatever goes wrong inside is told as damage to the file ``name`` of an index folder.

    Files that were cut or overwritten make Whoosh and pickle raise nearly anything.
    """
    try:
        yield
    except KhabarError:
        raise
    except Exception as error:
        what = str(error) or type(error).__name__
        raise IndexDamaged(f"{Path(folder) / name} cannot be read ({what}). {rebuild(folder)}") from error
