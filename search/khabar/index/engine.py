"""The protocol that every engine implements. Nothing outside an engine's own room knows which one is at work.

An engine keeps *passages*: the title of an article as number 0 and its paragraphs from 1. It is handed
analysed words, never
text to analyse, and gives postings, which one searcher weighs: so all engines rank alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol, Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from khabar.corpus.article import Article
from khabar.index.columns import Bools, Columns, Ints, Labels, Marks, Positions, Postings
from khabar.index.lexicon import Lexicon
from khabar.index.plan import PhraseClause
from khabar.index.recovery import Doubtful, Loss
from khabar.serialize import Serializable

if TYPE_CHECKING:
    # Only who writes needs it.
    from khabar.index.words import Words

__all__ = [
    "Engine",
    "Found",
    "Inexact",
    "Match",
    "Numbers",
    "Reader",
    "Statistics",
    "Together",
    "Totals",
    "Writer",
]


class Together(msgspec.Struct, frozen=True):
    """Two words of a query that stand together in an article.

    Attributes:
        leaves: the places of the two among the leaves of the plan.
        adjacent: whether they stand next to one another, as in the query; else they are only near.
        whole: whether all words of the query stand so.
        score: what it adds to the score.
    """

    leaves: tuple[int, int]
    adjacent: bool
    whole: bool
    score: float


class Match(msgspec.Struct, frozen=True):
    """An article that answers a plan.

    Attributes:
        article: the article as stored.
        number: its best passage: 0 when only the title matched, else the number of a paragraph.
        score: of that passage; greater is better, comparable within one search only.
        more: how many further paragraphs of the article matched.
        shares: for each leaf of the plan what it adds to the score; with those of :attr:`together` they sum
            to it, times :attr:`recency`.
        recency: what the score was multiplied by for the article's age; 1 unless that was asked for.
        place: the article's number in the reader.
        together: which words of the query stand together, and what that adds to the score.
    """

    article: Article
    number: int
    score: float
    more: int
    shares: tuple[float, ...] = ()
    recency: float = 1.0
    place: int = -1
    together: tuple[Together, ...] = ()


#: What of an answer is not exact: of too many articles only the first ones were put in order and counted by
#: paragraph; the number of stories is an estimate; the first article by date stands for its story instead of
#: the best one.
Inexact = Literal["paragraphs-cut", "stories-estimated", "stories-by-date"]


class Found(msgspec.Struct, frozen=True):
    """The answer to a plan.

    Attributes:
        total: how many articles match; of stories, where articles were folded into them.
        matches: the best of them in order of score; of equal ones the one indexed first.
        idf: for each leaf of the plan how rare it is in the index (an inverse document frequency, 0 if
            absent).
        inexact: what is not exact in it, where an index does not look at every article that matches.
        beside: how many articles match the plan that was asked beside it; None if that was not counted.
    """

    total: int
    matches: tuple[Match, ...]
    idf: tuple[float, ...]
    inexact: tuple[Inexact, ...] = ()
    beside: int | None = None


class Statistics(Serializable, msgspec.Struct, frozen=True):
    """What an index holds.

    Attributes:
        articles, paragraphs: counts; titles are not among the paragraphs.
        sources: articles of each source, "" for unknown.
        first, last: the earliest and latest date of publication, None if no article has one.
        undated: articles without a date.
    """

    articles: int
    paragraphs: int
    sources: Mapping[str, int] = msgspec.field(default_factory=dict)
    first: datetime | None = None
    last: datetime | None = None
    undated: int = 0


class Totals(NamedTuple):
    """How much there is in a whole index, by which words are weighed; what was removed does not count.

    Attributes:
        articles, passages: how many.
        words: in all passages, by their rounded lengths.
    """

    articles: int
    passages: int
    words: int


class Numbers(Protocol):
    """How much there is in one index or several, and how often words stand there: by such numbers articles
    are ranked."""

    @property
    def totals(self) -> Totals:
        """How much there is."""
        ...

    @property
    def newest(self) -> int:
        """When the newest article was published, in seconds since 1970 UTC, or
        :data:`~khabar.index.records.UNDATED`."""
        ...

    def frequencies(self, terms: Sequence[str], titles: Bools) -> Ints:
        """In how many passages each of some terms stands; of those marked in how many titles."""
        ...

    def phrase_frequency(self, phrase: PhraseClause) -> int:
        """In how many passages a phrase stands."""
        ...


class Writer(Protocol):
    """One transaction. Until :meth:`commit` returns, readers see the state before it; a killed process leaves
    that state."""

    def fingerprints(self) -> NDArray[np.uint64]:
        """The first 64 bits of the fingerprint of every article in the index as this transaction found it."""
        ...

    def fingerprint(self, article_id: str) -> int | None:
        """The same of one article as it will be after the next commit; None if there is none with this id."""
        ...

    def add(self, article: Article, fingerprint: str, words: Words, packed: bytes | None = None) -> None:
        """Add an article, which has this fingerprint, or put it in the place of the one with its id;
        ``packed``: what :func:`~khabar.index.records.packed_article` gives, if it is known."""
        ...

    def delete(self, article_id: str) -> bool:
        """Remove an article; False if there is none with this id."""
        ...

    def flush(self) -> None:
        """Write what was added and give the memory for it free; it counts from the next commit on."""
        ...

    def commit(self) -> None:
        """Make everything since the last commit durable and visible, in one step. The writer stays usable."""
        ...

    def close(self) -> None:
        """Give up what is not committed and release the lock."""
        ...


class Reader(Protocol):
    """One committed state of an index: its postings and columns. It never changes under its user, and may be
    used from several threads. :class:`khabar.ranking.searcher.Searcher` answers plans with it, the same way
    for every engine.

    Passages and articles are numbered in the order of indexing; those of removed articles may still be among
    them.
    """

    @property
    def generation(self) -> int:
        """The number of the commit it shows."""
        ...

    @property
    def columns(self) -> Columns:
        """What is known of every passage and article."""
        ...

    @property
    def totals(self) -> Totals:
        """How much there is in the whole index, of which a reader of candidates has a part."""
        ...

    def postings(self, terms: Sequence[str]) -> Postings:
        """Where each of some terms stands."""
        ...

    @property
    def newest(self) -> int:
        """When the newest article of the whole index was published, in seconds since 1970 UTC, or
        :data:`~khabar.index.records.UNDATED`."""
        ...

    def frequencies(self, terms: Sequence[str], titles: Bools, here: Ints) -> Ints:
        """In how many passages of the whole index each of some terms stands.

        Args:
            terms: the terms.
            titles: of each whether titles alone count.
            here: of each in how many passages of the reader it stands, with regard to that.
        """
        ...

    def phrase_frequency(self, phrase: PhraseClause, here: int) -> int:
        """In how many passages of the whole index a phrase stands; ``here``: in how many of the reader."""
        ...

    def positions(self, terms: Sequence[str], passages: Ints) -> Positions:
        """At which words of some passages (in order) each of some terms stands."""
        ...

    def labels(self, field: str) -> Labels:
        """The ``source``, ``author``, ``section``, ``language`` or ``place`` of every article."""
        ...

    def marks(self, field: str) -> Marks:
        """The names in a field of which an article may have several: ``tag``, and those that were kept."""
        ...

    def kept(self) -> Sequence[str]:
        """The names of the fields that were kept of records (:attr:`khabar.Article.fields`), each once; those
        of removed articles may be among them."""
        ...

    def fetch(self, articles: Ints) -> None:
        """Get some articles ready that will be asked for, where that is cheaper than one by one."""
        ...

    def stored(self, article: int) -> Article:
        """The article with a number."""
        ...

    def number_of(self, article_id: str) -> int | None:
        """The number of an article that is in the index, by its id."""
        ...

    def close(self) -> None:
        """Release its files."""
        ...


class Engine(Protocol):
    """An index of one kind in one folder."""

    name: str

    @classmethod
    def create(cls, folder: Path) -> Self:
        """An empty index in an existing folder."""
        ...

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The index in a folder; raises :class:`~khabar.errors.IndexDamaged` if it cannot be read."""
        ...

    def latest_generation(self) -> int:
        """The number of the newest commit: cheap, to see whether a reader is out of date."""
        ...

    def reader(self) -> Reader:
        """The newest committed state."""
        ...

    def writer(self) -> Writer:
        """Begin a transaction. The caller holds the index's write lock."""
        ...

    @classmethod
    def verify(cls, folder: Path, lexicon: Lexicon | None) -> Iterator[Loss]:
        """Read everything: all postings, every article, and whether the lexicon, if there is one, has every
        term."""
        ...

    @classmethod
    def recover(cls, folder: Path) -> Iterator[Article | Doubtful | Loss]:
        """Every article that can be read and was not removed, whatever else is broken, in the order of
        indexing as far as that is known."""
        ...
