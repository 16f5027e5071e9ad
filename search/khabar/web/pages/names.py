"""The page of names: the people, places and organisations named in the articles of a search, each with a link
to its articles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from khabar.render.messages import say
from khabar.render.names import names_by_kind
from khabar.web.pages.searching import Search

if TYPE_CHECKING:
    from khabar.explore.names import Name
    from khabar.library import Index
    from khabar.web.pages.page import Page

__all__ = ["named_context", "with_name"]

#: The numbers of names of each kind, and of articles that are examined, small enough for a fast page.
_NAMES = 25
_ARTICLES = 200


def named_context(index: Index, search: Search, page: Page) -> dict[str, Any]:
    """The values of the template for names.

    Args:
        index: the index.
        search: the search whose articles are examined.
        page: the frame of the page.
    """
    asked = search.asked()
    asked.setdefault("match", "any" if search.sort == "relevance" else "all")
    names = index.names(search.q, limit=_NAMES, best=_ARTICLES, **asked)
    return {
        "page": page,
        "results": search.address(),
        "facets": [
            {"name": heading, "field": listed[0].kind, "items": _items(listed, search)}
            for heading, listed in names_by_kind(names, page.language)
        ],
        "looked_at": names.looked_at,
        "total": names.total,
        "nothing": say("no names", page.language, query=search.q or say("everything", page.language)),
    }


def _items(listed: list[Name], search: Search) -> list[dict[str, Any]]:
    """The names of a kind, for the template."""
    most = max(name.articles for name in listed)
    return [
        {
            "name": name.text,
            "count": name.articles,
            "chosen": False,
            "meant": False,
            "address": with_name(search, name.text).address(),
            "share": f"{100 * name.articles / most:.1f}",
            "note": next((evidence.text for evidence in name.evidence if evidence.sort == "title"), ""),
        }
        for name in listed
    ]


def with_name(search: Search, name: str) -> Search:
    """The search for those articles that also contain a name.

    >>> with_name(Search(q="النفط"), "عبد الله الكايد").q
    'النفط names:"عبد الله الكايد"'
    """
    unquoted = "".join(" " if char in '"«»“”' else char for char in name)
    return search.changed(q=f'{search.q} names:"{" ".join(unquoted.split())}"'.strip())
