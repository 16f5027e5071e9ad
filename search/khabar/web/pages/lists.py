"""The page for lists of names: each is searched for, and a table says how often, when and where it occurs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from khabar.render.text import csv_lines, escaped_json
from khabar.web.dress import article_address, look_of
from khabar.web.pages.searching import Search

if TYPE_CHECKING:
    from khabar.explore.batch import BatchRow
    from khabar.library import Index
    from khabar.web.pages.page import Page

__all__ = ["ASKED_AS", "MOST", "lists_context", "names_of", "spreadsheet", "table_lines"]

#: Number of names that a page shows; a download has them all.
MOST = 500
#: How a line can be asked.
ASKED_AS = ("name", "phrase", "words", "query")


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
    from khabar.corpus.lists import read_upload

    lines = [*text.splitlines(), *(read_upload(file, file_name) if file else ())]
    return tuple(line.strip() for line in lines if line.strip())


def lists_context(
    index: Index, names: Iterable[str], asked_as: str, page: Page, fault: str = ""
) -> dict[str, Any]:
    """What the page shows.

    Args:
        index: searched.
        names: to search for; none for the empty form.
        asked_as: how each is meant: one of :data:`ASKED_AS`.
        page: who looks.
        fault: what was wrong with the form, to be told; "" for nothing.
    """
    given = list(names)
    shown = list(index.batch(given[:MOST], asked_as=asked_as)) if given else []  # type: ignore[arg-type]
    return {
        "page": page,
        "names": "\n".join(given),
        "asked_as": asked_as,
        "choices": ASKED_AS,
        "fault": fault,
        "rows": [(row, _links(row, page)) for row in shown],
        "found": sum(row.articles > 0 for row in shown),
        "cut": len(given) > MOST,
        "most": MOST,
        "comma": "، " if page.language == "ar" else ", ",
    }


def _links(row: BatchRow, page: Page) -> dict[str, str]:
    """The addresses of a row: a search for its name, and its best article."""
    query = f'"{row.text}"' if row.asked_as == "phrase" else row.text
    match = "" if row.asked_as in ("phrase", "query") else "all"
    best = row.hits[0].article.id if row.hits else ""
    search = Search(q=query, match=match, lang=page.asked_language)
    return {"search": search.address(), "best": search.address(article_address(best)) if best else ""}


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
