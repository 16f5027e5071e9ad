"""Tantivy's files: opening them, telling which commit they show, and telling damage from bugs."""

from __future__ import annotations

import os
import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tantivy import Index, Query, Searcher

from khabar.errors import IndexDamaged, KhabarError
from khabar.index.arrayfile import CHECKED_WHOLE
from khabar.index.folder import rebuild
from khabar.index.tantivy_engine.schema import COMMIT, FILLER
from khabar.json_text import read_json

__all__ = [
    "TANTIVY",
    "commit_number",
    "committed",
    "committed_files",
    "footer",
    "generation_of",
    "is_panic",
    "open_searcher",
    "reading",
    "small_segments",
]

#: Tantivy's folder in that of the index.
TANTIVY = "tantivy"
_META = "meta.json"

#: Segments of fewer documents are small for Tantivy's merge policy.
SMALL = 10_000

_OPSTAMP = re.compile(rb'"opstamp":\s*(\d+)\s*}\s*$')
_FOOTER = struct.Struct("<II")
_FOOTER_MAGIC = 1337


def committed(folder: Path) -> bytes:
    """Tantivy's list of what is committed, as it stands in its ``meta.json``.

    Raises:
        IndexDamaged: if there is none.
    """
    path = folder / TANTIVY / _META
    try:
        return path.read_bytes()
    except OSError as error:
        raise IndexDamaged(f"{path} cannot be read ({error.strerror}). {rebuild(folder)}") from error


def generation_of(folder: Path, content: bytes) -> int:
    """The number of a commit: Tantivy counts every operation, so that it grows from each to the next."""
    found = _OPSTAMP.search(content)
    if found is None:
        raise IndexDamaged(
            f"{folder / TANTIVY / _META} cannot be read (it names no commit). {rebuild(folder)}"
        )
    return int(found[1])


def open_searcher(folder: Path) -> tuple[Index, Searcher, int]:
    """The newest commit of an index: Tantivy's two objects for it, and its number.

    Raises:
        IndexDamaged: if it cannot be read, or changes while it is being opened.
    """
    before = committed(folder)
    generation = generation_of(folder, before)
    path = folder / TANTIVY
    with reading(folder, TANTIVY):
        _check(folder, before)
        index = Index.open(os.fspath(path))
        # Without this it would watch the folder from a thread of its own.
        index.config_reader(reload_policy="manual")
        searcher = index.searcher()
        if generation_of(folder, committed(folder)) != generation:
            raise ValueError("it changed while it was being opened")
    return index, searcher, generation


def commit_number(folder: Path, searcher: Searcher) -> tuple[int, int]:
    """The number that the files of the commit's catalogue have in their names, and how many articles Tantivy has."""
    with reading(folder, TANTIVY):
        places = [place for _, place in searcher.search(Query.exists_query(COMMIT), limit=100).hits]
        numbers = [each for each in searcher.fast_field_values(COMMIT, places) if each != FILLER]
        if len(numbers) != 1:
            raise ValueError("it does not say which commit it is")
        return int(numbers[0] or 0), searcher.num_docs - len(places)


def small_segments(folder: Path) -> list[int]:
    """How many documents each of the segments has that Tantivy counts as small: it merges eight of them as soon as there are."""
    sizes = [int(segment["max_doc"]) for segment in read_json(committed(folder))["segments"]]
    return [size for size in sizes if size < SMALL]


def _check(folder: Path, content: bytes) -> None:
    """Compare the small files of the committed segments with their checksums, which Tantivy writes but does not read."""
    for file in committed_files(folder / TANTIVY, content):
        if file.stat().st_size <= CHECKED_WHOLE:
            with reading(folder, f"{TANTIVY}/{file.name}"):
                data = file.read_bytes()
                end, crc = footer(data, len(data))
                if zlib.crc32(data[:end]) != crc:
                    raise ValueError("it is not as it was written")


def footer(ending: bytes, size: int) -> tuple[int, int]:
    """Where the footer of one of Tantivy's files begins, and the checksum in it of all that stands before; told by the file's
    last bytes, a few hundred or all, and its size. Raises ValueError if it has none."""
    if len(ending) < _FOOTER.size:
        raise ValueError("it is cut short")
    length, magic = _FOOTER.unpack(ending[-_FOOTER.size :])
    end = size - _FOOTER.size - length
    if magic != _FOOTER_MAGIC or end < 0:
        raise ValueError("it does not end as it was written")
    return end, int(read_json(ending[-_FOOTER.size - length : -_FOOTER.size])["crc"])


def committed_files(path: Path, content: bytes) -> list[Path]:
    """The files of the committed segments. A killed writer may have left others of the same segments, which list what it was
    about to delete; they have another number in their names."""
    deletes = {}
    for segment in read_json(content)["segments"]:
        name = segment["segment_id"].replace("-", "")
        deletes[name] = f"{name}.{(segment['deletes'] or {}).get('opstamp')}.del"
    return [
        file
        for file in path.iterdir()
        if (name := file.name.partition(".")[0]) in deletes
        and (file.suffix != ".del" or file.name == deletes[name])
    ]


def is_panic(error: BaseException) -> bool:
    """Whether an exception is a bug or a broken file that made Tantivy's own code give up; no subclass of Exception."""
    return type(error).__name__ == "PanicException"


@contextmanager
def reading(folder: Path, name: str) -> Iterator[None]:
    """Whatever goes wrong inside is told as damage to ``name`` in an index folder."""
    try:
        yield
    except KhabarError:
        raise
    except BaseException as error:
        if not isinstance(error, Exception) and not is_panic(error):
            raise
        what = str(error) or type(error).__name__
        raise IndexDamaged(f"{folder / name} cannot be read ({what}). {rebuild(folder)}") from error
