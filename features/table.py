"""Model-ready rows with what they rest on: the hand-over from features to training and serving."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from features.history.aggregate import Aggregate, Together
from features.history.around import docket_around
from features.history.docket import Floats, Ints
from features.history.kernel import History
from features.history.neighbourhood import Neighbours
from features.history.reading import Queries
from features.registry import BY_NAME, Derived, Tied
from xiezhi.store.claim_relations import RelatedFiling

MOST_WITNESSES = 20
"""Earlier filings named beside one reason: more than a judge would open (own limit)."""


@dataclass(frozen=True)
class FeatureTable:
    """n rows of f features. `values` is (n, f) float64 with NaN for unknown.

    queries: who asks in each row, and as of when. relations: filing id -> its claim's relations to earlier ones.
    """

    names: tuple[str, ...]
    filing_ids: Sequence[str]
    courts: Sequence[str]
    queries: Queries
    values: Floats
    history: History
    relations: Mapping[str, Sequence[RelatedFiling]] = field(default_factory=dict)

    @property
    def as_of(self) -> Ints:
        """Moment of each row, shape (n,)."""
        return self.queries.as_of

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
        if isinstance(question, Aggregate):
            return tuple(self._near(row).witnesses(question, self.queries.one(row), MOST_WITNESSES))
        if isinstance(question, Together):
            found = Neighbours(self._near(row)).meetings(question, self.queries.one(row))[:MOST_WITNESSES]
            return tuple(str(self._near(row).docket.filing_ids[f]) for f in found)
        if isinstance(question, Tied):
            tied = question.counted(self.relations.get(self.filing_ids[row], ()))
            return tuple(r.other_filing_id for r in tied)[:MOST_WITNESSES]
        if isinstance(question, Derived):
            parts = dict.fromkeys(filing for part in question.of for filing in self.witnesses(row, part))
            return tuple(parts)[:MOST_WITNESSES]
        return ()

    def is_at_least(self, row: int, feature: str) -> bool:
        """Whether the value is a part only: some key of the filing has a longer history than is read."""
        question: Any = BY_NAME[feature].compute
        return isinstance(question, Aggregate) and self._near(row).is_cut_short(
            question, self.queries.one(row)
        )

    def _near(self, row: int) -> History:
        """The history around one row's filing, without the filing itself."""
        found: History = self._find_near(row)
        return found

    @cached_property
    def _find_near(self) -> Any:
        return lru_cache(1)(self._cut)

    def _cut(self, row: int) -> History:
        own = self.history.docket.position.get(self.filing_ids[row], -1)
        near = docket_around(self.history.docket, self.queries.one(row), self.history.most_read, own)
        return History(near, self.history.most_read)
