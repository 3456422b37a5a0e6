"""How far each filing counts in training (权重): ripeness, certainty of its finding, and doubt."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from training.monitoring.maturity import estimate_arrival

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

LEAST_WEIGHT = 0.1
"""Least weight of an unlabelled filing: the youngest still say what filings look like (assumption)."""

MOST_STANDS_FOR = 20.0
"""Filings at most that one of the audit sample stands for: truncated, for one rare draw would else decide a
fit alone (Cole and Hernán 2008 on truncating inverse-probability weights; the figure is an own limit)."""


def maturity_weights(ages: Ints, lags: Ints, followed: Ints) -> Floats:
    """How far an unlabelled filing of each age (microseconds) counts as a negative, in [0.1, 1].

    It is the probability that a finding would have come by now, estimated from the positive labels' lags (filing to
    finding) and how long their filings have been `followed` (`training.monitoring.maturity.estimate_arrival`). Weighted so, the
    share of positives is an estimate for filings of full age, not for half-ripe ones.
    """
    return np.maximum(estimate_arrival(lags, followed).by(ages), LEAST_WEIGHT)


def count_natural(*, ripe: Floats, positive: Flags, labelled: Flags, drawn_with: Floats) -> Floats:
    """How many of the court's filings each of n stands for: 1, less while no finding could be expected yet, more where
    the audit sample drew one found false. Without certainty and doubt, which are about learning: risks are calibrated
    to what is found."""
    return np.where(positive, np.minimum(1 / drawn_with, MOST_STANDS_FOR), np.where(labelled, 1.0, ripe))


def weigh(
    *, ripe: Floats, positive: Flags, labelled: Flags, certainty: Floats, drawn_with: Floats, in_doubt: Flags
) -> Floats:
    """The weight of each of n filings.

    ripe: `maturity_weights`. certainty: of the finding, where there is one. drawn_with: the probability
    with which the audit sample drew the filing, 1 where it did not. in_doubt: unlabelled and tied to a
    positive; neither a positive nor a negative, so 0.

    A finding that a filing is false counts as far as it is certain, and for as many filings as the draw that
    brought it to light; one that it is genuine never less than none would.
    """
    found_false = certainty * np.minimum(1 / drawn_with, MOST_STANDS_FOR)
    found_genuine = np.maximum(certainty, ripe)
    unlabelled = np.where(in_doubt, 0.0, ripe)
    return np.where(positive, found_false, np.where(labelled, found_genuine, unlabelled))
