"""The planner: parse tree → plan. Each query word becomes its terms on every depth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from khabar.analysis.analyzer import DEPTHS, Analyzer, Token, Word
from khabar.index.plan import Clause, Occur, PhraseClause, Plan, WordClause
from khabar.query.parser import Phrase, Problem, Query, Term

__all__ = ["Planned", "plan"]


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


def plan(query: Query, analyzer: Analyzer) -> Planned:
    """Make a plan of a parse tree.

    Stop words are searched only when the query has no other word; inside phrases they always count. A word that stands
    twice counts twice. A compound name («عبد الله», «أبو مازن») is one word, however it is spaced.
    """
    clauses: dict[tuple[object, Occur], tuple[Clause, str]] = {}
    stopped: list[tuple[Clause, str]] = []
    for clause, words, stop in _clauses(query, analyzer):
        if stop and clause.occur is Occur.SHOULD:
            stopped.append((clause, words))
            continue
        key = (clause.terms if isinstance(clause, WordClause) else clause.words, clause.occur)
        if key in clauses:
            earlier, words = clauses[key]
            clause = replace(earlier, weight=earlier.weight + clause.weight)
        clauses[key] = (clause, words)
    chosen = list(clauses.values())
    if not any(clause.occur is not Occur.MUST_NOT for clause, _ in chosen):
        chosen += stopped
    problems = list(query.problems)
    if not chosen and query.text.strip():
        problems.append(Problem(0, len(query.text), "no-words", "there is no word to search for"))
    elif chosen and all(clause.occur is Occur.MUST_NOT for clause, _ in chosen):
        message = "only excluded words: say also what to look for"
        problems.append(Problem(0, len(query.text), "only-exclusions", message))
    return Planned(
        Plan(tuple(clause for clause, _ in chosen)), tuple(words for _, words in chosen), tuple(problems)
    )


def _clauses(query: Query, analyzer: Analyzer) -> Iterator[tuple[Clause, str, bool]]:
    """Each clause, the words it stands for, and whether it is but a stop word."""
    for item in _joined(query):
        tokens = analyzer.tokens(item.text)
        if isinstance(item, Phrase):
            words = _phrase_words(tokens)
            if len(words) > 1:
                yield PhraseClause(words, item.occur), item.text, False
            elif words:
                yield WordClause(tuple(("exact", term) for term in words[0]), item.occur), item.text, False
            continue
        for token in _without_parts(tokens):
            terms = _word_terms(token.word)
            if terms:
                yield WordClause(terms, item.occur), item.text[token.start : token.end], token.word.stop


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


def _word_terms(word: Word) -> tuple[tuple[str, str], ...]:
    return tuple((depth, term) for depth in DEPTHS for term in word.terms(depth) if term)


def _phrase_words(tokens: list[Token]) -> tuple[tuple[str, ...], ...]:
    places: dict[int, list[str]] = {}
    for token in tokens:
        if not token.compound:
            places.setdefault(token.position, []).append(token.word.exact[0])
    return tuple(tuple(terms) for _, terms in sorted(places.items()))
