"""From raw scores to probabilities (校准), and from capacity to cuts; both on out-of-fold scores."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from xiezhi.bundle import Calibration
from xiezhi.policy import Policy, Thresholds
from xiezhi.policy_cuts import cut, tail_of

Floats = NDArray[np.float64]

LEAST_FOR_ISOTONIC = 100
"""Positives below which isotonic steps follow chance and the two parameters of Platt's sigmoid do better
(Niculescu-Mizil and Caruana 2005 put the turn at 200 to 1,000 cases in all; measured at natural prevalence by the number of
positives: docs/model-figures.md)."""

PLATT_POINTS = 401


def calibrate(raw: Floats, positive: NDArray[np.bool_], weight: Floats) -> Calibration:
    """The calibration of out-of-fold raw scores: isotonic, or Platt's below 100 positives.

    weight: how many filings of the court each row stands for, not what a fit was weighted by: so whatever a fit did to
    the share of positives, the risks add up to the natural one.
    """
    if positive.sum() < LEAST_FOR_ISOTONIC:
        return fit_platt(raw, positive, weight)
    return fit_isotonic(raw, positive, weight)


def choose_thresholds(
    raw: Floats, filed_at: NDArray[np.int64], base_rate: float, policy: Policy
) -> Thresholds:
    """Cuts that last year would have let through as many filings a court day as `policy` says.

    `raw` are out-of-fold scores. Filings of the same score as the first one too many stay below the cut,
    so capacity is never exceeded by a tie.
    """
    return cut(tail_of(raw, filed_at, base_rate), policy)


def fit_isotonic(raw: Floats, positive: NDArray[np.bool_], weight: Floats) -> Calibration:
    """Steps that never fall, by the pool of adjacent violators; each one filing at the base rate larger than it is."""
    from sklearn.isotonic import IsotonicRegression

    raw = raw.round(9)  # closer scores are one: a step between them would have no finite slope
    steps = IsotonicRegression().fit(raw, positive, sample_weight=weight).predict(raw)
    levels, level = np.unique(steps, return_inverse=True)
    filings = np.bincount(level, weight)
    base_rate = np.average(positive, weights=weight)
    # One more filing at the base rate in each step: no probability is exactly 0 or 1.
    smoothed = np.maximum.accumulate((levels * filings + base_rate) / (filings + 1))
    left, right = np.full(len(levels), np.inf), np.full(len(levels), -np.inf)
    np.minimum.at(left, level, raw)
    np.maximum.at(right, level, raw)
    x, first = np.unique(np.column_stack((left, right)).ravel(), return_index=True)
    return Calibration("isotonic", tuple(x.tolist()), tuple(np.repeat(smoothed, 2)[first].tolist()))


def fit_platt(raw: Floats, positive: NDArray[np.bool_], weight: Floats) -> Calibration:
    """A sigmoid of the raw score, fitted to Platt's smoothed targets (Platt 1999)."""
    from sklearn.linear_model import LogisticRegression

    found, others = weight[positive].sum(), weight[~positive].sum()
    least, most = 1 / (others + 2), (found + 1) / (found + 2)
    target = np.where(positive, most, least)
    # A row with target t is t of a positive and 1 - t of a negative.
    model = LogisticRegression(C=np.inf, tol=1e-8, max_iter=1000).fit(
        np.concatenate((raw, raw))[:, None],
        np.repeat((1, 0), len(raw)),
        sample_weight=np.concatenate((weight * target, weight * (1 - target))),
    )
    slope, shift = float(model.coef_[0, 0]), float(model.intercept_[0])
    if slope <= 0:  # the score says nothing: everybody has the base rate
        slope, shift = 0.0, float(np.log(found / others))
    x = np.linspace(raw.min() - 2, raw.max() + 2, PLATT_POINTS)
    # Few filings do not warrant a risk nearer to 0 or 1 than the targets themselves.
    y = np.clip(_sigmoid(slope * x + shift), least, most)
    return Calibration("platt", tuple(x.tolist()), tuple(y.tolist()))


def _sigmoid(x: Floats) -> Floats:
    half: Floats = 0.5 * (1 + np.tanh(0.5 * x))
    return half
