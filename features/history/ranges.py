"""Questions to stretches of an array, many at once: the largest value, the first that is large enough. Order."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


class Maxima:
    """Maxima over stretches of length 1, 2, 4 … from every place of an array, made as long as they are asked for."""

    def __init__(self, values: Ints) -> None:
        self._levels = [values]

    def _level(self, power: int) -> Ints:
        while len(self._levels) <= power:
            half = 1 << (len(self._levels) - 1)
            last = self._levels[-1]
            self._levels.append(np.maximum(last[:-half], last[half:]))
        return self._levels[power]

    def of(self, low: Ints, high: Ints, nothing: int) -> Ints:
        """The largest of values[low:high] for each stretch, `nothing` for an empty one."""
        answer = np.full(len(low), nothing, dtype=np.int64)
        asked = np.flatnonzero(high > low)
        powers = _power(high[asked] - low[asked])
        for power in range(int(powers.max(initial=-1)) + 1):
            at = asked[powers == power]
            if len(at):
                table = self._level(power)
                answer[at] = np.maximum(table[low[at]], table[high[at] - (1 << power)])
        return answer

    def first_at_least(self, low: Ints, high: Ints, bound: Ints) -> Ints:
        """Place of the first of values[low:high] that is `bound` or more, for each stretch; `high` where none is."""
        place = low.copy()
        for power in reversed(range(int(_power((high - low).max(initial=0, keepdims=True))[0]) + 1)):
            # What is left to search is at most twice this long: one step is enough.
            at = np.flatnonzero(place + (1 << power) <= high)
            at = at[self._level(power)[place[at]] < bound[at]]
            place[at] += 1 << power
        return place

    def last_at_least(self, low: Ints, high: Ints, bound: Ints) -> Ints:
        """Place of the last of values[low:high] that is `bound` or more, for each stretch; `low - 1` where none is."""
        end = high.copy()
        for power in reversed(range(int(_power((high - low).max(initial=0, keepdims=True))[0]) + 1)):
            at = np.flatnonzero(end - (1 << power) >= low)
            at = at[self._level(power)[end[at] - (1 << power)] < bound[at]]
            end[at] -= 1 << power
        return end - 1


def _power(length: Ints) -> Ints:
    """The largest power of two up to each length, -1 for 0."""
    return np.asarray(np.frexp(length.astype(np.float64))[1] - 1, dtype=np.int64)


def running(weight: NDArray[Any]) -> Ints:
    """The sum of the weights before each place, and of all at the end. Shape (m + 1,)."""
    total = np.zeros(len(weight) + 1, dtype=np.int64)
    weight.cumsum(out=total[1:])
    return total


def repeat_ranges(low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """The numbers of all stretches low..high one after the other, and beside each the stretch it is of."""
    count = np.maximum(high - low, 0)
    owner = np.arange(len(low)).repeat(count)
    # Less what stands before each stretch, so that one count runs through all.
    return np.arange(len(owner)) + (low - count.cumsum() + count)[owner], owner


def order_of(values: NDArray[Any]) -> Ints:
    """The order of whole numbers that stand in none; those alike stay as they stand.

    Sixteen bits at a time, which numpy puts in order by counting: two to ten times as fast as by comparing. Numbers
    that are nearly in order already a stable `argsort` puts in order sooner.
    """
    if not len(values):
        return np.zeros(0, dtype=np.int64)
    above = values - values.min()
    bits = int(above.max()).bit_length()
    order: Ints = above.astype(np.uint16).argsort(kind="stable")
    for shift in range(16, bits, 16):
        order = order[(above >> shift).astype(np.uint16)[order].argsort(kind="stable")]
    return order


def number(values: Ints) -> tuple[Ints, Ints]:
    """The different ones among whole numbers, sorted; and the place of each among them."""
    order = order_of(values)
    ordered = values[order]
    new = np.ones(len(order), dtype=bool)
    new[1:] = ordered[1:] != ordered[:-1]
    place = np.empty(len(order), dtype=np.int64)
    place[order] = new.cumsum() - 1
    return ordered[new], place


def is_any(values: NDArray[Any], chosen: tuple[int, ...]) -> NDArray[np.bool_]:
    """Where small numbers are among those chosen."""
    there: NDArray[np.bool_] = _marked(chosen)[values]
    return there


@lru_cache(maxsize=1_024)
def _marked(chosen: tuple[int, ...]) -> NDArray[np.bool_]:
    table = np.zeros(64, dtype=bool)
    table[list(chosen)] = True
    return table
