"""The court's calendar (法院日历): which days are worked, and when a period ends.

Holidays are announced year by year, so a calendar is data (`date,kind,note`; kind: `holiday` or `workday`) and knows
the years it holds. Past them nothing is computed: a clock that takes a holiday for a working day is a legal error.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from io import StringIO
from pathlib import Path

from xiezhi.errors import InputError, NotFound

DOCKETING_DAYS = 7
"""Days in which a court decides on docketing (立案): 民事诉讼法（2023）art 126. Days run on through weekends."""

_SHIPPED = Path(__file__).parent / "calendars"
_KINDS = {"holiday", "workday"}


@dataclass(frozen=True)
class CourtCalendar:
    """Weekdays are worked but for `holidays`; Saturdays and Sundays are not but for `workdays` (调休). Years inclusive."""

    holidays: frozenset[date]
    workdays: frozenset[date]
    first_year: int
    last_year: int

    def is_working_day(self, day: date) -> bool:
        """Whether the court works on `day`. Raises NotFound outside the years known."""
        if not self.first_year <= day.year <= self.last_year:
            raise NotFound(
                f"法院日历只到 {self.first_year}–{self.last_year} 年；请导入 {day.year} 年的放假安排（XIEZHI_CALENDAR）。",
                f"The court's calendar holds {self.first_year}-{self.last_year} only; "
                f"add the holidays of {day.year} (XIEZHI_CALENDAR).",
                code="calendar-years",
            )
        return day in self.workdays or (day.weekday() < 5 and day not in self.holidays)

    def period_end(self, start: date, days: int) -> date:
        """The last day of a period of `days` from an event on `start`: that day is not counted, and a period that
        would end on a rest day ends on the next working day (民事诉讼法（2023）art 85). Raises NotFound."""
        return self._next_worked(start + timedelta(days))

    def after_working_days(self, start: date, days: int) -> date:
        """The `days`-th working day after `start`. Raises NotFound."""
        day = start
        for _ in range(days):
            day = self._next_worked(day + timedelta(1))
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and with `end`; none where `end` is not after it. Raises NotFound."""
        days = range(1, (end - start).days + 1)
        return sum(self.is_working_day(start + timedelta(n)) for n in days)

    def _next_worked(self, day: date) -> date:
        while not self.is_working_day(day):
            day += timedelta(1)
        return day


@cache
def load_calendar(jurisdiction: str, path: Path | None) -> CourtCalendar | None:
    """The calendar at `path`, else the one shipped for `jurisdiction`; None where none is.

    Raises InputError for a file that cannot be read or a line that is no day.
    """
    shipped = _SHIPPED / f"{jurisdiction}.csv"
    if path is None and not shipped.exists():
        return None
    chosen = path or shipped
    try:
        return read_calendar(chosen.read_text(encoding="utf-8-sig"), chosen.name)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"无法读取法院日历 {chosen.name}（须为 UTF-8 的 CSV）。",
            f"The calendar {chosen.name} cannot be read (a CSV in UTF-8).",
            code="calendar-unreadable",
        ) from error


def read_calendar(text: str, name: str) -> CourtCalendar:
    """A calendar from CSV text with columns `date`, `kind`. Its years run from its first day's to its last day's.

    Raises InputError for a line that is no day, and for a year between them that names none.
    """
    days: dict[str, set[date]] = {kind: set() for kind in _KINDS}
    for number, row in enumerate(csv.DictReader(StringIO(text)), 2):
        try:
            days[(row["kind"] or "").strip()].add(date.fromisoformat((row["date"] or "").strip()))
        except (KeyError, ValueError) as error:
            raise InputError(
                f"法院日历 {name} 第 {number} 行应为“日期,holiday 或 workday”，如 2026-01-01,holiday。",
                f"Line {number} of the calendar {name} must be a date and `holiday` or `workday`, "
                "such as 2026-01-01,holiday.",
                code="calendar-line",
            ) from error
    years = {day.year for day in days["holiday"]}
    if not years or set(range(min(years), max(years) + 1)) != years:
        raise InputError(
            f"法院日历 {name} 缺少某一年的放假安排。",
            f"The calendar {name} lacks the holidays of a year.",
            code="calendar-gap",
        )
    return CourtCalendar(frozenset(days["holiday"]), frozenset(days["workday"]), min(years), max(years))
