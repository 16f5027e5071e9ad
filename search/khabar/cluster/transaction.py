"""A transaction on an index on a cluster. It needs no lock: two machines may index at once.

A commit writes the words first, which may have more than the articles; then the articles, each on the
condition that nobody else changed it meanwhile; refreshes both, so that searches see them; and counts itself
in the state, by which clients notice it. Whoever is killed in between leaves whole articles, which the next
run finds by their fingerprints, and a mark that a commit was under way.

Where another client was first with an article, :class:`khabar.cluster.batch.Batch` decides again.
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
from khabar.cluster.known import KnownArticles
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

#: Seconds that a transaction which broke off goes on trying to say so.
_LAST_WORD = 1.0
#: Where one article of so many was overwritten or removed in a commit, that is merged away at once; and how
#: many seconds a client waits for it.
_MUCH, _MERGING = 100, 600.0

#: Articles that are looked up together.
_AHEAD = 250


class ClusterTransaction:
    """See :class:`khabar.upkeep.store.Transacting`.

    Args:
        cluster: where the index is.
        edition: the number of the edition that is written to.
        analyzer: what makes its terms.
        timeout: seconds to wait for a rebuild to end.
        workers: how many other processes may help.

    Attributes:
        after_killed: whether a client was killed while it committed.

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
            # Its articles must be seen, as stories are found by searches.
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
            # What an interrupted commit has written is recorded for the next writer; if the cluster does not
            # answer, the mark expires by itself.
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
        """Whether what waits for the next commit needs much memory, however few articles it is."""
        return self._encoder.is_much

    def looked_up(self, given: Iterable[T], id_of: Callable[[T], str | None]) -> Iterator[T]:
        """The same as is given, some of it taken ahead."""
        rest = iter(given)
        error: Exception | None = None
        while error is None:
            lot: list[T] = []
            try:
                lot += islice(rest, _AHEAD)
            except Exception as raised:
                # What came before it counts.
                error = raised
            if not lot and error is None:
                return
            self._known.look_up(each for each in map(id_of, lot) if each is not None)
            yield from lot
        raise error

    def fingerprint(self, article_id: str) -> int | None:
        """The first 64 bits of an article's fingerprint after the next commit; None if there is no such
        article."""
        return self._batch.fingerprint(article_id)

    def encoded(self, articles: Iterable[Article]) -> Iterator[EncodedArticle]:
        """Articles with their words, for :meth:`add`; some may be taken ahead."""
        return self._encoder.encoded(articles)

    def encode_alone(self) -> None:
        """Encode no more in other processes, and forget what was taken ahead; all that was added must be
        committed."""
        self._encoder.begin_anew(0)

    def add(self, encoded: EncodedArticle, fingerprint: str) -> bool:
        """Add an article, or put it in the place of the one with its id; False, and nothing done, if there is
        no word in it."""
        terms = encoded.words.terms.terms
        if not any(terms[number] for number in encoded.words.numbers):
            return False
        self._batch.put(encoded, fingerprint)
        return True

    def delete(self, article_id: str) -> bool:
        """Remove an article; False if there is none with this id."""
        return self._batch.remove(article_id)

    def commit(self) -> None:
        """Make everything since the last commit durable and visible.

        Raises:
            ClusterUnavailable: if the cluster does not answer, or has no room. What it has acknowledged is
                there, and the next run does the rest.
            IndexLocked: if the index is being rebuilt, or was.
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
        """Have what was overwritten or removed merged away where it is much of the index: until then Lucene
        counts it among those with a word."""
        if not overwritten:
            return
        count = self._cluster.request("POST", f"/{self._articles}/_count")["count"]
        if overwritten * _MUCH < count:
            return
        path = f"/{self._articles}/_forcemerge"
        try:
            self._cluster.request("POST", path, only_expunge_deletes="true", patience=0, timeout=_MERGING)
        except ClusterUnavailable as error:
            # It goes on merging; only the counts are a little too high until it is through.
            log.warning(
                "%s: what was removed is not merged away yet: %s", self._cluster.address, error.reason
            )
        self._refresh()

    def refused(self) -> list[Refusal]:
        """What the commits since the last call left out, because another writer brought another article with
        the same id at the same moment."""
        refused, self._batch.refused = self._batch.refused, []
        return refused

    def writing(self) -> AbstractContextManager[None]:
        """Raise refusals of the cluster inside as errors of the index."""
        return refusals(self._cluster)

    def manifest(self) -> Manifest:
        """The list of this machine's files, as it is now."""
        return Manifest.open(FilesLog(self._cluster, self._records, host()))

    def closings(self) -> Closings:
        """The closing lines."""
        return Closings(ClosingsShelf(self._cluster, self._records, host()))
