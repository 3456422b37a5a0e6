"""What cuts would have asked of the court's days (每日工作量): quiet days, busy days and ties."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xiezhi.clock import DAY
from xiezhi.policy import COURT_DAYS_A_YEAR, Thresholds

TIES = "below-the-cut"
"""The rule for filings of the same raw score as the first one beyond capacity: all of them stay below, none is drawn
by lot and none is preferred by its place in the file. Of equal risks the higher raw score ranks first."""


@dataclass(frozen=True)
class Workload:
    """Reviews a day over the last year of the filings a model was trained on, scored out of fold.

    A cut is one number for every day, so capacity is kept on average over the year: on a busy day more than
    `a_day` are flagged and wait in order of risk, on a quiet one fewer, or none. `quiet_days`: share of the days with
    filings on which none was flagged. `tied`: filings left out because several tie for the last place.
    """

    a_day: float
    busiest_day: int
    quiet_days: float
    tied: int
    ties: str = TIES

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types, as the bundle keeps it."""
        return dict(vars(self))


def count_workload(
    raw: NDArray[np.float64], risk: NDArray[np.float64], filed_at: NDArray[np.int64], cuts: Thresholds
) -> Workload:
    """What the review cut of `cuts` would have let through last year. Arrays are (n,)."""
    year = filed_at > filed_at.max() - 365 * DAY
    raw, risk, day = raw[year], risk[year], filed_at[year] // DAY
    flagged = (raw >= cuts.review) & (risk >= cuts.review_floor)
    days, place = np.unique(day, return_inverse=True)
    a_day = np.bincount(place, flagged, minlength=len(days))
    court_days = max(1.0, (filed_at.max() - filed_at[year].min()) / DAY * COURT_DAYS_A_YEAR / 365)
    # A cut lies just above the score of the first one too many.
    tied = np.isclose(raw, cuts.review, rtol=1e-12, atol=1e-12) & (raw < cuts.review)
    return Workload(
        a_day=round(float(flagged.sum() / court_days), 3),
        busiest_day=int(a_day.max()),
        quiet_days=round(float((a_day == 0).mean()), 3),
        tied=int(tied.sum()) if tied.sum() > 1 else 0,
    )
