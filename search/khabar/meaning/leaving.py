"""Removes the vectors of texts that leave an index: in the same transaction, before the commit that removes
them. What a killed process leaves is an article without vectors, never vectors without an article."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from khabar.corpus.article import Article
from khabar.errors import IndexDamaged
from khabar.index.lock import VECTORS, WriteLock
from khabar.meaning.digest import digest_of
from khabar.meaning.mending import mend
from khabar.meaning.vector_files import VectorFiles
from khabar.notices import VECTORS_DAMAGED, notify

__all__ = ["PATIENCE", "Leaving"]

#: Seconds to wait for who changes the files of vectors just now: that is a matter of a second or two.
PATIENCE = 60.0


class Leaving:
    """The texts that the articles of a transaction have no more.

    Args:
        place: the index folder.
        files: the folder with its files.
    """

    def __init__(self, place: Path, files: Path) -> None:
        self._place = place
        self._files = files
        self._changed: dict[str, bytes | None] = {}

    def added(self, article: Article) -> None:
        """Note an article that is added, maybe in the place of another."""
        self._changed[article.id] = digest_of(article)

    def removed(self, article_id: str) -> None:
        """Note an article that is removed."""
        self._changed[article_id] = None

    @contextmanager
    def committing(self) -> Iterator[None]:
        """Drop the vectors, and then hold them as they are while the index is committed inside: nobody who
        makes vectors adds those of an article that is about to go.

        Raises:
            IndexLocked: if somebody else holds the vectors all the time.
            IndexUnavailable: if the system does not let them be read.
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
