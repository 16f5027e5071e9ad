"""RSS and Atom feeds from files, with feedparser (``pip install "khabar[feeds]"``).

An entry is an article: its content, or its summary where there is no more. Its first category is its
section, the others are tags. The outlet is the entry's own source if it names one, else the feed; its
language is that of the feed. A feed that is not well-formed is read as far as feedparser can, and
reported. An export of Blogger holds comments, settings and templates too, and drafts: they are left out and
counted. Entities that a feed defines for itself are not expanded, and nothing is fetched.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import TYPE_CHECKING, Any

from khabar.corpus.dates import parse_timestamp
from khabar.corpus.pieces.content import needs
from khabar.corpus.pieces.encoding import decode_page
from khabar.corpus.pieces.streams import said
from khabar.corpus.records.drafts import draft_of_record
from khabar.corpus.records.keeping import KEPT
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
"""What feedparser has of an entry that is read in any case."""
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_DOCTYPE = re.compile(r"<!DOCTYPE[^>\[]*+(?:\[(?:[^\]\"']|\"[^\"]*+\"|'[^']*+')*+\]?)?\s*>?", re.I)
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
# What is no entity of XML, outside of CDATA: a bare ampersand, or an entity of HTML.
_AMPERSAND = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?!(?:amp|lt|gt|quot|apos|#[0-9]+|#[xX][0-9a-fA-F]+);)(?:[A-Za-z][A-Za-z0-9]*;)?",
    re.S,
)
_KIND = "http://schemas.google.com/g/2005#kind"
"""The scheme under which Blogger says what an entry is."""
_TEXT_TYPE = "text/plain"


def read_feed(content: Content) -> Iterator[Found]:
    """Yield the articles of a feed, numbered by their order in it."""
    needs("feedparser", what="feeds", extra="feeds")
    decoded = content.markup(decode_page(content.data()))
    feed = _parsed(decoded.text)
    outlet = _text(feed.feed, "title")
    language = feed.feed.get("language")
    kept = {name: key for name, key in content.fields.items() if name.startswith(KEPT)}
    for number, entry in enumerate(feed.entries, start=1):
        try:
            _pass_post(entry)
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

    # Its text is Unicode now, whatever it declares; and a document type only ever hides entities.
    text = _DOCTYPE.sub("", _UNFIT.sub("\ufffd", _DECLARATION.sub("", text.lstrip("\ufeff"))), count=1)
    text = _AMPERSAND.sub(_as_xml, text)
    headers = {"content-type": "application/xml; charset=utf-8"}
    try:
        # A stream: feedparser would take a text for an address, and fetch it.
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


def _as_xml(found: re.Match[str]) -> str:
    """An ampersand as XML writes it, an entity of HTML as its character."""
    if len(found[0]) > 1 and found[0][0] == "<":
        return found[0]
    character = unescape(found[0])
    # No entity stands for more than two characters: of «&notable;» unescape takes «&not».
    is_entity = character != found[0] and len(character) <= 2
    return character if is_entity else f"&amp;{found[0][1:]}"


def _further(entry: Any, kept: Mapping[str, str]) -> dict[str, object]:
    """What an entry says under further names, such as ``media_credit``, if anything is to be kept."""
    if not kept:
        return {}
    return {
        key: value
        for key, value in entry.items()
        if key not in _READ and not key.endswith(("_detail", "_parsed"))
    }


def _record(entry: Any, outlet: str, dates: str) -> dict[str, object]:
    texts = [_written(each) for each in entry.get("content") or ()]
    source = entry.get("source")
    return {
        "id": entry.get("id"),
        "title": _text(entry, "title"),
        "text": max(texts, key=len, default=""),
        "summary": _text(entry, "summary"),
        "url": _address(entry.get("link")),
        "author": unescaped(entry.get("author") or ""),
        "source": (_text(source, "title") if isinstance(source, dict) else "") or outlet,
        "published": _moment(entry, dates),
        "categories": [tag for tag in entry.get("tags") or () if tag.get("scheme") != _KIND],
    }


def _pass_post(entry: Any) -> None:
    """Pass an entry that is published, and is no comment, setting or template, as Blogger exports them too.

    Raises:
        Aside: it is another one.
    """
    kinds = [tag.get("term") or "" for tag in entry.get("tags") or () if tag.get("scheme") == _KIND]
    kind = kinds[0].rpartition("#")[2] if kinds else (entry.get("blogger_type") or "").lower()
    if kind not in ("", "post", "page"):
        raise Aside("other-type", type=kind[:40])
    status = (entry.get("blogger_status") or "").lower()
    if status not in ("", "live") or (entry.get("app_draft") or entry.get("draft")) == "yes":
        raise Aside("not-published", status=status[:40] or "draft")


def _address(link: object) -> str:
    """The link, unless it is a guid that is no address, which feedparser takes for one."""
    return link if isinstance(link, str) and ("/" in link or "." in link) else ""


def _text(values: Any, name: str) -> str:
    """The value of this name without markup."""
    detail = values.get(f"{name}_detail")
    if isinstance(detail, dict):
        return _written(detail)
    value = values.get(name)
    return value if isinstance(value, str) else ""


def _written(detail: Any) -> str:
    value = detail.get("value")
    if not isinstance(value, str):
        return ""
    return plain(value) if detail.get("type") == _TEXT_TYPE else without_tags(value)


def _moment(entry: Any, dates: str) -> str:
    """The entry's date of publication: its first date that khabar understands, else the first, as written.

    feedparser reads more, by guessing: 06-05-2024 becomes a day in 2006.
    """
    names = [name for name in ("published", "created", "updated") if name in entry]
    written = [entry[name] for name in names if isinstance(entry[name], str)]
    return next((each for each in written if parse_timestamp(each, dates)), written[0] if written else "")
