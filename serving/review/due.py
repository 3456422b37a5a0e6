"""By when a review is due (审查期限), in working days of the court's calendar; pauses for proof do not count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from xiezhi.calendar import CourtCalendar, load_calendar
from xiezhi.clock import Moment, to_datetime
from xiezhi.errors import NotFound
from xiezhi.settings import Settings

Unknown = Literal["no_calendar", "calendar_years", "paused"]
"""Why there is no day: no calendar for the jurisdiction, a year it does not hold, or proof is awaited."""

Pauses = Sequence[tuple[Moment, Moment | None]]


@dataclass(frozen=True)
class Due:
    """The last day, or why there is none; whether it is past."""

    day: date | None
    unknown: Unknown | None = None
    breached: bool = False


@dataclass(frozen=True)
class WorkingClock:
    """Counts working days at one moment. `calendar` None: nothing is computed."""

    calendar: CourtCalendar | None
    days: int
    zone: str
    now: Moment

    def due(self, opened_at: Moment, pauses: Pauses = ()) -> Due:
        """The day a review opened then is due: `days` working days, and as many more as were paused."""
        if self.calendar is None:
            return Due(None, "no_calendar")
        if pauses and pauses[-1][1] is None:
            return Due(None, "paused")
        try:
            paused = sum(
                self.calendar.working_days_between(self._day(start), self._day(end))
                for start, end in pauses
                if end is not None and start >= opened_at
            )
            day = self.calendar.after_working_days(self._day(opened_at), self.days + paused)
        except NotFound:
            return Due(None, "calendar_years")
        return Due(day, breached=self._day(self.now) > day)

    def _day(self, moment: Moment) -> date:
        return to_datetime(moment, self.zone).date()


def working_clock(settings: Settings, days: int, now: Moment) -> WorkingClock:
    """The clock of the court's calendar. Raises InputError for a bad calendar."""
    return WorkingClock(load_calendar(settings.jurisdiction, settings.calendar), days, settings.zone, now)
