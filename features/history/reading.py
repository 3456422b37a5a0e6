"""Who asks: the keys of a slot with the slices of a timeline they may see."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray

from features.history.aggregate import Aggregate, Scope, Slot
from features.history.docket import Docket, Floats, Ints
from features.history.keeping import lazy
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
            low, high = query.searchsorted([start, end])
            if high > low:
                slots[slot] = (query[low:high] - start, key[low:high])
        own = {scope: values[start:end] for scope, values in self.own.items()}
        return Queries(self.as_of[start:end], slots, own)

    def one(self, row: int) -> Queries:
        """One of those asking."""
        return self.some(row, row + 1)


class Asking:
    """Those who ask a history: what is worked out of them once, whatever they ask."""

    def __init__(self, docket: Docket, queries: Queries) -> None:
        self._docket, self.queries = docket, queries
        self._first: dict[int | None, Ints] = {}
        self._tick: dict[int | None, Ints] = {}
        self._groups: dict[Slot, tuple[Ints, Ints]] = {}
        self._once: dict[Slot, NDArray[np.bool_] | None] = {}

    def first(self, window_days: int | None) -> Ints:
        """The first filing that is not before the moment of each (None), or the first in its window. Shape (q,)."""
        if window_days not in self._first:
            self._first[window_days] = self._docket.first_from(self._since(window_days))
        return self._first[window_days]

    def tick(self, window_days: int | None) -> Ints:
        """The same among the moments at which something became known. Shape (q,)."""
        if window_days not in self._tick:
            moments = self._docket.moments[0]
            self._tick[window_days] = moments.searchsorted(self._since(window_days))
        return self._tick[window_days]

    def ahead(self, questions: Collection[Aggregate]) -> list[Callable[[], object]]:
        """What works out what parts will need of all who ask: not each hand for itself, and side by side."""
        by_row = self.queries.filings is not None
        first = {q.window_days for q in questions if not q.of_happenings} - ({None} if by_row else set())
        tick = {days for q in questions if q.happened for days in (None, q.window_days)}
        found: list[Callable[[], object]] = [partial(self.first, days) for days in first]
        found += [partial(self.tick, days) for days in tick]
        found += [lambda: self._docket.happenings_of] if tick else []
        return [*found, lambda: self.number]

    def _since(self, window_days: int | None) -> Ints:
        as_of = self.queries.as_of
        return as_of if window_days is None else as_of - window_days * DAY

    @lazy
    def number(self) -> Ints:
        """Of each filing of the docket its number among those that ask, else -1. Shape (n,)."""
        number = np.full(len(self._docket.filing_ids), -1)
        if self.queries.filings is not None:
            number[self.queries.filings] = np.arange(len(self.queries.filings))
        return number

    def once(self, slot: Slot) -> NDArray[np.bool_] | None:
        """Who asks with one key of a slot and no more, shape (q,); None: all."""
        if slot not in self._once:
            once = np.bincount(self.queries.slots[slot][0], minlength=len(self.queries.as_of)) == 1
            self._once[slot] = None if once.all() else once
        return self._once[slot]

    def between(self, slot: Slot, keys: Ints, first: int, last: int) -> tuple[Ints, Ints]:
        """(query, place) of the slot's keys with places first..last among `keys`; of those not there with the first."""
        if slot not in self._groups:
            query, key = self.queries.slots[slot]
            place = places(keys, key)
            order = place.argsort(kind="stable")
            self._groups[slot] = (query[order], place[order])
        query, place = self._groups[slot]
        low, high = place.searchsorted([first if first else -1, last])
        return query[low:high], place[low:high]


class Reading:
    """The keys that ask, in order of group and moment, and where their slices of a timeline begin and end.

    group: -1 for a key without history. query: the filing that asks. high: the row after the last that it sees.
    """

    def __init__(self, timeline: Timeline, group: Ints, query: Ints, asking: Asking, high: Ints) -> None:
        self.timeline, self._asking = timeline, asking
        self.group, self.query, self.high = group, query, high
        self._low: dict[int, Ints] = {}
        self._learned: dict[int | None, tuple[Happened, Ints]] = {}
        self._moments: dict[int | None, Ints] = {}

    @classmethod
    def of_keys(cls, timeline: Timeline, group: Ints, query: Ints, asking: Asking) -> tuple[Reading, Ints]:
        """A reading of keys that ask in any order; and the order it puts them in."""
        first = asking.first(None)[query]
        order = timeline.in_order(group, first)
        group, first = group[order], first[order]
        return cls(timeline, group, query[order], asking, timeline.before(group, first)), order

    @classmethod
    def of_rows(cls, timeline: Timeline, rows: Ints, query: Ints, asking: Asking) -> Reading:
        """Rows of the timeline that ask, each as of its own moment."""
        return cls(timeline, timeline.group[rows], query, asking, timeline.same_moment[rows])

    @lazy
    def first(self) -> Ints:
        """The first filing not seen."""
        return self._asking.first(None)[self.query]

    @lazy
    def as_of(self) -> Ints:
        """The moment of each."""
        return self._asking.queries.as_of[self.query]

    @lazy
    def floor(self) -> Ints:
        """The first row that is read, whatever the window."""
        if not self.timeline.is_bounded:
            return self.timeline.start[self.group + 1]
        return self.timeline.floor(self.group, self.first)

    def low(self, window_days: int | None) -> Ints:
        """The first row in a window."""
        if window_days is None:
            return self.floor
        if window_days not in self._low:
            first = self._asking.first(window_days)[self.query]
            # For most keys all that is read is in the window, or nothing: only the others are searched for.
            low = np.where(self._newest < first, self.high, self.floor)
            (some,) = ((self._oldest < first) & (self._newest >= first)).nonzero()
            low[some] = self.timeline.before(self.group[some], first[some])
            self._low[window_days] = low
        return self._low[window_days]

    @lazy
    def _oldest(self) -> Ints:
        """The first filing that is read; where there is none, one after all."""
        return self._filing_at(self.floor, len(self.timeline.docket.filing_ids))

    @lazy
    def _newest(self) -> Ints:
        """The last filing that is read; where there is none, -1."""
        return self._filing_at(self.high - 1, -1)

    def _filing_at(self, row: Ints, nothing: int) -> Ints:
        found = np.full(len(row), nothing)
        (some,) = (self.high > self.floor).nonzero()
        found[some] = self.timeline.filing[row[some]]
        return found

    def learned(self, happened: Happened, window_days: int | None) -> Ints:
        """How many rows of what happened stand before each asking key's moment (None), or before its window."""
        held = self._learned.get(window_days)
        if held is None or held[0] is not happened:
            before = happened.code.searchsorted(self.moment(window_days))
            held = self._learned[window_days] = (happened, before)
        return held[1]

    def moment(self, window_days: int | None) -> Ints:
        """Group and place of the moment, or of the begin of the window: as `Happened.code` has them."""
        if window_days not in self._moments:
            tick = self._asking.tick(window_days)[self.query]
            self._moments[window_days] = self.group * self.timeline.docket.ticks + tick
        return self._moments[window_days]


def combine(best: Floats, query: Ints, values: Floats, *, smallest: bool) -> None:
    """Take values of keys into the best of the filings that ask, passing over NaN."""
    (np.fmin if smallest else np.fmax).at(best, query, values)


def places(sorted_values: Ints, asked: Ints) -> Ints:
    """Place of each asked value among sorted ones, -1 where it is not there."""
    place = sorted_values.searchsorted(asked)
    there = place < len(sorted_values)
    there[there] = sorted_values[place[there]] == asked[there]
    return np.where(there, place, -1)
