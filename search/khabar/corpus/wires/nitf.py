"""NITF, the News Industry Text Format of IPTC (versions 2 and 3), as agencies send it: one article a file.

The headline is ``hl1``, the text what stands in ``body.content``: paragraphs, headings, lists and tables, a
row a line. Further headlines (``hl2``) are its first paragraphs. Captions of media, notes and footnotes are
no part of it. The date is that of issue or release, or of the story; the source ``distributor``, the print of
``pubdata`` or the registrant of the document's id; the section that of the printed page, or the fixture
(«column»); tags are the keywords and the names of the subjects. What is embargoed, withheld or canceled
(``management-status``) is left out and counted.

Specification: IPTC, NITF 3.6 (https://iptc.org/standards/nitf/).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from khabar.corpus.records.drafts import draft_of_record
from khabar.corpus.records.keeping import kept_keys
from khabar.corpus.report import Aside, Unreadable
from khabar.corpus.xml.trees import child, children, first, led_by, line_of, lines_of, texts, trees

if TYPE_CHECKING:
    from khabar.corpus.pieces.content import Content, Found

__all__ = ["BLOCKS", "SILENT", "nitf_record", "read_nitf"]

BLOCKS = frozenset(
    {
        *(
            "p",
            "hl1",
            "hl2",
            "block",
            "body",
            "body.content",
            "ul",
            "ol",
            "dl",
            "dt",
            "dd",
            "li",
            "lead",
            "pre",
        ),
        *(
            "bq",
            "blockquote",
            "table",
            "nitf-table",
            "tr",
            "br",
            "hr",
            "div",
            "section",
            "article",
            "caption",
        ),
        *("h1", "h2", "h3", "h4", "h5", "h6", "header", "footer"),
    }
)
"""Elements of NITF and XHTML that are lines of their own, in lower case."""
SILENT = frozenset(
    {
        *("media", "media-caption", "media-producer", "media-metadata", "media-reference", "note", "fn"),
        *("style", "script", "head", "figure", "img", "iframe", "nav"),
    }
)
"""Elements of NITF and XHTML whose text is no part of an article's."""
_UNUSABLE = frozenset({"embargoed", "withheld", "canceled", "cancelled"})


def read_nitf(content: Content) -> Iterator[Found]:
    """The article of a NITF file; several are numbered in their order."""
    kept = kept_keys(content.fields)
    for place, tree in enumerate(trees(content, {"nitf"}), 1):
        number = None if place == 1 else place
        try:
            if isinstance(tree, Unreadable):
                raise tree
            yield number, draft_of_record(nitf_record(tree), kept, literal=True, dates=content.dates)
        except Unreadable as error:
            yield number, error


def nitf_record(nitf: Element) -> dict[str, object]:
    """A document of NITF as a record; "" and [] stand for what it does not say.

    Raises:
        Aside: it is not to be published.
    """
    head, body = child(nitf, "head"), child(nitf, "body")
    if body is None:
        body = nitf
    data = child(head, "docdata")
    status = "" if data is None else data.get("management-status", "")
    if status.strip().casefold() in _UNUSABLE:
        raise Aside("not-published", status=status.strip()[:40])
    top = child(body, "body.head")
    printed = child(head, "pubdata")
    content = child(body, "body.content")
    lines = lines_of(content if content is not None else body, BLOCKS, SILENT | {"body.head", "body.end"})
    further = [texts(each) for name in ("hedline", "headline") for each in children(top, name, "hl2")]
    abstract = lines_of(each, BLOCKS, SILENT) if (each := child(top, "abstract")) is not None else []
    return {
        "id": _of(child(data, "doc-id"), "id-string") or _of(nitf, "uno"),
        "title": line_of(top, "hedline", "hl1") or line_of(top, "headline", "hl1") or line_of(head, "title"),
        "paragraphs": led_by(further, lines),
        # It is the text where there is no other.
        "summary": "\n".join(led_by(further, abstract) or further),
        "source": line_of(top, "distributor")
        or _of(printed, "name")
        or _of(child(data, "doc-id"), "regsrc")
        or _of(child(data, "doc.copyright"), "holder"),
        "author": _author(top),
        "published": _date(data, top, printed),
        "url": _of(printed, "ex-ref"),
        "section": _of(printed, "position.section") or _of(child(data, "fixture"), "fix-id"),
        "tags": _tags(head, data),
        "place": _place(top, data),
        "language": _of(nitf, "lang") or _of(body, "lang"),
        "genre": first(
            children(head, "tobject", "tobject.property"), lambda each: each.get("tobject.property.type", "")
        ),
    }


def _of(element: Element | None, attribute: str) -> str:
    return "" if element is None else " ".join(element.get(attribute, "").split())


def _author(top: Element | None) -> str:
    """The persons of the by-line, else its text without a title of the person."""
    byline = child(top, "byline")
    if byline is None:
        return ""
    persons = [name for each in children(byline, "person") if (name := texts(each))]
    return "، ".join(persons) or " ".join(lines_of(byline, (), {"byttl"}))


def _date(data: Element | None, top: Element | None, printed: Element | None) -> str:
    for name in ("date.issue", "date.release"):
        if found := _of(child(data, name), "norm"):
            return found
    return _of(child(top, "dateline", "story.date"), "norm") or _of(printed, "date.publication")


def _place(top: Element | None, data: Element | None) -> str:
    """The place that the dateline names, or the one of the event."""
    dateline = child(top, "dateline")
    location = child(dateline, "location")
    if location is not None:
        return line_of(location, "city") or texts(location)
    return _of(child(data, "evloc"), "city") or line_of(data, "identified-content", "location")


def _tags(head: Element | None, data: Element | None) -> list[str]:
    """Keywords, the matters of subjects, and the persons and organisations that the document is about."""
    found = [_of(each, "key") for each in children(data, "key-list", "keyword")]
    for subject in children(head, "tobject", "tobject.subject"):
        names = ("tobject.subject.type", "tobject.subject.matter", "tobject.subject.detail")
        found += [_of(subject, name) for name in names]
    for name in ("person", "org", "event", "object.title"):
        found += [texts(each) or _of(each, "value") for each in children(data, "identified-content", name)]
    return list(dict.fromkeys(filter(None, found)))
