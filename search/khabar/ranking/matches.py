"""Reports on ranked articles: the best passage of each and the parts of its score."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import numpy as np

from khabar.index.columns import Bools, Columns, Floats, Ints, among, values_at
from khabar.index.engine import Match, Reader, Together
from khabar.index.plan import Plan
from khabar.ranking.nearness import Nearness, pairs_of
from khabar.ranking.ranker import Asked, Ranked
from khabar.ranking.term_scoring import TermScorer

__all__ = ["matches_of", "scored_as", "shares_of", "words_together"]


def matches_of(
    reader: Reader, scorer: TermScorer, asked: Asked, ranked: Ranked, articles: Ints, scores: Floats
) -> Iterator[Match]:
    """Report on some ranked articles, each with its best passage and the parts of its score."""
    accumulators, recency = asked.accumulators, asked.recency
    is_candidate = among(articles, ranked.candidates)
    if not is_candidate.all():
        page = np.sort(articles)
        accumulators.score(scorer, asked.among(page), asked.weights, page)
    heads = reader.columns.heads[articles].tolist()
    passage_scores = [accumulators.passage_scores(article) for article in articles.tolist()]
    matching = accumulators.matching_passages(articles)
    bounds = np.searchsorted(matching, np.stack([heads, reader.columns.ends[articles]], axis=-1)).tolist()
    best = [head + int(each.argmax()) for head, each in zip(heads, passage_scores, strict=True)]
    shares = shares_of(reader.columns, np.array(best, np.int64), articles, asked, is_candidate)
    together = words_together(articles, asked.plan, ranked.near)
    reader.fetch(articles)
    for place, article in enumerate(articles.tolist()):
        numbers = matching[slice(*bounds[place])] - heads[place]
        # The title is displayed anyway: show a paragraph if one matches.
        numbers = numbers[numbers > 0]
        number = int(numbers[passage_scores[place][numbers].argmax()]) if len(numbers) else 0
        yield Match(
            reader.stored(article),
            number,
            float(scores[place]),
            max(0, len(numbers) - 1),
            tuple(shares[place]),
            1.0 if recency is None else float(recency[article]),
            article,
            together[place],
        )


def shares_of(
    columns: Columns, passages: Ints, articles: Ints, asked: Asked, inside: Bools | None = None
) -> list[list[float]]:
    """The amount that every leaf adds to the score of each passage, whose articles are given.

    Args:
        columns: the columns of the index.
        passages: the passages.
        articles: the article of each.
        asked: the plan.
        inside: whether passages count in the score of each; default: yes.
    """
    ranking, accumulators = asked.ranking, asked.accumulators
    shares = np.zeros((len(passages), len(accumulators.parts)))
    heads = columns.heads[articles]
    # An article without paragraphs has no first one.
    places = np.concatenate([passages, heads, np.where(columns.sizes[articles] > 1, heads + 1, -1)])
    for place, part in enumerate(accumulators.parts):
        if part is not None:
            term = part.term
            best, titles, leads = values_at(term.passages, term.passage_scores, places).reshape(3, -1)
            of_passages = best + ranking.title * titles + ranking.lead * leads
            if inside is not None:
                of_passages *= inside
            shares[:, place] = part.weight * (
                of_passages + ranking.article * values_at(term.articles, term.article_scores, articles)
            )
    result: list[list[float]] = shares.tolist()
    return result


def scored_as(match: Match, score: float) -> Match:
    """A match with another score, and with its shares in the same proportion."""
    if not match.score:
        return match
    shares = tuple(share * score / match.score for share in match.shares)
    return msgspec.structs.replace(match, score=score, shares=shares)


def words_together(owners: Ints, plan: Plan, near: Nearness | None) -> list[tuple[Together, ...]]:
    """The words near each other in each of some articles or passages."""
    if near is None:
        return [()] * len(owners)
    pairs = pairs_of(plan)
    result: list[tuple[Together, ...]] = []
    for owner in owners.tolist():
        rows = range(*np.searchsorted(near.owners, [owner, owner + 1]).tolist())
        result.append(
            tuple(
                Together(
                    (pairs[near.pairs[row]].first, pairs[near.pairs[row]].second),
                    bool(near.adjacent[row]),
                    bool(near.whole[row]),
                    float(near.scores[row] + near.whole[row]),
                )
                for row in rows
            )
        )
    return result
