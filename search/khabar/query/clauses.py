"""Clauses for the nodes of a parse tree: each word becomes its forms in the index, each field a filter.

This module makes the clauses of words and groups, and removes those that a query has twice. The others are
made by :mod:`khabar.query.ordered_words`, :mod:`khabar.query.near` and :mod:`khabar.query.field_drafts`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from khabar.analysis.stopwords import QUESTION_WORDS
from khabar.index.plan import GroupClause, PhraseClause, WordClause
from khabar.query.compounds import compound_clause, with_neighbours
from khabar.query.drafts import MUST, MUST_NOT, SHOULD, Draft, guarded, heavier, unmatching
from khabar.query.ordered_words import in_order
from khabar.query.plan_state import PlanState
from khabar.query.runs import joined, word_runs
from khabar.query.special_forms import special_forms
from khabar.query.tree import Field, Group, Match, Near, Node, Phrase, Term

__all__ = ["level"]


def level(
    state: PlanState, items: Iterable[Node], strict: bool, match: Match = "any", *, either: bool = False
) -> list[Draft]:
    """The clauses of the nodes in one pair of parentheses.

    Args:
        state: the state of the plan; problems are added to it.
        items: the nodes.
        strict: whether to leave out forms that are only similar.
        match: with ``all``, nodes without a sign are required, except stop words.
        either: whether the nodes are alternatives in any case.
    """
    unique: dict[object, Draft] = {}
    for item in joined(items, state.text, state.analyzer):
        if state.late(item):
            break
        if not isinstance(item, Field | Group) and state.full(item):
            continue
        for draft in _drafts(state, item, strict, match, required=match == "all" and not either):
            key = id(draft) if draft.key is None else (draft.key, draft.clause.occur)
            if equal := unique.get(key):
                if isinstance(equal.clause, WordClause | PhraseClause):
                    assert isinstance(draft.clause, WordClause | PhraseClause)
                    most = max(equal.clause.weight, draft.clause.weight)
                    equal.clause = replace(equal.clause, weight=most)
                equal.repeated = True
                continue
            if isinstance(draft.clause, WordClause | PhraseClause):
                if state.full(item):
                    break
                state.leaves += 1
            unique[key] = draft
    drafts = list(unique.values())
    any_wanted = any(draft.wanted for draft in drafts)
    for draft in drafts:
        if draft.repeated:
            draft.clause = heavier(draft.clause)
        if any_wanted and draft.stop and not draft.condition and draft.clause.occur is not MUST_NOT:
            draft.clause = unmatching(draft.clause)
    return guarded(drafts)


def _drafts(state: PlanState, item: Node, strict: bool, match: Match, required: bool) -> Iterator[Draft]:
    bare = isinstance(item, Term | Group) and item.occur is SHOULD
    required = required and bare
    for draft in _drafted(state, item, strict or required, match):
        draft.bare = bare
        if required and not draft.stop:
            draft.clause = replace(draft.clause, occur=MUST)
        yield draft


def _drafted(state: PlanState, item: Node, strict: bool, words: Match) -> Iterator[Draft]:
    # Most queries have neither fields nor NEAR, so these are imported at first use.
    match item:
        case Group():
            yield from _group(state, item, strict, words)
        case Field():
            from khabar.query.field_drafts import field_drafts

            yield from field_drafts(state, item)
        case Near():
            from khabar.query.near import near_drafts

            yield from near_drafts(state, item)
        case Phrase():
            yield from in_order(state, state.analyzer.tokens(item.text), item)
        case Term():
            # Where an article must contain it, a name counts as a whole, as it does under a sign.
            whole = words == "all" or strict or item.occur is not SHOULD
            drafted = _words if item.kind == "word" else _special
            yield from drafted(state, item, strict or item.occur is not SHOULD, whole)


def _group(state: PlanState, group: Group, strict: bool, match: Match) -> Iterator[Draft]:
    if group.occur is MUST_NOT:
        # «-(…)» excludes articles with any of it.
        match = "any"
    drafts = level(state, group.items, strict or group.occur is not SHOULD, match, either=group.either)
    if not drafts:
        return
    if all(draft.clause.occur is MUST_NOT for draft in drafts):
        if group.occur is MUST:
            # A required group of exclusions excludes each of them.
            yield from drafts
            return
        state.problem(group, "only-exclusions", "this part only excludes articles: left out")
        return
    clause = GroupClause(tuple(draft.clause for draft in drafts), group.occur)
    words = tuple(word for draft in drafts for word in draft.words)
    stop = group.occur is SHOULD and all(draft.stop for draft in drafts)
    yield Draft(clause, words, stop=stop, condition=all(draft.condition for draft in drafts))


def _words(state: PlanState, item: Term, strict: bool, whole: bool) -> Iterator[Draft]:
    ranking = state.ranking
    tokens = state.analyzer.tokens(item.text)
    runs = word_runs(tokens, item.text, both=whole)
    if item.occur is MUST_NOT and len(runs) > 1:
        # «-السلام،لافتا» excludes articles with both words in this order, not those with only one.
        yield from in_order(state, tokens, item)
        return
    only_stops = all(state.forms.is_stop(token.word) for run in runs for token in run)
    for place, run in enumerate(runs):
        token = run[0]
        term = token.word.exact[0]
        if state.late(item):
            return
        text = item.text[token.start : run[-1].end]
        stop = state.forms.is_stop(token.word) and item.occur is SHOULD
        # «مازال» beside other words says as little as «ما زال»; alone it is searched.
        idle = stop and len(run) == 1 and not only_stops
        if not idle and (compound := compound_clause(state, run, item, strict)):
            key = (compound.words, compound.joined, item.title)
            yield Draft(compound, (text,), key, stop and len(run) == 1)
            continue
        forms = (
            state.forms.exactly(term, ranking)
            if stop
            else state.forms.of_word(token.word, ranking, strict=strict)
        )
        forms += with_neighbours(state, runs, place, item.text)
        weight = state.length_weight(term)
        if term in QUESTION_WORDS and token.position < 2 and item.start == 0:
            weight *= ranking.question
        elif stop:
            weight *= ranking.stop
        clause = WordClause(state.allowed(forms), ranking.full, item.occur, weight, item.title)
        yield Draft(clause, (text,), (term, item.title), stop)


def _special(state: PlanState, item: Term, strict: bool, whole: bool) -> Iterator[Draft]:
    """A word with a sign for its forms: «=word», «wo*d», «word~»."""
    forms = special_forms(state, item, strict)
    if forms is None and item.kind == "exact":
        # «=كوفيد-19»: its words as written.
        yield from in_order(state, state.analyzer.tokens(item.text), item)
        return
    if forms is None:
        yield from _words(state, item, strict, whole)
        return
    weight = state.length_weight(item.text)
    clause = WordClause(state.allowed(forms), state.ranking.full, item.occur, weight, item.title)
    yield Draft(clause, (item.text,), (item.kind, item.text, item.distance, item.title))
