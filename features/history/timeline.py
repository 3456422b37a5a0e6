"""Appearances of keys in order of key and time: what a key did before a moment is one slice."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from features.history.aggregate import Scope
from features.history.docket import Docket, Ints, happening_code
from features.history.keys import NAMESPACE_SHIFT, namespace_code
from features.history.ranges import repeat_ranges
from xiezhi.clock import DAY

NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Happened:
    """What was learned of a timeline's filings, of some kinds, in order of group and moment. r rows."""

    timeline: Timeline
    code: Ints  # (r,) group and place of the moment among the docket's: one sorted column
    row: Ints  # (r,) row of the timeline it was learned of
    known: Ints  # (r,) moments
    first: Ints  # (r,) 1 where it is the first of these kinds of its row, else 0

    def before(self, group: Ints, moment: Ints) -> Ints:
        """How many rows stand before each (group, moment), those of smaller groups included."""
        place, end = self.start[group + 1], self.start[group + 2]
        some = np.flatnonzero(end > place)
        # Of most groups all that happened was before, or nothing: only the others are searched.
        over = self.known[end[some] - 1] < moment[some]
        place[some[over]] = end[some[over]]
        some = some[~over]
        some = some[self.known[place[some]] < moment[some]]
        moments = self.timeline.docket.moments[0]
        tick = np.searchsorted(moments, moment[some])
        place[some] = np.searchsorted(self.code, group[some] * (len(moments) + 1) + tick)
        return place

    @cached_property
    def start(self) -> Ints:
        """Where each group begins, as `Timeline.start` has it."""
        count = np.bincount(self.timeline.group[self.row] + 1, minlength=self.timeline.groups + 1)
        return np.concatenate([[0], np.cumsum(count)])


class Timeline:
    """Rows (group, filing, role), sorted. A group is a key; in a scope, a key with one value of the attribute.

    leaves: for each row the filing from whose moment on (exclusive) the row is no longer read; n: always read.
    """

    def __init__(self, docket: Docket, group: Ints, filing: Ints, role: Ints, leaves: Ints) -> None:
        self.docket = docket
        self.group, self.filing, self.role = group, filing, role
        self.leaves = leaves
        self._stride = len(docket.filing_ids) + 1
        self.code = group * self._stride + filing

    @cached_property
    def time(self) -> Ints:
        """Moment of each row."""
        return self.docket.filed_at[self.filing]

    @cached_property
    def same_moment(self) -> Ints:
        """For each row the first row of its group and moment."""
        new = np.ones(len(self.group), dtype=bool)
        new[1:] = (self.group[1:] != self.group[:-1]) | (self.time[1:] != self.time[:-1])
        return np.maximum.accumulate(np.where(new, np.arange(len(new)), 0))

    @cached_property
    def leaves_at(self) -> Ints:
        """The last moment at which each row is seen, as far as the bound on reading goes."""
        moments = np.append(self.docket.filed_at, NEVER)
        return moments[self.leaves]

    @cached_property
    def is_bounded(self) -> bool:
        """Whether some key has more rows than are read."""
        return bool(len(self.leaves)) and int(self.leaves.min()) < self._stride - 1

    @cached_property
    def start(self) -> Ints:
        """Where each group begins, group -1 (no such key) in front: start[group + 1]; and the end of all."""
        count = np.bincount(self.group + 1, minlength=1)
        return np.concatenate([[0], np.cumsum(count)])

    @property
    def groups(self) -> int:
        """How many groups there are."""
        return len(self.start) - 2

    def holds(self, rows: Ints, group: Ints, filing: Ints) -> NDArray[np.bool_]:
        """Whether each (group, filing) is among some of the rows, given in order."""
        codes = self.code[rows]
        wanted = np.where(group < 0, -1, group * self._stride + filing)
        place = np.searchsorted(codes, wanted)
        there = place < len(codes)
        there[there] = codes[place[there]] == wanted[there]
        return there

    def before(self, group: Ints, first: Ints) -> Ints:
        """How many rows stand before (group, filing position), those of smaller groups included."""
        return np.searchsorted(self.code, group * self._stride + first)

    def in_order(self, group: Ints, first: Ints) -> Ints:
        """The order of (group, filing position)."""
        return np.argsort(group * self._stride + first)

    def floor(self, group: Ints, first: Ints) -> Ints:
        """The first row of each group that is still read at the moment whose first filing is given."""
        if not self.is_bounded:
            return self.start[group + 1]
        return np.searchsorted(self._leave_code, group * self._stride + first)

    @cached_property
    def _leave_code(self) -> Ints:
        return self.group * self._stride + self.leaves

    def leaves_window(self, window_days: int | None) -> Ints:
        """The last moment at which each row is seen in a window."""
        if window_days is None:
            return self.leaves_at
        return np.minimum(self.time + window_days * DAY, self.leaves_at)

    @cached_property
    def _rows_of_filing(self) -> tuple[Ints, Ints]:
        order = np.argsort(self.filing, kind="stable")
        count = np.bincount(self.filing, minlength=self._stride)
        return order, np.concatenate([[0], np.cumsum(count)])

    def happened(self, kinds: tuple[str, ...]) -> Happened:
        """What was learned of the rows' filings, of these kinds."""
        docket = self.docket
        codes = np.zeros(256, dtype=bool)
        codes[[happening_code(kind) for kind in kinds]] = True
        chosen = np.flatnonzero(codes[docket.happening_kind])
        order, start = self._rows_of_filing
        filing = docket.happening_filing[chosen]
        at, of = repeat_ranges(start[filing], start[filing + 1])
        row, happening = order[at], chosen[of]
        moments, tick = docket.moments
        code = self.group[row] * (len(moments) + 1) + tick[happening]
        by = np.argsort(code)
        code, row, known = code[by], row[by], docket.happening_known[happening[by]]
        earliest = np.empty(len(self.group), dtype=np.int64)
        earliest[row[::-1]] = np.arange(len(row))[::-1]  # of several the last one written stays
        first = (earliest[row] == np.arange(len(row))).astype(np.int64)
        return Happened(self, code, row, known, first)


class Timelines:
    """The timelines of a docket. most: of a key the latest so many rows before a moment are read."""

    def __init__(self, docket: Docket, most: int) -> None:
        self._docket, self._most = docket, most

    def make(self, namespace: str) -> tuple[Ints, Timeline]:
        """Keys of a namespace, sorted, and their timeline in which the group is the key's position."""
        docket = self._docket
        chosen = np.flatnonzero(docket.key >> NAMESPACE_SHIFT == namespace_code(namespace))
        keys, group = np.unique(docket.key[chosen], return_inverse=True)
        stride = 4 * (len(docket.filing_ids) + 1)  # four roles
        code = np.sort(group * stride + docket.key_filing[chosen] * 4 + docket.key_role[chosen])
        group, rest = np.divmod(code, stride)
        filing, role = rest >> 2, rest & 3
        return keys, Timeline(docket, group, filing, role, self._leaves(group, filing))

    def _leaves(self, group: Ints, filing: Ints) -> Ints:
        """For each row the filing of the row `most` later of its key, or n where there is none."""
        leaves = np.full(len(group), len(self._docket.filing_ids), dtype=np.int64)
        if len(group) > self._most:
            same = np.flatnonzero(group[: -self._most] == group[self._most :])
            leaves[same] = filing[same + self._most]
        return leaves


def scoped(base: Timeline, values: Ints) -> tuple[Ints, Ints, Timeline]:
    """The rows of a timeline regrouped by (key, value of their filing): distinct values, groups, the timeline.

    A group is the place, among the sorted `groups`, of the key's group times the number of values plus the value's
    place.
    """
    distinct, value = np.unique(values, return_inverse=True)
    code = base.group * len(distinct) + value[base.filing]
    order = np.argsort(code, kind="stable")
    code = code[order]
    new = np.ones(len(code), dtype=bool)
    new[1:] = code[1:] != code[:-1]
    rows = (base.filing[order], base.role[order], base.leaves[order])
    return distinct, code[new], Timeline(base.docket, np.cumsum(new) - 1, *rows)


def attribute(docket: Docket, scope: Scope) -> Ints:
    """What a scope compares, for each filing; below 0 where it is unknown. Shape (n,)."""
    if scope == "prefecture":
        return docket.prefecture
    if scope == "amount":
        return docket.cents
    return docket.family if scope == "cause" else docket.court
