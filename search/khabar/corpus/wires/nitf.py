"""Read NITF, the News Industry Text Format of IPTC (versions 2 and 3): one article per file.

The headline is ``hl1``; the text is ``body.content``: paragraphs, headings, lists and tables, with one line
per row. Further headlines (``hl2``) become its first paragraphs. Captions of media, notes and footnotes are
left out. The date is that of issue, release, or the story; the source is the ``distributor``, the name in
``pubdata`` or the registrant of the document's id; the section is that of the printed page, or the fixture
(«column»); tags are the keywords and the names of the subjects. Embargoed, withheld and canceled documents
(``management-status``) are left out and counted.

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
"""Elements of NITF and XHTML whose text does not belong to the article."""
_UNUSABLE = frozenset({"embargoed", "withheld", "canceled", "cancelled"})


def read_nitf(content: Content) -> Iterator[Found]:
    """Read the article in a NITF file; further ones are numbered from 2."""
    kept = kept_keys(content.fields)
    for count, tree in enumerate(trees(content, {"nitf"}), 1):
        number = None if count == 1 else count
        try:
            if isinstance(tree, Unreadable):
                raise tree
            yield number, draft_of_record(nitf_record(tree), kept, literal=True, dates=content.dates)
        except Unreadable as error:
            yield number, error


def nitf_record(nitf: Element) -> dict[str, object]:
    """A NITF document as a record, with "" and [] for missing values.

    Raises:
        Aside: it must not be published.
    """
    head, body = child(nitf, "head"), child(nitf, "body")
    if body is None:
        body = nitf
    data = child(head, "docdata")
    status = "" if data is None else data.get("management-status", "")
    if status.strip().casefold() in _UNUSABLE:
        raise Aside("not-published", status=status.strip()[:40])
    top = child(body, "body.head")
    publication = child(head, "pubdata")
    content = child(body, "body.content")
    lines = lines_of(content if content is not None else body, BLOCKS, SILENT | {"body.head", "body.end"})
    further = [texts(headline) for name in ("hedline", "headline") for headline in children(top, name, "hl2")]
    abstract = child(top, "abstract")
    abstract_lines = [] if abstract is None else lines_of(abstract, BLOCKS, SILENT)
    return {
        "id": _of(child(data, "doc-id"), "id-string") or _of(nitf, "uno"),
        "title": line_of(top, "hedline", "hl1") or line_of(top, "headline", "hl1") or line_of(head, "title"),
        "paragraphs": led_by(further, lines),
        # The summary serves as the text if there is no other.
        "summary": "\n".join(led_by(further, abstract_lines) or further),
        "source": line_of(top, "distributor")
        or _of(publication, "name")
        or _of(child(data, "doc-id"), "regsrc")
        or _of(child(data, "doc.copyright"), "holder"),
        "author": _author(top),
        "published": _date(data, top, publication),
        "url": _of(publication, "ex-ref"),
        "section": _of(publication, "position.section") or _of(child(data, "fixture"), "fix-id"),
        "tags": _tags(head, data),
        "place": _place(top, data),
        "language": _of(nitf, "lang") or _of(body, "lang"),
        "genre": first(
            children(head, "tobject", "tobject.property"),
            lambda element: element.get("tobject.property.type", ""),
        ),
    }


def _of(element: Element | None, attribute: str) -> str:
    """The value of an attribute as one line; "" if there is none."""
    return "" if element is None else " ".join(element.get(attribute, "").split())


def _author(top: Element | None) -> str:
    """The persons in the by-line, else its text without the person's title."""
    byline = child(top, "byline")
    if byline is None:
        return ""
    persons = filter(None, map(texts, children(byline, "person")))
    return "، ".join(persons) or " ".join(lines_of(byline, (), {"byttl"}))


def _date(data: Element | None, top: Element | None, publication: Element | None) -> str:
    for name in ("date.issue", "date.release"):
        if date := _of(child(data, name), "norm"):
            return date
    return _of(child(top, "dateline", "story.date"), "norm") or _of(publication, "date.publication")


def _place(top: Element | None, data: Element | None) -> str:
    """The place in the dateline, or that of the event."""
    dateline = child(top, "dateline")
    location = child(dateline, "location")
    if location is not None:
        return line_of(location, "city") or texts(location)
    return _of(child(data, "evloc"), "city") or line_of(data, "identified-content", "location")


def _tags(head: Element | None, data: Element | None) -> list[str]:
    """Keywords, the names of subjects, and the persons, organisations and events in the document."""
    tags = [_of(keyword, "key") for keyword in children(data, "key-list", "keyword")]
    for subject in children(head, "tobject", "tobject.subject"):
        names = ("tobject.subject.type", "tobject.subject.matter", "tobject.subject.detail")
        tags += [_of(subject, name) for name in names]
    for name in ("person", "org", "event", "object.title"):
        tags += [texts(item) or _of(item, "value") for item in children(data, "identified-content", name)]
    return list(dict.fromkeys(filter(None, tags)))
