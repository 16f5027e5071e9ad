"""What is stored with Whoosh: segments as its objects, and the tables of contents that name them."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from whoosh.codec.whoosh3 import W3Segment
from whoosh.filedb.filestore import FileStorage, RamStorage
from whoosh.index import TOC, clean_files

from khabar.index.embedded.codec import ArrayCodec
from khabar.index.embedded.fields import INDEX_NAME
from khabar.index.embedded.schema import SCHEMA
from khabar.index.embedded.toc import SEAL, Segment, file_name
from khabar.replacing import replace_file

__all__ = ["make_segment", "segment_of", "sweep", "write_toc"]


def write_toc(folder: Path, segments: Iterable[Any], generation: int) -> None:
    """Commit segments, whose files are on the disk: write their table of contents in one step.

    Args:
        folder: the folder of the index.
        segments: all segments of the index, in order.
        generation: the number of the commit.

    Raises:
        OSError: if it cannot be written.
    """
    memory = RamStorage()
    TOC(SCHEMA, list(segments), generation).write(memory, INDEX_NAME)
    content = memory.files[file_name(generation)]
    replace_file(folder / file_name(generation), [content, SEAL, zlib.crc32(content).to_bytes(4, "big")])


def sweep(folder: Path, segments: Sequence[Any], generation: int) -> None:
    """Remove the files of no commit, such as those of a killed process, and of commits before the last one,
    which has these segments and this number."""
    for path in folder.glob(f"_{INDEX_NAME}_*.toc.*"):
        path.unlink(missing_ok=True)
    clean_files(FileStorage(str(folder)), INDEX_NAME, generation, segments)


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
