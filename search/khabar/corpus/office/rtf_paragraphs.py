"""Collect the paragraphs of an RTF document: those of the text, table cells, footnotes and text boxes."""

from __future__ import annotations

from khabar.corpus.office.documents import Line, Role, Row, rows_of_cells

__all__ = ["Paragraphs"]


class Paragraphs:
    """Collects the paragraphs of a document.

    Attributes:
        role: the role of the open paragraph.
        in_table: whether it is in a table.
    """

    def __init__(self) -> None:
        self.role: Role = "text"
        self.in_table = False
        self._pieces: list[str] = []
        self._lines: list[Line] = []
        self._cell: list[Line] = []
        self._row: Row = []
        self._noted: list[Line] = []
        self._boxes: list[Line] = []
        self._outer: list[tuple[list[str], Role]] = []
        """The paragraphs around the open notes and text boxes."""

    def lines(self) -> list[Line]:
        """The finished paragraphs, with the footnotes at the end."""
        return self._lines + self._noted

    def write(self, text: str) -> None:
        """Add text to the open paragraph."""
        self._pieces.append(text)

    def begin_inner(self) -> None:
        """A note or text box begins inside the paragraph."""
        self._outer.append((self._pieces, self.role))
        self._pieces, self.role = [], "text"

    def end_inner(self, inner: str, place: str) -> None:
        """A note or text box (``inner``) ends, and the paragraph around it continues in ``place``."""
        if self._outer:
            self._end(inner, place)
            self._pieces, self.role = self._outer.pop()

    def end(self, place: str) -> None:
        """The paragraph ends; ``place`` is ``text``, ``note``, ``box`` or another."""
        self._end(place, place)

    def _end(self, owner: str, place: str) -> None:
        into = self._cell if self.in_table else self._lines
        into = self._noted if owner == "note" else self._boxes if owner == "box" else into
        self._put(into)
        if into is not self._boxes and place == "text":
            into += self._boxes
            self._boxes.clear()

    def _put(self, into: list[Line]) -> None:
        text = "".join(self._pieces)
        self._pieces.clear()
        if text.strip():
            into.append(Line(text, self.role))

    def end_cell(self) -> None:
        """A cell ends."""
        self._put(self._cell)
        self._cell += self._boxes
        self._boxes.clear()
        self._row.append(self._cell)
        self._cell = []

    def end_row(self) -> None:
        """A row of cells ends."""
        row = [*self._row, self._cell] if self._cell else self._row
        if self._cell and not self._row:
            row = []
            self._lines += self._cell
        self._lines += rows_of_cells(row)
        self._row, self._cell = [], []
