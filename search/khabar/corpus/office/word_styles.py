"""Read the styles of a Word document (ECMA-376 part 1, 17.7): titles, headings and hidden text."""

from __future__ import annotations

from khabar.corpus.office.documents import Role
from khabar.corpus.xml.parts import Attributes, Elements, attribute

__all__ = ["OFF", "Styles"]

OFF = ("0", "false", "off", "none")
"""Values that switch a property off."""


class Styles(Elements):
    """The styles of a document: which of them are titles and headings, and which hide their text."""

    def __init__(self) -> None:
        self.roles: dict[str, Role] = {}
        self.hidden: set[str] = set()
        self._based: dict[str, str] = {}
        self._style = ""

    def start(self, space: str, name: str, attributes: Attributes) -> None:
        value = attribute(attributes, "val")
        if name == "style":
            self._style = attribute(attributes, "styleId")
        elif not self._style:
            return
        elif name == "name":
            # Built-in styles have these names in every language of Word.
            lower = value.lower()
            if lower == "title":
                self.roles[self._style] = "title"
            elif lower.startswith("heading "):
                self.roles[self._style] = "heading"
        elif name == "basedOn":
            self._based[self._style] = value
        elif name == "outlineLvl" and value.isdecimal() and int(value) < 9:
            self.roles.setdefault(self._style, "heading")
        elif name == "vanish" and value not in OFF:
            self.hidden.add(self._style)

    def end(self, space: str, name: str) -> None:
        if name == "style":
            self._style = ""

    def role(self, style: str) -> Role:
        """The role of a paragraph of a style."""
        for _ in range(20):
            if style in self.roles:
                return self.roles[style]
            style = self._based.get(style, "")
        return "text"

    def hides(self, style: str) -> bool:
        """Whether the text of a style is hidden."""
        for _ in range(20):
            if style in self.hidden:
                return True
            style = self._based.get(style, "")
        return False
