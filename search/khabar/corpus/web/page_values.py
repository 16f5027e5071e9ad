"""Read the ``<meta>`` elements, microdata and microformats of a web page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from khabar.corpus.text.bylines import author_of_line
from khabar.corpus.text.markup import unescaped
from khabar.spelling import storable

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["MetaNames", "bylines", "line_of", "of_entry", "shown"]

_ENTRY = "contains(concat(' ', normalize-space(@class), ' '), ' h-entry ')"
_PROPERTY = "contains(concat(' ', normalize-space(@class), ' '), concat(' ', $name, ' '))"

_AUTHOR_CLASS = re.compile(r"(?:^|[\s_-])(?:author|byline|writer)(?:[_-]?(?:name|title|link))?(?:\s|$)", re.I)
_MOST_CLASSES = 5_000
_MOST_CHILDREN = 4
_LONGEST_BYLINE = 80


class MetaNames:
    """The ``<meta>`` values of a page, by name."""

    def __init__(self, root: HtmlElement) -> None:
        self._values: dict[str, list[str]] = {}
        for element in root.iter("meta"):
            value = line_of(element.get("content"))
            if value:
                for attribute in ("property", "name", "itemprop", "http-equiv"):
                    if name := element.get(attribute):
                        self._values.setdefault(name.strip().lower(), []).append(value)

    def first(self) -> dict[str, str]:
        """The first value of each name."""
        return {name: values[0] for name, values in self._values.items()}

    def all(self, *names: str) -> Iterator[str]:
        """The values of several names, in the order of the names."""
        for name in names:
            yield from self._values.get(name, ())


def shown(root: HtmlElement, itemprop: str) -> Iterator[str]:
    """The texts that a page marks with a name of microdata; for an author also ``rel="author"``."""
    elements = root.xpath("//*[@itemprop=$name or @rel=$name]", name=itemprop)
    for element in elements[:10]:
        # Only the author's name, if the microdata also contain an address and a picture.
        element = next(iter(element.xpath("(.//*[@itemprop='name'])[1]")), element)
        for value in (element.get("content"), element.get("datetime"), "".join(element.itertext())):
            if line := line_of(value):
                yield line


def bylines(root: HtmlElement) -> set[str]:
    """The names in elements whose class says that they name the author; a by-line, or only a name."""
    names = set()
    for element in root.xpath("//*[@class][not(self::html or self::body or self::article)]")[:_MOST_CLASSES]:
        if not _AUTHOR_CLASS.search(element.get("class")):
            continue
        line = line_of("".join(element.itertext())) if len(element) <= _MOST_CHILDREN else ""
        if len(line) <= _LONGEST_BYLINE and (name := author_of_line(line) or author_of_line(f"بقلم: {line}")):
            names.add(name)
    return names


def of_entry(root: HtmlElement, name: str) -> Iterator[HtmlElement]:
    """The elements with a name in the only microformats entry (``h-entry``) of a page, as in Medium's exports
    and many blogs; none if the page has several entries, as a list of articles has."""
    entries = root.xpath(f"(//*[{_ENTRY}])[position() < 3]")
    if len(entries) == 1:
        yield from entries[0].xpath(f".//*[{_PROPERTY}]", name=name)[:10]


def line_of(value: object) -> str:
    """A value as one line; "" if it is not a text."""
    return " ".join(unescaped(storable(value)).split()) if isinstance(value, str) else ""
