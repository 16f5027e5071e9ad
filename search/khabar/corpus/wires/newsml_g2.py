"""Read NewsML-G2, the news exchange format of IPTC: a ``newsItem``, or a ``newsMessage`` with many.

A news item with text is an article. Its text is inline in the content set: XHTML, NITF, or plain data. If
there is only a reference (``remoteContent``), khabar fetches nothing, and says so. Packages, concepts,
events, and items that are pictures, audio or video are left out and counted, and so are withheld and canceled
items (``pubStatus``). All versions of an item have the same id.

If a value is given in several languages, the one in the item's language counts. Names of subjects and
keywords are tags; a service is the section; genre and slugline are further values of the record.

Specification: IPTC, NewsML-G2 2.x (https://iptc.org/std/NewsML-G2/).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from khabar.corpus.records.drafts import draft_of_record
from khabar.corpus.records.keeping import kept_keys
from khabar.corpus.records.values import outlet_in
from khabar.corpus.report import Aside, Unreadable
from khabar.corpus.wires.nitf import BLOCKS, SILENT, nitf_record
from khabar.corpus.xml.trees import child, children, line_of, lines_of, texts, trees

if TYPE_CHECKING:
    from khabar.corpus.pieces.content import Content, Found

__all__ = ["ITEMS", "read_newsml_g2"]

ITEMS = frozenset(
    {"newsItem", "packageItem", "conceptItem", "knowledgeItem", "planningItem", "catalogItem", "eventItem"}
)
"""Local names of the items of NewsML-G2 and EventsML-G2."""
_UNUSABLE = frozenset({"canceled", "cancelled", "withheld"})
_MEDIA = frozenset({"picture", "graphic", "audio", "video", "animation", "still"})
_PLAIN = "text/plain"


def read_newsml_g2(content: Content) -> Iterator[Found]:
    """Read the articles in a file, numbered in the order of its items."""
    kept = kept_keys(content.fields)
    number = 0
    for tree in trees(content, ITEMS):
        if isinstance(tree, Unreadable):
            yield None, tree
            return
        number += 1
        try:
            yield number, draft_of_record(_record(tree), kept, literal=True, dates=content.dates)
        except Unreadable as error:
            yield number, error
    if not number:
        raise Unreadable("no-record")


def _record(item: Element) -> dict[str, object]:
    """An item as a record.

    Raises:
        Aside: it is not an article, or not published.
        Unreadable: its text is not in the file.
    """
    if item.tag != "newsItem":
        raise Aside("other-type", type=item.tag)
    about, details = child(item, "itemMeta"), child(item, "contentMeta")
    kind, status = _code(child(about, "itemClass")), _code(child(about, "pubStatus"))
    if status.casefold() in _UNUSABLE:
        raise Aside("not-published", status=status[:40])
    if kind.casefold() in _MEDIA:
        raise Aside("other-type", type=kind[:40])
    language = _language(item, details)
    inner = _inner(item, language)
    record: dict[str, object] = {
        "id": item.get("guid", ""),
        "title": _named(details, language, "headline")
        or inner.pop("title", "")
        or _named(about, language, "title"),
        "source": _who(details, language, "infoSource")
        or _who(about, language, "provider")
        or _who(details, language, "creditline"),
        "author": _named(details, language, "by")
        or _who(details, language, "creator")
        or inner.pop("author", ""),
        # The first creation, so that all versions of an item have the same time.
        "published": line_of(about, "firstCreated")
        or line_of(details, "contentCreated")
        or line_of(about, "versionCreated"),
        "section": "، ".join(_names(details, language, "section") or _names(about, language, "service")[:1]),
        "tags": [*_names(details, language, "subject"), *_names(details, language, "keyword")],
        "place": next(iter(_names(details, language, "located")), "") or inner.pop("place", ""),
        "language": language,
        "genre": _names(details, language, "genre"),
        "slugline": _named(details, language, "slugline"),
        "summary": _named(details, language, "description"),
        "url": _address(about),
    }
    for name in ("paragraphs", "url", "published"):
        record[name] = record.get(name) or inner.get(name, "")
    return record


def _code(element: Element | None) -> str:
    """The code of a value without its scheme: «usable» for ``stat:usable``, and for its URI."""
    if element is None:
        return ""
    code = element.get("qcode") or element.get("uri") or element.get("literal") or ""
    return code.replace("/", ":").rpartition(":")[2].strip()


def _language(item: Element, details: Element | None) -> str:
    """The language of an item's content: that of the metadata, of the content, or of the item."""
    language = child(details, "language")
    tag = "" if language is None else language.get("tag", "")
    inline = child(item, "contentSet", "inlineXML")
    if not tag and inline is not None:
        tag = inline.get("lang", "")
    return (tag or item.get("lang", "")).strip()


def _in_language(elements: Iterator[Element], language: str) -> list[Element]:
    """The elements in a language, else those without a language, else all."""
    candidates = list(elements)
    base = language.partition("-")[0].casefold()
    matching = [
        element
        for element in candidates
        if base and element.get("lang", "").partition("-")[0].casefold() == base
    ]
    return matching or [element for element in candidates if not element.get("lang")] or candidates


def _named(parent: Element | None, language: str, name: str) -> str:
    """The text of the first element with a name, in the language."""
    return next(filter(None, map(texts, _in_language(children(parent, name), language))), "")


def _names(parent: Element | None, language: str, name: str) -> list[str]:
    """The names that the elements with a tag contain, each once."""
    names = []
    for element in children(parent, name):
        text = _named(element, language, "name") or _named(element, language, "literal")
        if not text and not len(element):
            text = texts(element)
        names.append(text or " ".join(element.get("literal", "").split()))
    return list(dict.fromkeys(filter(None, names)))


def _who(parent: Element | None, language: str, name: str) -> str:
    """The name in the first element with a tag, else its code («AFP» for ``nprov:AFP``), or the host of an
    address."""
    if names := _names(parent, language, name):
        return names[0]
    element = child(parent, name)
    return (
        outlet_in(element.get("uri")) if element is not None and "uri" in element.attrib else _code(element)
    )


def _address(about: Element | None) -> str:
    for link in children(about, "link"):
        address = link.get("href", "")
        if address.startswith(("http://", "https://")):
            return address
    return ""


def _inner(item: Element, language: str) -> dict[str, object]:
    """The text of an item, with the metadata of an inner document.

    Raises:
        Unreadable: the text is not in this file but in another one.
    """
    contents = child(item, "contentSet")
    for inline in _in_language(children(contents, "inlineXML"), language):
        nitf = child(inline, "nitf")
        if nitf is not None:
            record = nitf_record(nitf)
            if record["paragraphs"]:
                return record
        elif lines := lines_of(inline, BLOCKS, SILENT):
            title = line_of(inline, "html", "head", "title") or line_of(inline, "html", "body", "h1")
            if lines[0] == title:
                del lines[0]
            return {"paragraphs": lines, "title": title}
    for data in _in_language(children(contents, "inlineData"), language):
        content_type = data.get("contenttype", _PLAIN).partition(";")[0].strip()
        if content_type == _PLAIN and not data.get("encoding"):
            lines = [line.strip() for line in "".join(data.itertext()).splitlines() if line.strip()]
            if lines:
                return {"paragraphs": lines}
    remote = child(contents, "remoteContent")
    if remote is not None:
        raise Unreadable("remote-content", file=(remote.get("href") or remote.get("residref") or "?")[:200])
    return {}
