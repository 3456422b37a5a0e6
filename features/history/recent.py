"""The norm of a cause: what the latest earlier filings of it claimed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from features.history.docket import Docket, Ints
from xiezhi.clock import Moment


class RecentAmounts:
    """Claimed amounts by cause family, in order of filing."""

    def __init__(self, docket: Docket) -> None:
        known = np.flatnonzero(docket.cents >= 0)
        self._rows: dict[int, tuple[Ints, Ints]] = {}
        for family in np.unique(docket.family):
            rows = known[docket.family[known] == family]
            self._rows[int(family)] = (docket.filed_at[rows], docket.cents[rows])

    def ratio(self, cents: int, family: int, as_of: Moment, most: int) -> float:
        """`cents` over the median of the latest `most` amounts filed before `as_of`; NaN where unknown."""
        filed_at, amounts = self._rows.get(family, (None, None))
        if cents < 0 or filed_at is None or amounts is None:
            return np.nan
        end = int(np.searchsorted(filed_at, as_of))
        return ratio_to_median(cents, amounts[max(0, end - most) : end])


def ratio_to_median(cents: int, amounts: Ints | Sequence[int]) -> float:
    """`cents` over the median of `amounts`; NaN where there are none or their median is 0."""
    if cents < 0 or len(amounts) == 0:
        return np.nan
    middle = float(np.median(np.asarray(amounts)))
    return cents / middle if middle > 0 else np.nan
