"""Tables as spreadsheets (.xlsx), by XlsxWriter, which needs the extra ``xlsx``.

Every text is written as text: it never becomes a formula, a link or a number, whatever it begins with. Only
days and times in the columns that have them become dates, so that a spreadsheet can sort them and count with
them. Spreadsheets know no offset from UTC: a time is the one given in the article, as everywhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any

from khabar.errors import MissingDependency
from khabar.render.look import Look
from khabar.render.messages import counted, say
from khabar.spelling import controls_shown

__all__ = ["require", "workbook"]

#: The maximum number of rows in a sheet, and of letters in a cell.
_MOST_ROWS, _MOST_LETTERS = 1_048_576, 32_767
#: In letters: the maximum width of a column, and the width of the filter button beside its name.
_WIDEST, _BUTTON = 60, 3
#: The columns with days and times.
_DATES = frozenset({"published", "first", "last", "best_published", "starred", "noted"})
#: The first day on which all spreadsheets agree: earlier ones differ about 29 February 1900.
_FIRST_DAY = date(1900, 3, 1)
_DAY_FORMAT, _MOMENT_FORMAT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
#: The options of XlsxWriter that keep text as text.
_AS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def require(file: Path | None, rows: str) -> None:
    """Check before the work that a spreadsheet can be written.

    Args:
        file: the file to write; None if none is named.
        rows: what its rows are, in one word: the name of the file in the advice.

    Raises:
        MissingDependency: if XlsxWriter is not installed.
        click.UsageError: if no file is named: a terminal cannot show a spreadsheet.
    """
    try:
        import xlsxwriter  # noqa: F401
    except ImportError:
        raise MissingDependency("writing spreadsheets needs XlsxWriter: pip install 'khabar[xlsx]'") from None
    if file is None:
        import click

        raise click.UsageError(f"a spreadsheet needs a file: add --output {rows}.xlsx")


def workbook(rows: Iterable[Mapping[str, Any]], look: Look) -> tuple[bytes, list[str]]:
    """Rows as a spreadsheet with one sheet, and messages about what the sheet cannot hold.

    Args:
        rows: the rows, without nesting; the columns are those of the first row.
        look: its language; an Arabic sheet runs from right to left.
    """
    import xlsxwriter

    content = BytesIO()
    with xlsxwriter.Workbook(content, {**_AS_TEXT, "in_memory": True}) as book:
        sheet = book.add_worksheet("khabar")
        if look.language == "ar":
            sheet.right_to_left()
        day, moment = (book.add_format({"num_format": pattern}) for pattern in (_DAY_FORMAT, _MOMENT_FORMAT))
        names: list[str] = []
        widths: list[int] = []
        cut = left_out = number = 0
        for number, row in enumerate(rows, 1):
            if not names:
                names = list(row)
                widths = [len(name) + _BUTTON for name in names]
                for column, name in enumerate(names):
                    sheet.write_string(0, column, name, book.add_format({"bold": True}))
                sheet.freeze_panes(1, 0)
            if number >= _MOST_ROWS:
                left_out += 1
                continue
            for column, name in enumerate(names):
                value = row.get(name)
                if isinstance(value, int | float) and not isinstance(value, bool):
                    sheet.write_number(number, column, value)
                    widths[column] = max(widths[column], len(str(value)))
                elif name in _DATES and (dated := _dated(value)):
                    whole = not isinstance(dated, datetime)
                    sheet.write_datetime(number, column, dated, day if whole else moment)
                    widths[column] = max(widths[column], len(_DAY_FORMAT if whole else _MOMENT_FORMAT))
                elif value is not None and (text := controls_shown(str(value))):
                    cut += len(text) > _MOST_LETTERS
                    sheet.write_string(number, column, text[:_MOST_LETTERS])
                    widths[column] = max(widths[column], min(len(text), _WIDEST))
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width + 1)
        if names:
            sheet.autofilter(0, 0, min(number, _MOST_ROWS - 1), len(names) - 1)
    notes: list[str] = []
    if cut:
        count, letters = counted(cut, "text", look.language), f"{_MOST_LETTERS:,}"
        notes.append(say("cells cut", look.language, count=count, letters=letters))
    notes += [say("rows left out", look.language, count=left_out)] if left_out else []
    return content.getvalue(), notes


def _dated(value: object) -> date | datetime | None:
    """The day or time of a text in ISO 8601, without its offset; None for any other value and for days that
    spreadsheets do not have. Midnight means that only the day is known."""
    if not isinstance(value, str):
        return None
    try:
        # A spreadsheet would round the last microsecond of the year 9999 to a day that it does not have.
        moment = datetime.fromisoformat(value).replace(tzinfo=None, microsecond=0)
    except ValueError:
        return None
    if moment.date() < _FIRST_DAY:
        return None
    return (
        moment.date()
        if len(value) == len("2015-08-07") or moment == datetime.combine(moment, time())
        else moment
    )
