"""What a search gives: plain data that a script can use and the render room can show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from khabar.corpus.article import Article, Paragraph
from khabar.highlight.matcher import Highlight
from khabar.highlight.snippet import Snippet
from khabar.query.explain import WordShare
from khabar.query.parser import Problem

__all__ = ["Hit", "Results"]


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that answers the query, with its best paragraph.

    Attributes:
        rank: its place among all results, from 1.
        score: greater is better; comparable within one search only.
        article: the whole article.
        paragraph: the paragraph that answers best; the title as number 0 when only the title matched.
        snippet: the piece of that paragraph to show, with the matched words.
        title: the matched words of the title, as ranges of ``article.title``.
        more: how many further paragraphs of the article matched.
        explanation: what each word of the query does for this hit, if the search was asked to explain; else empty.
    """

    rank: int
    score: float
    article: Article
    paragraph: Paragraph
    snippet: Snippet
    title: tuple[Highlight, ...]
    more: int
    explanation: tuple[WordShare, ...] = ()


@dataclass(frozen=True, slots=True)
class Results:
    """The answer to a query; iterating gives its hits.

    Attributes:
        query: as typed.
        total: how many articles match, of which :attr:`hits` are some.
        took_ms: milliseconds that the search took, snippets included.
        hits: in order of rank.
        problems: what of the query could not be understood, and what was done instead.
    """

    query: str
    total: int
    took_ms: float
    hits: tuple[Hit, ...]
    problems: tuple[Problem, ...] = ()

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)
