"""Read the JSON-LD (schema.org) in a web page, and find the object about the article."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from khabar.corpus.web.page_values import line_of
from khabar.spelling import comparable

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["article_in", "linked_data"]

_ARTICLE_TYPES = frozenset({"BlogPosting", "LiveBlogPosting", "SocialMediaPosting", "Report"})
_DEEPEST = 12
_MOST_OBJECTS = 2000
_COMMENTED = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/)\s*$"
)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")


def linked_data(root: HtmlElement) -> Iterator[dict[str, object]]:
    """The objects of all JSON-LD in the page."""
    left = _MOST_OBJECTS
    for script in root.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        stack = [(_json(script.text or ""), 0)]
        while stack and left:
            value, depth = stack.pop()
            if depth > _DEEPEST:
                continue
            if isinstance(value, dict):
                left -= 1
                yield value
                stack += [(inner, depth + 1) for inner in reversed(list(value.values()))]
            elif isinstance(value, list):
                stack += [(inner, depth + 1) for inner in reversed(value)]


def _json(text: str) -> object:
    text = _COMMENTED.sub("", _COMMENTED.sub("", text)).strip().rstrip(";")
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", text)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def article_in(objects: Iterable[dict[str, object]], title: str) -> dict[str, object]:
    """The object about the page's own article: the one with the title of the page, else the first; {} if
    there is none."""
    title = comparable(title)
    articles = [item for item in objects if any(map(_is_article_type, _types(item)))]
    for article in articles:
        headline = comparable(line_of(article.get("headline")) or line_of(article.get("name")))
        if headline and headline in title:
            return article
    return articles[0] if articles else {}


def _types(item: dict[str, object]) -> list[str]:
    kinds = item.get("@type")
    return [kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)]


def _is_article_type(kind: str) -> bool:
    kind = kind.rpartition("/")[2]
    return kind.endswith("Article") or kind in _ARTICLE_TYPES
