"""Values that a web page states: its ``<meta>`` elements by name, and what microdata marks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from khabar.corpus.text.markup import unescaped
from khabar.spelling import storable

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["MetaNames", "line_of", "of_entry", "shown"]

_ENTRY = "contains(concat(' ', normalize-space(@class), ' '), ' h-entry ')"
_PROPERTY = "contains(concat(' ', normalize-space(@class), ' '), concat(' ', $name, ' '))"


class MetaNames:
    """The page's ``<meta>`` values by name."""

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
        """The values of these names, in their order."""
        for name in names:
            yield from self._values.get(name, ())


def shown(root: HtmlElement, itemprop: str) -> Iterator[str]:
    """The texts that the page marks with this name of microdata; for an author also ``rel="author"``."""
    found = root.xpath("//*[@itemprop=$name or @rel=$name]", name=itemprop)
    for element in found[:10]:
        # The author's own name, where microdata has an address and a picture beside it.
        element = next(iter(element.xpath("(.//*[@itemprop='name'])[1]")), element)
        for value in (element.get("content"), element.get("datetime"), "".join(element.itertext())):
            if line := line_of(value):
                yield line


def of_entry(root: HtmlElement, name: str) -> Iterator[HtmlElement]:
    """The elements that the only entry of a page in microformats (``h-entry``) names so, as Medium's exports
    and many blogs write it; nothing of a page with several entries, which is a list."""
    entries = root.xpath(f"(//*[{_ENTRY}])[position() < 3]")
    if len(entries) == 1:
        yield from entries[0].xpath(f".//*[{_PROPERTY}]", name=name)[:10]


def line_of(value: object) -> str:
    """A value as one line; "" if it is no text."""
    return " ".join(unescaped(storable(value)).split()) if isinstance(value, str) else ""
