"""How good a ranking is: average precision, precision and recall at capacities, with bootstrap intervals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

CAPACITIES = (0.01, 0.02, 0.05)
"""Shares of all filings a court might review; system flags in Jiangsu were 1.9 % of seven causes."""

RESAMPLES = 500
COVERAGE = 0.95


@dataclass(frozen=True)
class Interval:
    """A figure with its 95 % interval: percentiles of bootstrap resamples of filings."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Measures:
    """One ranking's figures. `base_rate` is the average precision of a ranking by lot."""

    filings: int
    positives: int
    base_rate: float
    average_precision: Interval
    precision_at: dict[str, Interval]
    recall_at: dict[str, Interval]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types; capacities are keys such as `0.02`."""
        return asdict(self)


def average_precision(positive: Flags, score: Floats, weight: Floats | None = None) -> float:
    """Average precision of ranking by `score`, ties taken together; NaN without positives."""
    return _average_precision(*_Ranking(positive, score, weight).curve())


def average_precision_interval(
    positive: Flags, score: Floats, n: int = RESAMPLES, seed: int = 0, weight: Floats | None = None
) -> Interval:
    """Average precision with its bootstrap interval over `n` resamples."""
    ranking = _Ranking(positive, score, weight)
    drawn = [_average_precision(*ranking.curve(times)) for times in _resamples(len(score), n, seed)]
    return _interval(_average_precision(*ranking.curve()), np.array(drawn))


def average_precision_difference(
    positive: Flags, score: Floats, other: Floats, n: int = RESAMPLES, seed: int = 0
) -> Interval:
    """Average precision of ranking by `score` less that of `other`; both see the same resamples (paired)."""
    one, two = _Ranking(positive, score, None), _Ranking(positive, other, None)
    drawn = [
        _average_precision(*one.curve(times)) - _average_precision(*two.curve(times))
        for times in _resamples(len(score), n, seed)
    ]
    return _interval(_average_precision(*one.curve()) - _average_precision(*two.curve()), np.array(drawn))


def share_interval(hits: int, of: int) -> Interval:
    """A share with Wilson's 95 % interval (Wilson 1927), which is honest near 0 and 1 too; `of` is at least 1."""
    z, share = 1.959964, hits / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    reach = z / (1 + z * z / of) * float(np.sqrt(share * (1 - share) / of + z * z / (4 * of * of)))
    return Interval(share, max(0.0, middle - reach), min(1.0, middle + reach))


def measure(
    positive: Flags, score: Floats, weight: Floats | None = None, n: int = RESAMPLES, seed: int = 0
) -> Measures:
    """Every figure of one ranking. The same `seed` resamples the same rows, so rankings compare pairwise.

    Ties across a capacity's edge count by their expected share. Arrays are (n,).
    """
    ranking = _Ranking(positive, score, weight)
    value = _figures(*ranking.curve())
    drawn = np.array([_figures(*ranking.curve(times)) for times in _resamples(len(score), n, seed)])
    precision, *at = (_interval(figure, drawn[:, k]) for k, figure in enumerate(value))
    return Measures(
        filings=len(score),
        positives=int(positive.sum()),
        base_rate=float(np.average(positive, weights=weight)),
        average_precision=precision,
        precision_at=dict(zip(map(str, CAPACITIES), at[::2], strict=True)),
        recall_at=dict(zip(map(str, CAPACITIES), at[1::2], strict=True)),
    )


class _Ranking:
    """Rows in falling order of score, cut where the score changes: sorted once for all resamples."""

    def __init__(self, positive: Flags, score: Floats, weight: Floats | None) -> None:
        order = np.argsort(-score, kind="stable")
        self._order = order
        self._weight = np.ones(len(score)) if weight is None else weight[order]
        self._positive = positive[order]
        self._ends = np.append(np.flatnonzero(np.diff(score[order])), len(score) - 1)

    def curve(self, times: NDArray[np.int64] | None = None) -> tuple[Floats, Floats]:
        """Positives found and filings seen (weighted) down to each distinct score.

        `times` says how often each row, in its original order, is drawn.
        """
        mass = self._weight if times is None else self._weight * times[self._order]
        return np.cumsum(mass * self._positive)[self._ends], np.cumsum(mass)[self._ends]


def _average_precision(found: Floats, seen: Floats) -> float:
    if found[-1] == 0:
        return float("nan")
    precision = np.divide(found, seen, out=np.zeros_like(found), where=seen > 0)
    return float((np.diff(found, prepend=0) * precision).sum() / found[-1])


def _at(share: float, found: Floats, seen: Floats) -> tuple[float, float]:
    """Precision and recall when the top `share` of the filings is reviewed."""
    reviewed = share * seen[-1]
    hits = float(np.interp(reviewed, np.append(0, seen), np.append(0, found)))
    return hits / float(reviewed), hits / float(found[-1]) if found[-1] else float("nan")


def _figures(found: Floats, seen: Floats) -> list[float]:
    """Average precision, then precision and recall at each capacity."""
    return [_average_precision(found, seen), *(f for share in CAPACITIES for f in _at(share, found, seen))]


def _resamples(rows: int, n: int, seed: int) -> Iterator[NDArray[np.int64]]:
    random = np.random.default_rng(seed)
    for _ in range(n):
        yield np.bincount(random.integers(rows, size=rows), minlength=rows)


def _interval(value: float, drawn: Floats) -> Interval:
    known = drawn[~np.isnan(drawn)]
    if not len(known):
        return Interval(value, float("nan"), float("nan"))
    tail = (1 - COVERAGE) / 2
    low, high = np.quantile(known, (tail, 1 - tail))
    return Interval(value, float(low), float(high))
