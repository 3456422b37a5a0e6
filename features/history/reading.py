"""Who asks: the keys of a slot with the slices of a timeline they may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from features.history.aggregate import Scope, Slot
from features.history.docket import Docket, Floats, Ints
from features.history.timeline import Happened, Timeline
from xiezhi.clock import DAY


@dataclass(frozen=True, eq=False)
class Queries:
    """q filings asking, each as of a moment.

    slots: slot -> (query, key) in two columns of equal length. own: scope -> the value of what the scope compares
    that the asking filing itself has, below 0 where unknown, shape (q,); see `timeline.attribute`. appearances: for
    filings of the docket that is asked, the appearance each row of a slot is.
    """

    as_of: Ints  # (q,)
    slots: Mapping[Slot, tuple[Ints, Ints]]
    own: Mapping[Scope, Ints] = field(default_factory=dict)
    appearances: Mapping[Slot, Ints] = field(default_factory=dict)

    def some(self, start: int, end: int) -> Queries:
        """Some of those asking. The slots' columns must be in order of query."""
        if start == 0 and end == len(self.as_of):
            return self
        slots = {}
        for slot, (query, key) in self.slots.items():
            low, high = np.searchsorted(query, [start, end])
            if high > low:
                slots[slot] = (query[low:high] - start, key[low:high])
        own = {scope: values[start:end] for scope, values in self.own.items()}
        return Queries(self.as_of[start:end], slots, own)

    def one(self, row: int) -> Queries:
        """One of those asking."""
        return self.some(row, row + 1)


class Moments:
    """When each filing asks, as places among the filings of a docket."""

    def __init__(self, docket: Docket, as_of: Ints) -> None:
        self._docket, self.as_of = docket, as_of
        self._first: dict[int | None, Ints] = {}

    def first(self, window_days: int | None) -> Ints:
        """The first filing that is not before the moment of each (None), or the first in its window. Shape (q,)."""
        if window_days not in self._first:
            since = self.as_of if window_days is None else self.as_of - window_days * DAY
            self._first[window_days] = self._docket.first_from(since)
        return self._first[window_days]


class Reading:
    """The keys that ask, in order of group and moment, and where their slices of a timeline begin and end.

    group: -1 for a key without history. nowhere: what the scope compares is unknown of the asking filing.
    """

    def __init__(
        self, timeline: Timeline, group: Ints, query: Ints, moments: Moments, nowhere: NDArray[np.bool_]
    ) -> None:
        self.timeline, self._moments = timeline, moments
        moment = moments.first(None)[query]
        self.order = timeline.in_order(group, moment)
        self.group, self.query, self.first = group[self.order], query[self.order], moment[self.order]
        self._nowhere = nowhere
        self._low: dict[int, Ints] = {}
        self._learned: tuple[Happened, Ints] | None = None

    @cached_property
    def as_of(self) -> Ints:
        """The moment of each."""
        return self._moments.as_of[self.query]

    @cached_property
    def high(self) -> Ints:
        """The row after the last."""
        return self.timeline.before(self.group, self.first)

    @cached_property
    def floor(self) -> Ints:
        """The first row that is read, whatever the window."""
        return self.timeline.floor(self.group, self.first)

    def low(self, window_days: int | None) -> Ints:
        """The first row in a window."""
        if window_days is None:
            return self.floor
        if window_days not in self._low:
            first = self._moments.first(window_days)[self.query]
            # For most keys all that is read is in the window, or nothing: only the others are searched for.
            low = np.where(self._newest < first, self.high, self.floor)
            some = np.flatnonzero((self._oldest < first) & (self._newest >= first))
            low[some] = self.timeline.before(self.group[some], first[some])
            self._low[window_days] = low
        return self._low[window_days]

    @cached_property
    def _oldest(self) -> Ints:
        """The first filing that is read; where there is none, one after all."""
        filing = np.append(self.timeline.filing, len(self.timeline.docket.filing_ids))
        return np.where(self.high > self.floor, filing[self.floor], len(self.timeline.docket.filing_ids))

    @cached_property
    def _newest(self) -> Ints:
        """The last filing that is read; where there is none, -1."""
        filing = np.append(self.timeline.filing, -1)
        return np.where(self.high > self.floor, filing[self.high - 1], -1)

    def learned_before(self, happened: Happened) -> Ints:
        """How many rows of what happened stand before each asking key's moment."""
        if self._learned is None or self._learned[0] is not happened:
            self._learned = (happened, happened.before(self.group, self.as_of))
        return self._learned[1]

    def in_order_asked(self, values: Floats) -> Floats:
        """Values of the keys in the order of the slot's columns; NaN where the question has no sense."""
        back = np.empty_like(values)
        back[self.order] = values
        back[self._nowhere] = np.nan
        return back


def combine(query: Ints, values: Floats, asking: int, *, smallest: bool) -> Floats:
    """Values of keys as values of the `asking` filings: the largest (smallest) known one. NaN for the others."""
    best = np.full(asking, np.nan)
    if np.all(query[1:] > query[:-1]):
        best[query] = values
    else:  # fmin and fmax pass over NaN
        (np.fmin if smallest else np.fmax).at(best, query, values)
    return best
