"""A transaction on an index on a cluster. It needs no lock: several machines may index at the same time.

A commit first writes the words, which may be more than the articles have; then the articles, each on the
condition that nobody else changed it meanwhile. It refreshes both, so that searches see them, and adds itself
to the state, where clients notice it. A client killed in between leaves whole articles, which the next run
recognises by their fingerprints, and a mark that a commit was under way.

:class:`khabar.cluster.batch.Batch` resolves conflicts with other clients.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, suppress
from itertools import islice
from types import TracebackType
from typing import Self

from khabar.analysis.analyzer import Analyzer
from khabar.cluster.batch import Batch
from khabar.cluster.client import Cluster
from khabar.cluster.create import opened_to_writers
from khabar.cluster.known_articles import KnownArticles
from khabar.cluster.mapping import ARTICLES, RECORDS, WORDS, write_alias
from khabar.cluster.marks import REBUILD, marks, new_mark, put_mark, take_mark, the_mark
from khabar.cluster.records import ClosingsShelf, FilesLog
from khabar.cluster.state import host, new_commit, note_commit
from khabar.cluster.words import WordsWriter
from khabar.cluster.writing import refusals
from khabar.corpus.article import Article
from khabar.dates.mentions import PREFIX
from khabar.errors import ClusterUnavailable, IndexLocked, KhabarError
from khabar.upkeep.closings import Closings
from khabar.upkeep.manifest import Manifest
from khabar.upkeep.store import Refusal, T
from khabar.upkeep.workers import ArticleEncoder, EncodedArticle

__all__ = ["ClusterTransaction"]

log = logging.getLogger("khabar.cluster")

#: The seconds for which a failed transaction tries to record its failure.
_LAST_WORD = 1.0
#: If a commit replaced or removed one in this many articles, their old versions are merged away at once; and
#: the seconds to wait for that.
_MUCH, _MERGING = 100, 600.0

#: The number of articles looked up together.
_AHEAD = 250


class ClusterTransaction:
    """See :class:`khabar.upkeep.store.Transacting`.

    Args:
        cluster: the cluster.
        edition: the number of the edition to write to.
        analyzer: the analyzer of the index.
        timeout: seconds to wait for a rebuild to end.
        workers: the number of other processes that may help.

    Attributes:
        after_killed: whether a client was killed during a commit.

    Raises:
        IndexLocked: if the index is being rebuilt.
    """

    def __init__(
        self, cluster: Cluster, edition: int, analyzer: Analyzer, timeout: float = 5.0, workers: int = 0
    ) -> None:
        name = cluster.address.name
        self._cluster = cluster
        self._analyzer = analyzer
        self._articles, self._words, self._records = (
            write_alias(name, edition, which) for which in (ARTICLES, WORDS, RECORDS)
        )
        self._await_rebuild(edition, timeout)
        self._left = [mark for mark in marks(cluster, self._records) if mark.is_left]
        self.after_killed = bool(self._left)
        if self.after_killed:
            # Make its articles visible, as stories are found by searches.
            self._refresh()
        self._known = KnownArticles(cluster, self._articles)
        self._words_writer = WordsWriter(cluster, self._words)
        self._encoder = ArticleEncoder(analyzer, workers)
        self._batch = Batch(cluster, self._articles, self._records, analyzer, self._known)
        self._mark = new_mark()
        self._is_marked = False

    def _await_rebuild(self, edition: int, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        while (mark := the_mark(self._cluster, self._records, REBUILD)) is not None:
            if mark.is_left:
                log.warning("%s: a rebuild on %s was killed", self._cluster.address, mark.host)
                opened_to_writers(self._cluster, edition)
                take_mark(self._cluster, self._records, mark)
                return
            if time.monotonic() >= deadline:
                raise IndexLocked(
                    f"the index {self._cluster.address} is being rebuilt by process {mark.process} on "
                    f"{mark.host}; waited {timeout:g} s. Try again when it has finished; searching works "
                    "meanwhile."
                )
            time.sleep(0.2)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._encoder.close()
        if error is None:
            if self._left:
                self._batch.clear()
                self.commit()
        elif self._is_marked and isinstance(error, Exception):
            # Tell the next writer that this commit failed; if the cluster does not answer, the mark expires
            # by itself.
            with suppress(KhabarError):
                mark = self._mark._replace(process=0)
                put_mark(self._cluster, self._records, mark, patience=_LAST_WORD)

    @property
    def met(self) -> int:
        """Number of words that this transaction has met and the index did not have. (Words since the last
        commit count as new until the next one.)"""
        return self._encoder.met

    @property
    def is_much(self) -> bool:
        """Whether the changes waiting for the next commit take much memory, however few articles they are."""
        return self._encoder.is_much

    def looked_up(self, given: Iterable[T], id_of: Callable[[T], str | None]) -> Iterator[T]:
        """Yield the given items, some of which are taken ahead."""
        rest = iter(given)
        error: Exception | None = None
        while error is None:
            items: list[T] = []
            try:
                items += islice(rest, _AHEAD)
            except Exception as raised:
                # First yield the items before it.
                error = raised
            if not items and error is None:
                return
            self._known.look_up(each for each in map(id_of, items) if each is not None)
            yield from items
        raise error

    def fingerprint(self, article_id: str) -> int | None:
        """The first 64 bits of an article's fingerprint after the next commit; None if there is no such
        article."""
        return self._batch.fingerprint(article_id)

    def encoded(self, articles: Iterable[Article]) -> Iterator[EncodedArticle]:
        """Encode articles for :meth:`add`; some may be taken ahead."""
        return self._encoder.encoded(articles)

    def encode_alone(self) -> None:
        """Stop the other processes that encode, and discard articles that were taken ahead. All added
        articles must have been committed."""
        self._encoder.begin_anew(0)

    def add(self, encoded: EncodedArticle, fingerprint: str) -> bool:
        """Add an article, or replace the one with its id. Returns False, and does nothing, if it has no
        words."""
        terms = encoded.words.terms.terms
        if not any(terms[number] for number in encoded.words.numbers):
            return False
        self._batch.put(encoded, fingerprint)
        return True

    def delete(self, article_id: str) -> bool:
        """Remove an article; False if there is none with this id."""
        return self._batch.remove(article_id)

    def commit(self) -> None:
        """Make all changes since the last commit durable and visible.

        Raises:
            ClusterUnavailable: if the cluster does not answer, or has no room. Acknowledged writes stay, and
                the next run does the rest.
            IndexLocked: if the index is being rebuilt or was rebuilt.
            IndexFolderError: if the cluster refuses a document.
        """
        if not (self._batch or self._left):
            self._encoder.committed(0)
            return
        new_words = 0
        with refusals(self._cluster):
            self._mark = self._mark._replace(at=time.time())
            self._is_marked = put_mark(self._cluster, self._records, self._mark)
            if self._batch:
                new = (term for term in self._encoder.new_terms() if not term.startswith(PREFIX))
                new_words = self._words_writer.put(new, self._encoder.classes)
                self._batch.write()
            self._refresh()
            self._expunge(len(self._batch.waiting) - self._batch.added + len(self._batch.removals))
            commit = new_commit(
                f"{self._mark.id}-{time.time_ns()}",
                added=self._batch.added,
                replaced=len(self._batch.waiting) - self._batch.added,
                removed=len(self._batch.removals),
            )
            words = self._cluster.request("GET", f"/{self._words}/_count")
            note_commit(self._cluster, self._records, commit, words["count"])
            for mark in (self._mark, *self._left):
                take_mark(self._cluster, self._records, mark)
        self._is_marked = False
        self._left.clear()
        self._batch.clear()
        self._known.forget_the_first()
        self._encoder.committed(new_words)

    def _refresh(self) -> None:
        with refusals(self._cluster):
            self._cluster.request("POST", f"/{self._articles},{self._words}/_refresh")

    def _expunge(self, overwritten: int) -> None:
        """Merge replaced and removed articles away if they are a large part of the index, as Lucene counts
        them in frequencies until then."""
        if not overwritten:
            return
        count = self._cluster.request("POST", f"/{self._articles}/_count")["count"]
        if overwritten * _MUCH < count:
            return
        path = f"/{self._articles}/_forcemerge"
        try:
            self._cluster.request("POST", path, only_expunge_deletes="true", patience=0, timeout=_MERGING)
        except ClusterUnavailable as error:
            # The cluster goes on merging; until it has finished, frequencies are a little too high.
            log.warning(
                "%s: what was removed is not merged away yet: %s", self._cluster.address, error.reason
            )
        self._refresh()

    def refused(self) -> list[Refusal]:
        """The articles that the commits since the last call left out."""
        refused, self._batch.refused = self._batch.refused, []
        return refused

    def writing(self) -> AbstractContextManager[None]:
        """Raise refusals of the cluster inside as errors of the index."""
        return refusals(self._cluster)

    def manifest(self) -> Manifest:
        """Read the manifest of this machine."""
        return Manifest.open(FilesLog(self._cluster, self._records, host()))

    def closings(self) -> Closings:
        """Read the closing lines."""
        return Closings(ClosingsShelf(self._cluster, self._records, host()))
