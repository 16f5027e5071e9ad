"""The day of publication that a text itself names, and lines that are only a date.

`khabar.dates.datelines` decides which lines count. A numeric date that can be read in several orders
(«7-8-2015») is refused here as in a field, unless the order is given; `ambiguous_in` reports it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, time

from khabar.corpus.dates import ORDERS, in_order, numeric_date
from khabar.corpus.reasons import Reason

__all__ = ["ambiguous_in", "only_date", "published_in"]

_YEAR = re.compile(r"[12١٢۱۲]\d{3}")
_ENDS = 3
"""How many lines at the beginning and the end of a text may name the day."""
_LONGEST_DATE = 160
_SHOWN = 80
"""Maximum number of characters of a dateline in a note."""


def published_in(
    given: datetime | None, lines: Sequence[str], order: str = ""
) -> tuple[datetime | None, str]:
    """Find the time of publication and its origin.

    Args:
        given: the time in the article's metadata.
        lines: the body of the article.
        order: as for `khabar.corpus.parse_timestamp`.

    Returns:
        ``given`` and ``"metadata"``; else the day that the first or the last lines name, at midnight, and
        ``"dateline"`` or ``"text end"``; else None and ``""``.
    """
    if given is not None:
        return given, "metadata"
    if not any(map(_YEAR.search, [*lines[:_ENDS], *lines[-_ENDS:]])):
        return None, ""
    from khabar.dates import dateline

    line = dateline([in_order(line, order) for line in lines] if order else lines)
    if line is None or not 1900 <= line.span.first.year <= 2100:
        return None, ""
    return datetime.combine(line.span.first, time()), line.place


def ambiguous_in(lines: Sequence[str]) -> Reason | None:
    """The reason why the dateline of a text was not read, if its numbers name different days in different
    orders; else None."""
    ends = [*lines[:_ENDS], *lines[max(_ENDS, len(lines) - _ENDS) :]]
    line = next(filter(numeric_date, ends), "")
    if not line:
        return None
    readings = (published_in(None, lines, order)[0] for order in ORDERS)
    days = list(dict.fromkeys(f"{day:%Y-%m-%d}" for day in readings if day is not None))
    if len(days) < 2:
        return None
    return Reason.of("date-in-text", one=days[0], two=days[1], value=_shown(line))


def only_date(line: str) -> bool:
    """Whether a line is only a date, perhaps with a label or a time, in any order of its numbers."""
    if len(line) > _LONGEST_DATE or not _YEAR.search(line):
        return False
    from khabar.dates.datelines import is_date_alone

    return any(map(is_date_alone, dict.fromkeys([line, *(in_order(line, order) for order in ORDERS)])))


def _shown(line: str) -> str:
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"
