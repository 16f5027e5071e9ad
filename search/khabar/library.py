"""The library: an index as one object. Everything that the command line does is done here, without printing."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Self

from khabar._version import __version__
from khabar.analysis.analyzer import Analyzer
from khabar.corpus.article import Article
from khabar.errors import IndexFolderError, IndexMismatch, IndexNotFound
from khabar.highlight.matcher import Matcher
from khabar.highlight.whole import MarkedArticle, mark_article
from khabar.index.engine import Engine, Statistics
from khabar.index.engines import DEFAULT_ENGINE, ENGINES, engine_class
from khabar.index.folder import Meta, begin, check_meta, now, read_meta, rebuild, write_meta
from khabar.index.lexicon import Lexicon, create_lexicon
from khabar.index.ranking import Ranking
from khabar.index.searcher import Searcher
from khabar.index.transaction import Transaction
from khabar.query.explain import WordForm, word_forms
from khabar.query.parser import parse, plain
from khabar.query.planner import Planner
from khabar.query.results import Results
from khabar.query.search import search
from khabar.query.tree import Limits
from khabar.stories.writer import create_stories

__all__ = ["AddReport", "Index", "Info", "create_index", "open_index"]

_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(slots=True)
class AddReport:
    """What :meth:`Index.add` did, by article.

    Attributes:
        added: new ones.
        updated: those that were there and differed.
        unchanged: those that were there and did not.
        skipped: id and reason of those that could not be indexed.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: list[tuple[str, str]] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many articles were looked at."""
        return self.added + self.updated + self.unchanged + len(self.skipped)


@dataclass(frozen=True, slots=True)
class Info:
    """What :meth:`Index.info` tells.

    Attributes:
        path: the index folder.
        meta: what its ``meta.json`` says.
        statistics: counts, sources and date span, from the index itself.
        size: bytes on disk.
        version: of this khabar.
    """

    path: Path
    meta: Meta
    statistics: Statistics
    size: int
    version: str = __version__


class Index:
    """An index of news articles, open for searching and adding. Made by :func:`create_index` and :func:`open_index`.

    A context manager. Searching is safe from several threads; it shows the newest commit, whoever made it. Adding takes the
    index's write lock, which one process at a time can hold.
    """

    def __init__(self, path: Path, engine: Engine, analyzer: Analyzer) -> None:
        self.path = path
        self._engine = engine
        self._analyzer = analyzer
        self._state: tuple[Searcher, Planner] | None = None
        self._state_place = (0, 0)
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the index's files; the object can be used again and opens them anew."""
        with self._lock:
            if self._state is not None:
                self._state[0].close()
                self._state = None

    def search(
        self,
        query: str,
        *,
        limit: int = 10,
        offset: int = 0,
        syntax: bool = True,
        width: int = 200,
        ranking: Ranking | None = None,
        without: Collection[str] = (),
        explain: bool = False,
        since: str | date | None = None,
        until: str | date | None = None,
        source: str | Sequence[str] = (),
        author: str | Sequence[str] = (),
        today: date | None = None,
        limits: Limits | None = None,
    ) -> Results:
        """The articles that answer a query best, each with its best paragraph.

        Words are found in any spelling and inflection and weighed; ``"a phrase"`` holds exact words in order, ``+word`` is
        required, ``-word`` excluded; docs/query-language.md has the whole language. No query raises: what cannot be
        understood is searched as words or left out, and named in :attr:`~khabar.Results.problems`.

        Args:
            query: what to look for.
            limit: at most so many hits.
            offset: leave out so many of the best, for further pages.
            syntax: False takes the query as words alone, quotation marks and signs without meaning: for queries that are
                headlines or questions.
            width: length to aim for in snippets, in characters.
            ranking: other constants than the default ones.
            without: word forms that no word of the query shall stand for; :meth:`why` lists them.
            explain: fill in :attr:`~khabar.Hit.explanation`.
            since, until: only articles published from this day or period on, or up to it, both included: a date, or what
                can stand behind ``after:``.
            source, author: only articles of these, named as behind ``source:`` and ``author:``.
            today: what «أمس» is told from; by default the day in UTC.
            limits: how much a query may ask for.
        """
        searcher, planner = self._current()
        return search(
            query,
            searcher,
            planner,
            ranking or Ranking(),
            limit=max(0, limit),
            offset=max(0, offset),
            syntax=syntax,
            width=max(1, width),
            without=without,
            explained=explain,
            since=since,
            until=until,
            source=source,
            author=author,
            today=today,
            limits=limits,
        )

    def why(self, word: str, *, ranking: Ranking | None = None) -> tuple[WordForm, ...]:
        """The forms in this index that a query word stands for, on each depth, with how often each occurs."""
        searcher, planner = self._current()
        return word_forms(word, planner, searcher, ranking or Ranking())

    def add(
        self,
        articles: Iterable[Article],
        *,
        batch: int | None = 10_000,
        timeout: float = 5.0,
        progress: Callable[[AddReport], None] | None = None,
    ) -> AddReport:
        """Index articles. One that is there already, by its id, is skipped if nothing changed, else replaced.

        An error on the way, from the iterable or from a full disk, loses what came after the last whole batch; nothing of
        an article or of a batch is ever half there. A changed article that has no word any more is skipped, and its earlier
        version stays.

        Args:
            articles: any iterable, such as :func:`khabar.read` gives; taken one at a time.
            batch: commit after so many new or changed articles, so that a run that is killed goes on from there; None
                commits once, at the end: all or nothing.
            timeout: seconds to wait for another writer.
            progress: called after each article with the report so far.

        Returns:
            what was done.

        Raises:
            IndexLocked: if another writer holds the index.
            IndexFolderError: if the index cannot be written, or its files cannot be read.
        """
        report = AddReport()
        pending = 0
        with self._transaction(timeout) as transaction:
            for article in articles:
                article = _without_surrogates(article)
                fingerprint = article.fingerprint()
                before = transaction.known.get(article.id)
                if before == fingerprint:
                    report.unchanged += 1
                elif not transaction.add(article, fingerprint):
                    report.skipped.append((article.id, "there is no word in it"))
                else:
                    pending += 1
                    if before is None:
                        report.added += 1
                    else:
                        report.updated += 1
                if batch is not None and pending >= batch:
                    transaction.commit()
                    self._write_meta()
                    pending = 0
                if progress is not None:
                    progress(report)
            transaction.commit()
            self._write_meta()
        return report

    def remove(self, ids: Iterable[str], *, timeout: float = 5.0) -> int:
        """Remove articles by their ids, in one commit; gives how many were there."""
        with self._transaction(timeout) as transaction:
            removed = sum(transaction.delete(_clean(each)) for each in ids)
            transaction.commit()
            self._write_meta()
        return removed

    def _transaction(self, timeout: float) -> Transaction:
        return Transaction(self.path, self._engine, self._analyzer, timeout)

    def article(self, article_id: str) -> Article | None:
        """An article by its id, or None."""
        return self._current()[0].article(_clean(article_id))

    def highlight(self, article_id: str, query: str = "", *, syntax: bool = True) -> MarkedArticle | None:
        """A whole article, by its id, with the words of a query marked in title and paragraphs; None if there is none.

        Args:
            article_id: see :attr:`khabar.Article.id`.
            query: what to mark; nothing is marked without one.
            syntax: as for :meth:`search`.
        """
        searcher, planner = self._current()
        article = searcher.article(_clean(article_id))
        if article is None:
            return None
        matcher = None
        if query.strip():
            planned = planner.plan(parse(query) if syntax else plain(query), Ranking(), searcher)
            matcher = Matcher(planned.plan, planned.words)
        return mark_article(article, matcher, self._analyzer)

    def articles(self) -> Iterator[Article]:
        """Every article, in the order of indexing."""
        return self._current()[0].articles()

    def __len__(self) -> int:
        return self._current()[0].statistics().articles

    def info(self) -> Info:
        """Counts, sources, date span, size, engine and version."""
        size = 0
        for file in self.path.rglob("*"):
            # A writer may remove files while they are counted.
            with suppress(FileNotFoundError):
                size += file.stat().st_size if file.is_file() else 0
        return Info(self.path, read_meta(self.path), self._current()[0].statistics(), size)

    def _current(self) -> tuple[Searcher, Planner]:
        """A searcher of the newest commit, and a planner with a lexicon that has all its words."""
        with self._lock:
            # An index that was built anew may have reached the same generation: it is another folder.
            place = self._place()
            if (
                self._state is None
                or place != self._state_place
                or self._state[0].generation != self._engine.latest_generation()
            ):
                # The old reader is not closed here: another thread may be in the middle of a search with it. Its files
                # close when the last search lets go of it. The lexicon comes second: it may have more words than the
                # commit, never less.
                searcher = Searcher(self._engine.reader())
                self._state = (searcher, Planner(self._analyzer, Lexicon.open(self.path)))
                self._state_place = place
            return self._state

    def _place(self) -> tuple[int, int]:
        try:
            found = self.path.stat()
        except OSError as error:
            raise IndexNotFound(f"the index {self.path} is gone ({error.strerror})") from error
        return found.st_dev, found.st_ino

    def _write_meta(self) -> None:
        statistics = self._current()[0].statistics()
        meta = read_meta(self.path)
        write_meta(
            self.path,
            replace(
                meta,
                articles=statistics.articles,
                paragraphs=statistics.paragraphs,
                updated=now(),
                khabar=__version__,
            ),
        )


def create_index(
    path: str | Path, *, engine: str = DEFAULT_ENGINE, analyzer: Analyzer | None = None
) -> Index:
    """Make an empty index in a folder, which is made if need be.

    Raises:
        IndexFolderError: if the folder holds anything already.
        MissingDependency: if the engine's package is not installed.
    """
    folder = Path(path)
    kind = engine_class(engine)
    if not begin(folder):
        raise IndexFolderError(
            f"{folder} is not empty: give an empty or a new folder, or open the index in it with open_index"
        )
    analyzer = analyzer or Analyzer()
    made = kind.create(folder)
    create_lexicon(folder)
    create_stories(folder)
    moment = now()
    # Last, so that a folder with a meta.json is always a whole index.
    write_meta(folder, Meta(engine=engine, analyzer=analyzer.fingerprint, created=moment, updated=moment))
    return Index(folder, made, analyzer)


def open_index(path: str | Path, *, analyzer: Analyzer | None = None) -> Index:
    """Open the index in a folder.

    Raises:
        IndexNotFound: if there is none.
        IndexMismatch: if it was made by another format version or analyzer, or by an engine that is not known here.
        IndexDamaged: if it cannot be read.
        MissingDependency: if its engine's package is not installed.
    """
    folder = Path(path)
    meta = read_meta(folder)
    analyzer = analyzer or Analyzer()
    if meta.engine not in ENGINES:
        raise IndexMismatch(
            f"the index {folder} is of an engine that this khabar {__version__} has not, «{meta.engine}» "
            f"(it has: {', '.join(ENGINES)}). {rebuild(folder)}"
        )
    check_meta(folder, meta, analyzer.fingerprint)
    return Index(folder, engine_class(meta.engine).open(folder), analyzer)


def _without_surrogates(article: Article) -> Article:
    """Lone surrogates cannot be written in any encoding; U+FFFD takes their place."""
    parts = (
        article.id,
        article.title,
        article.source,
        article.author,
        article.url,
        article.path,
        *article.paragraphs,
    )
    if not any(map(_SURROGATES.search, parts)):
        return article

    return replace(
        article,
        id=_clean(article.id),
        title=_clean(article.title),
        source=_clean(article.source),
        author=_clean(article.author),
        url=_clean(article.url),
        path=_clean(article.path),
        paragraphs=tuple(map(_clean, article.paragraphs)),
    )


def _clean(text: str) -> str:
    return _SURROGATES.sub("\ufffd", text)
