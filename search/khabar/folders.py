"""Opens or creates the index in a place for writing, or replaces it by a new one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from khabar.analysis.analyzer import Analyzer
from khabar.errors import IndexFolderError, IndexLocked, IndexNotFound
from khabar.index.editions import (
    begin_edition,
    current_files,
    readable_files,
    remove_ours,
    sweep_editions,
    switch_to,
    what_is_not_ours,
)
from khabar.index.engines import engine_class, engine_to_keep
from khabar.index.folder import META, is_free, writing
from khabar.index.lock import LOCK, VECTORS, WriteLock
from khabar.index.vector_names import VECTOR_LIST
from khabar.library import Index, create_index, make_unless_there, open_index
from khabar.places import Address, OnePlace
from khabar.ranking.searcher import Searcher
from khabar.upkeep.stores import cluster_room

__all__ = ["existing_or_new", "rebuilt", "vectors_carried", "what_is_not_ours"]


@contextmanager
def existing_or_new(place: OnePlace) -> Iterator[Index]:
    """Open the index in a place, or create it. A newly created index that stays empty is removed again."""
    if isinstance(place, Address):
        with cluster_room("editions").existing_or_new(place, Analyzer()) as store:
            yield Index(store)
        return
    folder = place
    existed = folder.exists()
    try:
        index, is_new = open_index(folder), False
    except IndexNotFound:
        is_new = make_unless_there(folder)
        index = open_index(folder)
    left_empty = False
    try:
        with index:
            try:
                yield index
            finally:
                left_empty = is_new and not len(index)
    finally:
        if left_empty:
            _remove_empty(folder, keep_folder=existed)


@contextmanager
def rebuilt(place: OnePlace, analyzer: Analyzer | None = None, timeout: float = 5.0) -> Iterator[Index]:
    """An empty index that replaces the one in a place if the context ends without an error and the new index
    has articles.

    It is built as the next edition (:mod:`khabar.index.editions`). Searches use the old index until the new
    one is complete. After an error, or if the process is killed, the old index stays.

    Raises:
        IndexFolderError: if the folder contains files that are not khabar's.
        IndexLocked: if another process writes to the old index.
    """
    if isinstance(place, Address):
        with cluster_room("editions").rebuilt(place, analyzer or Analyzer(), timeout) as store:
            yield Index(store)
        return
    folder = place.resolve()
    if is_free(folder):
        with existing_or_new(folder) as index:
            yield index
        return
    engine = engine_to_keep(readable_files(folder))
    # Loads a plug-in, which knows the names of its files.
    engine_class(engine)
    if foreign := what_is_not_ours(folder):
        raise IndexFolderError(
            f"{folder} contains files that are not khabar's ({foreign}): nothing was deleted. "
            "Choose another folder with --index"
        )
    with WriteLock(folder, timeout):
        with writing(folder):
            sweep_editions(folder, readable_files(folder))
            files = begin_edition(folder)
        try:
            with ExitStack() as held:
                with create_index(files, analyzer=analyzer, engine=engine) as index:
                    yield index
                    whole = len(index) > 0
                    if whole:
                        held.enter_context(vectors_carried(folder, readable_files(folder), index))
                if whole:
                    with writing(folder):
                        switch_to(folder, files)
        finally:
            sweep_editions(folder, readable_files(folder))


@contextmanager
def vectors_carried(place: Path, old: Path, index: Index) -> Iterator[None]:
    """Copy the vectors of an index to another, if the first has some and the other none. During the context,
    no process adds vectors to the first.

    Args:
        place: the index folder.
        old: the folder with its files.
        index: the other index; the caller holds its write lock.
    """
    if not (old / VECTOR_LIST).exists():
        yield
        return
    from khabar.meaning.matching import carry
    from khabar.meaning.removal import PATIENCE

    new, answers = index.path, index._store.newest().answers
    assert isinstance(new, Path) and isinstance(answers, Searcher)
    with WriteLock(place, PATIENCE, what=VECTORS):
        with writing(place):
            carry(old, current_files(new), answers.reader)
        yield


def _remove_empty(folder: Path, *, keep_folder: bool) -> None:
    """Remove an index without articles, if its folder has only khabar's files and no other process writes to
    it."""
    if not folder.is_dir() or what_is_not_ours(folder):
        return
    with suppress(IndexLocked, IndexNotFound), WriteLock(folder, 0):
        # Another process may have added articles since.
        with open_index(folder) as index:
            if len(index):
                return
        # The description first and the lock last: a process that waits for it finds that the index is gone.
        names = sorted(folder.iterdir(), key=lambda entry: (entry.name != META, entry.name == LOCK))
        for entry in names:
            remove_ours(entry)
        if not keep_folder:
            # Fails if another process has just put something there.
            with suppress(OSError):
                folder.rmdir()
