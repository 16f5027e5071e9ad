"""Words in order: phrases between quotation marks and words that are searched as written, however they are
spaced."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice

from khabar.analysis.analyzer import Token
from khabar.analysis.names import SON
from khabar.index.plan import Clause, GroupClause, PhraseClause, WordClause
from khabar.query.drafts import SHOULD, Draft
from khabar.query.plan_state import PlanState
from khabar.query.runs import phrase_places
from khabar.query.tree import Phrase, Term

__all__ = ["in_order", "with_son", "written"]

#: Maximum number of words of a phrase whose other spacings are searched, and maximum number of spacings.
_LONGEST_RESPACED, _MOST_RESPACED = 8, 8


def in_order(state: PlanState, tokens: list[Token], item: Phrase | Term) -> Iterator[Draft]:
    """Words as written and in this order, however they are spaced."""
    ways = _respaced(state, phrase_places(tokens))
    key = (ways, item.slop if isinstance(item, Phrase) else 0, item.title)
    if clause := written(state, ways, item):
        if isinstance(clause, GroupClause):
            state.leaves += len(ways)
        yield Draft(clause, (item.text,) * len(ways), key)


def _respaced(state: PlanState, ways: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
    """The ways to write a phrase, and further ones that differ only in spaces."""
    if len(ways[0]) > _LONGEST_RESPACED:
        return ways
    spacings = dict.fromkeys(ways)
    # Twice, because «أمير عبداللهيان» and «أميرعبد اللهيان» differ in two spaces.
    for _ in range(2):
        others = chain.from_iterable(map(state.forms.respaced, list(spacings)))
        spacings |= dict.fromkeys(islice(others, _MOST_RESPACED))
    return tuple(spacings)


def written(state: PlanState, ways: tuple[tuple[str, ...], ...], item: Phrase | Term) -> Clause | None:
    """A phrase that may be written in several ways; None if it has no word."""
    full, several, is_phrase = state.ranking.full, len(ways) > 1, isinstance(item, Phrase)
    occur = SHOULD if several else item.occur
    clauses: list[Clause] = []
    for terms in ways:
        if len(terms) > 1:
            places = tuple(map(with_son, terms)) if is_phrase else tuple((term,) for term in terms)
            clauses.append(
                PhraseClause(
                    places,
                    full,
                    occur,
                    slop=item.slop if isinstance(item, Phrase) else 0,
                    title=item.title,
                    depths=tuple((other, "spelling") for place in places for other in place[1:]),
                    compound=not is_phrase,
                )
            )
        elif terms:
            forms = state.forms.exactly(terms[0], state.ranking)
            clauses.append(WordClause(forms, full, occur, title=item.title))
    if several:
        return GroupClause(tuple(clauses), item.occur)
    return clauses[0] if clauses else None


def with_son(term: str) -> tuple[str, ...]:
    """The words that match a word of a phrase: itself, and for بن and ابن also the other."""
    return (term, *(son for son in SON if son != term)) if term in SON else (term,)
