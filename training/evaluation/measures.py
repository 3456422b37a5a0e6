"""How good a ranking is: average precision, precision and recall at capacities, calibration error, with intervals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Groups = NDArray[np.int64]
"""The cluster of each filing, 0 to g - 1: those of one cluster are drawn together or not at all."""

CAPACITIES = (0.005, 0.01, 0.02, 0.05)
"""Shares of all filings a court might review; system flags in Jiangsu were 1.9 % of seven causes."""

RESAMPLES = 500
COVERAGE = 0.95
BINS = 20
"""Bins of as many filings each, by which calibration is judged."""


@dataclass(frozen=True)
class Interval:
    """A figure with its 95 % interval: percentiles of bootstrap resamples of filings, or of clusters of them."""

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
    positive: Flags,
    score: Floats,
    n: int = RESAMPLES,
    seed: int = 0,
    weight: Floats | None = None,
    groups: Groups | None = None,
) -> Interval:
    """Average precision with its bootstrap interval over `n` resamples."""
    ranking = _Ranking(positive, score, weight)
    drawn = [_average_precision(*ranking.curve(times)) for times in resamples(len(score), n, seed, groups)]
    return _interval(_average_precision(*ranking.curve()), np.array(drawn))


def average_precision_difference(
    positive: Flags,
    score: Floats,
    other: Floats,
    n: int = RESAMPLES,
    seed: int = 0,
    groups: Groups | None = None,
) -> Interval:
    """Average precision of ranking by `score` less that of `other`; both see the same resamples (paired)."""
    one, two = _Ranking(positive, score, None), _Ranking(positive, other, None)
    drawn = [
        _average_precision(*one.curve(times)) - _average_precision(*two.curve(times))
        for times in resamples(len(score), n, seed, groups)
    ]
    return _interval(_average_precision(*one.curve()) - _average_precision(*two.curve()), np.array(drawn))


def measure(
    positive: Flags,
    score: Floats,
    weight: Floats | None = None,
    n: int = RESAMPLES,
    seed: int = 0,
    groups: Groups | None = None,
) -> Measures:
    """Every figure of one ranking. The same `seed` resamples the same rows, so rankings compare pairwise.

    Ties across a capacity's edge count by their expected share. Arrays are (n,).
    """
    ranking = _Ranking(positive, score, weight)
    value = _figures(*ranking.curve())
    drawn = np.array([_figures(*ranking.curve(times)) for times in resamples(len(score), n, seed, groups)])
    precision, *at = (_interval(figure, drawn[:, k]) for k, figure in enumerate(value))
    return Measures(
        filings=len(score),
        positives=int(positive.sum()),
        base_rate=float(np.average(positive, weights=weight)),
        average_precision=precision,
        precision_at=dict(zip(map(str, CAPACITIES), at[::2], strict=True)),
        recall_at=dict(zip(map(str, CAPACITIES), at[1::2], strict=True)),
    )


def area_under_curve(positive: Flags, score: Floats, weight: Floats | None = None) -> float:
    """The chance that a positive's score is above another's, ties counting half; NaN without both kinds."""
    weight = np.ones(len(score)) if weight is None else weight
    _, place = np.unique(score, return_inverse=True)
    yes, no = np.bincount(place, weight * positive), np.bincount(place, weight * ~positive)
    if not yes.sum() or not no.sum():
        return float("nan")
    return float((yes * (np.cumsum(no) - no / 2)).sum() / (yes.sum() * no.sum()))


def area_interval(
    positive: Flags, score: Floats, n: int = 200, seed: int = 0, groups: Groups | None = None
) -> Interval:
    """The area under the curve with its bootstrap interval."""
    drawn = [
        area_under_curve(positive, score, t.astype(float)) for t in resamples(len(score), n, seed, groups)
    ]
    return _interval(area_under_curve(positive, score), np.array(drawn))


def share_reviewed(score: Floats, share: float) -> Floats:
    """How far each filing is among the top `share`: 1 or 0, and of ties across the edge their expected share."""
    seen = share * len(score)
    order = np.sort(score)[::-1]
    cut = order[min(int(seen), len(score) - 1)]
    above, tied = score > cut, score == cut
    return np.where(above, 1.0, np.where(tied, np.clip((seen - above.sum()) / tied.sum(), 0, 1), 0.0))


def precision_recall(positive: Flags, score: Floats) -> tuple[Floats, Floats, Floats]:
    """Share of filings reviewed, precision and recall down to each distinct score."""
    found, seen = _Ranking(positive, score, None).curve()
    return seen / seen[-1], found / seen, found / max(found[-1], 1)


def expected_calibration_error(
    positive: Flags, risk: Floats, weight: Floats | None = None, bins: int = BINS
) -> float:
    """Mean distance of risk and share found over bins of as many filings each, as a probability."""
    weight = np.ones(len(risk)) if weight is None else weight
    order = np.argsort(risk, kind="stable")
    # Filings of one and the same risk stay together.
    ends = np.append(np.flatnonzero(np.diff(risk[order])), len(risk) - 1) + 1
    wanted = np.linspace(0, len(risk), bins + 1)[1:]
    cuts = np.unique(ends[np.minimum(np.searchsorted(ends, wanted), len(ends) - 1)])
    starts = np.concatenate([[0], cuts[:-1]])
    off = np.add.reduceat((weight * (risk - positive))[order], starts)
    return float(np.abs(off).sum() / weight.sum())


def calibration_error_by_chance(
    risk: Floats, weight: Floats | None = None, n: int = 100, seed: int = 0
) -> float:
    """The mean calibration error at which risks that are exactly right would be measured: labels drawn from them."""
    random = np.random.default_rng(seed)
    drawn = [expected_calibration_error(random.random(len(risk)) < risk, risk, weight) for _ in range(n)]
    return float(np.mean(drawn))


def calibration_error_interval(
    positive: Flags,
    risk: Floats,
    weight: Floats,
    n: int = RESAMPLES,
    seed: int = 0,
    groups: Groups | None = None,
) -> Interval:
    """Expected calibration error with its bootstrap interval.

    Resampling adds noise of its own, and noise raises this figure: the interval is shifted to its mean (basic
    correction), and never below 0.
    """
    value = expected_calibration_error(positive, risk, weight)
    drawn = np.array(
        [
            expected_calibration_error(positive, risk, weight * times)
            for times in resamples(len(risk), n, seed, groups)
        ]
    )
    drawn = np.maximum(drawn - drawn.mean() + value, 0)
    return _interval(value, drawn)


def resamples(rows: int, n: int, seed: int, groups: Groups | None = None) -> Iterator[NDArray[np.int64]]:
    """How often each row is drawn, in each of `n` resamples of rows, or of whole groups where given."""
    random = np.random.default_rng(seed)
    of = rows if groups is None else int(groups.max()) + 1
    for _ in range(n):
        times = np.bincount(random.integers(of, size=of), minlength=of)
        yield times if groups is None else times[groups]


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


def _interval(value: float, drawn: Floats) -> Interval:
    known = drawn[~np.isnan(drawn)]
    if not len(known):
        return Interval(value, float("nan"), float("nan"))
    tail = (1 - COVERAGE) / 2
    low, high = np.quantile(known, (tail, 1 - tail))
    return Interval(value, float(low), float(high))
