"""NewsML 1.0 to 1.2 of IPTC, which agencies sent before NewsML-G2 and some still do.

A ``NewsItem`` holds components in one another; each one with a text of its own is an article, with the lines
(``NewsLines``) and the metadata of the nearest component around it that has them. Texts are NITF, or
paragraphs in ``DataContent``; the ``SubHeadLine`` and the ``DateLine`` stand before them. What is withheld or
canceled is left out and counted, and so are items without a text in the file: pictures, and components that
only name a file.

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
from khabar.corpus.xml.trees import child, children, led_by, line_of, lines_of, trees

if TYPE_CHECKING:
    from khabar.corpus.pieces.content import Content, Found

__all__ = ["read_newsml"]

_UNUSABLE = frozenset({"canceled", "cancelled", "withheld", "embargoed"})
_NOT_TEXT = frozenset({"photo", "graphic", "video", "audio", "complexdata", "animation"})


def read_newsml(content: Content) -> Iterator[Found]:
    """The articles of a file, numbered in their order."""
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
    """The records of an item, or why it has none."""
    status = _formal(child(item, "NewsManagement", "Status"))
    if status.casefold() in _UNUSABLE:
        return [Aside("not-published", status=status[:40])]
    found: list[dict[str, object] | Unreadable] = []
    remote = ""
    for component, around in _components(item, ()):
        for each in children(component, "ContentItem"):
            kind = _formal(child(each, "MediaType")).casefold()
            data = child(each, "DataContent")
            if kind in _NOT_TEXT:
                continue
            if data is None:
                remote = remote or each.get("Href", "")
                continue
            try:
                record = _record(item, (component, *around), data)
            except Unreadable as error:
                found.append(error)
                continue
            if record["paragraphs"]:
                found.append(record)
                break  # further ones are the same text in other formats
    if found:
        if len(found) > 1:
            for number, one in enumerate(found, 1):
                if isinstance(one, dict) and one["id"]:
                    one["id"] = f"{one['id']}#{number}"
        return found
    if remote:
        return [Unreadable("remote-content", file=remote[:200])]
    return [
        Aside("other-type", type=_formal(child(item, "NewsManagement", "NewsItemType"))[:40] or "NewsItem")
    ]


def _components(
    parent: Element, around: tuple[Element, ...]
) -> Iterator[tuple[Element, tuple[Element, ...]]]:
    """All components in an element, each with those around it, the nearest first."""
    for each in children(parent, "NewsComponent"):
        yield each, around
        yield from _components(each, (each, *around))


def _record(item: Element, components: tuple[Element, ...], data: Element) -> dict[str, object]:
    """The record of a text; ``components`` are those around it, the nearest first."""
    nitf = next(data.iter("nitf"), None)
    inner: dict[str, object] = {} if nitf is None else nitf_record(nitf)

    def line(*path: str) -> str:
        return next(filter(None, (line_of(each, *path) for each in components)), "")

    def party(role: str) -> str:
        path = ("AdministrativeMetadata", role, "Party")
        return next(filter(None, (_formal(child(each, *path)) for each in components)), "")

    described = next(
        (each for one in components if (each := child(one, "DescriptiveMetadata")) is not None), None
    )
    inside = inner.get("paragraphs")
    text = inside if isinstance(inside, list) and inside else lines_of(data, BLOCKS, SILENT)
    identifier = child(item, "Identification", "NewsIdentifier")
    managed = child(item, "NewsManagement")
    urn = line_of(identifier, "PublicIdentifier")
    return {
        # The last part is the number of the version; a later one takes the place of an earlier one.
        "id": urn.rpartition(":")[0] if urn.count(":") > 4 else urn or line_of(identifier, "NewsItemId"),
        "title": line("NewsLines", "HeadLine") or inner.get("title", ""),
        "paragraphs": led_by((line("NewsLines", "SubHeadLine"), line("NewsLines", "DateLine")), text),
        "source": party("Source")
        or party("Provider")
        or line_of(identifier, "ProviderId")
        or inner.get("source", ""),
        "author": line("NewsLines", "ByLine") or party("Creator") or inner.get("author", ""),
        "published": line_of(managed, "ThisRevisionCreated")
        or line_of(managed, "FirstCreated")
        or inner.get("published", ""),
        "section": _formal(child(managed, "NewsProduct")) or inner.get("section", ""),
        "tags": _tags(components, described) or inner.get("tags", []),
        "place": _place(described) or inner.get("place", ""),
        "language": _formal(child(described, "Language")) or data.get("lang", "") or item.get("lang", ""),
        "genre": _formal(child(described, "Genre")),
        "slugline": line("NewsLines", "SlugLine"),
    }


def _formal(element: Element | None) -> str:
    return "" if element is None else " ".join(element.get("FormalName", "").split())


def _tags(components: tuple[Element, ...], described: Element | None) -> list[str]:
    """Key words, and names of subjects where words are given; codes such as 04000000 are no names."""
    found = []
    for each in components:
        for keywords in children(each, "NewsLines", "KeywordLine"):
            found.append(" ".join("".join(keywords.itertext()).split()))
    for each in children(described, "Property"):
        if _formal(each).casefold() in ("keyword", "keywords"):
            found.append(each.get("Value", ""))
    for each in (*children(described, "SubjectCode", "Subject"), *children(described, "OfInterestTo")):
        name = _formal(each)
        if not name.isdecimal():
            found.append(name)
    return list(dict.fromkeys(filter(None, found)))


def _place(described: Element | None) -> str:
    """The city of the place, else its country."""
    values = {
        _formal(each).casefold(): each.get("Value", "")
        for each in children(described, "Location", "Property")
    }
    return values.get("city") or values.get("countryarea") or values.get("country") or ""
