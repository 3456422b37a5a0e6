"""Who asks: the keys of a slot with the slices of a timeline they may see."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from features.history.aggregate import Scope, Slot
from features.history.docket import Docket, Floats, Ints
from features.history.timeline import Happened, Timeline
from xiezhi.clock import DAY


@dataclass(frozen=True, eq=False)
class Queries:
    """q filings asking, each as of a moment.

    slots: slot -> (query, key) in two columns of equal length. own: scope -> the value of what the scope compares
    that the asking filing itself has, below 0 where unknown, shape (q,); see `timeline.attribute`. filings: where all
    who ask are filings of the docket that is asked, each as of its own moment, their positions in it.
    """

    as_of: Ints  # (q,)
    slots: Mapping[Slot, tuple[Ints, Ints]]
    own: Mapping[Scope, Ints] = field(default_factory=dict)
    filings: Ints | None = None

    def some(self, start: int, end: int) -> Queries:
        """Some of those asking. The slots' columns must be in order of query."""
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

    group: -1 for a key without history. query: the filing that asks. high: the row after the last that it sees.
    """

    def __init__(self, timeline: Timeline, group: Ints, query: Ints, moments: Moments, high: Ints) -> None:
        self.timeline, self._moments = timeline, moments
        self.group, self.query, self.high = group, query, high
        self._low: dict[int, Ints] = {}
        self._learned: tuple[Happened, Ints] | None = None

    @classmethod
    def of_keys(cls, timeline: Timeline, group: Ints, query: Ints, moments: Moments) -> tuple[Reading, Ints]:
        """A reading of keys that ask in any order; and the order it puts them in."""
        first = moments.first(None)[query]
        order = timeline.in_order(group, first)
        group, first = group[order], first[order]
        return cls(timeline, group, query[order], moments, timeline.before(group, first)), order

    @classmethod
    def of_rows(cls, timeline: Timeline, rows: Ints, number: Ints, moments: Moments) -> Reading:
        """Rows of the timeline that ask, each as of its own moment. number: of each filing, among those that ask."""
        return cls(
            timeline, timeline.group[rows], number[timeline.filing[rows]], moments, timeline.same_moment[rows]
        )

    @cached_property
    def first(self) -> Ints:
        """The first filing not seen."""
        return self._moments.first(None)[self.query]

    @cached_property
    def as_of(self) -> Ints:
        """The moment of each."""
        return self._moments.as_of[self.query]

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
        return self._filing_at(self.floor, len(self.timeline.docket.filing_ids))

    @cached_property
    def _newest(self) -> Ints:
        """The last filing that is read; where there is none, -1."""
        return self._filing_at(self.high - 1, -1)

    def _filing_at(self, row: Ints, nothing: int) -> Ints:
        found = np.full(len(row), nothing)
        some = np.flatnonzero(self.high > self.floor)
        found[some] = self.timeline.filing[row[some]]
        return found

    def learned_before(self, happened: Happened) -> Ints:
        """How many rows of what happened stand before each asking key's moment."""
        if self._learned is None or self._learned[0] is not happened:
            self._learned = (happened, happened.before(self.group, self.as_of))
        return self._learned[1]

    @cached_property
    def blocks(self) -> list[Reading]:
        """The same in parts small enough for the processor's cache: in one piece, most time went into fresh memory."""
        if len(self.group) <= _BLOCK:
            return [self]
        cuts = [slice(i, i + _BLOCK) for i in range(0, len(self.group), _BLOCK)]
        return [
            Reading(self.timeline, self.group[c], self.query[c], self._moments, self.high[c]) for c in cuts
        ]

    @cached_property
    def _asks_once(self) -> bool:
        """Whether no filing asks with several keys."""
        return int(np.bincount(self.query, minlength=1).max()) <= 1

    def answer_into(self, best: Floats, answer: Callable[[Reading], Floats], *, smallest: bool) -> None:
        """Answers of keys as answers of the filings that ask: the largest (smallest) known one, see `combine`."""
        best.fill(np.nan)
        for block in self.blocks:
            if self._asks_once:
                best[block.query] = answer(block)
            else:
                combine(best, block.query, answer(block), smallest=smallest)


def combine(best: Floats, query: Ints, values: Floats, *, smallest: bool) -> None:
    """Take values of keys into the best of the filings that ask, passing over NaN."""
    (np.fmin if smallest else np.fmax).at(best, query, values)


_BLOCK = 1 << 16
