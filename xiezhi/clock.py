"""Time. The only module that may ask what time it is; everywhere else time is a parameter.

Inside the program a moment is an `int`: microseconds since 1970-01-01 UTC.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Moment = int
"""Microseconds since the epoch, UTC."""

SECOND: Moment = 1_000_000
DAY: Moment = 86_400 * SECOND

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DATE_ONLY = re.compile(r"\d{4}-\d{2}-\d{2}$")


def now() -> Moment:
    """The present moment."""
    return to_moment(datetime.now(UTC))


def to_moment(when: datetime) -> Moment:
    """An aware datetime as a moment. Raises ValueError for a naive one."""
    if when.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return (when - _EPOCH) // timedelta(microseconds=1)


def to_datetime(moment: Moment, zone: str = "UTC") -> datetime:
    """A moment as an aware datetime in `zone` (IANA name)."""
    return (_EPOCH + timedelta(microseconds=moment)).astimezone(ZoneInfo(zone))


def known_zone(name: str) -> str:
    """`name`, the IANA name of a time zone. Raises ValueError for any other."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError("not an IANA time zone") from error
    return name


def parse_moment(text: str, zone: str) -> Moment:
    """ISO 8601 text as a moment; without an offset it is local time in `zone`.

    A date without a time is the first instant of that local day. Raises ValueError.
    """
    text = text.strip()
    if _DATE_ONLY.match(text):
        return first_moment(date.fromisoformat(text), zone)
    when = datetime.fromisoformat(text)
    return to_moment(when if when.tzinfo else when.replace(tzinfo=ZoneInfo(zone)))


def first_moment(day: date, zone: str) -> Moment:
    """The first instant of a day of `zone`."""
    return to_moment(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)))


def format_moment(moment: Moment, zone: str = "UTC") -> str:
    """A moment as ISO 8601 with the offset of `zone`."""
    return to_datetime(moment, zone).isoformat()


def format_known(moment: Moment | None, zone: str = "UTC") -> str | None:
    """As `format_moment`; None where there is none."""
    return None if moment is None else format_moment(moment, zone)
