"""What a model, rules or cuts that are tried would have flagged over a past period, beside what screens today."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from training.evaluation.measures import (
    Flags,
    Interval,
    average_precision_difference,
    average_precision_interval,
)
from training.evaluation.period import Period
from training.evaluation.regime import Regime, Verdicts, judge
from training.evaluation.slices import LEAST_POSITIVES, split
from xiezhi.clock import Moment
from xiezhi.policy import Band

WHO = ("court", "cause", "represented", "plaintiff", "defendant")
"""By which those whose band changes are told apart."""

_RANK: Mapping[Band, int] = {"none": 0, "notice": 1, "review": 2}


class Change(NamedTuple):
    """A filing whose band changes. found: what an authority said of it by the label date. seen: a model was trained on
    it, so that its score flatters. Risks are NaN without a model."""

    filing_id: str
    before: Band
    after: Band
    risk_before: float
    risk_after: float
    found: str
    seen: bool


class Moved(NamedTuple):
    """Filings of one value of a facet: how many there are, get a higher band, get a lower one."""

    facet: str
    value: str
    filings: int
    raised: int
    lowered: int


@dataclass(frozen=True)
class Agreement:
    """Filings flagged (noticed or for review): of those with a finding, how many were found bad, how many genuine."""

    flagged: int
    review: int
    bad: int
    genuine: int


@dataclass(frozen=True)
class Backtest:
    """Both regimes over the same filings, today's first in every pair.

    seen: filings of the period a model was trained on. agreement: on the others; agreement_seen: on those.
    found_bad: of the others. fired, bad: sign -> filings it fired on, and of those found bad, all told.
    average_precision: of each model on the others; gain: how much the tried one has more, paired; None without two models
    or with too few findings.
    """

    since: Moment
    before: Moment
    labels_as_of: Moment
    zone: str
    regimes: tuple[Regime, Regime]
    filings: int
    seen: tuple[int, int]
    found_bad: int
    ripe: float
    fired: Mapping[str, tuple[int, int]]
    bad: Mapping[str, tuple[int, int]]
    changes: tuple[Change, ...]
    who: tuple[Moved, ...]
    agreement: tuple[Agreement, Agreement]
    agreement_seen: tuple[Agreement, Agreement]
    average_precision: tuple[Interval | None, Interval | None]
    gain: Interval | None


def backtest(period: Period, today: Regime, tried: Regime, seed: int = 0) -> Backtest:
    """Judge the filings of the period, each as of its own moment, by both regimes. Raises BundleError."""
    regimes = (today, tried)
    verdicts = (judge(today, period), judge(tried, period))
    ages = [period.filed_at < (regime.trained_as_of or 0) for regime in regimes]
    seen: Flags = ages[0] | ages[1]
    found = np.array(period.found)
    bands = [np.array(one.bands) for one in verdicts]
    changes = tuple(
        Change(
            filing_id, verdicts[0].bands[i], verdicts[1].bands[i], float(verdicts[0].risk[i]),
            float(verdicts[1].risk[i]), period.found[i], bool(seen[i]),
        )
        for i, filing_id in enumerate(period.filing_ids)
        if bands[0][i] != bands[1][i]
    )  # fmt: skip
    fired, bad = (
        [_count(one.signs, among) for one in verdicts]
        for among in (np.ones(len(found), dtype=bool), found == "bad")
    )
    names = sorted(fired[0].keys() | fired[1].keys())
    agreement, agreement_seen = (
        (_agree(bands[0], found, among), _agree(bands[1], found, among)) for among in (~seen, seen)
    )
    precisions, gain = _compare(period, verdicts, ~seen, seed)
    return Backtest(
        period.since, period.before, period.labels_as_of, period.zone, regimes, len(found),
        (int(ages[0].sum()), int(ages[1].sum())), int((found[~seen] == "bad").sum()), float(period.ripe.mean()),
        {n: (fired[0][n], fired[1][n]) for n in names}, {n: (bad[0][n], bad[1][n]) for n in names},
        changes, tuple(_who(period, verdicts)), agreement, agreement_seen, precisions, gain,
    )  # fmt: skip


def _count(signs: Sequence[frozenset[str]], among: Flags) -> Counter[str]:
    return Counter(sign for codes, counts in zip(signs, among, strict=True) if counts for sign in codes)


def _agree(bands: Flags, found: Flags, among: Flags) -> Agreement:
    flagged = among & (bands != "none")
    return Agreement(
        int(flagged.sum()),
        int((among & (bands == "review")).sum()),
        int((flagged & (found == "bad")).sum()),
        int((flagged & (found == "genuine")).sum()),
    )


def _compare(
    period: Period, verdicts: tuple[Verdicts, Verdicts], among: Flags, seed: int
) -> tuple[tuple[Interval | None, Interval | None], Interval | None]:
    """Average precision of both models on filings neither has seen, and the gain of the second."""
    positive = period.positive[among]
    if positive.sum() < LEAST_POSITIVES:
        return (None, None), None
    _, groups = np.unique(period.groups[among], return_inverse=True)
    raw = [one.raw[among] for one in verdicts]
    told = [
        None
        if np.isnan(scores).any()
        else average_precision_interval(positive, scores, seed=seed, groups=groups)
        for scores in raw
    ]
    if None in told or np.array_equal(raw[0], raw[1]):
        return (told[0], told[1]), None
    return (told[0], told[1]), average_precision_difference(
        positive, raw[1], raw[0], seed=seed, groups=groups
    )


def _who(period: Period, verdicts: tuple[Verdicts, Verdicts]) -> list[Moved]:
    ranks = [np.array([_RANK[band] for band in one.bands]) for one in verdicts]
    step = ranks[1] - ranks[0]
    return [
        Moved(
            facet,
            value,
            int(inside.sum()),
            int((inside & (step > 0)).sum()),
            int((inside & (step < 0)).sum()),
        )
        for facet in WHO
        for value, inside in split(period.facet(facet))
    ]
