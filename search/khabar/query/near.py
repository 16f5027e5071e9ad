"""NEAR: words and phrases that an article has close to one another, in any order."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from msgspec.structs import replace

from khabar.index.plan import Clause, GroupClause, PhraseClause, WeightedForm, WordClause
from khabar.query.compounds import compound_clause
from khabar.query.drafts import MUST, Draft
from khabar.query.ordered_words import with_son, written
from khabar.query.plan_state import PlanState
from khabar.query.runs import phrase_places, phrase_units, word_runs
from khabar.query.special_forms import special_forms
from khabar.query.tree import Near, Phrase

__all__ = ["near_drafts"]


def near_drafts(state: PlanState, near: Near) -> Iterator[Draft]:
    """The clause for words and phrases that are near one another, if there is a word in them."""
    ranking = state.ranking
    places: list[tuple[str, ...]] = []
    depths: dict[str, str] = {}
    phrases: list[Clause] = []
    words: list[str] = []
    for operand in near.operands:
        tokens = state.analyzer.tokens(operand.text)
        if isinstance(operand, Phrase):
            # A name takes one place, however it is written.
            for unit in phrase_units(tokens):
                terms = dict.fromkeys(way[0] for way in unit)
                places.append(tuple(chain.from_iterable(map(with_son, terms))))
            ways = phrase_places(tokens)
            if len(ways) > 1 or len(ways[0]) > 1:
                inside = written(state, ways, replace(operand, occur=MUST, title=False))
                assert inside is not None
                phrases.append(inside)
                words.extend([operand.text] * len(ways))
            continue
        special = None if operand.kind == "word" else special_forms(state, operand, strict=True)
        if special is not None:
            special = state.allowed(special)
            depths |= {form.term: form.depth for form in special if form.depth != "exact"}
            places.append(_terms(special) or (operand.text,))
            continue
        for run in word_runs(tokens, operand.text, both=True):
            term = run[0].word.exact[0]
            compound = compound_clause(state, run, operand) if len(run) > 1 else None
            if compound is not None and compound.joined == compound.words[-1]:
                # «الـBBC» is «BBC».
                places.append(compound.joined)
            elif compound is not None:
                places.extend(compound.words)
                phrases.append(replace(compound, occur=MUST, weight=1.0, title=False))
                words.append(operand.text[run[0].start : run[-1].end])
            else:
                forms = state.allowed(state.forms.of_word(run[0].word, ranking, strict=True))
                depths |= {form.term: form.depth for form in forms if form.depth != "exact"}
                places.append(_terms(forms) or (term,))
    whole = state.text[near.start : near.end]
    title = all(operand.title for operand in near.operands)
    occur = MUST if phrases else near.occur
    if len(places) < 2:
        message = "NEAR needs words on both sides: left out"
        state.problem(near, "near-operand", message)
    if not places:
        return
    clause: Clause
    if len(places) > 1:
        clause = PhraseClause(
            tuple(places),
            ranking.full,
            occur,
            slop=near.slop,
            ordered=False,
            title=title,
            depths=tuple(depths.items()),
        )
    else:
        forms = tuple(WeightedForm(term, ranking.full, "exact") for term in places[0])
        clause = WordClause(forms, ranking.full, occur, title=title)
    if phrases:
        # A phrase is near a word if the article has the phrase and each of its words is near the word.
        clause = GroupClause((*phrases, clause), near.occur)
    yield Draft(clause, (*words, whole))


def _terms(forms: tuple[WeightedForm, ...]) -> tuple[str, ...]:
    return tuple(form.term for form in forms if form.matches)
