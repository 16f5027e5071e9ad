"""Translates a plan into a query for the cluster: its conditions (:mod:`khabar.cluster.conditions`) and an
approximate score. Pure functions.

The score only has to bring the best articles among the candidates. It is the score of the whole article, with
whole numbers as weights (:data:`~khabar.cluster.mapping.GRAIN`) and a slightly different saturation of
phrases.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from khabar.cluster.conditions import (
    Query,
    ReadPhrase,
    condition,
    field_of,
    in_places,
    matching,
    near,
    terms_in,
    those,
)
from khabar.cluster.mapping import GRAIN, sent
from khabar.index.plan import Clause, FilterClause, GroupClause, Leaf, Occur, PhraseClause, Plan
from khabar.index.ranking import Ranking
from khabar.ranking.answers import Sort

__all__ = ["Worth", "asked_for", "idf_of", "order"]

_DAY = 86_400
#: The maximum number of forms of a word in the score of the recall. A SynonymQuery has 1,024 terms at most,
#: including repetitions.
_MOST_FORMS = 1000
#: Used instead of an idf of 0.
_LEAST = 1e-9


class Worth(NamedTuple):
    """The weight of a leaf in the recall.

    Attributes:
        weight: the factor for its score; 0 if it adds nothing.
        idf: the inverse document frequency that the cluster applies, that of the most frequent word; the
            score is divided by it.
    """

    weight: float
    idf: float


def _scored(leaf: Leaf, each: Worth, ranking: Ranking) -> tuple[Query, bool] | None:
    """The query that scores a leaf approximately as the first stage of the searcher does, and whether it
    finds exactly the articles that the leaf matches. None if the leaf adds nothing."""
    if each.weight <= 0:
        return None
    if isinstance(leaf, ReadPhrase):
        known: list[Query] = [
            {"constant_score": {"filter": those(orders), "boost": each.weight * level}}
            for level, orders in leaf.levels
        ]
        return {"dis_max": {"queries": known or [{"match_none": {}}]}}, True
    if isinstance(leaf, PhraseClause):
        return _phrase_worth(leaf, each, ranking), True
    forms = sorted(leaf.forms, key=lambda form: -form.weight)[:_MOST_FORMS]
    exact = len(forms) == len(leaf.forms) and all(form.matches for form in forms)
    if not forms:
        return None
    pieces = [piece for form in forms for piece in [sent(form.term)] * max(1, round(form.weight * GRAIN))]
    boost = each.weight / max(each.idf, _LEAST)
    if len(pieces) > _MOST_FORMS:
        # Every form counts once, even the looser ones. That saturates more slowly, in the same order.
        pieces = [sent(form.term) for form in forms]
        boost *= _saturation(ranking)
    return {"match": {field_of(leaf): {"query": "|".join(pieces), "boost": boost}}}, exact


def _phrase_worth(clause: PhraseClause, each: Worth, ranking: Ranking) -> Query:
    """The query that scores a phrase. Its occurrences count once, while those of words are repeated, so it
    saturates more slowly; the score of one occurrence in an article of average length is right."""
    field, k1 = field_of(clause), ranking.article_k1
    if clause.slop == 0 and clause.ordered:
        boost = each.weight / max(each.idf, _LEAST) * _saturation(ranking)
        words: Query = {"match_phrase": {field: {"query": in_places(clause), "boost": boost}}}
    else:
        # The score of intervals has no idf, and is ½ for one occurrence.
        words = {"intervals": {field: {**near(clause), "boost": 2 * each.weight / (1 + k1)}}}
    if not clause.joined:
        return words
    one_word = {"constant_score": {"filter": terms_in(field, clause.joined), "boost": each.weight / (1 + k1)}}
    return {"dis_max": {"queries": [words, one_word]}}


def _saturation(ranking: Ranking) -> float:
    """The factor for scores of occurrences that count once, so that one in an article of average length has
    the same score as with repetition."""
    return (1 + ranking.article_k1 * GRAIN) / (1 + ranking.article_k1)


def idf_of(frequency: int, total: int) -> float:
    """The inverse document frequency as Lucene computes it.

    >>> round(idf_of(1, 100), 3)
    4.21
    """
    return math.log(1 + (total - frequency + 0.5) / (frequency + 0.5)) if frequency <= total else 0.0


def asked_for(
    plan: Plan, worths: Sequence[Worth], ranking: Ranking, newest: int | None
) -> tuple[Query, bool]:
    """Make the query for a plan, which finds its articles in approximately the order of the first stage.

    Args:
        plan: the plan.
        worths: the weight of each leaf.
        ranking: the constants of the ranking.
        newest: when the newest article was published, in seconds since 1970; None if there is no date.

    Returns:
        The query, and whether it gives scores.
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
    """A query for a plan without groups in which each word is searched only once, for matching and scoring.
    None if that would find other articles."""
    if any(isinstance(clause, GroupClause) for clause in plan.clauses):
        return None
    each = iter(scored)
    parts: dict[str, list[Query]] = {"must": [], "should": [], "filter": [], "must_not": []}
    needed = False
    for clause in plan.clauses:
        score = None if isinstance(clause, FilterClause) else next(each)
        if clause.occur is Occur.MUST_NOT:
            parts["must_not"].append(condition(clause))
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
            parts["filter"].append(condition(clause))
            needed = True
    if not parts["should"] and not parts["must"] and not parts["filter"]:
        return None
    compound: Query = {name: queries for name, queries in parts.items() if queries}
    if parts["should"] and not needed:
        compound["minimum_should_match"] = 1
    return compound


def _unscored(clause: Clause) -> Query:
    return {"bool": {"filter": [condition(clause)]}}


def order(sort: Sort, *, scored: bool) -> list[Mapping[str, Any]]:
    """The sort keys of an order; equal articles come in the order of indexing."""
    keys: list[Mapping[str, Any]] = []
    if sort != "relevance":
        keys.append({"published": {"order": "desc" if sort == "newest" else "asc", "missing": "_last"}})
    if scored:
        keys.append({"_score": {"order": "desc"}})
    return [*keys, {"order": {"order": "asc"}}]
