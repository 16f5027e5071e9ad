"""The archive that X (Twitter) gives its users: in ``data/tweets.js`` a tweet is an article.

Such a file is a line of JavaScript in front of a JSON array. Addresses that X has shortened are written out,
and those of its pictures go. The tweets of an archive are by its owner, whom the file does not name; a
retweet is by the account that it names («RT @wafa: …»). Long tweets stand in ``note-tweet.js`` a second time,
in full. Other files of the archive hold no articles.
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
    """The articles of a file, numbered in its order."""
    chunks = content.chunks()
    first = next(chunks, "").lstrip("\ufeff \t\r\n")
    begin = IS_TWEETS.match(first)
    found = document(chain([first[begin.end() :] if begin else first], chunks), content.max_bytes)
    records = Records(content.fields, content.mapped, content.dates)
    yield from records.drafts((number, _record(value)) for number, value in found)


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
            each.get("text") for each in _listed(value, "hashtags") if isinstance(each.get("text"), str)
        ],
        "language": value.get("lang") if value.get("lang") != "und" else "",
    }


def _with_addresses(text: str, tweet: dict[str, object]) -> str:
    """The text with the addresses that its short ones stand for, and without those of pictures."""
    for each in _listed(tweet, "urls"):
        short, whole = each.get("url"), each.get("expanded_url")
        if isinstance(short, str) and short and isinstance(whole, str):
            text = text.replace(short, whole)
    for each in _listed(tweet, "media"):
        if isinstance(short := each.get("url"), str) and short:
            text = text.replace(short, "")
    return text


def _listed(tweet: dict[str, object], name: str) -> list[dict[str, object]]:
    entities = tweet.get("entities")
    found = entities.get(name) if isinstance(entities, dict) else None
    return [each for each in found[:100] if isinstance(each, dict)] if isinstance(found, list) else []
