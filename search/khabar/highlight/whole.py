"""A whole article with the words of a query marked in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from khabar.highlight.matcher import Highlight, Matcher

if TYPE_CHECKING:
    from khabar.analysis.analyzer import Analyzer
    from khabar.corpus.article import Article

__all__ = ["MarkedArticle", "mark_article"]


class MarkedArticle(msgspec.Struct, frozen=True):
    """An article and where a query's words stand in it.

    Attributes:
        article: the article.
        title_highlights: the matched words of the title, as ranges of ``article.title``.
        paragraph_highlights: for each paragraph its matched words, as ranges of that paragraph.
    """

    article: Article
    title_highlights: tuple[Highlight, ...]
    paragraph_highlights: tuple[tuple[Highlight, ...], ...]


def mark_article(article: Article, matcher: Matcher | None, analyzer: Analyzer) -> MarkedArticle:
    """Find a query's words in every paragraph; without a matcher nothing is marked."""
    title, *rest = (
        tuple(
            matcher.find(
                analyzer.tokens(unit.text, matcher.terms),
                title=not unit.number,
                text=unit.text,
                published=article.published,
            )
        )
        if matcher
        else ()
        for unit in article.units()
    )
    return MarkedArticle(article, title, tuple(rest))
