"""The index folder for writing: opened, created, or rebuilt beside the old one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path

from khabar.analysis.analyzer import Analyzer
from khabar.errors import IndexFolderError, IndexMismatch, IndexNotFound
from khabar.index.engines import engine_files
from khabar.index.folder import read_meta, writing
from khabar.index.lock import WriteLock
from khabar.library import Index, create_index, open_index

__all__ = ["existing_or_new", "rebuilt", "what_is_not_ours"]

#: Names of khabar's own files in an index folder, beside its engine's files. Nothing else is ever deleted.
OURS = (
    "meta.json",
    "meta.json.new",
    "lexicon.json*",
    "lexicon-*.bin*",
    "stories.bin*",
    "sketches-*.bin*",
    "closings.json*",
    "sources.jsonl*",
    "checksums.json*",
    "write.lock",
    "writer.json",
)
#: Files of earlier versions.
FORMER = ("tantivy", "catalogue-*.json*", "words-*.bin*", "lexicon.bin*")


@contextmanager
def existing_or_new(folder: Path) -> Iterator[Index]:
    """Open the index in a folder, or create it. A newly created index that stays empty is removed again."""
    _put_back(folder)
    existed = folder.exists()
    try:
        index, is_new = open_index(folder), False
    except IndexNotFound:
        index, is_new = _create(folder), True
    left_empty = False
    try:
        with index:
            try:
                yield index
            finally:
                left_empty = is_new and not len(index)
    finally:
        if left_empty:
            _remove(folder, keep_folder=existed)


@contextmanager
def rebuilt(folder: Path, analyzer: Analyzer | None = None, timeout: float = 5.0) -> Iterator[Index]:
    """An empty index that replaces the one in the folder if the context ends without an error and the new
    index has articles.

    It is built beside the folder. Searches use the old index until the new one is complete. After an error,
    or if the process is killed, the old index stays.

    Raises:
        IndexFolderError: if the folder holds anything that is not khabar's.
        IndexLocked: if another process writes to the old index.
    """
    _put_back(folder)
    folder = folder.resolve()
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        with existing_or_new(folder) as index:
            yield index
        return
    if foreign := what_is_not_ours(folder):
        raise IndexFolderError(
            f"{folder} holds things that are not khabar's ({foreign}): nothing was deleted. "
            "Choose another folder with --index"
        )
    beside, before = _beside(folder, "building"), _beside(folder, "before")
    with WriteLock(folder, timeout):
        # Left by a run that was killed.
        _remove(beside)
        _remove(before)
        try:
            with _create(beside, analyzer) as index:
                yield index
                whole = len(index) > 0
            if whole:
                with writing(folder):
                    folder.rename(before)
                    beside.rename(folder)
                _remove(before)
        finally:
            _remove(beside)


def what_is_not_ours(folder: Path) -> str:
    """Names of some files in a folder that are not khabar's, for a message; "" if there are none."""
    if not folder.is_dir():
        return "it is a file"
    with writing(folder):
        names = sorted(entry.name for entry in folder.iterdir())
    ours = [*OURS, *FORMER, *(pattern for files in engine_files().values() for pattern in files.ours)]
    foreign = [name for name in names if not any(fnmatchcase(name, pattern) for pattern in ours)]
    if foreign:
        return ", ".join(foreign[:3]) + (", …" if len(foreign) > 3 else "")
    # A lone meta.json may belong to another program, unless its content is ours or Whoosh's files are beside
    # it.
    if names == ["meta.json"]:
        try:
            read_meta(folder)
        except IndexMismatch:
            return ""
        except IndexFolderError:
            return "meta.json"
    return ""


def _beside(folder: Path, what: str) -> Path:
    return folder.with_name(f".{folder.name}.{what}")


def _put_back(folder: Path) -> None:
    """Restore the old index if a run was killed between moving it away and putting the new one in place."""
    folder = folder.resolve()
    before = _beside(folder, "before")
    if not folder.exists() and before.is_dir() and not what_is_not_ours(before):
        before.rename(folder)


def _create(folder: Path, analyzer: Analyzer | None = None) -> Index:
    return create_index(folder, analyzer=analyzer)


def _remove(folder: Path, *, keep_folder: bool = False) -> None:
    """Remove an index folder if it exists and holds only khabar's files."""
    if not folder.is_dir() or what_is_not_ours(folder):
        return
    with writing(folder):
        if keep_folder:
            for entry in folder.iterdir():
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        else:
            shutil.rmtree(folder)
