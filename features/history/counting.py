"""What each kind of question counts in the slices of a timeline, for many asking keys at once.

All sums are differences of running totals. Where a fact counts from a moment that is not its filing's (a
happening becomes known) to the moment it leaves the slice, the total of those that came is taken less the total of
those that left: both are sorted, and only facts that come before they leave are in either.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.history.aggregate import BURST_DAYS, Aggregate
from features.history.docket import Floats, Ints
from features.history.ranges import first_at_least, last_at_least, range_max, repeat_ranges
from features.history.reading import Reading
from features.history.timeline import NEVER, Happened, Timeline
from xiezhi.clock import DAY


@dataclass(frozen=True)
class Counted:
    """The rows of a timeline that count, by a mask that holds each filing of a group once."""

    timeline: Timeline
    mask: NDArray[np.bool_]

    @cached_property
    def rows(self) -> Ints:
        """Their positions."""
        return np.flatnonzero(self.mask)

    @cached_property
    def before(self) -> Ints:
        """How many stand before each row. Shape (m + 1,)."""
        return running(self.mask)

    @cached_property
    def _by_filing(self) -> tuple[Ints, Ints]:
        filing = self.timeline.filing[self.rows]
        order = np.argsort(filing, kind="stable")
        count = np.bincount(filing, minlength=len(self.timeline.docket.filing_ids))
        return self.rows[order], np.concatenate([[0], np.cumsum(count)])

    def keys_of(self, filing: Ints, most: int) -> tuple[Ints, Ints]:
        """Groups counted of each of these filings, the `most` smallest; and the place of the filing among them."""
        rows, start = self._by_filing
        at, of = repeat_ranges(start[filing], np.minimum(start[filing + 1], start[filing] + most))
        return self.timeline.group[rows[at]], of

    @cached_property
    def cents(self) -> Ints:
        """Claimed amounts, 0 where unknown or not counted. Shape (m,)."""
        return np.where(self.mask, np.maximum(self.timeline.docket.cents[self.timeline.filing], 0), 0)

    @cached_property
    def cents_before(self) -> Ints:
        """Sum of the amounts before each row. Shape (m + 1,)."""
        return running(self.cents)

    @cached_property
    def gaps(self) -> Ints:
        """Time from the counted row before to each counted row, negative: `range_max` finds the shortest."""
        time = self.timeline.time[self.rows]
        return -np.diff(time, prepend=time[:1])

    @cached_property
    def stretches(self) -> Ints:
        """For each counted row how many counted ones of its group follow within a burst's length, itself included."""
        timeline, rows = self.timeline, self.rows
        until = timeline.docket.first_from(timeline.time[rows] + BURST_DAYS * DAY)
        return self.before[timeline.before(timeline.group[rows], until)] - np.arange(len(rows))



def first_known(happened: Happened, row: Ints) -> Ints:
    """The moment at which something was first known of each row, or never."""
    found = np.full(len(happened.timeline.filing), NEVER, dtype=np.int64)
    first = happened.first == 1
    found[happened.row[first]] = happened.known[first]
    return found[row]


def running(weight: NDArray[Any]) -> Ints:
    """The sum of the weights before each place, and of all at the end."""
    total = np.zeros(len(weight) + 1, dtype=np.int64)
    np.cumsum(weight, out=total[1:])
    return total


def count_filings(counted: Counted, reading: Reading, question: Aggregate) -> Floats:
    """Filings counted."""
    before = counted.before
    return (before[reading.high] - before[reading.low(question.window_days)]).astype(np.float64)


def add_amounts(counted: Counted, reading: Reading, question: Aggregate) -> Floats:
    """Amounts claimed in them."""
    before = counted.cents_before
    return (before[reading.high] - before[reading.low(question.window_days)]) / 100.0


def find_largest(counted: Counted, reading: Reading, question: Aggregate) -> Floats:
    """The largest amount claimed in them."""
    cents = counted.timeline.docket.cents[counted.timeline.filing[counted.rows]]
    low, high = _within(counted, reading, question)
    return _known(range_max(cents, low, high, -1), -1) / 100.0


def tell_days_since(counted: Counted, reading: Reading, question: Aggregate) -> Floats:
    """Days since the latest."""
    low, high = _within(counted, reading, question)
    return _days(reading, counted.timeline.time[counted.rows], high - 1, high > low)


def tell_days_since_first(counted: Counted, reading: Reading, question: Aggregate) -> Floats:
    """Days since the first."""
    low, high = _within(counted, reading, question)
    return _days(reading, counted.timeline.time[counted.rows], low, high > low)


def find_shortest_gap(counted: Counted, reading: Reading, question: Aggregate) -> Floats:
    """Days between the two that follow each other most closely."""
    low, high = _within(counted, reading, question)
    return _known(-range_max(counted.gaps, low + 1, np.maximum(high, low + 1), -NEVER), NEVER) / DAY


def find_burst(counted: Counted, reading: Reading, question: Aggregate) -> Floats:
    """The most in any stretch of `BURST_DAYS`: the stretches that are over, and the latest days."""
    low, high = _within(counted, reading, question)
    latest = np.maximum(low, counted.before[reading.low(BURST_DAYS)])
    over = range_max(counted.stretches, low, latest, 0)
    return np.maximum(over, high - latest).astype(np.float64)


def _within(counted: Counted, reading: Reading, question: Aggregate) -> tuple[Ints, Ints]:
    """The slices as slices of the counted rows alone."""
    low = counted.before[reading.low(question.window_days)]
    return low, counted.before[reading.high]


def _known(values: Ints, unknown: int) -> Floats:
    return np.where(values == unknown, np.nan, values)


def _days(reading: Reading, time: Ints, at: Ints, there: NDArray[np.bool_]) -> Floats:
    answer = np.full(len(at), np.nan)
    answer[there] = (reading.as_of[there] - time[at[there]]) / DAY
    return answer


Answer = Callable[[Counted, Reading, Aggregate], Floats]
OF_FILINGS: dict[str, Answer] = {
    "count": count_filings,
    "sum": add_amounts,
    "largest": find_largest,
    "days_since": tell_days_since,
    "days_since_first": tell_days_since_first,
    "shortest_gap": find_shortest_gap,
    "burst": find_burst,
}


def sum_known(counted: Counted, weight: Ints, happened: Happened, reading: Reading, days: int | None) -> Ints:
    """The weights of the filings counted in which something was known by each key's moment."""
    timeline = counted.timeline
    comes = (happened.first == 1) & counted.mask[happened.row]
    if days is not None or timeline.is_bounded:
        comes &= happened.known < timeline.leaves_window(days)[happened.row]
    gone = np.zeros(len(weight), dtype=np.int64)
    gone[happened.row[comes]] = weight[happened.row[comes]]
    came = running(np.where(comes, weight[happened.row], 0))
    return np.asarray(came[reading.learned_before(happened)] - running(gone)[reading.low(days)])


def tell_outcome(counted: Counted, happened: Happened, reading: Reading, question: Aggregate) -> Floats:
    """`share`, `open`, `open_sum` and `open_days`."""
    if question.kind == "open_days":
        low, high = _within(counted, reading, question)
        oldest = first_at_least(first_known(happened, counted.rows), low, high, reading.as_of)
        return _days(reading, counted.timeline.time[counted.rows], oldest, oldest < high)
    is_sum = question.kind == "open_sum"
    weight = counted.cents if is_sum else counted.mask.astype(np.int64)
    total = counted.cents_before if is_sum else counted.before
    known = sum_known(counted, weight, happened, reading, question.window_days)
    seen = total[reading.high] - total[reading.low(question.window_days)]
    if question.kind == "share":
        return np.where(seen > 0, known / np.maximum(seen, 1), np.nan)
    return (seen - known) / (100.0 if is_sum else 1.0)


def count_happenings(
    counted: Counted, happened: Happened, reading: Reading, question: Aggregate
) -> Floats:
    """`count`, `days_since` and `days_since_first` of happenings, each at the moment it became known."""
    timeline, days = counted.timeline, question.window_days
    mask = counted.mask[happened.row]
    start = np.full(len(reading.as_of), -NEVER) if days is None else reading.as_of - days * DAY
    since, until = happened.before(reading.group, start), reading.learned_before(happened)
    if question.kind != "count":
        return _days_of_happening(happened, mask, reading, question, since, until)
    if not timeline.is_bounded:
        before = running(mask)
        return (before[until] - before[since]).astype(np.float64)
    leaves = timeline.leaves_at[happened.row]
    comes = mask & (happened.known < leaves)
    early = comes & (leaves < (NEVER if days is None else happened.known + days * DAY))
    left = np.bincount(happened.row[early], minlength=len(counted.mask))  # before the window was over
    came, over = running(comes), running(comes & ~early)
    return (came[until] - over[since] - running(left)[reading.floor]).astype(np.float64)


def _days_of_happening(
    happened: Happened,
    mask: NDArray[np.bool_],
    reading: Reading,
    question: Aggregate,
    since: Ints,
    until: Ints,
) -> Floats:
    rows, before = np.flatnonzero(mask), running(mask)
    low, high = before[since], before[until]
    leaves = reading.timeline.leaves_at[happened.row[rows]]
    if question.kind == "days_since":
        at = last_at_least(leaves, low, high, reading.as_of)
        return _days(reading, happened.known[rows], at, at >= low)
    at = first_at_least(leaves, low, high, reading.as_of)
    return _days(reading, happened.known[rows], at, at < high)
