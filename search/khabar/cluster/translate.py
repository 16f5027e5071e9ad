"""A plan as a query of the cluster: what matches, and about what it is worth. Pure functions.

What matches is exact: the same articles as :class:`khabar.ranking.searcher.Searcher` finds. What it is worth
only has to bring the best articles among the candidates: the score of the whole article, of which weights are
whole numbers (:data:`~khabar.cluster.mapping.GRAIN`) and phrases saturate a little otherwise.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from khabar.cluster.mapping import GRAIN, sent
from khabar.index.plan import Clause, FilterClause, GroupClause, Leaf, Occur, PhraseClause, Plan, WordClause
from khabar.index.ranking import Ranking
from khabar.ranking.answers import Sort

__all__ = ["Query", "Worth", "asked_for", "matching", "order", "phrase", "words_of", "worth"]

#: A query or part of one, as the cluster reads it.
Query = dict[str, Any]

_EVERYTHING: Query = {"match_all": {}}
_NOTHING: Query = {"match_none": {}}
_DAY = 86_400
#: The most forms of a word that add to a score in the recall: the cluster looks through the postings of all
#: of them together, and refuses more than 1,024 parts of a query.
_MOST_FORMS = 500
_SPECIAL = re.compile(r"[\\*?]")


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
    needed = False
    for clause in clauses:
        one = _condition(clause)
        if clause.occur is Occur.SHOULD:
            optional.append(one)
        elif clause.occur is Occur.MUST_NOT:
            excluded.append(one)
        else:
            required.append(one)
            needed |= not isinstance(clause, FilterClause)
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
    return phrase(clause)


def _terms(field: str, terms: Sequence[str]) -> Query:
    return {"terms": {field: list(map(sent, terms))}} if terms else _NOTHING


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
        pieces = [value.casefold() for value in clause.values]
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


def phrase(clause: PhraseClause) -> Query:
    """The articles that have a passage in which a phrase stands."""
    stands: Query = {
        "intervals": {
            field_of(clause): {
                "all_of": {
                    "mode": "ordered" if clause.ordered else "unordered_no_overlap",
                    "max_gaps": clause.slop,
                    "intervals": [_place(terms) for terms in clause.words],
                }
            }
        }
    }
    return _any_of([stands, _terms(field_of(clause), clause.joined)]) if clause.joined else stands


def _place(terms: Sequence[str]) -> Query:
    """Any of the terms that may stand at a place."""
    each: list[Query] = [{"match": {"query": sent(term)}} for term in dict.fromkeys(terms)]
    return each[0] if len(each) == 1 else {"any_of": {"intervals": each}}


# what it is worth


def worth(plan: Plan, worths: Sequence[Worth], ranking: Ranking) -> list[Query]:
    """What adds to the score of an article: about what the first stage of the searcher gives it.

    Args:
        plan: the plan.
        worths: of each leaf.
        ranking: the constants.
    """
    found: list[Query] = []
    for leaf, each in zip(plan.leaves, worths, strict=True):
        if each.weight > 0:
            if isinstance(leaf, WordClause):
                if leaf.forms:
                    found.append(_word_worth(leaf, each))
            else:
                found.append(_phrase_worth(leaf, each, ranking))
    return found


def _word_worth(clause: WordClause, each: Worth) -> Query:
    """A word, its forms repeated by their weights: one SynonymQuery."""
    forms = clause.forms
    if len(forms) > _MOST_FORMS:
        forms = tuple(sorted(forms, key=lambda form: -form.weight)[:_MOST_FORMS])
    pieces = [piece for form in forms for piece in [sent(form.term)] * max(1, round(form.weight * GRAIN))]
    boost = each.weight / max(each.idf, 1e-9)
    return {"match": {field_of(clause): {"query": "|".join(pieces), "boost": boost}}}


def _phrase_worth(clause: PhraseClause, each: Worth, ranking: Ranking) -> Query:
    """A phrase. Its occurrences count once where those of words are repeated, so that it saturates more
    slowly; once in an article of usual length is worth what it should."""
    query = phrase(clause)
    k1 = ranking.article_k1
    parts = query["bool"]["should"] if clause.joined else [query]
    stands = parts[0]["intervals"]
    if clause.slop == 0 and clause.ordered:
        text = " ".join("|".join(map(sent, dict.fromkeys(terms))) for terms in clause.words)
        boost = each.weight / max(each.idf, 1e-9) * (1 + k1 * GRAIN) / (1 + k1)
        exact = {"match_phrase": {field_of(clause): {"query": text, "boost": boost}}}
    else:
        # The score of intervals has no idf; at one occurrence it is ½.
        field = field_of(clause)
        exact = {"intervals": {field: {**stands[field], "boost": 2 * each.weight / (1 + k1)}}}
    if not clause.joined:
        return exact
    one_word = {"constant_score": {"filter": parts[1], "boost": each.weight / (1 + k1)}}
    return {"dis_max": {"queries": [exact, one_word]}}


def idf_of(frequency: int, total: int) -> float:
    """The inverse document frequency as Lucene has it.

    >>> round(idf_of(1, 100), 3)
    4.21
    """
    return math.log(1 + (total - frequency + 0.5) / (frequency + 0.5)) if frequency <= total else 0.0


# the whole


def asked_for(
    plan: Plan, should: Sequence[Query], ranking: Ranking, newest: int | None, *, scored: bool = True
) -> Query:
    """The query of a plan: what matches, in about the order of the first stage.

    Args:
        plan: the plan.
        should: what adds to a score (:func:`worth`).
        ranking: the constants.
        newest: when the newest article was published, in seconds since 1970; None if there is no date.
        scored: whether scores matter.
    """
    query = matching(plan.clauses)
    if not scored or not should:
        return {"bool": {"filter": [query]}}
    query = {"bool": {"filter": [query], "should": list(should)}}
    if not ranking.half_life or newest is None:
        return query
    dated = {"exists": {"field": "published"}}
    decay = {"origin": newest, "scale": ranking.half_life * _DAY, "decay": 0.5}
    return {
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


def order(sort: Sort, *, scored: bool) -> list[Mapping[str, Any]]:
    """In which order articles come: equal ones in the order of indexing."""
    keys: list[Mapping[str, Any]] = []
    if sort != "relevance":
        keys.append({"published": {"order": "desc" if sort == "newest" else "asc", "missing": "_last"}})
    if scored:
        keys.append({"_score": {"order": "desc"}})
    return [*keys, {"order": {"order": "asc"}}]
