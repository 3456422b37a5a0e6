"""What each kind of question counts in the slices of a timeline, for many asking keys at once.

All sums are differences of running totals. Where a fact counts from a moment that is not its filing's (a
happening becomes known) to the moment it leaves the slice, the total of those that came is taken less the total of
those that left: both are sorted, and only facts that come before they leave are in either. Findings taken back before
they leave are a third total.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.history.aggregate import BURST_DAYS, Aggregate
from features.history.docket import NEVER, Floats, Ints
from features.history.keeping import lazy
from features.history.ranges import Maxima, repeat_ranges, running
from features.history.reading import Reading
from features.history.sides import Distinct
from features.history.timeline import Happened, Timeline
from xiezhi.clock import DAY


@dataclass(frozen=True)
class Counted:
    """The rows of a timeline that count, by a mask that holds each filing of a group once."""

    timeline: Timeline
    mask: NDArray[np.bool_]

    @lazy
    def rows(self) -> Ints:
        """Their positions."""
        return self.mask.nonzero()[0]

    @lazy
    def before(self) -> Ints:
        """How many stand before each row. Shape (m + 1,)."""
        return running(self.mask)

    @lazy
    def _by_filing(self) -> tuple[Ints, Ints]:
        filing = self.timeline.filing[self.rows]
        order = np.argsort(filing, kind="stable")
        count = np.bincount(filing, minlength=len(self.timeline.docket.filing_ids))
        return self.rows[order], running(count)

    def keys_of(self, filing: Ints, most: int) -> tuple[Ints, Ints]:
        """Groups counted of each of these filings, the `most` smallest; and the place of the filing among them."""
        rows, start = self._by_filing
        at, of = repeat_ranges(start[filing], np.minimum(start[filing + 1], start[filing] + most))
        return self.timeline.group[rows[at]], of

    @lazy
    def cents(self) -> Ints:
        """Claimed amounts, 0 where unknown or not counted. Shape (m,)."""
        return np.where(self.mask, np.maximum(self.timeline.docket.cents[self.timeline.filing], 0), 0)

    @lazy
    def cents_before(self) -> Ints:
        """Sum of the amounts before each row. Shape (m + 1,)."""
        return running(self.cents)


def first_known(happened: Happened, row: Ints) -> Ints:
    """The moment at which something was first known of each row, or never."""
    found = np.full(len(happened.timeline.filing), NEVER, dtype=np.int64)
    first = happened.first == 1
    found[happened.row[first]] = happened.known[first]
    return found[row]


Answer = Callable[[Reading], Floats]
"""What a question gives for keys that ask. Made once a question, asked block by block."""


def count_filings(counted: Counted, question: Aggregate) -> Answer:
    """Filings counted."""
    before, days = counted.before, question.window_days
    return lambda reading: (before[reading.high] - before[reading.low(days)]).astype(np.float64)


def add_amounts(counted: Counted, question: Aggregate) -> Answer:
    """Amounts claimed in them."""
    before, days = counted.cents_before, question.window_days
    return lambda reading: (before[reading.high] - before[reading.low(days)]) / 100.0


def find_largest(counted: Counted, question: Aggregate) -> Answer:
    """The largest amount claimed in them."""
    largest = Maxima(counted.timeline.docket.cents[counted.timeline.filing[counted.rows]])

    def answer(reading: Reading) -> Floats:
        return _known(largest.of(*_within(counted, reading, question), -1), -1) / 100.0

    return answer


def tell_days_since(counted: Counted, question: Aggregate) -> Answer:
    """Days since the latest."""
    time = counted.timeline.time[counted.rows]

    def answer(reading: Reading) -> Floats:
        low, high = _within(counted, reading, question)
        return _days(reading, time, high - 1, high > low)

    return answer


def tell_days_since_first(counted: Counted, question: Aggregate) -> Answer:
    """Days since the first."""
    time = counted.timeline.time[counted.rows]

    def answer(reading: Reading) -> Floats:
        low, high = _within(counted, reading, question)
        return _days(reading, time, low, high > low)

    return answer


def find_shortest_gap(counted: Counted, question: Aggregate) -> Answer:
    """Days between the two that follow each other most closely."""
    time = counted.timeline.time[counted.rows]
    nearness = Maxima(
        -np.diff(time, prepend=time[:1])
    )  # of each to the one before; other keys' are never asked

    def answer(reading: Reading) -> Floats:
        low, high = _within(counted, reading, question)
        return _known(-nearness.of(low + 1, np.maximum(high, low + 1), -NEVER), NEVER) / DAY

    return answer


def find_burst(counted: Counted, question: Aggregate) -> Answer:
    """The most in any stretch of `BURST_DAYS`: the stretches that are over, and the latest days."""
    timeline, rows = counted.timeline, counted.rows
    until = timeline.docket.first_from(timeline.time[rows] + BURST_DAYS * DAY)
    following = Maxima(counted.before[timeline.before(timeline.group[rows], until)] - np.arange(len(rows)))

    def answer(reading: Reading) -> Floats:
        low, high = _within(counted, reading, question)
        latest = np.maximum(low, counted.before[reading.low(BURST_DAYS)])
        return np.maximum(following.of(low, latest, 0), high - latest).astype(np.float64)

    return answer


def count_distinct(counted: Counted, values: Distinct, question: Aggregate) -> Answer:
    """Different values met in them."""
    count, days = values.counter(question.window_days), question.window_days
    return lambda reading: count(reading.low(days), reading.high).astype(np.float64)


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


OF_FILINGS: dict[str, Callable[[Counted, Aggregate], Answer]] = {
    "count": count_filings,
    "sum": add_amounts,
    "largest": find_largest,
    "days_since": tell_days_since,
    "days_since_first": tell_days_since_first,
    "shortest_gap": find_shortest_gap,
    "burst": find_burst,
}


def tell_outcome(counted: Counted, happened: Happened, question: Aggregate) -> Answer:
    """`share`, `open`, `open_sum` and `open_days`."""
    if question.kind == "open_days":
        return _tell_open_days(counted, happened, question)
    is_sum, days = question.kind == "open_sum", question.window_days
    total = counted.cents_before if is_sum else counted.before
    known = _sum_known(counted, counted.cents if is_sum else counted.mask, happened, days)

    def answer(reading: Reading) -> Floats:
        seen = total[reading.high] - total[reading.low(days)]
        if question.kind == "share":
            return np.where(seen > 0, known(reading) / np.maximum(seen, 1), np.nan)
        return (seen - known(reading)) / (100.0 if is_sum else 1.0)

    return answer


def _sum_known(
    counted: Counted, weight: NDArray[Any], happened: Happened, days: int | None
) -> Callable[[Reading], Ints]:
    """The weights of the filings counted in which something was known by each key's moment."""
    timeline = counted.timeline
    comes = (happened.first == 1) & counted.mask[happened.row]
    if days is not None or timeline.is_bounded:
        comes &= happened.known < timeline.leaves_window(days)[happened.row]
    stays = comes
    if happened.until is not None:
        stays = comes & (happened.until >= timeline.leaves_window(days)[happened.row])
    gone = np.zeros(len(weight), dtype=np.int64)
    gone[happened.row[stays]] = weight[happened.row[stays]]
    came, left = running(np.where(comes, weight[happened.row], 0)), running(gone)

    def known(reading: Reading) -> Ints:
        return came[reading.learned(happened, None)] - left[reading.low(days)]

    if stays is comes:
        return known
    ended = _sum_ended(happened, comes & ~stays, weight[happened.row])
    return lambda reading: known(reading) - ended(reading)


def _tell_open_days(counted: Counted, happened: Happened, question: Aggregate) -> Answer:
    known = Maxima(first_known(happened, counted.rows))
    time = counted.timeline.time[counted.rows]

    def answer(reading: Reading) -> Floats:
        low, high = _within(counted, reading, question)
        oldest = known.first_at_least(low, high, reading.as_of)
        return _days(reading, time, oldest, oldest < high)

    return answer


def tell_happenings(counted: Counted, happened: Happened, question: Aggregate) -> Answer:
    """`count`, `days_since` and `days_since_first` of happenings, each at the moment it became known."""
    if question.kind != "count":
        return _days_of_happening(counted, happened, question)
    timeline, days = counted.timeline, question.window_days
    mask = counted.mask[happened.row]
    if not timeline.is_bounded and happened.until is None:
        before = running(mask)

        def answer(reading: Reading) -> Floats:
            return (
                before[reading.learned(happened, None)] - before[happened_since(happened, reading, days)]
            ).astype(np.float64)

        return answer
    leaves = timeline.leaves_at[happened.row]
    comes = mask & (happened.known < leaves)
    over_at = NEVER if days is None else happened.known + days * DAY
    stays = comes if happened.until is None else comes & (happened.until >= np.minimum(leaves, over_at))
    early = stays & (leaves < over_at)
    left = running(
        np.bincount(happened.row[early], minlength=len(counted.mask))
    )  # before the window was over
    came, over = running(comes), running(stays & ~early)

    def bounded(reading: Reading) -> Floats:
        until, since = reading.learned(happened, None), happened_since(happened, reading, days)
        return (came[until] - over[since] - left[reading.floor]).astype(np.float64)

    if stays is comes:
        return bounded
    ended = _sum_ended(happened, comes & ~stays, mask)
    return lambda reading: bounded(reading) - ended(reading)


def _days_of_happening(counted: Counted, happened: Happened, question: Aggregate) -> Answer:
    mask = counted.mask[happened.row]
    rows, before = mask.nonzero()[0], running(mask)
    known = happened.known[rows]
    leaves = Maxima(happened.leaves[rows])

    def answer(reading: Reading) -> Floats:
        low = before[happened_since(happened, reading, question.window_days)]
        high = before[reading.learned(happened, None)]
        if question.kind == "days_since":
            at = leaves.last_at_least(low, high, reading.as_of)
            return _days(reading, known, at, at >= low)
        at = leaves.first_at_least(low, high, reading.as_of)
        return _days(reading, known, at, at < high)

    return answer


def _sum_ended(
    happened: Happened, ends: NDArray[np.bool_], weight: NDArray[Any]
) -> Callable[[Reading], Ints]:
    """The weights of some of what happened that was taken back before each key's moment."""
    timeline, docket, some = happened.timeline, happened.timeline.docket, np.flatnonzero(ends)
    until = happened.leaves[some]
    code = timeline.group[happened.row[some]] * docket.ticks + np.searchsorted(docket.moments[0], until)
    order = np.argsort(code)
    codes, before = code[order], running(weight[some[order]])
    return lambda reading: before[codes.searchsorted(reading.moment(None))]


def happened_since(happened: Happened, reading: Reading, days: int | None) -> Ints:
    """How many rows of what happened stand before each key's window."""
    return happened.start[reading.group + 1] if days is None else reading.learned(happened, days)
