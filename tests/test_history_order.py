"""Order by counting, and what a part of a history keeps while it is asked."""

from __future__ import annotations

import gc
import weakref
from threading import Event, Lock, Thread

import numpy as np
from dockets import ask_as_filed
from hypothesis import given
from hypothesis import strategies as st

from features.history.aggregate import Aggregate
from features.history.docket import make_docket
from features.history.keeping import keep_latest, lazy
from features.history.keys import PLAINTIFF, key
from features.history.part import Part
from features.history.ranges import number, order_of
from features.history.reading import Asking
from features.history.sides import Sides
from features.history.timeline import make_index

numbers = st.one_of(st.integers(-3, 3), st.integers(-(2**40), 2**61))


@given(st.lists(numbers, max_size=40))
def test_whole_numbers_are_put_in_order_as_numpy_does(values: list[int]) -> None:
    column = np.array(values, dtype=np.int64)
    np.testing.assert_array_equal(order_of(column), column.argsort(kind="stable"))
    for ours, numpys in zip(number(column), np.unique(column, return_inverse=True), strict=True):
        np.testing.assert_array_equal(ours, numpys)


def test_a_part_goes_when_it_is_done() -> None:
    """Without the collector of cycles, which would leave megabytes lying about."""
    filings = [(f"f{i}", i, 1.0, "private_loan", "first_instance", "甘0702") for i in range(3)]
    docket = make_docket(filings, [(key("party", "P"), f"f{i}", PLAINTIFF) for i in range(3)], (), ())
    queries = ask_as_filed(docket)
    part = Part(make_index(docket, "party"), 0, 1, 10, lambda: Sides({}, 0))
    best = np.full(3, np.nan)
    gc.disable()
    try:
        part.answer_into(best, Aggregate("count", "plaintiff"), Asking(docket, queries), Lock())
        left = weakref.ref(part)
        del part
        assert left() is None
    finally:
        gc.enable()
    assert best.tolist() == [0, 1, 2]


class Worked:
    """Works something out as soon as it may."""

    def __init__(self, may: Event) -> None:
        self.may, self.times, self.begun = may, 0, Event()

    @lazy
    def out(self) -> int:
        """How often this was worked out."""
        self.begun.set()
        assert self.may.wait(10)
        self.times += 1
        return self.times

    @keep_latest(2)
    def of(self, number: int) -> list[int]:
        """A list of its own for each time it is made."""
        return [number]


def test_one_object_does_not_wait_for_what_another_works_out() -> None:
    held, free = Worked(Event()), Worked(Event())
    free.may.set()
    waiting = Thread(target=lambda: held.out)
    waiting.start()
    assert held.begun.wait(10)
    assert (free.out, free.out, held.times) == (1, 1, 0)
    held.may.set()
    waiting.join()
    assert held.out == 1


def test_the_latest_are_kept() -> None:
    worked = Worked(Event())
    first, second = worked.of(1), worked.of(2)
    assert worked.of(1) is first
    assert worked.of(3) == [3]
    assert worked.of(2) is second
    assert worked.of(1) is not first
