"""From the paragraphs of a document (Word, OpenDocument, RTF, a book's chapter) to an article.

The reader of a format tells the role of each paragraph. This module chooses the title, and decides which of
the document's properties to believe.

The title is, in this order: a paragraph of the style *Title*; a heading at the beginning of the text; the
title in the properties, if it is one of the first paragraphs; a first line that reads as a headline; the
title in the properties; the first sentence. «بسم الله الرحمن الرحيم» above the text is not its title, nor is
a line that is only a date or a by-line.

The date is the one that the text itself names, as articles do. Without one it is the day on which the
document was made, and a note says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal

import msgspec
from msgspec.structs import replace

from khabar.corpus.office.properties import believable_title, day_made
from khabar.corpus.pieces.content import Content, Draft
from khabar.corpus.reasons import Reason
from khabar.corpus.records.press_databases import press_documents
from khabar.corpus.records.sections import names_in
from khabar.corpus.report import Unreadable
from khabar.corpus.text.bylines import believable_author, byline_place
from khabar.corpus.text.clutter import classify
from khabar.corpus.text.paragraphs import (
    body_of,
    headline_place,
    is_basmala,
    is_headline,
    may_be_title,
    title_from,
)
from khabar.corpus.text.stated_dates import published_in
from khabar.spelling import comparable, has_words, storable

if TYPE_CHECKING:
    from khabar.corpus.pieces.content import Found

__all__ = ["Line", "Properties", "Role", "Row", "draft_of_document", "drafts_of_document", "rows_of_cells"]

Role = Literal["title", "heading", "text"]
_OPENING = 4
"""How many paragraphs at the beginning may be the title."""
_LONGEST_TITLE = 300
_BETWEEN_CELLS = " | "
_MOST_LINES_IN_CELL = 3


class Line(msgspec.Struct, frozen=True):
    """A paragraph: its text and its role."""

    text: str
    role: Role = "text"
    page: int = 0
    """The page or slide that contains it, from 1; 0 if unknown."""


class Properties(msgspec.Struct):
    """The properties of a document, as stored; "" for missing ones.

    Attributes:
        title, author, keywords: texts.
        created, modified: times, as texts.
    """

    title: str = ""
    author: str = ""
    keywords: str = ""
    created: str = ""
    modified: str = ""


Row = list[list[Line]]
"""The cells of a row of a table, each with its paragraphs."""


def rows_of_cells(row: Row) -> list[Line]:
    """The paragraphs of a row of a table: one, with the cells joined. If the table is only a page layout, as
    in letters and newsletters, the paragraphs of its cells stay separate.

    >>> [line.text for line in rows_of_cells([[Line("القمح")], [Line("٣٠٠")], []])]
    ['القمح | ٣٠٠']
    """
    cells = [cell for cell in row if any(line.text.strip() for line in cell)]
    if len(cells) == 1 or any(len(cell) > _MOST_LINES_IN_CELL for cell in cells):
        return [line for cell in cells for line in cell]
    texts = (" ".join(" ".join(line.text.split()) for line in cell) for cell in cells)
    joined = _BETWEEN_CELLS.join(texts)
    return [Line(joined)] if joined else []


def drafts_of_document(
    lines: Sequence[Line], properties: Properties, content: Content, notes: Sequence[Reason] = ()
) -> Iterator[Found]:
    """The article in a document, as `draft_of_document`; or the articles in the export of a press
    database."""
    articles = press_documents("\n\n".join(storable(line.text) for line in lines), content)
    first = next(articles, None)
    if first is None:
        yield None, draft_of_document(lines, properties, content, notes)
        return
    number, draft = first
    if isinstance(draft, Draft):
        draft = replace(draft, notes=(*draft.notes, *notes))
    yield number, draft
    yield from articles


def draft_of_document(
    lines: Sequence[Line], properties: Properties, content: Content, notes: Sequence[Reason] = ()
) -> Draft:
    """The article in a document.

    Args:
        lines: its paragraphs in order; they are split at line breaks.
        properties: its properties.
        content: the piece that contains it.
        notes: notes on what was guessed or lost.

    Raises:
        Unreadable: it has no words, or too many characters.
    """
    flat = [
        Line(part, line.role, line.page)
        for line in lines
        for text in storable(line.text).splitlines()
        if (part := text.strip())
    ]
    if sum(len(line.text) for line in flat) > content.limits.letters:
        raise Unreadable("too-many-letters", limit=content.limits.letters)
    if not any(has_words(line.text) for line in flat):
        raise Unreadable("no-word")
    title, title_index = _title(flat, believable_title(properties.title))
    rest = [line for index, line in enumerate(flat) if index != title_index]
    body = body_of("\n".join(line.text for line in rest))
    published = None
    all_notes = list(notes)
    if published_in(None, body.lines, content.dates)[0] is None:
        published = _day_created(properties, all_notes)
    return Draft(
        title=title,
        paragraphs=body.lines,
        source=body.source,
        # The properties often name the typist.
        author="" if byline_place(body.lines)[1] else believable_author(properties.author),
        published=published,
        tags=tuple(names_in(properties.keywords)),
        pages=tuple(line.page for line in rest if classify(line.text) is None)
        if rest and rest[0].page
        else (),
        clutter=body.clutter,
        notes=tuple(all_notes),
    )


def _title(lines: Sequence[Line], in_properties: str) -> tuple[str, int]:
    """The title, and the index of its paragraph; -1 if it is not a paragraph."""
    opening = [
        (index, line)
        for index, line in enumerate(lines[:_OPENING])
        if has_words(line.text) and not is_basmala(line.text) and len(line.text) <= _LONGEST_TITLE
    ]
    # If all are dates and by-lines, the last one serves as the title.
    opening = [(index, line) for index, line in opening if may_be_title(line.text)] or opening[-1:]
    for index, line in opening:
        if line.role == "title":
            return line.text, index
    first_index, first = opening[0] if opening else (-1, None)
    if first and first.role == "heading":
        return first.text, first_index
    for index, line in opening:
        if in_properties and comparable(line.text) == comparable(in_properties):
            return line.text, index
    if first and is_headline(first.text) and first_index + 1 < len(lines):
        return first.text, first_index
    if in_properties:
        return in_properties, -1
    worded = [line.text for line in lines if has_words(line.text)]
    return title_from(worded[headline_place(worded)]), -1


def _day_created(properties: Properties, notes: list[Reason]) -> datetime | None:
    moment = day_made(properties.created, properties.modified)
    if moment is not None:
        notes.append(Reason.of("made-then", day=moment.date().isoformat()))
    return moment
