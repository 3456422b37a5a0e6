"""The kernel for one filing that asks alone: at the desk, and for the filings that reasons name.

`counting.py` sums up ahead, which pays where many ask. One filing has few keys: their rows before its moment stand in
one array, each question marks those it counts, many questions at once, and what is marked is counted. The answers are
those of `counting.py` to the bit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.history.aggregate import BURST_DAYS, Aggregate, Kind, Scope, Slot
from features.history.docket import NEVER, Docket, Floats, Ints
from features.history.keeping import keep_latest, lazy
from features.history.keys import NAMESPACE_SHIFT
from features.history.ranges import repeat_ranges
from features.history.reading import Queries
from features.history.sheet import GROUPS, Bools, Sheet, sheet_of
from features.history.sides import Sides, counterparts
from features.history.timeline import attribute
from xiezhi.clock import DAY

_ROWS = 1 << 15
"""Rows looked at together: a suit of thousands of parties takes no more memory for it."""
_ROLES = 4
"""Rows one filing can take under one key."""


@dataclass(frozen=True)
class Lines:
    """What keys may count, in order of key: rows of appearances, or what was learned of their filings. l lines of k keys."""

    keys: int
    key: Ints  # (l,) numbers of keys, from 0
    filing: Ints  # (l,)
    moment: Ints  # (l,)

    @lazy
    def _starts(self) -> Ints:
        return np.concatenate([_FIRST, (self.key[1:] != self.key[:-1]).nonzero()[0] + 1])

    def gather(self, by: np.ufunc, values: NDArray[np.generic], nothing: int) -> Ints:
        """Values (q, l) put together key by key; `nothing` for a key without lines. Shape (q, k)."""
        found = np.full((len(values), self.keys), nothing, dtype=np.int64)
        if values.size:
            found[:, self.key[self._starts]] = by.reduceat(values, self._starts, axis=1, dtype=np.int64)
        return found

    def count(self, marked: Bools) -> Ints:
        """How many are marked."""
        return self.gather(np.add, marked, 0)

    def days_since(self, marked: Bools, as_of: int, by: np.ufunc) -> Floats:
        """Days since the latest (by `maximum`) or the first (by `minimum`) that is marked."""
        nothing = -NEVER if by is np.maximum else NEVER
        at = self.gather(by, np.where(marked, self.moment, nothing), nothing)
        none = at == nothing
        return np.where(none, np.nan, (as_of - np.where(none, 0, at)) / DAY)

    def some(self, first: int, last: int, keys: tuple[int, int]) -> Lines:
        """The lines first..last, which are those of the keys first..last."""
        rows = slice(first, last)
        return Lines(keys[1] - keys[0], self.key[rows] - keys[0], self.filing[rows], self.moment[rows])


@dataclass(frozen=True)
class Part:
    """Some keys, first..last of those that ask: their rows first..end of all, and what holds of the filings of these rows."""

    keys: tuple[int, int]
    at: slice
    rows: Lines
    learned: Lines
    kind: Ints  # of each of `learned`
    row: Ints  # of each of `learned`


class Alone:
    """One filing that asks (q = 1), and the rows of its keys. most: appearances of a key that are read, the latest."""

    def __init__(self, docket: Docket, queries: Queries, most: int, sides: Callable[[], Sides]) -> None:
        self._docket, self._queries, self._most, self._sides = docket, queries, most, sides
        self._as_of = int(queries.as_of[0])
        self._parts: dict[int, list[Part]] = {}
        self._read()

    def _read(self) -> None:
        """All rows before the moment of the keys that ask, by group of namespaces, key, filing and role."""
        docket, slots = self._docket, self._queries.slots
        keys = np.unique(np.concatenate([_NONE, *(key for _, key in slots.values())]))
        group = GROUPS[keys >> NAMESPACE_SHIFT]
        order = group.argsort(kind="stable")
        rank = np.empty(len(keys), dtype=np.int64)
        rank[order] = np.arange(len(keys))
        self._number = {slot: rank[keys.searchsorted(key)] for slot, (_, key) in slots.items()}
        self._group = group[order]
        chosen = _NONE
        if len(keys):
            place = np.minimum(keys.searchsorted(docket.key), len(keys) - 1)
            first = docket.first_from(self._queries.as_of)[0]
            (chosen,) = ((keys[place] == docket.key) & (docket.key_filing < first)).nonzero()
            chosen_key = rank[place[chosen]]
        else:
            chosen_key = _NONE
        stride = _ROLES * (len(docket.filing_ids) + 1)
        code = np.sort(chosen_key * stride + docket.key_filing[chosen] * _ROLES + docket.key_role[chosen])
        key, code = np.divmod(code, stride)
        filing, self._role = code >> 2, code & 3
        self._start = key.searchsorted(np.arange(len(keys) + 1))
        self._rows = Lines(len(keys), key, filing, docket.filed_at[filing])
        self._unread = np.arange(len(key)) < self._start[key + 1] - self._most
        self._family, self._proceeding = docket.family[filing], docket.proceeding[filing]
        (next_too,) = ((key[1:] == key[:-1]) & (filing[1:] == filing[:-1])).nonzero()
        self._again = set((next_too + 1).tolist())
        self._learn()

    def _learn(self) -> None:
        """What was known of the rows' filings at the moment, and still held."""
        docket, rows = self._docket, self._rows
        order, begin = docket.happenings_of
        at, row = repeat_ranges(begin[rows.filing], begin[rows.filing + 1])
        at = order[at]
        known = docket.happening_known[at]
        (holds,) = ((known < self._as_of) & (docket.happening_until[at] >= self._as_of)).nonzero()
        self._learned_row, at = row[holds], at[holds]
        of = self._learned_row
        self._learned = Lines(rows.keys, rows.key[of], rows.filing[of], known[holds])
        self._kind = docket.happening_kind[at]

    def _parts_of(self, group: int) -> list[Part]:
        """The keys of a group, some at a time."""
        if group not in self._parts:
            self._parts[group] = list(self._cut(group))
        return self._parts[group]

    def _cut(self, group: int) -> Iterator[Part]:
        start = self._start
        low, high = self._group.searchsorted([group, group + 1]).tolist()
        while low < high:
            end = int(start.searchsorted(start[low] + _ROWS, side="right")) - 1
            keys = low, min(max(end, low + 1), high)
            first, last = start[list(keys)].tolist()
            of, to = self._learned_row.searchsorted([first, last]).tolist()
            yield Part(
                keys, slice(first, last), self._rows.some(first, last, keys), self._learned.some(of, to, keys),
                self._kind[of:to], self._learned_row[of:to] - first,
            )  # fmt: skip
            low = keys[1]

    def _asking(self, slot: Slot, part: Part) -> Ints:
        """The keys of a slot among those of a part."""
        number = self._number.get(slot, _NONE) - part.keys[0]
        if part.rows.keys == len(self._group):
            return number
        return number[(number >= 0) & (number < part.rows.keys)]

    def answer_into(self, out: Floats, sheets: Sequence[Sheet]) -> None:
        """The answers to all questions into their places, which hold NaN: what no key asks, and what is unknown, stays."""
        for sheet in sheets:
            parts = self._parts_of(sheet.group)
            for part in parts:
                values = self._values(sheet, part) * sheet.sign[:, None]
                for slot, columns, terms in sheet.by_slot:
                    asking = self._asking(slot, part)
                    if len(asking):
                        sign = sheet.sign[terms]
                        best = np.fmax.reduce(values[terms[:, None], asking], axis=1)
                        out[columns] = np.fmax(out[columns] * sign, best) * sign
            for scope, columns in sheet.by_scope if parts else ():
                if self._queries.own[scope][0] < 0:
                    out[columns] = np.nan

    def rests_on(self, question: Aggregate) -> list[int]:
        """Filings the answer rests on, the newest first: by the moment that counted of each."""
        sheet, found = sheet_of(question), dict[int, int]()
        for part in self._parts_of(sheet.group):
            counted = self._counting(sheet, part)
            if question.of_happenings:
                lines, marked = part.learned, self._marked_happenings(sheet, part, counted)[0]
            else:
                lines, marked = part.rows, self._marked(sheet, part, counted)[0]
                if question.happened:
                    marked = marked & (self._known(sheet, part)[0] == (question.kind == "share"))
            if question.scope == "elsewhere":
                marked = marked & (self._docket.court[lines.filing] != self._queries.own["court"][0])
            asks = np.zeros(lines.keys, dtype=bool)
            asks[self._asking(question.slot, part)] = True
            (chosen,) = (marked & asks[lines.key]).nonzero()
            moments = lines.moment[chosen].tolist()
            for filing, moment in zip(lines.filing[chosen].tolist(), moments, strict=True):
                found[filing] = max(moment, found.get(filing, moment))
        return sorted(found, key=lambda filing: (found[filing], filing), reverse=True)

    def is_cut_short(self, question: Aggregate) -> bool:
        """Whether some key did more in the window than is read: the answer is a part."""
        cut = self._unread
        if not question.of_happenings and question.window_days is not None:
            cut = cut & (self._rows.moment >= self._as_of - question.window_days * DAY)
        return bool(np.isin(self._rows.key[cut], self._number.get(question.slot, _NONE)).any())

    @keep_latest(len(GROUPS))
    def _within(self, scope: Scope) -> Bools:
        """Whether each row's filing shares what a scope compares."""
        shares: Bools = attribute(self._docket, scope)[self._rows.filing] == self._queries.own[scope][0]
        return shares

    def _counting(self, sheet: Sheet, part: Part) -> Bools:
        """Which rows each body counts: of one filing seen in several roles under one key the first. Shape (b, rows)."""
        mask = sheet.roles.take(self._role[part.at], axis=1)
        if not sheet.families.all():
            mask &= sheet.families.take(self._family[part.at], axis=1)
        if not sheet.proceedings.all():
            mask &= sheet.proceedings.take(self._proceeding[part.at], axis=1)
        for scope, bodies in sheet.scopes:
            mask[bodies] &= self._within(scope)[part.at]
        for row in sorted(self._again.intersection(range(part.at.start, part.at.stop)), reverse=True):
            before = row
            while before in self._again:
                before -= 1
                mask[:, row - part.at.start] &= ~mask[:, before - part.at.start]
        mask &= ~self._unread[part.at]
        return mask

    def _marked(self, sheet: Sheet, part: Part, counted: Bools) -> Bools:
        """The rows each term that counts filings marks. Shape (filings, rows)."""
        since = self._as_of - sheet.window[: sheet.filings, None]
        return counted.take(sheet.body[: sheet.filings], axis=0) & (part.rows.moment >= since)

    def _known(self, sheet: Sheet, part: Part) -> Bools:
        """In which rows what each such term asks for was known. Shape (filings, rows)."""
        number, kinds = sheet.known
        known = np.zeros((len(kinds), len(part.rows.key)), dtype=bool)
        what, at = kinds.take(part.kind, axis=1).nonzero()
        known[what, part.row[at]] = True
        return known.take(number, axis=0)

    def _marked_happenings(self, sheet: Sheet, part: Part, counted: Bools) -> Bools:
        """What each term that counts happenings marks of them. Shape (t - filings, happenings)."""
        asked = slice(sheet.filings, None)
        since = self._as_of - sheet.window[asked, None]
        marked = counted.take(sheet.body[asked], axis=0).take(part.row, axis=1)
        return marked & sheet.kinds[asked].take(part.kind, axis=1) & (part.learned.moment >= since)

    def _values(self, sheet: Sheet, part: Part) -> Floats:
        """What each term gives for each key. Shape (t, k)."""
        values = np.empty((len(sheet.terms), part.rows.keys))
        counted = self._counting(sheet, part)
        marked, known = self._marked(sheet, part, counted), self._known(sheet, part)
        for kind, terms in sheet.of_filings:
            values[terms] = self._of_filings(kind, part, marked[terms], known[terms])
        if sheet.of_happenings:
            happened = self._marked_happenings(sheet, part, counted)
            for kind, terms in sheet.of_happenings:
                values[terms] = self._of_moments(kind, part.learned, happened[terms - sheet.filings])
        everywhere, here = sheet.less
        values[everywhere] = np.round(values[everywhere] - values[here], 2)  # whole hundredths again
        return values

    def _of_moments(self, kind: Kind, lines: Lines, marked: Bools) -> Floats:
        """Kinds that rest on how many and when alone."""
        if kind == "count":
            return lines.count(marked).astype(np.float64)
        return lines.days_since(marked, self._as_of, np.maximum if kind == "days_since" else np.minimum)

    def _of_filings(self, kind: Kind, part: Part, marked: Bools, known: Bools) -> Floats:
        rows = part.rows
        if kind in ("count", "days_since", "days_since_first"):
            return self._of_moments(kind, rows, marked)
        if kind == "share":
            seen, there = rows.count(marked), rows.count(marked & known)
            return np.where(seen > 0, there / np.maximum(seen, 1), np.nan)
        if kind == "open":
            return rows.count(marked & ~known).astype(np.float64)
        if kind == "open_days":
            return rows.days_since(marked & ~known, self._as_of, np.minimum)
        if kind in ("sum", "open_sum", "largest"):
            cents = self._docket.cents[rows.filing]
            if kind == "largest":
                largest = rows.gather(np.maximum, np.where(marked, cents, -1), -1)
                return np.where(largest < 0, np.nan, largest) / 100.0
            summed = marked if kind == "sum" else marked & ~known
            return rows.gather(np.add, np.where(summed, np.maximum(cents, 0), 0), 0) / 100.0
        if kind == "shortest_gap":
            return np.concatenate([_shortest_gap(rows, one) for one in marked])
        if kind == "burst":
            return np.concatenate([self._burst(rows, one) for one in marked])
        return self._distinct(kind, part, marked)

    def _burst(self, rows: Lines, marked: Bools) -> Floats:
        """The most in any stretch of `BURST_DAYS` that begins with one that is marked."""
        (at,) = marked.nonzero()
        key, filing, stride = rows.key[at], rows.filing[at], len(self._docket.filing_ids) + 1
        until = self._docket.first_from(rows.moment[at] + BURST_DAYS * DAY)
        following = (key * stride + filing).searchsorted(key * stride + until) - np.arange(len(at))
        return Lines(rows.keys, key, filing, until).gather(np.maximum, following[None], 0).astype(np.float64)

    def _distinct(self, kind: Kind, part: Part, marked: Bools) -> Floats:
        """How many different values are met in what is marked."""
        rows, role = part.rows, self._role[part.at]
        at, value = counterparts(kind, self._docket, self._sides, rows.filing, role)
        if not len(at):
            return np.zeros((len(marked), rows.keys))
        size = int(value.max()) + 1
        code = rows.key[at] * size + value
        order = code.argsort(kind="stable")
        met = Lines(0, code[order], at, at)
        starts = met._starts
        there = np.logical_or.reduceat(marked[:, at[order]], starts, axis=1)
        key = met.key[starts] // size
        return Lines(rows.keys, key, key, key).count(there).astype(np.float64)


def _shortest_gap(rows: Lines, marked: Bools) -> Floats:
    """Days between the two of what is marked that follow each other most closely."""
    (at,) = marked.nonzero()
    key, moment = rows.key[at], rows.moment[at]
    (two,) = (key[1:] == key[:-1]).nonzero()
    gap = moment[two + 1] - moment[two]
    least = Lines(rows.keys, key[two], two, gap).gather(np.minimum, gap[None], NEVER)
    return np.where(least == NEVER, np.nan, least / DAY)


_NONE: Ints = np.zeros(0, dtype=np.int64)
_FIRST: Ints = np.zeros(1, dtype=np.int64)
