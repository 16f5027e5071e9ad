"""A plan as a query for Tantivy: which articles match, and roughly in which order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from tantivy import Occur as Clause
from tantivy import Query

from khabar.index.plan import Occur
from khabar.index.tantivy_engine.catalogue import Catalogue
from khabar.index.tantivy_engine.counting import term_text
from khabar.index.tantivy_engine.resolved import Resolved
from khabar.index.tantivy_engine.schema import ROW, SCHEMA, TEXT

__all__ = ["all_of", "candidate_query"]


def candidate_query(clauses: Sequence[Resolved], catalogue: Catalogue) -> Query | None:
    """A query that finds the articles that match some clauses, those that score most at the top; None if none can match.

    Tantivy's own score of a word is divided out: each form adds by its weight and by the rarity of the clause that it is of.
    The sum differs from the exact score in that forms saturate one by one, and in that only whole articles are looked at.
    """
    should: dict[int, float] = {}
    phrases: list[Query] = []
    required: list[tuple[Clause, Query]] = []
    excluded: list[tuple[Clause, Query]] = []
    for clause in clauses:
        matching = clause.numbers[clause.matches].tolist()
        if clause.occur is not Occur.SHOULD:
            alone = _articles_of(clause, matching, catalogue)
            if clause.occur is Occur.MUST_NOT:
                if alone is not None:
                    excluded.append((Clause.MustNot, alone))
                continue
            if alone is None:
                return None
            required.append((Clause.Must, Query.const_score_query(alone, 0.0)))
        if clause.phrase is not None:
            alone = _articles_of(clause, matching, catalogue)
            if alone is not None:
                phrases.append(Query.const_score_query(alone, clause.worth))
        else:
            weights = clause.weights[clause.matches].tolist()
            for number, weight in zip(matching, weights, strict=True):
                should[number] = should.get(number, 0.0) + weight * clause.worth
    if not should and not phrases:
        return None
    numbers = np.fromiter(should, np.int64, len(should))
    rarities = _rarities(catalogue.in_units[numbers], len(catalogue.row))
    scored = [
        (Clause.Should, Query.boost_query(_term(number, "freq"), worth / rarity))
        for (number, worth), rarity in zip(should.items(), rarities.tolist(), strict=True)
    ]
    scored += [(Clause.Should, phrase) for phrase in phrases]
    if not required and not excluded:
        return Query.boolean_query(scored)
    if not required:
        required = [(Clause.Must, Query.boolean_query(scored))]
        scored = []
    return Query.boolean_query([*required, *excluded, *scored])


def all_of(places: Sequence[Sequence[int]]) -> Query:
    """The articles that have for each place one of its words."""
    return Query.boolean_query([(Clause.Must, _any(numbers)) for numbers in places])


def _articles_of(clause: Resolved, matching: list[int], catalogue: Catalogue) -> Query | None:
    """The articles in which a clause stands; None if there are none."""
    if clause.phrase is None:
        return _any(matching) if matching else None
    rows = catalogue.row[clause.phrase.articles].tolist()
    return Query.term_set_query(SCHEMA, ROW, rows) if rows else None


def _any(numbers: Sequence[int]) -> Query:
    if len(numbers) == 1:
        return _term(numbers[0], "basic")
    return Query.boolean_query([(Clause.Should, _term(number, "basic")) for number in numbers])


def _term(number: int, option: str) -> Query:
    return Query.term_query(SCHEMA, TEXT, term_text(number), option)


def _rarities(
    in_units: np.ndarray[tuple[int], np.dtype[np.int64]], articles: int
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """About what Tantivy takes for the inverse document frequency of words that stand in so many units."""
    in_articles = articles * (1 - np.exp(-in_units / articles))
    found: np.ndarray[tuple[int], np.dtype[np.float64]] = np.log(
        1 + (articles - in_articles + 0.5) / (in_articles + 0.5)
    )
    return found
