"""How a query is understood: its words, the forms of each in an index, and how many articles have it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Unpack

import msgspec
from msgspec.structs import replace

from khabar.index.plan import Leaf, Occur, PhraseClause, Plan, WordClause
from khabar.query.snapshot import which
from khabar.query.tree import Match, Problem
from khabar.serialize import Sequenced, Serializable

if TYPE_CHECKING:
    from khabar.query.snapshot import Asked, Snapshot

__all__ = ["Interpretation", "QueryWord", "interpret"]

Role = Literal["wanted", "required", "excluded", "stop"]


class QueryWord(Serializable, msgspec.Struct, frozen=True):
    """A word, name or phrase of a query, and the forms that it matches in an index.

    Attributes:
        word: as typed.
        role: ``required`` if an article must contain it, ``excluded`` if it must not, ``wanted`` if any such
            word is enough, ``stop`` for a stop word, which only raises the scores of articles that match
            anyway.
        articles: number of articles of the whole index that contain it in a form that matches, regardless of
            other words and conditions; on a cluster an estimate above 50,000.
        forms: the forms that match, the strictest first, at most :data:`MOST_FORMS`; for a phrase its words,
            joined by spaces.
        more: number of further forms.
    """

    word: str
    role: Literal["wanted", "required", "excluded", "stop"]
    articles: int
    forms: tuple[str, ...]
    more: int = 0


class Interpretation(Sequenced[QueryWord], Serializable, msgspec.Struct, frozen=True):
    """How a query is understood: a sequence of its words.

    Attributes:
        query: as typed.
        match: how many of the words without a sign an article must contain: ``any`` or ``all``.
        total: number of articles that match the query and the conditions beside it.
        words: the words, in the order of the query.
        problems: parts of the query that were not understood, and what was done instead.
    """

    query: str
    match: Match
    total: int
    words: tuple[QueryWord, ...]
    problems: tuple[Problem, ...] = ()

    def _listed(self) -> tuple[QueryWord, ...]:
        return self.words


#: Maximum number of forms listed for a word.
MOST_FORMS = 12


def interpret(snapshot: Snapshot, query: str, **asked: Unpack[Asked]) -> Interpretation:
    """How a commit understands a query; see :meth:`khabar.Index.interpret`."""
    match = asked["match"] = which(asked.get("match"), "any")
    planned = snapshot.plan(query, **asked)
    plan = planned.plan
    excluded = [not shown for shown in plan.shown]
    words: list[QueryWord] = []
    for leaf, without, word in zip(plan.leaves, excluded, planned.words, strict=True):
        query_word = _word(snapshot, leaf, without, word)
        if words and words[-1].word == word and words[-1].role == query_word.role:
            # To the reader, a name and a phrase of its parts are one word.
            words[-1] = _merged(words[-1], query_word)
        else:
            words.append(query_word)
    total = snapshot.answers.count(plan)
    problems = planned.problems if total else (*planned.problems, *snapshot.outside(query, **asked))
    return Interpretation(query, match, total, tuple(words), problems)


def _word(snapshot: Snapshot, leaf: Leaf, excluded: bool, word: str) -> QueryWord:
    role: Role = "excluded" if excluded else "required" if leaf.occur is Occur.MUST else "wanted"
    forms = _forms(leaf)
    if not forms and isinstance(leaf, WordClause) and leaf.forms and _is_stop(snapshot, word):
        role, forms = "stop", [form.term for form in leaf.forms]
    articles = (
        snapshot.answers.article_frequencies([forms])[0]
        if role == "stop"
        else _count(snapshot, leaf)
        if forms
        else 0
    )
    return QueryWord(word, role, articles, tuple(forms[:MOST_FORMS]), max(0, len(forms) - MOST_FORMS))


def _count(snapshot: Snapshot, leaf: Leaf) -> int:
    return snapshot.answers.count(Plan((replace(leaf, occur=Occur.MUST),)))


def _is_stop(snapshot: Snapshot, word: str) -> bool:
    planner = snapshot.planner
    tokens = planner.analyzer.tokens(word)
    return bool(tokens) and all(planner.forms.is_stop(token.word) for token in tokens)


def _forms(leaf: Leaf) -> list[str]:
    """The forms by which a leaf makes an article match."""
    if isinstance(leaf, PhraseClause):
        return [" ".join(terms[0] for terms in leaf.words), *leaf.joined]
    return [form.term for form in leaf.forms if form.matches]


def _merged(one: QueryWord, other: QueryWord) -> QueryWord:
    """Two leaves of one typed word as one."""
    forms = tuple(dict.fromkeys((*one.forms, *other.forms)))
    return replace(
        one,
        articles=max(one.articles, other.articles),
        forms=forms[:MOST_FORMS],
        more=one.more + other.more + max(0, len(forms) - MOST_FORMS),
    )
