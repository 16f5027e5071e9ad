"""A story to show: who ran it first, who else ran it, and how similar each article is to the first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from khabar.analysis.analyzer import Analyzer
from khabar.corpus.article import Article
from khabar.index.records import seconds_of
from khabar.index.words import term_hashes
from khabar.serialize import Serializable, plain
from khabar.stories.sketch import Hashes, jaccard, shingles

__all__ = ["Story", "Telling", "make_story"]


class Telling(Serializable, msgspec.Struct, frozen=True):
    """One article of a story.

    Attributes:
        article: as stored.
        alike: similarity of its text to that of the first article, from 0 to 1: the Jaccard index of their
            sets of five-word runs, titles included, words folded. It is exact, not estimated; 1 for the first
            article itself.
    """

    article: Article
    alike: float

    def to_dict(self) -> dict[str, Any]:
        """The article without its text, and its similarity."""
        return {**self.article.to_dict(text=False), "alike": plain(self.alike)}


class Story(Serializable, msgspec.Struct, frozen=True):
    """Several articles with nearly the same words.

    Attributes:
        tellings: the articles in order of publication, undated ones last; ties keep the given order.
    """

    tellings: tuple[Telling, ...]

    @property
    def first(self) -> Article:
        """The article that was published first."""
        return self.tellings[0].article

    @property
    def sources(self) -> tuple[str, ...]:
        """The outlets in the order in which they published it, without repetition."""
        sources = (telling.article.source for telling in self.tellings)
        return tuple(dict.fromkeys(filter(None, sources)))


def make_story(articles: Iterable[Article], analyzer: Analyzer) -> Story:
    """Make a story of one or more articles. A date without a zone counts as UTC, as everywhere in an
    index."""
    first, *others = sorted(articles, key=_publication)
    of_first = _shingles(first, analyzer)
    tellings = (Telling(other, jaccard(of_first, _shingles(other, analyzer))) for other in others)
    return Story((Telling(first, 1.0), *tellings))


def _publication(article: Article) -> tuple[bool, int]:
    return article.published is None, seconds_of(article.published)


def _shingles(article: Article, analyzer: Analyzer) -> Hashes:
    return shingles(
        term_hashes(
            [word.exact[0] for passage in article.passages() for _, word in analyzer.words(passage.text)]
        )
    )
