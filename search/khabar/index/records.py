"""An article as JSON text and back: how engines store articles, and the shape of ``khabar read`` and ``khabar export``."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec

from khabar.corpus.article import Article
from khabar.serialize import read_json

__all__ = [
    "UNDATED",
    "article_from_json",
    "article_to_json",
    "moment_of",
    "offset_of",
    "seconds_of",
    "short_fingerprint",
]

_DECODER = msgspec.json.Decoder(Article)
#: Hexadecimal digits of 64 bits.
_DIGITS = 16
#: What engines keep for an article without a date.
UNDATED = -(2**63)


def article_to_json(article: Article) -> str:
    """One line of JSON with every attribute of the article that is set."""
    record: dict[str, Any] = {"id": article.id, "title": article.title}
    if article.source:
        record["source"] = article.source
    if article.author:
        record["author"] = article.author
    if article.published:
        record["published"] = article.published.isoformat()
    if article.published_from:
        record["published_from"] = article.published_from
    if article.url:
        record["url"] = article.url
    if article.path:
        record["path"] = article.path
    record["paragraphs"] = article.paragraphs
    return msgspec.json.encode(record).decode()


def article_from_json(text: str | bytes) -> Article:
    """The article that :func:`article_to_json` wrote."""
    try:
        return _DECODER.decode(text)
    except msgspec.DecodeError:
        # It reads no zones with seconds in them, which Python writes («+03:06:52»).
        record = read_json(text)
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
        published_from=record.get("published_from", ""),
    )


def seconds_of(moment: datetime | None) -> int:
    """A moment of publication in seconds since 1970 UTC, or :data:`UNDATED`; a naive one counts as UTC."""
    if moment is None:
        return UNDATED
    return math.floor((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def offset_of(moment: datetime | None) -> int:
    """How many seconds east of UTC a moment of publication is written: the day of an article is the day that stands on it."""
    offset = moment.utcoffset() if moment else None
    return offset // timedelta(seconds=1) if offset else 0


def moment_of(seconds: int, offset: int = 0) -> datetime:
    """The moment that :func:`seconds_of` gave these seconds for, as it is written so many seconds east of UTC."""
    try:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
        return moment.astimezone(timezone(timedelta(seconds=offset))) if offset else moment
    except OverflowError:
        # An hour of the year 1 or 9999 that lies outside the calendar in UTC.
        return (datetime.min if seconds < 0 else datetime.max).replace(tzinfo=UTC)


def short_fingerprint(fingerprint: str) -> int:
    """The first 64 bits of an article's fingerprint: the name by which :mod:`khabar.stories` knows it."""
    return int(fingerprint[:_DIGITS], 16)
