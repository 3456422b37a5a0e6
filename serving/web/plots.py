"""Flags a week as a drawing the server makes; a table beside it says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xiezhi.clock import DAY, Moment
from xiezhi.store.flags import WeekCount

WEEKS = 26
"""Half a year: long enough to see a wave, short enough to read each bar."""

WIDTH, HEIGHT = 624, 96
_GAP = 4


@dataclass(frozen=True)
class Week:
    """One bar: counts by band, and the drawing's numbers in the units of its viewBox."""

    monday: Moment
    review: int
    notice: int
    x: float
    width: float
    review_height: float
    notice_height: float

    @property
    def total(self) -> int:
        """Flags of the week."""
        return self.review + self.notice

    @property
    def review_y(self) -> float:
        """Top of the lower part."""
        return HEIGHT - self.review_height

    @property
    def notice_y(self) -> float:
        """Top of the upper part."""
        return self.review_y - self.notice_height


def draw_weeks(counts: Sequence[WeekCount]) -> list[Week]:
    """A bar for every week from the first to the last, weeks without a flag too."""
    if not counts:
        return []
    by_week: dict[Moment, dict[str, int]] = {}
    for count in counts:
        by_week.setdefault(count.monday, {})[count.band] = count.flags
    step = 7 * DAY
    mondays = list(range(min(by_week), max(by_week) + step, step))
    most = max(sum(bands.values()) for bands in by_week.values())
    slot = WIDTH / max(len(mondays), WEEKS // 2)
    return [
        Week(
            monday,
            bands.get("review", 0),
            bands.get("notice", 0),
            round(place * slot, 2),
            round(slot - _GAP, 2),
            round(HEIGHT * bands.get("review", 0) / most, 2),
            round(HEIGHT * bands.get("notice", 0) / most, 2),
        )
        for place, monday in enumerate(mondays)
        for bands in [by_week.get(monday, {})]
    ]
