"""Drift (漂移): whether a month's values fall where the training year's did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from training.evaluation.measures import Interval

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]
State = Literal["too_few", "quiet", "watch", "moved"]
Direction = Literal["higher", "lower", "more_unknown", "less_unknown", "spread"]

LEAST_FILINGS = 100
"""Filings below which a month says nothing, nor the training year: ten to a bin (own limit)."""
WATCH, MOVED = 0.10, 0.25
"""Stability index from which a shift is worth a look, and from which it is called one (Siddiqi 2006)."""
CHANCE = 0.05
"""Probability that a whole report calls anything moved by chance, shared by all comparisons (Bonferroni)."""
SLIGHT = 0.05
"""Shift of the unknown share, or of how often a value is higher, below which no direction is named (own limit)."""
RESAMPLES = 300


@dataclass(frozen=True)
class Drift:
    """One variable in one month. index: population stability index with its 95 % bootstrap interval.

    chance: what the index may reach by chance alone. unknown: share of unknown values, in training and now.
    """

    filings: int
    index: Interval
    chance: float
    state: State
    direction: Direction
    unknown: tuple[float, float]


def measure_drift(reference: Counts, month: Counts, comparisons: int, seed: int = 0) -> Drift:
    """Compare bin counts, unknown last, of the training year with a month's. comparisons: made in the report."""
    here, there = int(month.sum()), int(reference.sum())
    unknown = _share_unknown(reference), _share_unknown(month)
    if min(here, there) < LEAST_FILINGS:
        nothing = Interval(float("nan"), float("nan"), float("nan"))
        return Drift(here, nothing, float("nan"), "too_few", "spread", unknown)
    index = float(stability_index(reference, month))
    bound = chance_bound(reference, month, CHANCE / comparisons)
    drawn = stability_index(
        reference, np.random.default_rng(seed).multinomial(here, month / here, size=RESAMPLES)
    )
    # Resampling adds chance to chance, so what is drawn lies too high by as much as its mean does.
    low, high = np.maximum(np.quantile(drawn, (0.025, 0.975)) - (drawn.mean() - index), 0.0)
    state: State = "quiet"
    if index > bound and index >= WATCH:
        state = "moved" if index >= MOVED else "watch"
    return Drift(
        here, Interval(index, float(low), float(high)), bound, state, _direction(reference, month), unknown
    )


def _share_unknown(counts: Counts) -> float:
    total = int(counts.sum())
    return float(counts[-1] / total) if total else float("nan")


def stability_index(reference: Counts, month: Counts) -> Floats:
    """Population stability index of counts (…, bins): sum of (q - p) log(q / p), half a filing added to each bin."""
    p = (reference + 0.5) / (reference + 0.5).sum()
    q = (month + 0.5) / (month + 0.5).sum(axis=-1, keepdims=True)
    total: Floats = ((q - p) * np.log(q / p)).sum(axis=-1)
    return total


def chance_bound(reference: Counts, month: Counts, probability: float) -> float:
    """What the index exceeds with this probability where nothing moved: (1/n + 1/m) chi-squared of the bins in use.

    Yurdakul 2018, Statistical properties of the population stability index, 3.2.
    """
    bins = int(np.count_nonzero(reference + month))
    spread = 1 / reference.sum() + 1 / month.sum()
    return float(spread * chi2.ppf(1 - probability, max(bins - 1, 1)))


def _direction(reference: Counts, month: Counts) -> Direction:
    """The larger of two shifts: towards unknown, or up and down among what is known."""
    unknown = month[-1] / month.sum() - reference[-1] / reference.sum()
    known, before = month[:-1], reference[:-1]
    if not known.sum() or not before.sum():
        return "more_unknown" if unknown > 0 else "less_unknown"
    p, q = before / before.sum(), known / known.sum()
    below = np.cumsum(p) - p
    # Probability that a value of the month is above one of the training year, less that it is below.
    above = float((q * (below + below + p - 1)).sum())
    if max(abs(unknown), abs(above) / 2) < SLIGHT:
        return "spread"
    if abs(unknown) > abs(above) / 2:
        return "more_unknown" if unknown > 0 else "less_unknown"
    return "higher" if above > 0 else "lower"
