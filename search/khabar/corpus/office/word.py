"""Read Word documents (DOCX, DOCM; ECMA-376 part 1, 17: WordprocessingML) as a stream, with expat.

The visible text is read: paragraphs and headings, the rows of tables, text boxes after the paragraph that
anchors them, footnotes and endnotes at the end, tracked insertions. Invisible text is left out: deletions,
hidden text (also by a style), comments, field codes, the second copy of a shape for old programs. So are
headers, footers and tables of contents.

``python benchmarks/documents.py`` compares libraries on the same documents (docs/howto/formats.md): none of
them leaves out hidden text and deletions and keeps notes and text boxes.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING

from khabar.corpus.office.documents import Line, Row, drafts_of_document, rows_of_cells
from khabar.corpus.office.office_parts import core_properties, main_part, related
from khabar.corpus.office.word_styles import OFF, Styles
from khabar.corpus.pieces.content import Inner
from khabar.corpus.reasons import Reason
from khabar.corpus.report import Unreadable
from khabar.corpus.xml.parts import Attributes, Elements, attribute

if TYPE_CHECKING:
    from khabar.corpus.pieces.content import Content, Found
    from khabar.corpus.pieces.packages import Package

__all__ = ["read_docx"]

_LEFT_OUT = frozenset({"del", "moveFrom", "Fallback", "instrText", "delText", "delInstrText", "rubyPr", "rt"})
"""Elements whose text is invisible."""
_CHARACTERS = {"tab": " ", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": ""}


def read_docx(content: Content) -> Iterator[Found]:
    """Read the article in a Word document, and the files of other formats that it embeds as text."""
    with content.package() as package:
        main = main_part(package, "word/document.xml")
        relations = related(package, main)
        body = _Body(_styles(package, relations), content.limits.letters)
        trouble = body.read(package.chunks(main))
        lines = body.finished()
        lines += _notes(package, relations, body)
        notes = [Reason.of("document-damaged", error=trouble)] if trouble else []
        chunks = [relations[chunk][1] for chunk in body.chunks if chunk in relations]
        embedded = sum("/embeddings/" in f"/{name.lower()}" for name in package.names)
        if embedded:
            notes.append(Reason.of("embedded-files", count=embedded))
        pictures = any("/media/" in f"/{name.lower()}" for name in package.names)
        try:
            yield from drafts_of_document(lines, core_properties(package), content, notes)
        except Unreadable as error:
            if error.reason.kind != "no-word":
                raise
            if trouble:
                raise Unreadable("broken-document", error=trouble) from None
            if not chunks:
                raise Unreadable("only-pictures" if pictures else "no-word") from None
        for name in chunks:
            if name in package:
                yield None, Inner(posixpath.basename(name), package.data(name))


class _Paragraph:
    """An open paragraph."""

    def __init__(self, before: str = "") -> None:
        self.pieces = [before] if before else []
        self.style = ""
        self.outlined = False
        self.joined = False
        """Whether its end was deleted, so that the next one continues it."""
        self.boxes: list[Line] = []


class _Body(Elements):
    """The paragraphs of a part with text: the document itself, or its notes.

    Attributes:
        chunks: the relations to parts of other formats with text of the document (``altChunk``).
        noted: kind and number of the footnotes and endnotes that the text refers to, in order.
    """

    def __init__(self, styles: Styles, most: int) -> None:
        self.chunks: list[str] = []
        self.noted: list[tuple[str, str]] = []
        self._styles = styles
        self._most = self._left = most
        self._out = 0
        """The depth inside elements that are left out."""
        self._open: list[_Paragraph] = []
        self._places: list[list[Line]] = [[]]
        """Where finished paragraphs go: the text, then the open cells and text boxes."""
        self._rows: list[Row] = []
        self._carried = ""
        self._fields: list[list[str | bool]] = []
        """The open fields: the code of each, and whether its result has begun."""
        self._run_hidden = False
        self._in_run_properties = self._in_text = self._in_code = False
        self._in_paragraph_properties = 0
        self._contents_open = False

    def finished(self) -> list[Line]:
        """The paragraphs, at the end; in a damaged document, also those that are still open."""
        while self._open:
            self._end_paragraph()
        while len(self._places) > 1:
            lines = self._places.pop()
            self._places[-1] += lines
        if self._carried.strip():
            self._places[0].append(Line(self._carried))
            self._carried = ""
        return self._places[0]

    def start(self, space: str, name: str, attributes: Attributes) -> None:
        if self._out:
            self._out += 1
            return
        in_properties = self._in_paragraph_properties or self._in_run_properties
        # Former properties, and deletions; within properties, ``del`` marks the end of the paragraph.
        if name.endswith("PrChange") or (name in _LEFT_OUT and not in_properties):
            self._in_code = name == "instrText"
            self._out = 1
            return
        if name == "p" and "wordprocessingml" in space:
            self._open.append(_Paragraph(self._carried))
            self._carried = ""
        elif name == "pPr":
            self._in_paragraph_properties += 1
        elif name == "r":
            self._run_hidden = False
        elif name == "rPr":
            self._in_run_properties = True
        elif in_properties:
            self._property(name, attribute(attributes, "val"))
        elif name == "t":
            self._in_text = True
        elif name in _CHARACTERS and "wordprocessingml" in space:
            self._add(_CHARACTERS[name])
        elif name == "tr" and "wordprocessingml" in space:
            self._rows.append([])
        elif name in ("tc", "txbxContent"):
            self._places.append([])
        elif name == "fldChar":
            self._field(attribute(attributes, "fldCharType"))
        elif name in ("footnoteReference", "endnoteReference"):
            if not self._run_hidden:
                self.noted.append((name.removesuffix("Reference"), attribute(attributes, "id")))
        elif name == "altChunk":
            self.chunks.append(attribute(attributes, "id"))
        elif name == "docPartGallery" and attribute(attributes, "val") == "Table of Contents":
            # The table of contents follows as the sibling of these properties.
            self._fields.append(["TOC", True])
            self._contents_open = True

    def end(self, space: str, name: str) -> None:
        if self._out:
            self._out -= 1
            if not self._out:
                self._in_code = False
            return
        if name == "p" and self._open and "wordprocessingml" in space:
            self._end_paragraph()
        elif name == "pPr":
            self._in_paragraph_properties = max(0, self._in_paragraph_properties - 1)
        elif name == "rPr":
            self._in_run_properties = False
        elif name == "t":
            self._in_text = False
        elif name == "tc" and len(self._places) > 1:
            cell = self._places.pop()
            if self._rows:
                self._rows[-1].append(cell)
            else:
                self._places[-1] += cell
        elif name == "tr" and self._rows and "wordprocessingml" in space:
            self._places[-1] += rows_of_cells(self._rows.pop())
        elif name == "txbxContent" and len(self._places) > 1:
            box = self._places.pop()
            if self._open:
                self._open[-1].boxes += box
            else:
                self._places[-1] += box
        elif name == "sdt" and self._contents_open:
            self._contents_open = False
            self._fields.clear()

    def text(self, text: str) -> None:
        if self._in_code and self._fields:
            self._fields[-1][0] = (str(self._fields[-1][0]) + text)[:200]
        elif self._in_text and not self._out:
            self._add(text)

    def _property(self, name: str, value: str) -> None:
        if not self._open:
            return
        paragraph = self._open[-1]
        if self._in_run_properties and self._in_paragraph_properties:
            # Properties of the mark at the end of the paragraph.
            paragraph.joined = paragraph.joined or name in ("del", "moveFrom")
        elif self._in_paragraph_properties:
            if name == "pStyle":
                paragraph.style = value
            elif name == "outlineLvl":
                paragraph.outlined = value.isdecimal() and int(value) < 9
        elif name == "vanish":
            self._run_hidden = value not in OFF
        elif name == "rStyle" and self._styles.hides(value):
            self._run_hidden = True

    def _field(self, kind: str) -> None:
        if kind == "begin":
            self._fields.append(["", False])
        elif kind == "separate" and self._fields:
            self._fields[-1][1] = True
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _add(self, text: str) -> None:
        if not self._open or self._run_hidden:
            return
        if any(
            in_result and str(code).lstrip().upper().startswith("TOC") for code, in_result in self._fields
        ):
            return
        self._left -= len(text)
        if self._left < 0:
            raise Unreadable("too-many-letters", limit=self._most)
        self._open[-1].pieces.append(text)

    def _end_paragraph(self) -> None:
        paragraph = self._open.pop()
        text = "" if self._styles.hides(paragraph.style) else "".join(paragraph.pieces)
        if paragraph.joined and not paragraph.boxes:
            self._carried = text
            return
        if text.strip():
            role = self._styles.role(paragraph.style)
            self._places[-1].append(Line(text, "heading" if paragraph.outlined and role == "text" else role))
        self._places[-1] += paragraph.boxes


class _NotesPart(_Body):
    """The footnotes or endnotes of a document, by their numbers."""

    def __init__(self, styles: Styles, most: int) -> None:
        super().__init__(styles, most)
        self.notes: dict[str, list[Line]] = {}

    def start(self, space: str, name: str, attributes: Attributes) -> None:
        if name in ("footnote", "endnote") and not self._out:
            self._places = [[]]
            self._number = attribute(attributes, "id")
        super().start(space, name, attributes)

    def end(self, space: str, name: str) -> None:
        super().end(space, name)
        if name in ("footnote", "endnote") and not self._out:
            self.notes[self._number] = self.finished()
            self._places = [[]]


def _notes(package: Package, relations: dict[str, tuple[str, str]], body: _Body) -> list[Line]:
    """The notes that the text refers to, in its order."""
    notes: dict[str, dict[str, list[Line]]] = {}
    for kind in {kind for kind, _ in body.noted}:
        part = next((name for type_, name in relations.values() if type_ == f"{kind}s"), "")
        if part in package:
            notes_part = _NotesPart(body._styles, body._left)
            notes_part.read(package.chunks(part))
            notes[kind] = notes_part.notes
    return [line for kind, number in body.noted for line in notes.get(kind, {}).pop(number, [])]


def _styles(package: Package, relations: dict[str, tuple[str, str]]) -> Styles:
    styles = Styles()
    part = next((name for type_, name in relations.values() if type_ == "styles"), "word/styles.xml")
    if part in package:
        styles.read(package.chunks(part))
    return styles
