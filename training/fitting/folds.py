"""Who is held out from whom (折): by time, and never one group on both sides."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.data.dataset import Dataset
from xiezhi.clock import Moment

FOLDS = 5
MOST_CROSS_FITTED = 200_000
"""Filings up to which five boosters are grown beside the final one. With more there are positives enough to measure
on one block of time, and a sixth of the work."""

HELD_OUT_SHARE = 0.2
"""Of the positives on ripe filings, the share the held-out block of time has."""

SAMPLED = 0.2
"""Of the filings without a finding, the share that the booster before the held-out block learns from; each stands
for five. 10,000 of 100,000 cost 0.04 average precision, 40,000 and more nothing measurable."""


@dataclass(frozen=True)
class Split:
    """Rows `learnt` from and rows `held_out`, which that booster scores; `weight` of those learnt from.

    purged: rows left out of learning because their group has a filing among those held out.
    """

    learnt: NDArray[np.int64]
    weight: NDArray[np.float64]
    held_out: NDArray[np.int64]
    purged: int = 0


def split(data: Dataset, seed: int) -> list[Split]:
    """Five folds, each scored by a booster without it, or one block of time at the end of a large data set.

    Rows of weight 0 are scored and never learnt from.
    """
    return _cross(data) if len(data.positive) <= MOST_CROSS_FITTED else [hold_out_the_end(data, seed)]


def time_blocks(positive: NDArray[np.bool_], group: NDArray[np.int64]) -> NDArray[np.int64]:
    """The fold (0 to 4) of each row, rows being in order of time: blocks of time with as many positives each.

    Equal in positives, not in rows: labels are late, so the newest rows hold few of them. A group goes as one,
    where its first filing goes: nothing needs to be purged, and filings outside any group fall into unbroken blocks.
    """
    first = _first_row(group)
    found = np.bincount(first, positive, len(positive))
    earlier = np.cumsum(found) - found
    blocks = np.minimum(earlier * FOLDS // max(int(positive.sum()), 1), FOLDS - 1)
    return np.asarray(blocks[first], dtype=np.int64)


def _cross(data: Dataset) -> list[Split]:
    """A fold is left empty where a group before it has many positives; it and one without which none is left do
    not count, and their filings have no honest score."""
    blocks = time_blocks(data.positive, data.group)
    splits = []
    for fold in range(FOLDS):
        held_out = np.flatnonzero(blocks == fold)
        learnt = np.flatnonzero((blocks != fold) & (data.weight > 0))
        if len(held_out) and data.positive[learnt].any():
            splits.append(Split(learnt, data.weight[learnt], held_out))
    return splits


def hold_out_the_end(data: Dataset, seed: int) -> Split:
    """Learn from what was filed before a cut and hold out what came after, as it will be at the desk.

    The cut leaves a fifth of those positives behind it that are of ripe age; younger filings (the maturity gap) are
    held out too, for their scores, and place no cut.
    """
    cut = int(np.searchsorted(data.filed_at, _cut(data)))
    held_out = np.arange(cut, len(data.positive))
    taken = np.zeros(len(data.positive), dtype=bool)
    taken[data.group[held_out]] = True
    mine = ~taken[data.group[:cut]]
    usable = mine & (data.weight[:cut] > 0)
    sampled = data.labelled[:cut] | (np.random.default_rng(seed).random(cut) < SAMPLED)
    learnt = np.flatnonzero(usable & sampled)
    stands_for = np.where(data.labelled[learnt], 1.0, 1 / SAMPLED)
    return Split(learnt, data.weight[learnt] * stands_for, held_out, purged=int((~mine).sum()))


def _cut(data: Dataset) -> Moment:
    ripe = data.positive & (data.filed_at <= data.as_of - data.median_lag)
    filed = data.filed_at[ripe if ripe.any() else data.positive]
    return int(filed[int(len(filed) * (1 - HELD_OUT_SHARE))])


def _first_row(group: NDArray[np.int64]) -> NDArray[np.int64]:
    """The row of the first filing of each row's group."""
    _, first, place = np.unique(group, return_index=True, return_inverse=True)
    return np.asarray(first, dtype=np.int64)[place]
