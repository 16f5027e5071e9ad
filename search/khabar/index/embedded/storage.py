"""Storage for Whoosh's writer: its files survive a power cut and are closed when writing fails."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from whoosh.codec.whoosh3 import W3Segment
from whoosh.filedb.filestore import FileStorage

from khabar.index.embedded.codec import ArrayCodec
from khabar.index.embedded.fields import INDEX_NAME
from khabar.index.embedded.toc import SEAL, Segment
from khabar.replacing import sync_file, sync_folder

__all__ = ["Storage", "make_segment", "segment_of"]


class Storage(FileStorage):  # type: ignore[misc]
    """The files of one writer. Whoosh leaves some open when writing fails; here all can be closed."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        #: every file made here, in order
        self.opened: list[Any] = []

    def create_file(self, name: str, excl: bool = False, mode: str = "wb", **options: Any) -> Any:
        file = super().create_file(name, excl=excl, mode=mode, **options)
        self.opened.append(file)
        return file

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Rename a file, which is how Whoosh commits. It gets a checksum and must survive a power cut."""
        with Path(self._fpath(oldname)).open("r+b") as file:
            content = file.read()
            file.write(SEAL + zlib.crc32(content).to_bytes(4, "big"))
        self.sync([oldname])
        super().rename_file(oldname, newname, safe=safe)
        sync_folder(Path(self.folder))

    def sync(self, names: Iterable[str]) -> None:
        """Flush the contents and the names of files to the disk."""
        for name in names:
            descriptor = os.open(self._fpath(name), os.O_RDWR)
            try:
                sync_file(descriptor)
            finally:
                os.close(descriptor)
        sync_folder(Path(self.folder))

    def close_all(self) -> None:
        """Close all open files; may be called again."""
        while self.opened:
            file = self.opened.pop()
            if not file.is_closed:
                # On a full disk the last buffer cannot be written; the file is closed all the same.
                with suppress(OSError):
                    file.close()


def make_segment(segment_id: str | None = None) -> Any:
    """Create Whoosh's object for a segment, with a new name by default."""
    segment = W3Segment(ArrayCodec(), INDEX_NAME, segid=segment_id)
    segment._fieldlengths = {}
    segment.khabar_files = {}
    return segment


def segment_of(read: Segment) -> Any:
    """Create Whoosh's object for a segment read from a table of contents."""
    segment = make_segment(read.segid)
    segment._doccount, segment._deleted = read.count, read.deleted
    segment._fieldlengths, segment.khabar_files = dict(read.lengths), dict(read.khabar_files)
    return segment
