"""A plan as a query for Tantivy: which articles match, and roughly in which order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
from tantivy import Occur as Clause
from tantivy import Query

from khabar.index.plan import Occur
from khabar.index.tantivy_engine.catalogue import Catalogue
from khabar.index.tantivy_engine.counting import term_text
from khabar.index.tantivy_engine.resolved import Resolved
from khabar.index.tantivy_engine.schema import ROW, SCHEMA, TEXT, TITLE

__all__ = ["all_of", "candidate_query"]

#: Chosen on 180 short and headline queries on SaudiNewsNet, so that the exact best ten are nearly always among the candidates.
SATURATION = 0.55
OTHER_FORMS = 0.2
IN_TITLE = 0.3
#: Forms of less weight than this share of the heaviest one's are not looked up in titles.
HEAVY = 0.3


def candidate_query(clauses: Sequence[Resolved], catalogue: Catalogue) -> Query | None:
    """A query that finds the articles that match some clauses, those that score most at the top; None if none can match.

    Tantivy's own score of a word is divided out: each form adds by its weight and by the rarity of the clause that it is of; of
    several forms the best counts, and a share of the others. What stands in the title adds something, as it does exactly.
    """
    should: list[tuple[Clause, Query]] = []
    required: list[tuple[Clause, Query]] = []
    excluded: list[tuple[Clause, Query]] = []
    for clause in clauses:
        alone = None
        if clause.phrase is not None or clause.occur is not Occur.SHOULD:
            alone = _articles_of(clause, catalogue)
        if clause.occur is Occur.MUST_NOT:
            if alone is not None:
                excluded.append((Clause.MustNot, alone))
            continue
        if clause.occur is Occur.MUST:
            if alone is None:
                return None
            required.append((Clause.Must, Query.const_score_query(alone, 0.0)))
        if clause.phrase is None:
            should += [(Clause.Should, query) for query in _scored(clause, catalogue)]
        elif alone is not None:
            should.append((Clause.Should, Query.const_score_query(alone, clause.worth)))
    if not should:
        return None
    if not required and excluded:
        return Query.boolean_query([(Clause.Must, Query.boolean_query(should)), *excluded])
    return Query.boolean_query([*required, *excluded, *should])


def _scored(clause: Resolved, catalogue: Catalogue) -> Iterator[Query]:
    """The matching forms of a word, in the whole article and again in its title."""
    numbers = clause.numbers[clause.matches]
    if not len(numbers):
        return
    weights = clause.weights[clause.matches]
    # What an occurrence adds after saturation, as in a paragraph of average length.
    worths = clause.worth * (1 + SATURATION) * weights / (weights + SATURATION)
    boosts = (worths / _rarities(catalogue.in_units[numbers], len(catalogue.row))).tolist()
    heavy = (weights >= weights.max() * HEAVY).tolist()
    for field, share in ((TEXT, 1.0), (TITLE, IN_TITLE)):
        forms = [
            Query.boost_query(_term(number, field, "freq"), boost * share)
            for number, boost, weighs in zip(numbers.tolist(), boosts, heavy, strict=True)
            if weighs or field == TEXT
        ]
        yield forms[0] if len(forms) == 1 else Query.disjunction_max_query(forms, OTHER_FORMS)


def all_of(places: Sequence[Sequence[int]]) -> Query:
    """The articles that have for each place one of its words."""
    return Query.boolean_query([(Clause.Must, _any(numbers)) for numbers in places])


def _articles_of(clause: Resolved, catalogue: Catalogue) -> Query | None:
    """The articles in which a clause stands; None if there are none."""
    if clause.phrase is None:
        matching = clause.numbers[clause.matches].tolist()
        return _any(matching) if matching else None
    rows = catalogue.row[clause.phrase.articles].tolist()
    return Query.term_set_query(SCHEMA, ROW, rows) if rows else None


def _any(numbers: Sequence[int]) -> Query:
    if len(numbers) == 1:
        return _term(numbers[0], TEXT, "basic")
    return Query.boolean_query([(Clause.Should, _term(number, TEXT, "basic")) for number in numbers])


@lru_cache(maxsize=1 << 15)
def _term(number: int, field: str, option: str) -> Query:
    return Query.term_query(SCHEMA, field, term_text(number), option)


def _rarities(
    in_units: np.ndarray[tuple[int], np.dtype[np.int64]], articles: int
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """About what Tantivy takes for the inverse document frequency of words that stand in so many units."""
    in_articles = articles * (1 - np.exp(-in_units / articles))
    found: np.ndarray[tuple[int], np.dtype[np.float64]] = np.log(
        1 + (articles - in_articles + 0.5) / (in_articles + 0.5)
    )
    return found
