"""The page for lists of names: each is searched for, and a table says how often, when and where it occurs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from khabar.analysis.fold import fold
from khabar.query.quotes import QUOTES
from khabar.render.text import csv_lines, escaped_json
from khabar.web.dress import article_address, look_of
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

#: Number of names that a page shows; a download has them all.
MOST = 500
#: Number of articles that the page of a single line shows.
MOST_ARTICLES = 100
#: How a line can be asked.
ASKED_AS = ("name", "phrase", "words", "query")
#: What ends a phrase, and words that can be operators, folded.
_MARKS = re.compile(f"[{re.escape(QUOTES)}]")
_OPERATORS = frozenset(map(fold, ("أو", "ليس", "AND", "OR", "NOT", "NEAR")))


def names_of(text: str, file: bytes, file_name: str) -> tuple[str, ...]:
    """The names in a field, and those in a file, without blank lines.

    Args:
        text: of the field, a name on each line.
        file: content of the file; b"" for none.
        file_name: its name, by whose suffix a table is known.

    Raises:
        SourceError: if the file cannot be read.
        MissingDependency: if it is a spreadsheet, and the package for these is not installed.
    """
    from khabar.corpus.reading.lists import read_upload

    lines = [*text.splitlines(), *(read_upload(file, file_name) if file else ())]
    return tuple(line.strip() for line in lines if line.strip())


def lists_context(
    index: Index, names: Iterable[str], asked_as: str, page: Page, fault: str = "", *, whole: bool = False
) -> dict[str, Any]:
    """What the page shows.

    Args:
        index: searched.
        names: to search for; none for the empty form.
        asked_as: how each is meant: one of :data:`ASKED_AS`.
        page: who looks.
        fault: what was wrong with the form, to be told; "" for nothing.
        whole: whether to show the articles of a line, up to :data:`MOST_ARTICLES`, and not only the best.
    """
    given = list(names)
    hits = MOST_ARTICLES if whole else 1
    rows = index.batch(given[:MOST], asked_as=asked_as, hits=hits)  # type: ignore[arg-type]
    shown = list(rows)
    return {
        "page": page,
        "names": "\n".join(given),
        "asked_as": asked_as,
        "choices": ASKED_AS,
        "fault": fault,
        "rows": [(row, _links(row, page)) for row in shown],
        "whole": whole,
        "found": sum(row.articles > 0 for row in shown),
        "cut": len(given) > MOST,
        "most": MOST,
        "comma": "، " if page.language == "ar" else ", ",
    }


def _links(row: BatchRow, page: Page) -> dict[str, Any]:
    """The addresses of a row: what finds the articles that it counts, and each of those it names."""
    search = _search(row, page.asked_language)
    # An article marks the words in any of their forms, so that a name is marked in all its spellings.
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
    """The search that finds what a row counts; None if the query language cannot say it."""
    if row.asked_as == "query":
        return Search(q=row.text, match="all", lang=lang)
    if row.asked_as == "phrase":
        return Search(q=f'"{_MARKS.sub(" ", row.text)}"', lang=lang)
    words = row.text.split()
    bare = all(each.isalpha() and fold(each) not in _OPERATORS for each in words)
    # A name has particles and spellings that no query has.
    return Search(q=row.text, match="all", lang=lang) if row.asked_as == "words" and bare else None


def table_lines(index: Index, names: Iterable[str], asked_as: str, kind: str) -> Iterator[str]:
    """The whole table as the lines of a file, made as they are read.

    Args:
        index: searched.
        names: to search for.
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
        MissingDependency: if the package for these is not installed.
    """
    from khabar.render.spreadsheet import require, workbook

    require(Path("names.xlsx"))
    rows = index.batch(names, asked_as=asked_as)  # type: ignore[arg-type]
    # A form holds fewer names than a sheet has rows, so nothing is left out.
    content, _ = workbook((row.row() for row in rows), look_of(language))
    return content
