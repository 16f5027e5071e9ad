"""A transaction on an index: all its parts change together, in an order that is safe if the process is
killed.

First the stories and the lexicon are written, which may contain more than the index; then the engine commits,
which makes everything visible. Any error in writing a file, such as a full disk, is raised as an
IndexFolderError. At the end the checksums of all files are written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from khabar.analysis.analyzer import Analyzer
from khabar.corpus.article import Article
from khabar.dates.mentions import PREFIX
from khabar.errors import IndexFolderError, IndexUnavailable, KhabarError
from khabar.index.checksums import is_unfinished, mark_unfinished, write_checksums
from khabar.index.editions import current_files, sweep_editions
from khabar.index.engines import open_engine
from khabar.index.folder import sweep, writing
from khabar.index.lexicon import Lexicon, write_lexicon
from khabar.index.lock import WriteLock
from khabar.index.memory import give_back
from khabar.index.records import short_fingerprint
from khabar.index.vector_names import VECTOR_LIST
from khabar.stories.writer import StoriesWriter
from khabar.upkeep.closings import Closings
from khabar.upkeep.manifest import Manifest
from khabar.upkeep.store import Refusal, T
from khabar.upkeep.workers import ArticleEncoder, EncodedArticle

if TYPE_CHECKING:
    from khabar.meaning.removal import Leaving

__all__ = ["Transaction"]


class Transaction:
    """Holds the index's write lock until it is closed, and then discards what is not committed. A context
    manager.

    Args:
        folder: the index.
        analyzer: its analyzer.
        timeout: seconds to wait for another writer.
        workers: the number of other processes that may help.
        mend: brings ``meta.json`` and the manifest in line with the index; called at the end if this
            transaction fails or the former writer was killed.

    Raises:
        IndexLocked: if another writer holds the index.

    Attributes:
        files: the folder with the index's files.
        after_killed: whether the former writer did not finish.
    """

    def __init__(
        self,
        folder: Path,
        analyzer: Analyzer,
        timeout: float,
        workers: int = 0,
        *,
        mend: Callable[[], None] = lambda: None,
    ) -> None:
        self._mend = mend
        # Whether a commit failed, if only with a MemoryError: without memory no other error can be created.
        self._is_broken = False
        self._folder = folder
        self._analyzer = analyzer
        self._article_encoder = ArticleEncoder(analyzer, workers)
        self._lock = WriteLock(folder, timeout)
        self._lock.__enter__()
        try:
            # Only now that the lock is held: the index may have been replaced before.
            self.files = files = current_files(folder)
            self._engine = open_engine(files, analyzer.fingerprint)
            with writing(folder):
                self.after_killed = is_unfinished(files)
                mark_unfinished(files)
                sweep(files)
                sweep_editions(folder, files)
                self._writer = self._engine.writer()
        except BaseException as error:
            self._lock.__exit__(type(error), error, error.__traceback__)
            raise
        try:
            self._lexicon = Lexicon.open(files)
            self._stories = StoriesWriter(files, self._writer.fingerprints())
            self._leaving = _leaving(folder, files)
        except BaseException as error:
            self.__exit__(type(error), error, error.__traceback__)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._article_encoder.close()
            self._writer.close()
            # After an error in writing, a thread of the engine may still change files: the next transaction
            # writes the checksums.
            if not isinstance(error, IndexFolderError):
                # Checksums only reveal damage, and a full disk must not prevent the release of the lock.
                with suppress(OSError, MemoryError, KhabarError):
                    if error is not None or self.after_killed:
                        self._mend()
                    write_checksums(self.files, self._engine.latest_generation())
        finally:
            self._lock.__exit__(kind, error, trace)

    @property
    def met(self) -> int:
        """The number of words in this transaction that the index did not have. (Words since the last commit
        count as new until the next one.)"""
        return self._article_encoder.met

    @property
    def is_much(self) -> bool:
        """Whether the changes waiting for the next commit take much memory, however few articles they are."""
        return self._article_encoder.is_much

    def fingerprint(self, article_id: str) -> int | None:
        """The first 64 bits of an article's fingerprint after the next commit; None if there is no such
        article."""
        return self._writer.fingerprint(article_id)

    def looked_up(self, given: Iterable[T], id_of: Callable[[T], str | None]) -> Iterator[T]:
        """Yield the given items: fingerprints are local."""
        return iter(given)

    def manifest(self) -> Manifest:
        """Read the manifest."""
        return Manifest.open(self.files)

    def closings(self) -> Closings:
        """Read the closing lines."""
        return Closings(self.files)

    def encoded(self, articles: Iterable[Article]) -> Iterator[EncodedArticle]:
        """Encode articles for :meth:`add`; some may be taken ahead."""
        return self._article_encoder.encoded(articles)

    def encode_alone(self) -> None:
        """Stop the other processes that encode, and discard articles that were taken ahead. All added
        articles must have been committed."""
        self._article_encoder.begin_anew(0)

    def add(self, encoded: EncodedArticle, fingerprint: str) -> bool:
        """Add an article, or replace the one with its id. Returns False, and does nothing, if it has no
        words."""
        article, words, packed, sketch = encoded
        terms = words.terms.terms
        if not any(terms[number] for number in words.numbers):
            return False
        with self.writing():
            self._writer.add(article, fingerprint, words, packed)
        if self._leaving is not None:
            self._leaving.added(article)
        if sketch is None:
            self._stories.add(short_fingerprint(fingerprint), words.hashes())
        else:
            self._stories.add_sketch(short_fingerprint(fingerprint), sketch)
        return True

    def delete(self, article_id: str) -> bool:
        """Remove an article; False if there is none with this id."""
        if self._leaving is not None:
            self._leaving.removed(article_id)
        with self.writing():
            return self._writer.delete(article_id)

    def commit(self) -> None:
        """Make all changes since the last commit durable and visible in one step.

        Raises:
            IndexUnavailable: if the system refuses something; also at any later call, since it is unknown
                which parts of the index were written.
        """
        if self._is_broken:
            raise IndexUnavailable(self._folder, MemoryError(), "written")
        self._is_broken = True
        with self.writing(), self._leaving.committing() if self._leaving is not None else nullcontext():
            # First the words, which take most memory, so that it is free again for the rest.
            self._writer.flush()
            self._stories.write()
            article_encoder = self._article_encoder
            terms = (term for term in article_encoder.new_terms() if not term.startswith(PREFIX))
            before = len(self._lexicon)
            self._lexicon = write_lexicon(self.files, self._lexicon, terms, article_encoder.classes)
            self._writer.commit()
        article_encoder.committed(len(self._lexicon) - before)
        give_back()
        self._is_broken = False

    def refused(self) -> list[Refusal]:
        """None: there is no other writer."""
        return []

    def writing(self) -> AbstractContextManager[None]:
        """Raise errors in writing inside as errors of the index."""
        return writing(self._folder)


def _leaving(folder: Path, files: Path) -> Leaving | None:
    """Keeps an index's vectors in line with its articles; None if it has none. None can be created during a
    transaction, as that takes the lock of the index for a moment."""
    if not (files / VECTOR_LIST).exists():
        return None
    from khabar.meaning.removal import Leaving

    return Leaving(folder, files)
