"""A story to show: who ran it first, who else ran it, and how similar each article is to the first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

from khabar.analysis.analyzer import Analyzer
from khabar.corpus.article import Article
from khabar.index.records import seconds_of
from khabar.index.words import term_hashes
from khabar.serialize import Serializable, plain
from khabar.stories.sketch import Hashes, jaccard, shingles

if TYPE_CHECKING:
    from khabar.ranking.answers import Answers

__all__ = ["Story", "Telling", "make_story", "with_archives"]


class Telling(Serializable, msgspec.Struct, frozen=True):
    """One article of a story.

    Attributes:
        article: as stored.
        alike: similarity of its text to that of the first article, from 0 to 1: the Jaccard index of their
            sets of five-word runs, titles included, words folded. It is exact, not estimated; 1 for the first
            article itself.
        archive: the archive that it comes from, if several are open as one; else "".
    """

    article: Article
    alike: float
    archive: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The article without its text, its similarity, and its archive if it has one."""
        record = {**self.article.to_dict(text=False), "alike": plain(self.alike)}
        return record | ({"archive": self.archive} if self.archive else {})


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


def with_archives(tellings: Iterable[Telling], answers: Answers, archive: str) -> tuple[Telling, ...]:
    """The articles of a story, each with an archive that has it word for word.

    Args:
        tellings: the articles.
        answers: the index or archives that they are from.
        archive: the archive to name where several have an article; "" for a single index.
    """
    known = tuple(tellings)
    if not answers.archives:
        return known
    having = answers.having([telling.article for telling in known])
    return tuple(
        replace(telling, archive=archive if archive in names else next(iter(names), ""))
        for telling, names in zip(known, having, strict=True)
    )


def _publication(article: Article) -> tuple[bool, int]:
    return article.published is None, seconds_of(article.published)


def _shingles(article: Article, analyzer: Analyzer) -> Hashes:
    return shingles(
        term_hashes(
            [word.exact[0] for passage in article.passages() for _, word in analyzer.words(passage.text)]
        )
    )
