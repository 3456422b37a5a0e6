"""Codes too rarely found false to be told apart: a booster may lift none of them by a few findings alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from training.data.dataset import Dataset

LEAST_GROUPS = 5
"""Groups of linked filings with a finding from which a code may count by itself. Five to nine events a variable are the
fewest at which estimates of a logistic regression are rarely grossly off (Vittinghoff and McCulloch, American Journal of
Epidemiology 165 (2007) 710-718); a ring is found together, so it is one event."""

MOST_SET_ASIDE = 0.5
"""Share of the findings in rare codes above which none is set aside: where most codes are rare, a rare one is no kind of
its own, only a court that knows little (own limit)."""


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
    """The same filings; no finding in a rare code counts in learning unless a sign of the law stands on its filing.

    Folding the code does not hide the kind: a suit against an authority has no amount, no instrument, nobody to settle
    with, and two findings lift all that have none. Such a finding shows a booster what kind of filing it is and nothing of
    what was wrong with it, which came later (the hundredth request for information, not the first) or was never there.
    What the law says of the kind the signs say; calibration counts every finding. All count where no sign was asked.
    """
    rare = np.zeros(len(data.positive), dtype=bool)
    for column in (data.names.index(name) for name in data.categorical):
        rare |= _rare(data, data.values[:, column])
    rare &= data.positive
    if not data.bits.any() or rare.sum() > MOST_SET_ASIDE * data.positive.sum():
        return data
    return replace(data, weight=np.where(rare & (data.bits <= 0), 0.0, data.weight))


def _rare(data: Dataset, codes: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(n,): the row's code is found false in fewer than `LEAST_GROUPS` groups."""
    known = ~np.isnan(codes)
    found = known & data.positive
    pairs = np.unique(np.column_stack((codes[found], data.group[found])), axis=0)
    frequent, groups = np.unique(pairs[:, 0], return_counts=True)
    return known & ~np.isin(codes, frequent[groups >= LEAST_GROUPS])
