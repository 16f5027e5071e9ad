"""Time zones by name, for timestamps without a zone and for the current day."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone, tzinfo

from khabar.errors import InvalidArgument, MissingDependency

__all__ = ["located", "today_in", "zone_of"]

_OFFSET = re.compile(r"(?:GMT|UTC)?([+-])(\d{1,2})(?::?(\d\d))?", re.A)


def zone_of(name: str) -> tzinfo:
    """The zone with a name such as ``Asia/Riyadh``, or with an offset from UTC such as ``+03:00``, ``+3`` or
    ``GMT+3``.

    Raises:
        InvalidArgument: if there is no such zone.
        MissingDependency: if neither the system nor the package tzdata has a list of zones.
    """
    import zoneinfo

    if found := _OFFSET.fullmatch(name):
        offset = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
        if offset < timedelta(days=1):
            return timezone(-offset if found[1] == "-" else offset)
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        known = zoneinfo.available_timezones()
        if not known:
            raise MissingDependency(
                "this system has no list of time zones; install one with: pip install tzdata"
            ) from error
        import difflib

        town = {each.rpartition("/")[2].lower(): each for each in sorted(known)}
        near = [town[each] for each in difflib.get_close_matches(name.rpartition("/")[2].lower(), town, 3)]
        hint = f"; similar names: {', '.join(near)}" if near else ""
        reason = f"no such time zone; write it as Asia/Riyadh or +03:00{hint}"
        raise InvalidArgument("tz", name, reason, "zone", near) from error


def today_in(name: str | None) -> date | None:
    """The current day in a zone; None for "", which means the day of this machine."""
    return datetime.now(zone_of(name)).date() if name else None


def located(moment: datetime, zone: tzinfo) -> datetime:
    """Give a zone to a moment without one. A day without a time stays unchanged, as it is the same
    everywhere."""
    if moment.tzinfo is not None or moment.time() == datetime.min.time():
        return moment
    offset = moment.replace(tzinfo=zone).utcoffset()
    return moment if offset is None else moment.replace(tzinfo=timezone(offset))
