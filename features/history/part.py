"""A stretch of the keys of a namespace, made ready for questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Lock

import numpy as np

from features.history.aggregate import SMALLEST, Aggregate, Body, Scope, Slot
from features.history.counting import (
    OF_FILINGS,
    Answer,
    Counted,
    count_distinct,
    tell_happenings,
    tell_outcome,
)
from features.history.docket import Floats, Ints, family_code, proceeding_code
from features.history.keeping import keep_latest
from features.history.ranges import is_any
from features.history.reading import Asking, Reading, combine, places
from features.history.sheet import Questions
from features.history.sides import Distinct, Sides, counterparts
from features.history.slots import SLOTS
from features.history.timeline import Happened, Index, Timeline, attribute, scoped


class Part:
    """The keys first..last of an index: what their questions share is worked out once.

    It is held as long as questions that need it follow each other: ask them in the order of `in_good_order`. All
    that an answer for a key rests on is in its own rows, so that parts are asked in any order, and at once.
    """

    def __init__(self, index: Index, first: int, last: int, most: int, sides: Callable[[], Sides]) -> None:
        self._keys, self._span, self._sides = index.keys, (first, last), sides
        self.base, self._docket = index.timeline(first, last, most), index.docket

    def answer_into(self, best: Floats, question: Aggregate, asking: Asking, lock: Lock) -> None:
        """Take the answers for the part's keys into the best so far of the filings that ask."""
        if question.scope == "elsewhere":
            query, values = self._answer_elsewhere(question, asking)
        else:
            reading = self.reading(asking, question.slot, question.scope)
            query, values = reading.query, self._answer(question)(reading)
        if question.scope != "all":
            values[asking.queries.own[question.scope][query] < 0] = np.nan
        once = asking.once(question.slot)
        if once is None:
            best[query] = values
            return
        alone = once[query]
        best[query[alone]] = values[alone]
        with lock:
            combine(best, query[~alone], values[~alone], smallest=question.kind in SMALLEST)

    def _answer_elsewhere(self, question: Aggregate, asking: Asking) -> tuple[Ints, Floats]:
        """Of each key the answer everywhere less that at the own court."""
        query, group = self._asking(asking, question.slot)
        values = np.zeros(len(query))
        for scope, sign in _EVERYWHERE_LESS_HERE:
            reading, order = self._reading_of_keys(asking, query, group, scope)
            values[order] += sign * self._answer(question.within(scope))(reading)
        return query, np.round(values, 2)  # whole hundredths again

    def _answer(self, question: Aggregate) -> Answer:
        counted = self.counted(question)
        if question.happened:
            tell = tell_happenings if question.of_happenings else tell_outcome
            return tell(counted, self.happened(question), question)
        if question.kind in OF_FILINGS:
            return OF_FILINGS[question.kind](counted, question)
        return count_distinct(counted, self._distinct(question.body, question.kind), question)

    def reading(self, asking: Asking, slot: Slot, scope: Scope = "all") -> Reading:
        """What the part's keys that ask may see."""
        return self._reading(asking, slot, scope)

    def counted(self, question: Aggregate) -> Counted:
        """The rows that count."""
        return self._counted(*question.body)

    def standing(self, seen_as: tuple[int, ...]) -> Counted:
        """The rows in which a key stood in one of the roles, each filing once."""
        return self._counted("all", seen_as, (), ())

    def happened(self, question: Aggregate) -> Happened:
        """What of the kinds asked for was learned of the part's filings."""
        return self._happened(question.scope, question.happened)

    def _timeline(self, scope: Scope) -> Timeline:
        return self.base if scope == "all" else self._scoped(scope)[2]

    @keep_latest(1)
    def _scoped(self, scope: Scope) -> tuple[Ints, Ints, Timeline]:
        return scoped(self.base, attribute(self._docket, scope))

    @keep_latest(2)
    def _reading(self, asking: Asking, slot: Slot, scope: Scope) -> Reading:
        if asking.queries.filings is None:
            return self._reading_of_keys(asking, *self._asking(asking, slot), scope)[0]
        timeline = self._timeline(scope)
        return Reading.of_rows(timeline, *_rows_asking(timeline, asking, slot), asking)

    def _asking(self, asking: Asking, slot: Slot) -> tuple[Ints, Ints]:
        """(query, group) of the part's keys that ask."""
        if asking.queries.filings is not None:
            rows, query = _rows_asking(self.base, asking, slot)
            return query, self.base.group[rows]
        query, place = asking.between(slot, self._keys, *self._span)
        return query, np.where(place < 0, -1, place - self._span[0])

    def _reading_of_keys(
        self, asking: Asking, query: Ints, group: Ints, scope: Scope
    ) -> tuple[Reading, Ints]:
        """A reading, and the order in which it has the keys."""
        if scope != "all":
            values, groups, _ = self._scoped(scope)
            place = places(values, asking.queries.own[scope][query])
            unknown = (group < 0) | (place < 0)
            group = places(groups, np.where(unknown, -1, group * len(values) + place))
        return Reading.of_keys(self._timeline(scope), group, query, asking)

    @keep_latest(2)
    def _counted(
        self, scope: Scope, seen_as: tuple[int, ...], families: tuple[str, ...], proceedings: tuple[str, ...]
    ) -> Counted:
        """Of one filing seen in several roles under one key, the first that counts."""
        timeline, docket = self._timeline(scope), self._docket
        mask = np.ones(len(timeline.filing), dtype=bool)
        if seen_as:
            mask &= is_any(timeline.role, seen_as)
        if families:
            mask &= is_any(docket.family[timeline.filing], tuple(family_code(f) for f in families))
        if proceedings:
            mask &= is_any(docket.proceeding[timeline.filing], tuple(proceeding_code(p) for p in proceedings))
        (chosen,) = mask.nonzero()
        mask[chosen[1:][timeline.code[chosen[1:]] == timeline.code[chosen[:-1]]]] = False
        return Counted(timeline, mask)

    @keep_latest(2)
    def _happened(self, scope: Scope, kinds: tuple[str, ...]) -> Happened:
        return self._timeline(scope).happened(kinds)

    @keep_latest(1)
    def _distinct(self, body: Body, kind: str) -> Distinct:
        counted = self._counted(*body)
        timeline, rows = counted.timeline, counted.rows
        at, value = counterparts(kind, self._docket, self._sides, timeline.filing[rows], timeline.role[rows])
        return Distinct(timeline, rows[at], value)


_EVERYWHERE_LESS_HERE: tuple[tuple[Scope, int], ...] = (("all", 1), ("court", -1))


def in_turn(questions: Mapping[int, Aggregate]) -> Questions:
    """Questions in an order in which those that share work follow each other."""
    return Questions(sorted(questions.items(), key=lambda item: in_good_order(item[1])))


def in_good_order(question: Aggregate) -> tuple[object, ...]:
    """A sort key under which questions that share work stand together."""
    scope = ("all", "court") if question.scope == "elsewhere" else (question.scope, "")
    return (SLOTS[question.slot][0], scope, question.slot, question.body, question.happened, question.kind)


def _rows_asking(timeline: Timeline, asking: Asking, slot: Slot) -> tuple[Ints, Ints]:
    """The rows whose filings ask with their keys, and the numbers of these filings among those that ask."""
    (rows,) = is_any(timeline.role, SLOTS[slot][1]).nonzero()
    query = asking.number[timeline.filing[rows]]
    (asks,) = (query >= 0).nonzero()
    return rows[asks], query[asks]
