"""Label maturity (标签成熟度): how many findings should have come by now, and how many did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2
from sqlalchemy import Connection

from training.evaluation.measures import Interval
from xiezhi.clock import DAY, Moment
from xiezhi.labels import labels_as_of
from xiezhi.store.filings import filed_at_of
from xiezhi.store.happenings import findings_of

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

LEAST_EXPECTED = 5.0
"""Findings expected below which a comparison says nothing (the usual rule for counts)."""


@dataclass(frozen=True)
class Arrival:
    """The share of findings that have come by an age: steps `share` at ages `lag` (microseconds), rising to 1.

    1 is what came within the longest time anybody was followed: later findings are unknown to it.
    """

    lag: Ints
    share: Floats

    def by(self, age: Ints) -> Floats:
        """Share arrived by each age. Nothing is known without a single finding: then all counts as arrived."""
        if not len(self.lag):
            return np.ones(len(age))
        return np.append(0.0, self.share)[np.searchsorted(self.lag, age, side="right")]

    def median(self) -> int | None:
        """The age by which half of the findings have come; None where there is none."""
        return int(self.lag[np.searchsorted(self.share, 0.5)]) if len(self.lag) else None


@dataclass(frozen=True)
class Ripeness:
    """One month's findings. risk: sum of the risks given, the findings expected in the end; share: of those, how many
    should have come by now; expected, found: so many should have and so many did; ratio: found over expected, with its
    exact Poisson interval (Garwood 1936), NaN where fewer than `LEAST_EXPECTED` are expected.
    """

    filings: int
    risk: float
    share: float
    expected: float
    found: int
    labelled: int
    ratio: Interval


def estimate_arrival(lag: Ints, followed: Ints) -> Arrival:
    """The distribution of lags of which only those no longer than the time followed can be seen.

    lag, followed: (n,) microseconds, of each finding. Without the correction young filings, of which only quick
    findings are known, would make findings look quick. Product-limit estimator of right-truncated data
    (Lynden-Bell 1971; Kalbfleisch and Lawless 1989).
    """
    seen = lag <= followed
    lag, followed = lag[seen], followed[seen]
    at, count = np.unique(lag, return_counts=True)
    at_risk = np.searchsorted(np.sort(lag), at, side="right") - np.searchsorted(
        np.sort(followed), at, side="left"
    )
    # A lag at risk alone would make everything below it 0: one more is counted at risk there.
    stays = 1 - count / np.where(count < at_risk, at_risk, at_risk + 1)
    share = np.append(np.cumprod(stays[::-1])[::-1][1:], 1.0)
    return Arrival(at, share)


def read_arrival(connection: Connection, as_of: Moment) -> Arrival:
    """How late findings come in this court, by all of them known before `as_of` that say false or abusive."""
    labels = labels_as_of(findings_of(connection, None, as_of), as_of)
    positive = {filing_id: label.known_at for filing_id, label in labels.items() if label.positive}
    filed = filed_at_of(connection, list(positive))
    late = [(positive[i] - filed[i], as_of - filed[i]) for i in positive if i in filed]
    lags, followed = np.array(late, dtype=np.int64).reshape(-1, 2).T
    return estimate_arrival(lags, followed)


def ripen(risk: Floats, age: Ints, arrival: Arrival, found_at: Sequence[Moment], labelled: int) -> Ripeness:
    """Hold what was found of some filings against their risks. risk, age: (n,); found_at: when each finding came."""
    total, expected = float(risk.sum()), float((risk * arrival.by(age)).sum())
    found, times = len(found_at), len({at // DAY for at in found_at})
    return Ripeness(
        len(risk), total, expected / total if total else float("nan"), expected, found, labelled,
        count_interval(found, times, expected),
    )  # fmt: skip


def count_interval(found: int, times: int, expected: float) -> Interval:
    """Found over expected with its interval; NaN where too few are expected.

    A ring may be found on one day: what is counted as chance are the `times` (days) findings came, each with as many as
    the others. Where each came alone this is the exact Poisson interval of the count (Garwood 1936).
    """
    if expected < LEAST_EXPECTED:
        return Interval(float("nan"), float("nan"), float("nan"))
    size = found / times if times else 1.0
    low = chi2.ppf(0.025, 2 * times) / 2 if times else 0.0
    high = chi2.ppf(0.975, 2 * times + 2) / 2
    return Interval(found / expected, float(low * size / expected), float(high * size / expected))
