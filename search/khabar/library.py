"""The library: an index as one object. Everything that the command line does is done here, without printing."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self
from weakref import finalize

from msgspec.structs import replace

from khabar._version import __version__
from khabar.analysis.analyzer import Analyzer
from khabar.arguments import (
    Check,
    among,
    amount,
    article_ids,
    condition,
    count,
    flag,
    folder,
    function,
    instance,
    lazily,
    mapping,
    optional,
    positive,
    takes,
    text,
)
from khabar.arguments import article_id as identity
from khabar.arguments import articles as several_articles
from khabar.arguments import paths as several_paths
from khabar.corpus.article import Article
from khabar.corpus.reasons import Reason
from khabar.errors import (
    ArticleNotFound,
    IndexClosed,
    IndexFolderError,
    IndexMismatch,
    IndexNotFound,
    InvalidArgument,
    InvalidType,
    KhabarError,
)
from khabar.explore.calls import Explorations
from khabar.explore.state import FEW
from khabar.highlight.matcher import Matcher
from khabar.highlight.whole import MarkedArticle, mark_article
from khabar.index.clean import clean, without_surrogates
from khabar.index.engine import Engine
from khabar.index.engines import DEFAULT_ENGINE, ENGINES, engine_class
from khabar.index.folder import Meta, begin, check_meta, now, read_meta, rebuild, write_meta
from khabar.index.lexicon import Lexicon, create_lexicon
from khabar.index.ranking import Ranking
from khabar.index.records import print_of
from khabar.index.reports import AddReport, Info
from khabar.index.searcher import SORTS, Searcher, Sort
from khabar.index.writing import writing
from khabar.query.explain import WordForm, word_forms
from khabar.query.planner import Planner
from khabar.query.results import GROUPS, Group, Results
from khabar.query.search import ASKED, Asked, planned, search, which
from khabar.query.tree import MATCHES, Limits, Match

if TYPE_CHECKING:
    from khabar.corpus.files import PathLike
    from khabar.index.transaction import Transaction
    from khabar.upkeep.honesty import Leavings, Texts
    from khabar.upkeep.plan import UpdateOptions
    from khabar.upkeep.update import UpdateReport

__all__ = ["AddReport", "Index", "Info", "create_index", "open_index"]


#: What calls that write take.
WRITING: dict[str, Check] = {"batch": optional(positive), "timeout": amount, "workers": count}


class Index(Explorations):
    """An index of news articles, open for searching and adding. Made by :func:`create_index` and :func:`open_index`.

    A context manager, which closes it. ``len(index)`` is the number of articles, iterating gives them, ``article_id in index``
    tells whether there is one, and ``index[article_id]`` is it, or :class:`ArticleNotFound` (a KeyError) is raised.
    Searching is safe from several threads; it shows the newest commit, whoever made it. Adding takes the
    index's write lock, which one process at a time can hold.
    """

    def __init__(
        self, path: Path, engine: Engine, analyzer: Analyzer, aliases: Mapping[str, str] | None = None
    ) -> None:
        self.path = path
        self._aliases = checked_aliases(aliases)
        self._engine = engine
        self._analyzer = analyzer
        self._state: tuple[Searcher, Planner] | None = None
        self._state_place = (0, 0)
        self._lock = threading.Lock()
        self._closed = False

    def __repr__(self) -> str:
        if self._closed:
            return f"<Index {str(self.path)!r}, closed>"
        try:
            return f"<Index {str(self.path)!r}, {len(self):,} articles>"
        except KhabarError as error:
            return f"<Index {str(self.path)!r}, {type(error).__name__}>"

    def __enter__(self) -> Self:
        self._check_open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the index's files. What runs in other threads ends undisturbed, and holds them until then; every later call
        raises :class:`IndexClosed`. Closing twice does no harm.
        """
        with self._lock:
            self._closed = True
            self._state = self._exploring = None

    @takes(
        query=text,
        limit=count,
        offset=count,
        width=positive,
        ranking=optional(instance(Ranking)),
        explain=flag,
        sort=among(*SORTS),
        group=among(*GROUPS),
        suggest=flag,
        **ASKED,
    )
    def search(
        self,
        query: str = "",
        *,
        match: Match | None = None,
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
        sort: Sort = "relevance",
        group: Group = "article",
        suggest: bool = False,
    ) -> Results:
        """The articles that answer a query best, each with its best paragraph.

        Words are found in any spelling and inflection and weighed; ``"a phrase"`` holds exact words in order, ``+word`` is
        required, ``-word`` excluded; docs/query-language.md has the whole language. No query raises: what cannot be
        understood is searched as words or left out, and named in :attr:`~khabar.Results.problems`.

        Args:
            query: what to look for; "" for everything, the newest first.
            match: whether ``any`` of the words of the query is enough, or ``all`` have to be there. By default any in the
                order of relevance, and all in that of date, which is read to its end.
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
            source, author: only articles of these, named as behind ``source:`` and ``author:``; a source also by an alias.
            today: what «أمس» is told from; by default the day where this runs.
            limits: how much a query may ask for.
            sort: ``relevance``, or ``newest`` or ``oldest`` first; articles without a date come last there.
            group: what a hit is: an ``article``; a ``story``, the best of all articles that tell the same one
                (:attr:`~khabar.Hit.story`); or ``none``: every paragraph that matches is one.
            suggest: fill in :attr:`~khabar.Results.suggestions` if there are fewer than three hits in all.

        Raises:
            InvalidArgument: for an order or a group that there is not, a date that is none, a source or an author that no article
                has, and what else an argument does not take. It has the argument's ``name`` and ``value``.
        """
        asked: Asked = {
            "syntax": syntax,
            "without": without,
            "since": since,
            "until": until,
            "source": source,
            "author": author,
            "today": today,
            "limits": limits,
            "match": which(match, "any" if sort == "relevance" else "all"),
        }
        state = self._explored()
        results = search(
            query,
            state.searcher,
            state.planner,
            ranking or Ranking(),
            limit=limit,
            offset=offset,
            width=width,
            explained=explain,
            sort=sort,
            stories=state.stories if group == "story" else None,
            paragraphs=group == "none",
            **asked,
        )
        if not suggest or results.total >= FEW:
            return results
        return replace(results, suggestions=self.suggest(query, **asked))

    @takes(word=text, ranking=optional(instance(Ranking)))
    def why(self, word: str, *, ranking: Ranking | None = None) -> tuple[WordForm, ...]:
        """The forms in this index that a query word stands for, on each depth, with how often each occurs.

        Args:
            word: one word, or a name over two («عبد الله»).
            ranking: other constants than the default ones; they decide what a form weighs.
        """
        searcher, planner = self._current()
        return word_forms(word, planner, searcher, ranking or Ranking())

    @takes(progress=optional(function), **WRITING)
    def add(
        self,
        articles: Article | Iterable[Article],
        *,
        batch: int | None = 20_000,
        timeout: float = 5.0,
        progress: Callable[[AddReport], None] | None = None,
        workers: int = 0,
    ) -> AddReport:
        """Index articles. One that is there already, by its id, is skipped if nothing changed, else replaced.

        An error on the way, from the iterable or from a full disk, loses what came after the last whole batch; nothing of
        an article or of a batch is ever half there. A changed article that has no word any more is skipped, and its earlier
        version stays; so is one with the id of an article of another source and address, which has to be removed first.

        Args:
            articles: any iterable, such as :func:`khabar.read` gives; taken one at a time, with ``workers`` a few hundred ahead.
                Also a single article.
            batch: commit after so many new or changed articles, so that a run that is killed goes on from there; None
                commits once, at the end: all or nothing.
            timeout: seconds to wait for another writer.
            progress: called after each article with the report so far.
            workers: how many other processes may help with more than a few hundred new articles. A script that asks for them
                needs an ``if __name__ == "__main__":`` around what it does, as :mod:`multiprocessing` says.

        Returns:
            what was done.

        Raises:
            IndexLocked: if another writer holds the index.
            IndexFolderError: if the index cannot be written, or its files cannot be read.
        """
        report = AddReport()
        pending = 0
        fingerprints: deque[str] = deque()
        #: id → the beginning of the fingerprint of what was taken ahead and is not in the transaction yet
        coming: dict[str, int] = {}
        #: id → source and address of the articles that were added in this call
        sources: dict[str, tuple[str, str]] = {}

        given = several_articles("articles", articles)

        def changed(transaction: Transaction) -> Iterator[Article]:
            for article in map(without_surrogates, given):
                fingerprint = article.fingerprint()
                before = coming[article.id] if article.id in coming else transaction.fingerprint(article.id)
                if before != print_of(fingerprint):
                    fingerprints.append(fingerprint)
                    coming[article.id] = print_of(fingerprint)
                    yield article
                else:
                    report.unchanged += 1
                    if progress is not None:
                        progress(report)

        with self._transaction(timeout, workers) as transaction:
            for article, words in transaction.encoded(changed(transaction)):
                fingerprint = fingerprints.popleft()
                if coming.get(article.id) == print_of(fingerprint):
                    del coming[article.id]
                before = transaction.fingerprint(article.id)
                if before == print_of(fingerprint):
                    report.unchanged += 1
                elif before is not None and (other := self._of_another(article, sources)):
                    reason = Reason.of("id-of-another", id=article.id, source=article.source, other=other)
                    report.skipped.append((article.id, reason))
                elif not transaction.add(article, fingerprint, words):
                    report.skipped.append((article.id, Reason.of("no-word")))
                else:
                    pending += 1
                    sources[article.id] = article.source, article.url
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

    @takes(
        options=optional(lazily("khabar.upkeep.plan", "UpdateOptions")),
        progress=optional(function),
        stop=function,
        **WRITING,
    )
    def update(
        self,
        sources: PathLike | Iterable[PathLike],
        *,
        options: UpdateOptions | None = None,
        batch: int | None = 20_000,
        timeout: float = 5.0,
        progress: Callable[[Article], None] | None = None,
        stop: Callable[[], bool] = lambda: False,
        workers: int = 0,
    ) -> UpdateReport:
        """Put the index in step with files: new and changed ones are read, moved ones recognised, the others left alone.

        Args:
            sources: files and folders, as for :func:`khabar.read`.
            options: how files are read, and whether the articles of files that vanished go.
            batch, timeout, workers: as for :meth:`add`.
            progress: called with each article that was read.
            stop: asked now and then whether to end early; what was done until then is kept.

        Raises:
            SourceError: if a source does not exist.
            IndexLocked, IndexFolderError: as for :meth:`add`.
        """
        from khabar.index.seal import is_sealed
        from khabar.upkeep import update
        from khabar.upkeep.closings import Closings
        from khabar.upkeep.manifest import Manifest
        from khabar.upkeep.plan import UpdateOptions, make_plan

        self._check_open()
        options = options or UpdateOptions()
        sources = several_paths("sources", sources)
        made = make_plan(Manifest.open(self.path), sources, options)
        if made.idle(options.prune):
            if not is_sealed(self.path, self._engine.latest_generation()):
                # A writer was killed after its last commit: what it left is swept, and checksums are noted.
                with suppress(KhabarError), self._transaction(0):
                    pass
            return update.nothing_done(made)
        with self._transaction(timeout, workers) as transaction:
            manifest = Manifest.open(self.path)
            return update.Update(
                transaction,
                manifest,
                make_plan(manifest, sources, options),
                options,
                batch=batch,
                committed=self._write_meta,
                stored=self._stored,
                articles=lambda: self._newest()[0].articles(),
                closings=Closings(self.path),
                progress=progress,
                stop=stop,
            ).run()

    @takes(timeout=amount)
    def remove(
        self,
        ids: str | Article | Iterable[str | Article],
        *,
        forget: PathLike | Iterable[PathLike] = (),
        timeout: float = 5.0,
    ) -> int:
        """Remove articles by their ids, in one commit; gives how many were there. They come back with :meth:`update` when
        their file changes.

        Args:
            ids: of articles, or the articles; also a single one. Those that are not there do no harm.
            forget: absolute paths of files and folders that are to count as never read.
            timeout: seconds to wait for another writer.
        """
        from khabar.upkeep.manifest import Manifest

        wanted = [clean(each) for each in article_ids("ids", ids)]
        forgotten = several_paths("forget", forget)
        with self._transaction(timeout) as transaction:
            # First: the manifest must never claim an article that is not in the index.
            manifest = Manifest.open(self.path)
            manifest.without(wanted)
            for path in forgotten:
                for source in manifest.below(os.fspath(path)):
                    manifest.forget(source.path)
            with transaction.writing():
                manifest.write()
            removed = sum(transaction.delete(each) for each in wanted)
            transaction.commit()
            self._write_meta()
        return removed

    @takes(query=text, match=among(*MATCHES))
    def choose(
        self,
        *,
        paths: PathLike | Iterable[PathLike] = (),
        sources: str | Iterable[str] = (),
        query: str = "",
        match: Match = "all",
    ) -> list[Article]:
        """The articles that come from some files or folders, or are of some sources, or answer a query: to be removed, say.

        Args:
            paths: absolute.
            sources: outlets, by their whole names or an alias.
            query: as for :meth:`search`; all that match, the best first. With "" none is chosen by a query.
            match: whether ``any`` of the words of the query is enough, or ``all`` have to be there.
        """
        from khabar.upkeep.manifest import Manifest
        from khabar.upkeep.select import choose

        searcher, planner = self._current()
        below = [os.fspath(path) for path in several_paths("paths", paths)]
        outlets = condition("sources", sources)
        return choose(searcher, planner, Manifest.open(self.path), below, outlets, query, match)

    def _of_another(self, article: Article, added: Mapping[str, tuple[str, str]]) -> str:
        """The source of the article that has this one's id, if that is another article: of another source and address."""
        source, url = added.get(article.id, ("", ""))
        if article.id not in added and (stored := self._stored(article.id)) is not None:
            source, url = stored.source, stored.url
        same = not source or not article.source or source == article.source or (url and url == article.url)
        return "" if same else source

    def left_out(self) -> Leavings:
        """What was left out of the files that the index was made from, and why."""
        from khabar.upkeep.closings import Closings
        from khabar.upkeep.honesty import leavings_of
        from khabar.upkeep.manifest import Manifest

        self._check_open()
        return leavings_of(Manifest.open(self.path), tuple(Closings(self.path)))

    def texts(self) -> Texts:
        """What the texts are like, and what was left out of the index: see :class:`Texts`. Reads every article."""
        from khabar.upkeep.honesty import texts_of

        return texts_of(self.articles(), self.left_out())

    def _transaction(self, timeout: float, workers: int = 0) -> Transaction:
        from khabar.index.transaction import Transaction

        self._check_open()
        return Transaction(self.path, self._engine, self._analyzer, timeout, workers)

    @takes(article_id=identity)
    def article(self, article_id: str | int) -> Article | None:
        """An article, or None if there is none of this id.

        Args:
            article_id: see :attr:`khabar.Article.id`; search shows it with each hit.
        """
        return self._current()[0].article(clean(str(article_id)))

    @takes(article_id=identity, query=text, syntax=flag)
    def highlight(
        self, article_id: str | int, query: str = "", *, syntax: bool = True
    ) -> MarkedArticle | None:
        """A whole article, by its id, with the words of a query marked in title and paragraphs; None if there is none.

        Args:
            article_id: see :attr:`khabar.Article.id`.
            query: what to mark; nothing is marked without one.
            syntax: as for :meth:`search`.
        """
        searcher, planner = self._current()
        article = searcher.article(clean(str(article_id)))
        if article is None:
            return None
        matcher = None
        if query.strip():
            made = planned(query, searcher, planner, Ranking(), syntax=syntax)
            matcher = Matcher(made.plan, made.words)
        return mark_article(article, matcher, self._analyzer)

    def articles(self) -> Iterator[Article]:
        """Every article, in the order of indexing."""
        return self._current()[0].articles()

    def __iter__(self) -> Iterator[Article]:
        return self.articles()

    def __contains__(self, article_id: object) -> bool:
        # What cannot be an id is in no index, as with a dict.
        try:
            return self.article(identity("article_id", article_id)) is not None
        except InvalidType:
            return False

    @takes(article_id=identity)
    def __getitem__(self, article_id: str | int) -> Article:
        article = self.article(article_id)
        if article is None:
            raise ArticleNotFound(
                f"there is no article {article_id!r} in {self.path}; an index is asked by the ids of articles"
            )
        return article

    def __len__(self) -> int:
        return self._current()[0].statistics().articles

    def info(self) -> Info:
        """Counts, sources, date span, size and version."""
        self._check_open()
        size = 0
        for file in self.path.rglob("*"):
            # A writer may remove files while they are counted.
            with suppress(FileNotFoundError):
                size += file.stat().st_size if file.is_file() else 0
        return Info(self.path, read_meta(self.path), self._current()[0].statistics(), size)

    def _check_open(self) -> None:
        if self._closed:
            raise IndexClosed(
                f"the index {self.path} was closed: open it again with khabar.open_index({str(self.path)!r})"
            )

    def _current(self) -> tuple[Searcher, Planner]:
        self._check_open()
        return self._newest()

    def _newest(self) -> tuple[Searcher, Planner]:
        """A searcher of the newest commit, and a planner with a lexicon that has all its words; also for a call that goes on
        while the index is closed.
        """
        with self._lock:
            # An index that was built anew may have reached the same generation: it is another folder.
            place = self._place()
            if (
                self._state is None
                or place != self._state_place
                or self._state[0].generation != self._engine.latest_generation()
            ):
                # The old reader is not closed here, nor by close(): another thread may be in the middle of a search with
                # it. Its files close when the last search lets go of its searcher. The lexicon comes second: it may
                # have more words than the commit, never less.
                reader = self._engine.reader()
                searcher = Searcher(reader)
                finalize(searcher, reader.close).atexit = False
                state = (searcher, Planner(self._analyzer, Lexicon.open(self.path), self._aliases))
                if self._closed:
                    return state
                self._state, self._state_place = state, place
            return self._state

    def _place(self) -> tuple[int, int]:
        try:
            found = self.path.stat()
        except OSError as error:
            raise IndexNotFound(f"the index {self.path} is gone ({error.strerror})") from error
        return found.st_dev, found.st_ino

    def _stored(self, article_id: str) -> Article | None:
        """An article by its id, also for a call that goes on while the index is closed."""
        return self._newest()[0].article(clean(article_id))

    def _write_meta(self) -> None:
        statistics = self._newest()[0].statistics()
        meta = read_meta(self.path)
        with writing(self.path):
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


def checked_aliases(aliases: Mapping[str, str] | None) -> dict[str, str]:
    """Aliases of sources, each with a name.

    Raises:
        InvalidArgument: if one is no text, or empty.
    """
    found = mapping("aliases", {} if aliases is None else aliases)
    for alias, name in found.items():
        if not (alias.strip() and name.strip()):
            raise InvalidArgument(
                "aliases", {alias: name}, "an alias and the name of its source are not empty"
            )
    return found


@takes(path=folder, analyzer=optional(instance(Analyzer)), aliases=optional(mapping))
def create_index(
    path: str | Path,
    *,
    analyzer: Analyzer | None = None,
    aliases: Mapping[str, str] | None = None,
) -> Index:
    """Make an empty index in a folder, which is made if need be.

    Args:
        path: the folder: a new or an empty one.
        analyzer: what makes terms of words, such as one with another dictionary; it must be given to
            :func:`open_index` too.
        aliases: what sources are called besides their names, as for :func:`open_index`.

    Raises:
        IndexFolderError: if the folder holds anything already.
        MissingDependency: if another release of Whoosh is installed than khabar needs.
    """
    folder = Path(path)
    kind = engine_class(DEFAULT_ENGINE)
    with writing(folder):
        begun = begin(folder)
    if not begun:
        raise IndexFolderError(
            f"{folder} is not empty: give an empty or a new folder, or open the index in it with open_index"
        )
    analyzer = analyzer or Analyzer()
    with writing(folder):
        made = kind.create(folder)
        create_lexicon(folder)
        from khabar.stories.writer import create_stories

        create_stories(folder)
        moment = now()
        # Last, so that a folder with a meta.json is always a whole index.
        write_meta(
            folder, Meta(engine=DEFAULT_ENGINE, analyzer=analyzer.fingerprint, created=moment, updated=moment)
        )
    return Index(folder, made, analyzer, aliases)


@takes(path=folder, create=flag, analyzer=optional(instance(Analyzer)), aliases=optional(mapping))
def open_index(
    path: str | Path,
    *,
    create: bool = False,
    analyzer: Analyzer | None = None,
    aliases: Mapping[str, str] | None = None,
) -> Index:
    """Open the index in a folder.

    Args:
        path: the folder.
        create: make an empty index, as :func:`create_index` does, where there is none.
        analyzer: the one that it was made with, if that was not the default one.
        aliases: what sources are called besides their names, such as ``{"عكاظ": "okaz"}``: heeded wherever a source is named.

    Raises:
        InvalidArgument: if an alias or what it stands for is no text, or empty.
        IndexNotFound: if there is none, and none is to be made.
        IndexFolderError: if one is to be made in a folder that holds something else.
        IndexMismatch: if it was made by another format version or analyzer, or by an engine that is not known here.
        IndexDamaged: if it cannot be read.
        MissingDependency: if another release of Whoosh is installed than khabar needs.
    """
    folder = Path(path)
    try:
        meta = read_meta(folder)
    except IndexNotFound:
        if create:
            return create_index(folder, analyzer=analyzer, aliases=aliases)
        raise
    analyzer = analyzer or Analyzer()
    if meta.engine not in ENGINES:
        raise IndexMismatch(
            f"the index {folder} is of an engine that this khabar {__version__} has not, «{meta.engine}» "
            f"(it has: {', '.join(ENGINES)}). {rebuild(folder)}"
        )
    check_meta(folder, meta, analyzer.fingerprint)
    return Index(folder, engine_class(meta.engine).open(folder), analyzer, aliases)
