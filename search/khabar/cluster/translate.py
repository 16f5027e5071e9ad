"""A plan as a query of the cluster: what matches, and about what it is worth. Pure functions.

What matches is exact: the same articles as :class:`khabar.ranking.searcher.Searcher` finds. What it is worth
only has to bring the best articles among the candidates: the score of the whole article, of which weights are
whole numbers (:data:`~khabar.cluster.mapping.GRAIN`) and phrases saturate a little otherwise.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from itertools import permutations
from typing import Any, NamedTuple

from khabar.cluster.mapping import GRAIN, searched_url, sent
from khabar.index.plan import Clause, FilterClause, GroupClause, Leaf, Occur, PhraseClause, Plan, WordClause
from khabar.index.ranking import Ranking
from khabar.ranking.answers import Sort

__all__ = ["Query", "Worth", "asked_for", "idf_of", "matching", "order", "words_of"]

#: A query or part of one, as the cluster reads it.
Query = dict[str, Any]

_EVERYTHING: Query = {"match_all": {}}
_NOTHING: Query = {"match_none": {}}
_DAY = 86_400
#: The most forms of a word that add to a score in the recall: the cluster looks through the postings of all
#: of them together.
_MOST_FORMS = 1000
#: The most terms that the cluster looks up together (``index.max_terms_count``).
_MOST_TERMS = 65_000
#: Words that are looked for in each order, if they may be the same.
_MOST_ORDERS = 4
#: Instead of an idf of 0.
_LEAST = 1e-9
_SPECIAL = re.compile(r"[*?]")


class Worth(NamedTuple):
    """What a leaf of a plan is worth in the recall.

    Attributes:
        weight: by what its score is multiplied; 0 for nothing.
        idf: the inverse document frequency that the cluster multiplies it by: that of its most frequent word.
            Taken out again.
    """

    weight: float
    idf: float


def field_of(leaf: Leaf) -> str:
    """The field in which a leaf is looked for."""
    return "head" if leaf.title else "all"


def words_of(leaf: Leaf) -> tuple[str, ...]:
    """Every term of a leaf."""
    if isinstance(leaf, WordClause):
        return tuple(form.term for form in leaf.forms)
    return (*(term for place in leaf.words for term in place), *leaf.joined)


# what matches


def matching(clauses: Sequence[Clause]) -> Query:
    """Which articles match some clauses together."""
    required: list[Query] = []
    excluded: list[Query] = []
    optional: list[Query] = []
    #: of each field the forms of words any of which is enough: looked up together
    words: dict[str, dict[str, None]] = {}
    needed = False
    for clause in clauses:
        if clause.occur is Occur.SHOULD and isinstance(clause, WordClause):
            of_field = words.setdefault(field_of(clause), {})
            of_field.update((form.term, None) for form in clause.forms if form.matches)
            continue
        one = _condition(clause)
        if clause.occur is Occur.SHOULD:
            optional.append(one)
        elif clause.occur is Occur.MUST_NOT:
            excluded.append(one)
        else:
            required.append(one)
            needed |= not isinstance(clause, FilterClause)
    optional += [_terms(field, tuple(terms)) for field, terms in words.items()]
    if optional and not needed:
        required.append(_any_of(optional))
    elif not required:
        # Nothing was looked for, only ruled out.
        return _NOTHING
    if len(required) == 1 and not excluded:
        return required[0]
    return {"bool": {"filter": required, **({"must_not": excluded} if excluded else {})}}


def _any_of(queries: Sequence[Query]) -> Query:
    return queries[0] if len(queries) == 1 else {"bool": {"should": queries, "minimum_should_match": 1}}


def _condition(clause: Clause) -> Query:
    if isinstance(clause, GroupClause):
        return matching(clause.clauses)
    if isinstance(clause, FilterClause):
        return _filter(clause)
    if isinstance(clause, WordClause):
        return _terms(field_of(clause), [form.term for form in clause.forms if form.matches])
    return _phrase(clause)


def _terms(field: str, terms: Sequence[str]) -> Query:
    names = list(map(sent, terms))
    parts = [names[begin : begin + _MOST_TERMS] for begin in range(0, len(names), _MOST_TERMS)]
    return _any_of([{"terms": {field: part}} for part in parts]) if parts else _NOTHING


def _filter(clause: FilterClause) -> Query:
    """What an article must be."""
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
            # Every address has it, that of an article without one too.
            return _EVERYTHING
        found = [{"wildcard": {"url": {"value": f"*{_SPECIAL.sub(_escaped, piece)}*"}}} for piece in pieces]
        return _any_of(found) if found else _NOTHING
    named = _terms(clause.field, [value for value in clause.values if value])
    if "" not in clause.values:
        return named
    return _any_of([named, {"bool": {"must_not": [{"exists": {"field": clause.field}}]}}])


def _escaped(match: re.Match[str]) -> str:
    return "\\" + match[0]


def _phrase(clause: PhraseClause) -> Query:
    """The articles that have a passage in which a phrase stands."""
    stands = _stands(clause)
    return _any_of([stands, _terms(field_of(clause), clause.joined)]) if clause.joined else stands


def _stands(clause: PhraseClause) -> Query:
    """The articles in which the words of a phrase stand so."""
    if clause.ordered and not clause.slop:
        return {"match_phrase": {field_of(clause): {"query": _in_places(clause)}}}
    return {"intervals": {field_of(clause): _near(clause)}}


def _in_places(clause: PhraseClause) -> str:
    """The words of a phrase, those that may stand at one place together."""
    return " ".join("|".join(map(sent, dict.fromkeys(terms))) for terms in clause.words)


def _near(clause: PhraseClause) -> Query:
    """The rule by which the words of a phrase stand near one another, each at a place of its own."""
    places = [_place(terms) for terms in clause.words]
    if clause.ordered:
        return _in_order(places, clause.slop)
    shared = len({term for terms in clause.words for term in terms}) < sum(map(len, map(set, clause.words)))
    if len(places) == 2 or (shared and len(places) <= _MOST_ORDERS):
        # Without order, one word can stand for two.
        orders = [_in_order(each, clause.slop) for each in permutations(places)]
        return {"any_of": {"intervals": orders}}
    return {"all_of": {"mode": "unordered", "max_gaps": clause.slop, "intervals": places}}


def _in_order(places: Sequence[Query], slop: int) -> Query:
    return {"all_of": {"mode": "ordered", "max_gaps": slop, "intervals": list(places)}}


def _place(terms: Sequence[str]) -> Query:
    """Any of the terms that may stand at a place."""
    each: list[Query] = [{"match": {"query": sent(term)}} for term in dict.fromkeys(terms)]
    return each[0] if len(each) == 1 else {"any_of": {"intervals": each}}


# what it is worth


def _scored(leaf: Leaf, each: Worth, ranking: Ranking) -> tuple[Query, bool] | None:
    """What a leaf adds to the score of an article: about what the first stage of the searcher gives it; and
    whether that finds just the articles that the leaf matches. None for nothing."""
    if each.weight <= 0:
        return None
    if isinstance(leaf, PhraseClause):
        return _phrase_worth(leaf, each, ranking), True
    forms = sorted(leaf.forms, key=lambda form: -form.weight)[:_MOST_FORMS]
    exact = len(forms) == len(leaf.forms) and all(form.matches for form in forms)
    if not forms:
        return None
    pieces = [piece for form in forms for piece in [sent(form.term)] * max(1, round(form.weight * GRAIN))]
    boost = each.weight / max(each.idf, _LEAST)
    return {"match": {field_of(leaf): {"query": "|".join(pieces), "boost": boost}}}, exact


def _phrase_worth(clause: PhraseClause, each: Worth, ranking: Ranking) -> Query:
    """A phrase. Its occurrences count once where those of words are repeated, so that it saturates more
    slowly; once in an article of usual length is worth what it should."""
    field, k1 = field_of(clause), ranking.article_k1
    if clause.slop == 0 and clause.ordered:
        boost = each.weight / max(each.idf, _LEAST) * (1 + k1 * GRAIN) / (1 + k1)
        stands: Query = {"match_phrase": {field: {"query": _in_places(clause), "boost": boost}}}
    else:
        # The score of intervals has no idf; at one occurrence it is ½.
        stands = {"intervals": {field: {**_near(clause), "boost": 2 * each.weight / (1 + k1)}}}
    if not clause.joined:
        return stands
    one_word = {"constant_score": {"filter": _terms(field, clause.joined), "boost": each.weight / (1 + k1)}}
    return {"dis_max": {"queries": [stands, one_word]}}


def idf_of(frequency: int, total: int) -> float:
    """The inverse document frequency as Lucene has it.

    >>> round(idf_of(1, 100), 3)
    4.21
    """
    return math.log(1 + (total - frequency + 0.5) / (frequency + 0.5)) if frequency <= total else 0.0


# the whole


def asked_for(
    plan: Plan, worths: Sequence[Worth], ranking: Ranking, newest: int | None
) -> tuple[Query, bool]:
    """The query of a plan: what matches, in about the order of the first stage; and whether it scores at all.

    Args:
        plan: the plan.
        worths: of each leaf.
        ranking: the constants.
        newest: when the newest article was published, in seconds since 1970; None if there is no date.
    """
    scored = [_scored(leaf, each, ranking) for leaf, each in zip(plan.leaves, worths, strict=True)]
    should = [each[0] for each in scored if each]
    if not should:
        return {"bool": {"filter": [matching(plan.clauses)]}}, False
    query = {"bool": _flat(plan, scored) or {"filter": [matching(plan.clauses)], "should": should}}
    if not ranking.half_life or newest is None:
        return query, True
    dated = {"exists": {"field": "published"}}
    decay = {"origin": newest, "scale": ranking.half_life * _DAY, "decay": 0.5}
    aged = {
        "function_score": {
            "query": query,
            "functions": [
                {"filter": dated, "exp": {"published": decay}},
                {"filter": {"bool": {"must_not": [dated]}}, "weight": 0.5},
            ],
            "score_mode": "multiply",
            "boost_mode": "multiply",
        }
    }
    return aged, True


def _flat(plan: Plan, scored: Sequence[tuple[Query, bool] | None]) -> Query | None:
    """A plan without groups, so that each word is looked for once: what scores it finds it, too. None if that
    would find other articles."""
    if any(isinstance(clause, GroupClause) for clause in plan.clauses):
        return None
    each = iter(scored)
    parts: dict[str, list[Query]] = {"must": [], "should": [], "filter": [], "must_not": []}
    needed = False
    for clause in plan.clauses:
        score = None if isinstance(clause, FilterClause) else next(each)
        if clause.occur is Occur.MUST_NOT:
            parts["must_not"].append(_condition(clause))
        elif isinstance(clause, FilterClause):
            parts["should" if clause.occur is Occur.SHOULD else "filter"].append(_unscored(clause))
        elif score is not None and score[1]:
            parts["should" if clause.occur is Occur.SHOULD else "must"].append(score[0])
            needed |= clause.occur is Occur.MUST
        elif score is not None:
            return None
        elif clause.occur is Occur.SHOULD:
            parts["should"].append(_unscored(clause))
        else:
            parts["filter"].append(_condition(clause))
            needed = True
    if not parts["should"] and not parts["must"] and not parts["filter"]:
        return None
    made: Query = {name: queries for name, queries in parts.items() if queries}
    if parts["should"] and not needed:
        made["minimum_should_match"] = 1
    return made


def _unscored(clause: Clause) -> Query:
    return {"bool": {"filter": [_condition(clause)]}}


def order(sort: Sort, *, scored: bool) -> list[Mapping[str, Any]]:
    """In which order articles come: equal ones in the order of indexing."""
    keys: list[Mapping[str, Any]] = []
    if sort != "relevance":
        keys.append({"published": {"order": "desc" if sort == "newest" else "asc", "missing": "_last"}})
    if scored:
        keys.append({"_score": {"order": "desc"}})
    return [*keys, {"order": {"order": "asc"}}]
