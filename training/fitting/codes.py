"""Codes too rarely found false to be told apart: a booster may lift none of them by a few findings alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from training.data.dataset import Dataset

LEAST_GROUPS = 5
"""Groups of linked filings with a finding from which a code may count by itself. Five to nine events a variable are the
fewest at which estimates of a logistic regression are rarely grossly off (Vittinghoff and McCulloch, American Journal of
Epidemiology 165 (2007) 710-718); a ring is found together, so it is one event."""


def fold_rare_codes(data: Dataset) -> NDArray[np.float64]:
    """Values of `data` (n, f) to learn from: codes found false in fewer than `LEAST_GROUPS` groups are unknown.

    A copy where there are any. LightGBM puts codes never seen on the side of unknown ones, so nothing else needs to know:
    a booster grown on these values scores the codes as they are. Not by the share found false: two mistaken findings
    in a code of eight hundred filings are below that of all and lift it all the same, where nothing else tells them apart.
    """
    values = data.values
    for column in (data.names.index(name) for name in data.categorical):
        rare = _rare(data, data.values[:, column])
        if rare.any():
            values = data.values.copy() if values is data.values else values
            values[rare, column] = np.nan
    return values


def _rare(data: Dataset, codes: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(n,): the row's code is found false in fewer than `LEAST_GROUPS` groups."""
    known = ~np.isnan(codes)
    found = known & data.positive
    pairs = np.unique(np.column_stack((codes[found], data.group[found])), axis=0)
    frequent, groups = np.unique(pairs[:, 0], return_counts=True)
    return known & ~np.isin(codes, frequent[groups >= LEAST_GROUPS])
