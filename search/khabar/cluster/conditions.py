"""Translates the conditions of a plan into a query for the cluster, which finds the same articles as
:class:`khabar.ranking.searcher.Searcher`. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import permutations
from math import factorial
from typing import Any

from khabar.cluster.mapping import field_and_start, searched_url, sent
from khabar.index.plan import Clause, FilterClause, GroupClause, Leaf, Occur, PhraseClause, WordClause

__all__ = [
    "Query",
    "ReadPhrase",
    "clauses_of",
    "condition",
    "field_of",
    "in_places",
    "matching",
    "named_in",
    "near",
    "shares_terms",
    "terms_in",
    "those",
    "words_of",
]

#: A query of the cluster, or a part of one.
Query = dict[str, Any]

_EVERYTHING: Query = {"match_all": {}}
_NOTHING: Query = {"match_none": {}}
#: The maximum number of terms that the cluster looks up together (``index.max_terms_count``).
_MOST_TERMS = 65_000
#: The maximum number of words that are searched in every order, if they may be the same.
_MOST_ORDERS = 4
_SPECIAL = re.compile(r"[*?]")


class ReadPhrase(PhraseClause, frozen=True):
    """A phrase whose articles are already known, so that the cluster does not search for it.

    Attributes:
        levels: approximate scores, above 0 and below 1, each with the orders of the articles that have it.
    """

    levels: tuple[tuple[float, tuple[int, ...]], ...] = ()


def field_of(leaf: Leaf) -> str:
    """The field in which a leaf is searched."""
    return "head" if leaf.title else "all"


def words_of(leaf: Leaf) -> tuple[str, ...]:
    """Every term of a leaf."""
    if isinstance(leaf, WordClause):
        return tuple(form.term for form in leaf.forms)
    return (*(term for place in leaf.words for term in place), *leaf.joined)


def matching(clauses: Sequence[Clause]) -> Query:
    """The query for the articles that match some clauses together."""
    required: list[Query] = []
    excluded: list[Query] = []
    optional: list[Query] = []
    #: for each field, the forms of optional words, which are looked up together
    words: dict[str, dict[str, None]] = {}
    needed = False
    for clause in clauses:
        if clause.occur is Occur.SHOULD and isinstance(clause, WordClause):
            of_field = words.setdefault(field_of(clause), {})
            of_field.update((form.term, None) for form in clause.forms if form.matches)
            continue
        one = condition(clause)
        if clause.occur is Occur.SHOULD:
            optional.append(one)
        elif clause.occur is Occur.MUST_NOT:
            excluded.append(one)
        else:
            required.append(one)
            needed |= not isinstance(clause, FilterClause)
    optional += [terms_in(field, tuple(terms)) for field, terms in words.items()]
    if optional and not needed:
        required.append(_any_of(optional))
    elif not required:
        # The clauses only exclude.
        return _NOTHING
    if len(required) == 1 and not excluded:
        return required[0]
    return {"bool": {"filter": required, **({"must_not": excluded} if excluded else {})}}


def _any_of(queries: Sequence[Query]) -> Query:
    return queries[0] if len(queries) == 1 else {"bool": {"should": queries, "minimum_should_match": 1}}


def condition(clause: Clause) -> Query:
    """The query for the articles that match a clause, whatever its effect."""
    if isinstance(clause, GroupClause):
        return matching(clause.clauses)
    if isinstance(clause, FilterClause):
        return _filter(clause)
    if isinstance(clause, WordClause):
        return terms_in(field_of(clause), [form.term for form in clause.forms if form.matches])
    if isinstance(clause, ReadPhrase):
        return those([order for _, orders in clause.levels for order in orders])
    return _phrase(clause)


def terms_in(field: str, terms: Sequence[str]) -> Query:
    """The query for the articles that contain one of some terms."""
    return _one_of(field, list(map(sent, terms)))


def those(orders: Sequence[int]) -> Query:
    """The query for some articles by their orders."""
    return _one_of("order", orders)


def _one_of(field: str, values: Sequence[str] | Sequence[int]) -> Query:
    parts = [values[begin : begin + _MOST_TERMS] for begin in range(0, len(values), _MOST_TERMS)]
    return _any_of([{"terms": {field: part}} for part in parts]) if parts else _NOTHING


def _filter(clause: FilterClause) -> Query:
    """The query for a filter."""
    if clause.field == "index":
        return _EVERYTHING
    if clause.field == "published":
        bounds = {"gte": clause.first, "lte": clause.last}
        if clause.first is None and clause.last is None:
            return {"exists": {"field": "day"}}
        return {"range": {"day": {name: day for name, day in bounds.items() if day is not None}}}
    if clause.field == "url":
        pieces = [searched_url(value) for value in clause.values]
        if "" in pieces:
            # An empty part matches every address, even a missing one.
            return _EVERYTHING
        queries = [{"wildcard": {"url": {"value": f"*{_SPECIAL.sub(_escaped, piece)}*"}}} for piece in pieces]
        return _any_of(queries) if queries else _NOTHING
    field, start = field_and_start(clause.field)
    named = _one_of(field, [start + sent(value) for value in clause.values if value])
    if "" not in clause.values:
        return named
    return _any_of([named, {"bool": {"must_not": [named_in(clause.field)]}}])


def named_in(field: str) -> Query:
    """The query for the articles that have a name in a field."""
    stored, start = field_and_start(field)
    return {"prefix": {stored: start}} if start else {"exists": {"field": stored}}


def _escaped(match: re.Match[str]) -> str:
    return "\\" + match[0]


def _phrase(clause: PhraseClause) -> Query:
    """The query for the articles that contain a phrase."""
    field = field_of(clause)
    if clause.ordered and not clause.slop:
        words: Query = {"match_phrase": {field: {"query": in_places(clause)}}}
    else:
        words = {"intervals": {field: near(clause)}}
    return _any_of([words, terms_in(field, clause.joined)]) if clause.joined else words


def in_places(clause: PhraseClause) -> str:
    """The words of a phrase as text, with the terms of one place joined."""
    return " ".join("|".join(map(sent, dict.fromkeys(terms))) for terms in clause.words)


def near(clause: PhraseClause) -> Query:
    """The rule of an ``intervals`` query for words near one another, each at a different place."""
    places = [_place(terms) for terms in clause.words]
    if clause.ordered:
        return _in_order(places, clause.slop)
    if _in_each_order(clause):
        orders = [_in_order(each, clause.slop) for each in permutations(places)]
        return {"any_of": {"intervals": orders}}
    return {"all_of": {"mode": "unordered", "max_gaps": clause.slop, "intervals": places}}


def _in_each_order(clause: PhraseClause) -> bool:
    """Whether words near one another are searched in every order: otherwise one occurrence could count for
    two words."""
    count = len(clause.words)
    return not clause.ordered and (count == 2 or (count <= _MOST_ORDERS and shares_terms(clause)))


def shares_terms(clause: PhraseClause) -> bool:
    """Whether a term is possible at several places of a phrase."""
    return len({term for terms in clause.words for term in terms}) < sum(map(len, map(set, clause.words)))


def clauses_of(clause: PhraseClause) -> int:
    """The number of clauses of a phrase, as the cluster counts them."""
    count = len(clause.words)
    if clause.ordered and not clause.slop:
        return count + bool(clause.joined)
    orders = factorial(count) if _in_each_order(clause) else 1
    return orders * sum(len(set(terms)) for terms in clause.words) + bool(clause.joined)


def _in_order(places: Sequence[Query], slop: int) -> Query:
    return {"all_of": {"mode": "ordered", "max_gaps": slop, "intervals": list(places)}}


def _place(terms: Sequence[str]) -> Query:
    """The rule for any of the possible terms at a place."""
    rules: list[Query] = [{"match": {"query": sent(term)}} for term in dict.fromkeys(terms)]
    return rules[0] if len(rules) == 1 else {"any_of": {"intervals": rules}}
