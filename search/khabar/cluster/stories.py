"""Reads the stories of an index on a cluster."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from khabar.cluster.mapping import identity
from khabar.cluster.pages import Pages
from khabar.corpus.article import Article
from khabar.index.engine import Match

__all__ = ["StoryTexts"]

#: The number of articles whose story is cached, and of stories whose articles are.
_KEPT, _KEPT_STORIES = 50_000, 200
#: The number of articles in one request.
_AT_ONCE = 500


class StoryTexts:
    """Reads stories. Its cache is valid for one generation. Safe to share between threads.

    Args:
        pages: the pages of the index.
    """

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._stories: dict[str, str] = {}
        self._articles: dict[str, tuple[Article, ...]] = {}
        #: the stories on the same page as each story
        self._pages_of: dict[str, tuple[str, ...]] = {}

    def note_page(self, matches: Sequence[Match], stories: Sequence[str]) -> None:
        """Cache the story of each match on a page, so that these stories can be read together."""
        self._note((identity(match.article.id), story) for match, story in zip(matches, stories, strict=True))
        if len(self._pages_of) > _KEPT:
            self._pages_of = {}
        self._pages_of.update(dict.fromkeys(stories, tuple(stories)))

    def _note(self, stories: Iterable[tuple[str, str]]) -> None:
        if len(self._stories) > _KEPT:
            self._stories = {}
        self._stories.update(stories)

    def story_of(self, article_id: str) -> str | None:
        """The story of an article; None if the index lacks the article."""
        key = identity(article_id)
        if key not in self._stories:
            query = {"bool": {"filter": [{"term": {"id": key}}]}}
            page = self._pages.page(query, [], 1, ("story",), total=False)
            self._note((key, hit["story"][0]) for hit in page.hits)
        return self._stories.get(key)

    def articles(self, story: str) -> Sequence[Article]:
        """The articles of a story, in the order of indexing."""
        if story not in self._articles:
            if len(self._articles) > _KEPT_STORIES:
                self._articles = {}
            self._articles.update(self._read(self._pages_of.get(story, (story,))))
        return self._articles.get(story, ())

    def _read(self, stories: Sequence[str]) -> dict[str, tuple[Article, ...]]:
        """The articles of some stories."""
        found: dict[str, list[Article]] = {story: [] for story in stories}
        query = {"bool": {"filter": [{"terms": {"story": list(found)}}]}}
        after: Sequence[object] | None = None
        while True:
            page = self._pages.page(
                query, [{"order": "asc"}], _AT_ONCE, ("story",), texts=True, total=False, after=after
            )
            for hit in page.hits:
                article = self._pages.article(hit)
                found[hit["story"][0]].append(article)
                self._note([(identity(article.id), hit["story"][0])])
            after = page.after
            if len(page.hits) < _AT_ONCE:
                return {story: tuple(articles) for story, articles in found.items()}
