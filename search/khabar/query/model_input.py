"""The part of a query that a model reads, and the conditions for articles without a common word: pure
functions of trees and plans."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from khabar.analysis.stopwords import is_stop_word
from khabar.index.plan import (
    Clause,
    FilterClause,
    GroupClause,
    Leaf,
    Occur,
    PhraseClause,
    Plan,
    WeightedForm,
    WordClause,
)
from khabar.query.tree import Field, Group, Near, Node, Phrase, Query, Term

__all__ = ["text_of", "wordless"]


def text_of(query: Query) -> str:
    """The text of a query without conditions, excluded words and signs, which only the index uses.

    A query of plain words is returned as typed, with its question mark.

    >>> from khabar.query.parser import parse
    >>> text_of(parse("من فاز بالكأس؟"))
    'من فاز بالكأس؟'
    >>> text_of(parse('+النفط "وقف إطلاق النار" -قطر source:الخليج'))
    'النفط وقف إطلاق النار'
    """
    items = query.items
    if items and not query.problems and all(map(_is_plain, items)):
        return query.text.strip()
    return " ".join(_texts(items))


def _is_plain(item: Node) -> bool:
    return isinstance(item, Term) and item.kind == "word" and item.occur is Occur.SHOULD and not item.title


def _texts(items: Iterable[Node]) -> Iterator[str]:
    for item in items:
        if item.occur is Occur.MUST_NOT or isinstance(item, Field):
            continue
        if isinstance(item, Group):
            yield from _texts(item.items)
        elif isinstance(item, Near):
            yield from (each.text for each in item.operands)
        elif isinstance(item, Term | Phrase):
            # A model can read the letters of a pattern, but not its star.
            yield item.text.replace("*", "")


def wordless(plan: Plan) -> Plan | None:
    """The plan for articles that meet the conditions of a query and have none of its words. None if the query
    requires words, or mixes words and conditions in parentheses: no such article answers it.

    A phrase counts as its words, without stop words.
    """
    conditions: list[Clause] = [FilterClause("index")]
    for clause in plan.clauses:
        leaves = list(_leaves([clause]))
        if clause.occur is Occur.MUST_NOT or not leaves:
            conditions.append(clause)
        elif clause.occur is Occur.MUST or _has_conditions(clause):
            return None
        else:
            conditions += (without for leaf in leaves for without in _excluded(leaf))
    return Plan(tuple(conditions))


def _leaves(clauses: Sequence[Clause]) -> Iterator[Leaf]:
    for clause in clauses:
        if isinstance(clause, GroupClause):
            yield from _leaves(clause.clauses)
        elif not isinstance(clause, FilterClause):
            yield clause


def _has_conditions(clause: Clause) -> bool:
    if isinstance(clause, GroupClause):
        return any(map(_has_conditions, clause.clauses))
    return isinstance(clause, FilterClause)


def _excluded(leaf: Leaf) -> Iterator[Clause]:
    """The clauses that exclude a word or phrase, wherever it is in an article."""
    if isinstance(leaf, PhraseClause):
        for terms in (*leaf.words, leaf.joined):
            forms = tuple(WeightedForm(term, 1.0, "exact") for term in terms if not is_stop_word(term))
            yield WordClause(forms, occur=Occur.MUST_NOT)
        return
    forms = leaf.forms
    if any(form.matches for form in forms):
        # A form that only adds to scores is still a form of the word, but similar letters are not. No form of
        # a stop word matches, and articles may contain it.
        forms = tuple(replace(form, matches=form.matches or form.depth != "similar") for form in forms)
    yield replace(leaf, forms=forms, occur=Occur.MUST_NOT, title=False)
