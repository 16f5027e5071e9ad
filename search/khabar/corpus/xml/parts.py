"""Untrusted XML, read as a stream with expat: parts of documents.

Entities that a file declares are refused, since they can be made to grow without end; nothing outside a file
is ever looked at. Elements are known by their local name; `Elements` says of which vocabulary they are, so
that the prefix which a program chose makes no difference.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.parsers import expat

from khabar.corpus.pieces.streams import said
from khabar.corpus.report import Unreadable

__all__ = ["Attributes", "Elements", "attribute"]

Attributes = dict[str, str]
_DEEPEST = 2000
"""Elements inside one another: Word itself opens no document with more than a few hundred."""


class Elements:
    """What is called for each element and each text of a part; a vocabulary extends it."""

    def start(self, space: str, name: str, attributes: Attributes) -> None:
        """An element begins.

        Args:
            space: the address of its vocabulary, "" for none.
            name: its local name.
            attributes: values by name; the address of the attribute's vocabulary and a space stand before the
                name, if it has one (see `attribute`).
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
            What is wrong with it, if it is damaged; everything before the damage was read. "" if it is whole.

        Raises:
            Unreadable: it declares entities, or is nested too deeply; or from ``chunks``.
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
    """The value of an attribute by its local name, whatever its vocabulary; "" if there is none."""
    if name in attributes:
        return attributes[name]
    ending = f" {name}"
    return next((value for key, value in attributes.items() if key.endswith(ending)), "")
