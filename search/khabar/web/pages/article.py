"""The page of an article: its text, metadata, story and related articles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from khabar.errors import InvalidArgument
from khabar.render.citations import cited
from khabar.render.look import right_to_left
from khabar.render.messages import DEPTH_NAMES
from khabar.web.layout import article_address
from khabar.web.pages.searching import Search
from khabar.web.problems import Refused

if TYPE_CHECKING:
    from khabar.corpus.article import Article
    from khabar.library import Index
    from khabar.query.results import Results
    from khabar.stories.story import Story
    from khabar.web.pages.page import Page

__all__ = ["article_context", "related_context"]

#: The number of related articles beside an article, and on their own page.
_BESIDE = 5
_RELATED = 20
#: The number of words of the title, and of the text, with which the story of an article is searched for, and
#: the number of stories that are examined.
_BEGIN = 15
_LOOKED_AT = 3


def article_context(
    index: Index, article_id: str, search: Search, at: int, page: Page, archive: str = ""
) -> dict[str, Any]:
    """The values of the template for an article.

    Args:
        index: the index.
        article_id: the id of the article.
        search: the search that led to it, whose words are highlighted.
        at: its rank among the hits of this search, from 1; 0 if it is not known.
        page: the frame of the page.
        archive: the archive of the article, if several are searched as one.

    Raises:
        Refused: if there is no such article.
    """
    shown = index.highlight(article_id, search.q, archive=archive)
    if shown is None:
        raise Refused("article-not-found", "id", article_id)
    article = shown.article
    used = {mark.depth for marks in (shown.title_highlights, *shown.paragraph_highlights) for mark in marks}
    related = index.related(article, limit=_BESIDE)
    return {
        "page": page,
        "search": search,
        "shown": shown,
        "article": article,
        "section": getattr(article, "section", ""),
        "tags": getattr(article, "tags", ()),
        "paragraphs": list(zip(article.paragraphs, shown.paragraph_highlights, strict=True)),
        "depths": [depth for depth in DEPTH_NAMES if depth in used],
        "related": list(related or ()),
        "story": story_of(index, article),
        "is_this": lambda other: is_same(article, other),
        "address_of": lambda other, archive: replace(search, page=1).address(
            article_address(other), archive=archive
        ),
        "all_related": replace(search, page=1).address(
            article_address(article_id, "/related/"), archive=archive
        ),
        "permalink": Search().address(article_address(article_id), archive=archive),
        "archive": archive or comma_of(page.language).join(shown.archives),
        "archive_asked": archive,
        "cite": lambda kind: Search().address(
            article_address(article_id, "/cite/"), format=kind, archive=archive
        ),
        "citation": cited_line(article),
        "starred": (article_id, archive) in page.starred,
        "back": search.address(article_address(article_id), at=at or None, archive=archive),
        **_neighbours(index, article_id, search, at),
    }


def comma_of(language: str) -> str:
    """The separator of names in a language."""
    return "، " if language == "ar" else ", "


def cited_line(article: Article) -> str:
    r"""A line that cites an article with its known details, in the punctuation of its own language.

    >>> from khabar.corpus.article import Article
    >>> line = cited_line(Article("1", "هدنة في الإقليم", (), "الوادي", "سارة حامد", "2024-10-09"))
    >>> line.replace("\u200f", "")
    'سارة حامد، «هدنة في الإقليم»، الوادي، 2024-10-09'
    """
    citation = cited(article)
    arabic = right_to_left(citation.title)
    # The mark after the comma separates a Latin name from a date in a line of Arabic.
    opening, closing, comma = ("«", "»", "، \u200f") if arabic else ("“", "”", ", ")
    title = f"{opening}{citation.title}{closing}" if citation.title else ""
    day = citation.published.date().isoformat() if citation.published else ""
    parts = (citation.author, title, citation.source, day, citation.url)
    return comma.join(part for part in parts if part)


def story_of(index: Index, article: Article) -> Story | None:
    """The story of an article; None if no other article tells it.

    The story is found by searching for the article's title and first words.
    """
    beginning = " ".join(article.paragraphs[0].split()[:_BEGIN]) if article.paragraphs else ""
    query = " ".join((*article.title.split()[:_BEGIN], beginning))
    if not query.strip():
        return None
    for hit in index.search(query, syntax=False, group="story", limit=_LOOKED_AT):
        if hit.story and any(is_same(article, telling.article) for telling in hit.story.tellings):
            return hit.story if len(hit.story.tellings) > 1 else None
    return None


def is_same(article: Article, other: Article) -> bool:
    """Whether two articles are one: archives may have different articles with one id."""
    return article.id == other.id and article.fingerprint() == other.fingerprint()


def _neighbours(index: Index, article_id: str, search: Search, at: int) -> dict[str, Any]:
    """The hits before and after an article in the search that led to it."""
    unknown: dict[str, Any] = {"previous": "", "next": "", "at": 0, "total": 0, "results": ""}
    if not (search.q.strip() or search.conditions):
        return unknown
    unknown["results"] = search.address()
    if at < 1:
        return unknown
    first = max(0, at - 2)
    try:
        around: Results = index.search(
            search.q,
            limit=at - first + 1,
            offset=first,
            sort=search.sort,  # type: ignore[arg-type]
            group=search.group,  # type: ignore[arg-type]
            meaning=bool(search.meaning),
            **search.asked(),
        )
    except InvalidArgument:
        return unknown
    by_rank = {hit.rank: hit for hit in around.hits}
    if at not in by_rank or by_rank[at].article.id != article_id:
        # The index has changed since, and with it the ranks.
        return unknown

    def address_at(rank: int) -> str:
        if rank not in by_rank:
            return ""
        hit = by_rank[rank]
        return search.address(article_address(hit.article.id), at=rank, archive=hit.archive)

    return {
        "previous": address_at(at - 1),
        "next": address_at(at + 1),
        "at": at,
        "total": around.total,
        "results": search.address() + f"#hit-{at}",
    }


def related_context(
    index: Index, article_id: str, search: Search, page: Page, archive: str = ""
) -> dict[str, Any]:
    """The values of the template for the articles similar to a given one.

    Raises:
        Refused: if there is no article with this id.
    """
    article = index.article(article_id, archive=archive)
    related = None if article is None else index.related(article, limit=_RELATED)
    if related is None:
        raise Refused("article-not-found", "id", article_id)
    return {
        "page": page,
        "related": related,
        "article": related.article,
        "archive": archive,
        "address_of": lambda other, archive: replace(search, page=1).address(
            article_address(other), archive=archive
        ),
    }
