"""A search from the typed query to the hits: parse, plan, ask the engine, mark and cut what is shown."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import replace

from khabar.analysis.analyzer import Analyzer
from khabar.analysis.fold import fold
from khabar.corpus.article import Paragraph
from khabar.highlight.matcher import Matcher
from khabar.highlight.snippet import make_snippet
from khabar.index.engine import Match, Reader
from khabar.index.lexicon import Lexicon
from khabar.index.ranking import Ranking
from khabar.query.explain import explain
from khabar.query.parser import parse, plain
from khabar.query.planner import plan
from khabar.query.results import Hit, Results

__all__ = ["search"]


def search(
    query: str,
    reader: Reader,
    lexicon: Lexicon,
    analyzer: Analyzer,
    ranking: Ranking,
    *,
    limit: int,
    offset: int = 0,
    syntax: bool = True,
    width: int = 200,
    without: Collection[str] = (),
    explained: bool = False,
) -> Results:
    """Answer a query from a reader; see :meth:`khabar.library.Index.search`."""
    began = time.perf_counter()
    left_out = frozenset(map(fold, without))
    planned = plan(parse(query) if syntax else plain(query), analyzer, lexicon, ranking, left_out)
    found = reader.search(planned.plan, ranking, limit=limit, offset=offset)
    matcher = Matcher(planned.plan, planned.words)
    hits = []
    for rank, match in enumerate(found.matches, offset + 1):
        hit = _hit(rank, match, matcher, analyzer, found.importance, width)
        if explained:
            shares = explain(planned.plan, planned.words, match.shares, match.article, analyzer)
            hit = replace(hit, explanation=shares)
        hits.append(hit)
    took = (time.perf_counter() - began) * 1000
    return Results(query, found.total, round(took, 2), tuple(hits), planned.problems)


def _hit(
    rank: int, match: Match, matcher: Matcher, analyzer: Analyzer, importance: tuple[float, ...], width: int
) -> Hit:
    article = match.article
    title = tuple(matcher.find(analyzer.tokens(article.title)))
    text = article.paragraphs[match.number - 1] if match.number else article.title
    tokens = analyzer.tokens(text)
    snippet = make_snippet(text, tokens, matcher.find(tokens), importance, width)
    paragraph = Paragraph(article.id, match.number, text)
    return Hit(rank, match.score, article, paragraph, snippet, title, match.more)
