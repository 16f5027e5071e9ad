"""Dates in Arabic and plain text: one grammar, used by reading, indexing and searching alike.

Everything here is a pure function of its arguments, and no text raises an error. A text that could mean two
days is not a date, and a `Problem` gives the reason. docs/dates.md says what is understood.

- `parse_date`: a text that is a date as a whole;
- `find_dates`: the dates in a running text, with their positions;
- `parse_period`: a value typed after ``after:``, ``before:`` or ``date:``;
- `mentioned_days`: index terms for the dates that a paragraph mentions, and `terms_of` for a `DateSpan`;
- `dateline`: the day on which a text says it was written or published.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from khabar.dates.datelines import Dateline as Dateline
    from khabar.dates.datelines import dateline as dateline
    from khabar.dates.finding import find_dates as find_dates
    from khabar.dates.finding import parse_date as parse_date
    from khabar.dates.mentions import mentioned_days as mentioned_days
    from khabar.dates.mentions import terms_of as terms_of
    from khabar.dates.periods import parse_period as parse_period
    from khabar.dates.spans import DateSpan as DateSpan
    from khabar.dates.spans import Found as Found
    from khabar.dates.spans import Problem as Problem

# Imported at first use: a query needs only a part.
_HOME = {
    "DateSpan": "spans",
    "Dateline": "datelines",
    "Found": "spans",
    "Problem": "spans",
    "dateline": "datelines",
    "find_dates": "finding",
    "mentioned_days": "mentions",
    "parse_date": "finding",
    "parse_period": "periods",
    "terms_of": "mentions",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME[name]}", __name__), name)
