"""An article as JSON text and back: how engines store articles, and the shape of ``khabar read`` and ``khabar
export``."""

from __future__ import annotations

import codecs
import math
import zlib
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec

from khabar.corpus.article import Article
from khabar.corpus.kept_fields import NO_FIELDS
from khabar.serialize import read_json

__all__ = [
    "UNDATED",
    "article_from_json",
    "article_to_json",
    "moment_of",
    "offset_of",
    "packed_article",
    "seconds_of",
    "short_fingerprint",
    "unpacked_article",
]

_DECODER = msgspec.json.Decoder(Article)
#: Hexadecimal digits of 64 bits.
_DIGITS = 16
#: An article is kept in one byte a letter, which makes it smaller and compressing it faster; what else it has
#: is escaped as JSON allows.
_ENCODING = "cp1256"
_ESCAPED = "khabar.json"
#: Of zlib: it takes no longer than at 1, and above it they hardly become smaller.
_LEVEL = 4
#: What engines keep for an article without a date.
UNDATED = -(2**63)


def article_to_json(article: Article) -> str:
    """One line of JSON with every attribute of the article that is set."""
    record: dict[str, Any] = {"id": article.id, "title": article.title}
    if article.source:
        record["source"] = article.source
    if article.author:
        record["author"] = article.author
    if article.section:
        record["section"] = article.section
    if article.tags:
        record["tags"] = article.tags
    if article.language:
        record["language"] = article.language
    if article.place:
        record["place"] = article.place
    if article.fields:
        record["fields"] = dict(article.fields)
    if article.published:
        record["published"] = article.published.isoformat()
    if article.published_from:
        record["published_from"] = article.published_from
    if article.url:
        record["url"] = article.url
    if article.path:
        record["path"] = article.path
    record["paragraphs"] = article.paragraphs
    if article.pages:
        record["pages"] = article.pages
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
        section=record.get("section", ""),
        tags=tuple(record.get("tags", ())),
        language=record.get("language", ""),
        place=record.get("place", ""),
        pages=tuple(record.get("pages", ())),
        fields=record.get("fields", NO_FIELDS),
    )


def _escaped(error: UnicodeError) -> tuple[str, int]:
    """The escapes for what the encoding does not have."""
    assert isinstance(error, UnicodeEncodeError)
    codes = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{codes[at]:02x}{codes[at + 1]:02x}" for at in range(0, len(codes), 2)), error.end


codecs.register_error(_ESCAPED, _escaped)


def packed_article(article: Article) -> bytes:
    """An article as engines keep it."""
    return zlib.compress(article_to_json(article).encode(_ENCODING, _ESCAPED), _LEVEL)


def unpacked_article(packed: bytes) -> str:
    """The JSON of the article that :func:`packed_article` made that of.

    Raises:
        zlib.error: if it is not.
    """
    return zlib.decompress(packed).decode(_ENCODING)


def seconds_of(moment: datetime | None) -> int:
    """A moment of publication in seconds since 1970 UTC, or :data:`UNDATED`; a naive one counts as UTC."""
    if moment is None:
        return UNDATED
    return math.floor((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def offset_of(moment: datetime | None) -> int:
    """How many seconds east of UTC a moment of publication is written: the day of an article is the day that
    stands on it."""
    offset = moment.utcoffset() if moment else None
    return offset // timedelta(seconds=1) if offset else 0


def moment_of(seconds: int, offset: int = 0) -> datetime:
    """The moment that :func:`seconds_of` gave these seconds for, as it is written so many seconds east of
    UTC."""
    try:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
        return moment.astimezone(timezone(timedelta(seconds=offset))) if offset else moment
    except OverflowError:
        # An hour of the year 1 or 9999 that lies outside the calendar in UTC.
        return (datetime.min if seconds < 0 else datetime.max).replace(tzinfo=UTC)


def short_fingerprint(fingerprint: str) -> int:
    """The first 64 bits of an article's fingerprint: the name by which :mod:`khabar.stories` knows it."""
    return int(fingerprint[:_DIGITS], 16)
