"""Read a PDF page by page, in a separate process: see :mod:`khabar.corpus.confined`.

The first answer is ``pages`` (their number) and ``info`` (the metadata), or ``locked`` for a file with a
password. Each further answer is a `Page` as plain data.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

import msgspec

from khabar.corpus.pdf.document import Page
from khabar.corpus.pdf.glyphs import Sheet
from khabar.corpus.pdf.layout import Paragraph, paragraphs_of
from khabar.corpus.pdf.rows import Row, rows_of
from khabar.corpus.pdf.verdict import as_windows_1256, better, doubtful, is_rubbish, stands_reversed

__all__ = ["answers", "understood"]

_FEW_SPACES = 0.02
"""Share of a page's spaces that may be removed without a note: some are drawn over one another."""


def answers(source: BinaryIO, asked: dict[str, Any]) -> Iterator[object]:
    """Read the pages of a file.

    Args:
        source: the file.
        asked: the ``first`` page to read, from 1.
    """
    from khabar.corpus.pdf.source import Locked, PdfFile

    try:
        file = PdfFile(source)
    except Locked:
        yield {"locked": True}
        return
    yield {"pages": len(file), "info": file.info()}
    for number in range(asked["first"], len(file) + 1):
        yield msgspec.to_builtins(understood(file.sheet(number - 1), number))


def understood(sheet: Sheet, number: int) -> Page:
    """The text of a page, and the verdict on it: see `khabar.corpus.pdf.verdict`."""
    repaired = []
    directions = sheet.directions
    recoded = as_windows_1256([glyph for glyphs in directions for glyph in glyphs])
    if recoded is not None:
        directions = [recoded]
        repaired.append("page-encoding")
    tally: Counter[str] = Counter()
    all_rows = []
    for glyphs in directions:
        rows, counts = rows_of(glyphs)
        all_rows.append(rows)
        tally += counts
    paragraphs = _paragraphs(all_rows)
    lines = [line for paragraph in paragraphs for line in paragraph.lines]
    if not any(map(str.isalnum, "".join(lines))):
        return Page(
            number, unreadable="page-rubbish" if tally["unknown"] else "page-scan" if sheet.pictures else ""
        )
    if stands_reversed(lines):
        repaired.append("page-direction")
        left_to_right = _paragraphs(all_rows, left_to_right=True)
        for one, other in zip(paragraphs, left_to_right, strict=True):
            one.lines = [better(*pair) for pair in zip(one.lines, other.lines, strict=False)]
        lines = [line for paragraph in paragraphs for line in paragraph.lines]
    if is_rubbish(lines):
        return Page(number, unreadable="page-rubbish")
    if tally["forms"]:
        repaired.append("page-forms")
    if tally["ligatures"]:
        repaired.append("page-ligatures")
    if tally["spaces"] > _FEW_SPACES * sum(line.count(" ") for line in lines):
        repaired.append("page-spaces")
    return Page(number, paragraphs, repaired, unknown=tally["unknown"], doubtful=doubtful(lines))


def _paragraphs(directions: Sequence[Sequence[Row]], left_to_right: bool = False) -> list[Paragraph]:
    """The paragraphs of each direction, one direction after another."""
    paragraphs: list[Paragraph] = []
    for rows in directions:
        shift = paragraphs[-1].column + 1 if paragraphs else 0
        for paragraph in paragraphs_of(rows, left_to_right):
            paragraph.column += shift
            paragraphs.append(paragraph)
    return paragraphs
