"""Read RSS and Atom feeds from files, with feedparser (``pip install "khabar[feeds]"``).

An entry is an article: its content, or its summary if it has no content. Its first category is the section,
further ones are tags. The outlet is the entry's own source if it names one, else the feed; the language is
that of the feed. A feed that is not well-formed is read as far as feedparser can, and reported. Exports of
Blogger also contain comments, settings, templates and drafts: they are left out and counted. Entities that a
feed declares are not expanded, and nothing is fetched.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping
from html import unescape
from typing import TYPE_CHECKING, Any

from khabar.corpus.dates import parse_timestamp
from khabar.corpus.pieces.content import needs
from khabar.corpus.pieces.encoding import decode_page
from khabar.corpus.pieces.streams import said
from khabar.corpus.records.drafts import draft_of_record
from khabar.corpus.records.keeping import kept_keys
from khabar.corpus.report import Aside, Unreadable
from khabar.corpus.text.markup import plain, unescaped, without_tags

if TYPE_CHECKING:
    from khabar.corpus.pieces.content import Content, Found

__all__ = ["read_feed"]

_READ = frozenset(
    {
        *("id", "guidislink", "title", "content", "summary", "link", "links", "author", "authors", "source"),
        *("published", "created", "updated", "tags"),
    }
)
"""The keys of feedparser's entries that are always read."""
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_DOCTYPE = re.compile(r"<!DOCTYPE[^>\[]*+(?:\[(?:[^\]\"']|\"[^\"]*+\"|'[^']*+')*+\]?)?\s*>?", re.I)
# Tags, not elements: looking for the end of each would take quadratic time if none ends. None looks past the
# next "<".
_ITEM_TAG = re.compile(r"<(?P<end>/?)(?P<name>item|entry)\b[^<>]*+>?", re.I)
_CAPTION_TAG = re.compile(r"<(?P<end>/?)(?P<name>media:description)\b[^<>]*+>?", re.I)
_OWN_TEXT = re.compile(r"<(?:description|summary|content(?::encoded)?)\b(?!\s*/>)", re.I)
_AUTHOR = re.compile(r"^[^\s@]++@[^\s(]++\s*+\(([^()]++)\)$|^([^\s<>][^<>]*+)<[^\s@<>]++@[^<>\s]++>$")
"""An author with an address: «layla@example.org (ليلى حداد)», as RSS has it."""
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
# Outside of CDATA, a bare ampersand or an HTML entity, which XML does not know.
_AMPERSAND = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?!(?:amp|lt|gt|quot|apos|#[0-9]+|#[xX][0-9a-fA-F]+);)(?:[A-Za-z][A-Za-z0-9]*;)?",
    re.S,
)
_KIND = "http://schemas.google.com/g/2005#kind"
"""The scheme of the category in which Blogger names the kind of an entry."""
_TEXT_TYPE = "text/plain"


def read_feed(content: Content) -> Iterator[Found]:
    """Read the articles in a feed, numbered in its order."""
    needs("feedparser", what="feeds", extra="feeds")
    decoded = content.markup(decode_page(content.data()))
    feed = _parsed(decoded.text)
    outlet = _text(feed.feed, "title")
    language = feed.feed.get("language")
    kept = kept_keys(content.fields)
    for number, entry in enumerate(feed.entries, start=1):
        try:
            _check_post(entry)
            yield (
                number,
                draft_of_record(
                    {**_further(entry, kept), **_record(entry, outlet, content.dates), "language": language},
                    kept,
                    literal=True,
                    dates=content.dates,
                ),
            )
        except Unreadable as error:
            yield number, error
    broken = feed.get("bozo_exception")
    if broken is not None and "SAX" in type(broken).__name__:
        yield None, Unreadable("broken-feed", error=said(broken))
    elif not feed.entries:
        raise Unreadable("no-entry")


def _parsed(text: str) -> Any:
    import feedparser

    # The text is already decoded, whatever it declares; and a document type only declares entities.
    text = _DOCTYPE.sub("", _UNFIT.sub("\ufffd", _DECLARATION.sub("", text.lstrip("\ufeff"))), count=1)
    text = _replaced(_ITEM_TAG, _without_captions, _AMPERSAND.sub(_as_xml, text))
    headers = {"content-type": "application/xml; charset=utf-8"}
    try:
        # As a stream: feedparser would take a text for an address, and fetch it.
        return feedparser.parse(
            io.BytesIO(text.encode("utf-8", "replace")),
            response_headers=headers,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except MemoryError:
        raise
    except Exception as error:
        raise Unreadable("not-a-feed", error=said(error)) from None


def _replaced(tags: re.Pattern[str], replacement: Callable[[str], str], text: str) -> str:
    """A text with a replacement of each element, from its tag to the next end tag of that name. Takes linear
    time."""
    pieces: list[str] = []
    done = 0
    began: dict[str, int] = {}
    for tag in tags.finditer(text):
        name = tag["name"].lower()
        if tag["end"]:
            start = began.get(name)
        elif tag[0].endswith("/>"):
            start = None if began else tag.start()
        else:
            began.setdefault(name, tag.start())
            continue
        if start is not None:
            pieces += text[done:start], replacement(text[start : tag.end()])
            done = tag.end()
            began.clear()
    return "".join((*pieces, text[done:]))


def _without_captions(item: str) -> str:
    """An entry without the descriptions of its pictures, which feedparser takes for texts of the entry; but
    with them if it has no other text."""
    rest = _replaced(_CAPTION_TAG, lambda _: "", item)
    return rest if _OWN_TEXT.search(rest) else item


def _as_xml(match: re.Match[str]) -> str:
    """The character of an HTML entity, or an ampersand escaped for XML; CDATA unchanged."""
    text = match[0]
    if text.startswith("<"):
        return text
    character = unescape(text)
    # No entity stands for more than two characters: in «&notable;», unescape replaces only «&not».
    is_entity = character != text and len(character) <= 2
    return character if is_entity else f"&amp;{text[1:]}"


def _further(entry: Any, kept: Mapping[str, str]) -> dict[str, object]:
    """The values of an entry under further names, such as ``media_credit``, if any are kept."""
    if not kept:
        return {}
    return {
        key: value
        for key, value in entry.items()
        if key not in _READ and not key.endswith(("_detail", "_parsed"))
    }


def _record(entry: Any, outlet: str, dates: str) -> dict[str, object]:
    texts = [_plain_value(detail) for detail in entry.get("content") or ()]
    source = entry.get("source")
    return {
        "id": entry.get("id"),
        "title": _text(entry, "title"),
        "text": max(texts, key=len, default=""),
        "summary": _text(entry, "summary"),
        "url": _address(entry.get("link")),
        "author": _AUTHOR.sub(r"\1\2", unescaped(entry.get("author") or "").strip()).strip(),
        "source": (_text(source, "title") if isinstance(source, dict) else "") or outlet,
        "published": _moment(entry, dates),
        "categories": [tag for tag in entry.get("tags") or () if tag.get("scheme") != _KIND],
    }


def _check_post(entry: Any) -> None:
    """Check that an entry is published, and not a comment, setting or template of Blogger.

    Raises:
        Aside: it is not published, or something else.
    """
    kinds = [tag.get("term") or "" for tag in entry.get("tags") or () if tag.get("scheme") == _KIND]
    kind = kinds[0].rpartition("#")[2] if kinds else (entry.get("blogger_type") or "").lower()
    if kind not in ("", "post", "page"):
        raise Aside("other-type", type=kind[:40])
    status = (entry.get("blogger_status") or "").lower()
    if status not in ("", "live") or (entry.get("app_draft") or entry.get("draft")) == "yes":
        raise Aside("not-published", status=status[:40] or "draft")


def _address(link: object) -> str:
    """The link; "" for a guid that is not an address, which feedparser takes for one."""
    return link if isinstance(link, str) and ("/" in link or "." in link) else ""


def _text(values: Any, name: str) -> str:
    """The value of a name, without markup."""
    detail = values.get(f"{name}_detail")
    if isinstance(detail, dict):
        return _plain_value(detail)
    value = values.get(name)
    return value if isinstance(value, str) else ""


def _plain_value(detail: Any) -> str:
    value = detail.get("value")
    if not isinstance(value, str):
        return ""
    return plain(value) if detail.get("type") == _TEXT_TYPE else without_tags(value)


def _moment(entry: Any, dates: str) -> str:
    """The entry's date of publication, as written: the first that khabar understands, else the first.

    feedparser understands more, by guessing: 06-05-2024 becomes a day in 2006.
    """
    # Not with get: feedparser returns another date in place of a missing one.
    names = [name for name in ("published", "created", "updated") if name in entry]
    texts = [entry[name] for name in names if isinstance(entry[name], str)]
    return next((text for text in texts if parse_timestamp(text, dates)), texts[0] if texts else "")
