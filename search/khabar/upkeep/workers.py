"""Encodes articles, in other processes if there are processors for it.

Each process has an encoder of its own, and its numbers are converted to those of this process. If a process
dies, however it dies, its articles are encoded here, which only costs time.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from itertools import chain, cycle, islice, repeat
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from queue import SimpleQueue
from threading import Thread
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from khabar.analysis.analyzer import Analyzer
from khabar.corpus.article import Article
from khabar.dates.mentions import terms_in
from khabar.index.columns import distinct, lookup
from khabar.index.encoder import Encoder
from khabar.index.lexicon import class_keys
from khabar.index.records import packed_article
from khabar.index.words import BESIDE, Words
from khabar.stories.sketch import AT_ONCE, AT_ONCE_WORDS, MOST_WORDS, Sketch, sketches

__all__ = ["ArticleEncoder", "EncodedArticle", "encode_articles", "helpers"]

#: The number of articles sent to another process at a time, and the minimum for starting one, which takes a
#: while.
_CHUNK = 100
_BEGIN = 200
#: The chunks of articles that wait for each process, so that it has work while this one commits.
_AHEAD = 30
#: A process that is more than this many chunks ahead does the optional work too (:class:`_More`).
_AHEAD_ENOUGH = 1
#: More processes would wait for this one, which reads and writes.
_MOST_HELPERS = 4
#: An encoder with more terms is replaced by a new one, as its memory must not grow with the index.
MOST_TERMS = 300_000
#: The number of terms for which a process remembers that it has sent their classes.
MOST_TOLD = 4_000_000
#: A commit comes early when more words, or more new terms, are waiting for it.
MOST_WAITING = 8_000_000
MOST_NEW_TERMS = 300_000
#: The letters sent to another process at a time, and those that wait for all processes together.
_CHUNK_LETTERS = 1_000_000
_AHEAD_LETTERS = 16_000_000
_NUMBER = np.uint32(BESIDE - 1)
#: The number of a term that an encoder has not numbered yet.
_UNNUMBERED = np.uint32(0xFFFFFFFF)
#: The capacity of a pipe to another process in bytes: the highest that Linux allows without privileges.
_PIPE = 1 << 20


def helpers() -> int:
    """The number of other processes worth having on this machine: one less than it has processors, since this
    one is busy with reading and writing."""
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(_MOST_HELPERS, available - 1)


class EncodedArticle(NamedTuple):
    """An encoded article.

    Attributes:
        article: the article.
        words: its words.
        packed: the result of :func:`khabar.index.records.packed_article`, if another process had the time.
        sketch: its sketch, from :func:`khabar.stories.sketch.sketches`, likewise.
    """

    article: Article
    words: Words
    packed: bytes | None = None
    sketch: Sketch | None = None


class _Task(NamedTuple):
    """A task for another process.

    Attributes:
        anew: whether to begin with a new encoder.
        committed: the number of its terms that the lexicon has, at least, and whose classes are not needed.
        articles: the articles to encode.
    """

    anew: bool
    committed: int
    articles: list[Article]


class _Answer(NamedTuple):
    """The answer to a task.

    Attributes:
        terms: the new terms of the encoder.
        passages: the number of passages of each article.
        tokens, sizes, lengths: as in :class:`khabar.index.words.Words`.
        more: the results of optional work, if there was time for it.
    """

    terms: list[str]
    passages: list[int]
    tokens: NDArray[np.uint32]
    sizes: NDArray[Any]
    lengths: NDArray[Any]
    more: _More | None


class _More(NamedTuple):
    """The results of optional work, which either process can do.

    Attributes:
        first: the number of the first term with classes.
        classes: the classes of the terms from there on; empty for those whose classes were sent before.
        packed: the packed articles.
        sketches: the sketches of the articles; None if they have too many words.
    """

    first: int
    classes: list[bytes]
    packed: list[bytes]
    sketches: tuple[NDArray[np.uint8], NDArray[np.uint32]] | None


_NOTHING_MORE = _More(0, [], [], None)


def encode_articles(encoder: Encoder, articles: Sequence[Article]) -> tuple[Words, list[int]]:
    """Encode the passages of some articles, with the dates that they mention.

    Returns:
        The words, and the number of passages of each article.
    """
    texts: list[str] = []
    days: list[date | None] = []
    passages = [1 + len(article.paragraphs) for article in articles]
    for article, size in zip(articles, passages, strict=True):
        texts += (article.title, *article.paragraphs)
        stated = article.stated_published
        days += [stated and stated.date()] * size

    def dates(passage: int, pieces: Sequence[str]) -> Sequence[str]:
        return terms_in(texts[passage], days[passage], pieces)

    return encoder.encode(texts, dates), passages


class ArticleEncoder:
    """Encodes articles one by one or in other processes, which :meth:`close` ends.

    Args:
        analyzer: gives the terms of a word.
        workers: the number of other processes; 0 for none.
    """

    def __init__(self, analyzer: Analyzer, workers: int) -> None:
        self._analyzer = analyzer
        self._count = workers
        self._workers: list[_Worker] = []
        self._classes: dict[str, bytes] = {}
        self._committed = 0
        self._new = 0
        self._words = 0
        self.encoder = Encoder(analyzer)

    @property
    def met(self) -> int:
        """The number of terms that the lexicon did not have. Those since the last commit count as new until
        the next one."""
        return self._new + len(self.encoder.terms) - self._committed

    @property
    def is_much(self) -> bool:
        """Whether a commit should come early, whatever the number of articles."""
        new = len(self.encoder.terms) - self._committed
        return self._words > MOST_WAITING or new > MOST_NEW_TERMS

    def new_terms(self) -> list[str]:
        """The new terms since the last commit."""
        return self.encoder.terms[self._committed :]

    def classes(self, term: str) -> bytes:
        """The packed classes of a term, from another process or computed here."""
        return self._classes.get(term) or class_keys(term, self._analyzer)

    def committed(self, new: int) -> None:
        """Note that the lexicon has all terms, and free their memory, and the encoder's if it is large.

        Args:
            new: the number of terms that the lexicon did not have before.
        """
        self._new += new
        self._classes.clear()
        for worker in self._workers:
            worker.committed()
        self._committed = len(self.encoder.terms)
        self._words = 0
        if self._committed > MOST_TERMS:
            self.encoder = Encoder(self._analyzer)
            self._committed = 0

    def encoded(self, articles: Iterable[Article]) -> Iterator[EncodedArticle]:
        """Encode articles in order; some are taken ahead if other processes encode."""
        for encoded in self._encoded(iter(articles)):
            self._words += len(encoded.words.tokens)
            yield encoded

    def _encoded(self, articles: Iterator[Article]) -> Iterator[EncodedArticle]:
        first = _chunk(articles, _BEGIN) if self._count else []
        if len(first) == _BEGIN or sum(map(_letters, first)) > _CHUNK_LETTERS:
            articles = chain(first, articles)
            first = []
            waiting: deque[tuple[_Worker, list[Article], int]] = deque()
            letters = 0
            workers = cycle(self._begun())
            while chunk := _chunk(articles, _CHUNK):
                worker = next(workers)
                worker.ask(chunk)
                size = sum(map(_letters, chunk))
                waiting.append((worker, chunk, size))
                letters += size
                while waiting and (len(waiting) > self._count * _AHEAD or letters > _AHEAD_LETTERS):
                    worker, chunk, size = waiting.popleft()
                    letters -= size
                    yield from self._taken(worker, chunk)
            for worker, chunk, _ in waiting:
                yield from self._taken(worker, chunk)
            # Frees their memory before the last commit, which takes most.
            self.close()
        for article in chain(first, articles):
            yield from self._here([article])

    def _here(self, articles: list[Article]) -> Iterator[EncodedArticle]:
        """Encode articles in this process."""
        words, passages = encode_articles(self.encoder, articles)
        return map(EncodedArticle, articles, words.parted(passages))

    def _begun(self) -> list[_Worker]:
        if self._analyzer.is_usual:
            # Create the dictionary if necessary, before the processes need it.
            self._analyzer.stems("كتاب")
        self._workers = [_Worker(self._analyzer.is_usual) for _ in range(self._count)]
        return self._workers

    def _taken(self, worker: _Worker, articles: list[Article]) -> Iterator[EncodedArticle]:
        """Articles as another process encoded them; if it died, they are encoded here."""
        answer = worker.answer()
        if answer is None:
            yield from self._here(articles)
            return
        # A commit may replace the encoder while these articles are taken: they keep the old one.
        encoder = self.encoder
        tokens = worker.tokens(encoder, answer)
        more = answer.more or _NOTHING_MORE
        classes = zip(worker.terms(more.first), more.classes, strict=False)
        self._classes.update((term, packed) for term, packed in classes if packed)
        words = Words(encoder.hashes, tokens, answer.sizes, answer.lengths)
        sketches = zip(*more.sketches, strict=True) if more.sketches else repeat(None)
        yield from map(
            EncodedArticle, articles, words.parted(answer.passages), more.packed or repeat(None), sketches
        )

    def begin_anew(self, workers: int) -> None:
        """Discard articles that were taken ahead.

        Args:
            workers: the number of other processes from now on.
        """
        self.close()
        self._count = workers
        self.encoder = Encoder(self._analyzer)
        self._committed = 0

    def close(self) -> None:
        """End the other processes."""
        for worker in self._workers:
            worker.close()
        self._workers = []


def _letters(article: Article) -> int:
    return len(article.title) + sum(map(len, article.paragraphs))


def _chunk(articles: Iterator[Article], most: int) -> list[Article]:
    """The next articles, up to a number, and fewer of long ones."""
    chunk: list[Article] = []
    letters = 0
    for article in islice(articles, most):
        chunk.append(article)
        letters += _letters(article)
        if letters > _CHUNK_LETTERS:
            break
    return chunk


class _Worker:
    """Another process that encodes, as seen from this one. Two threads pass tasks and answers between queues
    and pipes.

    Args:
        stems: whether it may compute the classes of terms, because the analyzer is the usual one.
    """

    def __init__(self, stems: bool) -> None:
        # Spawned, not forked: the fork of a process with threads may hang.
        context = multiprocessing.get_context("spawn")
        tasks, self._tasks_pipe = context.Pipe(duplex=False)
        self._answers_pipe, answers = context.Pipe(duplex=False)
        # A message for each answer taken shows the other process how far ahead it is.
        taken, self._taken = context.Pipe(duplex=False)
        for pipe in (tasks, answers):
            _widen(pipe)
        self._process = context.Process(target=_work, args=(tasks, answers, taken, stems), daemon=True)
        _started(self._process)
        for theirs in (tasks, answers, taken):
            theirs.close()
        self._tasks: SimpleQueue[_Task | None] = SimpleQueue()
        self._answers: SimpleQueue[_Answer | None] = SimpleQueue()
        #: whether each task without an answer begins with a new encoder
        self._anew: deque[bool] = deque()
        self._terms: list[str] = []
        self._committed = 0
        self._numbers: NDArray[np.uint32] = np.empty(0, np.uint32)
        self._encoder: Encoder | None = None
        for work in (self._send, self._receive):
            Thread(target=work, daemon=True).start()

    def _send(self) -> None:
        try:
            while (task := self._tasks.get()) is not None:
                self._tasks_pipe.send(task)
        except Exception:
            # The process died, or there was no memory to send the task: end the wait for an answer.
            self._process.kill()

    def _receive(self) -> None:
        # Whatever ends it, the last message ends the wait for an answer.
        with suppress(Exception):
            while True:
                self._answers.put(self._answers_pipe.recv())
        self._answers.put(None)

    def ask(self, articles: list[Article]) -> None:
        """Send articles to be encoded."""
        self._anew.append(len(self._terms) > MOST_TERMS and not any(self._anew))
        # A new encoder numbers its terms from 0, and no answer has told yet which the lexicon has.
        committed = 0 if any(self._anew) else self._committed
        self._tasks.put(_Task(self._anew[-1], committed, articles))

    def answer(self) -> _Answer | None:
        """Wait for the next answer; None if the process died."""
        answer = self._answers.get()
        with suppress(OSError):
            self._taken.send_bytes(b"")
        if answer is None:
            self._answers.put(None)
        elif self._anew.popleft():
            self._terms = []
            self._committed = 0
            self._encoder = None
        return answer

    def terms(self, first: int) -> list[str]:
        """Its terms from a number on, as far as it has sent them."""
        return self._terms[first:]

    def committed(self) -> None:
        """Note that the lexicon has all terms that it has sent."""
        self._committed = len(self._terms)

    def tokens(self, encoder: Encoder, answer: _Answer) -> NDArray[np.uint32]:
        """The tokens of an answer in the numbers of an encoder of this process.

        Only terms that occur are numbered: an encoder that replaces a full one must not begin with all terms
        that the other process knows, or it would be full at once.
        """
        if self._encoder is not encoder:
            self._encoder = encoder
            self._numbers = np.full(len(self._terms), _UNNUMBERED, np.uint32)
        self._terms += answer.terms
        self._numbers = np.append(self._numbers, np.full(len(answer.terms), _UNNUMBERED, np.uint32))
        theirs = answer.tokens & _NUMBER
        missing = distinct(theirs[self._numbers[theirs] == _UNNUMBERED])
        self._numbers[missing] = encoder.adopted([self._terms[number] for number in missing.tolist()])
        tokens: NDArray[np.uint32] = self._numbers[theirs] | (answer.tokens & np.uint32(BESIDE))
        return tokens

    def close(self) -> None:
        """End the process."""
        self._tasks.put(None)
        self._process.kill()
        self._process.join()
        for pipe in (self._tasks_pipe, self._answers_pipe, self._taken):
            pipe.close()


def _widen(pipe: Connection[Any, Any]) -> None:
    """Enlarge a pipe, if possible, to hold a whole task or answer, so that a sender need not wait until a
    busy receiver has taken it in small parts."""
    with suppress(OSError, AttributeError, ImportError):
        import fcntl

        fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _PIPE)


def _started(process: BaseProcess) -> None:
    """Start a process that Ctrl-C does not reach, not even while it starts: this process handles it."""
    if not hasattr(signal, "pthread_sigmask"):
        process.start()
        return
    from multiprocessing import resource_tracker

    # Otherwise starting the tracker, which the process needs, would end the blocking.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(
    tasks: Connection[Any, Any], answers: Connection[Any, Any], taken: Connection[Any, Any], stems: bool
) -> None:
    """The main loop of the other process, which ends when the pipes are closed.

    Args:
        tasks, answers: the pipes for tasks and answers.
        taken: receives a message for each answer taken.
        stems: whether to compute the classes of terms.
    """
    # Words and numbers form no reference cycles: looking for some took a tenth of the time.
    gc.set_threshold(100_000, 20, 20)
    # For systems where it could not be blocked.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ahead = 0
    # If memory is exhausted it ends, and its articles are encoded by its parent.
    with suppress(OSError, EOFError, MemoryError):
        helper = _Helper(stems)
        while True:
            task: _Task = tasks.recv()
            while taken.poll():
                taken.recv_bytes()
                ahead -= 1
            answers.send(helper.answer(task, ahead > _AHEAD_ENOUGH))
            ahead += 1


class _Helper:
    """The state of the other process: its encoder, and what was sent of it."""

    def __init__(self, stems: bool) -> None:
        self._stems = stems
        self._analyzer = Analyzer()
        self._encoder = Encoder(self._analyzer)
        self._sent = 0
        self._stemmed = 0
        #: the sorted hashes of terms of former encoders whose classes were sent
        self._told: NDArray[np.uint64] = np.empty(0, np.uint64)

    def answer(self, task: _Task, ahead: bool) -> _Answer:
        """Do a task; ``ahead``: whether there is time for optional work."""
        if task.anew:
            self._told = self._told[: MOST_TOLD - self._stemmed]
            self._told = np.union1d(self._told, self._encoder.hashes.of(np.arange(self._stemmed)))
            self._encoder = Encoder(self._analyzer)
            self._sent = self._stemmed = 0
        words, passages = encode_articles(self._encoder, task.articles)
        new = self._encoder.terms[self._sent :]
        self._sent += len(new)
        more = self._more(task, words, passages) if ahead else None
        return _Answer(new, passages, words.tokens, words.sizes, words.lengths, more)

    def _more(self, task: _Task, words: Words, passages: Sequence[int]) -> _More:
        first = max(self._stemmed, task.committed)
        terms = self._encoder.terms[first : self._sent] if self._stems else []
        new = np.ones(len(terms), bool)
        if terms and len(self._told):
            new = ~lookup(self._encoder.hashes.of(np.arange(first, self._sent)), self._told)[1]
        self._stemmed = self._sent
        texts = [each.hashes()[:MOST_WORDS] for each in words.parted(passages)]
        return _More(
            first,
            [
                class_keys(term, self._analyzer) if is_new else b""
                for term, is_new in zip(terms, new.tolist(), strict=True)
            ],
            list(map(packed_article, task.articles)),
            sketches(texts) if sum(map(len, texts)) <= AT_ONCE_WORDS and len(texts) <= AT_ONCE else None,
        )
