"""Read NewsML 1.0 to 1.2 of IPTC, the predecessor of NewsML-G2, which some agencies still send.

A ``NewsItem`` contains nested components; each one with a text of its own is an article, with the
``NewsLines`` and the metadata of the nearest enclosing component that has them. Texts are NITF, or paragraphs
in ``DataContent``; the ``SubHeadLine`` and the ``DateLine`` are put before them. Withheld and canceled items
are left out and counted, and so are items without a text in the file: pictures, and components that only name
a file.

Specification: IPTC, NewsML 1.2 (https://iptc.org/std/NewsML/1.2/).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from khabar.corpus.records.drafts import draft_of_record
from khabar.corpus.records.keeping import kept_keys
from khabar.corpus.report import Aside, Unreadable
from khabar.corpus.wires.nitf import BLOCKS, SILENT, nitf_record
from khabar.corpus.xml.trees import child, children, led_by, line_of, lines_of, texts, trees

if TYPE_CHECKING:
    from khabar.corpus.pieces.content import Content, Found

__all__ = ["read_newsml"]

_UNUSABLE = frozenset({"canceled", "cancelled", "withheld", "embargoed"})
_NOT_TEXT = frozenset({"photo", "graphic", "video", "audio", "complexdata", "animation"})


def read_newsml(content: Content) -> Iterator[Found]:
    """Read the articles in a file, numbered in its order."""
    kept = kept_keys(content.fields)
    number = 0
    for tree in trees(content, {"NewsItem"}):
        if isinstance(tree, Unreadable):
            yield None, tree
            return
        for record in _records(tree):
            number += 1
            try:
                if isinstance(record, Unreadable):
                    raise record
                yield number, draft_of_record(record, kept, literal=True, dates=content.dates)
            except Unreadable as error:
                yield number, error
    if not number:
        raise Unreadable("no-record")


def _records(item: Element) -> list[dict[str, object] | Unreadable]:
    """The records in an item, or the reason why it has none."""
    status = _formal_name(child(item, "NewsManagement", "Status"))
    if status.casefold() in _UNUSABLE:
        return [Aside("not-published", status=status[:40])]
    records: list[dict[str, object] | Unreadable] = []
    remote = ""
    for components in _components(item, ()):
        for content_item in children(components[0], "ContentItem"):
            kind = _formal_name(child(content_item, "MediaType")).casefold()
            data = child(content_item, "DataContent")
            if kind in _NOT_TEXT:
                continue
            if data is None:
                remote = remote or content_item.get("Href", "")
                continue
            try:
                record = _record(item, components, data)
            except Unreadable as error:
                records.append(error)
                continue
            if record["paragraphs"]:
                records.append(record)
                break  # further ones are the same text in other formats
    if records:
        if len(records) > 1:
            for number, one in enumerate(records, 1):
                if isinstance(one, dict) and one["id"]:
                    one["id"] = f"{one['id']}#{number}"
        return records
    if remote:
        return [Unreadable("remote-content", file=remote[:200])]
    kind = _formal_name(child(item, "NewsManagement", "NewsItemType"))
    return [Aside("other-type", type=kind[:40] or "NewsItem")]


def _components(parent: Element, enclosing: tuple[Element, ...]) -> Iterator[tuple[Element, ...]]:
    """All components in an element, each followed by those that enclose it, the nearest first."""
    for component in children(parent, "NewsComponent"):
        yield (component, *enclosing)
        yield from _components(component, (component, *enclosing))


def _record(item: Element, components: tuple[Element, ...], data: Element) -> dict[str, object]:
    """The record of a text.

    Args:
        item: the news item.
        components: the components that enclose the text, the nearest first.
        data: the element with the text.
    """
    nitf = next(data.iter("nitf"), None)
    inner: dict[str, object] = {} if nitf is None else nitf_record(nitf)

    def line(*path: str) -> str:
        return next(filter(None, (line_of(component, *path) for component in components)), "")

    def party(role: str) -> str:
        path = ("AdministrativeMetadata", role, "Party")
        return next(filter(None, (_formal_name(child(component, *path)) for component in components)), "")

    descriptions = (child(component, "DescriptiveMetadata") for component in components)
    description = next((element for element in descriptions if element is not None), None)
    paragraphs = inner.get("paragraphs")
    text = paragraphs if isinstance(paragraphs, list) and paragraphs else lines_of(data, BLOCKS, SILENT)
    identifier = child(item, "Identification", "NewsIdentifier")
    management = child(item, "NewsManagement")
    urn = line_of(identifier, "PublicIdentifier")
    return {
        # Without the version number at the end: a later version replaces an earlier one.
        "id": urn.rpartition(":")[0] if urn.count(":") > 4 else urn or line_of(identifier, "NewsItemId"),
        "title": line("NewsLines", "HeadLine") or inner.get("title", ""),
        "paragraphs": led_by((line("NewsLines", "SubHeadLine"), line("NewsLines", "DateLine")), text),
        "source": party("Source")
        or party("Provider")
        or line_of(identifier, "ProviderId")
        or inner.get("source", ""),
        "author": line("NewsLines", "ByLine") or party("Creator") or inner.get("author", ""),
        "published": line_of(management, "ThisRevisionCreated")
        or line_of(management, "FirstCreated")
        or inner.get("published", ""),
        "section": _formal_name(child(management, "NewsProduct")) or inner.get("section", ""),
        "tags": _tags(components, description) or inner.get("tags", []),
        "place": _place(description) or inner.get("place", ""),
        "language": _formal_name(child(description, "Language"))
        or data.get("lang", "")
        or item.get("lang", ""),
        "genre": _formal_name(child(description, "Genre")),
        "slugline": line("NewsLines", "SlugLine"),
    }


def _formal_name(element: Element | None) -> str:
    return "" if element is None else " ".join(element.get("FormalName", "").split())


def _tags(components: tuple[Element, ...], description: Element | None) -> list[str]:
    """Keywords and names of subjects; codes such as 04000000 are not names."""
    tags = []
    for component in components:
        tags += [texts(keywords) for keywords in children(component, "NewsLines", "KeywordLine")]
    for property_ in children(description, "Property"):
        if _formal_name(property_).casefold() in ("keyword", "keywords"):
            tags.append(property_.get("Value", ""))
    for subject in (*children(description, "SubjectCode", "Subject"), *children(description, "OfInterestTo")):
        name = _formal_name(subject)
        if not name.isdecimal():
            tags.append(name)
    return list(dict.fromkeys(filter(None, tags)))


def _place(description: Element | None) -> str:
    """The city, else the region or the country."""
    values = {
        _formal_name(property_).casefold(): property_.get("Value", "")
        for property_ in children(description, "Location", "Property")
    }
    return values.get("city") or values.get("countryarea") or values.get("country") or ""
