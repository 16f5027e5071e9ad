"""Makes the vectors that an index lacks, in many short commits, so that a killed process loses only seconds
of work.

Others can search the index, change it and rebuild it meanwhile: only the files of vectors are locked, and
only while a commit is written (:data:`khabar.index.lock.VECTORS`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Protocol

import numpy as np

from khabar.corpus.article import Article
from khabar.errors import EncoderFailed, IndexDamaged, IndexLocked, VectorsMismatch
from khabar.index.columns import Ints
from khabar.index.editions import current_files
from khabar.index.engine import Reader
from khabar.index.folder import writing
from khabar.index.lock import EMBEDDING, VECTORS, WriteLock
from khabar.index.recovery import cause_of
from khabar.index.vector_names import VECTOR_LIST
from khabar.meaning.digest import digest_of
from khabar.meaning.embedding import Job, embed, encoded, job_of
from khabar.meaning.encoder import Encoder
from khabar.meaning.matching import present, unowned
from khabar.meaning.recovery import mend
from khabar.meaning.removal import PATIENCE
from khabar.meaning.reports import EmbedFailure, EmbedReport
from khabar.meaning.segments import Entry, Owner
from khabar.meaning.vector_files import VectorFiles

__all__ = ["Build", "Progress"]

#: The seconds between two commits, the seconds of work in a block, and the maximum number of articles with
#: known texts in a commit.
_EVERY = 5.0
_BLOCK = 4.0
_KNOWN = 5000
#: The number of parts of articles in a block: at first, and the maximum.
_FIRST, _MOST = 64, 4096
#: The seconds to wait for the lock at the end: long, as hours of work may be lost.
_LONG = 600.0
#: The number of consecutive failures after which the model itself is tested.
_HOPELESS = 5
#: A text that every model can embed.
_PLAIN = "خبر"

#: Called with the report, the number of articles done, and the number of all articles to do.
Progress = Callable[[EmbedReport, int, int], None]


class Holding(Protocol):
    """Keeps a state of an index open."""

    @property
    def reader(self) -> Reader:
        """The reader of that state."""
        ...


class Build:
    """A run that makes vectors.

    Args:
        place: the index folder.
        encoder: the encoder.
        answers: opens the newest state of the index.
        anew: whether to discard existing vectors first.
        limit: the maximum number of texts to embed; None for all.
        seconds: the time after which nothing more is begun; None for no limit.
        timeout: seconds to wait for another process that makes vectors.
        progress: see :data:`Progress`.
        stop: called from time to time; True ends the run early.
    """

    def __init__(
        self,
        place: Path,
        encoder: Encoder,
        answers: Callable[[], Holding],
        *,
        anew: bool = False,
        limit: int | None = None,
        seconds: float | None = None,
        timeout: float = 5.0,
        progress: Progress = lambda report, done, of: None,
        stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self._place = place
        self._encoder = encoder
        self._answers = answers
        self._anew = anew
        self._limit = limit
        self._timeout = timeout
        self._progress = progress
        self._stop = stop
        self._began = time.monotonic()
        self._end = None if seconds is None else self._began + seconds
        self.report = EmbedReport(encoder.name, encoder.address)
        self._files: VectorFiles | None = None
        #: what waits for the next commit
        self._entries: list[Entry] = []
        self._owners: list[Owner] = []
        self._committed_at = self._began
        #: the fingerprints of the articles examined so far
        self._tried: set[int] = set()
        #: the digests of texts that wait for the model or the next commit, each with other articles that have
        #: it
        self._begun: dict[bytes, list[Article]] = {}
        self._failed: dict[bytes, EncoderFailed] = {}
        self._texts = 0
        self._parts_a_second = _FIRST / _BLOCK
        self._failures_in_a_row = 0

    def run(self) -> EmbedReport:
        """Make the vectors. What was done before an interruption is kept.

        Raises:
            IndexLocked: if another process makes vectors of this index, or, for the first ones, writes to it.
            VectorsMismatch: if there are vectors of another model, and ``anew`` is False; or if they were
                removed or replaced meanwhile.
            EncoderFailed: if the model fails for every article.
            IndexUnavailable: if they cannot be written.
        """
        with WriteLock(self._place, self._timeout, what=EMBEDDING):
            self._begin()
            try:
                self._embed_all()
            finally:
                # Also after an interruption, so that the last seconds of work are not lost.
                self._commit(_LONG)
            self._finish()
        self.report.seconds = time.monotonic() - self._began
        return self.report

    def _begin(self) -> None:
        with ExitStack() as held:
            if not (current_files(self._place) / VECTOR_LIST).exists():
                # A running transaction would not update new vectors, so they must not begin during one.
                held.enter_context(WriteLock(self._place, self._timeout))
            held.enter_context(WriteLock(self._place, PATIENCE, what=VECTORS))
            held.enter_context(writing(self._place))
            folder = current_files(self._place)
            self.report.mended = [(loss.file, loss.what) for loss in mend(folder)]
            files = VectorFiles(folder)
            if files.listing is None or self._anew:
                files.begin(self._encoder)
            self._check(files)
            files.sweep()

    def _check(self, files: VectorFiles) -> None:
        """Check that the vectors were made by this encoder.

        Raises:
            VectorsMismatch: if not.
        """
        listing = files.listing
        if listing is None or listing.encoder_fingerprint != self._encoder.fingerprint:
            # A model need not have a name.
            made_by = (listing.encoder_name or listing.encoder_fingerprint) if listing else ""
            raise VectorsMismatch(self._place, made_by, self._encoder.name or self._encoder.fingerprint)
        self._files = files

    def _embed_all(self) -> None:
        tried = False
        while True:
            # Held to keep the files of its reader open.
            answers = self._answers()
            reader = answers.reader
            numbers = self._unowned(reader)
            if not len(numbers):
                return
            if not tried:
                # If the model does not work at all, fail at once and not for each article.
                encoded(self._encoder, [_PLAIN])
                tried = True
            total = len(self._tried) + len(numbers)
            for block in self._blocks(reader, numbers):
                began, rows = time.monotonic(), self.report.rows
                for job, outcome in embed(self._encoder, block, self._is_over):
                    self._take(job, outcome)
                    self._progress(self.report, len(self._tried), total)
                    self._commit_in_time()
                taken = time.monotonic() - began
                if self.report.rows > rows and taken > 0:
                    self._parts_a_second = (self.report.rows - rows) / taken
            if self.report.ended != "done":
                return
            # Then look again, as articles may have been added meanwhile.
            self._commit(PATIENCE)

    def _unowned(self, reader: Reader) -> Ints:
        """The articles that have no vectors and were not examined in this run."""
        assert self._files is not None
        numbers = unowned(reader, self._files.owners())
        tried = np.fromiter(self._tried, np.uint64, len(self._tried))
        result: Ints = numbers[np.isin(reader.columns.fingerprints[numbers], tried, invert=True)]
        return result

    def _blocks(self, reader: Reader, numbers: Ints) -> Iterator[list[Job]]:
        """The articles to embed, in blocks that take some seconds each."""
        block: list[Job] = []
        parts = 0
        for number in numbers.tolist():
            if self._is_over():
                break
            if self._limit is not None and self._texts >= self._limit:
                self.report.ended = "limit"
                break
            job = self._job(reader, number)
            if job is None:
                continue
            block.append(job)
            parts += len(job.parts)
            if parts >= min(_MOST, max(_FIRST, self._parts_a_second * _BLOCK)):
                yield block
                block, parts = [], 0
        if block:
            yield block

    def _job(self, reader: Reader, number: int) -> Job | None:
        """An article to embed; None if its text is known or cannot be read."""
        assert self._files is not None
        fingerprint = int(reader.columns.fingerprints[number])
        self._tried.add(fingerprint)
        try:
            article = reader.stored(number)
        except IndexDamaged as error:
            name = f"{fingerprint:016x}"
            self.report.failed.append(EmbedFailure(name, "", "", "unreadable", cause_of(error)))
            return None
        digest = digest_of(article)
        if digest in self._failed:
            self._fail(article, self._failed[digest])
            return None
        if digest in self._begun:
            self._begun[digest].append(article)
        elif not self._files.has(digest):
            self._begun[digest] = []
            self._texts += 1
            return job_of(article, digest, fingerprint)
        self._owners.append(Owner(fingerprint, digest, article.id))
        self.report.known += 1
        if len(self._owners) >= _KNOWN:
            self._commit_in_time(0)
        return None

    def _take(self, job: Job, outcome: Entry | EncoderFailed) -> None:
        """Keep an article's vectors for the next commit, or report the failure."""
        if isinstance(outcome, Entry):
            self._failures_in_a_row = 0
            self._entries.append(outcome)
            self._owners.append(Owner(job.fingerprint, job.digest, job.article.id))
            self.report.embedded += 1
            self.report.rows += len(job.parts)
            return
        copies = self._begun.pop(job.digest)
        for article in (job.article, *copies):
            self._fail(article, outcome)
        self.report.known -= len(copies)
        self._failed[job.digest] = outcome
        self._failures_in_a_row += 1
        if self._failures_in_a_row >= _HOPELESS:
            # Raises if even the simplest text fails: then it is the model and not the articles.
            encoded(self._encoder, [_PLAIN])
            self._failures_in_a_row = 0

    def _fail(self, article: Article, error: EncoderFailed) -> None:
        failure = EmbedFailure(article.id, article.title, article.path, error.code, error.cause)
        self.report.failed.append(failure)

    def _is_over(self) -> bool:
        if self._stop():
            self.report.ended = "stopped"
        elif self._end is not None and time.monotonic() >= self._end:
            self.report.ended = "time"
        else:
            return False
        return True

    def _commit_in_time(self, every: float | None = None) -> None:
        """Commit if the last commit was a while ago, unless another process holds the vectors."""
        if time.monotonic() - self._committed_at >= (_EVERY if every is None else every):
            with suppress(IndexLocked):
                self._commit(0)

    def _commit(self, timeout: float) -> None:
        """Commit what waits."""
        if not self._owners:
            return
        with WriteLock(self._place, timeout, what=VECTORS), writing(self._place):
            files = VectorFiles(current_files(self._place))
            self._check(files)
            # A process that removes articles holds the vectors until its commit, so these are current.
            answers = self._answers()
            current = present(answers.reader)
            owned = np.isin(np.array([owner.fingerprint for owner in self._owners], np.uint64), current)
            owners = [owner for owner, is_there in zip(self._owners, owned.tolist(), strict=True) if is_there]
            digests = {owner.digest for owner in owners}
            entries = [entry for entry in self._entries if entry.digest in digests]
            embedded = {entry.digest for entry in entries}
            files.commit(
                entries, [owner for owner in owners if owner.digest in embedded or files.has(owner.digest)]
            )
        for entry in self._entries:
            self._begun.pop(entry.digest, None)
        self._entries, self._owners = [], []
        self._committed_at = time.monotonic()

    def _finish(self) -> None:
        """Drop texts that no article has any more, and complete the report."""
        with WriteLock(self._place, _LONG, what=VECTORS), writing(self._place):
            files = VectorFiles(current_files(self._place))
            self._check(files)
            answers = self._answers()
            current = present(answers.reader)
            if self.report.ended == "done":
                # All articles have vectors now, except those that failed.
                self.report.dropped = files.keep_only(current)
            self.report.articles = len(current)
            self.report.with_vectors = int(np.isin(current, files.owners()).sum())
