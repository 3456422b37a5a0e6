"""Questions to the neighbourhood of a filing in the graph of who sued whom: bounded, as of the moment of filing.

Every read is bounded (`READ`, `FOLLOWED`, `MOST_REACHED` of `aggregate.py`, and `MOST_PARTIES` keys of a filing), so
that one filing at the desk reads what a whole history reads for it, and gives the same number.
"""

from __future__ import annotations

import numpy as np

from features.history.aggregate import (
    FOLLOWED,
    MOST_REACHED,
    READ,
    STEPS,
    Common,
    Density,
    Neighbourhood,
    Slot,
    Together,
)
from features.history.counting import Counted
from features.history.docket import Floats, Ints
from features.history.kernel import History
from features.history.keys import DEFENDANT, PLAINTIFF
from features.history.ranges import repeat_ranges
from features.history.reading import Queries
from features.history.sides import MOST_PARTIES
from features.history.slots import SLOTS

_AT_ONCE = 200_000
"""Filings asked at a time: neighbourhoods of a million at once would take gigabytes."""


class Neighbours:
    """Answers neighbourhood questions on a history."""

    def __init__(self, history: History) -> None:
        self._history = history

    def answer(self, question: Neighbourhood, queries: Queries) -> Floats:
        """The answer for every query, NaN where unknown. Shape (q,)."""
        size = len(queries.as_of)
        if size <= _AT_ONCE:
            return self._answer(question, queries)
        parts = [
            self._answer(question, queries.some(start, min(start + _AT_ONCE, size)))
            for start in range(0, size, _AT_ONCE)
        ]
        return np.concatenate(parts)

    def _answer(self, question: Neighbourhood, queries: Queries) -> Floats:
        if isinstance(question, Together):
            met = self._together(question, queries)[0]
        elif isinstance(question, Common):
            met = self._common(question, queries)
        elif isinstance(question, Density):
            return self._density(question, queries)
        else:
            return self._reach(queries)
        found = np.bincount(met, minlength=len(queries.as_of)).astype(np.float64)
        return np.where(_asks(queries, question.slot) & _asks(queries, question.other), found, np.nan)

    def meetings(self, question: Together, asker: Queries) -> list[int]:
        """Positions of the filings in which the keys of the one filing that asks met, newest first."""
        return sorted(self._together(question, asker)[1].tolist(), reverse=True)

    def _latest(self, slot: Slot, seen_as: tuple[int, ...], queries: Queries) -> tuple[Ints, Ints, Ints]:
        """The latest `READ` filings of each key of a slot: (number of the key among those asking, query, filing)."""
        counted = self._history.counted(SLOTS[slot][0], seen_as)
        reading = self._history.reading(queries, slot)
        high = counted.before[reading.high]
        low = np.maximum(high - READ, counted.before[reading.floor])
        at, asking = repeat_ranges(low, high)
        return asking, reading.query[asking], counted.timeline.filing[counted.rows[at]]

    def _together(self, question: Together, queries: Queries) -> tuple[Ints, Ints]:
        """(query, filing) of the filings in which a key of the one slot and one of the other stood."""
        if question.slot not in queries.slots or question.other not in queries.slots:
            return _NONE, _NONE
        _, query, filing = self._latest(question.slot, question.seen_as, queries)
        query, filing = _distinct_pairs(query, filing)
        others, key = queries.slots[question.other]
        group = self._history.groups(SLOTS[question.other][0], key)
        order = np.argsort(others, kind="stable")
        others, group = others[order], group[order]
        at, pair = repeat_ranges(np.searchsorted(others, query), np.searchsorted(others, query, side="right"))
        counted = self._history.counted(SLOTS[question.other][0], question.other_as)
        stands = counted.timeline.holds(counted.rows, group[at], filing[pair])
        return _distinct_pairs(query[pair[stands]], filing[pair[stands]])

    def _common(self, question: Common, queries: Queries) -> Ints:
        """The query of each third key found on both sides."""
        if question.slot not in queries.slots or question.other not in queries.slots:
            return _NONE
        through = self._history.counted(question.through, question.found_as)
        one = self._found(question.slot, question.seen_as, through, queries)
        through = self._history.counted(question.through, question.other_found_as)
        other = self._found(question.other, question.other_as, through, queries)
        both = np.intersect1d(one, other, assume_unique=True)
        size = through.timeline.groups
        for slot in (question.slot, question.other):
            if SLOTS[slot][0] == question.through:
                query, key = queries.slots[slot]
                group = self._history.groups(question.through, key)
                both = np.setdiff1d(both, (query * size + group)[group >= 0])
        return np.asarray(both // max(size, 1))

    def _found(self, slot: Slot, seen_as: tuple[int, ...], through: Counted, queries: Queries) -> Ints:
        """Keys in the latest filings of a slot's keys: query times the number of keys plus the key, distinct."""
        _, query, filing = self._latest(slot, seen_as, queries)
        query, filing = _distinct_pairs(query, filing)
        group, pair = through.keys_of(filing, MOST_PARTIES)
        return np.unique(query[pair] * through.timeline.groups + group)

    def _density(self, question: Density, queries: Queries) -> Floats:
        size = len(queries.as_of)
        if question.slot not in queries.slots:
            return np.full(size, np.nan)
        asking, query, filing = self._latest(question.slot, question.seen_as, queries)
        keys = len(queries.slots[question.slot][0])
        sides = self._history.sides
        plaintiff, of = sides.meet(filing, PLAINTIFF)
        first, last = sides.span(filing[of], DEFENDANT)
        at, pair = repeat_ranges(first, last)
        plaintiff, defendant = plaintiff[pair], sides.of[DEFENDANT][0][at]
        asked, by = asking[of[pair]], np.full(keys, -1)
        by[asking] = query
        number = sides.size
        _, met = np.unique(plaintiff * number + defendant, return_inverse=True)
        width = int(met.max(initial=0)) + 1
        edges = np.bincount(np.unique(asked * width + met) // width, minlength=keys)
        plaintiffs = np.bincount(np.unique(asked * number + plaintiff) // number, minlength=keys)
        defendants = np.bincount(np.unique(asked * number + defendant) // number, minlength=keys)
        enough = np.bincount(asking, minlength=keys) >= 2
        possible = plaintiffs * defendants
        share = np.where(enough & (possible > 0), edges / np.maximum(possible, 1), np.nan)
        best = np.full(size, np.nan)
        np.fmax.at(best, by[by >= 0], share[by >= 0])
        return best

    def _reach(self, queries: Queries) -> Floats:
        size = len(queries.as_of)
        query, key = own_parties(queries)
        reached = np.bincount(query, minlength=size)
        timeline, sides = self._history.timeline("party"), self._history.sides
        group = self._history.groups("party", key)
        known = np.unique((query * timeline.groups + group)[group >= 0])
        first, frontier = self._history.docket.first_from(queries.as_of), known
        for _ in range(STEPS):
            asked, party = np.divmod(frontier, max(timeline.groups, 1))
            high = timeline.before(party, first[asked])
            low = np.maximum(high - FOLLOWED, timeline.start[party + 1])
            at, of = repeat_ranges(low, high)
            asked, filing = _distinct_pairs(asked[of], timeline.filing[at])
            met = [(sides.meet(filing, side)) for side in (PLAINTIFF, DEFENDANT)]
            codes = np.unique(np.concatenate([asked[of] * timeline.groups + party for party, of in met]))
            frontier = np.setdiff1d(codes, known, assume_unique=True)
            known = np.union1d(known, frontier)
            reached += np.bincount(frontier // max(timeline.groups, 1), minlength=size)
            frontier = frontier[reached[frontier // max(timeline.groups, 1)] < MOST_REACHED]
        answer = np.minimum(reached, MOST_REACHED).astype(np.float64)
        return np.where(np.bincount(query, minlength=size) > 0, answer, np.nan)


_PARTIES: tuple[Slot, ...] = ("plaintiff", "defendant")
_NONE: Ints = np.zeros(0, dtype=np.int64)


def own_parties(queries: Queries) -> tuple[Ints, Ints]:
    """(query, key) of the parties from which a reach starts: of each side the `MOST_PARTIES` smallest keys."""
    query, key = [], []
    for slot in _PARTIES:
        of, which = queries.slots.get(slot, (_NONE, _NONE))
        order = np.lexsort((which, of))
        of, which = of[order], which[order]
        kept = np.arange(len(of)) - np.searchsorted(of, of) < MOST_PARTIES
        query.append(of[kept])
        key.append(which[kept])
    return _distinct_pairs(np.concatenate(query), np.concatenate(key))


def _asks(queries: Queries, slot: Slot) -> np.typing.NDArray[np.bool_]:
    asks = np.zeros(len(queries.as_of), dtype=bool)
    if slot in queries.slots:
        asks[queries.slots[slot][0]] = True
    return asks


def _distinct_pairs(one: Ints, other: Ints) -> tuple[Ints, Ints]:
    order = np.lexsort((other, one))
    one, other = one[order], other[order]
    new = np.ones(len(one), dtype=bool)
    new[1:] = (one[1:] != one[:-1]) | (other[1:] != other[:-1])
    return one[new], other[new]
