"""Codes too rarely found false to be told apart: a booster may lift none of them by a few findings alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from training.data.dataset import Dataset
from xiezhi.shares import wilson

LEAST_GROUPS = 5
"""Groups of linked filings with a finding from which a code may count by itself. Five to nine events a variable are the
fewest at which estimates of a logistic regression are rarely grossly off (Vittinghoff and McCulloch, American Journal of
Epidemiology 165 (2007) 710-718); a ring is found together, so it is one event."""


@contextmanager
def rare_codes_folded(data: Dataset) -> Iterator[NDArray[np.float64]]:
    """Values of `data` (n, f) to learn from: codes found false in fewer than `LEAST_GROUPS` groups are unknown.

    The table itself, whose codes are put back at the end: a copy would be gigabytes. LightGBM puts codes never seen on
    the side of unknown ones, so nothing else needs to know: a booster grown on these values scores the codes as they
    are. Not by the share found false: two mistaken findings in a code of eight hundred filings are below that of all
    and lift it all the same, where nothing else tells them apart.
    """
    columns = [data.names.index(name) for name in data.categorical]
    rare = {column: _rare(data, data.values[:, column]) for column in columns}
    before = {column: data.values[rows, column] for column, rows in rare.items()}
    for column, rows in rare.items():
        data.values[rows, column] = np.nan
    try:
        yield data.values
    finally:
        for column, rows in rare.items():
            data.values[rows, column] = before[column]


def set_aside(data: Dataset) -> Dataset:
    """The same filings, but lone findings in a rare code do not count in learning: those with no other found false in their
    group of linked filings and no sign of the law on them, in a code not surely found false more often than all
    (Wilson, 95 %, a group being one event).

    Folding the code does not hide the kind: a suit against an authority has no amount, no instrument, nobody to settle
    with, and two findings lift all that have none. Such a finding shows a booster what kind of filing it is and nothing of
    what was wrong with it, which came later (the hundredth request for information, not the first) or was never there.
    What the law says of the kind the signs say; calibration counts every finding. All count where no sign was asked.
    """
    if not data.bits.any():
        return data
    untold = np.zeros(len(data.positive), dtype=bool)
    for column in (data.names.index(name) for name in data.categorical):
        untold |= _rare(data, data.values[:, column]) & ~_found_more_often(data, data.values[:, column])
    return replace(data, weight=np.where(untold & _alone(data) & (data.bits <= 0), 0.0, data.weight))


def _alone(data: Dataset) -> NDArray[np.bool_]:
    """(n,): the row's filing alone is found false in its group of linked filings."""
    _, place = np.unique(data.group, return_inverse=True)
    return np.asarray(data.positive & (np.bincount(place, data.positive)[place] == 1), dtype=np.bool_)


def _rare(data: Dataset, codes: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(n,): the row's code is found false in fewer than `LEAST_GROUPS` groups."""
    found, groups = _found_groups(data, codes)
    return ~np.isnan(codes) & ~np.isin(codes, found[groups >= LEAST_GROUPS])


def _found_more_often(data: Dataset, codes: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(n,): the row's code is surely found false more often than all filings are."""
    found, groups = _found_groups(data, codes)
    filings = np.array([np.sum(codes == code) for code in found], dtype=np.float64)
    low, _ = wilson(groups / np.maximum(filings, 1), filings)
    share = len(np.unique(data.group[data.positive])) / len(data.positive)
    return np.isin(codes, found[low > share])


def _found_groups(data: Dataset, codes: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Codes found false, and in how many groups of linked filings each."""
    found = ~np.isnan(codes) & data.positive
    pairs = np.unique(np.column_stack((codes[found], data.group[found])), axis=0)
    return np.unique(pairs[:, 0], return_counts=True)
