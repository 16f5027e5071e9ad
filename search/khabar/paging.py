"""Reads all hits of a query, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import TYPE_CHECKING, Any

from khabar.arguments import among, lazily, optional, positive, takes, text
from khabar.query.tree import MATCHES

if TYPE_CHECKING:
    from khabar.library import Index
    from khabar.query.results import Hit
    from khabar.query.tree import Match

__all__ = ["all_hits"]


@takes(
    index=lazily("khabar.library", "Index"),
    query=text,
    match=optional(among(*MATCHES)),
    page=positive,
)
def all_hits(
    index: Index, query: str = "", *, match: Match | None = None, page: int = 200, **options: Any
) -> Iterator[Hit]:
    """Yield every hit of a query, best first, each once, with little memory.

    Because it goes to the end, articles must contain all words of the query, unless ``match="any"``.

    Each page is a search of its own. If the index changes in between, an article that moves to another page
    may be missed; none is repeated.

    Args:
        index: the index to search.
        query: the query; "" for everything.
        match: whether articles must contain ``all`` words of the query, the default, or ``any``.
        page: number of hits per search.
        options: other arguments of :meth:`khabar.Index.search`, except ``limit`` and ``offset``.
    """
    #: The hits so far: articles, or paragraphs if these are the hits; with the archive, as two archives may
    #: have different articles with one id.
    seen: set[tuple[str, str, int]] = set()
    paragraphs = options.get("group") == "none"
    for offset in count(0, page):
        results = index.search(query, match=match or "all", limit=page, offset=offset, **options)
        for hit in results:
            which = hit.archive, hit.article.id, hit.paragraph.number if paragraphs else 0
            if which not in seen:
                seen.add(which)
                yield hit
        if offset + page >= results.total or not results.hits:
            return
