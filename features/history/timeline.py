"""Appearances of keys in order of key and time: what a key did before a moment is one slice."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from features.history.aggregate import Scope
from features.history.docket import HAPPENINGS, NEVER, Docket, Ints, happening_code
from features.history.keeping import lazy
from features.history.keys import namespace_code
from features.history.ranges import number, order_of, repeat_ranges, running
from xiezhi.clock import DAY


@dataclass(frozen=True)
class Happened:
    """What was learned of a timeline's filings, of some kinds, in order of group and moment. r rows."""

    timeline: Timeline
    code: Ints  # (r,) group and place of the moment among the docket's: one sorted column
    row: Ints  # (r,) row of the timeline it was learned of
    known: Ints  # (r,) moments
    until: (
        Ints | None
    )  # (r,) the last moments at which each holds; None: nothing of these kinds was taken back
    first: Ints  # (r,) 1 where it is the first of these kinds of its row, or may be taken back; else 0

    @lazy
    def leaves(self) -> Ints:
        """The last moment at which each is seen: as long as its row is read and it holds."""
        leaves = self.timeline.leaves_at[self.row]
        return leaves if self.until is None else np.minimum(leaves, self.until)

    @lazy
    def start(self) -> Ints:
        """Where each group begins, as `Timeline.start` has it."""
        count = np.bincount(self.timeline.group[self.row] + 1, minlength=self.timeline.groups + 1)
        return running(count)


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

    @lazy
    def time(self) -> Ints:
        """Moment of each row."""
        return self.docket.filed_at[self.filing]

    @lazy
    def same_moment(self) -> Ints:
        """For each row the first row of its group and moment."""
        new = np.ones(len(self.group), dtype=bool)
        new[1:] = (self.group[1:] != self.group[:-1]) | (self.time[1:] != self.time[:-1])
        return np.maximum.accumulate(np.where(new, np.arange(len(new)), 0))

    @lazy
    def leaves_at(self) -> Ints:
        """The last moment at which each row is seen, as far as the bound on reading goes."""
        moments = np.full(len(self.leaves), NEVER)
        (leave,) = (self.leaves < self._stride - 1).nonzero()
        moments[leave] = self.docket.filed_at[self.leaves[leave]]
        return moments

    @lazy
    def is_bounded(self) -> bool:
        """Whether some key has more rows than are read."""
        return bool(len(self.leaves)) and int(self.leaves.min()) < self._stride - 1

    @lazy
    def start(self) -> Ints:
        """Where each group begins, group -1 (no such key) in front: start[group + 1]; and the end of all."""
        count = np.bincount(self.group + 1, minlength=1)
        return running(count)

    @property
    def groups(self) -> int:
        """How many groups there are."""
        return len(self.start) - 2

    def holds(self, rows: Ints, group: Ints, filing: Ints) -> NDArray[np.bool_]:
        """Whether each (group, filing) is among some of the rows, given in order."""
        codes = self.code[rows]
        wanted = np.where(group < 0, -1, group * self._stride + filing)
        place = codes.searchsorted(wanted)
        there = place < len(codes)
        there[there] = codes[place[there]] == wanted[there]
        return there

    def before(self, group: Ints, first: Ints) -> Ints:
        """How many rows stand before (group, filing position), those of smaller groups included."""
        return self.code.searchsorted(group * self._stride + first)

    def in_order(self, group: Ints, first: Ints) -> Ints:
        """The order of (group, filing position)."""
        order: Ints = (group * self._stride + first).argsort()
        return order

    def floor(self, group: Ints, first: Ints) -> Ints:
        """The first row of each group that is still read at the moment whose first filing is given, if bounded."""
        return self._leave_code.searchsorted(group * self._stride + first)

    @lazy
    def _leave_code(self) -> Ints:
        return self.group * self._stride + self.leaves

    def leaves_window(self, window_days: int | None) -> Ints:
        """The last moment at which each row is seen in a window."""
        if window_days is None:
            return self.leaves_at
        return np.minimum(self.time + window_days * DAY, self.leaves_at)

    @lazy
    def _happenings(self) -> tuple[Ints, Ints, Ints]:
        """(code, row, happening of the docket) of all that was learned of the rows' filings, in order of code."""
        docket = self.docket
        order, start = docket.happenings_of
        at, row = repeat_ranges(start[self.filing], start[self.filing + 1])
        happening = order[at]
        code = self.group[row] * docket.ticks + docket.moments[1][happening]
        by = np.argsort(code, kind="stable")  # the groups are in order
        return code[by], row[by], happening[by]

    def happened(self, kinds: tuple[str, ...]) -> Happened:
        """What was learned of the rows' filings, of these kinds."""
        docket = self.docket
        codes = np.zeros(len(HAPPENINGS), dtype=bool)
        codes[[happening_code(kind) for kind in kinds]] = True
        code, row, happening = self._happenings
        (chosen,) = codes[docket.happening_kind[happening]].nonzero()
        code, row, happening = code[chosen], row[chosen], happening[chosen]
        known = docket.happening_known[happening]
        earliest = np.empty(len(self.group), dtype=np.int64)
        earliest[row[::-1]] = np.arange(len(row))[::-1]  # of several the last one written stays
        first = (earliest[row] == np.arange(len(row))).astype(np.int64)
        if not docket.taken_back[codes].any():
            return Happened(self, code, row, known, None, first)
        return Happened(self, code, row, known, docket.happening_until[happening], np.ones_like(first))


@dataclass(frozen=True)
class Index:
    """The appearances of one namespace in order of key, filing and role: k keys, m rows, five bytes a row."""

    docket: Docket
    keys: Ints  # (k,) sorted
    start: Ints  # (k + 1,) where the rows of each key begin
    filing: NDArray[np.int32]  # (m,) positions among the docket's filings
    role: NDArray[np.int8]  # (m,)

    def timeline(self, first: int, last: int, most: int) -> Timeline:
        """The timeline of the keys first..last (places), in which a group is the key's place, less `first`.

        most: of a key the latest so many rows before a moment are read.
        """
        rows = slice(self.start[first], self.start[last])
        group = np.repeat(np.arange(last - first), np.diff(self.start[first : last + 1]))
        filing, role = self.filing[rows].astype(np.int64), self.role[rows].astype(np.int64)
        leaves = np.full(len(group), len(self.docket.filing_ids), dtype=np.int64)
        if len(group) > most:
            same = np.flatnonzero(group[:-most] == group[most:])
            leaves[same] = filing[same + most]  # the row `most` later of the same key
        return Timeline(self.docket, group, filing, role, leaves)

    def parts(self, size: int) -> list[tuple[int, int]]:
        """All keys in stretches first..last of about so many rows. One key is never parted."""
        ends = np.unique(np.searchsorted(self.start, np.arange(size, self.start[-1], size), side="right") - 1)
        cuts = np.unique([0, *ends.tolist(), len(self.keys)]).tolist()
        return list(pairwise(cuts)) or [(0, 0)]


def make_index(docket: Docket, namespace: str) -> Index:
    """The appearances of a namespace."""
    return _in_order(docket, (docket.namespace == namespace_code(namespace)).nonzero()[0])


def make_half(docket: Docket, namespace: str, *, upper: bool) -> Index:
    """The appearances of about half the keys of a namespace, the smaller or the larger ones: two hands sort sooner."""
    (chosen,) = (docket.namespace == namespace_code(namespace)).nonzero()
    key = docket.key[chosen]
    some = np.sort(key[:: max(1, len(key) // _SAMPLED)])
    return _in_order(docket, chosen[(key >= some[len(some) // 2]) == upper] if len(some) else chosen)


def join_halves(lower: Index, upper: Index) -> Index:
    """All keys of a namespace of both halves of them."""
    return Index(
        lower.docket,
        np.concatenate([lower.keys, upper.keys]),
        np.concatenate([lower.start[:-1], lower.start[-1] + upper.start]),
        np.concatenate([lower.filing, upper.filing]),
        np.concatenate([lower.role, upper.role]),
    )


_SAMPLED = 10_000
"""Keys looked at to find the middle one; a percent off costs nothing."""


def _in_order(docket: Docket, chosen: Ints) -> Index:
    key = docket.key[chosen]
    order = order_of(key)
    key, chosen = key[order], chosen[order]
    new = np.ones(len(key), dtype=bool)
    new[1:] = key[1:] != key[:-1]
    start = np.append(np.flatnonzero(new), len(key))
    stride = 4 * (len(docket.filing_ids) + 1)  # four roles
    code = np.cumsum(new)
    code *= stride
    code += docket.key_filing[chosen] * 4 + docket.key_role[chosen]
    if np.any(code[1:] < code[:-1]):
        code.sort()
    code %= stride
    return Index(docket, key[new], start, (code >> 2).astype(np.int32), (code & 3).astype(np.int8))


def scoped(base: Timeline, values: Ints) -> tuple[Ints, Ints, Timeline]:
    """The rows of a timeline regrouped by (key, value of their filing): distinct values, groups, the timeline.

    A group is the place, among the sorted `groups`, of the key's group times the number of values plus the value's
    place.
    """
    distinct, value = number(values[base.filing])
    code = base.group * len(distinct) + value
    order = np.argsort(code, kind="stable")  # the groups are in order
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
