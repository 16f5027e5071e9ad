"""The writes of one commit to an index on a cluster: articles, removals, and articles that move to another
story; each on the condition that nobody else changed the article meanwhile.

If another client has changed an article, its version is read, and the conflict is resolved. If it has the
same fingerprint, nothing is to do. If it is a version of the same article, this later one replaces it. If it
is another article with the same id, that one stays, and this is reported (:attr:`Batch.refused`). A removal
removes the other version.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from khabar.analysis.analyzer import Analyzer
from khabar.cluster.client import Cluster
from khabar.cluster.documents import document
from khabar.cluster.known_articles import Known, KnownArticles
from khabar.cluster.mapping import identity
from khabar.cluster.records import reserved
from khabar.cluster.story_groups import grouped, moves
from khabar.cluster.texts import article_of
from khabar.cluster.writing import Version, Write, several, write_all
from khabar.corpus.article import Article
from khabar.corpus.reasons import Reason
from khabar.errors import IndexLocked
from khabar.index.records import short_fingerprint
from khabar.spelling import comparable
from khabar.stories.sketch import AT_ONCE, AT_ONCE_WORDS, MOST_WORDS, Sketch, sketches
from khabar.upkeep.store import Refusal
from khabar.upkeep.workers import EncodedArticle

__all__ = ["Batch"]

log = logging.getLogger("khabar.cluster")

#: The maximum number of times that conflicts are resolved.
_DECISIONS = 20
#: Letters in the document of an article for each word and for each letter of its text.
_BY_WORD, _BY_LETTER = 40, 1
#: Stands for a version where nothing had to be written.
_DONE = Version(-1, -1)


class _Waiting(NamedTuple):
    """An article to be written.

    Attributes:
        encoded: the article with its words.
        fingerprint: its fingerprint.
        before: the version in the index that it replaces.
    """

    encoded: EncodedArticle
    fingerprint: str
    before: Known | None


class Batch:
    """The changes waiting for a commit.

    Args:
        cluster: the cluster of the index.
        articles, records: the aliases for writing to an edition.
        analyzer: the analyzer of the index.
        known: a cache of the articles in the index.

    Attributes:
        waiting: the articles to write, by their ids, in the order of indexing.
        removals: the articles to remove, by their ids.
        refused: the articles that were left out.
    """

    def __init__(
        self, cluster: Cluster, articles: str, records: str, analyzer: Analyzer, known: KnownArticles
    ) -> None:
        self._cluster = cluster
        self._articles = articles
        self._records = records
        self._analyzer = analyzer
        self._known = known
        self.waiting: dict[str, _Waiting] = {}
        self.removals: dict[str, Known] = {}
        self.refused: list[Refusal] = []

    def __bool__(self) -> bool:
        return bool(self.waiting or self.removals)

    def clear(self) -> None:
        """Discard all waiting changes."""
        self.waiting.clear()
        self.removals.clear()

    def fingerprint(self, article_id: str) -> int | None:
        """The first 64 bits of an article's fingerprint after the commit; None if there will be no article
        with this id."""
        if (waiting := self.waiting.get(article_id)) is not None:
            return short_fingerprint(waiting.fingerprint)
        if article_id in self.removals:
            return None
        known = self._known.get(article_id)
        return known.fingerprint if known else None

    def _before(self, article_id: str) -> Known | None:
        """The version of an article in the index."""
        if (waiting := self.waiting.get(article_id)) is not None:
            return waiting.before
        return self.removals.get(article_id) or self._known.get(article_id)

    def put(self, encoded: EncodedArticle, fingerprint: str) -> None:
        """Add an article to write, which replaces one with the same id."""
        article_id = encoded.article.id
        before = self._before(article_id)
        self.waiting.pop(article_id, None)
        self.removals.pop(article_id, None)
        self.waiting[article_id] = _Waiting(encoded, fingerprint, before)

    def remove(self, article_id: str) -> bool:
        """Add the removal of an article; False if there is none with this id."""
        if article_id in self.removals:
            return False
        before = self._before(article_id)
        is_there = article_id in self.waiting or before is not None
        self.waiting.pop(article_id, None)
        if before is not None:
            self.removals[article_id] = before
        return is_there

    @property
    def added(self) -> int:
        """The number of new articles."""
        return sum(each.before is None for each in self.waiting.values())

    def write(self) -> None:
        """Write the waiting changes, and resolve conflicts with other writers.

        Raises:
            IndexLocked: if others keep changing the same articles.
        """
        sketches = self._sketches()
        replaced = {each for each, waiting in self.waiting.items() if waiting.before is not None}
        grouping = grouped(
            self._cluster,
            self._articles,
            [(identity(each), sketch) for each, sketch in sketches.items()],
            gone=set(map(identity, replaced | self.removals.keys())),
        )
        first = reserved(self._cluster, self._records, len(self.waiting))
        orders = {each: first + place for place, each in enumerate(self.waiting)}

        def write(article_id: str, before: Version | None) -> Write:
            return self._as_write(
                article_id, before, grouping.leaders[identity(article_id)], sketches[article_id], orders
            )

        def writes() -> Iterator[Write]:
            for each, waiting in self.waiting.items():
                yield write(each, waiting.before.version if waiting.before else None)
            for each, known in self.removals.items():
                yield Write(identity(each), None, known.version)
            yield from moves(self._cluster, self._articles, self._analyzer, grouping)

        written = write_all(self._cluster, self._articles, writes())
        for _ in range(_DECISIONS):
            conflicts = [
                each for each in [*self.waiting, *self.removals] if written.get(identity(each), _DONE) is None
            ]
            if not conflicts:
                break
            log.info("%s: another writer was first with %d articles", self._cluster.address, len(conflicts))
            again = list(self._resolved(conflicts, write))
            for each in conflicts:
                written.pop(identity(each), None)
            written |= write_all(self._cluster, self._articles, again)
        else:
            raise IndexLocked(
                f"other writers change the same articles of {self._cluster.address} all the time. Try again"
            )
        self._keep(written)

    def _as_write(
        self,
        article_id: str,
        before: Version | None,
        story: str,
        sketch: Sketch | None,
        orders: Mapping[str, int],
    ) -> Write:
        """The write of a waiting article."""
        (article, words, *_), fingerprint, _ = self.waiting[article_id]
        sent = document(article, words, fingerprint, orders[article_id], story=story, sketch=sketch)
        letters = len(article.title) + sum(map(len, article.paragraphs))
        size = len(words.tokens) * _BY_WORD + letters * _BY_LETTER
        return Write(identity(article_id), sent, before, size)

    def _resolved(
        self, conflicts: list[str], write: Callable[[str, Version | None], Write]
    ) -> Iterator[Write]:
        """The new writes for articles that another writer has changed."""
        keys = [identity(each) for each in conflicts]
        found = several(self._cluster, self._articles, keys, "fingerprint,article")
        for each, there in zip(conflicts, found, strict=True):
            version = Version(there["_seq_no"], there["_primary_term"]) if there["found"] else None
            waiting = self.waiting.get(each)
            if waiting is None:
                if version is not None:
                    yield Write(identity(each), None, version)
                continue
            if version is None:
                yield write(each, None)
            elif there["_source"]["fingerprint"] == waiting.fingerprint:
                self._known.put(each, Known(short_fingerprint(waiting.fingerprint), version))
            elif _is_same(
                waiting.encoded.article, other := article_of(self._cluster.address, there["_source"])
            ):
                yield write(each, version)
            else:
                article = waiting.encoded.article
                reason = Reason.of("id-of-another", id=each, source=article.source, other=other.source)
                self.refused.append(Refusal(article, reason, waiting.before is None))
                known = Known(short_fingerprint(there["_source"]["fingerprint"]), version)
                self._known.put(each, known)
                del self.waiting[each]

    def _keep(self, written: Mapping[str, Version | None]) -> None:
        """Update the cache with what was written."""
        for each, waiting in self.waiting.items():
            if (version := written.get(identity(each))) is not None:
                self._known.put(each, Known(short_fingerprint(waiting.fingerprint), version))
        for each in self.removals:
            self._known.put(each, None)

    def _sketches(self) -> dict[str, Sketch | None]:
        """The sketch of each waiting article; None if it has too few words."""
        result: dict[str, Sketch | None] = dict.fromkeys(self.waiting)
        lot: list[str] = []
        texts: list[NDArray[np.uint64]] = []
        count = 0

        def make() -> None:
            for each, bins, keys in zip(lot, *sketches(texts), strict=True):
                result[each] = (bins, keys) if keys[0] else None

        for each, (encoded, *_) in self.waiting.items():
            if encoded.sketch is not None:
                result[each] = encoded.sketch if encoded.sketch[1][0] else None
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
        return result


def _is_same(mine: Article, other: Article) -> bool:
    """Whether two articles with one id are versions of the same article. If both have an address, it decides.
    Otherwise they are if one names no outlet, or if both name the same outlet and have the same title or
    moment of publication."""
    if mine.url and other.url:
        return mine.url == other.url
    if not mine.source or not other.source:
        return True
    if comparable(mine.source) != comparable(other.source):
        return False
    same_moment = mine.published is not None and mine.published == other.published
    return same_moment or comparable(mine.title) == comparable(other.title)
