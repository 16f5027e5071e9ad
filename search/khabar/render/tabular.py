"""Rows as CSV (RFC 4180), and records flattened to rows for it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from khabar.spelling import controls_shown

__all__ = ["csv_lines", "flat"]

#: What makes a spreadsheet take a cell for a formula.
_FORMULA = ("=", "+", "-", "@")


def flat(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record without nesting: ``{"a": {"b": 1}}`` becomes ``{"a.b": 1}``; lists stay, as JSON.

    >>> flat({"a": {"b": 1}, "c": [1, {"d": 2}], "e": None})
    {'a.b': 1, 'c': '[1, {"d": 2}]', 'e': None}
    """
    row: dict[str, Any] = {}
    for key, value in record.items():
        if isinstance(value, Mapping):
            row |= {f"{key}.{name}": inner for name, inner in flat(value).items()}
        elif isinstance(value, list):
            row[key] = json.dumps(value, ensure_ascii=False)
        else:
            row[key] = value
    return row


def csv_lines(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Rows as CSV, the names of the columns first, which are those of the first row; lines without their ends.

    Control characters are made visible. A text that a spreadsheet would take for a formula gets an apostrophe
    before it: titles come from strangers.
    """
    names: list[str] = []
    for row in rows:
        if not names:
            names = list(row)
            yield _line(names)
        yield _line([_cell(row.get(name)) for name in names])


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return str(value)
    shown = controls_shown(value)
    return f"'{shown}" if shown.lstrip().startswith(_FORMULA) else shown


def _line(cells: Iterable[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow(list(cells))
    return buffer.getvalue().removesuffix("\n")
