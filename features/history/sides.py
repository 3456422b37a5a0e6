"""How many different ones: parties of either side, courts and causes of the filings counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from features.history.docket import Docket, Ints
from features.history.keys import DEFENDANT, PLAINTIFF
from features.history.ranges import order_of, repeat_ranges, running
from features.history.timeline import Index, Timeline

MOST_PARTIES = 20
"""Parties of a side that are counted; collective suits can have thousands (own limit, docs/point-in-time.md)."""


@dataclass(frozen=True)
class Sides:
    """Parties of each side as numbers below `size`, in order of filing: side -> (number, start of each filing)."""

    of: Mapping[int, tuple[Ints, Ints]]
    size: int

    def span(self, filing: Ints, side: int) -> tuple[Ints, Ints]:
        """Where the parties of one side of each filing begin and end, `MOST_PARTIES` at most."""
        first = self.of[side][1][filing]
        return first, np.minimum(self.of[side][1][filing + 1], first + MOST_PARTIES)

    def meet(self, filing: Ints, side: int) -> tuple[Ints, Ints]:
        """Numbers of the parties of one side of these filings, at most `MOST_PARTIES` each; and whose they are."""
        at, owner = repeat_ranges(*self.span(filing, side))
        return self.of[side][0][at], owner


def find_sides(parties: Index) -> Sides:
    """The parties of a docket by side; a party's number is the place of its key."""
    found, size = {}, len(parties.keys)
    number = np.repeat(np.arange(size, dtype=np.int32), np.diff(parties.start))
    for side in (PLAINTIFF, DEFENDANT):
        chosen = np.flatnonzero(parties.role == side)
        filing = parties.filing[chosen]
        count = np.bincount(filing, minlength=len(parties.docket.filing_ids))
        found[side] = (number[chosen[order_of(filing)]].astype(np.int64), running(count))
    return Sides(found, size)


_ACROSS = {PLAINTIFF: DEFENDANT, DEFENDANT: PLAINTIFF}


def counterparts(
    kind: str, docket: Docket, sides: Callable[[], Sides], filing: Ints, role: Ints
) -> tuple[Ints, Ints]:
    """What `kind` tells apart in rows of these filings, stood in as `role`: (position among the rows, value), by position."""
    if kind in ("courts", "causes"):
        return np.arange(len(filing)), (docket.court if kind == "courts" else docket.family)[filing]
    at, value = [], []
    for own, across in _ACROSS.items():
        (stood,) = (role == own).nonzero()
        party, owner = sides().meet(filing[stood], across if kind == "opponents" else own)
        at.append(stood[owner])
        value.append(party)
    everywhere = np.concatenate(at)
    order = everywhere.argsort(kind="stable")
    return everywhere[order], np.concatenate(value)[order]


class Distinct:
    """Counts different values in slices of a timeline.

    A value counts where it is met, less where the same group had met it before in the same slice: each meeting
    after the first takes one away from the moment it is filed to the moment the one before leaves the slice.
    """

    def __init__(self, timeline: Timeline, at: Ints, value: Ints) -> None:
        self._timeline, size = timeline, len(timeline.filing)
        self._met = _running(at, size)
        group = timeline.group[at] * (int(value.max(initial=0)) + 1) + value
        order = np.argsort(group, kind="stable")
        here, there = order[1:], order[:-1]
        same = group[here] == group[there]
        self._again, self._previous = at[here[same]], at[there[same]]

    def counter(self, window_days: int | None) -> Callable[[Ints, Ints], Ints]:
        """What counts the different values of slices (low, high) in a window."""
        timeline, size = self._timeline, len(self._timeline.filing)
        again, previous = self._again, self._previous
        if window_days is not None or timeline.is_bounded:
            both = timeline.time[again] < timeline.leaves_window(window_days)[previous]
            again, previous = again[both], previous[both]
        came, left = self._met - _running(again, size), self._met - _running(previous, size)
        return lambda low, high: came[high] - left[low]


def _running(at: Ints, size: int) -> Ints:
    """How many of `at` stand before each place. Shape (size + 1,)."""
    return running(np.bincount(at, minlength=size))
