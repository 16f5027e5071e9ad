"""The planner: parse tree → plan. Each query word becomes the forms that it stands for in this index."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace

from khabar.analysis.analyzer import DEPTHS, Analyzer, Token, Word
from khabar.analysis.stopwords import QUESTION_WORDS
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


def plan(
    query: Query,
    analyzer: Analyzer,
    lexicon: Lexicon,
    ranking: Ranking,
    without: frozenset[str] = frozenset(),
) -> Planned:
    """Make a plan of a parse tree.

    Stop words weigh less and do not make an article match, unless the query has no other word; inside phrases they always
    count. A word that stands twice counts twice. A compound name («عبد الله», «أبو مازن») is one word, however spaced.
    No word stands for the forms in ``without``.
    """
    clauses: dict[tuple[object, Occur], tuple[Clause, str, bool]] = {}
    for key, clause, words, stop in _clauses(query, analyzer, lexicon, ranking):
        place = (key, clause.occur)
        if place in clauses:
            earlier, words, stop = clauses[place]
            clause = replace(earlier, weight=earlier.weight + clause.weight)
        clauses[place] = (clause, words, stop)
    chosen = list(clauses.values())
    if without:
        chosen = [(_less(clause, without), words, stop) for clause, words, stop in chosen]
    if any(clause.occur is not Occur.MUST_NOT and not stop for clause, _, stop in chosen):
        chosen = [(_unmatching(clause) if stop else clause, words, stop) for clause, words, stop in chosen]
    problems = list(query.problems)
    if not chosen and query.text.strip():
        problems.append(Problem(0, len(query.text), "no-words", "there is no word to search for"))
    elif chosen and all(clause.occur is Occur.MUST_NOT for clause, _, _ in chosen):
        message = "only excluded words: say also what to look for"
        problems.append(Problem(0, len(query.text), "only-exclusions", message))
    return Planned(
        Plan(tuple(clause for clause, _, _ in chosen)),
        tuple(words for _, words, _ in chosen),
        tuple(problems),
    )


def weighted_forms(
    term: str, analyzer: Analyzer, lexicon: Lexicon, ranking: Ranking
) -> tuple[WeightedForm, ...]:
    """The forms of the index that a folded word stands for, each with its weight."""
    forms = lexicon.forms(term, analyzer, similar=ranking.similar_forms, threshold=ranking.similar_from)
    return tuple(
        WeightedForm(
            form.term,
            _weight(form, ranking),
            form.depth,
            form.similar >= ranking.similar_match if form.depth == "similar" else not form.apart,
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
    for item in _joined(query, analyzer):
        tokens = analyzer.tokens(item.text)
        if isinstance(item, Phrase):
            places = _phrase_places(tokens)
            if len(places) > 1:
                yield places, PhraseClause(places, ranking.full, item.occur), item.text, False
            elif places:
                exact = tuple(WeightedForm(term, ranking.full, "exact") for term in places[0])
                yield places, WordClause(exact, ranking.full, item.occur), item.text, False
            continue
        chosen = list(_without_parts(tokens, both=item.occur is not Occur.SHOULD))
        if item.occur is Occur.MUST_NOT and len(chosen) > 1:
            # «-كوفيد-19» rules out what is written so, not all that holds a 19.
            places = _phrase_places(tokens)
            yield places, PhraseClause(places, ranking.full, item.occur), item.text, False
            continue
        for token in chosen:
            term = token.word.exact[0]
            if not term:
                # A lone tatweel or the like.
                continue
            words = item.text[token.start : token.end]
            stop = token.word.stop and item.occur is Occur.SHOULD
            if stop:
                forms: tuple[WeightedForm, ...] = (WeightedForm(term, ranking.full, "exact"),)
            else:
                forms = _all_forms(token.word, analyzer, lexicon, ranking)
            if item.occur is not Occur.SHOULD:
                forms = tuple(form for form in forms if form.depth != "similar")
            weight = (min(10, len(term)) / 5) ** ranking.length
            if term in QUESTION_WORDS and token.position < 2 and item.start == 0:
                weight *= ranking.question
            elif stop:
                weight *= ranking.stop
            yield term, WordClause(forms, ranking.full, item.occur, weight), words, stop


def _all_forms(
    word: Word, analyzer: Analyzer, lexicon: Lexicon, ranking: Ranking
) -> tuple[WeightedForm, ...]:
    """The forms that a word stands for, and those of the name inside it («لعبدالله»), the strictest first.

    Of a date the whole alone: the year in it is for texts, so that «2023» finds them.
    """
    forms: dict[str, WeightedForm] = {}
    for term in word.exact if word.exact[0].isalpha() else word.exact[:1]:
        for form in weighted_forms(term, analyzer, lexicon, ranking):
            if form.term not in forms or form.weight > forms[form.term].weight:
                forms[form.term] = form
    return tuple(sorted(forms.values(), key=lambda form: DEPTHS.index(form.depth)))


def _less(clause: Clause, without: frozenset[str]) -> Clause:
    if isinstance(clause, PhraseClause):
        return clause
    return replace(clause, forms=tuple(form for form in clause.forms if form.term not in without))


def _unmatching(clause: Clause) -> Clause:
    assert isinstance(clause, WordClause)
    return replace(clause, forms=tuple(replace(form, matches=False) for form in clause.forms))


def _joined(query: Query, analyzer: Analyzer) -> Iterator[Term | Phrase]:
    """The items, with neighbouring plain words as one text, so that a name over two words is seen as one."""
    run: list[Term] = []
    for item in (*_signed_names(query, analyzer), None):
        if isinstance(item, Term) and item.occur is Occur.SHOULD:
            run.append(item)
            continue
        if run:
            start, end = run[0].start, run[-1].end
            yield Term(query.text[start:end], start, end) if len(run) > 1 else run[0]
            run = []
        if item is not None:
            yield item


def _signed_names(query: Query, analyzer: Analyzer) -> Iterator[Term | Phrase]:
    """The items, with the sign before a name over two words («-عبد الله») made to speak of the whole name."""
    items = deque(query.items)
    while items:
        item = items.popleft()
        following = items[0] if items else None
        if (
            isinstance(item, Term)
            and item.occur is not Occur.SHOULD
            and isinstance(following, Term)
            and following.occur is Occur.SHOULD
        ):
            edge = item.end - item.start
            tokens = analyzer.tokens(query.text[item.start : following.end])
            name = next(
                (token for token in tokens if token.compound and token.start < edge < token.end), None
            )
            if name is not None:
                items.popleft()
                end = item.start + name.end
                item = replace(item, text=query.text[item.start : end], end=end)
                if end < following.end:
                    items.appendleft(Term(query.text[end : following.end], end, following.end))
        yield item


def _without_parts(tokens: list[Token], both: bool) -> Iterator[Token]:
    """The tokens, without the parts of compound names that mean nothing alone: عبد, its second part, and أبو.

    With ``both``, without the second part of «أبو مازن» either, which alone makes other articles match.
    """
    absorbed: set[int] = set()
    for token in tokens:
        if token.compound:
            absorbed.add(token.position)
            if both or token.word.exact[0].startswith("عبد"):
                absorbed.add(token.position + 1)
    return (token for token in tokens if token.compound or token.position not in absorbed)


def _phrase_places(tokens: list[Token]) -> tuple[tuple[str, ...], ...]:
    return tuple((token.word.exact[0],) for token in tokens if not token.compound)
