"""A transaction on an index on a cluster. It needs no lock: two machines may index at once.

A commit writes the words first, which may have more than the articles; then the articles, each on the
condition that nobody else changed it meanwhile; refreshes both, so that searches see them; and counts itself
in the state, by which clients notice it. Whoever is killed in between leaves whole articles, which the next
run finds by their fingerprints, and a mark that a commit was under way.

Where another client was first with an article, the transaction reads what that wrote and decides again. The
same fingerprint: it is there, whoever wrote it. A version of the same article: this one, which comes later,
counts. Another article of the same id: the first one stays, and that is told (:meth:`refused`).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from itertools import islice
from types import TracebackType
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from khabar.analysis.analyzer import Analyzer
from khabar.cluster.client import Cluster
from khabar.cluster.create import opened_to_writers
from khabar.cluster.documents import document
from khabar.cluster.kin import grouped, moves
from khabar.cluster.known import Known, KnownArticles
from khabar.cluster.mapping import ARTICLES, RECORDS, WORDS, identity, write_alias
from khabar.cluster.marks import REBUILD, marks, new_mark, put_mark, take_mark, the_mark
from khabar.cluster.records import ClosingsShelf, FilesLog, reserved
from khabar.cluster.state import host, new_commit, note_commit
from khabar.cluster.words import WordsWriter
from khabar.cluster.writing import Version, Write, refusals, several, write_all
from khabar.corpus.article import Article
from khabar.corpus.reasons import Reason
from khabar.dates.mentions import PREFIX
from khabar.errors import IndexLocked
from khabar.index.records import article_from_json, short_fingerprint
from khabar.spelling import comparable
from khabar.stories.sketch import AT_ONCE, AT_ONCE_WORDS, MOST_WORDS, Sketch, sketches
from khabar.upkeep.closings import Closings
from khabar.upkeep.manifest import Manifest
from khabar.upkeep.store import Refusal, T
from khabar.upkeep.workers import ArticleEncoder, EncodedArticle

__all__ = ["ClusterTransaction"]

log = logging.getLogger("khabar.cluster")

#: Articles that are looked up together.
_AHEAD = 250
#: Times that a write is decided anew because another writer was first.
_DECISIONS = 20
#: Letters in the document of an article, by word and by letter of its text.
_BY_WORD, _BY_LETTER = 40, 1
#: Instead of a version, where nothing had to be written.
_DONE = Version(-1, -1)


class _Waiting(NamedTuple):
    """An article that the next commit writes.

    Attributes:
        encoded: it, with its words.
        fingerprint: of it.
        before: what is there in its place.
    """

    encoded: EncodedArticle
    fingerprint: str
    before: Known | None


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
        self._waiting: dict[str, _Waiting] = {}
        self._removals: dict[str, Known] = {}
        self._refused: list[Refusal] = []
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
                self._waiting.clear()
                self._removals.clear()
                self.commit()
        elif self._is_marked and isinstance(error, Exception):
            # What was written of a commit that broke off is told to the next writer.
            put_mark(self._cluster, self._records, self._mark._replace(process=0))

    @property
    def met(self) -> int:
        """How many distinct words this transaction has met."""
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
        if (waiting := self._waiting.get(article_id)) is not None:
            return short_fingerprint(waiting.fingerprint)
        if article_id in self._removals:
            return None
        known = self._known.get(article_id)
        return known.fingerprint if known else None

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
        article, words, *_ = encoded
        terms = words.terms.terms
        if not any(terms[number] for number in words.numbers):
            return False
        before = self._before(article.id)
        self._waiting.pop(article.id, None)
        self._removals.pop(article.id, None)
        self._waiting[article.id] = _Waiting(encoded, fingerprint, before)
        return True

    def _before(self, article_id: str) -> Known | None:
        """What the index has in the place of an article."""
        if (waiting := self._waiting.get(article_id)) is not None:
            return waiting.before
        return self._removals.get(article_id) or self._known.get(article_id)

    def delete(self, article_id: str) -> bool:
        """Remove an article; False if there is none with this id."""
        if article_id in self._removals:
            return False
        before = self._before(article_id)
        is_there = article_id in self._waiting or before is not None
        self._waiting.pop(article_id, None)
        if before is not None:
            self._removals[article_id] = before
        return is_there

    def commit(self) -> None:
        """Make everything since the last commit durable and visible.

        Raises:
            ClusterUnavailable: if the cluster does not answer, or has no room. What it has acknowledged is
                there, and the next run does the rest.
            IndexLocked: if the index is being rebuilt, or was.
            IndexFolderError: if the cluster refuses a document.
        """
        if not (self._waiting or self._removals or self._left):
            self._encoder.committed()
            return
        with refusals(self._cluster):
            self._mark = self._mark._replace(at=time.time())
            self._is_marked = put_mark(self._cluster, self._records, self._mark)
            if self._waiting or self._removals:
                new = (term for term in self._encoder.new_terms() if not term.startswith(PREFIX))
                self._words_writer.put(new, self._encoder.classes)
                self._write()
            self._refresh()
            commit = new_commit(
                f"{self._mark.id}-{time.time_ns()}",
                added=sum(each.before is None for each in self._waiting.values()),
                replaced=sum(each.before is not None for each in self._waiting.values()),
                removed=len(self._removals),
            )
            note_commit(self._cluster, self._records, commit)
            for mark in (self._mark, *self._left):
                take_mark(self._cluster, self._records, mark)
        self._is_marked = False
        self._left.clear()
        self._waiting.clear()
        self._removals.clear()
        self._known.forget_the_first()
        self._encoder.committed()

    def _refresh(self) -> None:
        with refusals(self._cluster):
            self._cluster.request("POST", f"/{self._articles},{self._words}/_refresh")

    def _write(self) -> None:
        """Write what waits, and decide anew where another writer was first."""
        made = self._sketches()
        replaced = {each for each, waiting in self._waiting.items() if waiting.before is not None}
        told = grouped(
            self._cluster,
            self._articles,
            [(identity(each), sketch) for each, sketch in made.items()],
            gone=set(map(identity, replaced | self._removals.keys())),
        )
        first = reserved(self._cluster, self._records, len(self._waiting))
        orders = {each: first + place for place, each in enumerate(self._waiting)}

        def write(article_id: str, before: Version | None) -> Write:
            return self._as_write(
                article_id, before, told.leaders[identity(article_id)], made[article_id], orders
            )

        def writes() -> Iterator[Write]:
            for each, waiting in self._waiting.items():
                yield write(each, waiting.before.version if waiting.before else None)
            for each, known in self._removals.items():
                yield Write(identity(each), None, known.version)
            yield from moves(self._cluster, self._articles, self._analyzer, told)

        written = write_all(self._cluster, self._articles, writes())
        for _ in range(_DECISIONS):
            conflicts = [each for each in self._asked() if written.get(identity(each), _DONE) is None]
            if not conflicts:
                break
            log.info("%s: another writer was first with %d articles", self._cluster.address, len(conflicts))
            again = list(self._decided(conflicts, write))
            for each in conflicts:
                written.pop(identity(each), None)
            written |= write_all(self._cluster, self._articles, again)
        else:
            raise IndexLocked(
                f"other writers change the same articles of {self._cluster.address} all the time. Try again"
            )
        self._keep(written)

    def _asked(self) -> list[str]:
        return [*self._waiting, *self._removals]

    def _as_write(
        self,
        article_id: str,
        before: Version | None,
        story: str,
        sketch: Sketch | None,
        orders: Mapping[str, int],
    ) -> Write:
        """The write of an article that waits."""
        (article, words, *_), fingerprint, _ = self._waiting[article_id]
        made = document(article, words, fingerprint, orders[article_id], story=story, sketch=sketch)
        letters = len(article.title) + sum(map(len, article.paragraphs))
        size = len(words.tokens) * _BY_WORD + letters * _BY_LETTER
        return Write(identity(article_id), made, before, size)

    def _decided(
        self, conflicts: list[str], write: Callable[[str, Version | None], Write]
    ) -> Iterator[Write]:
        """What is to be written of articles that another writer was first with."""
        keys = [identity(each) for each in conflicts]
        found = several(self._cluster, self._articles, keys, "fingerprint,article")
        for each, there in zip(conflicts, found, strict=True):
            version = Version(there["_seq_no"], there["_primary_term"]) if there["found"] else None
            waiting = self._waiting.get(each)
            if waiting is None:
                if version is not None:
                    yield Write(identity(each), None, version)
                continue
            if version is None:
                yield write(each, None)
            elif there["_source"]["fingerprint"] == waiting.fingerprint:
                self._known.put(each, Known(short_fingerprint(waiting.fingerprint), version))
            elif _is_same(waiting.encoded.article, other := article_from_json(there["_source"]["article"])):
                yield write(each, version)
            else:
                article = waiting.encoded.article
                reason = Reason.of("id-of-another", id=each, source=article.source, other=other.source)
                self._refused.append(Refusal(article, reason, waiting.before is None))
                known = Known(short_fingerprint(there["_source"]["fingerprint"]), version)
                self._known.put(each, known)
                del self._waiting[each]

    def _keep(self, written: Mapping[str, Version | None]) -> None:
        """Keep in mind what is there now."""
        for each, waiting in self._waiting.items():
            if (version := written.get(identity(each))) is not None:
                self._known.put(each, Known(short_fingerprint(waiting.fingerprint), version))
        for each in self._removals:
            self._known.put(each, None)

    def _sketches(self) -> dict[str, Sketch | None]:
        """Of each article that waits its sketch; None if it has too few words for one."""
        made: dict[str, Sketch | None] = dict.fromkeys(self._waiting)
        lot: list[str] = []
        texts: list[NDArray[np.uint64]] = []
        count = 0

        def make() -> None:
            for each, bins, keys in zip(lot, *sketches(texts), strict=True):
                made[each] = (bins, keys) if keys[0] else None

        for each, (encoded, *_) in self._waiting.items():
            if encoded.sketch is not None:
                made[each] = encoded.sketch if encoded.sketch[1][0] else None
                continue
            hashes = encoded.words.hashes()[:MOST_WORDS]
            if lot and (len(lot) == AT_ONCE or count + len(hashes) > AT_ONCE_WORDS):
                make()
                lot, texts, count = [], [], 0
            lot.append(each)
            texts.append(hashes)
            count += len(hashes)
        if lot:
            make()
        return made

    def refused(self) -> list[Refusal]:
        """What the commits since the last call left out, because another writer brought another article with
        the same id at the same moment."""
        refused, self._refused = self._refused, []
        return refused

    def writing(self) -> AbstractContextManager[None]:
        """What the cluster refuses inside is told as the index's."""
        return refusals(self._cluster)

    def manifest(self) -> Manifest:
        """The list of this machine's files, as it is now."""
        return Manifest.open(FilesLog(self._cluster, self._records, host()))

    def closings(self) -> Closings:
        """The closing lines."""
        return Closings(ClosingsShelf(self._cluster, self._records, host()))


def _is_same(mine: Article, other: Article) -> bool:
    """Whether two articles with one id are versions of one: they have one address; or are not of two outlets
    or addresses, and if both name their outlet, have one title or one moment of publication."""
    if mine.url and other.url:
        return mine.url == other.url
    if not mine.source or not other.source:
        return True
    if comparable(mine.source) != comparable(other.source):
        return False
    same_moment = mine.published is not None and mine.published == other.published
    return same_moment or comparable(mine.title) == comparable(other.title)
