"""Shares of few filings, with intervals that know that filings of one cluster are alike; and ratios of two shares."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, nan, sqrt

import numpy as np

from training.evaluation.measures import Flags, Floats, Groups, Interval
from xiezhi.shares import wilson


@dataclass(frozen=True)
class Rate:
    """`hits` of `of` filings, the share with its 95 % interval. Unknown (NaN) of none."""

    hits: float
    of: int
    share: Interval


def rate(hit: Floats | Flags, among: Flags, groups: Groups | None = None) -> Rate:
    """The share of `hit` (0 to 1 a filing) among the filings of `among`; arrays are (n,).

    Wilson's interval (1927) on the effective number of filings, which is less than their number where filings of
    one group agree (Korn and Graubard 1998); where all agree, it is the number of groups.
    """
    of = int(among.sum())
    if not of:
        return Rate(0.0, 0, Interval(nan, nan, nan))
    values = hit[among].astype(np.float64)
    share = float(values.mean())
    low, high = wilson(share, _effective(values - share, None if groups is None else groups[among]))
    return Rate(float(values.sum()), of, Interval(share, float(low), float(high)))


def ratio(one: Rate, other: Rate) -> Interval:
    """The share of `one` over that of `other`, both of separate filings (Donner and Zou 2012, MOVER-R).

    The upper end is infinite, or everything unknown, where the other share may be 0, or is.
    """
    a, (l1, u1) = one.share.value, (one.share.low, one.share.high)
    b, (l2, u2) = other.share.value, (other.share.low, other.share.high)
    if not (one.of and other.of) or b == 0:
        return Interval(nan, nan, nan)
    product, top, bottom = a * b, u1 * (2 * a - u1), l1 * (2 * a - l1)
    low_root = sqrt(max(product**2 - bottom * u2 * (2 * b - u2), 0.0))
    low = bottom / (product + low_root) if product + low_root else 0.0
    high_root = sqrt(max(product**2 - top * l2 * (2 * b - l2), 0.0))
    denominator = l2 * (2 * b - l2)
    high = (product + high_root) / denominator if denominator > 0 else inf
    return Interval(a / b, max(low, 0.0), high)


def _effective(residual: Floats, groups: Groups | None) -> float:
    """How many independent filings say as much as these."""
    n = len(residual)
    if groups is None:
        return float(n)
    _, place = np.unique(groups, return_inverse=True)
    sums = np.bincount(place, residual)
    clusters = len(sums)
    simple = float(np.square(residual).sum())
    if simple == 0 or clusters < 2:
        return float(clusters)
    clustered = float(np.square(sums).sum()) * clusters / (clusters - 1)
    return n / max(clustered / simple, 1.0)
