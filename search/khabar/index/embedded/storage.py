"""Whoosh's files as a writer has them: they survive a power cut, and are closed when writing breaks off."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from whoosh.codec.whoosh3 import W3Segment
from whoosh.filedb.filestore import FileStorage

from khabar.index.embedded.codec import ArrayCodec
from khabar.index.embedded.fields import INDEX_NAME
from khabar.index.embedded.toc import SEAL, Segment
from khabar.replacing import sync_file, sync_folder

__all__ = ["Storage", "make_segment", "segment_of"]


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

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Whoosh renames to commit: the renamed file must survive a power cut."""
        with Path(self._fpath(oldname)).open("r+b") as file:
            content = file.read()
            file.write(SEAL + zlib.crc32(content).to_bytes(4, "big"))
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


def make_segment(segment_id: str | None = None) -> Any:
    """A segment as Whoosh keeps it in a table of contents, with a name of its own."""
    segment = W3Segment(ArrayCodec(), INDEX_NAME, segid=segment_id)
    segment._fieldlengths = {}
    segment.khabar_files = {}
    return segment


def segment_of(read: Segment) -> Any:
    """The same of one that is there."""
    segment = make_segment(read.segid)
    segment._doccount, segment._deleted = read.count, read.deleted
    segment._fieldlengths, segment.khabar_files = dict(read.lengths), dict(read.khabar_files)
    return segment
