"""The page for lists of names: searches for each, and shows how often, when and where it occurs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from khabar.analysis.fold import fold
from khabar.query.quotes import QUOTES
from khabar.render.text import csv_lines, escaped_json
from khabar.web.layout import article_address, look_of
from khabar.web.pages.searching import Search

if TYPE_CHECKING:
    from khabar.explore.batch import BatchRow
    from khabar.library import Index
    from khabar.web.pages.page import Page

__all__ = [
    "ASKED_AS",
    "MOST",
    "MOST_ARTICLES",
    "line_address",
    "lists_context",
    "names_of",
    "spreadsheet",
    "table_lines",
]

#: Maximum number of names on a page; a download has all of them.
MOST = 500
#: Maximum number of articles on the page of a single line.
MOST_ARTICLES = 100
#: The ways to search for a line.
ASKED_AS = ("name", "phrase", "words", "query")
#: Quotation marks, which would end a phrase; and the folded words that can be operators.
_MARKS = re.compile(f"[{re.escape(QUOTES)}]")
_OPERATORS = frozenset(map(fold, ("أو", "ليس", "AND", "OR", "NOT", "NEAR")))


def names_of(text: str, file: bytes, file_name: str) -> tuple[str, ...]:
    """The names in a field and in a file, without blank lines.

    Args:
        text: the text of the field, one name per line.
        file: the content of the file; b"" for none.
        file_name: the name of the file, whose suffix tells whether it is a table.

    Raises:
        SourceError: if the file cannot be read.
        MissingDependency: if it is a spreadsheet and the package for spreadsheets is not installed.
    """
    from khabar.corpus.reading.lists import read_upload

    lines = [*text.splitlines(), *(read_upload(file, file_name) if file else ())]
    return tuple(line.strip() for line in lines if line.strip())


def lists_context(
    index: Index, names: Iterable[str], asked_as: str, page: Page, fault: str = "", *, whole: bool = False
) -> dict[str, Any]:
    """The values of the template for lists of names.

    Args:
        index: the index.
        names: the names; empty for the empty form.
        asked_as: how to search for them: one of :data:`ASKED_AS`.
        page: the frame of the page.
        fault: the message about a problem with the form; "" for none.
        whole: whether to show up to :data:`MOST_ARTICLES` articles of a line instead of the best one.
    """
    lines = list(names)
    hits = MOST_ARTICLES if whole else 1
    rows = list(index.batch(lines[:MOST], asked_as=asked_as, hits=hits))  # type: ignore[arg-type]
    return {
        "page": page,
        "names": "\n".join(lines),
        "asked_as": asked_as,
        "choices": ASKED_AS,
        "fault": fault,
        "rows": [(row, _links(row, page)) for row in rows],
        "whole": whole,
        "found": sum(row.articles > 0 for row in rows),
        "cut": len(lines) > MOST,
        "most": MOST,
        "comma": "، " if page.language == "ar" else ", ",
    }


def _links(row: BatchRow, page: Page) -> dict[str, Any]:
    """The addresses of a row: that of a search for its articles, and that of each article that it names."""
    search = _search(row, page.asked_language)
    # The pages of articles highlight all forms of the words, and so every spelling of a name.
    opened = search or Search(q=_MARKS.sub(" ", row.text), match="all", lang=page.asked_language)
    return {
        "all": search.address() if search else line_address(row.text, row.asked_as, page),
        "hits": [
            (hit, opened.address(article_address(hit.article.id), archive=hit.archive)) for hit in row.hits
        ],
    }


def line_address(text: str, asked_as: str, page: Page) -> str:
    """The address of the page of a single line."""
    return Search(lang=page.asked_language).address("/lists", line=text, **{"as": asked_as})


def _search(row: BatchRow, lang: str) -> Search | None:
    """The search for the articles of a row; None if the query language cannot express it."""
    if row.asked_as == "query":
        return Search(q=row.text, match="all", lang=lang)
    if row.asked_as == "phrase":
        return Search(q=f'"{_MARKS.sub(" ", row.text)}"', lang=lang)
    words = row.text.split()
    plain = all(word.isalpha() and fold(word) not in _OPERATORS for word in words)
    # A search for a name allows particles and spellings that a query cannot express.
    return Search(q=row.text, match="all", lang=lang) if row.asked_as == "words" and plain else None


def table_lines(index: Index, names: Iterable[str], asked_as: str, kind: str) -> Iterator[str]:
    """The whole table as the lines of a file, which are made lazily.

    Args:
        index: the index.
        names: the names to search for.
        asked_as: as for :func:`lists_context`.
        kind: ``csv`` or ``jsonl``.
    """
    rows = index.batch(names, asked_as=asked_as)  # type: ignore[arg-type]
    if kind == "csv":
        return csv_lines(row.row() for row in rows)
    return (escaped_json(row.to_dict()) for row in rows)


def spreadsheet(index: Index, names: Iterable[str], asked_as: str, language: str) -> bytes:
    """The whole table as a spreadsheet.

    Raises:
        MissingDependency: if the package for spreadsheets is not installed.
    """
    from khabar.render.spreadsheet import require, workbook

    require(Path("names.xlsx"), "names")
    rows = index.batch(names, asked_as=asked_as)  # type: ignore[arg-type]
    # A form has fewer names than a sheet has rows, so the notes about rows that were left out are empty.
    content, _ = workbook((row.row() for row in rows), look_of(language))
    return content
