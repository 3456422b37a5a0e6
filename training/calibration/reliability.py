"""Does a risk of 3 % mean three in a hundred? Reliability tables (可靠性表); the error in one figure is in evaluation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xiezhi.shares import wilson

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Bin:
    """Filings of neighbouring risks. risk: their mean; share: of positives among them, low to high its 95 % interval.

    Everything is weighted; the interval is Wilson's (1927) on as many filings as the weights are worth.
    """

    filings: int
    risk: float
    share: float
    low: float
    high: float


def tabulate(risk: Floats, positive: Flags, weight: Floats | None = None, bins: int = 10) -> tuple[Bin, ...]:
    """Bins from the lowest risk to the highest, each with as much expected of it: the few flagged get most of them.

    Filings that weigh nothing are left out. Bins of equal numbers would show a court one point at 0.3 % and nothing of what it reviews.
    """
    mass = np.ones(len(risk)) if weight is None else weight
    counts = mass > 0
    risk, positive, mass = risk[counts], positive[counts], mass[counts]
    at = _cut(risk, mass * risk, bins)
    total, squares, filings = _add(at, mass), _add(at, mass**2), _add(at, np.ones(len(risk)))
    risks, shares = _add(at, mass * risk) / total, _add(at, mass * positive) / total
    low, high = wilson(shares, total**2 / squares)
    columns = zip(filings.astype(int), risks, shares, low, high, strict=True)
    return tuple(Bin(int(n), *map(float, rest)) for n, *rest in columns)


def _cut(risk: Floats, mass: Floats, bins: int) -> NDArray[np.int64]:
    """Which of at most `bins` bins of about equal `mass` each row is in; rows of one risk are in one."""
    _, level = np.unique(risk, return_inverse=True)
    below = np.cumsum(np.bincount(level, mass))
    middle = below - np.bincount(level, mass) / 2
    chosen = np.minimum((middle / below[-1] * bins).astype(np.int64), bins - 1)
    return np.unique(chosen, return_inverse=True)[1][level]


def _add(at: NDArray[np.int64], values: Floats) -> Floats:
    return np.bincount(at, values).astype(np.float64)
