"""The planner: parse tree → plan. Each query word becomes the forms that it stands for in this index."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from khabar.analysis.analyzer import Analyzer, Token
from khabar.index.lexicon import Form, Lexicon
from khabar.index.plan import Clause, Occur, PhraseClause, Plan, WeightedForm, WordClause
from khabar.index.ranking import Ranking
from khabar.query.parser import Phrase, Problem, Query, Term

__all__ = ["Planned", "plan", "weighted_forms"]


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan with what it came from.

    Attributes:
        plan: for an engine.
        words: for each clause of the plan the words of the query that it stands for, as typed.
        problems: those of the parse tree, and what the planner found.
    """

    plan: Plan
    words: tuple[str, ...]
    problems: tuple[Problem, ...]


def plan(query: Query, analyzer: Analyzer, lexicon: Lexicon, ranking: Ranking) -> Planned:
    """Make a plan of a parse tree.

    Stop words weigh less and do not make an article match, unless the query has no other word; inside phrases they always
    count. A word that stands twice counts twice. A compound name («عبد الله», «أبو مازن») is one word, however spaced.
    """
    clauses: dict[tuple[object, Occur], tuple[Clause, str, bool]] = {}
    for key, clause, words, stop in _clauses(query, analyzer, lexicon, ranking):
        place = (key, clause.occur)
        if place in clauses:
            earlier, words, stop = clauses[place]
            clause = replace(earlier, weight=earlier.weight + clause.weight)
        clauses[place] = (clause, words, stop)
    chosen = list(clauses.values())
    if any(clause.occur is not Occur.MUST_NOT and not stop for clause, _, stop in chosen):
        chosen = [(_unmatching(clause) if stop else clause, words, stop) for clause, words, stop in chosen]
    problems = list(query.problems)
    if not chosen and query.text.strip():
        problems.append(Problem(0, len(query.text), "no-words", "there is no word to search for"))
    elif chosen and all(clause.occur is Occur.MUST_NOT for clause, _, _ in chosen):
        message = "only excluded words: say also what to look for"
        problems.append(Problem(0, len(query.text), "only-exclusions", message))
    return Planned(
        Plan(tuple(clause for clause, _, _ in chosen)), tuple(words for _, words, _ in chosen), tuple(problems)
    )


def weighted_forms(term: str, analyzer: Analyzer, lexicon: Lexicon, ranking: Ranking) -> tuple[WeightedForm, ...]:
    """The forms of the index that a folded word stands for, each with its weight."""
    forms = lexicon.forms(term, analyzer, similar=ranking.similar_forms, threshold=ranking.similar_from)
    return tuple(
        WeightedForm(
            form.term,
            _weight(form, ranking),
            form.depth,
            form.depth != "similar" or form.similar >= ranking.similar_match,
        )
        for form in forms
    )


def _weight(form: Form, ranking: Ranking) -> float:
    return (
        ranking.exact * form.exact
        + ranking.light * (form.light or form.exact)
        + ranking.lemma * (form.lemma or form.exact)
        + ranking.similar * form.similar
    )


def _clauses(
    query: Query, analyzer: Analyzer, lexicon: Lexicon, ranking: Ranking
) -> Iterator[tuple[object, Clause, str, bool]]:
    """Each clause with what makes it the same as another, the words it stands for, and whether it is but a stop word."""
    for item in _joined(query):
        tokens = analyzer.tokens(item.text)
        if isinstance(item, Phrase):
            places = _phrase_places(tokens)
            if len(places) > 1:
                yield places, PhraseClause(places, ranking.full, item.occur), item.text, False
            elif places:
                exact = tuple(WeightedForm(term, ranking.full, "exact") for term in places[0])
                yield places, WordClause(exact, ranking.full, item.occur), item.text, False
            continue
        for token in _without_parts(tokens):
            # The first term is the word; what else it holds (the year of a date) matches where the word does.
            term = token.word.exact[0]
            words = item.text[token.start : token.end]
            stop = token.word.stop and item.occur is Occur.SHOULD
            if stop:
                forms: tuple[WeightedForm, ...] = (WeightedForm(term, ranking.full, "exact"),)
            else:
                forms = weighted_forms(term, analyzer, lexicon, ranking)
            if item.occur is not Occur.SHOULD:
                forms = tuple(form for form in forms if form.depth != "similar")
            weight = ranking.stop if stop else 1.0
            yield term, WordClause(forms, ranking.full, item.occur, weight), words, stop


def _unmatching(clause: Clause) -> Clause:
    assert isinstance(clause, WordClause)
    return replace(clause, forms=tuple(replace(form, matches=False) for form in clause.forms))


def _joined(query: Query) -> Iterator[Term | Phrase]:
    """The items, with neighbouring plain words as one text, so that a name over two words is seen as one."""
    run: list[Term] = []
    for item in (*query.items, None):
        if isinstance(item, Term) and item.occur is Occur.SHOULD:
            run.append(item)
            continue
        if run:
            start, end = run[0].start, run[-1].end
            yield Term(query.text[start:end], start, end) if len(run) > 1 else run[0]
            run = []
        if item is not None:
            yield item


def _without_parts(tokens: list[Token]) -> Iterator[Token]:
    """The tokens, without the parts of compound names that mean nothing alone: عبد, its second part, and أبو."""
    absorbed: set[int] = set()
    for token in tokens:
        if token.compound:
            absorbed.add(token.position)
            if token.word.exact[0].startswith("عبد"):
                absorbed.add(token.position + 1)
    return (token for token in tokens if token.compound or token.position not in absorbed)


def _phrase_places(tokens: list[Token]) -> tuple[tuple[str, ...], ...]:
    return tuple((token.word.exact[0],) for token in tokens if not token.compound)
