"""All hits of a query, a page at a time."""

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
    """Every hit of a query, best first, each once, in little memory.

    Since it goes to the end, all words of the query have to be there; with ``match="any"`` any will do.

    Pages are searches of their own. If the index changes meanwhile, an article that moves from one page to another
    may be passed over; none comes twice.

    Args:
        index: where to search.
        query: what to look for; "" for everything.
        match: whether ``all`` words of the query have to be there, as by default, or ``any`` is enough.
        page: how many hits to ask for at a time.
        options: whatever else :meth:`khabar.Index.search` takes, but ``limit`` and ``offset``.
    """
    #: An article, or with paragraphs as hits one of its paragraphs.
    seen: set[tuple[str, int]] = set()
    paragraphs = options.get("group") == "none"
    for offset in count(0, page):
        results = index.search(query, match=match or "all", limit=page, offset=offset, **options)
        for hit in results:
            which = hit.article.id, hit.paragraph.number if paragraphs else 0
            if which not in seen:
                seen.add(which)
                yield hit
        if offset + page >= results.total or not results.hits:
            return
