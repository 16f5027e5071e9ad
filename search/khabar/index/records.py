"""An article as JSON text and back: how engines store articles, and the shape of ``khabar read`` and ``khabar export``."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from khabar.corpus.article import Article

__all__ = ["article_from_json", "article_to_json"]


def article_to_json(article: Article) -> str:
    """One line of JSON with every attribute of the article that is set."""
    record: dict[str, Any] = {"id": article.id, "title": article.title}
    if article.source:
        record["source"] = article.source
    if article.author:
        record["author"] = article.author
    if article.published:
        record["published"] = article.published.isoformat()
    if article.url:
        record["url"] = article.url
    if article.path:
        record["path"] = article.path
    record["paragraphs"] = article.paragraphs
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def article_from_json(text: str) -> Article:
    """The article that :func:`article_to_json` wrote."""
    record = json.loads(text)
    published = record.get("published")
    return Article(
        id=record["id"],
        title=record["title"],
        paragraphs=tuple(record["paragraphs"]),
        source=record.get("source", ""),
        author=record.get("author", ""),
        published=datetime.fromisoformat(published) if published else None,
        url=record.get("url", ""),
        path=record.get("path", ""),
    )
