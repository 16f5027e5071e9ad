"""A plan: a query reduced to weighted terms. Plain data, the same for every engine."""

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


#: The fields whose values are names, and those with any number of them for each article. The fields kept of
#: records (:attr:`khabar.Article.fields`) have any number too; they are called :data:`KEPT` and their name.
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
    """Each name in an article with its field; none twice, none empty."""
    for field in NAMED:
        if field not in SEVERAL and (name := getattr(article, field)):
            yield field, name
    for tag in article.tags:
        yield "tag", tag
    for field, values in article.fields.items():
        for value in values:
            yield KEPT + field, value


class Occur(Enum):
    """The effect of a clause: ``SHOULD`` adds to an article's score, ``MUST`` is required, ``MUST_NOT``
    excludes the article.

    Requirements apply to the whole article, its title and all paragraphs.
    """

    SHOULD = "should"
    MUST = "must"
    MUST_NOT = "must not"


class WeightedForm(msgspec.Struct, frozen=True):
    """A word form of the index that a query word is expanded to.

    Attributes:
        term: the form.
        weight: the weight of an occurrence; :attr:`WordClause.full` is that of the word as typed.
        depth: the strictest depth on which it matches, for display.
        matches: whether it makes an article match; otherwise it only adds to the score of articles that match
            anyway.
    """

    term: str
    weight: float
    depth: str
    matches: bool = True


class WordClause(msgspec.Struct, frozen=True):
    """A query word as its forms. Their occurrences are added up by weight, like those of one word.

    Attributes:
        forms: the forms, the strictest first; empty if the index has none.
        full: the weight of an occurrence that matches on every depth.
        occur: see :class:`Occur`.
        weight: the weight of the word in the query, by its length for example; greater than 0.
        title: whether to search titles only.
    """

    forms: tuple[WeightedForm, ...]
    full: float = 1.0
    occur: Occur = Occur.SHOULD
    weight: float = 1.0
    title: bool = False


class PhraseClause(msgspec.Struct, frozen=True):
    """Words near one another in one paragraph or title.

    Attributes:
        words: the possible terms for each place of the phrase (two places or more, each with at least one
            term), the word as typed first.
        full, occur, weight, title: as for :class:`WordClause`; each word of the phrase counts.
        slop: the maximum number of other words between the first and the last word; 0 for an exact phrase.
        ordered: whether the words must be in this order.
        depths: the depth on which each term other than the word as typed matches, for display.
        joined: terms each of which is the whole phrase («f16» for «F-16»); an occurrence counts as one of
            the phrase.
        compound: whether it was typed in one piece («كوفيد-19») and is displayed as one.
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
    """A condition on an article's metadata, which adds nothing to a score.

    Attributes:
        field: a field with names (:func:`has_names`), ``url``, ``published``, or ``index`` for every article.
        values: for a field with names, names as the index has them, of which an article has at least one; for
            ``url``, parts of the address; for ``published`` empty.
        first, last: for ``published``, the first and the last day, in days since 1970-01-01, both included;
            None for no limit. The day of an article is the one printed on it, in its own offset from UTC. An
            article without a date never matches.
        occur: see :class:`Occur`.
    """

    field: str
    values: tuple[str, ...] = ()
    first: int | None = None
    last: int | None = None
    occur: Occur = Occur.MUST


class GroupClause(msgspec.Struct, frozen=True):
    """Clauses in parentheses. The group matches if all required clauses match, no excluded one does, and, if
    none is required, at least one of the others does."""

    clauses: tuple[Clause, ...]
    occur: Occur = Occur.SHOULD


Leaf = WordClause | PhraseClause
Clause = Leaf | FilterClause | GroupClause


#: The bytes of each form and term in a plan. The two plans of a query, with any and with all words, share
#: them.
_FORM = 75


class Plan(msgspec.Struct, frozen=True, dict=True, weakref=True):
    """A whole query; its clauses match as those of a group do."""

    clauses: tuple[Clause, ...]

    @cached_property
    def leaves(self) -> tuple[Leaf, ...]:
        """The words and phrases of all groups, in order."""
        return tuple(leaf for leaf, _ in _leaves(self.clauses, False))

    @cached_property
    def shown(self) -> tuple[bool, ...]:
        """Whether each leaf is wanted; False if it, or a group around it, is excluded."""
        return tuple(not excluded for _, excluded in _leaves(self.clauses, False))

    @cached_property
    def size(self) -> int:
        """The approximate size in bytes."""
        terms = sum(
            len(leaf.forms) if isinstance(leaf, WordClause) else sum(map(len, leaf.words))
            for leaf in self.leaves
        )
        return _FORM * (10 + 4 * len(self.leaves) + terms)


def _leaves(clauses: Sequence[Clause], excluded: bool) -> Iterator[tuple[Leaf, bool]]:
    for clause in clauses:
        is_excluded = excluded or clause.occur is Occur.MUST_NOT
        if isinstance(clause, GroupClause):
            yield from _leaves(clause.clauses, is_excluded)
        elif not isinstance(clause, FilterClause):
            yield clause, is_excluded
