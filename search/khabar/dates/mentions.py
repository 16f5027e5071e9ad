"""Index terms for the dates that a paragraph mentions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache

from khabar.arguments import instance, optional, takes, text
from khabar.dates.finding import LONGEST, dates_of, day_of
from khabar.dates.prefilter import runs
from khabar.dates.spans import DateSpan

__all__ = ["PREFIX", "mentioned_days", "terms_in", "terms_of"]

PREFIX = "date:"

LONGEST_RUN = 31
"""Maximum number of days, months or years of a span that are indexed one by one. A longer span of days is
indexed by its months, one of months by its years, and one of years by the first and the last."""


@takes(text=text, reference=optional(instance(date)))
def mentioned_days(text: str, reference: date | datetime | None = None) -> tuple[str, ...]:
    """Index terms for the dates that ``text`` mentions, each once, in the order of the text.

    A day gives three terms, so that it is also found by its month and its year. A month gives two terms, a
    year one.

    Args:
        text: a paragraph.
        reference: the day on which it was published. Without it «أمس» and «7 أكتوبر» give no terms.

    >>> mentioned_days("منذ ٧ تشرين الأول 2023")
    ('date:2023-10-07', 'date:2023-10', 'date:2023')
    """
    return terms_in(text, day_of(reference))


def terms_in(text: str, day: date | None, pieces: Iterable[str] | None = None) -> tuple[str, ...]:
    """Like `mentioned_days`, without a check of the arguments; ``pieces`` as for
    :func:`khabar.dates.prefilter.runs`."""
    terms: dict[str, None] = {}
    for run in runs(text, day is not None, pieces):
        reader = _terms if len(run.text) <= LONGEST else _terms.__wrapped__
        terms.update(dict.fromkeys(reader(run.text, run.following, day)))
    return tuple(terms)


@lru_cache(maxsize=1 << 13)  # hundreds of articles of the same day have «اليوم الأحد»
def _terms(run: str, following: str | None, day: date | None) -> tuple[str, ...]:
    return tuple(term for found in dates_of(run, following, day) for term in terms_of(found.span))


@lru_cache(maxsize=1 << 10)
def terms_of(span: DateSpan) -> tuple[str, ...]:
    """The index terms of a span: its days if it names days, its months unless it names years, and its years.

    Args:
        span: a result of `khabar.dates.parse_date`.
    """
    first, last = span.first, span.last
    days: Iterable[date] = ()
    if span.precision == "day" and (last - first).days < LONGEST_RUN:
        days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    terms = [f"{PREFIX}{day.isoformat()}" for day in days]
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    if span.precision != "year" and len(months) <= LONGEST_RUN:
        terms += [f"{PREFIX}{month // 12:04}-{month % 12 + 1:02}" for month in months]
    years = range(first.year, last.year + 1)
    terms += [
        f"{PREFIX}{year:04}" for year in (years if len(years) <= LONGEST_RUN else (first.year, last.year))
    ]
    return tuple(terms)
