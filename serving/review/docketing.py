"""The days the law gives for docketing (立案期限). Shown, and never moved by a flag."""

from __future__ import annotations

from datetime import date

from xiezhi.calendar import DOCKETING_DAYS, load_calendar
from xiezhi.clock import Moment, to_datetime
from xiezhi.errors import NotFound
from xiezhi.settings import Settings


def last_docketing_day(settings: Settings, filed_at: Moment) -> date | None:
    """The last day to decide on docketing what was filed then: the rule of `cn` alone.

    None elsewhere, and where the court's calendar does not hold the year. Raises InputError for a bad calendar.
    """
    if settings.jurisdiction != "cn":
        return None
    calendar = load_calendar("cn", settings.calendar)
    if calendar is None:
        return None
    try:
        return calendar.period_end(to_datetime(filed_at, settings.zone).date(), DOCKETING_DAYS)
    except NotFound:
        return None
