"""Read the XML parts of untrusted documents as a stream, with expat.

Declared entities are refused, since they can be made to expand without end; nothing outside the file is ever
read. `Elements` receives the namespace and the local name of an element, so that the prefix does not matter.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.parsers import expat

from khabar.corpus.pieces.streams import said
from khabar.corpus.report import Unreadable

__all__ = ["Attributes", "Elements", "attribute"]

Attributes = dict[str, str]
_DEEPEST = 2000
"""Maximum depth of nested elements; Word itself opens no document with more than a few hundred levels."""


class Elements:
    """Handlers of the elements and texts of a part; a subclass implements them for a vocabulary."""

    def start(self, space: str, name: str, attributes: Attributes) -> None:
        """An element begins.

        Args:
            space: its namespace, "" for none.
            name: its local name.
            attributes: values by name; the name follows its namespace and a space, if it has one (see
                `attribute`).
        """

    def end(self, space: str, name: str) -> None:
        """An element ends."""

    def text(self, text: str) -> None:
        """A piece of text."""

    def read(self, chunks: Iterable[bytes]) -> str:
        """Read a part.

        Args:
            chunks: its bytes.

        Returns:
            "" if the part is complete; else the damage. Everything before it was read.

        Raises:
            Unreadable: the part declares entities, or is nested too deeply; or ``chunks`` raised it.
        """
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        depth = 0

        def started(name: str, attributes: Attributes) -> None:
            nonlocal depth
            depth += 1
            if depth > _DEEPEST:
                raise Unreadable("nested-document", limit=_DEEPEST)
            space, _, local = name.rpartition(" ")
            self.start(space, local, attributes)

        def ended(name: str) -> None:
            nonlocal depth
            depth -= 1
            space, _, local = name.rpartition(" ")
            self.end(space, local)

        def declared(*_: object) -> None:
            raise Unreadable("declared-entity")

        parser.StartElementHandler = started
        parser.EndElementHandler = ended
        parser.CharacterDataHandler = self.text
        parser.EntityDeclHandler = declared
        try:
            for chunk in chunks:
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except (expat.ExpatError, LookupError, ValueError) as error:  # also unknown encodings
            return said(error)
        return ""


def attribute(attributes: Attributes, name: str) -> str:
    """The value of an attribute by its local name, whatever its namespace; "" if there is none."""
    if name in attributes:
        return attributes[name]
    ending = f" {name}"
    return next((value for key, value in attributes.items() if key.endswith(ending)), "")
