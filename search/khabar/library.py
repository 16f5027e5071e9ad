"""An index as one object. The command line calls this library for all its work; nothing here prints."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import date
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Literal, Self, Unpack, cast
from weakref import finalize

from msgspec.structs import replace

from khabar.analysis.analyzer import Analyzer
from khabar.arguments import (
    Check,
    among,
    amount,
    condition,
    count,
    flag,
    function,
    instance,
    kind_of,
    lazily,
    lines,
    mapping,
    optional,
    positive,
    takes,
    text,
    texts,
)
from khabar.arguments import article_id as identity
from khabar.arguments import paths as several_paths
from khabar.corpus.article import Article, article_ids
from khabar.corpus.article import articles as several_articles
from khabar.digests import blake2b
from khabar.errors import (
    ArticleNotFound,
    IndexClosed,
    IndexFolderError,
    IndexNotFound,
    InvalidArgument,
    InvalidType,
    KhabarError,
    check_choice,
)
from khabar.highlight.matcher import Matcher
from khabar.index.folder import holds_index
from khabar.index.plan import FilterClause, Plan
from khabar.index.ranking import Ranking
from khabar.notices import MANIFEST_DAMAGED, notify
from khabar.places import Address, Archives, Place, place, place_of, places
from khabar.query.explain import WordForm, word_forms
from khabar.query.planner import Planner
from khabar.query.results import GROUPS, Group, Results, Suggestion
from khabar.query.search import search
from khabar.query.snapshot import ASKED, CONDITIONS, Asked, Conditions, Snapshot, which
from khabar.query.tree import MATCHES, Limits, Match
from khabar.ranking.answers import SORTS, Sort
from khabar.spelling import replace_surrogates
from khabar.upkeep.reports import AddReport, Info
from khabar.upkeep.stores import store_class

if TYPE_CHECKING:
    from khabar.corpus.reading.files import PathLike
    from khabar.entities.values import NameKind
    from khabar.explore.batch import BatchRow
    from khabar.explore.complete import Completion
    from khabar.explore.facets import FacetField, Facets
    from khabar.explore.line_plans import AskedAs
    from khabar.explore.names import Names
    from khabar.explore.quotations import Quotations
    from khabar.explore.related import Related
    from khabar.explore.terms import KeyTerms
    from khabar.explore.timeline import Span, Timeline, Weekday
    from khabar.highlight.whole import MarkedArticle
    from khabar.meaning.encoder import Encoder
    from khabar.meaning.kept import KeptEncoder
    from khabar.meaning.reports import EmbedEstimate, EmbedReport, VectorsInfo
    from khabar.meaning.vectors import Vectors
    from khabar.query.by_meaning import Means
    from khabar.query.interpret import Interpretation
    from khabar.query.own_words import OwnWords, WordRule
    from khabar.query.tree import Problem
    from khabar.upkeep.changes import UpdateOptions
    from khabar.upkeep.honesty import LeftOut, Texts
    from khabar.upkeep.manifest import Manifest
    from khabar.upkeep.open_index import Opened
    from khabar.upkeep.store import Store, Transacting
    from khabar.upkeep.update_report import UpdateReport

__all__ = ["AddReport", "Index", "Info", "create_index", "open_index"]


#: A search with fewer hits than this has found little.
_FEW = 3
#: Seconds that a search by meaning waits for the model.
_PATIENCE = 30.0
#: Checks of the arguments shared by the calls that write.
WRITING: dict[str, Check] = {"batch": optional(positive), "timeout": amount, "workers": count}


def _encoder(name: str, value: object) -> Encoder | str | Path:
    """Check an argument that is an encoder or names one."""
    if isinstance(value, str | os.PathLike):
        return value if isinstance(value, str) else Path(value)
    if all(hasattr(value, each) for each in ("encode", "fingerprint", "dimension", "close")):
        return cast("Encoder", value)
    raise InvalidType(name, value, f"an encoder, a str or a path is required, not {kind_of(value)}")


class Index:
    """An index of news articles, open for searching and adding. Made by :func:`create_index` and
    :func:`open_index`.

    Use it as a context manager to close it. ``len(index)`` is the number of articles, iterating yields
    them, ``article_id in index`` tests for an article, and ``index[article_id]`` returns it or raises
    :class:`ArticleNotFound` (a KeyError). Searching is safe from several threads and sees the newest
    commit, whoever made it. Adding takes the index's write lock, which only one process at a time can hold.
    """

    def __init__(
        self,
        store: Store,
        aliases: Mapping[str, str] | None = None,
        words: Sequence[Path] = (),
        encoder: Encoder | str | Path | None = None,
    ) -> None:
        self._store = store
        self._model = encoder
        self._encoder: KeptEncoder | None = None
        self._patience = _PATIENCE
        self._aliases = checked_aliases(aliases)
        self._words = tuple(words)
        self._words_state: object = None
        self._own_words: OwnWords | None = None
        self._snapshot: Snapshot | None = None
        self._opened: Opened | None = None
        self._version = ""
        self._lock = threading.Lock()
        self._closed = False

    @property
    def path(self) -> Path | Address | Archives:
        """The index folder; for an index on a cluster its address, which shows no password; for several
        archives all of these (:class:`khabar.Archives`)."""
        return self._store.place

    @property
    def archives(self) -> dict[str, int]:
        """The number of articles in each archive, by name, if several are open as one; empty for a single
        index."""
        self._check_open()
        members = self._store.members.items()
        return {name: store.newest().answers.totals.articles for name, store in members}

    @takes(name=text)
    def archive(self, name: str) -> Index:
        """Open one of several archives by itself, to write to it for example. Close it when it is no longer
        needed.

        Args:
            name: one of :attr:`archives`, such as :attr:`khabar.Hit.archive`.

        Raises:
            InvalidArgument: if there is no such archive.
        """
        self._check_open()
        where = self._store.members[self._known_archive(name)].place
        store = store_class(where).open(where, self._store.analyzer)
        return Index(store, self._aliases, self._words, self._model)

    def _known_archive(self, name: str) -> str:
        """The name of an archive."""
        known = self._store.members
        if name not in known:
            reason = f"there are: {', '.join(known)}" if known else "this is a single index"
            raise InvalidArgument("archive", name, f"there is no such archive; {reason}")
        return name

    @property
    def version(self) -> str:
        """An opaque short text that changes with each commit, with a rebuild, with changes to the reader's
        own dictionary, and with new vectors. While it stays the same, so do the answers to the same questions
        on the same day; for search by meaning, as long as the model answers."""
        snapshot = self._current()
        embedded = _vector_versions(snapshot.vectors)
        return f"{self._version}-{embedded}" if embedded else self._version

    def languages(self) -> dict[str, int]:
        """The number of articles in each language (:attr:`khabar.Article.language`), "" for unknown."""
        snapshot = self._current()
        return dict(snapshot.answers.counts(Plan((FilterClause("index"),)), "language"))

    @property
    def fields(self) -> tuple[str, ...]:
        """The sorted names of the fields kept of records (``keep=``, ``--keep``), for searching with
        ``where=`` or ``NAME:value``, and for counting."""
        return tuple(self._current().kept_names)

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
        """Release the index's files. Calls still running in other threads finish normally and hold the
        files until then. Every later call raises :class:`IndexClosed`. Closing twice is harmless.
        """
        with self._lock:
            self._closed = True
            self._snapshot = self._opened = None
            encoder, self._encoder = self._encoder, None
            self._store.close()
        if encoder is not None:
            encoder.close()

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
        meaning=flag,
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
        section: str | Sequence[str] = (),
        tag: str | Sequence[str] = (),
        language: str | Sequence[str] = (),
        place: str | Sequence[str] = (),
        where: Mapping[str, str | Sequence[str]] = MappingProxyType({}),
        today: date | None = None,
        limits: Limits | None = None,
        sort: Sort = "relevance",
        group: Group = "article",
        suggest: bool = False,
        meaning: bool = False,
    ) -> Results:
        """Find the articles that best match a query, each with its best paragraph.

        Words match in any spelling and inflection, with weights. ``"a phrase"`` requires exact words in
        order, ``+word`` is required, ``-word`` is excluded; docs/query-language.md describes the whole
        language. No query text raises an error: what cannot be understood is searched as words or ignored,
        and reported in :attr:`~khabar.Results.problems`.

        Args:
            query: the query; "" finds everything, newest first.
            match: ``any`` or ``all``: how many of the query's words an article must contain. Default:
                ``any`` when sorting by relevance, ``all`` when sorting by date, where results are read to
                the end.
            limit: maximum number of hits.
            offset: number of best hits to skip, for further pages.
            syntax: False treats the query as plain words and ignores quotation marks and operators, for
                queries that are headlines or questions.
            width: target length of snippets, in characters.
            ranking: ranking constants; None for the defaults.
            without: word forms that the query's words must not match; :meth:`why` lists the forms of a word.
            explain: fill in :attr:`~khabar.Hit.explanation`.
            since, until: only articles published in this period, bounds included. Each is a date, or a text
                as accepted after ``after:``.
            source, author, section, tag, language, place: only articles of these, named as after
                ``source:``, ``author:``, ``section:``, ``tag:``, ``language:`` and ``place:``. If there are
                several, any is enough. A source may be named by an alias, a language by a tag or its name.
            where: the same for fields kept of records, by their names (:attr:`fields`):
                ``{"desk": "سياسة"}``.
            today: the day that relative dates such as «أمس» count from. Default: the current local day.
            limits: bounds on the work a query may cause.
            sort: ``relevance``, ``newest`` or ``oldest``. Articles without a date come last when sorting by
                date.
            group: what counts as a hit: an ``article``; a ``story``, the best of all articles that report
                it (:attr:`~khabar.Hit.story`); or ``none`` for every matching paragraph.
            suggest: fill in :attr:`~khabar.Results.suggestions` if there are fewer than three hits in total.
            meaning: also rank the best fifty by meaning, and fill in :attr:`~khabar.Results.also`.
                Needs a model and the vectors of the index (docs/meaning.md). If that is not possible,
                :attr:`~khabar.Results.problems` says why, and the order is that of the words.

        Raises:
            InvalidArgument: if an argument has an unknown or unusable value, such as an unknown order or
                group, a malformed date, or a source, author, section, tag, language or place that no article
                has, or a field. It carries the argument's ``name`` and ``value``.
        """
        asked: Asked = {
            "syntax": syntax,
            "without": without,
            "since": since,
            "until": until,
            "source": source,
            "author": author,
            "section": section,
            "tag": tag,
            "language": language,
            "place": place,
            "where": where,
            "today": today,
            "limits": limits,
            "match": which(match, "any" if sort == "relevance" else "all"),
        }
        snapshot = self._current()
        results = search(
            snapshot,
            query,
            ranking or Ranking(),
            limit=limit,
            offset=offset,
            width=width,
            explained=explain,
            sort=sort,
            by_story=group == "story",
            paragraphs=group == "none",
            means=self._means() if meaning else None,
            **asked,
        )
        if not suggest or results.total >= _FEW:
            return results
        from khabar.explore.suggest import suggest as suggestions

        # From the same snapshot: the same commit, even if the index is closed meanwhile.
        return replace(results, suggestions=suggestions(snapshot, query, 3, **asked))

    def meaning_problems(self) -> tuple[Problem, ...]:
        """The current obstacles to a search by meaning, such as a missing model or missing vectors; empty if
        there are none. The code ``meaning-sent`` is no obstacle: it reports that queries are sent to a
        server. This opens the model, which loads in the background."""
        from khabar.query.by_meaning import ByMeaning

        asked = ByMeaning(self._means(), self._current().vectors, "", 0.0)
        asked.settle()
        return tuple(asked.problems)

    @property
    def patience(self) -> float:
        """The seconds that a search by meaning waits for the model, before it answers by the words alone. A
        server sets it low."""
        return self._patience

    @patience.setter
    def patience(self, seconds: float) -> None:
        self._patience = amount("patience", seconds)
        if self._encoder is not None:
            self._encoder.patience = self._patience

    def _means(self) -> Means:
        """The means for a search by meaning."""
        from khabar.query.by_meaning import Means

        stores = list(self._store.members.values()) or [self._store]
        folders = [store.place for store in stores if isinstance(store.place, Path)]

        def commands() -> str:
            from khabar.meaning.steps import commands_left

            return commands_left(self._model, folders)

        return Means(self._kept_encoder, not folders, commands)

    def _kept_encoder(self) -> KeptEncoder:
        """The encoder, which opens itself when it is needed."""
        from khabar.meaning.kept import KeptEncoder

        with self._lock:
            self._check_open()
            if self._encoder is None:
                self._encoder = KeptEncoder(self._model, self._patience)
                # So that an index that is not closed leaves no process behind.
                finalize(self, self._encoder.close).atexit = False
            return self._encoder

    @takes(query=text, fields=texts, limit=optional(count), **ASKED)
    def facets(
        self,
        query: str = "",
        fields: FacetField | str | Sequence[FacetField | str] = ("source", "author", "month"),
        *,
        limit: int | None = 10,
        **asked: Unpack[Asked],
    ) -> Facets:
        """Count all matching articles by source, author, section, tag, language, place, year or month, or by
        a field kept of records.

        Args:
            query: as for :meth:`search`; "" for everything.
            fields: fields to count by: one or several of ``source``, ``author``, ``section``, ``tag``,
                ``language``, ``place``, ``year``, ``month``, also by their Arabic names; and the names in
                :attr:`fields`. An article counts once for each of its tags, or values of a field.
            limit: maximum number of values per field, those with the most articles; None for all.
            asked: ``since``, ``until``, ``source``, ``author``, ``section``, ``tag``, ``language``,
                ``place``, ``where``, ``syntax``, ``without``, ``today``, ``limits`` and ``match``, as for
                :meth:`search`. Articles must contain all words of the query, unless ``match="any"``.

        Raises:
            InvalidArgument: if a field is not one of these.
        """
        from khabar.explore.facets import count_facets

        return count_facets(self._current(), query, texts("fields", fields), limit, **asked)

    @takes(queries=texts, by=text, week_start=text, **ASKED)
    def timeline(
        self,
        queries: str | Sequence[str] = "",
        *,
        by: Span | Literal["auto"] = "auto",
        week_start: Weekday = "monday",
        **asked: Unpack[Asked],
    ) -> Timeline:
        """Count the matching articles by day, week, month or year, including empty periods.

        Args:
            queries: one query, or several to compare; "" for everything.
            by: ``day``, ``week``, ``month`` or ``year``; ``auto`` takes the shortest that gives at most 60
                buckets.
            week_start: ``monday``, ``sunday`` or ``saturday``.
            asked: as for :meth:`facets`.

        Raises:
            InvalidArgument: if ``by`` or ``week_start`` is not one of these.
        """
        from khabar.explore.timeline import make_timeline

        return make_timeline(self._current(), texts("queries", queries), by, week_start, **asked)

    @takes(query=text, limit=count, best=count, **ASKED)
    def terms(self, query: str = "", *, limit: int = 20, best: int = 200, **asked: Unpack[Asked]) -> KeyTerms:
        """Find the key terms of a query: words and names more frequent in its articles than in the rest of
        the index.

        Args:
            query: as for :meth:`search`; "" with other conditions for all articles that meet them.
            limit: maximum number of results.
            best: number of best articles to analyse, each story once.
            asked: as for :meth:`facets`.
        """
        from khabar.explore.terms import key_terms

        return key_terms(self._current(), query, limit, best, **asked)

    @takes(query=text, kind=texts, beside=text, limit=optional(count), best=optional(count), **ASKED)
    def names(
        self,
        query: str = "",
        kind: NameKind | Sequence[NameKind] = (),
        *,
        beside: str = "",
        limit: int | None = 20,
        best: int | None = 500,
        **asked: Unpack[Asked],
    ) -> Names:
        """Find the people, places and organisations named in the articles of a query.

        They are recognised by rules and lists: titles before names, given names, «وزارة», «مدينة», a
        gazetteer. Some are missed and some are wrong: docs/howto/names.md has the figures. Spellings
        of a name count as one where the articles say so; two people of one name cannot be told apart.

        Args:
            query: as for :meth:`search`; "" for everything, the newest articles first.
            kind: ``person``, ``place``, ``organisation``, or several; default: all three.
            beside: only articles that also name this person, place or organisation, which is left out of the
                answer.
            limit: maximum number of names of each kind, those in most articles; None for all.
            best: number of best articles to read; None for all matches, which takes about a millisecond for
                each.
            asked: as for :meth:`facets`.

        Raises:
            InvalidArgument: if a kind is not one of these, or ``beside`` has no word.
        """
        from khabar.arguments import several_among
        from khabar.entities.values import KINDS
        from khabar.explore.names import names_of

        kinds = several_among(*KINDS)("kind", kind) or KINDS
        return names_of(self._current(), query, kinds, beside.strip(), limit, best, **asked)

    @takes(limit=count, copies=flag)
    def related(
        self, article: str | int | Article, *, limit: int = 10, copies: bool = False
    ) -> Related | None:
        """Find articles similar to one, with the words that link them; None if there is no article with this
        id.

        Args:
            article: the id of an article, or any article, such as one of another index or ``Article("", "",
                (text,))``.
            limit: maximum number of results.
            copies: whether to include articles that report the same story, and several articles about another
                story.
        """
        from khabar.explore.related import related_articles

        snapshot = self._current()
        known: Article | None
        if isinstance(article, Article):
            known = article
        else:
            known = snapshot.answers.article(replace_surrogates(str(identity("article", article))))
        return None if known is None else related_articles(snapshot, known, limit, copies=copies)

    @takes(text=text, limit=positive, similarity=optional(amount), **CONDITIONS)
    def quote(
        self,
        text: str,
        *,
        limit: int = 10,
        similarity: float | None = None,
        **conditions: Unpack[Conditions],
    ) -> Quotations:
        """Find the places of a text in the same or nearly the same words, with the differences; the same
        words come first, and of equally similar places the earliest.

        Vocalisation, letter forms and variants of spelling make no difference. A text of up to sixty words is
        searched as a whole, even across the border of two paragraphs; a longer one, or one that is not found
        as a whole, sentence by sentence. Near-copies of one report count as one place. For a part that is not
        found, the nearest place is given. Two words, or function words alone, must be the same and in the
        same order.

        Args:
            text: the words of the quotation; punctuation does not matter.
            limit: maximum number of places for each part of the text.
            similarity: minimum similarity of a place, above 0 and up to 1 (:attr:`QuotedPlace.similarity`).
                Default: 0.6.
            conditions: ``since``, ``until``, ``source``, ``author``, ``section``, ``tag``, ``language``,
                ``place``, ``where`` and ``today``, as for :meth:`search`.

        Raises:
            InvalidArgument: if ``similarity`` is out of range.
        """
        from khabar.explore.quote import SIMILAR, find_quotations

        least = SIMILAR if similarity is None else similarity
        if not 0 < least <= 1:
            raise InvalidArgument("similarity", least, "a number above 0 and up to 1 is required")
        return find_quotations(self._current(), text, limit, least, **conditions)

    @takes(
        queries=lines,
        asked_as=text,
        hits=optional(count),
        sources=count,
        width=positive,
        limits=optional(instance(Limits)),
        **CONDITIONS,
    )
    def batch(
        self,
        queries: str | Iterable[str],
        *,
        asked_as: AskedAs = "name",
        hits: int | None = 1,
        sources: int = 3,
        width: int = 200,
        limits: Limits | None = None,
        **conditions: Unpack[Conditions],
    ) -> Iterator[BatchRow]:
        """Answer a list of names or queries, one row for each line, in their order: number of articles, first
        and last day, sources, and the best passages. All rows are from the same commit.

        ``asked_as`` decides which articles a line counts. A ``name`` matches where its words stand next to
        one another: joined or spaced («عبد الله», «عبدالله»), with a particle before it («ومحمد») and in any
        spelling, but in no other inflection. A ``phrase`` matches as in quotation marks, exactly. ``words``
        must all be somewhere in the article, in any inflection, which counts more than the name does. A
        ``query`` is in the language of :meth:`search`; all its words are required.

        Args:
            queries: the lines. They are taken some hundreds at a time, so a generator may be endless.
            asked_as: ``name``, ``phrase``, ``words`` or ``query``.
            hits: number of best articles for each line; None for all.
            sources: number of sources for each line, those with the most articles.
            width: target length of snippets, in characters.
            limits: bounds on the work a query may cause.
            conditions: ``since``, ``until``, ``source``, ``author``, ``section``, ``tag`` and ``today``,
                as for :meth:`search`.

        Raises:
            InvalidArgument: if ``asked_as`` is not one of these, or a condition is invalid.
            InvalidType: when a line is reached that is not a str.
        """
        from khabar.explore.batch import answer_lines
        from khabar.explore.line_plans import ASKED_AS

        check_choice("asked_as", asked_as, ASKED_AS)
        return answer_lines(
            self._current(),
            queries,
            asked_as,
            hits=hits,
            sources=sources,
            width=width,
            limits=limits,
            **conditions,
        )

    @takes(query=text, limit=count, **ASKED)
    def suggest(self, query: str, *, limit: int = 3, **asked: Unpack[Asked]) -> tuple[Suggestion, ...]:
        """Suggest ways to write a query that find more: corrected spelling, the other keyboard layout, Arabic
        letters.

        Args:
            query: as for :meth:`search`.
            limit: maximum number of results.
            asked: as for :meth:`facets`, but any of the words is enough unless ``match="all"``.
        """
        from khabar.explore.suggest import suggest

        return suggest(self._current(), query, limit, **asked)

    @takes(prefix=text, limit=count)
    def complete(self, prefix: str, *, limit: int = 10) -> tuple[Completion, ...]:
        """List words of the index that begin with some letters, with or without «ال», the most frequent
        first.

        Args:
            prefix: the letters, in any spelling.
            limit: maximum number of results.
        """
        from khabar.explore.complete import complete

        return complete(self._current(), prefix, limit)

    @takes(word=text, ranking=optional(instance(Ranking)))
    def why(self, word: str, *, ranking: Ranking | None = None) -> tuple[WordForm, ...]:
        """List the forms in this index that a query word matches, at each depth, with their frequencies.

        Args:
            word: one word, or a name of two words («عبد الله»). It may have a sign: «=word», «wo*d»,
                «word~».
            ranking: ranking constants, which decide the weight of a form; None for the defaults.

        Raises:
            InvalidArgument: if ``word`` is several words.
        """
        snapshot = self._current()
        return word_forms(word, snapshot.planner, snapshot.answers, ranking or Ranking())

    @takes(query=text, **ASKED)
    def interpret(self, query: str, **asked: Unpack[Asked]) -> Interpretation:
        """Show how a query is understood: each of its words with the forms that it matches in this index, and
        the number of articles that contain it; for example, to see why nothing is found.

        Args:
            query: as for :meth:`search`.
            asked: as for :meth:`facets`, but any of the words is enough unless ``match="all"``.
        """
        from khabar.query.interpret import interpret

        return interpret(self._current(), query, **asked)

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
        """Index articles. An article whose id is already in the index is skipped if unchanged, and replaced
        otherwise.

        An error from the iterable or a full disk loses only what came after the last complete batch; an
        article or batch is never partly indexed. A changed article that no longer contains a word is
        skipped, and its earlier version stays. An article with the id of one from another source and
        address is skipped, too; remove that one first.

        Args:
            articles: an article, or any iterable of articles, such as the result of :func:`khabar.read`.
                They are taken one at a time; with ``workers``, a few hundred ahead.
            batch: number of new or changed articles per commit; a run that is killed continues from the
                last commit. None commits once, at the end: all or nothing.
            timeout: seconds to wait for another writer.
            progress: called after each article with the report so far.
            workers: maximum number of worker processes, used for more than a few hundred new articles. A
                script that uses them must guard its main code with ``if __name__ == "__main__":``, as
                :mod:`multiprocessing` requires.

        Returns:
            Counts of what was done.

        Raises:
            IndexLocked: if another writer holds the index.
            IndexFolderError: if the index cannot be written, or its files cannot be read.
        """
        from khabar.upkeep.adding import add_articles

        given = several_articles("articles", articles)
        with self._transaction(timeout, workers) as transaction:
            if transaction.after_killed:
                # Settle an interrupted removal before its articles may be added again.
                _settled_manifest(transaction)
            return add_articles(
                transaction,
                given,
                batch=batch,
                committed=self._store.committed,
                stored=self._stored,
                progress=progress,
            )

    @takes(
        options=optional(lazily("khabar.upkeep.changes", "UpdateOptions")),
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
        """Bring the index up to date with files: read new and changed files, recognise moved ones, leave the
        others alone.

        Args:
            sources: files and folders, as for :func:`khabar.read`.
            options: how files are read, and whether articles of deleted files are removed.
            batch, timeout, workers: as for :meth:`add`.
            progress: called with each article that is read.
            stop: polled from time to time; returns True to stop early. Work done until then is kept.

        Raises:
            SourceError: if a source does not exist.
            IndexLocked, IndexFolderError: as for :meth:`add`.
        """
        from khabar.upkeep import update
        from khabar.upkeep.changes import UpdateOptions, find_changes
        from khabar.upkeep.update_report import nothing_done

        self._check_open()
        options = options or UpdateOptions()
        sources = several_paths("sources", sources)
        known = self._store.manifest()
        if known.damaged:
            notify(MANIFEST_DAMAGED, known.damage)
        changes = find_changes(known, sources, options)
        if changes.idle(options.prune):
            if known.damaged or not self._store.is_settled(known):
                # A writer was killed after its last commit: remove its leftovers and record how it ended.
                with suppress(KhabarError), self._transaction(0) as transaction:
                    known = _settled_manifest(transaction)
                    changes = find_changes(known, sources, options)
            # A file that was being forgotten is read again now.
            if changes.idle(options.prune):
                return nothing_done(changes, known)
        with self._transaction(timeout, workers) as transaction:
            manifest = _settled_manifest(transaction)
            return update.Update(
                transaction,
                manifest,
                find_changes(manifest, sources, options),
                options,
                batch=batch,
                committed=self._store.committed,
                stored=self._stored,
                articles=lambda sources: self._newest().answers.articles(sources),
                closings=transaction.closings(),
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
        """Remove articles by id, in one commit, and return how many were removed. They come back with
        :meth:`update` when their file changes.

        Args:
            ids: an id or article, or an iterable of them. Unknown ids are ignored.
            forget: absolute paths of files and folders to treat as never read.
            timeout: seconds to wait for another writer.
        """
        removals = [replace_surrogates(each) for each in article_ids("ids", ids)]
        forgotten = several_paths("forget", forget)
        with self._transaction(timeout) as transaction:
            manifest = _settled_manifest(transaction)
            files = [source.path for path in forgotten for source in manifest.below(os.fspath(path))]
            manifest.begin_removal(removals, files)
            with transaction.writing():
                manifest.write()
            removed = sum(map(transaction.delete, transaction.looked_up(removals, str)))
            transaction.commit()
            manifest.end_removal()
            with transaction.writing():
                manifest.write()
            self._store.committed()
        return removed

    @takes(
        encoder=optional(_encoder),
        anew=flag,
        limit=optional(positive),
        seconds=optional(amount),
        timeout=amount,
        progress=optional(function),
        stop=function,
    )
    def embed(
        self,
        encoder: Encoder | str | Path | None = None,
        *,
        anew: bool = False,
        limit: int | None = None,
        seconds: float | None = None,
        timeout: float = 5.0,
        progress: Callable[[EmbedReport, int, int], None] | None = None,
        stop: Callable[[], bool] = lambda: False,
    ) -> EmbedReport:
        """Make the vectors that articles of the index lack, for search by meaning; the newest articles first.
        A text that has vectors already is not embedded again, whatever article it belongs to.

        It commits every few seconds: a run that ends early or is killed keeps its work, and the next one
        continues from there. Meanwhile the index can be searched and written to.

        Args:
            encoder: an encoder, or the argument of :func:`khabar.meaning.models.open_encoder`. Default: that
                of :func:`khabar.open_index`.
            anew: make all of them again, for example with another model; the existing ones are removed first.
            limit: the maximum number of texts to embed.
            seconds: begin nothing after this time.
            timeout: seconds to wait for another process that makes vectors of this index, or, for the first
                ones, for another writer.
            progress: called with the report so far, the number of articles done, and the number of all
                articles to do.
            stop: polled from time to time; returns True to stop early. Work done until then is kept.

        Raises:
            VectorsMismatch: if the index has vectors of another model, and ``anew`` is False.
            EncoderMissing: if there is no such model.
            EncoderFailed: if the model gives no vectors at all. Earlier vectors are kept.
            IndexLocked: if another process makes vectors of this index.
            IndexNotInFolder: if the index is on a cluster.
            IndexReadOnly: if several archives are open as one.
            IndexUnavailable: if the vectors cannot be written.
        """
        from khabar.upkeep.vectors import build_vectors

        self._check_open()
        with _opened_encoder(self._model if encoder is None else encoder) as opened:
            return build_vectors(
                self._store,
                opened,
                anew=anew,
                limit=limit,
                seconds=seconds,
                timeout=timeout,
                progress=progress or (lambda report, done, of: None),
                stop=stop,
            )

    @takes(encoder=optional(_encoder), anew=flag)
    def embed_estimate(
        self, encoder: Encoder | str | Path | None = None, *, anew: bool = False
    ) -> EmbedEstimate:
        """Estimate the work of :meth:`embed`: articles, space and time, measured on a sample in a few
        seconds.

        Args:
            encoder, anew: as for :meth:`embed`.

        Raises:
            EncoderMissing, IndexNotInFolder, IndexReadOnly: as for :meth:`embed`.
        """
        from khabar.upkeep.vectors import estimate_vectors

        self._check_open()
        with _opened_encoder(self._model if encoder is None else encoder) as opened:
            return estimate_vectors(self._store, opened, anew=anew)

    def vectors(self) -> VectorsInfo:
        """Describe the vectors of the index: the model that made them, the number of articles with vectors,
        and their size. For an index without vectors the numbers are 0.

        Raises:
            IndexDamaged: if their files are damaged; :meth:`embed` repairs them.
        """
        from khabar.upkeep.vectors import vectors_info

        self._check_open()
        return vectors_info(self._store)

    @takes(timeout=amount)
    def clear_vectors(self, *, timeout: float = 5.0) -> VectorsInfo:
        """Remove the vectors of the index, and describe the removed ones. Its articles stay.

        Args:
            timeout: seconds to wait for another process that makes vectors.

        Raises:
            IndexLocked: if another process makes vectors of this index.
            IndexNotInFolder, IndexReadOnly: as for :meth:`embed`.
        """
        from khabar.upkeep.vectors import clear_vectors

        self._check_open()
        return clear_vectors(self._store, timeout)

    @takes(query=text, match=among(*MATCHES))
    def choose(
        self,
        *,
        paths: PathLike | Iterable[PathLike] = (),
        sources: str | Iterable[str] = (),
        query: str = "",
        match: Match = "all",
    ) -> list[Article]:
        """List articles by file or folder, by source, or by query, for example to remove them.

        Args:
            paths: absolute paths of files or folders.
            sources: outlets, by full name or alias.
            query: as for :meth:`search`; chooses all matches, best first. "" chooses none.
            match: ``any`` or ``all``: how many of the query's words an article must contain.
        """
        from khabar.upkeep.select import choose

        below = [os.fspath(path) for path in several_paths("paths", paths)]
        outlets = condition("sources", sources)
        snapshot = self._current()
        return choose(snapshot, self._store.manifest() if below else None, below, outlets, query, match)

    def left_out(self) -> LeftOut:
        """Report what was not indexed from the index's files, and why."""
        self._check_open()
        return self._left_out()

    def _left_out(self) -> LeftOut:
        return self._store.left_out()

    def texts(self) -> Texts:
        """Describe the quality of the texts, and what was not indexed: see :class:`Texts`. Reads every
        article."""
        from khabar.upkeep.honesty import texts_of

        return texts_of(self.articles(), self._left_out())

    def _transaction(self, timeout: float, workers: int = 0) -> Transacting:
        self._check_open()
        return self._store.transaction(timeout, workers)

    @takes(article_id=identity, archive=text)
    def article(self, article_id: str | int, *, archive: str = "") -> Article | None:
        """Return an article by id, or None if there is none.

        Args:
            article_id: see :attr:`khabar.Article.id`; search shows it with each hit.
            archive: the archive it is from, if several are open as one; "" for the first that has it.
        """
        return self._article(self._current(), article_id, archive)

    def _article(self, snapshot: Snapshot, article_id: str | int, archive: str) -> Article | None:
        if archive:
            self._known_archive(archive)
        name = replace_surrogates(str(article_id))
        found = snapshot.answers.article(name, archive)
        if found is None:
            from khabar.corpus.records.values import usable_id

            # The id as its record has it: readers replace white space by «_».
            usable = usable_id(name)
            found = snapshot.answers.article(usable, archive) if usable != name else None
        return found

    @takes(article_id=identity, query=text, syntax=flag, archive=text)
    def highlight(
        self, article_id: str | int, query: str = "", *, syntax: bool = True, archive: str = ""
    ) -> MarkedArticle | None:
        """Return a whole article by id, with the query's words marked in title and paragraphs; None if there
        is none.

        Args:
            article_id: see :attr:`khabar.Article.id`.
            query: the query whose words are marked; "" marks nothing.
            syntax: as for :meth:`search`.
            archive: as for :meth:`article`.
        """
        snapshot = self._current()
        article = self._article(snapshot, article_id, archive)
        if article is None:
            return None
        matcher = None
        if query.strip():
            planned = snapshot.plan(query, syntax=syntax)
            matcher = Matcher(planned.plan, planned.words)
        having = snapshot.answers.having([article])[0]
        from khabar.highlight.whole import mark_article

        return replace(mark_article(article, matcher, self._store.analyzer), archives=tuple(having))

    def articles(self) -> Iterator[Article]:
        """Iterate over all articles, in indexing order."""
        return self._current().answers.articles()

    def __iter__(self) -> Iterator[Article]:
        return self.articles()

    def __contains__(self, article_id: object) -> bool:
        # As with a dict, a value that cannot be an id is simply not in the index.
        try:
            return self.article(identity("article_id", article_id)) is not None
        except InvalidType:
            return False

    @takes(word=text)
    def own_words(self, word: str) -> tuple[WordRule, ...]:
        """The rules of the reader's own dictionary for a word or a form of it.

        Args:
            word: a single word.
        """
        own = self._current().planner.forms.own_words
        tokens = self._store.analyzer.tokens(word)
        return own.about(tokens[0].word.exact[0]) if own is not None and tokens else ()

    @takes(article_id=identity)
    def __getitem__(self, article_id: str | int) -> Article:
        article = self.article(article_id)
        if article is None:
            raise ArticleNotFound(
                f"there is no article {article_id!r} in {self.path}; index[...] takes the id of an article"
            )
        return article

    def __len__(self) -> int:
        return self._current().answers.totals.articles

    def info(self) -> Info:
        """Describe the index: counts, sources, date span, size and version."""
        self._check_open()
        return self._store.info()

    def state(self) -> Literal["whole", "being built", "half built"]:
        """Whether the index is ``whole``; ``being built`` by its first writer; or ``half built``, because
        that writer failed."""
        self._check_open()
        return self._store.state()

    def _check_open(self) -> None:
        if self._closed:
            raise IndexClosed(
                f"the index {self.path} was closed: open it again with khabar.open_index({str(self.path)!r})"
            )

    def _current(self) -> Snapshot:
        self._check_open()
        return self._newest()

    def _newest(self) -> Snapshot:
        """The newest commit, with a planner whose lexicon has all its words. Works for calls still running
        while the index is being closed."""
        with self._lock:
            self._read_words()
            opened = self._store.newest()
            if self._snapshot is None or opened is not self._opened:
                planner = Planner(
                    self._store.analyzer, opened.lexicon, self._aliases, self._own_words, opened.vocabulary
                )
                snapshot = Snapshot(opened.answers, planner, self._store.vectors)
                if self._closed:
                    return snapshot
                self._snapshot, self._opened = snapshot, opened
                self._version = self._version_of(opened)
            return self._snapshot

    def _version_of(self, opened: Opened) -> str:
        """See :attr:`version`."""
        words = repr(self._words_state)
        parts = str(self.path), opened.edition, str(opened.answers.generation), words
        return blake2b("\n".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()

    def _read_words(self) -> None:
        """Read the reader's own dictionary again if its files were changed, so that a new planner is made."""
        if not self._words:
            return
        state = [_state(path) for path in self._words]
        if state == self._words_state:
            return
        from khabar.query.own_words import OwnWords

        self._own_words = OwnWords.read(self._words, self._store.analyzer)
        self._words_state = state
        self._opened = None

    def _stored(self, article_id: str) -> Article | None:
        """An article by its id. Works for calls still running while the index is being closed."""
        return self._newest().answers.article(replace_surrogates(article_id))


@contextmanager
def _opened_encoder(encoder: Encoder | str | Path | None) -> Iterator[Encoder]:
    """Open an encoder, and close it at the end if it was opened here."""
    if encoder is not None and not isinstance(encoder, str | Path):
        yield encoder
        return
    from khabar.meaning.models import open_encoder

    with closing(open_encoder(encoder)) as opened:
        yield opened


def _settled_manifest(transaction: Transacting) -> Manifest:
    """The manifest, brought in line with the index if a process was killed while it removed articles."""
    with transaction.writing():
        manifest = transaction.manifest()
        manifest.settle(lambda each: transaction.fingerprint(each) is not None)
        manifest.write()
    return manifest


def _vector_versions(vectors: Callable[[], Mapping[str, Vectors | None]]) -> str:
    """A text that changes with the vectors of an index; "" if it has none."""
    try:
        there = [(name, each) for name, each in vectors().items() if each is not None]
    except KhabarError:
        return "damaged"
    description = "\n".join(f"{name} {each.encoder_fingerprint} {each.generation}" for name, each in there)
    return blake2b(description.encode(), digest_size=8).hexdigest() if there else ""


def _state(path: Path) -> tuple[int, int, int] | None:
    """A value that changes with the content of a file; None if it cannot be accessed."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _paths(words: str | Path | Sequence[str | Path]) -> tuple[Path, ...]:
    from khabar.query.dictionaries import words_file

    return tuple(map(words_file, [words] if isinstance(words, str | Path) else words))


def checked_aliases(aliases: Mapping[str, str] | None) -> dict[str, str]:
    """Check aliases of sources, each with the name of its source.

    Raises:
        InvalidArgument: if an alias or name is empty or not a str.
    """
    result = mapping("aliases", {} if aliases is None else aliases)
    for alias, name in result.items():
        if not (alias.strip() and name.strip()):
            raise InvalidArgument(
                "aliases", {alias: name}, "an alias and the name of its source are not empty"
            )
    return result


@takes(path=place, analyzer=optional(instance(Analyzer)), aliases=optional(mapping), engine=text)
def create_index(
    path: str | Path | Address,
    *,
    analyzer: Analyzer | None = None,
    aliases: Mapping[str, str] | None = None,
    engine: str = "",
) -> Index:
    """Create an empty index in a folder, which is created if necessary, or on a cluster.

    Args:
        path: a new or empty folder; or an address, ``opensearch://host:9200/NAME``.
        analyzer: turns words into terms; for example, one with another dictionary. Pass the same one to
            :func:`open_index`.
        aliases: other names of sources, as for :func:`open_index`.
        engine: the name of an engine from another package (docs/howto/plugins.md), for an index in a folder.
            Default: khabar's own. The name is not needed for opening the index.

    Raises:
        IndexFolderError: if the folder is not empty.
        IndexLocked: if another process has been making an index there for five seconds.
        IndexMismatch: if no engine has this name.
        MissingDependency: if the installed release of Whoosh is not the one that khabar needs, or (a
            PluginError) the engine cannot be used.
    """
    where = place_of(path)
    if engine:
        if not isinstance(where, Path):
            raise InvalidArgument("engine", engine, "an index on a cluster is kept by the cluster")
        from khabar.upkeep.folder_store import FolderStore

        return Index(FolderStore.create(where, analyzer or Analyzer(), engine), aliases)
    return Index(store_class(where).create(where, analyzer or Analyzer()), aliases)


@takes(
    path=places,
    create=flag,
    analyzer=optional(instance(Analyzer)),
    aliases=optional(mapping),
    words=several_paths,
    encoder=optional(_encoder),
)
def open_index(
    path: str
    | Path
    | Address
    | Archives
    | Sequence[str | Path | Address]
    | Mapping[str, str | Path | Address],
    *,
    create: bool = False,
    analyzer: Analyzer | None = None,
    aliases: Mapping[str, str] | None = None,
    words: str | Path | Sequence[str | Path] = (),
    encoder: Encoder | str | Path | None = None,
) -> Index:
    """Open the index in a folder, or on a cluster; or several as one.

    Args:
        path: the folder; or the address, ``opensearch://host:9200/NAME`` (docs/howto/cluster.md). Several of
            these, or a dict of them by their names, are searched as one index that can only be read: see
            docs/howto/archives.md.
        create: create an empty index, as :func:`create_index` does, if there is none.
        analyzer: the analyzer it was created with, if not the default.
        aliases: other names of sources, such as ``{"عكاظ": "okaz"}``, accepted wherever a source is named.
        words: the reader's own dictionary: a file, or several (:mod:`khabar.query.own_words`);
            ``"plugin:NAME"`` is one from another package. A changed file is read again before the next
            search.
        encoder: the encoder of queries, for search by meaning: an :class:`khabar.meaning.encoder.Encoder`,
            which its maker closes; or the argument of :func:`khabar.meaning.models.open_encoder`, None for
            its default. It is opened only when it is needed.

    Raises:
        WordsError: if a file of words has a line that is invalid or contradicts others.
        SettingsUnavailable: if a file of words cannot be read.
        PluginError: if a named dictionary is not installed or cannot be used.
        InvalidArgument: if an alias or the name of its source is empty or not a str.
        IndexNotFound: if there is no index and ``create`` is False. If one of several cannot be opened, none
            is, and the error names it.
        IndexFolderError: if an index should be created in a folder that is not empty.
        IndexMismatch: if it has another format version, analyzer, or an unknown engine.
        IndexDamaged: if its files are damaged.
        IndexUnavailable: if the system refuses to read them.
        ClusterUnavailable: if a cluster does not answer, or refuses access.
        MissingDependency: if the installed release of Whoosh is not the one that khabar needs, or
            opensearch-py is missing.
    """
    where = cast(Place, path)
    if create and isinstance(where, Archives):
        raise InvalidArgument(
            "create", create, "several archives are opened as they are; create each by itself"
        )
    kind = store_class(where)
    rules = analyzer or Analyzer()
    paths = _paths(words)

    def opened() -> Index:
        index = Index(kind.open(where, rules), aliases, paths, encoder)
        # So that mistakes in the dictionary are raised now, not at the first search.
        index._read_words()
        return index

    if not create:
        return opened()
    with suppress(IndexNotFound):
        return opened()
    assert not isinstance(where, Archives)
    make_unless_there(where, analyzer)
    return opened()


def make_unless_there(where: Path | Address, analyzer: Analyzer | None = None) -> bool:
    """Create an empty index. Returns False, and does nothing, if another process has made one there
    meanwhile. Raises the errors of :func:`create_index`."""
    try:
        create_index(where, analyzer=analyzer).close()
    except IndexFolderError:
        if isinstance(where, Address) or not holds_index(where):
            raise
        return False
    return True
