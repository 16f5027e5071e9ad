"""NewsML-G2, the news exchange format of IPTC: a ``newsItem``, or a ``newsMessage`` with many.

A news item of text is an article. Its text is in the content set, inline: XHTML, NITF, or plain data. What is
only named there (``remoteContent``) lies elsewhere; khabar fetches nothing, and says so where no text is
inline. Packages, concepts, events, and items that are pictures, sound or film are left out and counted, and
so is what is withheld or canceled (``pubStatus``); an earlier version of an item has the same id as the later
one.

Where a value is given in several languages, the one in the item's language counts. Names of subjects and
keywords are tags; a service is the section; the genre, slugline and urgency are values of the record.

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
    """The articles of a file, numbered in the order of its items."""
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
        Aside: it is no article, or not published.
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
        "published": next(
            filter(
                None,
                (
                    line_of(each, name)
                    # The first, so that all versions of an item are of one moment.
                    for each, name in (
                        (about, "firstCreated"),
                        (details, "contentCreated"),
                        (about, "versionCreated"),
                    )
                ),
            ),
            "",
        ),
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
    """The code of a value without the scheme that it is of: ``stat:usable`` is «usable», and so is its
    URI."""
    if element is None:
        return ""
    code = element.get("qcode") or element.get("uri") or element.get("literal") or ""
    return code.replace("/", ":").rpartition(":")[2].strip()


def _language(item: Element, details: Element | None) -> str:
    """The language of an item's content: as told of the content, else of the item."""
    language = child(details, "language")
    found = "" if language is None else language.get("tag", "")
    inline = next(children(item, "contentSet", "inlineXML"), None)
    if not found and inline is not None:
        found = inline.get("lang", "")
    return (found or item.get("lang", "")).strip()


def _in_language(elements: Iterator[Element], language: str) -> list[Element]:
    """The elements in a language, else those without one, else all."""
    found = list(elements)
    base = language.partition("-")[0].casefold()
    fits = [each for each in found if base and each.get("lang", "").partition("-")[0].casefold() == base]
    return fits or [each for each in found if not each.get("lang")] or found


def _named(parent: Element | None, language: str, name: str) -> str:
    """The text of the first element of this name in the language."""
    return next(filter(None, map(texts, _in_language(children(parent, name), language))), "")


def _names(parent: Element | None, language: str, name: str) -> list[str]:
    """What the elements of this name are called, each once."""
    found = []
    for each in children(parent, name):
        called = _named(each, language, "name") or _named(each, language, "literal")
        if not called and not len(each):
            called = texts(each)
        found.append(called or " ".join(each.get("literal", "").split()))
    return list(dict.fromkeys(filter(None, found)))


def _who(parent: Element | None, language: str, name: str) -> str:
    """What the first element of this name is called, else its code: ``nprov:AFP`` is «AFP»; of an address its
    host."""
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
    """The text of an item, with what its own document says of it.

    Raises:
        Unreadable: no text is in the file, and the item names a file where it is.
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
