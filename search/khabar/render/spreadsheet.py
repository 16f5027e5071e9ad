"""Tables as spreadsheets (.xlsx), by XlsxWriter, which needs the extra ``xlsx``.

Every text is written as a text: nothing in it becomes a formula, a link or a number, whatever it begins with.
Only days and moments in columns of these are dates, which a spreadsheet sorts and counts with. It knows no
offset from UTC: a moment is the one printed on the article, as everywhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any

from khabar.errors import MissingDependency
from khabar.render.look import Look
from khabar.render.messages import say
from khabar.spelling import controls_shown

__all__ = ["require", "workbook"]

#: What a sheet holds.
_MOST_ROWS, _MOST_LETTERS = 1_048_576, 32_767
#: The width of a column, in letters: at most, and beside a name for the button of its filter.
_WIDEST, _BUTTON = 60, 3
#: The columns of days and moments. The first day that spreadsheets agree on is the first of March 1900.
_DATES = frozenset({"published", "first", "last", "best_published", "starred", "noted"})
_FIRST_DAY = date(1900, 3, 1)
_DAY_FORMAT, _MOMENT_FORMAT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
#: What spreadsheets are told: nothing is what its letters look like.
_AS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def require(file: Path | None) -> None:
    """Check before the work that a spreadsheet can be written.

    Raises:
        MissingDependency: XlsxWriter is not installed.
        click.UsageError: no file is named; a terminal shows no spreadsheet.
    """
    try:
        import xlsxwriter  # noqa: F401
    except ImportError:
        raise MissingDependency("writing spreadsheets needs XlsxWriter: pip install 'khabar[xlsx]'") from None
    if file is None:
        import click

        raise click.UsageError("a spreadsheet needs a file: add --output names.xlsx")


def workbook(rows: Iterable[Mapping[str, Any]], look: Look) -> tuple[bytes, list[str]]:
    """Rows as a spreadsheet of one sheet, whose columns are those of the first row; and what to say about
    what a sheet cannot hold.

    Args:
        rows: without nesting.
        look: with Arabic the sheet runs from right to left.
    """
    import xlsxwriter

    content = BytesIO()
    with xlsxwriter.Workbook(content, {**_AS_TEXT, "in_memory": True}) as book:
        sheet = book.add_worksheet("khabar")
        if look.language == "ar":
            sheet.right_to_left()
        day, moment = (book.add_format({"num_format": each}) for each in (_DAY_FORMAT, _MOMENT_FORMAT))
        names: list[str] = []
        widths: list[int] = []
        cut = left = number = 0
        for number, row in enumerate(rows, 1):
            if not names:
                names = list(row)
                widths = [len(name) + _BUTTON for name in names]
                for column, name in enumerate(names):
                    sheet.write_string(0, column, name, book.add_format({"bold": True}))
                sheet.freeze_panes(1, 0)
            if number >= _MOST_ROWS:
                left += 1
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
    notes = [say("cells cut", look.language, count=cut, letters=_MOST_LETTERS)] if cut else []
    notes += [say("rows left out", look.language, count=left)] if left else []
    return content.getvalue(), notes


def _dated(value: object) -> date | datetime | None:
    """The day or the moment of a text in ISO 8601, a moment without its offset; None for any other value, and
    for days before those that spreadsheets know. Of an article at midnight only the day is known."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value).replace(tzinfo=None)
    except ValueError:
        return None
    if moment.date() < _FIRST_DAY:
        return None
    return (
        moment.date()
        if len(value) == len("2015-08-07") or moment == datetime.combine(moment, time())
        else moment
    )
