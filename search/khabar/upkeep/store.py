"""Where an index is kept: in a folder (:mod:`khabar.upkeep.folder_store`), on a cluster, or in several places
that are searched as one. What is particular to one of them is behind :class:`Store` and :class:`Transacting`;
:class:`khabar.Index` and all above it are the same for all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple, Protocol, Self, TypeVar

if TYPE_CHECKING:
    # A search uses the names below without what writing needs.
    from khabar.analysis.analyzer import Analyzer
    from khabar.corpus.article import Article
    from khabar.corpus.reasons import Reason
    from khabar.index.address import Place
    from khabar.index.reports import Info
    from khabar.meaning.vectors import Vectors
    from khabar.upkeep.closings import Closings
    from khabar.upkeep.honesty import LeftOut
    from khabar.upkeep.manifest import Manifest
    from khabar.upkeep.opened import Opened, State
    from khabar.upkeep.workers import EncodedArticle

__all__ = ["Refusal", "Store", "Transacting"]

T = TypeVar("T")


class Refusal(NamedTuple):
    """An article that a commit left out, because another writer brought another article with its id at the
    same moment.

    Attributes:
        article: it.
        reason: says of whom the other is.
        is_new: whether there was none with its id when it was added.
    """

    article: Article
    reason: Reason
    is_new: bool


class Transacting(Protocol):
    """A transaction on an index; a context manager. What is not committed at its end is given up.

    Attributes:
        after_killed: whether the writer before did not come to its end.
    """

    after_killed: bool

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    @property
    def met(self) -> int:
        """How many distinct words this transaction has met."""
        ...

    @property
    def is_much(self) -> bool:
        """Whether what waits for the next commit needs much memory."""
        ...

    def looked_up(self, given: Iterable[T], id_of: Callable[[T], str | None]) -> Iterator[T]:
        """The same as is given, in order; where :meth:`fingerprint` costs a request, some of it is taken
        ahead, and asked for together.

        Args:
            given: anything that is about articles.
            id_of: the id of the article that it is about, if any.
        """
        ...

    def fingerprint(self, article_id: str) -> int | None:
        """The first 64 bits of an article's fingerprint after the next commit; None if there is no such
        article."""
        ...

    def encoded(self, articles: Iterable[Article]) -> Iterator[EncodedArticle]:
        """Articles with their words, for :meth:`add`; some may be taken ahead."""
        ...

    def encode_alone(self) -> None:
        """Encode no more in other processes, and forget what was taken ahead."""
        ...

    def add(self, encoded: EncodedArticle, fingerprint: str) -> bool:
        """Add an article, or put it in the place of the one with its id; False, and nothing done, if there is
        no word in it."""
        ...

    def delete(self, article_id: str) -> bool:
        """Remove an article; False if there is none with this id."""
        ...

    def commit(self) -> None:
        """Make everything since the last commit durable and visible."""
        ...

    def refused(self) -> list[Refusal]:
        """What the commits since the last call left out. Where one writer has the index, nothing is."""
        ...

    def writing(self) -> AbstractContextManager[None]:
        """Raise errors in writing inside as errors of the index."""
        ...

    def manifest(self) -> Manifest:
        """The list of files, as it is now."""
        ...

    def closings(self) -> Closings:
        """The closing lines."""
        ...


class Store(Protocol):
    """The place of one index, open."""

    @classmethod
    def create(cls, place: Place, analyzer: Analyzer) -> Self:
        """An empty index in a new place.

        Raises:
            IndexFolderError: if there is something already.
        """
        ...

    @classmethod
    def open(cls, place: Place, analyzer: Analyzer) -> Self:
        """The index in a place.

        Raises:
            IndexNotFound: if there is none.
            IndexMismatch: if it has another format version or analyzer.
        """
        ...

    @classmethod
    def prepare(cls, place: Place) -> None:
        """Complete what a killed writer left, where it would be taken for no index."""
        ...

    @property
    def place(self) -> Place:
        """The folder or address, or those of several archives."""
        ...

    @property
    def analyzer(self) -> Analyzer:
        """What makes its terms."""
        ...

    @property
    def members(self) -> Mapping[str, Store]:
        """Of several archives that are searched as one, each by its name; empty for a single index."""
        ...

    def newest(self) -> Opened:
        """The newest commit: the same object until there is a newer one. Safe to share between threads."""
        ...

    def vectors(self) -> Mapping[str, Vectors | None]:
        """The newest vectors of the index, or None if it has none, under the name ""; of several archives
        those of each by its name. Writing vectors is no commit of the index: these may be newer than
        :meth:`newest`, and are the same objects until there are newer ones. Safe to share between threads.

        Raises:
            IndexDamaged: if their files are damaged.
            IndexUnavailable: if the system does not let them be read.
        """
        ...

    def close(self) -> None:
        """Let go of what is open; searches that still run finish normally."""
        ...

    def transaction(self, timeout: float, workers: int) -> Transacting:
        """Begin to write.

        Args:
            timeout: seconds to wait for another writer, where only one may write.
            workers: how many other processes may help.

        Raises:
            IndexLocked: if another writer holds the index.
        """
        ...

    def committed(self) -> None:
        """Note what the index holds, after a commit."""
        ...

    def manifest(self) -> Manifest:
        """The list of files, to look at."""
        ...

    def closings(self) -> Closings:
        """The closing lines, to look at."""
        ...

    def left_out(self) -> LeftOut:
        """What was not indexed of its files."""
        ...

    def is_settled(self, manifest: Manifest) -> bool:
        """Whether the last writer came to its end and left nothing to tidy up."""
        ...

    def state(self) -> State:
        """Whether the index is whole, or its first filling is not at its end."""
        ...

    def info(self) -> Info:
        """Counts, sources, date span, size and version."""
        ...
