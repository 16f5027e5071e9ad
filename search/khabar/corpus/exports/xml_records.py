"""Records in XML: exports of databases and crawlers, and the outputs of trafilatura (XML and TEI).

No schema is known. The beginning of the file tells which element is a record: the first one that has a title
and a text among its children, attributes and named fields (``<field name="title">``, as mysqldump and
phpMyAdmin write them), else one with a text and a date or an address. Every outermost element of that name is
then a record, whose names mean what they mean in JSON. A text with elements in it is parted into lines at
their ends.

In the XML of trafilatura the fields are attributes and the text is ``main``; in TEI they are in the header.
Comments of readers are no text.
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
"""Roots of formats whose elements are no articles, though some are called title or text."""
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
    """The articles of a file, numbered in the order of its records.

    Raises:
        Unreadable: nothing in its beginning is a record.
    """
    name = _record_name(content.stream.peek())
    if not name:
        raise Unreadable("unknown-xml")
    records = Records(content.fields, content.mapped, content.dates)
    numbered = enumerate(trees(content, {name}), start=1)
    for number, tree in numbered:
        if isinstance(tree, Unreadable):
            yield None, tree
            return
        try:
            yield number, records.draft(_of_tei(tree) if name == _TEI else _record(tree))
        except Unreadable as error:
            yield number, error


def _record_name(head: bytes) -> str:
    """The name of the elements that are records; "" if there is none at the beginning of a file."""
    looking = _Looking()
    parser = expat.ParserCreate()
    parser.UseForeignDTD(True)
    parser.StartElementHandler = looking.start
    parser.EndElementHandler = looking.end
    # What was complete before any damage decides.
    with suppress(expat.ExpatError, LookupError, ValueError):
        parser.Parse(head, False)
    return looking.titled or looking.dated


class _Looking:
    """The search for a record at the beginning of a file."""

    def __init__(self) -> None:
        self.titled = ""
        self.dated = ""
        self._open: list[tuple[str, set[str]]] = []
        self._passed = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if not self._open:
            self._passed = name in _NO_RECORDS
        if not self.titled and not self._passed:
            by_root = name == _TEI or (name == _OF_TRAFILATURA and {"title", "hostname"} <= attributes.keys())
            self.titled = name if by_root else ""
        if self._open and len(keys := self._open[-1][1]) < _MOST_FIELDS:
            keys.add(_key(name, attributes))
        self._open.append((name, {key.rpartition(":")[2] for key in attributes}))

    def end(self, _: str) -> None:
        name, keys = self._open.pop()
        if self.titled or self._passed or name in _NAMED:
            return
        fields = {place.field for place in places_of(tuple(sorted(keys)), None)}
        if fields.isdisjoint(("text", "summary")):
            return
        if "title" in fields:
            self.titled = name
        elif not self.dated and not fields.isdisjoint(("published", "url")):
            self.dated = name


def _key(name: str, attributes: dict[str, str]) -> str:
    return attributes.get("name") or name if name in _NAMED else name


def _record(element: Element) -> dict[str, Any]:
    """The record that an element is: its attributes, and its children by their names."""
    record: dict[str, Any] = dict(element.attrib)
    for each in element:
        key = _key(each.tag, each.attrib)
        if element.tag == _OF_TRAFILATURA and key == "comments":
            continue
        if element.tag == _OF_TRAFILATURA and key == "main":
            key = "text"
        value = _value(each)
        if key not in record:
            record[key] = value
        elif isinstance(record[key], list):
            record[key].append(value)
        else:
            record[key] = [record[key], value]
    return record


def _value(element: Element) -> object:
    """A text, the texts of a list, or an object with the names of what is inside."""
    inner = list(element)
    if not inner:
        return (element.text or "").strip()
    names = {each.tag for each in inner}
    mixed = bool((element.text or "").strip()) or any((each.tail or "").strip() for each in inner)
    if mixed or any(name.lower() in _LINES and name.lower() not in ("item", "value") for name in names):
        return "\n".join(lines_of(element, _LINES))
    if len(names) == 1 and not any(map(len, inner)):
        return [(each.text or "").strip() for each in inner]
    return _record(element)


def _of_tei(tree: Element) -> dict[str, Any]:
    """The record of a document in TEI."""
    head = child(tree, "teiHeader", "fileDesc")
    whole = child(head, "sourceDesc", "biblFull")
    publishers = [
        line_of(each) for source in (whole, head) for each in children(source, "publicationStmt", "publisher")
    ]
    body = child(tree, "text", "body")
    lines: list[str] = []
    for each in body if body is not None else ():
        if each.get("type") != "comments":
            lines += lines_of(each, _LINES)
    return {
        "title": line_of(head, "titleStmt", "title"),
        "author": line_of(head, "titleStmt", "author"),
        "source": next((each for each in publishers if "://" not in each), ""),
        "url": next((each for each in publishers if "://" in each), ""),
        "published": line_of(whole, "publicationStmt", "date") or line_of(head, "publicationStmt", "date"),
        "paragraphs": lines,
    }
