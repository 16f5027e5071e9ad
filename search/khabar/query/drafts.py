"""Drafts: the clauses of a plan while it is made, and what a whole level of them changes in each."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from khabar.index.plan import Clause, FilterClause, GroupClause, Occur, PhraseClause, WeightedForm, WordClause

__all__ = ["MUST", "MUST_NOT", "SHOULD", "Draft", "guarded", "heavier", "unmatching"]

SHOULD, MUST, MUST_NOT = Occur.SHOULD, Occur.MUST, Occur.MUST_NOT
#: The weight of a word that is repeated in a query, against one that is not. In proportion, a repeated word
#: would dominate the query.
_REPEATED = 1.25


class Draft(msgspec.Struct):
    """A clause under construction.

    Attributes:
        clause: the clause so far.
        words: for each of its leaves the words of the query.
        key: equal for equal drafts; None for a draft that equals no other.
        stop: whether it is no more than stop words.
        condition: whether it is a condition on an article rather than a word to find.
        bare: whether it was typed without a sign, so that the match rule decides whether it is required.
        repeated: whether it occurs in the query more than once.
    """

    clause: Clause
    words: tuple[str, ...] = ()
    key: object = None
    stop: bool = False
    condition: bool = False
    bare: bool = False
    repeated: bool = False

    @property
    def wanted(self) -> bool:
        """Whether it is a word that articles should contain."""
        return self.clause.occur is not MUST_NOT and not self.condition and not self.stop


def heavier(clause: Clause) -> Clause:
    """The clause with the weight of a repeated word or phrase; a phrase may be a group of its spellings."""
    if isinstance(clause, GroupClause):
        return replace(clause, clauses=tuple(map(heavier, clause.clauses)))
    assert isinstance(clause, WordClause | PhraseClause)
    return replace(clause, weight=_REPEATED * clause.weight)


def unmatching(clause: Clause) -> Clause:
    """The clause of stop words so that it raises scores, but makes no article match."""
    if isinstance(clause, GroupClause):
        return replace(clause, clauses=tuple(map(unmatching, clause.clauses)))
    if isinstance(clause, PhraseClause):
        # Of a particle that is also written in two words, the single word is enough.
        forms = tuple(WeightedForm(term, clause.weight, "exact") for term in clause.joined)
        clause = WordClause(forms, clause.weight, clause.occur, title=clause.title)
    assert isinstance(clause, WordClause)
    return replace(clause, forms=tuple(replace(form, matches=False) for form in clause.forms))


def guarded(drafts: list[Draft]) -> list[Draft]:
    """Make sure that one of the wanted words is needed beside conditions that are words or groups.

    A plan needs one of its optional clauses only if nothing but filters is required. But «about:» is required
    as a word, and alternative fields as a group. Addresses are read from the articles, so they are tested
    last.
    """
    required = [
        draft
        for draft in drafts
        if draft.clause.occur is MUST
        and (not isinstance(draft.clause, FilterClause) or draft.clause.field == "url")
    ]
    optional = [draft for draft in drafts if draft.clause.occur is SHOULD]
    if not optional or not required or not all(draft.condition for draft in required):
        return drafts
    clause = GroupClause(tuple(draft.clause for draft in optional), MUST)
    whole = Draft(clause, tuple(word for draft in optional for word in draft.words))
    return [whole, *(draft for draft in drafts if draft.clause.occur is not SHOULD)]
