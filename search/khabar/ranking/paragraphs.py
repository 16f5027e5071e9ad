"""Ranks paragraphs instead of articles: each matching paragraph is a match of its own."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from khabar.index.columns import distinct
from khabar.index.engine import Found, Match, Reader
from khabar.index.plan import Plan
from khabar.index.ranking import Ranking
from khabar.ranking.answers import Sort
from khabar.ranking.matches import shares_of, words_together
from khabar.ranking.nearness import find_nearness
from khabar.ranking.ranker import Ranker
from khabar.ranking.rerank import Rerank, reranked

__all__ = ["rank_paragraphs"]


def rank_paragraphs(
    reader: Reader,
    ranker: Ranker,
    plan: Plan,
    ranking: Ranking,
    *,
    limit: int,
    offset: int,
    sort: Sort,
    rerank: Rerank | None,
    factor: Callable[[int], float],
) -> Found:
    """See :meth:`khabar.ranking.answers.Answers.paragraphs`; ``factor`` gives the factor of an article, by
    its number."""
    asked = ranker.asked(plan, ranking)
    accumulators, columns, recency = asked.accumulators, reader.columns, asked.recency
    matching = np.flatnonzero(asked.matching)
    whole = accumulators.score(ranker.scorer, asked.among(matching), asked.weights, matching)
    passages, passage_scores, titles = accumulators.passages()
    in_title = np.zeros(len(passages), bool)
    in_title[titles] = True
    matched = in_title
    if any(plan.shown):
        matched = np.zeros(len(passages), bool)
        matched[np.searchsorted(passages, accumulators.matching_passages(matching))] = True
        inside = np.zeros(len(titles), np.int64)
        if len(titles):
            inside = np.add.reduceat(matched & ~in_title, titles, dtype=np.int64)
        # A title is no match of its own if a paragraph of its article matches.
        matched[titles[inside > 0]] = False
    if len(titles):
        # The article's score with the score of this passage instead of the best one's.
        rest = whole - np.maximum.reduceat(passage_scores, titles)
        passage_scores = passage_scores + np.repeat(rest, columns.sizes[matching])
    passages, scores = passages[matched], passage_scores[matched]
    owners = columns.article_of[passages]
    if recency is not None:
        scores *= recency[owners]
    near = None
    if sort == "relevance":
        # As for articles, nearness is computed only for the best.
        depth = asked.candidates
        first = ranker.order(passages, scores, sort, depth)
        first.sort()
        near = find_nearness(
            reader,
            ranking,
            plan,
            asked.among(distinct(owners[first])),
            asked.weights,
            by_passage=True,
        )
        if near is not None:
            near = near.of(passages[first])
            added = near.added(passages[first])
            scores[first] += added if recency is None else added * recency[owners[first]]
    keys = -scores if sort == "relevance" else ranker.by_date(owners, sort)
    last = offset + limit
    chosen = np.lexsort((passages, -scores, keys))
    if rerank is not None:
        reader.fetch(distinct(owners[chosen[: rerank.reach]]))
        places, best = reranked(rerank, plan, accumulators, owners[chosen], scores[chosen], last, factor)
        chosen = chosen[places]
        scores[chosen] = best
    chosen = chosen[offset:last]
    shares = shares_of(columns, passages[chosen], owners[chosen], asked)
    together = words_together(passages[chosen], plan, near)
    reader.fetch(owners[chosen])
    return Found(
        len(passages),
        tuple(
            Match(
                reader.stored(owner),
                int(passage - columns.heads[owner]),
                float(scores[place]),
                0,
                tuple(share),
                1.0 if recency is None else float(recency[owner]),
                owner,
                standing,
            )
            for place, passage, owner, share, standing in zip(
                chosen.tolist(),
                passages[chosen].tolist(),
                owners[chosen].tolist(),
                shares,
                together,
                strict=True,
            )
        ),
        asked.idf,
    )
