"""Articles as JSON text and back, as engines store them and ``khabar read`` and ``khabar export`` print
them."""

from __future__ import annotations

import codecs
import math
import zlib
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
    "packed_article",
    "seconds_of",
    "short_fingerprint",
    "unpacked_article",
]

_DECODER = msgspec.json.Decoder(Article)
#: The attributes in the order of the JSON text, and those that are written even if they are empty.
_ORDER = (
    *("id", "title", "source", "author", "section", "tags", "language", "place", "fields"),
    *("published", "published_from", "url", "path", "paragraphs", "pages"),
)
_ALWAYS = frozenset({"id", "title", "paragraphs"})
#: Hexadecimal digits of 64 bits.
_DIGITS = 16
#: Articles are stored with one byte for each letter, which makes them smaller and compression faster; other
#: characters become JSON escapes.
_ENCODING = "cp1256"
_ESCAPED = "khabar.json"
#: The level of zlib: no slower than 1, and higher levels hardly save more.
_LEVEL = 4
#: The moment of an article without a date.
UNDATED = -(2**63)


def article_to_json(article: Article) -> str:
    """One line of JSON with every attribute of the article that is set."""
    record: dict[str, Any] = {
        name: value for name in _ORDER if (value := getattr(article, name)) or name in _ALWAYS
    }
    if article.fields:
        record["fields"] = dict(article.fields)
    if article.published:
        # As Python writes it, also an offset with seconds in it («+03:06:52»).
        record["published"] = article.published.isoformat()
    return msgspec.json.encode(record).decode()


def article_from_json(text: str | bytes) -> Article:
    """The article that :func:`article_to_json` wrote."""
    try:
        return _DECODER.decode(text)
    except msgspec.DecodeError:
        # msgspec reads no offset with seconds in it.
        record = read_json(text)
        published = record.pop("published", None)
        article = msgspec.convert(record, Article)
        return msgspec.structs.replace(
            article, published=datetime.fromisoformat(published) if published else None
        )


def _escaped(error: UnicodeError) -> tuple[str, int]:
    """Escape the characters that the encoding lacks."""
    assert isinstance(error, UnicodeEncodeError)
    codes = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{codes[at]:02x}{codes[at + 1]:02x}" for at in range(0, len(codes), 2)), error.end


codecs.register_error(_ESCAPED, _escaped)


def packed_article(article: Article) -> bytes:
    """The bytes in which engines store an article."""
    return zlib.compress(article_to_json(article).encode(_ENCODING, _ESCAPED), _LEVEL)


def unpacked_article(packed: bytes) -> str:
    """The JSON text of an article from what :func:`packed_article` returned.

    Raises:
        zlib.error: if that is damaged.
    """
    return zlib.decompress(packed).decode(_ENCODING)


def seconds_of(moment: datetime | None) -> int:
    """Convert a moment to seconds since 1970 UTC, None to :data:`UNDATED`; a naive moment counts as UTC."""
    if moment is None:
        return UNDATED
    return math.floor((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def offset_of(moment: datetime | None) -> int:
    """The offset from UTC in which a moment is written, in seconds: an article's day is the one printed on
    it."""
    offset = moment.utcoffset() if moment else None
    return offset // timedelta(seconds=1) if offset else 0


def moment_of(seconds: int, offset: int = 0) -> datetime:
    """The moment of some seconds since 1970 UTC (:func:`seconds_of`), in an offset from UTC in seconds."""
    try:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
        return moment.astimezone(timezone(timedelta(seconds=offset))) if offset else moment
    except OverflowError:
        # An hour at the beginning of year 1 or the end of 9999, which UTC has not in the calendar.
        return (datetime.min if seconds < 0 else datetime.max).replace(tzinfo=UTC)


def short_fingerprint(fingerprint: str) -> int:
    """The first 64 bits of an article's fingerprint, by which :mod:`khabar.stories` identifies it."""
    return int(fingerprint[:_DIGITS], 16)
