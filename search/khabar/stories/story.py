"""A story to show: who ran it first, who else, and how alike each telling is to the first."""

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
        alike: how alike its text is to that of the story's first article, from 0 to 1: what share of the five-word runs of
            either, title included, is in both, the words folded. Exact, not from sketches; 1 for the first itself.
    """

    article: Article
    alike: float

    def to_dict(self) -> dict[str, Any]:
        """The article without its text, and how alike it is."""
        return {**self.article.to_dict(text=False), "alike": plain(self.alike)}


class Story(Serializable, msgspec.Struct, frozen=True):
    """What several articles tell in nearly the same words.

    Attributes:
        tellings: in the order of publication, those without a date last; of equal ones as they were given.
    """

    tellings: tuple[Telling, ...]

    @property
    def first(self) -> Article:
        """The article that was published first."""
        return self.tellings[0].article

    @property
    def sources(self) -> tuple[str, ...]:
        """The outlets that ran it in the order in which they did, each once."""
        return tuple(dict.fromkeys(each.article.source for each in self.tellings if each.article.source))


def make_story(articles: Iterable[Article], analyzer: Analyzer) -> Story:
    """The story that some articles tell, one at least. A date without a zone counts as UTC, as everywhere in an index."""
    ordered = sorted(articles, key=lambda each: (each.published is None, seconds_of(each.published)))
    runs = [_shingles(each, analyzer) for each in ordered]
    return Story(
        tuple(
            Telling(article, 1.0 if number == 0 else jaccard(runs[0], runs[number]))
            for number, article in enumerate(ordered)
        )
    )


def _shingles(article: Article, analyzer: Analyzer) -> Hashes:
    return shingles(
        term_hashes(
            [word.exact[0] for passage in article.passages() for _, word in analyzer.words(passage.text)]
        )
    )
