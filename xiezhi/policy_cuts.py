"""From what a court can review to cuts on a model's score, by the scores of last year's filings, highest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xiezhi.clock import DAY, Moment
from xiezhi.errors import NotFound
from xiezhi.policy import COURT_DAYS_A_YEAR, CourtPolicy, Policy, Thresholds

Floats = NDArray[np.float64]

NOTICE_FLOOR_SHARE = 0.5
"""A notice needs half the risk a review needs: it asks for a look at the file, not for steps."""

LONGEST_TAIL = 10_000
"""Scores a bundle keeps: 40 notices a court day, and some 200 KB of it."""

LEAST_DAYS = 20
"""Scores given on fewer days (a month of court days) do not tell what a court's days bring."""


@dataclass(frozen=True)
class Tail:
    """The highest scores of one year's filings, from the highest down: whoever sets another capacity cuts here.

    `filings`: how many there were in all, of which `scores` are the highest; `court_days`: working days of that year;
    `base_rate`: share found false among what the model was trained on.
    """

    scores: Floats
    filings: int
    court_days: float
    base_rate: float

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types, the highest `LONGEST_TAIL` scores."""
        return {
            "scores": self.scores[:LONGEST_TAIL].tolist(), "filings": self.filings,
            "court_days": self.court_days, "base_rate": self.base_rate,
        }  # fmt: skip


def tail_of(raw: Floats, filed_at: NDArray[np.int64], base_rate: float) -> Tail:
    """The tail of raw scores (n,) of filings filed at moments (n,), over the year before the last of them."""
    year = filed_at > filed_at.max() - 365 * DAY
    days = (filed_at.max() - filed_at[year].min()) / DAY
    court_days = max(1.0, days * COURT_DAYS_A_YEAR / 365)
    return Tail(np.sort(raw[year])[::-1], int(year.sum()), court_days, base_rate)


def read_tail(told: Mapping[str, Any]) -> Tail | None:
    """The tail a bundle keeps; None for one made before bundles kept any."""
    if not told:
        return None
    scores = np.array(told["scores"], dtype=np.float64)
    return Tail(scores, told["filings"], told["court_days"], told["base_rate"])


def tail_of_live(scores: list[tuple[Moment, float]], base_rate: float) -> Tail | None:
    """The tail of scores given live, as (as_of, raw); None where they fall on fewer than `LEAST_DAYS` days."""
    if len({moment // DAY for moment, _ in scores}) < LEAST_DAYS:
        return None
    moments, raw = zip(*scores, strict=True)
    return tail_of(np.array(raw, dtype=np.float64), np.array(moments, dtype=np.int64), base_rate)


def cut(tail: Tail, policy: Policy | CourtPolicy) -> Thresholds:
    """Cuts that the year of `tail` would have let through as many filings a court day as `policy` says.

    Filings of the same score as the first one too many stay below the cut, so capacity is never exceeded by a tie.
    Raises NotFound (`policy-scale`) where the tail is too short for so large a capacity.
    """
    review_floor = min(1.0, policy.floor * tail.base_rate)
    return Thresholds(
        review=_cut(tail, policy.capacity_per_day * tail.court_days),
        notice=_cut(tail, policy.capacity_per_day * policy.notice_factor * tail.court_days),
        review_floor=review_floor,
        notice_floor=review_floor * NOTICE_FLOOR_SHARE,
    )


def promised(cuts: Thresholds, guarantee: Mapping[str, Any], policy: Policy) -> Thresholds:
    """`cuts` with the review cut no lower than a precision the model's own `policy` promised needs."""
    least = guarantee.get("threshold")
    if policy.precision is None or least is None:
        return cuts
    return replace(cuts, review=max(cuts.review, float(least)))


def _cut(tail: Tail, count: float) -> float:
    """The least score that at most `count` of the scores reach; the floor alone decides when all may."""
    if count >= tail.filings == len(tail.scores):
        return float(tail.scores[-1])
    if int(count) >= len(tail.scores):
        raise NotFound(
            f"模型只存有上一年最高的 {len(tail.scores)} 个得分，不足以按这么大的可审查件数设定界限；请用 xiezhi train --capacity 重新训练。",
            f"The model keeps the {len(tail.scores)} highest scores of its last year, too few for so large a capacity; "
            "train again with `xiezhi train --capacity`.",
            code="policy-scale",
        )
    return float(np.nextafter(tail.scores[int(count)], np.inf))
