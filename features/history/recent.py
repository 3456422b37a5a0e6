"""The norm of a cause: what the latest earlier filings of it claimed, everywhere or at the own court."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from pandas.api.indexers import BaseIndexer

from features.history.docket import Docket, Floats, Ints, family_code, to_cents
from features.normalise.causes import cause_family
from xiezhi.records import Filing


class RecentAmounts:
    """Claimed amounts in order of filing, by cause family or by cause family and court."""

    def __init__(self, docket: Docket) -> None:
        self._docket = docket

    def compare(self, most: int, scope: Literal["all", "court"], filings: Sequence[Filing]) -> Floats:
        """The claimed amount of each filing over the median of the amounts among the latest `most` filings of its
        cause before its moment; NaN where either is unknown, or the median 0."""
        docket = self._docket
        elsewhere = len(docket.courts)
        cents = np.array([to_cents(f.claim_amount) for f in filings], dtype=np.float64)
        families = [family_code(cause_family(f.cause, f.proceeding)) for f in filings]
        courts = [0] * len(filings)
        if scope == "court":
            courts = [docket.court_number.get(f.court, elsewhere) for f in filings]
        first = docket.first_from(np.array([f.filed_at for f in filings], dtype=np.int64))
        norm = self._medians(most, scope, np.array(families, np.int64) * (elsewhere + 1) + courts, first)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where((cents >= 0) & (norm > 0), cents / norm, np.nan)

    def _medians(self, most: int, scope: str, group: Ints, first: Ints) -> Floats:
        """For each (group, filing position) the median of the latest amounts of the group before it."""
        docket = self._docket
        court = docket.court if scope == "court" else np.zeros(len(docket.court), np.int64)
        own = docket.family * (len(docket.courts) + 1) + court
        order = np.argsort(own, kind="stable")
        stride = len(order) + 1
        code = own[order] * stride + order
        asked = np.searchsorted(code, group * stride + first)
        begin = np.searchsorted(code, group * stride)
        amounts = docket.cents[order].astype(np.float64)
        amounts[amounts < 0] = np.nan
        low = np.maximum(begin, asked - most)
        if len(asked) <= _FEW:
            return np.array([_median(amounts[i:j]) for i, j in zip(low, asked, strict=True)])
        place = np.arange(len(order))
        ends = _Ends(start=np.maximum(np.searchsorted(code, own[order] * stride), place + 1 - most))
        medians = pd.Series(amounts).rolling(ends, min_periods=1).median().to_numpy()
        return np.where(asked > low, np.append(medians, np.nan)[asked - 1], np.nan)


_FEW = 32
"""Filings asked up to which each median is found by itself: at the desk it is one."""


def _median(amounts: Floats) -> float:
    known = amounts[~np.isnan(amounts)]
    return float(np.median(known)) if len(known) else np.nan


class _Ends(BaseIndexer):  # type: ignore[misc]
    """Windows that end with each row; `start` is where they begin."""

    def get_window_bounds(
        self,
        num_values: int = 0,
        min_periods: int | None = None,
        center: bool | None = None,
        closed: str | None = None,
        step: int | None = None,
    ) -> tuple[Ints, Ints]:
        """The bounds pandas asks for."""
        start: Ints = self.start
        return start, np.arange(1, num_values + 1)
