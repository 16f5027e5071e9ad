"""The people, places and organisations named in the articles of a query, with the evidence.

Names are found on request, in the best of the matching articles (:mod:`khabar.entities`). That takes about a
millisecond per article, needs no space in the index, and works with every engine.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import islice
from typing import Any, Literal, Unpack

import msgspec
from msgspec.structs import replace

from khabar.analysis import tokenizer
from khabar.analysis.fold import fold
from khabar.corpus.article import Article
from khabar.entities import values
from khabar.entities.finding import Finder
from khabar.entities.merging import Found, Merged, merge
from khabar.entities.values import NameKind
from khabar.errors import InvalidArgument
from khabar.explore.line_plans import under
from khabar.index.plan import FilterClause, GroupClause, Occur, Plan
from khabar.query.named import MOST_WORDS, NameWays
from khabar.query.snapshot import Asked, Snapshot, Tally
from khabar.query.tree import Problem
from khabar.ranking.answers import Sort
from khabar.serialize import Sequenced, Serializable

__all__ = ["Name", "NameEvidence", "NameSpelling", "Names", "names_of"]

#: Maximum number of articles whose names are cached, at some ten kilobytes each.
_KEPT = 2_000
#: Maximum number of spellings, and of pieces of evidence, reported for a name.
_SHOWN = 5


class NameSpelling(Serializable, msgspec.Struct, frozen=True):
    """A way in which a name is written.

    Attributes:
        text: as written in the articles, without vowel marks.
        articles: number of articles with it, among those examined.
    """

    text: str
    articles: int


class NameEvidence(Serializable, msgspec.Struct, frozen=True):
    """Something by which a name was recognised.

    Attributes:
        sort: ``title``: a title or role before it; ``speech``: a verb of speech beside it; ``head``: its
            first word, or the word before it («شركة», «مدينة»); ``listed``: it is in a list; ``given name``:
            it begins with one; ``quoted``: it is in quotation marks after its head.
        text: the words, or "".
        articles: number of articles with this evidence, among those examined.
    """

    sort: Literal["title", "speech", "head", "listed", "given name", "quoted"]
    text: str
    articles: int


class Name(Serializable, msgspec.Struct, frozen=True):
    """A person, place or organisation.

    Attributes:
        kind: ``person``, ``place`` or ``organisation``.
        text: its usual spelling.
        articles: number of articles that name it in any spelling, among those examined.
        spellings: the most frequent spellings.
        more_spellings: number of further spellings.
        evidence: the most frequent evidence.
    """

    kind: NameKind
    text: str
    articles: int
    spellings: tuple[NameSpelling, ...] = ()
    more_spellings: int = 0
    evidence: tuple[NameEvidence, ...] = ()

    def row(self) -> dict[str, Any]:
        """The name as a flat table row."""
        return {
            "kind": self.kind,
            "text": self.text,
            "articles": self.articles,
            "spellings": "، ".join(spelling.text for spelling in self.spellings),
            "evidence": "، ".join(evidence.text or evidence.sort for evidence in self.evidence),
        }


class Names(Sequenced[Name], Serializable, msgspec.Struct, frozen=True):
    """The names in the articles of a query.

    Attributes:
        query: as typed.
        total: number of matching articles.
        looked_at: number of these that were examined for names, the best.
        names: the names in most of the examined articles.
        took_ms: duration in milliseconds.
        more: number of further names.
        beside: the name that all these articles contain, if one was given; it is not among the names.
        problems: parts of the query that were not understood.
        match: ``any`` or ``all``: how many of the query's words an article had to contain.
        with_all, with_any: number of articles with all the words, and with any, as in :class:`Results`.
    """

    query: str
    total: int
    looked_at: int
    names: tuple[Name, ...]
    took_ms: float
    more: int = 0
    beside: str = ""
    problems: tuple[Problem, ...] = ()
    match: Literal["any", "all"] = "any"
    with_all: int | None = None
    with_any: int | None = None

    def _listed(self) -> tuple[Name, ...]:
        return self.names

    def rows(self) -> list[dict[str, Any]]:
        """One row per name: ``kind``, ``text``, ``articles``, ``spellings``, ``evidence``."""
        return [name.row() for name in self.names]


class _NamesByArticle:
    """The names in the articles of one commit, cached for a number of articles."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.finder = Finder()
        self._names: dict[str, tuple[Found, ...]] = {}

    def of(self, article: Article) -> tuple[Found, ...]:
        """The names in an article; none if it is known to be in a language other than Arabic, because the
        rules are those of Arabic."""
        if article.language and article.language.partition("-")[0] != "ar":
            return ()
        # Several archives may have different articles with one id.
        key = article.fingerprint()
        names = self._names.get(key)
        if names is None:
            names = tuple(
                Found.of(text, mention)
                for text in (article.title, *article.paragraphs)
                for mention in self.finder.mentions(text)
            )
            if len(self._names) < _KEPT:
                self._names[key] = names
        return names


def names_of(
    snapshot: Snapshot,
    query: str,
    kinds: Sequence[NameKind],
    beside: str,
    limit: int | None,
    best: int | None,
    **asked: Unpack[Asked],
) -> Names:
    """The names in the articles that match; see :meth:`khabar.Index.names`."""
    began = time.perf_counter()
    total, planned, tally = snapshot.counted(query, **asked)
    plan = planned.plan
    if beside:
        plan = _beside(snapshot, plan, beside)
        total, tally = snapshot.answers.count(plan), Tally(tally.match)
    sort: Sort = "relevance" if plan.leaves else "newest"
    cache = snapshot.kept(_NamesByArticle)
    found = [cache.of(article) for article in snapshot.answers.matching(plan, sort=sort, limit=best)]
    merged = [name for name in merge(found) if name.kind in kinds]
    if beside:
        given = f" {_key(beside)} "
        merged = [name for name in merged if not any(given in f" {key} " for key in name.keys)]
    shown = merged
    if limit is not None:
        shown = [
            name
            for kind in kinds
            for name in islice((other for other in merged if other.kind == kind), limit)
        ]
    took = (time.perf_counter() - began) * 1000
    return Names(
        query,
        total,
        len(found),
        tuple(map(_name, shown)),
        round(took, 2),
        len(merged) - len(shown),
        beside,
        planned.problems,
        *tally,
    )


def _beside(snapshot: Snapshot, plan: Plan, name: str) -> Plan:
    """The plan for articles of another plan that contain a name as well."""
    planner = snapshot.planner
    ways = NameWays(planner.analyzer, planner.forms)
    ways.prepare([name])
    tokens = [token for token in planner.analyzer.tokens(name) if token.word.exact[0]]
    leaves = tuple(replace(leaf, occur=Occur.SHOULD) for leaf in ways.leaves(tokens[:MOST_WORDS]))
    if not leaves:
        raise InvalidArgument("beside", name, "there is no word in it")
    clause = GroupClause(leaves, Occur.MUST)
    if plan.clauses == (FilterClause("index"),):
        return Plan((clause,))
    return under((clause,), plan.clauses)


def _key(name: str) -> str:
    """A name in the form of the keys of mentions: folded, without «بن»."""
    words = [fold(word) for word in tokenizer.words(name)]
    return " ".join(word for word in words if word not in ("بن", "ابن"))


def _name(name: Merged) -> Name:
    spellings = sorted(name.spellings.items(), key=lambda item: (-item[1], item[0]))
    evidence = sorted(name.evidence.items(), key=lambda item: (-item[1], item[0]))
    return Name(
        name.kind,
        name.text,
        len(name.articles),
        tuple(NameSpelling(text, count) for text, count in spellings[:_SHOWN]),
        max(0, len(spellings) - _SHOWN),
        tuple(_evidence(text, count) for text, count in evidence[:_SHOWN]),
    )


def _evidence(text: str, articles: int) -> NameEvidence:
    match text:
        case values.LISTED:
            return NameEvidence("listed", "", articles)
        case values.GIVEN:
            return NameEvidence("given name", "", articles)
        case values.QUOTED:
            return NameEvidence("quoted", "", articles)
    if text.startswith(values.SPOKEN):
        return NameEvidence("speech", text.removeprefix(values.SPOKEN), articles)
    if text.startswith(values.HEADED):
        return NameEvidence("head", text.removeprefix(values.HEADED), articles)
    return NameEvidence("title", text, articles)
