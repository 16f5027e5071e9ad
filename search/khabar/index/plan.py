"""A plan: a query reduced to weighted terms, as an engine sees it. Plain data, the same for every engine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from khabar.corpus.article import Article

__all__ = [
    "KEPT",
    "NAMED",
    "SEVERAL",
    "Clause",
    "FilterClause",
    "GroupClause",
    "Leaf",
    "Occur",
    "PhraseClause",
    "Plan",
    "WeightedForm",
    "WordClause",
    "has_names",
    "may_have_several",
    "names_of",
]


#: The fields whose values are names; and those of which an article may have several. Beside them there are
#: the fields that were kept of records (:attr:`khabar.Article.fields`): :data:`KEPT` and their name.
NAMED = ("source", "author", "section", "tag", "language", "place")
SEVERAL = frozenset({"tag"})
KEPT = "field:"


def has_names(field: str) -> bool:
    """Whether the values of a field are names.

    >>> has_names("source"), has_names("field:desk"), has_names("url")
    (True, True, False)
    """
    return field in NAMED or field.startswith(KEPT)


def may_have_several(field: str) -> bool:
    """Whether an article may have several names in a field."""
    return field in SEVERAL or field.startswith(KEPT)


def names_of(article: Article) -> Iterator[tuple[str, str]]:
    """The fields of an article whose values are names, and each name; none twice, none empty."""
    if article.source:
        yield "source", article.source
    if article.author:
        yield "author", article.author
    if article.section:
        yield "section", article.section
    for tag in article.tags:
        yield "tag", tag
    if article.language:
        yield "language", article.language
    if article.place:
        yield "place", article.place
    for field, values in article.fields.items():
        for value in values:
            yield KEPT + field, value


class Occur(Enum):
    """What a clause does to an article: ``SHOULD`` adds to its score, ``MUST`` is required, ``MUST_NOT``
    rules it out.

    Requirements speak of the whole article, title and all paragraphs; scores of its paragraphs.
    """

    SHOULD = "should"
    MUST = "must"
    MUST_NOT = "must not"


class WeightedForm(msgspec.Struct, frozen=True):
    """A word form of the index that a query word stands for.

    Attributes:
        term: the form.
        weight: what an occurrence of it counts, against :attr:`WordClause.full` for the word as typed.
        depth: the strictest depth on which it matches, for people.
        matches: whether it makes an article match; one that does not only adds to the score of articles that
            match anyway.
    """

    term: str
    weight: float
    depth: str
    matches: bool = True


class WordClause(msgspec.Struct, frozen=True):
    """A query word as the forms it stands for. Their occurrences are added up by weight, as if they were one
    word's.

    Attributes:
        forms: the forms, the strictest first; empty when the index has none.
        full: the weight of an occurrence that matches on every depth.
        occur: see :class:`Occur`.
        weight: how much the word counts in the query, such as by its length; greater than 0.
        title: whether only titles are looked at.
    """

    forms: tuple[WeightedForm, ...]
    full: float = 1.0
    occur: Occur = Occur.SHOULD
    weight: float = 1.0
    title: bool = False


class PhraseClause(msgspec.Struct, frozen=True):
    """Words that stand near one another in one paragraph or title.

    Attributes:
        words: for each place of the phrase the terms that may stand there (two places or more, each with at
            least one term), the word as typed first.
        full, occur, weight, title: as for :class:`WordClause`; each word of the phrase counts.
        slop: how many other words may stand between the first and the last of them; 0 for the words next to
            one another.
        ordered: whether they stand in this order.
        depths: of terms that are not the word as typed the depth on which they match, for people.
        joined: terms each of which says the whole by itself («f16» for «F-16»); an occurrence counts as one
            of the phrase.
        compound: whether it was typed in one piece («كوفيد-19»), and so is one thing to show.
    """

    words: tuple[tuple[str, ...], ...]
    full: float = 1.0
    occur: Occur = Occur.MUST
    weight: float = 1.0
    slop: int = 0
    ordered: bool = True
    title: bool = False
    depths: tuple[tuple[str, str], ...] = ()
    joined: tuple[str, ...] = ()
    compound: bool = False


class FilterClause(msgspec.Struct, frozen=True):
    """What an article must be, whatever it says. It adds nothing to a score.

    Attributes:
        field: one with names (:func:`has_names`), ``url``, ``published``, or ``index`` for every article that
            there is.
        values: for one with names these as the index has them, any of which will do; for
            ``url`` pieces of the address; empty for ``published``.
        first, last: for ``published`` the first and the last day, in days since 1970-01-01, both included;
            None for open. An article is of the day that stands on it, in its own offset from UTC. An article
            without a date never matches.
        occur: see :class:`Occur`.
    """

    field: str
    values: tuple[str, ...] = ()
    first: int | None = None
    last: int | None = None
    occur: Occur = Occur.MUST


class GroupClause(msgspec.Struct, frozen=True):
    """Clauses in parentheses, which match as a whole: all that are required, none that are excluded, and if
    none is required at least one of the others."""

    clauses: tuple[Clause, ...]
    occur: Occur = Occur.SHOULD


Leaf = WordClause | PhraseClause
Clause = Leaf | FilterClause | GroupClause


#: Bytes of each form and term in a plan; the two plans of a query, with any and with all words, share them.
_FORM = 75


class Plan(msgspec.Struct, frozen=True, dict=True, weakref=True):
    """A whole query for an engine; its clauses match as those of a group do."""

    clauses: tuple[Clause, ...]

    @cached_property
    def leaves(self) -> tuple[Leaf, ...]:
        """The words and phrases in order, out of all groups: what importance and shares are told of."""
        return tuple(leaf for leaf, _ in _leaves(self.clauses, False))

    @cached_property
    def shown(self) -> tuple[bool, ...]:
        """For each leaf whether it is looked for; False if it, or a group around it, is excluded."""
        return tuple(not excluded for _, excluded in _leaves(self.clauses, False))

    @cached_property
    def size(self) -> int:
        """About how many bytes it takes."""
        terms = sum(
            len(leaf.forms) if isinstance(leaf, WordClause) else sum(map(len, leaf.words))
            for leaf in self.leaves
        )
        return _FORM * (10 + 4 * len(self.leaves) + terms)


def _leaves(clauses: Sequence[Clause], excluded: bool) -> Iterator[tuple[Leaf, bool]]:
    for clause in clauses:
        without = excluded or clause.occur is Occur.MUST_NOT
        if isinstance(clause, GroupClause):
            yield from _leaves(clause.clauses, without)
        elif not isinstance(clause, FilterClause):
            yield clause, without
