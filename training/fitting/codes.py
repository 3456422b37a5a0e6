"""Codes too rarely found false to be told apart: a booster may lift none of them by a few findings alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from training.data.dataset import Dataset

LEAST_GROUPS = 5
"""Groups of linked filings with a finding from which a code may raise a risk by itself. Five to nine events a variable
are the fewest at which estimates of a logistic regression are rarely grossly off (Vittinghoff and McCulloch, American Journal
of Epidemiology 165 (2007) 710-718); a ring is found together, so it is one event."""


def fold_rare_codes(data: Dataset) -> NDArray[np.float64]:
    """Values of `data` (n, f) to learn from: codes lifted by fewer than `LEAST_GROUPS` groups are unknown.

    A copy where there are any. LightGBM puts codes never seen on the side of unknown ones, so nothing else needs to know:
    a booster grown on these values scores the codes as they are. Codes found false no more often than all filings stay:
    that thousands of divorces are honest is learnt from the thousands.
    """
    values = data.values
    for column in (data.names.index(name) for name in data.categorical):
        rare = _rare(data, data.values[:, column])
        if rare.any():
            values = data.values.copy() if values is data.values else values
            values[rare, column] = np.nan
    return values


def _rare(data: Dataset, codes: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(n,): the row's code is found false more often than all are, and in fewer than `LEAST_GROUPS` groups."""
    rare = np.zeros(len(codes), dtype=bool)
    for code in np.unique(codes[data.positive & ~np.isnan(codes)]):
        here = codes == code
        found = data.positive & here
        lifted = found.sum() > data.positive.mean() * here.sum()
        if lifted and len(np.unique(data.group[found])) < LEAST_GROUPS:
            rare |= here
    return rare
