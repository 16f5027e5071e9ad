"""Stories of an index on a cluster: which articles tell the same, and their texts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from khabar.cluster.mapping import identity
from khabar.cluster.pages import Pages
from khabar.corpus.article import Article
from khabar.index.records import article_from_json

__all__ = ["StoryTexts"]

#: Stories, and articles, of which is kept what was asked.
_KEPT, _KEPT_STORIES = 50_000, 200
#: Articles of a story that are read.
_MOST = 10_000
#: Articles that are asked for together.
_AT_ONCE = 500


class StoryTexts:
    """Reads stories. Kept for one generation. Safe to share between threads.

    Args:
        pages: of the index.
    """

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._stories: dict[str, str] = {}
        self._articles: dict[str, tuple[Article, ...]] = {}

    def note(self, stories: Iterable[tuple[str, str]]) -> None:
        """Keep in mind of which story some articles are: pairs of an article's id and its story."""
        self._stories = {**dict(list(self._stories.items())[-_KEPT:]), **dict(stories)}

    def story_of(self, article_id: str) -> str | None:
        """The story of an article; None for an article that there is not."""
        key = identity(article_id)
        if key not in self._stories:
            query = {"bool": {"filter": [{"term": {"id": key}}]}}
            page = self._pages.page(query, [], 1, ("id", "story"), total=False)
            self.note((hit["id"][0], hit["story"][0]) for hit in page.hits)
        return self._stories.get(key)

    def prepare(self, stories: Sequence[str]) -> None:
        """Read several stories that will be asked for."""
        missing = [story for story in dict.fromkeys(stories) if story not in self._articles]
        if not missing:
            return
        found: dict[str, list[Article]] = {story: [] for story in missing}
        query = {"bool": {"filter": [{"terms": {"story": missing}}]}}
        after: Sequence[object] | None = None
        while True:
            page = self._pages.page(
                query,
                [{"order": "asc"}],
                _AT_ONCE,
                ("id", "story"),
                texts=True,
                total=False,
                after=after,
            )
            for hit in page.hits:
                found[hit["story"][0]].append(article_from_json(hit["article"]))
            self.note((hit["id"][0], hit["story"][0]) for hit in page.hits)
            after = page.after
            if len(page.hits) < _AT_ONCE:
                break
        kept = dict(list(self._articles.items())[-_KEPT_STORIES:])
        self._articles = {**kept, **{story: tuple(articles) for story, articles in found.items()}}

    def articles(self, story: str) -> Sequence[Article]:
        """The articles of a story, in the order of indexing."""
        self.prepare([story])
        return self._articles.get(story, ())
