"""Read OpenDocument texts and presentations (ODT, ODP; OASIS ODF 1.3 part 3) as a stream, with expat.

As in Word documents, the visible text is read: paragraphs and headings, rows of tables, text boxes after
their paragraph, notes at the end, tracked insertions. Deletions, hidden text (by a style, a section or a
field), annotations, tables of contents and indexes are left out; headers and footers are in another part. The
slides of a presentation are read in order, without hidden ones and speaker's notes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from khabar.corpus.office.documents import Line, Properties, Role, Row, drafts_of_document, rows_of_cells
from khabar.corpus.office.office_parts import PropertyElements
from khabar.corpus.reasons import Reason
from khabar.corpus.report import Unreadable
from khabar.corpus.xml.parts import Attributes, Elements, attribute

if TYPE_CHECKING:
    from khabar.corpus.pieces.content import Content, Found
    from khabar.corpus.pieces.packages import Package

__all__ = ["read_opendocument"]

_LEFT_OUT = frozenset(
    """
    annotation binary-data covered-table-cell event-listeners forms hidden-text note-citation notes ruby-text
    script scripts sequence-decls tracked-changes variable-decls
    alphabetical-index bibliography illustration-index object-index table-index table-of-content user-index
    """.split()  # noqa: SIM905
)
"""Elements whose text is invisible, or does not belong to the article."""
_OF_PICTURES = frozenset({"title", "desc"})
"""Such elements in the namespace of SVG."""
_MOST_SPACES = 100
_WHITE = re.compile(r"[ \t\r\n]+")


def read_opendocument(content: Content) -> Iterator[Found]:
    """Read the article in an OpenDocument text or presentation."""
    with content.package() as package:
        if "META-INF/manifest.xml" in package and _is_encrypted(package):
            raise Unreadable("password", name="OpenDocument")
        styles = _Styles()
        if "styles.xml" in package:
            styles.read(package.chunks("styles.xml"))
        body = _Body(styles, content.limits.letters)
        trouble = body.read(package.chunks("content.xml"))
        notes = [Reason.of("document-damaged", error=trouble)] if trouble else []
        pictures = any(name.startswith("Pictures/") for name in package.names)
        try:
            yield from drafts_of_document(body.finished(), _properties(package), content, notes)
        except Unreadable as error:
            if error.reason.kind != "no-word":
                raise
            if trouble:
                raise Unreadable("broken-document", error=trouble) from None
            raise Unreadable("only-pictures" if pictures else "no-word") from None


class _Styles(Elements):
    """The styles of a document: which one is the title, and which hide their text."""

    def __init__(self) -> None:
        self.hidden: set[str] = set()
        self.hidden_slides: set[str] = set()
        self._parents: dict[str, str] = {}
        self._style = ""

    def start(self, space: str, name: str, attributes: Attributes) -> None:
        if name == "style":
            self._style = attribute(attributes, "name")
            if parent := attribute(attributes, "parent-style-name"):
                self._parents[self._style] = parent
        elif self._style and name in ("text-properties", "section-properties"):
            if attribute(attributes, "display") == "none":
                self.hidden.add(self._style)
        elif (
            self._style
            and name == "drawing-page-properties"
            and attribute(attributes, "visibility") == "hidden"
        ):
            self.hidden_slides.add(self._style)

    def end(self, space: str, name: str) -> None:
        if name == "style":
            self._style = ""

    def hides(self, style: str) -> bool:
        """Whether the text of a style is hidden."""
        return any(name in self.hidden for name in self._lineage(style))

    def is_title(self, style: str) -> bool:
        """Whether a paragraph of a style is the document's title."""
        return "Title" in self._lineage(style)

    def _lineage(self, style: str) -> list[str]:
        """A style and those that it is based on."""
        styles: list[str] = []
        while style and style not in styles and len(styles) < 20:
            styles.append(style)
            style = self._parents.get(style, "")
        return styles


class _Paragraph:
    """An open paragraph."""

    def __init__(self, role: Role) -> None:
        self.pieces: list[str] = []
        self.role = role
        self.boxes: list[Line] = []


class _Body(Elements):
    """The paragraphs of the content."""

    def __init__(self, styles: _Styles, most: int) -> None:
        self._styles = styles
        self._most = self._left = most
        self._out = 0
        self._in_body = False
        self._open: list[_Paragraph] = []
        self._places: list[list[Line]] = [[]]
        """Where finished paragraphs go: the text, then the open cells, boxes and notes."""
        self._floors = [0]
        """How many paragraphs are open around each of these places."""
        self._rows: list[Row] = []
        self._noted: list[Line] = []
        self._title_shape = False

    def finished(self) -> list[Line]:
        """The paragraphs, at the end; in a damaged document, also those that are still open."""
        while self._open:
            self._end_paragraph()
        while len(self._places) > 1:
            lines = self._places.pop()
            self._places[-1] += lines
        return self._places[0] + self._noted

    def start(self, space: str, name: str, attributes: Attributes) -> None:
        if self._out:
            self._out += 1
            return
        if not self._in_body:
            self._styles.start(space, name, attributes)
            self._in_body = name == "body"
            return
        if name in _LEFT_OUT or self._hides(name, attributes) or (name in _OF_PICTURES and "svg" in space):
            self._out = 1
        elif name in ("p", "h"):
            title = self._styles.is_title(attribute(attributes, "style-name"))
            heading = name == "h" or self._title_shape
            self._open.append(_Paragraph("title" if title else "heading" if heading else "text"))
        elif name == "s":
            count = attribute(attributes, "c")
            self._add(" " * min(int(count), _MOST_SPACES) if count.isdecimal() else " ")
        elif name == "tab":
            self._add(" ")
        elif name == "line-break":
            self._add("\n")
        elif name == "frame":
            self._title_shape = attribute(attributes, "class") == "title"
        elif name == "table-row":
            self._rows.append([])
        elif name in ("table-cell", "text-box", "note-body"):
            self._places.append([])
            self._floors.append(len(self._open))

    def end(self, space: str, name: str) -> None:
        if self._out:
            self._out -= 1
            return
        if not self._in_body:
            self._styles.end(space, name)
        elif name in ("p", "h"):
            if self._open:
                self._end_paragraph()
        elif name == "frame":
            self._title_shape = False
        elif name == "table-row":
            if self._rows:
                self._places[-1] += rows_of_cells(self._rows.pop())
        elif name in ("table-cell", "text-box", "note-body") and len(self._places) > 1:
            self._end_place(name)

    def text(self, text: str) -> None:
        if not self._out:
            # Line ends and runs of spaces are one space (ODF 1.3 part 3, 6.1.2).
            self._add(_WHITE.sub(" ", text))

    def _hides(self, name: str, attributes: Attributes) -> bool:
        style = attribute(attributes, "style-name")
        if name == "page":
            return style in self._styles.hidden_slides
        if name in ("section", "hidden-paragraph") and attribute(attributes, "display") in (
            "none",
            "condition",
        ):
            return attribute(attributes, "is-hidden") != "false"
        return name in ("p", "h", "span", "section") and bool(style) and self._styles.hides(style)

    def _end_place(self, name: str) -> None:
        lines = self._places.pop()
        self._floors.pop()
        if name == "table-cell" and self._rows:
            self._rows[-1].append(lines)
        elif name == "note-body":
            self._noted += lines
        elif self._open:
            self._open[-1].boxes += lines
        else:
            self._places[-1] += lines

    def _add(self, text: str) -> None:
        if self._open:
            self._left -= len(text)
            if self._left < 0:
                raise Unreadable("too-many-letters", limit=self._most)
            self._open[-1].pieces.append(text)

    def _end_paragraph(self) -> None:
        paragraph = self._open.pop()
        text = "".join(paragraph.pieces)
        lines = [Line(text, paragraph.role)] if text.strip() else []
        lines += paragraph.boxes
        # The text of a shape is inside the paragraph that anchors it.
        in_shape = len(self._open) > self._floors[-1]
        (self._open[-1].boxes if in_shape else self._places[-1]).extend(lines)


class _Manifest(Elements):
    """Whether a part is encrypted (ODF 1.3 part 2, 3.4)."""

    def __init__(self) -> None:
        self.encrypted = False

    def start(self, space: str, name: str, attributes: Attributes) -> None:
        self.encrypted = self.encrypted or name == "encryption-data"


def _is_encrypted(package: Package) -> bool:
    manifest = _Manifest()
    manifest.read(package.chunks("META-INF/manifest.xml"))
    return manifest.encrypted


class _Meta(PropertyElements):
    """The properties of a document (ODF 1.3 part 3, 4)."""

    NAMES: ClassVar = {
        "title": "title",
        "initial-creator": "author",
        "creator": "author",
        "keyword": "keywords",
        "creation-date": "created",
        "date": "modified",
    }

    def __init__(self) -> None:
        super().__init__()
        self._is_first_author = False

    def start(self, space: str, name: str, attributes: Attributes) -> None:
        super().start(space, name, attributes)
        if name == "initial-creator":
            self.properties.author = ""
            self._is_first_author = True
        elif name == "creator" and self._is_first_author:
            self._property = ""
        elif name == "keyword" and self.properties.keywords:
            self.properties.keywords += "، "


def _properties(package: Package) -> Properties:
    meta = _Meta()
    if "meta.xml" in package:
        try:
            meta.read(package.chunks("meta.xml"))
        except Unreadable:
            return Properties()
    return meta.properties
