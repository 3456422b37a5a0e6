"""Who asks: the keys of a slot with the slices of a timeline they may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from features.history.aggregate import Scope, Slot
from features.history.docket import Floats, Ints
from features.history.timeline import Happened, Timeline
from xiezhi.clock import DAY


@dataclass(frozen=True, eq=False)
class Queries:
    """q filings asking, each as of a moment.

    slots: slot -> (query, key) in two columns of equal length. own: scope -> the value of what the scope compares
    that the asking filing itself has, below 0 where unknown, shape (q,); see `timeline.attribute`.
    """

    as_of: Ints  # (q,)
    slots: Mapping[Slot, tuple[Ints, Ints]]
    own: Mapping[Scope, Ints] = field(default_factory=dict)

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


class Reading:
    """The keys that ask, in order of group and moment, and where their slices of a timeline begin and end.

    group: -1 for a key without history. nowhere: what the scope compares is unknown of the asking filing.
    """

    def __init__(
        self, timeline: Timeline, group: Ints, as_of: Ints, nowhere: NDArray[np.bool_]
    ) -> None:
        self.timeline = timeline
        self.order = np.lexsort((as_of, group))
        self.group, self.as_of = group[self.order], as_of[self.order]
        self._nowhere = nowhere
        self._low: dict[int, Ints] = {}
        self._learned: tuple[Happened, Ints] | None = None

    @cached_property
    def first(self) -> Ints:
        """The first filing not seen."""
        return self.timeline.docket.first_from(self.as_of)

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
            first = self.timeline.docket.first_from(self.as_of - window_days * DAY)
            found = self.timeline.before(self.group, first)
            self._low[window_days] = np.maximum(found, self.floor) if self.timeline.is_bounded else found
        return self._low[window_days]

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
