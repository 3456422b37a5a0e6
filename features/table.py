"""Model-ready rows with what they rest on: the hand-over from features to training and serving."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from math import isnan
from typing import Any

import numpy as np

from features.history.aggregate import UNKNOWN_OF_NOTHING, Aggregate, Together
from features.history.around import docket_around
from features.history.docket import Floats, Ints
from features.history.kernel import History
from features.history.neighbourhood import Neighbours
from features.history.reading import Queries
from features.registry import BY_NAME, Derived, Tied
from xiezhi.records import Filing
from xiezhi.store.claim_relations import RelatedFiling


@dataclass(frozen=True)
class FeatureTable:
    """n rows of f features. `values` is (n, f) float64 with NaN for unknown.

    queries: who asks in each row, and as of when. filings: those of the rows, for whoever reads their words. relations: filing id -> its claim's relations to earlier ones.
    """

    names: tuple[str, ...]
    filing_ids: Sequence[str]
    courts: Sequence[str]
    queries: Queries
    values: Floats
    history: History
    relations: Mapping[str, Sequence[RelatedFiling]] = field(default_factory=dict)
    filings: Sequence[Filing] = ()

    @property
    def as_of(self) -> Ints:
        """Moment of each row, shape (n,)."""
        return self.queries.as_of

    def column(self, feature: str) -> Floats:
        """One feature of every row. Raises ValueError for an unknown name."""
        if feature not in self._place:
            raise ValueError(feature)
        return self.values[:, self._place[feature]]

    @cached_property
    def _place(self) -> dict[str, int]:
        return {name: column for column, name in enumerate(self.names)}

    def row_values(self, row: int) -> dict[str, float | None]:
        """One row as feature -> value, None where unknown."""
        return {
            n: None if isnan(v) else v for n, v in zip(self.names, self.values[row].tolist(), strict=True)
        }

    def witnesses(self, row: int, feature: str) -> tuple[str, ...]:
        """Ids of the earlier filings the value counts, newest first."""
        question: Any = BY_NAME[feature].compute
        if isinstance(question, Aggregate):
            return tuple(self._near(row).witnesses(question, self._asker(row)))
        if isinstance(question, Together):
            found = Neighbours(self._near(row)).meetings(question, self._asker(row))
            return tuple(str(self._near(row).docket.filing_ids[f]) for f in found)
        if isinstance(question, Tied):
            tied = question.counted(self.relations.get(self.filing_ids[row], ()))
            return tuple(r.other_filing_id for r in tied)
        if isinstance(question, Derived):
            values = {part: float(self.values[row, self._place[part]]) for part in question.of}
            carrying = question.of if question.carried_by is None else question.carried_by(values)
            return tuple(dict.fromkeys(filing for part in carrying for filing in self.witnesses(row, part)))
        return ()

    def uncounted(self, row: int, feature: str) -> float:
        """The value had none of the filings it counts been there; the value itself where it counts none."""
        value, question = float(self.values[row, self._place[feature]]), BY_NAME[feature].compute
        if isinstance(question, Derived):
            parts = [np.array([self.uncounted(row, part)]) for part in question.of]
            return float(question.by(*parts)[0])
        if isnan(value) or not isinstance(question, Aggregate | Together | Tied):
            return value
        if isinstance(question, Tied):
            return question.read(())
        if isinstance(question, Aggregate) and question.kind == "share":
            return 0.0 if value < 1 else np.nan
        return np.nan if isinstance(question, Aggregate) and question.kind in UNKNOWN_OF_NOTHING else 0.0

    def is_at_least(self, row: int, feature: str) -> bool:
        """Whether the value is a part only: some key of the filing has a longer history than is read."""
        question: Any = BY_NAME[feature].compute
        return isinstance(question, Aggregate) and self._near(row).is_cut_short(question, self._asker(row))

    def _asker(self, row: int) -> Queries:
        """What one row asks, held for the questions to come."""
        asker: Queries = self._find_asker(row) if len(self.filing_ids) > 1 else self.queries
        return asker

    @cached_property
    def _find_asker(self) -> Any:
        return lru_cache(1)(self.queries.one)

    def _near(self, row: int) -> History:
        """The history around one row's filing, without the filing itself."""
        found: History = self._find_near(row)
        return found

    @cached_property
    def _find_near(self) -> Any:
        return lru_cache(1)(self._cut)

    def own_place(self, row: int) -> int:
        """Where the docket holds a row's filing, -1 where it does not."""
        docket = self.history.docket
        if len(self.filing_ids) == 1:  # one look is not worth a table of all filings
            return int(next(iter((docket.filing_ids == self.filing_ids[0]).nonzero()[0]), -1))
        return docket.position.get(self.filing_ids[row], -1)

    def _cut(self, row: int) -> History:
        own = self.own_place(row)
        if own < 0 and len(self.filing_ids) == 1:
            return self.history  # read around this filing alone
        near = docket_around(self.history.docket, self._asker(row), self.history.most_read, own)
        return History(near, self.history.most_read)
