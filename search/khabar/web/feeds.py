"""Feeds of a query or a saved search, newest first: Atom (RFC 4287, paged as in RFC 5005) and RSS 2.0.

Pure functions from results to XML. Every text comes from outside: it is escaped, and characters that XML
forbids are removed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import quote, urlencode
from xml.etree.ElementTree import Element, SubElement, tostring

import msgspec

from khabar.query.results import Hit
from khabar.spelling import printable

__all__ = ["Feed", "atom", "rss"]

#: The beginning of the ids, which are names, not addresses (RFC 4151). An article has the same id on every
#: server.
_TAG = "tag:khabar.invalid,2026:"
#: Characters that XML 1.0 forbids.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: The moment of an article without a date, for elements that require one.
_UNDATED = datetime(1970, 1, 1, tzinfo=UTC)


class Feed(msgspec.Struct, frozen=True):
    """A page of a feed.

    Attributes:
        title: the title of the feed.
        name: its unique and permanent name: ``query/…`` or ``alert/…``.
        language: the language of the title, ``en`` or ``ar``. The language of the articles is not known.
        home: the address of a page with the same results.
        base: the address of the server, without a slash at its end.
        query: the query, whose words the linked pages highlight.
        here: the address of this page of the feed.
        following: the address of the next page; "" for none.
        hits: the articles.
    """

    title: str
    name: str
    language: str
    home: str
    base: str
    query: str
    here: str
    following: str
    hits: tuple[Hit, ...]

    @property
    def updated(self) -> datetime:
        """The moment at which its newest article was published."""
        return max((_moment(hit) for hit in self.hits), default=_UNDATED)


def atom(feed: Feed) -> bytes:
    """A feed as Atom."""
    root = Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": feed.language})
    _text(root, "id", _TAG + quote(feed.name))
    _text(root, "title", feed.title)
    _text(root, "updated", feed.updated.isoformat())
    _text(SubElement(root, "author"), "name", "khabar")
    for relation, address in (("self", feed.here), ("alternate", feed.home), ("next", feed.following)):
        if address:
            kind = "text/html" if relation == "alternate" else "application/atom+xml"
            SubElement(root, "link", {"rel": relation, "type": kind, "href": address})
    for hit in feed.hits:
        entry = SubElement(root, "entry")
        _text(entry, "id", _id(hit))
        _text(entry, "title", hit.title)
        _text(entry, "updated", _moment(hit).isoformat())
        if hit.published is not None:
            _text(entry, "published", _moment(hit).isoformat())
        if by := hit.author or hit.source:
            _text(SubElement(entry, "author"), "name", by)
        for label in _labels(hit):
            SubElement(entry, "category", {"term": label})
        SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": _page(feed, hit)})
        if address := _address(hit):
            SubElement(entry, "link", {"rel": "via", "href": address})
        _text(entry, "summary", _summary(hit), type="html")
    return _written(root)


def rss(feed: Feed) -> bytes:
    """A feed as RSS 2.0."""
    attributes = {
        "version": "2.0",
        "xmlns:atom": "http://www.w3.org/2005/Atom",
        "xmlns:dc": "http://purl.org/dc/elements/1.1/",
    }
    root = Element("rss", attributes)
    channel = SubElement(root, "channel")
    _text(channel, "title", feed.title)
    _text(channel, "link", feed.home)
    _text(channel, "description", feed.title)
    _text(channel, "language", feed.language)
    _text(channel, "lastBuildDate", format_datetime(feed.updated))
    for relation, address in (("self", feed.here), ("next", feed.following)):
        if address:
            link = {"rel": relation, "type": "application/rss+xml", "href": address}
            SubElement(channel, "atom:link", link)
    for hit in feed.hits:
        item = SubElement(channel, "item")
        _text(item, "title", hit.title)
        _text(item, "link", _page(feed, hit))
        _text(item, "guid", _id(hit), isPermaLink="false")
        if hit.published is not None:
            _text(item, "pubDate", format_datetime(_moment(hit)))
        if by := hit.author or hit.source:
            _text(item, "dc:creator", by)
        for label in _labels(hit):
            _text(item, "category", label)
        _text(item, "description", _summary(hit))
    return _written(root)


def _text(parent: Element, name: str, text: str, **attributes: str) -> None:
    SubElement(parent, name, attributes).text = _allowed(text)


def _allowed(text: str) -> str:
    return _FORBIDDEN.sub("", printable(text))


def _written(root: Element) -> bytes:
    for element in root.iter():
        for key, value in element.attrib.items():
            element.set(key, _allowed(value))
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, "unicode").encode()


def _id(hit: Hit) -> str:
    # Two archives may have different articles under one id.
    archive = f"archive/{quote(hit.archive, safe='', errors='replace')}/" if hit.archive else ""
    return f"{_TAG}{archive}article/{quote(hit.id, errors='replace')}"


def _summary(hit: Hit) -> str:
    """The snippet as HTML. Matched words are bold, because many feed readers drop ``<mark>``."""
    html = hit.snippet.html(ellipsis="…")
    return html.replace("<mark>", "<b>").replace("</mark>", "</b>")


def _page(feed: Feed, hit: Hit) -> str:
    """The address of the article's page on the server."""
    pairs = [(name, value) for name, value in (("q", feed.query), ("archive", hit.archive)) if value]
    query = f"?{urlencode(pairs, errors='replace')}" if pairs else ""
    return f"{feed.base}/article/{quote(hit.id, errors='replace')}{query}"


def _address(hit: Hit) -> str:
    """The article's own web address; "" if it has none."""
    return hit.url if re.match(r"https?://[^\s<>\"]+$", hit.url) else ""


def _moment(hit: Hit) -> datetime:
    """The moment of publication, in UTC if it has no zone, as everywhere in an index."""
    published = hit.published
    if published is None:
        return _UNDATED
    return published.replace(tzinfo=published.tzinfo or UTC, microsecond=0)


def _labels(hit: Hit) -> Iterable[str]:
    """The outlet, section and tags of an article."""
    article = hit.article
    labels = (article.source, getattr(article, "section", ""), *getattr(article, "tags", ()))
    return [label for label in dict.fromkeys(labels) if label]
