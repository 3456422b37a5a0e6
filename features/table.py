"""Model-ready rows with what they rest on: the hand-over from features to training and serving."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from features.history.aggregate import Aggregate, Slot
from features.history.docket import Floats, Ints
from features.history.kernel import History
from features.registry import BY_NAME
from xiezhi.clock import Moment

MOST_WITNESSES = 20
"""Earlier filings named beside one reason: more than a judge would open (own limit)."""


@dataclass(frozen=True)
class Ask:
    """One filing that asks: its id, the moment, and its keys by slot."""

    filing_id: str
    as_of: Moment
    slots: Mapping[Slot, Ints]


@dataclass(frozen=True)
class FeatureTable:
    """n rows of f features. `values` is (n, f) float64 with NaN for unknown; row i is asks[i]'s."""

    names: tuple[str, ...]
    asks: Sequence[Ask]
    courts: Sequence[str]
    values: Floats
    history: History

    @property
    def filing_ids(self) -> list[str]:
        """Filing id of each row."""
        return [ask.filing_id for ask in self.asks]

    @property
    def as_of(self) -> Ints:
        """Moment of each row, shape (n,)."""
        return np.array([ask.as_of for ask in self.asks], dtype=np.int64)

    def column(self, feature: str) -> Floats:
        """One feature of every row. Raises ValueError for an unknown name."""
        return self.values[:, self.names.index(feature)]

    def row_values(self, row: int) -> dict[str, float | None]:
        """One row as feature -> value, None where unknown."""
        return {
            n: None if np.isnan(v) else float(v) for n, v in zip(self.names, self.values[row], strict=True)
        }

    def witnesses(self, row: int, feature: str) -> tuple[str, ...]:
        """Ids of the earlier filings the value counts, newest first, at most `MOST_WITNESSES`."""
        question: Any = BY_NAME[feature].compute
        if not isinstance(question, Aggregate):
            return ()
        ask = self.asks[row]
        keys = ask.slots.get(question.slot)
        if keys is None or len(keys) == 0:
            return ()
        own = self.history.docket.position.get(ask.filing_id, -1)
        return tuple(self.history.witnesses(question, keys, ask.as_of, own, MOST_WITNESSES))
