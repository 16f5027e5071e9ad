"""Check the values that all articles of a run get."""

from __future__ import annotations

from collections.abc import Mapping

from khabar.corpus.dates import parse_timestamp
from khabar.corpus.text.languages import language_tag
from khabar.errors import InvalidArgument
from khabar.spelling import storable

__all__ = ["SETTABLE", "checked_values"]

SETTABLE = ("source", "author", "section", "published", "language", "place")
"""The fields that can be set for all articles of a run."""


def checked_values(given: Mapping[str, str] | None, dates: str = "") -> Mapping[str, str]:
    """Check the values that all articles of a run get, and return each as one line.

    Args:
        given: the values by field.
        dates: the order of day, month and year in numeric dates, as for `read`.

    Raises:
        InvalidArgument: a field cannot be set for many articles, or a value is empty, not a date or not a
            language.
    """
    values = {name: " ".join(storable(value).split()) for name, value in (given or {}).items()}
    for name, value in values.items():
        if name not in SETTABLE:
            message = f"{name} cannot be set for many articles; you can set {', '.join(SETTABLE)}"
            raise InvalidArgument("set", given, message, "choice", SETTABLE)
        if not value:
            raise InvalidArgument("set", given, f"{name} has no value")
        if name == "language" and not language_tag(value):
            message = f"«{value}» names no language: write a tag such as ar, fa or en"
            raise InvalidArgument("set", given, message)
        if name == "published" and parse_timestamp(value, dates) is None:
            message = f"«{value}» names no day, or more than one: write year-month-day"
            raise InvalidArgument("set", given, message, "date")
    return values
