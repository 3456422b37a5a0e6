"""The kernel: one question to history, answered for many filings at once or for one.

The same code serves a whole history in training and one filing's fetched history at the desk, so both
see the same numbers. `rows` selects what an answer counted; the sentences of the reasons name it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from features.history.aggregate import Aggregate, Slot
from features.history.docket import Docket, Floats, Ints, family_code, happening_code, proceeding_code
from features.history.facts import Facts, filed_facts, learned_facts
from features.history.sides import NEVER, Counterparts, first_known, opponents, principals
from xiezhi.clock import DAY, Moment

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Queries:
    """q filings asking, each as of a moment. `slots`: slot -> (query, key) in two columns of equal length."""

    as_of: Ints  # (q,)
    slots: Mapping[Slot, tuple[Ints, Ints]]


class History:
    """A docket made ready for questions. Masks and sums are worked out once per question."""

    def __init__(self, docket: Docket) -> None:
        self.docket = docket
        self._masks: dict[Aggregate, Bools] = {}
        self._sides: dict[Aggregate, Counterparts] = {}
        self._first_known: dict[tuple[str, ...], Ints] = {}

    @cached_property
    def filed(self) -> Facts:
        """Appearances at the moment of filing."""
        return filed_facts(self.docket)

    @cached_property
    def learned(self) -> Facts:
        """Appearances at the moments something became known."""
        return learned_facts(self.docket)

    def answer(self, question: Aggregate, queries: Queries) -> Floats:
        """The answer for every query, NaN where unknown. Shape (q,).

        A query must not find its own filing before its `as_of`: use `answer_one` for a later look.
        """
        best = np.full(len(queries.as_of), np.nan)
        query, key = queries.slots.get(question.slot, (_NONE, _NONE))
        if len(query) == 0:
            return best
        before = queries.as_of[query]
        since = None if question.window_days is None else before - question.window_days * DAY
        facts = self._facts(question)
        low, high = facts.span(key, since, before)
        values = self._values(question, facts, low, high, since, before)
        # fmin and fmax pass over NaN; at() is needed because a query may hold many keys.
        (np.fmin if question.kind == "days_since" else np.fmax).at(best, query, values)
        return best

    def _values(
        self, question: Aggregate, facts: Facts, low: Ints, high: Ints, since: Ints | None, before: Ints
    ) -> Floats:
        mask = self._mask(question)
        if question.kind == "count":
            return _sums(mask.astype(np.int64), low, high).astype(float)
        if question.kind == "sum":
            cents = np.maximum(self.docket.cents[facts.filing], 0)
            return np.asarray(_sums(np.where(mask, cents, 0), low, high) / 100.0)
        if question.kind == "days_since":
            return _days_since(facts.time, mask, low, high, before)
        if question.kind in ("opponents", "principals"):
            return self._counterparts(question).distinct(low, high, since).astype(float)
        counted = _sums(mask.astype(np.int64), low, high)
        known = np.where(mask, self._known(question)[facts.filing], NEVER)
        happened = _below(known, low, high, before)
        if question.kind == "open":
            return (counted - happened).astype(float)
        return np.where(counted > 0, happened / np.maximum(counted, 1), np.nan)

    def rows(self, question: Aggregate, key: int, as_of: Moment, own: int = -1) -> Ints:
        """Rows of the facts that the answer for one key counts, oldest first; `own` filing left out."""
        facts = self._facts(question)
        before = np.array([as_of])
        since = None if question.window_days is None else before - question.window_days * DAY
        low, high = facts.span(np.array([key]), since, before)
        rows: Ints = np.arange(low[0], high[0])
        chosen = self._mask(question)[rows] & (facts.filing[rows] != own)
        return np.asarray(rows[chosen])

    def answer_one(self, question: Aggregate, keys: Ints, as_of: Moment, own: int) -> float:
        """The answer for one filing looked at again later: as `answer`, with the filing itself left out."""
        values = [self._value_of_rows(question, self.rows(question, int(k), as_of, own), as_of) for k in keys]
        known = [v for v in values if not np.isnan(v)]
        if not known:
            return np.nan
        return min(known) if question.kind == "days_since" else max(known)

    def _value_of_rows(self, question: Aggregate, rows: Ints, as_of: Moment) -> float:
        facts = self._facts(question)
        if question.kind == "count":
            return float(len(rows))
        if question.kind == "sum":
            return float(np.maximum(self.docket.cents[facts.filing[rows]], 0).sum()) / 100.0
        if question.kind == "days_since":
            return float((as_of - facts.time[rows[-1]]) / DAY) if len(rows) else np.nan
        if question.kind in ("opponents", "principals"):
            return float(len(self._counterparts(question).of_rows(rows)))
        known = self._known(question)[facts.filing[rows]]
        happened = int(np.count_nonzero(known < as_of))
        if question.kind == "open":
            return float(len(rows) - happened)
        return happened / len(rows) if len(rows) else np.nan

    def witnesses(self, question: Aggregate, keys: Ints, as_of: Moment, own: int, most: int) -> list[str]:
        """Ids of the earlier filings the answer rests on, newest first, at most `most`."""
        facts = self._facts(question)
        found: dict[int, int] = {}
        for key in keys:
            rows = self.rows(question, int(key), as_of, own)
            if question.kind == "share":  # the share rests on those in which it happened
                known = self._known(question)[facts.filing[rows]]
                rows = rows[known < as_of]
            if question.kind == "open":
                known = self._known(question)[facts.filing[rows]]
                rows = rows[known >= as_of]
            found.update(zip(facts.filing[rows].tolist(), facts.time[rows].tolist(), strict=True))
        newest = sorted(found, key=lambda f: (found[f], f), reverse=True)[:most]
        return [str(self.docket.filing_ids[f]) for f in newest]

    def _facts(self, question: Aggregate) -> Facts:
        counts_happenings = question.happened and question.kind in ("count", "days_since")
        return self.learned if counts_happenings else self.filed

    def _known(self, question: Aggregate) -> Ints:
        """For each filing the moment at which what the question asks about was first known."""
        kinds = question.happened
        if kinds not in self._first_known:
            self._first_known[kinds] = first_known(self.docket, kinds)
        return self._first_known[kinds]

    def _mask(self, question: Aggregate) -> Bools:
        """Which facts count. Of one instance seen in several roles under one key, the first."""
        if question not in self._masks:
            self._masks[question] = self._make_mask(question)
        return self._masks[question]

    def _make_mask(self, question: Aggregate) -> Bools:
        facts, docket = self._facts(question), self.docket
        mask = np.ones(len(facts.code), dtype=bool)
        if question.seen_as:
            mask &= np.isin(facts.role, question.seen_as)
        if question.families:
            codes = [family_code(f) for f in question.families]
            mask &= np.isin(docket.family, codes)[facts.filing]
        if question.proceedings:
            codes = [proceeding_code(p) for p in question.proceedings]
            mask &= np.isin(docket.proceeding, codes)[facts.filing]
        if facts is self.learned:
            mask &= np.isin(facts.happening, [happening_code(h) for h in question.happened])
        chosen = np.flatnonzero(mask)
        same = (facts.code[chosen[1:]] == facts.code[chosen[:-1]]) & (
            facts.instance[chosen[1:]] == facts.instance[chosen[:-1]]
        )
        mask[chosen[1:][same]] = False
        return mask

    def _counterparts(self, question: Aggregate) -> Counterparts:
        if question not in self._sides:
            find = opponents if question.kind == "opponents" else principals
            self._sides[question] = find(self.docket, self.filed, self._mask(question))
        return self._sides[question]


_NONE: Ints = np.zeros(0, dtype=np.int64)


def _sums(weight: Ints, low: Ints, high: Ints) -> Ints:
    total = np.concatenate([[0], np.cumsum(weight)])
    return np.asarray(total[high] - total[low], dtype=np.int64)


def _days_since(time: Ints, mask: Bools, low: Ints, high: Ints, before: Ints) -> Floats:
    """Days from the last masked fact of each slice to `before`, NaN where the slice has none."""
    answer = np.full(len(low), np.nan)
    last = np.maximum.accumulate(np.where(mask, np.arange(len(mask)), -1))
    asked = np.flatnonzero(high > low)
    latest = last[high[asked] - 1]
    found = latest >= low[asked]
    answer[asked[found]] = (before[asked[found]] - time[latest[found]]) / DAY
    return answer


def _below(values: Ints, low: Ints, high: Ints, bound: Ints) -> Ints:
    """How many of values[low:high] lie below the bound, for each slice."""
    result = np.zeros(len(low), dtype=np.int64)
    for i in np.flatnonzero(high > low):
        result[i] = np.count_nonzero(values[low[i] : high[i]] < bound[i])
    return result
