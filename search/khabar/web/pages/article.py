"""The page of an article: its text, its metadata, who else ran it, and related articles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from khabar.errors import InvalidArgument
from khabar.render.citations import cited
from khabar.render.look import right_to_left
from khabar.render.messages import DEPTH_NAMES
from khabar.web.dress import article_address
from khabar.web.pages.searching import Search
from khabar.web.problems import Refused

if TYPE_CHECKING:
    from khabar.corpus.article import Article
    from khabar.library import Index
    from khabar.query.results import Results
    from khabar.stories.story import Story
    from khabar.web.pages.page import Page

__all__ = ["article_context", "related_context"]

#: Number of related articles beside an article, and on their own page.
_BESIDE = 5
_RELATED = 20
#: Number of words of the title and of the text that ask for an article's story, and of stories looked at.
_BEGIN = 15
_LOOKED_AT = 3


def article_context(
    index: Index, article_id: str, search: Search, at: int, page: Page, archive: str = ""
) -> dict[str, Any]:
    """What the page of an article shows.

    Args:
        index: with the article.
        article_id: its id.
        search: the search that led to it, whose words are marked.
        at: its place among the hits of this search, from 1; 0 if it is not known.
        page: who looks.
        archive: the archive that it is from, if several are searched as one.

    Raises:
        Refused: if there is none.
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
        "address_of": lambda other: replace(search, page=1).address(article_address(other)),
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
        **_place(index, article_id, search, at),
    }


def comma_of(language: str) -> str:
    """What stands between names in a language."""
    return "، " if language == "ar" else ", "


def cited_line(article: Article) -> str:
    r"""A line that cites an article, in the punctuation of its own language, without what is not known.

    >>> from khabar.corpus.article import Article
    >>> said = cited_line(Article("1", "هدنة في الإقليم", (), "الوادي", "سارة حامد", "2024-10-09"))
    >>> said.replace("\u200f", "")
    'سارة حامد، «هدنة في الإقليم»، الوادي، 2024-10-09'
    """
    said = cited(article)
    arabic = right_to_left(said.title)
    # The mark behind the comma keeps a Latin name and a date apart in a line of Arabic.
    opening, closing, comma = ("«", "»", "، \u200f") if arabic else ("“", "”", ", ")
    title = f"{opening}{said.title}{closing}" if said.title else ""
    day = said.published.date().isoformat() if said.published else ""
    web = said.url if said.url.startswith(("https://", "http://")) else ""
    return comma.join(part for part in (said.author, title, said.source, day, web) if part)


def story_of(index: Index, article: Article) -> Story | None:
    """The story that an article belongs to; None if nobody else tells it.

    The index is asked for the story that the article's own title and first words find.
    """
    begin = " ".join(article.paragraphs[0].split()[:_BEGIN]) if article.paragraphs else ""
    asked = " ".join((*article.title.split()[:_BEGIN], begin))
    if not asked.strip():
        return None
    for hit in index.search(asked, syntax=False, group="story", limit=_LOOKED_AT):
        if hit.story and article.id in {each.article.id for each in hit.story.tellings}:
            return hit.story if len(hit.story.tellings) > 1 else None
    return None


def _place(index: Index, article_id: str, search: Search, at: int) -> dict[str, Any]:
    """The hits before and after this one in the search that led here."""
    nowhere: dict[str, Any] = {"previous": "", "next": "", "at": 0, "total": 0, "results": ""}
    if not (search.q.strip() or search.conditions):
        return nowhere
    nowhere["results"] = search.address()
    if at < 1:
        return nowhere
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
        return nowhere
    places = {hit.rank: hit for hit in around.hits}
    if at not in places or places[at].article.id != article_id:
        # The index has changed since: where it stands now is not known.
        return nowhere

    def beside(rank: int) -> str:
        if rank not in places:
            return ""
        hit = places[rank]
        return search.address(article_address(hit.article.id), at=rank, archive=hit.archive)

    return {
        "previous": beside(at - 1),
        "next": beside(at + 1),
        "at": at,
        "total": around.total,
        "results": search.address() + f"#hit-{at}",
    }


def related_context(
    index: Index, article_id: str, search: Search, page: Page, archive: str = ""
) -> dict[str, Any]:
    """What the page of the articles that are like one shows.

    Raises:
        Refused: if there is none with this id.
    """
    article = index.article(article_id, archive=archive)
    related = None if article is None else index.related(article, limit=_RELATED)
    if related is None:
        raise Refused("article-not-found", "id", article_id)
    return {
        "page": page,
        "related": related,
        "article": related.article,
        "address_of": lambda other: replace(search, page=1).address(article_address(other)),
    }
