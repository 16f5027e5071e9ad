"""Check that a record is a published article, and find the time of publication."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta, timezone

from khabar.corpus.dates import day_number, why_unread
from khabar.corpus.formats.shapes import at_path, is_date_name
from khabar.corpus.reasons import Reason
from khabar.corpus.records.fields import Fields, short_text
from khabar.corpus.records.values import moment_in, one_line
from khabar.corpus.report import Aside

__all__ = ["check_published", "check_usable", "published_of"]

_ARTICLE_TYPE = re.compile(r"article$|^(?:blog|liveblog|socialmedia)posting$|^report$|^creativework$", re.I)
_UNPUBLISHED = frozenset(
    {"draft", "scheduled", "auto-draft", "pending", "private", "future", "trash", "inherit"}
)
_DRAFTS = (("draft", "true"), ("published", "false"))
_OF_HEADERS = frozenset({"type", "version", "comment", "name"})
_YEAR = re.compile(r"\d{4}")
_LONGEST_CLOCK = 40
"""Maximum number of characters of a time of day, such as «الساعة 10:15 مساء بتوقيت غرينتش»."""
_UNUSABLE = frozenset({"canceled", "cancelled", "withheld"})


def check_published(record: dict[str, object]) -> None:
    """Check that the type and status of a record are not those of something other than a published article.

    Raises:
        Aside: they are.
    """
    kind = record.get("@type")
    kinds = kind if isinstance(kind, list) else [kind]
    if kind and not any(isinstance(name, str) and _ARTICLE_TYPE.search(name) for name in kinds):
        raise Aside("other-type", type=short_text(", ".join(map(str, kinds))))
    # phpMyAdmin writes such a record before the tables of a database.
    if record.get("type") in ("header", "database") and _OF_HEADERS.issuperset(record):
        raise Aside("other-type", type=short_text(str(record["type"])))
    # Front matter of Hugo and Jekyll.
    if any(key in record and str(record[key]).casefold() == sign for key, sign in _DRAFTS):
        raise Aside("not-published", status="draft")
    status = record.get("status")
    of_system = isinstance(record.get("title"), dict) or {"visibility", "slug"} <= record.keys()
    if isinstance(status, str) and status in _UNPUBLISHED and of_system:
        raise Aside("not-published", status=status)


def check_usable(record: dict[str, object]) -> None:
    """Check that a record is not withheld or canceled by IPTC's ``pubstatus``.

    Raises:
        Aside: it is.
    """
    status = at_path(record, "pubstatus")
    if isinstance(status, str) and status.strip().casefold().rpartition(":")[2] in _UNUSABLE:
        raise Aside("not-published", status=short_text(status))


def published_of(given: Fields, dates: str) -> tuple[datetime | None, list[Reason]]:
    """The time of publication, and notes: why there is none, or that it was read from a bare number."""
    named = given.named("published")
    if not named and "published" not in given.chosen:
        # «time», which is a time of day beside a date, may have the day too.
        named = [
            (key, value)
            for key, value in given.named("clock")
            if isinstance(value, int | float) or (isinstance(value, str) and _YEAR.search(value))
        ]
    moment = next(filter(None, (_with_clock(given, value, dates) for _, value in named)), None)
    in_utc = next(filter(None, map(moment_in, given.all("utc"))), None)
    if in_utc is not None:
        in_utc = in_utc.replace(tzinfo=in_utc.tzinfo or UTC)
    if moment is None:
        if in_utc is not None:
            return in_utc, []
        for key, value in named:
            if day := day_number(value):
                return day, [
                    Reason.of("day-number", key=short_text(key), value=str(value), day=f"{day:%Y-%m-%d}")
                ]
        return None, _undated(given, [*named, *given.named("utc")])
    if in_utc is None or moment.tzinfo is not None:
        return moment, []
    offset = moment - in_utc.astimezone(UTC).replace(tzinfo=None)
    if offset % timedelta(minutes=15) or not timedelta(hours=-12) <= offset <= timedelta(hours=14):
        return moment, []
    return moment.replace(tzinfo=timezone(offset) if offset else UTC), []


def _with_clock(given: Fields, value: object, dates: str) -> datetime | None:
    """The moment that a value names; if it has no time of day, with that in another field."""
    moment = moment_in(value, dates)
    if moment is None or not isinstance(value, str) or ":" in value or moment.time() != time():
        return moment
    for clock in (*given.all("clock"), *given.all("published")):  # «وقت النشر» beside «تاريخ النشر»
        if isinstance(clock, str) and ":" in clock and len(clock) < _LONGEST_CLOCK:
            whole = moment_in(f"{moment:%Y-%m-%d} {clock.strip()}", dates)
            if whole is not None and whole.date() == moment.date():
                return whole
    return moment


def _undated(given: Fields, named: list[tuple[str, object]]) -> list[Reason]:
    """The note on a value that looks like a date, for a record without one."""
    for key, value in named:
        if not isinstance(value, bool) and (shown := short_text(one_line(str(value)))):
            kind, values = why_unread(value)
            return [Reason.of(kind, key=short_text(key), value=shown, **values)]
    if "published" in given.chosen:
        return []
    for key, value in given.unknown():
        # Any number can be read as a moment, so it needs a key that may name a date; a text does not.
        is_text = isinstance(value, str) and len(value) < 100 and not value.strip().isdecimal()
        if not (is_text or is_date_name(key)) or isinstance(value, bool | list):
            continue
        if moment_in(value) or (
            is_text and is_date_name(key, surely=True) and any(map(str.isdigit, str(value)))
        ):
            return [Reason.of("date-unnamed", key=short_text(key), value=short_text(one_line(str(value))))]
    return []
