"""Quarter after quarter (逐季): the model as it stands, and one that had been retrained before each quarter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import lightgbm
import numpy as np

from training.data.dataset import Dataset
from training.evaluation.measures import Flags, Floats, Groups, Interval, average_precision_interval
from training.evaluation.slices import LEAST_POSITIVES
from training.fitting.codes import set_aside
from training.fitting.fit import choose_parameters, construct, require_labels
from xiezhi.clock import Moment, parse_moment, to_datetime
from xiezhi.errors import NotEnoughLabels

RESAMPLES = 200
"""For a quarter's interval: its ends are read off a plot."""


@dataclass(frozen=True)
class Quarter:
    """One quarter's filings. at: ranking -> its average precision, None with too few positives or without scores."""

    name: str
    filings: int
    positives: int
    ripe: float
    at: Mapping[str, Interval | None]


def quarters_of(
    names: Sequence[str],
    positive: Flags,
    scores: Mapping[str, Floats],
    ripe: Floats,
    groups: Groups,
    seed: int = 0,
) -> list[Quarter]:
    """Figures of every quarter. names: of n filings in order of time; scores: ranking -> (n,), NaN where it has none."""
    column = np.array(names)
    found = []
    for name in dict.fromkeys(names):
        at = np.flatnonzero(column == name)
        _, clusters = np.unique(groups[at], return_inverse=True)
        enough = positive[at].sum() >= LEAST_POSITIVES
        told = {
            ranking: average_precision_interval(positive[at], score[at], RESAMPLES, seed, groups=clusters)
            if enough and not np.isnan(score[at]).any()
            else None
            for ranking, score in scores.items()
        }
        found.append(Quarter(name, len(at), int(positive[at].sum()), float(ripe[at].mean()), told))
    return found


def quarter_names(filed_at: Groups, zone: str) -> list[str]:
    """The quarter of each moment, such as `2023Q1`, by local time."""
    days = (to_datetime(int(moment), zone) for moment in filed_at)
    return [f"{day.year}Q{(day.month + 2) // 3}" for day in days]


def quarter_begins(name: str, zone: str) -> Moment:
    """The first moment of a quarter."""
    return parse_moment(f"{name[:4]}-{int(name[5]) * 3 - 2:02d}-01", zone)


def plain_scores(
    seen: Dataset, values: Floats, monotone: Sequence[int], rounds: int, seed: int
) -> Floats | None:
    """Raw scores of rows by one booster of a fixed number of rounds; None where `seen` holds too few findings.

    The training function of the retrained curve: no folds, no choice of rounds, so that a quarter costs one booster
    where `train` grows six of them to their end.
    """
    try:
        require_labels(seen.positive)
    except NotEnoughLabels:
        return None
    parameters = choose_parameters(seen, monotone, seed)
    table = construct(set_aside(seen), parameters)
    booster = lightgbm.train(parameters, table, num_boost_round=rounds)
    return np.asarray(booster.predict(values, raw_score=True), dtype=np.float64)
