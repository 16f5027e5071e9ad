"""The interfaces :class:`Store` and :class:`Transacting`, which hide whether an index is in a folder
(:mod:`khabar.upkeep.folder_store`), on a cluster, or in several places that are searched as one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple, Protocol, Self, TypeVar

if TYPE_CHECKING:
    # A search needs none of these.
    from khabar.analysis.analyzer import Analyzer
    from khabar.corpus.article import Article
    from khabar.corpus.reasons import Reason
    from khabar.meaning.vectors import Vectors
    from khabar.places import Place
    from khabar.upkeep.closings import Closings
    from khabar.upkeep.honesty import LeftOut
    from khabar.upkeep.manifest import Manifest
    from khabar.upkeep.open_index import Opened, State
    from khabar.upkeep.reports import Info
    from khabar.upkeep.workers import EncodedArticle

__all__ = ["Refusal", "Store", "Transacting"]

T = TypeVar("T")


class Refusal(NamedTuple):
    """An article that a commit left out because another writer added another article with its id at the same
    time.

    Attributes:
        article: the article.
        reason: names the source of the other article.
        is_new: whether the index had none with its id when it was added.
    """

    article: Article
    reason: Reason
    is_new: bool


class Transacting(Protocol):
    """A transaction on an index; a context manager, which discards what is not committed at its end.

    Attributes:
        after_killed: whether the former writer did not finish.
    """

    after_killed: bool

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    @property
    def met(self) -> int:
        """The number of distinct words in this transaction."""
        ...

    @property
    def is_much(self) -> bool:
        """Whether the changes waiting for the next commit take much memory."""
        ...

    def looked_up(self, given: Iterable[T], id_of: Callable[[T], str | None]) -> Iterator[T]:
        """Yield the given items in order. If :meth:`fingerprint` needs a request, some items are taken ahead
        and their fingerprints fetched together.

        Args:
            given: items that concern articles.
            id_of: gives the id of an item's article, if any.
        """
        ...

    def fingerprint(self, article_id: str) -> int | None:
        """The first 64 bits of an article's fingerprint after the next commit; None if there is no such
        article."""
        ...

    def encoded(self, articles: Iterable[Article]) -> Iterator[EncodedArticle]:
        """Encode articles for :meth:`add`; some may be taken ahead."""
        ...

    def encode_alone(self) -> None:
        """Stop the other processes that encode, and discard articles that were taken ahead."""
        ...

    def add(self, encoded: EncodedArticle, fingerprint: str) -> bool:
        """Add an article, or replace the one with its id. Returns False, and does nothing, if it has no
        words."""
        ...

    def delete(self, article_id: str) -> bool:
        """Remove an article; False if there is none with this id."""
        ...

    def commit(self) -> None:
        """Make all changes since the last commit durable and visible."""
        ...

    def refused(self) -> list[Refusal]:
        """The articles that the commits since the last call left out. None if only one writer is possible."""
        ...

    def writing(self) -> AbstractContextManager[None]:
        """Raise errors in writing inside as errors of the index."""
        ...

    def manifest(self) -> Manifest:
        """Read the manifest."""
        ...

    def closings(self) -> Closings:
        """Read the closing lines."""
        ...


class Store(Protocol):
    """An open index in its place."""

    @classmethod
    def create(cls, place: Place, analyzer: Analyzer) -> Self:
        """Create an empty index in a new place.

        Raises:
            IndexFolderError: if the place is not empty.
        """
        ...

    @classmethod
    def open(cls, place: Place, analyzer: Analyzer) -> Self:
        """Open the index in a place.

        Raises:
            IndexNotFound: if there is none.
            IndexMismatch: if it has another format version or analyzer.
        """
        ...

    @property
    def place(self) -> Place:
        """The folder or address, or those of several archives."""
        ...

    @property
    def analyzer(self) -> Analyzer:
        """The analyzer that makes its terms."""
        ...

    @property
    def members(self) -> Mapping[str, Store]:
        """The archives that are searched as one, by name; empty for a single index."""
        ...

    def newest(self) -> Opened:
        """The newest commit: the same object until there is a newer one. Safe to share between threads."""
        ...

    def vectors(self) -> Mapping[str, Vectors | None]:
        """The newest vectors of each archive, by name, or of a single index by the name ""; None if it has
        none. They may be newer than :meth:`newest`, since writing vectors is no commit, and are the same
        objects until there are newer ones. Safe to share between threads.

        Raises:
            IndexDamaged: if their files are damaged.
            IndexUnavailable: if the system refuses to read them.
        """
        ...

    def close(self) -> None:
        """Release what is open; running searches finish normally."""
        ...

    def transaction(self, timeout: float, workers: int) -> Transacting:
        """Begin a transaction.

        Args:
            timeout: seconds to wait for another writer, if only one is possible.
            workers: the number of other processes that may help.

        Raises:
            IndexLocked: if another writer holds the index.
        """
        ...

    def committed(self) -> None:
        """Update the description of the index after a commit."""
        ...

    def manifest(self) -> Manifest:
        """Read the manifest, not to be changed."""
        ...

    def closings(self) -> Closings:
        """Read the closing lines, not to be changed."""
        ...

    def left_out(self) -> LeftOut:
        """Report on what was not indexed."""
        ...

    def is_settled(self, manifest: Manifest) -> bool:
        """Whether the last writer finished and left nothing to tidy up."""
        ...

    def state(self) -> State:
        """Whether the index is whole or still being filled for the first time."""
        ...

    def info(self) -> Info:
        """Counts, sources, date span, size and version."""
        ...
