"""Articles as numbers, made in other processes if there are processors for it.

Each process has an encoder of its own; what it numbers is numbered anew here. A process that dies, however it
dies, costs time and nothing else: its articles are encoded here.
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

#: Articles that are sent to another process at a time, and how many there must be: a process takes a while to
#: begin.
_CHUNK = 100
_BEGIN = 200
#: So many lots of articles wait for each process, so that it has work while this one commits.
_AHEAD = 30
#: With more lots than this ahead of the one that takes them, a process does what either could.
_AHEAD_ENOUGH = 1
#: More would wait for the one that reads and writes.
_MOST_HELPERS = 4
#: An encoder with so many terms is given up for a new one: its memory must not grow with the index.
MOST_TERMS = 300_000
#: Hashes of terms by which another process knows that it has told their classes.
MOST_TOLD = 4_000_000
#: Words, and new terms, that wait for a commit before it comes early.
MOST_WAITING = 8_000_000
MOST_NEW_TERMS = 300_000
#: Letters that are sent to another process at a time, and that wait for all of them.
_CHUNK_LETTERS = 1_000_000
_AHEAD_LETTERS = 16_000_000
_NUMBER = np.uint32(BESIDE - 1)
#: Stands for the number of a term that an encoder has not numbered yet.
_UNNUMBERED = np.uint32(0xFFFFFFFF)
#: Bytes that a pipe to another process holds: as many as Linux lets anybody ask for.
_PIPE = 1 << 20


def helpers() -> int:
    """How many other processes are worth having on this machine: one less than it has processors, for this
    one has enough to do with reading and writing."""
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(_MOST_HELPERS, available - 1)


class EncodedArticle(NamedTuple):
    """An article with what an index makes of it.

    Attributes:
        words: its words.
        packed: what :func:`khabar.index.records.packed_article` gives, if another process had the time for
            it.
        sketch: what :func:`khabar.stories.sketch.sketches` gives of it, likewise.
    """

    article: Article
    words: Words
    packed: bytes | None = None
    sketch: Sketch | None = None


class _Task(NamedTuple):
    """What another process is asked.

    Attributes:
        anew: whether its numbers begin anew.
        committed: how many of its terms the lexicon has, by now at least; it need not find the classes of
            these.
        articles: what to encode.
    """

    anew: bool
    committed: int
    articles: list[Article]


class _Answer(NamedTuple):
    """What it answers: terms that it had not numbered before, and the words of all articles.

    Attributes:
        passages: how many each article has.
        more: what either process can do, if it had the time.
    """

    terms: list[str]
    passages: list[int]
    tokens: NDArray[np.uint32]
    sizes: NDArray[Any]
    lengths: NDArray[Any]
    more: _More | None


class _More(NamedTuple):
    """What either process can do.

    Attributes:
        first: the number of the first term whose classes these are.
        classes: of the terms from there on; empty for those whose classes were told before.
        packed: the articles packed.
        sketches: those of the articles; None if there are too many words in them.
    """

    first: int
    classes: list[bytes]
    packed: list[bytes]
    sketches: tuple[NDArray[np.uint8], NDArray[np.uint32]] | None


_NOTHING_MORE = _More(0, [], [], None)


def encode_articles(encoder: Encoder, articles: Sequence[Article]) -> tuple[Words, list[int]]:
    """The words of the passages of some articles, with the dates that they mention; and how many passages
    each has."""
    texts: list[str] = []
    days: list[date | None] = []
    passages = [1 + len(article.paragraphs) for article in articles]
    for article, size in zip(articles, passages, strict=True):
        texts += (article.title, *article.paragraphs)
        days += [article.published and article.published.date()] * size

    def dates(passage: int, pieces: Sequence[str]) -> Sequence[str]:
        return terms_in(texts[passage], days[passage], pieces)

    return encoder.encode(texts, dates), passages


class ArticleEncoder:
    """Encodes articles one by one or in other processes; a context manager, which ends those.

    Args:
        analyzer: says what words are.
        workers: how many other processes; 0 for none.
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
        """Number of terms that the lexicon did not have when they came. Those since the last commit count
        as new until the next one tells."""
        return self._new + len(self.encoder.terms) - self._committed

    @property
    def is_much(self) -> bool:
        """Whether a commit should come, whatever the number of articles."""
        new = len(self.encoder.terms) - self._committed
        return self._words > MOST_WAITING or new > MOST_NEW_TERMS

    def new_terms(self) -> list[str]:
        """The terms that were numbered since the last commit."""
        return self.encoder.terms[self._committed :]

    def classes(self, term: str) -> bytes:
        """What the lexicon keeps of a term: as another process that met it found, or found here."""
        return self._classes.get(term) or class_keys(term, self._analyzer)

    def committed(self, new: int) -> None:
        """Note that the lexicon now has all terms, and free the memory that they took; the encoder's too if
        it has become much.

        Args:
            new: number of terms that the lexicon did not have before.
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
        """Every article with its words, in order; more than one is taken ahead where other processes
        encode."""
        for encoded in self._encoded(iter(articles)):
            self._words += len(encoded.words.tokens)
            yield encoded

    def _encoded(self, articles: Iterator[Article]) -> Iterator[EncodedArticle]:
        first = _lot(articles, _BEGIN) if self._count else []
        if len(first) == _BEGIN or sum(map(_letters, first)) > _CHUNK_LETTERS:
            articles = chain(first, articles)
            first = []
            waiting: deque[tuple[_Worker, list[Article], int]] = deque()
            letters = 0
            workers = cycle(self._begun())
            while chunk := _lot(articles, _CHUNK):
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
            # Their memory is free before the last commit, which takes most here.
            self.close()
        for article in chain(first, articles):
            yield from self._here([article])

    def _here(self, articles: list[Article]) -> Iterator[EncodedArticle]:
        """Articles with their words, encoded here."""
        words, passages = encode_articles(self.encoder, articles)
        return map(EncodedArticle, articles, words.parted(passages))

    def _begun(self) -> list[_Worker]:
        if self._analyzer.is_usual:
            # The dictionary is made at the first use, where it is not yet.
            self._analyzer.stems("كتاب")
        self._workers = [_Worker(self._analyzer.is_usual) for _ in range(self._count)]
        return self._workers

    def _taken(self, worker: _Worker, articles: list[Article]) -> Iterator[EncodedArticle]:
        """Articles with their words as another process encoded them, or, if it died, as they are here."""
        answer = worker.answer()
        if answer is None:
            yield from self._here(articles)
            return
        # A commit on the way may give the encoder up; what is taken here keeps the one that numbered it.
        encoder = self.encoder
        tokens = worker.tokens(encoder, answer)
        more = answer.more or _NOTHING_MORE
        classes = zip(worker.terms(more.first), more.classes, strict=False)
        self._classes.update((term, found) for term, found in classes if found)
        words = Words(encoder.hashes, tokens, answer.sizes, answer.lengths)
        sketches = zip(*more.sketches, strict=True) if more.sketches else repeat(None)
        yield from map(
            EncodedArticle, articles, words.parted(answer.passages), more.packed or repeat(None), sketches
        )

    def begin_anew(self, workers: int) -> None:
        """Give up what was begun of articles that were taken ahead.

        Args:
            workers: how many other processes may help from now on.
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


def _lot(articles: Iterator[Article], most: int) -> list[Article]:
    """The next articles, at most so many, and fewer of long ones."""
    lot: list[Article] = []
    letters = 0
    for article in islice(articles, most):
        lot.append(article)
        letters += _letters(article)
        if letters > _CHUNK_LETTERS:
            break
    return lot


class _Worker:
    """Another process that encodes, as it is seen from here. Tasks wait for it, and answers for us, in queues
    of threads.

    Args:
        stems: whether it may find the classes of terms: its analyzer is the usual one.
    """

    def __init__(self, stems: bool) -> None:
        # Spawned, not forked: a fork of a process with threads, as Tantivy's writer has, may hang.
        context = multiprocessing.get_context("spawn")
        tasks, self._tasks_pipe = context.Pipe(duplex=False)
        self._answers_pipe, answers = context.Pipe(duplex=False)
        # For each answer that is taken the other process gets a word, so that it knows how far ahead it is.
        taken, self._taken = context.Pipe(duplex=False)
        for pipe in (tasks, answers):
            _widen(pipe)
        self._process = context.Process(target=_work, args=(tasks, answers, taken, stems), daemon=True)
        _started(self._process)
        for theirs in (tasks, answers, taken):
            theirs.close()
        self._tasks: SimpleQueue[_Task | None] = SimpleQueue()
        self._answers: SimpleQueue[_Answer | None] = SimpleQueue()
        #: for each task that is not answered whether its numbers begin anew
        self._anew: deque[bool] = deque()
        self._terms: list[str] = []
        self._committed = 0
        self._numbers: NDArray[np.uint32] = np.empty(0, np.uint32)
        self._encoder: Encoder | None = None
        for work in (self._send, self._receive):
            Thread(target=work, daemon=True).start()

    def _send(self) -> None:
        # If it died there will be no answer; if this one is ending, the pipe is closed under our hands.
        try:
            while (task := self._tasks.get()) is not None:
                self._tasks_pipe.send(task)
        except Exception:
            # There was no memory to send it: nobody may wait for the answer.
            self._process.kill()

    def _receive(self) -> None:
        # Whatever it is that ends it, nobody may wait for an answer any more.
        with suppress(Exception):
            while True:
                self._answers.put(self._answers_pipe.recv())
        self._answers.put(None)

    def ask(self, articles: list[Article]) -> None:
        """Send articles."""
        self._anew.append(len(self._terms) > MOST_TERMS and not any(self._anew))
        self._tasks.put(_Task(self._anew[-1], self._committed, articles))

    def answer(self) -> _Answer | None:
        """The result for the earliest articles without an answer; None if the process died."""
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
        """Its terms from a number on, as far as they are known here."""
        return self._terms[first:]

    def committed(self) -> None:
        """The lexicon has all terms that are known here."""
        self._committed = len(self._terms)

    def tokens(self, encoder: Encoder, answer: _Answer) -> NDArray[np.uint32]:
        """The tokens of an answer in the numbers of an encoder here.

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
        """End it."""
        self._tasks.put(None)
        self._process.kill()
        self._process.join()
        for pipe in (self._tasks_pipe, self._answers_pipe, self._taken):
            pipe.close()


def _widen(pipe: Connection[Any, Any]) -> None:
    """Let a pipe hold a whole task or answer, where it can: whoever sends one then need not wait until the
    other side, which has other work, has taken it in small parts."""
    with suppress(OSError, AttributeError, ImportError):
        import fcntl

        fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _PIPE)


def _started(process: BaseProcess) -> None:
    """Start a process that Ctrl-C does not reach, not even before it could say so: it is for the one who
    asked."""
    if not hasattr(signal, "pthread_sigmask"):
        process.start()
        return
    from multiprocessing import resource_tracker

    # Otherwise the start of that process, which needs it, would end the blocking.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(
    tasks: Connection[Any, Any], answers: Connection[Any, Any], taken: Connection[Any, Any], stems: bool
) -> None:
    """What the other process does until there is nobody to answer.

    Args:
        tasks, answers: the pipes of these.
        taken: has a word for each answer that was taken.
        stems: whether classes of terms are wanted.
    """
    # What it keeps are words and numbers, in no circles: looking for some took a tenth of its time.
    gc.set_threshold(100_000, 20, 20)
    # Where it could not be blocked.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ahead = 0
    # Without memory enough it ends, and its articles are encoded by the one who asked.
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
    """The other process's encoder, and what that process has reported of it."""

    def __init__(self, stems: bool) -> None:
        self._stems = stems
        self._analyzer = Analyzer()
        self._encoder = Encoder(self._analyzer)
        self._sent = 0
        self._stemmed = 0
        #: in order the hashes of terms whose classes were told before their numbers began anew
        self._told: NDArray[np.uint64] = np.empty(0, np.uint64)

    def answer(self, task: _Task, ahead: bool) -> _Answer:
        """The answer to a task; ``ahead``: whether there is time for more than must be."""
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
