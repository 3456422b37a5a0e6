"""Questions to stretches of an array, many at once: the largest value, the first that is large enough."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def range_max(values: NDArray[Any], low: Ints, high: Ints, nothing: int) -> Ints:
    """The largest of values[low:high] for each stretch, `nothing` for an empty one.

    A table of maxima over stretches of length 1, 2, 4 …; each question reads two of one length. One length is
    held at a time.
    """
    answer = np.full(len(low), nothing, dtype=np.int64)
    length = high - low
    asked = np.flatnonzero(length > 0)
    level = np.frexp(length[asked].astype(np.float64))[1] - 1
    table = values
    for power in range(int(level.max(initial=-1)) + 1):
        at = asked[level == power]
        answer[at] = np.maximum(table[low[at]], table[high[at] - (1 << power)])
        if len(table) > 1 << power:
            table = np.maximum(table[: -(1 << power)], table[1 << power :])
    return answer


def first_at_least(values: Ints, low: Ints, high: Ints, bound: Ints) -> Ints:
    """Place of the first of values[low:high] that is `bound` or more, for each stretch; `high` where none is."""
    place = low.copy()
    longest = int((high - low).max(initial=0))
    tables = [values]
    while 2 << (len(tables) - 1) <= longest:
        power = 1 << (len(tables) - 1)
        tables.append(np.maximum(tables[-1][:-power], tables[-1][power:]))
    for power in reversed(range(len(tables))):
        # What is left to search is at most twice this long: one step is enough.
        at = np.flatnonzero(place + (1 << power) <= high)
        at = at[tables[power][place[at]] < bound[at]]
        place[at] += 1 << power
    return place


def last_at_least(values: Ints, low: Ints, high: Ints, bound: Ints) -> Ints:
    """Place of the last of values[low:high] that is `bound` or more, for each stretch; `low - 1` where none is."""
    size = len(values)
    return np.asarray(size - 1 - first_at_least(values[::-1], size - high, size - low, bound))


def repeat_ranges(low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """The numbers of all stretches low..high one after the other, and beside each the stretch it is of."""
    count = np.maximum(high - low, 0)
    owner = np.repeat(np.arange(len(low)), count)
    offset = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
    return np.repeat(low, count) + offset, owner
