"""Read the archive that X (Twitter) gives its users: in ``data/tweets.js`` a tweet is an article.

Such a file is some JavaScript followed by a JSON array. Addresses that X has shortened are restored, and
those of its pictures removed. The file does not name the author of the tweets, who is the owner of the
archive; a retweet is by the account that it names («RT @wafa: …»). Long tweets are repeated in full in
``note-tweet.js``. The other files of the archive contain no articles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

from khabar.corpus.formats.export_kinds import IS_TWEETS
from khabar.corpus.records.drafts import Records
from khabar.corpus.records.json_records import document
from khabar.corpus.records.telegram import headed
from khabar.corpus.report import Aside, Unreadable
from khabar.corpus.text.markup import unescaped
from khabar.spelling import has_words, storable

if TYPE_CHECKING:
    from khabar.corpus.pieces.content import Content, Found

__all__ = ["read_x_archive"]

_RETWEET = re.compile(r"RT (@\w{1,30}): ?", re.A)


def read_x_archive(content: Content) -> Iterator[Found]:
    """Read the articles in a file, numbered in its order."""
    chunks = content.chunks()
    first = next(chunks, "").lstrip("\ufeff \t\r\n")
    script = IS_TWEETS.match(first)
    tweets = document(chain([first[script.end() :] if script else first], chunks), content.max_bytes)
    records = Records(content.fields, content.mapped, content.dates)
    yield from records.drafts((number, _record(tweet)) for number, tweet in tweets)


def _record(value: object) -> object:
    """The record of a tweet, or an `Aside` if it has no text."""
    if isinstance(value, Unreadable) or not isinstance(value, dict):
        return value
    for name in ("tweet", "noteTweet"):
        if isinstance(inner := value.get(name), dict):
            value = inner
    core = value.get("core")
    text = core.get("text") if isinstance(core, dict) else value.get("full_text") or value.get("text")
    if not isinstance(text, str):
        return Aside("message-without-text")
    text = _with_addresses(unescaped(storable(text)), value)
    retweet = _RETWEET.match(text)
    lines = [line.strip() for line in text[retweet.end() if retweet else 0 :].splitlines() if line.strip()]
    if not has_words("\n".join(lines)):
        return Aside("message-without-text")
    number = value.get("id_str") or value.get("id") or value.get("noteTweetId")
    title, paragraphs = headed(lines)
    return {
        "id": f"x-{number}" if isinstance(number, str | int) else "",
        "title": title,
        "paragraphs": paragraphs,
        "author": retweet[1] if retweet else "",
        "date": value.get("created_at") or value.get("createdAt"),
        "url": f"https://x.com/i/web/status/{number}" if "full_text" in value and number else "",
        "tags": [
            hashtag.get("text")
            for hashtag in _entities(value, "hashtags")
            if isinstance(hashtag.get("text"), str)
        ],
        "language": value.get("lang") if value.get("lang") != "und" else "",
    }


def _with_addresses(text: str, tweet: dict[str, object]) -> str:
    """The text with the full addresses for the shortened ones, and without those of pictures."""
    for link in _entities(tweet, "urls"):
        short, whole = link.get("url"), link.get("expanded_url")
        if isinstance(short, str) and short and isinstance(whole, str):
            text = text.replace(short, whole)
    for picture in _entities(tweet, "media"):
        if isinstance(short := picture.get("url"), str) and short:
            text = text.replace(short, "")
    return text


def _entities(tweet: dict[str, object], name: str) -> list[dict[str, object]]:
    """The entities of a kind in a tweet."""
    entities = tweet.get("entities")
    items = entities.get(name) if isinstance(entities, dict) else None
    return [item for item in items[:100] if isinstance(item, dict)] if isinstance(items, list) else []
