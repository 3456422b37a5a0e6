"""The court's calendar: statutory periods over weekends, holidays and made-up working days."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiezhi.calendar import DOCKETING_DAYS, CourtCalendar, load_calendar, read_calendar
from xiezhi.errors import InputError, NotFound


def cn() -> CourtCalendar:
    calendar = load_calendar("cn", None)
    assert calendar is not None
    return calendar


@pytest.mark.parametrize(
    ("filed", "last"),
    [
        ("2026-11-02", "2026-11-09"),  # Monday to Monday
        ("2026-11-07", "2026-11-16"),  # the seventh day is a Saturday
        ("2026-09-26", "2026-10-08"),  # it falls into the National Day week, which ends on Wednesday
        ("2026-02-07", "2026-02-14"),  # a Saturday worked to make up for Spring Festival
        ("2026-02-08", "2026-02-24"),  # Spring Festival: nine days, then a Tuesday
    ],
)
def test_seven_days_to_docket_a_filing(filed: str, last: str) -> None:
    assert cn().period_end(date.fromisoformat(filed), DOCKETING_DAYS) == date.fromisoformat(last)


@pytest.mark.parametrize(
    ("start", "days", "end"), [("2026-09-30", 3, "2026-10-10"), ("2026-11-20", 1, "2026-11-23")]
)
def test_working_days(start: str, days: int, end: str) -> None:
    assert cn().after_working_days(date.fromisoformat(start), days) == date.fromisoformat(end)


@given(st.dates(date(2023, 1, 1), date(2026, 11, 1)), st.integers(0, 20))
def test_a_period_ends_on_a_working_day_and_never_early(start: date, days: int) -> None:
    end = cn().period_end(start, days)
    assert cn().is_working_day(end)
    assert end >= start + timedelta(days)
    assert not any(cn().is_working_day(start + timedelta(n)) for n in range(days, (end - start).days))


def test_past_the_years_known_nothing_is_computed() -> None:
    with pytest.raises(NotFound) as refused:
        cn().period_end(date(2026, 12, 28), DOCKETING_DAYS)
    assert refused.value.code == "calendar-years"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("date,kind\n2026-01-01,holliday\n", "calendar-line"),
        ("date,kind\n2026-13-01,holiday\n", "calendar-line"),
        ("day,kind\n2026-01-01,holiday\n", "calendar-line"),
        ("date,kind\n", "calendar-gap"),
        ("date,kind\n2024-01-01,holiday\n2026-01-01,holiday\n", "calendar-gap"),
    ],
)
def test_a_bad_calendar_is_told_by_line(text: str, code: str) -> None:
    with pytest.raises(InputError) as refused:
        read_calendar(text, "court.csv")
    assert refused.value.code == code


def test_a_courts_own_calendar_holds(tmp_path: Path) -> None:
    own = tmp_path / "court.csv"
    own.write_text("\ufeffdate,kind,note\n2027-01-01,holiday,元旦\n", encoding="utf-8")
    calendar = load_calendar("cn", own)
    assert calendar is not None
    assert not calendar.is_working_day(date(2027, 1, 1))
    assert load_calendar("br", None) is None
    with pytest.raises(InputError):
        load_calendar("cn", tmp_path / "none.csv")
