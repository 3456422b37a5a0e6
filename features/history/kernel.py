"""The kernel: one question to history, answered for many filings at once or for one.

The same code serves a whole history in training and one filing's fetched history at the desk, so both
see the same numbers. `rows` selects what an answer counted; the sentences of the reasons name it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from features.history.aggregate import SMALLEST, Aggregate, Scope, Slot
from features.history.counting import (
    OF_FILINGS,
    Answer,
    Counted,
    count_distinct,
    tell_happenings,
    tell_outcome,
)
from features.history.docket import Docket, Floats, Ints, family_code, proceeding_code
from features.history.looks import happenings_counted, outcomes_counted, rows_counted
from features.history.reading import Moments, Queries, Reading, combine
from features.history.sides import Distinct, Sides, counterparts, find_sides
from features.history.slots import SLOTS
from features.history.timeline import Happened, Timeline, Timelines, attribute, scoped
from xiezhi.clock import DAY

MOST_READ = 1_000
"""Appearances of a key that are read, the latest before the moment (docs/point-in-time.md, decision 0011)."""

__all__ = ["MOST_READ", "History", "Queries"]

_WORTH_THREADS = 20_000
"""Filings asking from which threads are started; numpy lets others run while it sorts, searches and adds up."""

_Part = tuple[str, Scope]
_Body = tuple[str, Scope, tuple[int, ...], tuple[str, ...], tuple[str, ...]]


class History:
    """A docket made ready for questions.

    What questions share is worked out once and held as long as questions that need it follow each other: ask
    them in the order of `in_good_order`.
    """

    def __init__(self, docket: Docket, most_read: int = MOST_READ) -> None:
        self.docket, self.most_read = docket, most_read
        self._timelines = Timelines(docket, most_read)
        self._base = lru_cache(3)(self._timelines.make)
        self._scoped = lru_cache(1)(self._make_scoped)
        self._counted = lru_cache(2)(self._make_counted)
        self._happened = lru_cache(2)(self._make_happened)
        self._distinct = lru_cache(1)(self._make_distinct)
        self._reading = lru_cache(2)(self._make_reading)
        self._moments = lru_cache(1)(lambda queries: Moments(docket, queries.as_of))

    def answer(self, question: Aggregate, queries: Queries) -> Floats:
        """The answer for every query, NaN where unknown. Shape (q,).

        A query must not find its own filing before its `as_of`: for a later look ask a docket without it.
        """
        best = np.full(len(queries.as_of), np.nan)
        self._answer_into(best, question, queries)
        return best

    def _answer_into(self, best: Floats, question: Aggregate, queries: Queries) -> None:
        if question.slot not in queries.slots:
            best.fill(np.nan)
        elif question.scope == "elsewhere":
            self._answer_elsewhere(best, question, queries)
        else:
            reading = self._reading(queries, question.slot, question.scope)
            reading.answer_into(best, self._answer(question), smallest=question.kind in SMALLEST)
            if question.scope != "all":
                best[queries.own[question.scope] < 0] = np.nan

    def _answer_elsewhere(self, best: Floats, question: Aggregate, queries: Queries) -> None:
        """Of each key the answer everywhere less that at the own court."""
        query, key = queries.slots[question.slot]
        values = np.zeros(len(key))
        for scope, sign in _EVERYWHERE_LESS_HERE:
            asked = in_scope(question, scope)
            reading, order = self._reading_of_keys(queries, question.slot, scope)
            values[order] += sign * self._answer(asked)(reading)
        best.fill(np.nan)
        combine(best, query, np.round(values, 2), smallest=False)  # whole hundredths again

    def answer_all(self, questions: Mapping[int, Aggregate], queries: Queries, out: Floats) -> None:
        """The answers to all questions, each into its column of `out`; what does not share work, on all cores."""
        parts: dict[tuple[str, Scope, Slot], list[int]] = {}
        for place in sorted(questions, key=lambda i: in_good_order(questions[i])):
            parts.setdefault((*_part(questions[place]), questions[place].slot), []).append(place)

        def answer(places: list[int]) -> None:
            history = self._again()
            for place in places:
                history._answer_into(out[:, place], questions[place], queries)

        if len(queries.as_of) < _WORTH_THREADS:
            for place in (place for places in parts.values() for place in places):
                self._answer_into(out[:, place], questions[place], queries)
            return
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for done in [pool.submit(answer, places) for places in parts.values()]:
                done.result()

    def _again(self) -> History:
        """The same history for another thread: what is held for the questions to come is its own."""
        other = History(self.docket, self.most_read)
        other._base = self._base
        other.__dict__["sides"] = self.sides
        return other

    def _answer(self, question: Aggregate) -> Answer:
        counted = self._counted(_body(question))
        if question.happened:
            happened = self._happened(_part(question), question.happened)
            tell = tell_happenings if question.of_happenings else tell_outcome
            return tell(counted, happened, question)
        if question.kind in OF_FILINGS:
            return OF_FILINGS[question.kind](counted, question)
        return count_distinct(counted, self._distinct(_body(question), question.kind), question)

    def timeline(self, namespace: str) -> Timeline:
        """The timeline of a namespace, in which the group is the place of the key."""
        return self._base(namespace)[1]

    def groups(self, namespace: str, keys: Ints) -> Ints:
        """The group of each key, -1 where it has no history."""
        return places(self._base(namespace)[0], keys)

    def counted(self, namespace: str, seen_as: tuple[int, ...]) -> Counted:
        """The rows of a namespace in which a key stood in one of the roles, each filing once."""
        return self._counted((namespace, "all", seen_as, (), ()))

    def reading(self, queries: Queries, slot: Slot) -> Reading:
        """What the keys of a slot may see."""
        return self._reading(queries, slot, "all")

    def _timeline(self, part: _Part) -> Timeline:
        namespace, scope = part
        return self._base(namespace)[1] if scope == "all" else self._scoped(namespace, scope)[2]

    def _make_scoped(self, namespace: str, scope: Scope) -> tuple[Ints, Ints, Timeline]:
        return scoped(self._base(namespace)[1], attribute(self.docket, scope))

    def _make_reading(self, queries: Queries, slot: Slot, scope: Scope) -> Reading:
        if queries.filings is None:
            return self._reading_of_keys(queries, slot, scope)[0]
        namespace, roles = SLOTS[slot]
        timeline = self._timeline((namespace, scope))
        number = np.full(len(self.docket.filing_ids), -1)
        number[queries.filings] = np.arange(len(queries.filings))
        rows = np.flatnonzero(_is_any(timeline.role, roles) & (number[timeline.filing] >= 0))
        return Reading.of_rows(timeline, rows, number, self._moments(queries))

    def _reading_of_keys(self, queries: Queries, slot: Slot, scope: Scope) -> tuple[Reading, Ints]:
        """A reading, and the order in which it has the rows of the slot."""
        namespace = SLOTS[slot][0]
        query, key = queries.slots[slot]
        group = places(self._base(namespace)[0], key)
        if scope != "all":
            values, groups, _ = self._scoped(namespace, scope)
            place = places(values, queries.own[scope][query])
            unknown = (group < 0) | (place < 0)
            group = places(groups, np.where(unknown, -1, group * len(values) + place))
        return Reading.of_keys(self._timeline((namespace, scope)), group, query, self._moments(queries))

    def _make_counted(self, body: _Body) -> Counted:
        """Of one filing seen in several roles under one key, the first that counts."""
        namespace, scope, seen_as, families, proceedings = body
        timeline, docket = self._timeline((namespace, scope)), self.docket
        mask = np.ones(len(timeline.filing), dtype=bool)
        if seen_as:
            mask &= _is_any(timeline.role, seen_as)
        if families:
            mask &= _is_any(docket.family, [family_code(f) for f in families])[timeline.filing]
        if proceedings:
            mask &= _is_any(docket.proceeding, [proceeding_code(p) for p in proceedings])[timeline.filing]
        chosen = np.flatnonzero(mask)
        mask[chosen[1:][timeline.code[chosen[1:]] == timeline.code[chosen[:-1]]]] = False
        return Counted(timeline, mask)

    def _make_happened(self, part: _Part, kinds: tuple[str, ...]) -> Happened:
        return self._timeline(part).happened(kinds)

    def _make_distinct(self, body: _Body, kind: str) -> Distinct:
        counted = self._counted(body)
        at, value = counterparts(kind, counted.timeline, self.sides, counted.rows)
        return Distinct(counted.timeline, counted.rows[at], value)

    @cached_property
    def sides(self) -> Sides:
        """The parties of each filing by side."""
        return find_sides(self.timeline("party"))

    def witnesses(self, question: Aggregate, asker: Queries) -> list[str]:
        """Ids of the filings the answer for the one filing that asks rests on, newest first."""
        asked = in_scope(question, "all") if question.scope == "elsewhere" else question
        found: dict[int, int] = {}
        for key in asker.slots.get(question.slot, (_NONE, _NONE))[1]:
            filing, time = self._rests_on(asked, asker, int(key))
            if question.scope == "elsewhere":
                other = self.docket.court[filing] != asker.own["court"][0]
                filing, time = filing[other], time[other]
            found.update(zip(filing.tolist(), time.tolist(), strict=True))
        newest = sorted(found, key=lambda f: (found[f], f), reverse=True)
        return [str(self.docket.filing_ids[f]) for f in newest]

    def _rests_on(self, question: Aggregate, asker: Queries, key: int) -> tuple[Ints, Ints]:
        """Filings that the answer for one key rests on, and the moment that counted of each."""
        slots = {question.slot: (np.zeros(1, np.int64), np.array([key]))}
        reading = self._make_reading(Queries(asker.as_of, slots, asker.own), question.slot, question.scope)
        counted = self._counted(_body(question))
        if not question.happened:
            return rows_counted(counted, reading, question)
        happened = self._happened(_part(question), question.happened)
        if question.of_happenings:
            return happenings_counted(counted, happened, reading, question)
        return outcomes_counted(counted, happened, reading, question)

    def is_cut_short(self, question: Aggregate, asker: Queries) -> bool:
        """Whether some key of the one filing that asks did more in the window than is read: the answer is a part."""
        if question.slot not in asker.slots:
            return False
        reading = self._make_reading(asker, question.slot, "all")
        whole = in_window = reading.timeline.before(reading.group, np.zeros(1, np.int64))
        if question.window_days is not None and not question.of_happenings:
            first = self.docket.first_from(reading.as_of - question.window_days * DAY)
            in_window = reading.timeline.before(reading.group, first)
        return bool((np.maximum(whole, in_window) < reading.floor).any())


_EVERYWHERE_LESS_HERE: tuple[tuple[Scope, int], ...] = (("all", 1), ("court", -1))
_NONE: Ints = np.zeros(0, dtype=np.int64)


def places(sorted_values: Ints, asked: Ints) -> Ints:
    """Place of each asked value among sorted ones, -1 where it is not there."""
    place = np.searchsorted(sorted_values, asked)
    there = place < len(sorted_values)
    there[there] = sorted_values[place[there]] == asked[there]
    return np.where(there, place, -1)


def _is_any(values: Ints, chosen: Sequence[int]) -> NDArray[np.bool_]:
    """Where small numbers are among those chosen."""
    table = np.zeros(64, dtype=bool)
    table[list(chosen)] = True
    return table[values]


def in_good_order(question: Aggregate) -> tuple[object, ...]:
    """A sort key under which questions that share work stand together."""
    part = ("all", "court") if question.scope == "elsewhere" else (question.scope, "")
    return (*_body(question)[:1], part, question.slot, _body(question), question.happened, question.kind)


def in_scope(question: Aggregate, scope: Scope) -> Aggregate:
    """The same question in another scope."""
    return replace(question, scope=scope)


def _part(question: Aggregate) -> _Part:
    return SLOTS[question.slot][0], question.scope


def _body(question: Aggregate) -> _Body:
    return (*_part(question), question.seen_as, question.families, question.proceedings)
