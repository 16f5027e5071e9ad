"""Dates that a text mentions, found again in the text: an index keeps them as terms beside the words."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

__all__ = ["DATE_TERM", "mentions"]

#: What the index's terms for mentioned dates begin with (:mod:`khabar.dates.mentions`).
DATE_TERM = "date:"


def mentions(text: str, published: datetime | None, terms: Collection[str]) -> Iterator[tuple[int, int, str]]:
    """The places of a text that mention one of some dates, each with the term of the index that it answers.

    Args:
        text: a title or paragraph.
        published: when its article was; «أمس» is told from it.
        terms: of the index, such as ``date:2023-10``.
    """
    # Only queries for mentioned dates need the grammar of dates, which takes a while to import.
    from khabar.dates import find_dates, terms_of

    for found in find_dates(text, published):
        term = next((each for each in terms_of(found.span) if each in terms), None)
        if term is not None:
            yield found.start, found.end, term
