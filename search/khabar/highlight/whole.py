"""A whole article with the words of a query marked in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from khabar.highlight.matcher import Highlight, Matcher
from khabar.highlight.snippet import Snippet, whole
from khabar.serialize import Serializable, plain

if TYPE_CHECKING:
    from khabar.analysis.analyzer import Analyzer
    from khabar.corpus.article import Article

__all__ = ["MarkedArticle", "mark_article"]


class MarkedArticle(Serializable, msgspec.Struct, frozen=True):
    """An article with the matched words of a query.

    Attributes:
        article: the article.
        title_highlights: the matched words of the title, as ranges of ``article.title``.
        paragraph_highlights: the matched words of each paragraph, as ranges of that paragraph.
        archives: the archives that have the article, if several are open as one; else empty.
    """

    article: Article
    title_highlights: tuple[Highlight, ...]
    paragraph_highlights: tuple[tuple[Highlight, ...], ...]
    archives: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The title of the article."""
        return self.article.title

    @property
    def marked_title(self) -> Snippet:
        """The title with its matched words, for output as HTML or with other marks."""
        return whole(self.title, self.title_highlights)

    @property
    def marked_paragraphs(self) -> tuple[Snippet, ...]:
        """Each paragraph with its matched words."""
        marked = zip(self.article.paragraphs, self.paragraph_highlights, strict=True)
        return tuple(whole(text, marks) for text, marks in marked)

    def to_dict(self) -> dict[str, Any]:
        """The article and its marks as plain data."""
        marked = zip(self.article.paragraphs, self.paragraph_highlights, strict=True)
        return {
            "article": self.article.to_dict(text=False),
            "title_highlights": plain(self.title_highlights),
            "paragraphs": [
                {"number": number, "text": text, "highlights": plain(marks)}
                for number, (text, marks) in enumerate(marked, 1)
            ],
        } | ({"archives": plain(self.archives)} if self.archives else {})


def mark_article(article: Article, matcher: Matcher | None, analyzer: Analyzer) -> MarkedArticle:
    """Mark the words of a query in every paragraph of an article; without a matcher, nothing."""
    title, *rest = (
        tuple(
            matcher.find(
                analyzer.tokens(passage.text, matcher.terms),
                title=not passage.number,
                text=passage.text,
                published=article.stated_published,
            )
        )
        if matcher
        else ()
        for passage in article.passages()
    )
    return MarkedArticle(article, title, tuple(rest))
