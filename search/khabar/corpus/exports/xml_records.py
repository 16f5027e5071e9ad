"""Read records in XML: exports of databases and crawlers, and the output of trafilatura (XML and TEI).

No schema is needed. The beginning of the file tells which element is a record: the first one that has a title
and a text among its children, attributes and named fields (``<field name="title">``, as mysqldump and
phpMyAdmin write them), else one with a text and a date or an address. Every outermost element of that name is
a record, whose names have the same meaning as in JSON. A text with elements in it is split into lines at
their ends.

In the XML of trafilatura, fields are attributes and the text is ``main``; in TEI, fields are in the header.
Comments of readers are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element
from xml.parsers import expat

from khabar.corpus.formats.shapes import places_of
from khabar.corpus.records.drafts import Records
from khabar.corpus.report import Unreadable
from khabar.corpus.wires.nitf import BLOCKS
from khabar.corpus.xml.trees import child, children, line_of, lines_of, trees

if TYPE_CHECKING:
    from khabar.corpus.pieces.content import Content, Found

__all__ = ["read_xml"]

_NO_RECORDS = frozenset(
    {"opml", "mediawiki", "urlset", "sitemapindex", "svg", "plist", "kml", "gpx", "xbel", "Workbook"}
)
"""Root elements of formats without articles, although some of their elements are called title or text."""
_NAMED = frozenset(
    {"field", "column", "col", "str", "arr", "text", "date", "int", "long", "property", "value"}
)
"""Elements whose attribute ``name`` is the name of their value."""
_LINES = BLOCKS | {
    "head",
    "item",
    "ab",
    "l",
    "lb",
    "quote",
    "row",
    "para",
    "title",
    "section",
    "main",
    "cell",
}
_TEI, _OF_TRAFILATURA = "TEI", "doc"
_MOST_FIELDS = 1000


def read_xml(content: Content) -> Iterator[Found]:
    """Read the articles in a file, numbered in the order of its records.

    Raises:
        Unreadable: there is no record at its beginning.
    """
    name = _record_name(content.stream.peek())
    if not name:
        raise Unreadable("unknown-xml")
    records = Records(content.fields, content.mapped, content.dates)
    for number, tree in enumerate(trees(content, {name}), start=1):
        if isinstance(tree, Unreadable):
            yield None, tree
            return
        try:
            yield number, records.draft(_of_tei(tree) if name == _TEI else _record(tree))
        except Unreadable as error:
            yield number, error


def _record_name(head: bytes) -> str:
    """The name of the elements that are records; "" if there is none at the beginning of a file."""
    search = _RecordSearch()
    parser = expat.ParserCreate()
    parser.UseForeignDTD(True)
    parser.StartElementHandler = search.start
    parser.EndElementHandler = search.end
    # Damage ends the search; the complete elements before it count.
    with suppress(expat.ExpatError, LookupError, ValueError):
        parser.Parse(head, False)
    return search.titled or search.dated


class _RecordSearch:
    """The search for the element that is a record, at the beginning of a file.

    Attributes:
        titled: the first element with a title and a text.
        dated: the first element with a text and a date or an address.
    """

    def __init__(self) -> None:
        self.titled = ""
        self.dated = ""
        self._open: list[tuple[str, set[str]]] = []
        self._is_other_format = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if not self._open:
            self._is_other_format = name in _NO_RECORDS
        if not self.titled and not self._is_other_format:
            by_root = name == _TEI or (name == _OF_TRAFILATURA and {"title", "hostname"} <= attributes.keys())
            self.titled = name if by_root else ""
        if self._open and len(keys := self._open[-1][1]) < _MOST_FIELDS:
            keys.add(_key(name, attributes))
        self._open.append((name, {key.rpartition(":")[2] for key in attributes}))

    def end(self, _: str) -> None:
        name, keys = self._open.pop()
        if self.titled or self._is_other_format or name in _NAMED:
            return
        fields = {place.field for place in places_of(tuple(sorted(keys)), None)}
        if fields.isdisjoint(("text", "summary")):
            return
        if "title" in fields:
            self.titled = name
        elif not self.dated and not fields.isdisjoint(("published", "url")):
            self.dated = name


def _key(name: str, attributes: dict[str, str]) -> str:
    """The name of the value in an element: that of the element, or its attribute ``name``."""
    return attributes.get("name") or name if name in _NAMED else name


def _record(element: Element) -> dict[str, Any]:
    """An element as a record: its attributes, and its children by their names."""
    record: dict[str, Any] = dict(element.attrib)
    for inner in element:
        key = _key(inner.tag, inner.attrib)
        if element.tag == _OF_TRAFILATURA and key == "comments":
            continue
        if element.tag == _OF_TRAFILATURA and key == "main":
            key = "text"
        value = _value(inner)
        if key not in record:
            record[key] = value
        elif isinstance(record[key], list):
            record[key].append(value)
        else:
            record[key] = [record[key], value]
    return record


def _value(element: Element) -> object:
    """The value of an element: a text, the texts of a list, or an object."""
    items = list(element)
    if not items:
        return (element.text or "").strip()
    names = {item.tag for item in items}
    mixed = bool((element.text or "").strip()) or any((item.tail or "").strip() for item in items)
    if mixed or any(name.lower() in _LINES and name.lower() not in ("item", "value") for name in names):
        return "\n".join(lines_of(element, _LINES))
    if len(names) == 1 and not any(map(len, items)):
        return [(item.text or "").strip() for item in items]
    return _record(element)


def _of_tei(tree: Element) -> dict[str, Any]:
    """A TEI document as a record."""
    header = child(tree, "teiHeader", "fileDesc")
    original = child(header, "sourceDesc", "biblFull")
    publishers = [
        line_of(publisher)
        for source in (original, header)
        for publisher in children(source, "publicationStmt", "publisher")
    ]
    body = child(tree, "text", "body")
    lines: list[str] = []
    for division in body if body is not None else ():
        if division.get("type") != "comments":
            lines += lines_of(division, _LINES)
    return {
        "title": line_of(header, "titleStmt", "title"),
        "author": line_of(header, "titleStmt", "author"),
        "source": next((publisher for publisher in publishers if "://" not in publisher), ""),
        "url": next((publisher for publisher in publishers if "://" in publisher), ""),
        "published": line_of(original, "publicationStmt", "date")
        or line_of(header, "publicationStmt", "date"),
        "paragraphs": lines,
    }
