"""Read the relations between parts, and the core properties, of Office Open XML documents (DOCX, PPTX)."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, ClassVar

from khabar.corpus.office.documents import Properties
from khabar.corpus.report import Unreadable
from khabar.corpus.xml.parts import Attributes, Elements

if TYPE_CHECKING:
    from khabar.corpus.pieces.packages import Package

__all__ = ["PropertyElements", "core_properties", "main_part", "related"]


class _Relations(Elements):
    """The relations of a part: type and target by id (ECMA-376 part 2, 6.5.3)."""

    def __init__(self, folder: str) -> None:
        self.by_id: dict[str, tuple[str, str]] = {}
        self._folder = folder

    def start(self, space: str, name: str, attributes: Attributes) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else f"{self._folder}/{target}"
            self.by_id[attributes.get("Id", "")] = (
                attributes.get("Type", "").rpartition("/")[2],
                posixpath.normpath(path).lstrip("/"),
            )


def related(package: Package, part: str) -> dict[str, tuple[str, str]]:
    """The relations of a part of an Office document, except external ones.

    Args:
        package: the document.
        part: the name of the part, "" for the document.

    Returns:
        The last word of the type, such as ``styles``, and the name of the related part, by id.
    """
    folder, _, file = part.rpartition("/")
    relations = _Relations(folder)
    name = f"{folder}/_rels/{file}.rels".lstrip("/")
    if name in package:
        relations.read(package.chunks(name))
    return relations.by_id


def main_part(package: Package, default: str) -> str:
    """The name of the part with the content of a document.

    Args:
        package: the document.
        default: the name if no relation tells it.
    """
    for type_, name in related(package, "").values():
        if type_ == "officeDocument" and name in package:
            return name
    return default


class PropertyElements(Elements):
    """Reads the properties of a document, each the text of one element.

    Attributes:
        NAMES: the names of the properties by those of their elements.
        properties: the properties that were read.
    """

    NAMES: ClassVar[dict[str, str]] = {}

    def __init__(self) -> None:
        self.properties = Properties()
        self._property = ""

    def start(self, space: str, name: str, attributes: Attributes) -> None:
        self._property = self.NAMES.get(name, "")

    def end(self, space: str, name: str) -> None:
        self._property = ""

    def text(self, text: str) -> None:
        if self._property:
            before = getattr(self.properties, self._property)
            setattr(self.properties, self._property, (before + text)[:1000])


class _Core(PropertyElements):
    """The core properties (ECMA-376 part 2, 8: Dublin Core)."""

    NAMES: ClassVar = {
        "title": "title",
        "creator": "author",
        "keywords": "keywords",
        "created": "created",
        "modified": "modified",
    }


def core_properties(package: Package) -> Properties:
    """The core properties of an Office document."""
    core = _Core()
    part = next(
        (name for type_, name in related(package, "").values() if type_ == "core-properties"),
        "docProps/core.xml",
    )
    if part in package:
        try:
            core.read(package.chunks(part))
        except Unreadable:
            # The text can still be read.
            return Properties()
    return core.properties
