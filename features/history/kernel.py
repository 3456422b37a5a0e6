"""The kernel: one question to history, answered for many filings at once or for one.

Many who ask are answered by running totals (`part.py`, `counting.py`), one who asks alone by looking (`alone.py`): the
same numbers to the bit. `witnesses` names what an answer counted, for the sentences of the reasons.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cached_property, partial
from threading import Lock
from typing import Any

import numpy as np

from features.history.aggregate import Aggregate, Slot
from features.history.alone import Alone
from features.history.counting import Counted
from features.history.docket import Docket, Floats, Ints
from features.history.keeping import keep_latest
from features.history.part import Part
from features.history.reading import Asking, Queries, Reading, places
from features.history.sheet import Questions, lay_out
from features.history.sides import Sides, find_sides
from features.history.slots import SLOTS
from features.history.timeline import Index, Timeline, join_halves, make_half, make_index

MOST_READ = 1_000
"""Appearances of a key that are read, the latest before the moment (docs/point-in-time.md, decision 0011)."""

__all__ = ["MOST_READ", "History", "Queries"]

_WORTH_THREADS = 20_000
"""Filings asking from which threads are started; numpy lets others run while it sorts, searches and adds up."""
_ROWS = 1 << 15
"""Rows of a part: what it works out fits the processor's cache. In one piece, most time went into fresh memory."""


class History:
    """A docket made ready for questions."""

    def __init__(self, docket: Docket, most_read: int = MOST_READ) -> None:
        self.docket, self.most_read = docket, most_read
        self._indexes: dict[str, Index] = {}
        self._halves: dict[str, Index] = {}

    def answer(self, question: Aggregate, queries: Queries) -> Floats:
        """The answer for every query, NaN where unknown. Shape (q,).

        A query must not find its own filing before its `as_of`: for a later look ask a docket without it.
        """
        out = np.empty((len(queries.as_of), 1))
        self.answer_all({0: question}, queries, out)
        return out[:, 0]

    def answer_all(self, questions: Mapping[int, Aggregate], queries: Queries, out: Floats) -> None:
        """The answers to all questions, each into its column of `out`; those of many filings on all cores.

        Soonest where the questions come `in_turn`.
        """
        if len(queries.as_of) == 1:
            out[0, list(questions)] = np.nan
            sheets = questions.sheets if isinstance(questions, Questions) else lay_out(questions)
            self._alone(queries).answer_into(out[0], sheets)
            return
        asked: dict[str, list[int]] = {}
        for place, question in questions.items():
            if question.slot in queries.slots:
                asked.setdefault(SLOTS[question.slot][0], []).append(place)
        asking, lock = self._asking(queries), Lock()

        def answer(namespace: str, first: int, last: int) -> None:
            part = Part(self._index(namespace), first, last, self.most_read, lambda: self.sides)
            for place in asked[namespace]:
                part.answer_into(out[:, place], questions[place], asking, lock)

        def leave_blank(place: int) -> None:
            slot = questions[place].slot
            once = asking.once(slot) if slot in queries.slots else np.zeros(len(out), dtype=bool)
            if once is not None:
                out[~once, place] = np.nan

        first: list[Callable[[], object]] = [
            *(
                partial(self._take_half, n, upper)
                for n in asked
                if n not in self._indexes
                for upper in (False, True)
            ),
            *asking.ahead(questions.values()),
            *(partial(leave_blank, place) for place in questions),
        ]
        with _hands(len(queries.as_of)) as each:
            each(lambda do: do(), first)
            each(lambda part: answer(*part), [(n, *p) for n in asked for p in self._index(n).parts(_ROWS)])

    def _index(self, namespace: str) -> Index:
        if namespace not in self._indexes:
            self._indexes[namespace] = make_index(self.docket, namespace)
        return self._indexes[namespace]

    def _take_half(self, namespace: str, upper: bool) -> None:
        """Index half a namespace; who is done last joins both."""
        half = make_half(self.docket, namespace, upper=upper)
        other = self._halves.setdefault(namespace, half)
        if other is not half:
            self._indexes[namespace] = join_halves(*((other, half) if upper else (half, other)))
            del self._halves[namespace]

    @keep_latest(1)
    def _alone(self, asker: Queries) -> Alone:
        return Alone(self.docket, asker, self.most_read, lambda: self.sides)

    @keep_latest(3)
    def _whole(self, namespace: str) -> Part:
        index = self._index(namespace)
        return Part(index, 0, len(index.keys), self.most_read, lambda: self.sides)

    @keep_latest(1)
    def _asking(self, queries: Queries) -> Asking:
        return Asking(self.docket, queries)

    def timeline(self, namespace: str) -> Timeline:
        """The timeline of a namespace, in which the group is the place of the key."""
        return self._whole(namespace).base

    def groups(self, namespace: str, keys: Ints) -> Ints:
        """The group of each key, -1 where it has no history."""
        return places(self._index(namespace).keys, keys)

    def counted(self, namespace: str, seen_as: tuple[int, ...]) -> Counted:
        """The rows of a namespace in which a key stood in one of the roles, each filing once."""
        return self._whole(namespace).standing(seen_as)

    def reading(self, queries: Queries, slot: Slot) -> Reading:
        """What the keys of a slot may see."""
        return self._whole(SLOTS[slot][0]).reading(self._asking(queries), slot)

    @cached_property
    def sides(self) -> Sides:
        """The parties of each filing by side."""
        return find_sides(self._index("party"))

    def witnesses(self, question: Aggregate, asker: Queries) -> list[str]:
        """Ids of the filings the answer for the one filing that asks rests on, newest first."""
        return [str(self.docket.filing_ids[f]) for f in self._alone(asker).rests_on(question)]

    def is_cut_short(self, question: Aggregate, asker: Queries) -> bool:
        """Whether some key of the one filing that asks did more in the window than is read: the answer is a part."""
        return self._alone(asker).is_cut_short(question)


@contextmanager
def _hands(filings: int) -> Iterator[Callable[[Callable[[Any], object], Iterable[Any]], object]]:
    """What does something with each of several things: on all cores where many filings ask."""
    if filings < _WORTH_THREADS:
        yield lambda do, things: deque(map(do, things), maxlen=0)
    else:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            yield lambda do, things: deque(pool.map(do, things), maxlen=0)
