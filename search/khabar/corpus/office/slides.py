"""Read PowerPoint presentations (PPTX; ECMA-376 part 1, 19 and 21) as a stream, with expat.

The slides are read in the order of the presentation, without hidden ones. A slide's title is a heading, a row
of a table is a paragraph. Dates, numbers and footers of slides, and speaker's notes, are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from khabar.corpus.office.documents import Line, Role, Row, draft_of_document, rows_of_cells
from khabar.corpus.office.office_parts import core_properties, main_part, related
from khabar.corpus.reasons import Reason
from khabar.corpus.report import Unreadable
from khabar.corpus.xml.parts import Attributes, Elements

if TYPE_CHECKING:
    from khabar.corpus.pieces.content import Content, Found

__all__ = ["read_pptx"]

_ROLES: dict[str, Role] = {"title": "heading", "ctrTitle": "heading"}
_NO_TEXT = frozenset({"dt", "ftr", "sldNum", "hdr"})
"""Placeholders of text that is on every slide."""


def read_pptx(content: Content) -> Iterator[Found]:
    """Read the article in a presentation."""
    with content.package() as package:
        main = main_part(package, "ppt/presentation.xml")
        order = _Order()
        notes: list[Reason] = []
        if trouble := order.read(package.chunks(main)):
            notes.append(Reason.of("document-damaged", error=trouble))
        relations = related(package, main)
        lines: list[Line] = []
        left = content.limits.letters
        for number, relation in enumerate(order.slides, start=1):
            _, name = relations.get(relation, ("", ""))
            if name not in package:
                continue
            slide = _Slide()
            if trouble := slide.read(package.chunks(name)):
                notes.append(Reason.of("document-damaged", error=trouble))
            if not slide.hidden:
                lines += (Line(line.text, line.role, number) for line in slide.lines)
                left -= sum(len(line.text) for line in slide.lines)
            if left < 0:
                raise Unreadable("too-many-letters", limit=content.limits.letters)
        if embedded := sum("/embeddings/" in f"/{name.lower()}" for name in package.names):
            notes.append(Reason.of("embedded-files", count=embedded))
        if not lines and any("/media/" in f"/{name.lower()}" for name in package.names):
            raise Unreadable("only-pictures")
        yield None, draft_of_document(lines, core_properties(package), content, notes)


class _Order(Elements):
    """The ids of the relations of the slides, in the order of the presentation."""

    def __init__(self) -> None:
        self.slides: list[str] = []

    def start(self, space: str, name: str, attributes: Attributes) -> None:
        if name == "sldId":
            # Its own id has no namespace; that of the relation has one.
            ids = (value for key, value in attributes.items() if key.endswith("relationships id"))
            self.slides.append(next(ids, ""))


class _Slide(Elements):
    """The paragraphs of a slide."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.hidden = False
        self._role: Role = "text"
        self._out = False
        self._paragraph: list[str] | None = None
        self._in_text = False
        self._cell: list[Line] | None = None
        self._row: Row | None = None

    def start(self, space: str, name: str, attributes: Attributes) -> None:
        if name == "sld":
            self.hidden = attributes.get("show") in ("0", "false")
        elif name == "sp":
            self._role, self._out = "text", False
        elif name == "ph":
            kind = attributes.get("type", "")
            self._role, self._out = _ROLES.get(kind, "text"), kind in _NO_TEXT
        elif name == "p":
            self._paragraph = []
        elif name == "t":
            self._in_text = True
        elif name == "br" and self._paragraph is not None:
            self._paragraph.append("\n")
        elif name == "tr":
            self._row = []
        elif name == "tc":
            self._cell = []

    def end(self, space: str, name: str) -> None:
        if name == "p" and self._paragraph is not None:
            text, self._paragraph = "".join(self._paragraph), None
            if text.strip() and not self._out:
                (self.lines if self._cell is None else self._cell).append(Line(text, self._role))
        elif name == "t":
            self._in_text = False
        elif name == "tc" and self._cell is not None:
            if self._row is not None:
                self._row.append(self._cell)
            self._cell = None
        elif name == "tr" and self._row is not None:
            self.lines += rows_of_cells(self._row)
            self._row = None
        elif name == "sp":
            self._role, self._out = "text", False

    def text(self, text: str) -> None:
        if self._in_text and self._paragraph is not None:
            self._paragraph.append(text)
