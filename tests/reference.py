"""The ranking written out plainly, term by term and text by text: what every engine's scores are checked
against.

It shares nothing with the engines but the plan, the analyzer's terms and the constants of the Ranking object.
Robertson and Zaragoza's BM25 with Lucene's inverse document frequency, as the docstrings of
:mod:`khabar.index.ranking`, :mod:`khabar.index.plan` and :mod:`khabar.index.bm25` describe it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from khabar.analysis.analyzer import Analyzer
from khabar.corpus.article import Article
from khabar.index.plan import FilterClause, GroupClause, Occur, PhraseClause, Plan, WordClause
from khabar.index.ranking import Ranking


@dataclass
class Passage:
    """A title or paragraph: where each term stands in it, and how many terms it has."""

    article: int
    number: int
    positions: dict[str, list[int]]
    length: float


@dataclass
class Answer:
    """What :class:`khabar.index.engine.Match` says of an article."""

    id: str
    number: int
    score: float
    more: int


def read(
    articles: Sequence[Article], analyzer: Analyzer, kept_length: Callable[[int], float] = float
) -> list[Passage]:
    """The passages of some articles. ``kept_length`` is how precisely an engine keeps a length."""
    passages = []
    for ordinal, article in enumerate(articles):
        for passage in article.passages():
            positions: dict[str, list[int]] = {}
            for position, word in analyzer.words(passage.text):
                for term in word.exact:
                    positions.setdefault(term, []).append(position)
            length = kept_length(sum(map(len, positions.values())))
            passages.append(Passage(ordinal, passage.number, positions, length))
    return passages


def idf(frequency: float, total: int) -> float:
    return math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))


def bm25(occurrences: float, length: float, average: float, k1: float, b: float) -> float:
    return (k1 + 1) * occurrences / (occurrences + k1 * (1 - b + b * length / average))


def search(
    articles: Sequence[Article], passages: Sequence[Passage], plan: Plan, ranking: Ranking
) -> list[Answer]:
    """Every article that answers a plan, the best first, equal ones in order of indexing."""
    count = len(articles)
    own = [[passage for passage in passages if passage.article == ordinal] for ordinal in range(count)]
    article_lengths = [sum(passage.length for passage in mine) for mine in own]
    average_passage = sum(passage.length for passage in passages) / len(passages)
    average_article = sum(article_lengths) / count
    scores = {id(passage): 0.0 for passage in passages}
    matched: set[int] = set()
    article_scores = [0.0] * count
    allowed = [True] * count
    for clause in plan.clauses:
        found = {id(passage): _occurrences(passage, clause) for passage in passages}
        matching = {id(passage) for passage in passages if _matches(passage, clause)}
        holders = {passage.article for passage in passages if id(passage) in matching}
        if clause.occur is Occur.MUST_NOT:
            allowed = [allowed[ordinal] and ordinal not in holders for ordinal in range(count)]
            continue
        if clause.occur is Occur.MUST:
            allowed = [allowed[ordinal] and ordinal in holders for ordinal in range(count)]
        matched |= matching
        weight = clause.weight * (len(clause.words) if isinstance(clause, PhraseClause) else 1)
        in_article = [
            sum(found[id(passage)] * (1 if passage.number else ranking.title_occurrence) for passage in mine)
            for mine in own
        ]
        rarity = idf(min(_frequency(passages, clause), len(passages)), len(passages))
        for passage in passages:
            if found[id(passage)]:
                scores[id(passage)] += (
                    weight
                    * rarity
                    * bm25(found[id(passage)], passage.length, average_passage, ranking.k1, ranking.b)
                )
        for ordinal, occurrences in enumerate(in_article):
            if occurrences:
                article_scores[ordinal] += (
                    weight
                    * rarity
                    * bm25(
                        occurrences,
                        article_lengths[ordinal],
                        average_article,
                        ranking.article_k1,
                        ranking.article_b,
                    )
                )
    answers = []
    for ordinal, mine in enumerate(own):
        if not allowed[ordinal] or not any(id(passage) in matched for passage in mine):
            continue
        score = (
            max(scores[id(passage)] for passage in mine)
            + ranking.article * article_scores[ordinal]
            + ranking.title * scores[id(mine[0])]
            + ranking.lead * (scores[id(mine[1])] if len(mine) > 1 else 0.0)
            + together(mine, passages, plan, ranking)
        )
        body = [passage for passage in mine[1:] if id(passage) in matched]
        best = max(body, key=lambda passage: (scores[id(passage)], -passage.number)).number if body else 0
        answers.append(Answer(articles[ordinal].id, best, score, max(0, len(body) - 1)))
    return sorted(answers, key=lambda answer: -answer.score)


def together(mine: Sequence[Passage], passages: Sequence[Passage], plan: Plan, ranking: Ranking) -> float:
    """What the words of a flat plan that stand together in an article add to its score, as the docstring of
    :mod:`khabar.ranking.nearness` has it: for each two words next to one another in the query, every two
    places in a passage."""
    pairs: list[tuple[WordClause, WordClause, int]] = []
    before: tuple[WordClause, int] | None = None
    place = 0
    for clause in plan.clauses:
        assert not isinstance(clause, GroupClause)
        if isinstance(clause, FilterClause):
            continue
        if not isinstance(clause, WordClause) or clause.title or clause.occur is Occur.MUST_NOT:
            before = None
        elif any(form.matches for form in clause.forms):
            if before is not None:
                pairs.append((before[0], clause, place - before[1]))
            before = clause, place
        elif not clause.forms:
            before = None
        place += 1
    if not pairs:
        return 0.0

    def weight(clause: WordClause) -> float:
        frequency = min(_frequency(passages, clause), len(passages))
        return clause.weight * idf(frequency, len(passages)) if frequency else 0.0

    def saturated(count: float) -> float:
        return (1 + ranking.near_k) * count / (count + ranking.near_k) if count else 0.0

    near = 0.0
    for first, second, apart in pairs:
        count = 0.0
        for passage in mine:
            for one, width, own in _places(passage, first):
                for other, other_width, its in _places(passage, second):
                    forward = other > one
                    distance = other - one - width + 1 if forward else one - other - other_width + 1
                    if distance < 1 or abs(other - one) > 8:
                        continue
                    worth = own**3 * its**3
                    if forward and distance <= apart:
                        count += worth
                    else:
                        count += worth * (0.1 if forward and distance <= apart + 2 else 0.03)
        near += (weight(first) + weight(second)) / 2 * saturated(count)
    values = sum((weight(first) + weight(second)) / 2 for first, second, _ in pairs)
    whole = values * saturated(sum(_chains(passage, pairs) for passage in mine)) / len(pairs)
    return ranking.near * near + ranking.whole * whole


def _chains(passage: Passage, pairs: Sequence[tuple[WordClause, WordClause, int]]) -> float:
    """How often all words stand in one row; each time counts as much as the least of its pairs."""
    if len(pairs) > 3 or any(before[1] is not pair[0] for before, pair in pairwise(pairs)):
        return 0.0
    reached = dict.fromkeys(_places(passage, pairs[0][0]), math.inf)
    for _, second, apart in pairs:
        further: dict[tuple[int, int, float], float] = {}
        for (one, width, own), least in reached.items():
            for other, other_width, its in _places(passage, second):
                if other > one and 1 <= other - one - width + 1 <= apart:
                    end = other, other_width, its
                    further[end] = max(further.get(end, 0.0), min(least, own**3 * its**3))
        reached = further
    return sum(reached.values())


def _places(passage: Passage, clause: WordClause) -> list[tuple[int, int, float]]:
    """Where the strict forms of a word stand: the position, the words that it is written in, and what it
    counts."""
    places = []
    for form in clause.forms:
        worth = min(1.0, form.weight / clause.full)
        typed = clause.forms[0]
        if typed.depth == "exact" and form.term in {before + typed.term for before in "وفبلك"}:
            worth = 1.0
        if typed.depth == "exact" and typed.term.startswith("ال") and form.term == "لل" + typed.term[2:]:
            worth = 1.0
        if form.depth == "spelling":
            worth = 1.0
        if worth < 0.46 or not form.weight:
            continue
        heads: list[str] = []
        if form.term.startswith("عبدال"):
            heads = ["عبد"]
        elif form.term.startswith("ابو") and len(form.term) > 5:
            heads = ["ابو", "ابا", "ابي"]
        for position in passage.positions.get(form.term, ()):
            spaced = any(
                position in passage.positions.get(before + head, ())
                for head in heads
                for before in ("", *"وفبلك")
            )
            places.append((position, 2 if spaced else 1, worth))
    return places


def _frequency(passages: Sequence[Passage], clause: WordClause | PhraseClause) -> float:
    """In how many passages a clause stands: the sum over a word's forms, each by its weight; a phrase is one
    form."""
    if isinstance(clause, PhraseClause):
        return sum(_matches(passage, clause) for passage in passages)
    return sum(
        min(1.0, form.weight / clause.full) * sum(form.term in passage.positions for passage in passages)
        for form in clause.forms
    )


def _occurrences(passage: Passage, clause: WordClause | PhraseClause) -> float:
    if isinstance(clause, WordClause):
        return sum(len(passage.positions.get(form.term, ())) * form.weight for form in clause.forms)
    begins = [
        {position - place for term in terms for position in passage.positions.get(term, ())}
        for place, terms in enumerate(clause.words)
    ]
    joined = sum(len(passage.positions.get(term, ())) for term in clause.joined)
    return (len(set.intersection(*begins)) + joined) * clause.full


def _matches(passage: Passage, clause: WordClause | PhraseClause) -> bool:
    if isinstance(clause, WordClause):
        return any(form.matches and form.term in passage.positions for form in clause.forms)
    return _occurrences(passage, clause) > 0
