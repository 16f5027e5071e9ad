"""The protocol that every engine implements. No code outside an engine's package knows which one is in use.

An engine stores *passages*: the title of an article as number 0 and its paragraphs from 1. It receives
analysed words, never text to analyse, and returns postings, which one searcher scores: so all engines rank
alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal, NamedTuple, Protocol, Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from khabar.corpus.article import Article
from khabar.index.columns import Bools, Columns, Ints, Labels, Marks, Positions, Postings
from khabar.index.engine_files import EngineFiles
from khabar.index.lexicon import Lexicon
from khabar.index.plan import PhraseClause
from khabar.index.recovery import Doubtful, Loss
from khabar.serialize import Serializable

if TYPE_CHECKING:
    # Only writers need it.
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
    """Two words of a query that occur near each other in an article.

    Attributes:
        leaves: their places among the leaves of the plan.
        adjacent: whether they are next to each other, as in the query; otherwise they are only near.
        whole: whether all words of the query are adjacent.
        score: the amount added to the score.
    """

    leaves: tuple[int, int]
    adjacent: bool
    whole: bool
    score: float


class Match(msgspec.Struct, frozen=True):
    """An article that matches a plan.

    Attributes:
        article: the article as stored.
        number: the best passage: 0 if only the title matched, otherwise the number of a paragraph.
        score: the score, greater is better; comparable within one search only.
        more: the number of further paragraphs that match.
        shares: the amount that each leaf of the plan adds to the score. The score is the sum of these and of
            the scores in :attr:`together`, times :attr:`recency`.
        recency: the factor for the article's age; 1 unless the ranking regards age.
        place: the article's number in the reader.
        together: the words of the query that occur near each other.
    """

    article: Article
    number: int
    score: float
    more: int
    shares: tuple[float, ...] = ()
    recency: float = 1.0
    place: int = -1
    together: tuple[Together, ...] = ()


#: The parts of an answer that are not exact. ``paragraphs-cut``: there are too many articles, and paragraphs
#: were sorted and counted in the first ones only. ``stories-estimated``: the number of stories is an
#: estimate. ``stories-by-date``: the first article by date represents its story, not the best one.
Inexact = Literal["paragraphs-cut", "stories-estimated", "stories-by-date"]


class Found(msgspec.Struct, frozen=True):
    """The answer to a plan.

    Attributes:
        total: the number of matching articles, or of their stories if the search was by story.
        matches: the best matches, the best first; of equal ones the one that was indexed first.
        idf: the inverse document frequency of each leaf of the plan; 0 for one that the index lacks.
        inexact: the parts that are not exact, for an index that does not look at every match.
        beside: the number of articles that match the second plan; None if that was not counted.
    """

    total: int
    matches: tuple[Match, ...]
    idf: tuple[float, ...]
    inexact: tuple[Inexact, ...] = ()
    beside: int | None = None


class Statistics(Serializable, msgspec.Struct, frozen=True):
    """Statistics of an index.

    Attributes:
        articles, paragraphs: counts; titles are not paragraphs.
        sources: the number of articles of each source, "" for unknown.
        first, last: the earliest and the latest date of publication; None if no article has one.
        undated: the number of articles without a date.
    """

    articles: int
    paragraphs: int
    sources: Mapping[str, int] = msgspec.field(default_factory=dict)
    first: datetime | None = None
    last: datetime | None = None
    undated: int = 0


class Totals(NamedTuple):
    """The totals of a whole index, by which terms are weighted. Removed articles do not count.

    Attributes:
        articles, passages: their numbers.
        words: the sum of the passages' rounded lengths.
    """

    articles: int
    passages: int
    words: int


class Numbers(Protocol):
    """Collection statistics of one index or several, by which articles are ranked."""

    @property
    def totals(self) -> Totals:
        """The totals."""
        ...

    @property
    def newest(self) -> int:
        """When the newest article was published, in seconds since 1970 UTC, or
        :data:`~khabar.index.records.UNDATED`."""
        ...

    def frequencies(self, terms: Sequence[str], titles: Bools) -> Ints:
        """The number of passages that contain each term; of titles alone where ``titles`` is True."""
        ...

    def phrase_frequency(self, phrase: PhraseClause) -> int:
        """The number of passages that contain a phrase."""
        ...


class Writer(Protocol):
    """A transaction. Until :meth:`commit` returns, readers see the former state, and a killed process leaves
    it."""

    def fingerprints(self) -> NDArray[np.uint64]:
        """The first 64 bits of the fingerprint of every article that was in the index at the beginning of
        this transaction."""
        ...

    def fingerprint(self, article_id: str) -> int | None:
        """The same of one article as the next commit will leave it; None if there is none with this id."""
        ...

    def add(self, article: Article, fingerprint: str, words: Words, packed: bytes | None = None) -> None:
        """Add an article, or replace the one with its id.

        Args:
            article: the article.
            fingerprint: its fingerprint.
            words: its encoded words.
            packed: the result of :func:`~khabar.index.records.packed_article`, if it is known.
        """
        ...

    def delete(self, article_id: str) -> bool:
        """Remove an article; False if there is none with this id."""
        ...

    def flush(self) -> None:
        """Write the added articles and free their memory; the next commit makes them visible."""
        ...

    def commit(self) -> None:
        """Make all changes since the last commit durable and visible in one step. The writer stays usable."""
        ...

    def close(self) -> None:
        """Discard what is not committed and release the lock."""
        ...


class Reader(Protocol):
    """One committed state of an index: its postings and columns. It never changes, and may be used from
    several threads. :class:`khabar.ranking.searcher.Searcher` answers plans with it, the same way for every
    engine.

    Passages and articles are numbered in the order of indexing; those of removed articles may be included.
    """

    @property
    def generation(self) -> int:
        """The number of the commit."""
        ...

    @property
    def columns(self) -> Columns:
        """The columns of all passages and articles."""
        ...

    @property
    def totals(self) -> Totals:
        """The totals of the whole index. A reader of candidates has only a part of it."""
        ...

    def postings(self, terms: Sequence[str]) -> Postings:
        """The postings of some terms, which may include those of removed articles."""
        ...

    @property
    def newest(self) -> int:
        """When the newest article of the whole index was published, in seconds since 1970 UTC, or
        :data:`~khabar.index.records.UNDATED`."""
        ...

    def frequencies(self, terms: Sequence[str], titles: Bools, here: Ints) -> Ints:
        """The number of passages in the whole index that contain each term.

        Args:
            terms: the terms.
            titles: for each term, whether titles alone count.
            here: for each term, the same number in this reader.
        """
        ...

    def phrase_frequency(self, phrase: PhraseClause, here: int) -> int:
        """The number of passages in the whole index that contain a phrase; ``here``: in this reader."""
        ...

    def positions(self, terms: Sequence[str], passages: Ints) -> Positions:
        """The positions of some terms in some passages, which are sorted."""
        ...

    def labels(self, field: str) -> Labels:
        """The value of a field that has one for each article: ``source``, ``author``, ``section``,
        ``language`` or ``place``."""
        ...

    def marks(self, field: str) -> Marks:
        """The names in a field that may have several for each article: ``tag``, and the fields kept of
        records."""
        ...

    def kept(self) -> Sequence[str]:
        """The distinct names of the fields kept of records (:attr:`khabar.Article.fields`); those of removed
        articles may be included."""
        ...

    def fetch(self, articles: Ints) -> None:
        """Load articles that will be read, where that is cheaper together than one by one."""
        ...

    def stored(self, article: int) -> Article:
        """The article with a number."""
        ...

    def number_of(self, article_id: str) -> int | None:
        """The number of an article by its id; None if it is not in the index."""
        ...

    def close(self) -> None:
        """Release its files."""
        ...


class Engine(Protocol):
    """An index of one kind in one folder.

    Attributes:
        name: the name of the engine.
        files: the names of its files.
    """

    name: str
    files: ClassVar[EngineFiles]

    @classmethod
    def create(cls, folder: Path) -> Self:
        """Create an empty index in an existing folder."""
        ...

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open the index in a folder.

        Raises:
            IndexDamaged: if it cannot be read.
        """
        ...

    def latest_generation(self) -> int:
        """The number of the newest commit. Cheap: it shows whether a reader is out of date."""
        ...

    def reader(self) -> Reader:
        """Open the newest committed state."""
        ...

    def writer(self) -> Writer:
        """Begin a transaction. The caller holds the index's write lock."""
        ...

    @classmethod
    def verify(cls, folder: Path, lexicon: Lexicon | None) -> Iterator[Loss]:
        """Read all postings and articles, and check that the lexicon, if there is one, has every term."""
        ...

    @classmethod
    def recover(cls, folder: Path) -> Iterator[Article | Doubtful | Loss]:
        """Every article that can be read and was not removed, whatever else is damaged, in the order of
        indexing as far as that is known."""
        ...
