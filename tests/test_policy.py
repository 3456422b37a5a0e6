"""Capacity and floor together decide the band."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiezhi.clock import DAY, parse_moment
from xiezhi.policy import Thresholds, band, draw_for_audit, expires_at, open_since

CUTS = Thresholds(review=1.0, notice=0.0, review_floor=0.3, notice_floor=0.1)


@pytest.mark.parametrize(
    ("risk", "raw", "expected"),
    [
        (0.5, 2.0, "review"),
        (0.3, 1.0, "review"),  # equal to the cut and to the floor is above
        (0.5, 0.9, "notice"),  # no capacity for it
        (0.2, 2.0, "notice"),  # a quiet day: the first in the queue, but below the floor
        (0.05, 5.0, "none"),
        (0.9, -1.0, "none"),
    ],
)
def test_bands(risk: float, raw: float, expected: str) -> None:
    assert band(risk, raw, CUTS) == expected


@given(st.floats(0, 1), st.floats(-9, 9), st.floats(0, 1), st.floats(-9, 9))
def test_a_higher_score_is_never_in_a_lower_band(risk: float, raw: float, more: float, higher: float) -> None:
    order = ("none", "notice", "review")
    low, high = band(risk, raw, CUTS), band(max(risk, more), max(raw, higher), CUTS)
    assert order.index(high) >= order.index(low)


def test_the_audit_sample_is_drawn_at_its_rate_and_the_same_again() -> None:
    ids = [f"F{i}" for i in range(20_000)]
    drawn = [draw_for_audit(i, "20260101-ab", 0.02) for i in ids]
    assert 0.015 < sum(drawn) / len(ids) < 0.025
    assert drawn == [draw_for_audit(i, "20260101-ab", 0.02) for i in ids]
    assert drawn != [draw_for_audit(i, "20260201-cd", 0.02) for i in ids], "another model, another lot"
    assert not any(draw_for_audit(i, "20260101-ab", 0.0) for i in ids)
    assert all(draw_for_audit(i, "20260101-ab", 1.0) for i in ids)


MOMENTS = st.integers(parse_moment("2023-01-01", "UTC"), parse_moment("2040-01-01", "UTC"))


@given(
    given=MOMENTS,
    months=st.integers(1, 36),
    later=st.integers(0, 90 * DAY),
    zone=st.sampled_from(["Asia/Shanghai", "UTC", "Europe/London", "America/Sao_Paulo"]),
)
def test_a_flag_is_open_to_the_moment_told_and_never_again(
    given: int, months: int, later: int, zone: str
) -> None:
    last = expires_at(given, months, zone)
    assert open_since(last, months, zone) <= given
    assert open_since(last - later, months, zone) <= given
    assert open_since(last + 1, months, zone) > given
    assert open_since(last + 1 + later, months, zone) > given


@pytest.mark.parametrize(
    ("given", "months", "last"),
    [
        ("2028-02-29T10:00", 12, "2029-02-28"),
        ("2026-01-31T10:00", 1, "2026-02-28"),
        ("2026-01-28T10:00", 1, "2026-02-28"),
        ("2026-02-28T10:00", 1, "2026-03-28"),
        ("2026-12-31T10:00", 2, "2027-02-28"),
        ("2026-10-31T10:00", 3, "2027-01-31"),
        ("2026-11-30T10:00", 12, "2027-11-30"),
        ("2026-03-31T02:00", 1, "2026-04-30"),  # 30 March in UTC
    ],
)
def test_a_flag_expires_with_the_courts_day_of_that_month_or_its_last(
    given: str, months: int, last: str
) -> None:
    zone = "Asia/Shanghai"
    told = expires_at(parse_moment(given, zone), months, zone)
    assert told == parse_moment(f"{last}T23:59:59.999999", zone)
