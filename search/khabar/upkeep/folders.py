"""The folder of an index that is written to: opened, made, or built anew beside the old one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from errno import ENOTEMPTY
from fnmatch import fnmatchcase
from pathlib import Path

from khabar.analysis.analyzer import Analyzer
from khabar.errors import IndexFolderError, IndexMismatch, IndexNotFound
from khabar.index.engines import DEFAULT_ENGINE
from khabar.index.folder import read_meta
from khabar.index.lock import WriteLock
from khabar.index.writing import writing
from khabar.library import Index, create_index, open_index

__all__ = ["existing_or_new", "rebuilt", "remove_tree", "what_engine", "what_is_not_ours"]

#: Names of what khabar and its engines put into an index folder. Nothing else is ever deleted.
OURS = (
    "meta.json",
    "meta.json.new",
    "lexicon.bin*",
    "stories.bin*",
    "sketches-*.bin*",
    "closings.json*",
    "sources.jsonl*",
    "checksums.json*",
    "write.lock",
    "writer.json",
    "MAIN_*",
    "MAIN.tmp",
    "_MAIN_*.toc*",
    "tantivy",
    "catalogue-*.json*",
    "words-*.bin*",
)


@contextmanager
def existing_or_new(folder: Path, engine: str | None) -> Iterator[Index]:
    """The index in a folder, which is made if there is none. One that was made and stays empty is removed
    again.

    Raises:
        IndexMismatch: if the index is of another engine than the one asked for.
    """
    _put_back(folder)
    existed = folder.exists()
    try:
        index, made = open_index(folder), False
    except IndexNotFound:
        index, made = _create(folder, engine), True
    if not made and engine is not None and read_meta(folder).engine != engine:
        raise IndexMismatch(
            f"the index {folder} is of the engine {read_meta(folder).engine}, not {engine}. "
            "To build it again with the other one, add --new"
        )
    left_empty = False
    try:
        with index:
            try:
                yield index
            finally:
                left_empty = made and not len(index)
    finally:
        if left_empty:
            _remove(folder, keep_folder=existed)


@contextmanager
def rebuilt(
    folder: Path, engine: str | None, analyzer: Analyzer | None = None, timeout: float = 5.0
) -> Iterator[Index]:
    """An empty index that takes the place of the one in the folder when the context ends well and something
    is in it.

    It is built beside the folder; until it is whole the old one is searched, and if the context ends with
    an error, or the process is killed, the old one stays.

    Raises:
        IndexFolderError: if the folder holds anything that is not khabar's.
        IndexLocked: if another process writes to the old index.
    """
    _put_back(folder)
    folder = folder.resolve()
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        with existing_or_new(folder, engine) as index:
            yield index
        return
    if foreign := what_is_not_ours(folder):
        raise IndexFolderError(
            f"{folder} holds things that are not khabar's ({foreign}): nothing was deleted. "
            "Choose another folder with --index"
        )
    beside, before = _beside(folder, "building"), _beside(folder, "before")
    with WriteLock(folder, timeout):
        # Left there by a run that was killed.
        _remove(beside)
        _remove(before)
        try:
            with _create(beside, engine, analyzer) as index:
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
    """Some names of what is in a folder and not khabar's, for a message; "" if there is no such thing."""
    if not folder.is_dir():
        return "it is a file"
    names = sorted(entry.name for entry in folder.iterdir())
    foreign = [name for name in names if not any(fnmatchcase(name, pattern) for pattern in OURS)]
    if foreign:
        return ", ".join(foreign[:3]) + (", …" if len(foreign) > 3 else "")
    # A lone meta.json may be anyone's, unless it reads like ours or Whoosh's files are beside it.
    if names == ["meta.json"]:
        try:
            read_meta(folder)
        except IndexMismatch:
            return ""
        except IndexFolderError:
            return "meta.json"
    return ""


def what_engine(folder: Path) -> str:
    """The engine whose files are in a folder, whatever its ``meta.json`` says; "" if there are none."""
    if (folder / "tantivy").is_dir() or any(folder.glob("words-*.bin")):
        return "tantivy"
    if any(folder.glob("_MAIN_*.toc")) or any(folder.glob("MAIN_*")):
        return "whoosh"
    return ""


def _beside(folder: Path, what: str) -> Path:
    return folder.with_name(f".{folder.name}.{what}")


def _put_back(folder: Path) -> None:
    """Put the old index back where a run was killed between its removal and the new one's coming."""
    folder = folder.resolve()
    before = _beside(folder, "before")
    if not folder.exists() and before.is_dir() and not what_is_not_ours(before):
        before.rename(folder)


def _create(folder: Path, engine: str | None, analyzer: Analyzer | None = None) -> Index:
    return create_index(folder, engine=engine or DEFAULT_ENGINE, analyzer=analyzer)


def _remove(folder: Path, *, keep_folder: bool = False) -> None:
    """Remove an index folder, if it is there and all in it is khabar's."""
    if not folder.is_dir() or what_is_not_ours(folder):
        return
    if keep_folder:
        for entry in folder.iterdir():
            remove_tree(entry) if entry.is_dir() else entry.unlink()
    else:
        remove_tree(folder)


def remove_tree(folder: Path) -> None:
    """Remove a folder and all in it; again, if a thread of Tantivy's, which locks what it looks at, puts a file there meanwhile.

    Raises:
        OSError: if it cannot be removed.
    """
    for left in range(4, -1, -1):
        try:
            shutil.rmtree(folder)
        except OSError as error:
            if error.errno != ENOTEMPTY or not left:
                raise
        else:
            return
