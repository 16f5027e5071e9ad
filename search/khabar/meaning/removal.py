"""Removes the vectors of texts that leave an index, in the same transaction, before the commit that removes
the articles. So a killed process may leave an article without vectors, but never vectors without an
article."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from khabar.corpus.article import Article
from khabar.errors import IndexDamaged
from khabar.index.lock import VECTORS, WriteLock
from khabar.meaning.digest import digest_of
from khabar.meaning.recovery import mend
from khabar.meaning.vector_files import VectorFiles
from khabar.notices import VECTORS_DAMAGED, notify

__all__ = ["PATIENCE", "Leaving"]

#: Seconds to wait for another process that changes the files of vectors, which takes a second or two.
PATIENCE = 60.0


class Leaving:
    """Collects the texts that leave the index in a transaction.

    Args:
        place: the index folder.
        files: the folder with its files.
    """

    def __init__(self, place: Path, files: Path) -> None:
        self._place = place
        self._files = files
        self._changed: dict[str, bytes | None] = {}

    def added(self, article: Article) -> None:
        """Record an article that is added or replaces another."""
        self._changed[article.id] = digest_of(article)

    def removed(self, article_id: str) -> None:
        """Record an article that is removed."""
        self._changed[article_id] = None

    @contextmanager
    def committing(self) -> Iterator[None]:
        """Drop the vectors, and hold their lock while the index is committed inside, so that no other process
        adds those of a removed article again.

        Raises:
            IndexLocked: if another process holds the vectors all that time.
            IndexUnavailable: if the system refuses to read them.
            OSError: if they cannot be written.
        """
        with WriteLock(self._place, PATIENCE, what=VECTORS):
            try:
                VectorFiles(self._files).drop(self._changed)
            except IndexDamaged as error:
                notify(VECTORS_DAMAGED, str(error))
                mend(self._files)
                VectorFiles(self._files).drop(self._changed)
            yield
        self._changed.clear()
