"""Performance before labels arrive (无标签性能估计): what the risks themselves say, if they are calibrated.

Confidence-based estimation as in NannyML's CBPE: each filing is false with the probability it was given; outcomes are
drawn from that, and every figure is worked out on the draws.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.evaluation.measures import Interval, average_precision

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

DRAWS = 300


@dataclass(frozen=True)
class Foresight:
    """Expected precision and recall of the flags and average precision, with 95 % intervals of the outcomes drawn.

    The intervals hold chance alone, not an error of the calibration. NaN where it makes no sense (nothing flagged).
    """

    filings: int
    flagged: int
    precision: Interval
    recall: Interval
    average_precision: Interval


def foresee(risk: Floats, score: Floats, flagged: Flags, seed: int = 0, draws: int = DRAWS) -> Foresight:
    """What is to be expected of filings with these risks, ranked by `score`. Arrays are (n,)."""
    generator = np.random.default_rng(seed)
    figures = np.full((draws, 3), np.nan)
    for draw in figures:
        outcome = generator.random(len(risk)) < risk
        hits, found = outcome[flagged].sum(), outcome.sum()
        draw[0] = hits / flagged.sum() if flagged.any() else np.nan
        draw[1] = hits / found if found else np.nan
        draw[2] = average_precision(outcome, score) if found else np.nan
    precision, recall, ranking = (_interval(figures[:, k]) for k in range(3))
    return Foresight(len(risk), int(flagged.sum()), precision, recall, ranking)


def _interval(drawn: Floats) -> Interval:
    known = drawn[~np.isnan(drawn)]
    if not len(known):
        return Interval(float("nan"), float("nan"), float("nan"))
    low, high = np.quantile(known, (0.025, 0.975))
    return Interval(float(known.mean()), float(low), float(high))
