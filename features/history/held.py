"""History held in memory: a docket's columns, and the filings taken anew since they were made.

Filings are numbered: those of the columns in their order, later ones as they come. Of a filing taken anew what the
columns say of its appearances and happenings counts no more.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from features.history.aggregate import READ
from features.history.around import ROLES, filings_around
from features.history.columns import Columns, Filings, Int32s, court_cause, make_columns
from features.history.docket import (
    NEVER,
    Docket,
    Ints,
    family_code,
    from_filing_on,
    proceeding_code,
    to_cents,
)
from features.history.fetch import ASKED_NEAR, ASKED_WHOM, RECENT, asked_keys
from features.history.keys import NAMESPACE_SHIFT, NAMESPACES, namespace_span
from features.history.neighbourhood import own_parties
from features.history.ranges import repeat_ranges
from features.history.reading import Queries
from features.normalise.causes import cause_family
from xiezhi.clock import Moment
from xiezhi.records import Filing

ROOM = 4_096
"""Filings that can be taken anew before the columns must be made anew: what changed is looked up filing by filing, and a
court of a thousand filings a day makes its columns anew twice a day (from the half on)."""

_STEP = ROOM + 1
_ASKED_WHOM = np.isin(np.arange(len(NAMESPACES) + 1), list(ASKED_WHOM))
_LAST_PARTY = namespace_span("party")[1]


@dataclass(frozen=True)
class Taken:
    """What the store holds of one filing. The row is as `fetch.FILING` has it."""

    row: tuple[str, Moment, float | None, str, str, str]
    appearances: Sequence[tuple[int, int]]  # (key, role)
    learned: Sequence[
        tuple[int, Moment, Moment]
    ]  # kind, moment from which it was known, from which it holds no more


class Held:
    """A docket that can be asked what the store would tell of it."""

    def __init__(self, columns: Columns) -> None:
        size = len(columns.filings.ids)
        self._base, self._size, self._count = columns, size, size
        self._filings = columns.filings.with_room(ROOM)
        self._number = {filing_id: number for number, filing_id in enumerate(columns.filings.ids)}
        self._courts = {court: number for number, court in enumerate(columns.courts)}
        self._rank = np.arange(1, size + ROOM + 1) * _STEP - 1  # in order; those that come stand between
        self._later: list[tuple[Moment, str, int]] = []  # filings that came, in order
        self._anew = np.zeros(size + ROOM, dtype=bool)
        self._seen: dict[int, tuple[Ints, Ints]] = {}  # of filings taken anew: keys, roles
        self._learned: dict[int, Ints] = {}  # (h, 4), as `Columns.learned`
        self._under: dict[int, list[int]] = {}  # key -> filing * 4 + role of filings taken anew
        self._parties = 4 * int(np.searchsorted(columns.keys, _LAST_PARTY, side="right"))

    @property
    def filings(self) -> int:
        """How many there are."""
        return self._count

    @property
    def appearances(self) -> int:
        """How many there were when the columns were made."""
        return len(self._base.of_key.values)

    @property
    def taken(self) -> int:
        """Filings taken anew, `ROOM` at most."""
        return len(self._seen)

    def take(self, filings: Sequence[Taken]) -> None:
        """Put what the store holds of some filings in place of what is held. `ROOM` must not be passed."""
        for one in filings:
            number = self._number.get(one.row[0])
            if number is None:
                number = self._add(one)
            for key in self._seen[number][0].tolist() if number in self._seen else ():
                self._under[key] = [row for row in self._under[key] if row >> 2 != number]
            pairs = np.array(one.appearances, dtype=np.int64).reshape(-1, 2)
            for key, role in one.appearances:
                self._under.setdefault(key, []).append(number * 4 + role)
            learned = [(number, *happening) for happening in one.learned]
            self._anew[number] = True
            self._seen[number] = (pairs[:, 0], pairs[:, 1])
            self._learned[number] = from_filing_on(
                np.array(learned, dtype=np.int64).reshape(-1, 4), self._filings.filed_at
            )

    def _add(self, one: Taken) -> int:
        filing_id, filed_at, amount, family, proceeding, court = one.row
        number, filings = self._count, self._filings
        self._count, self._number[filing_id] = number + 1, number
        filings.ids[number], filings.filed_at[number] = filing_id, filed_at
        filings.cents[number], filings.family[number] = to_cents(amount), family_code(family)
        filings.proceeding[number] = proceeding_code(proceeding)
        filings.court[number] = self._courts.setdefault(court, len(self._courts))
        insort(self._later, (filed_at, filing_id, number))
        first = len(self._later) - 1 if self._later[-1][2] == number else 0
        for place, (at, name, which) in enumerate(self._later[first:], first):
            self._rank[which] = self._place(at, name) * _STEP + place
        return number

    def _place(self, filed_at: Moment, filing_id: str) -> int:
        """How many filings of the columns stand before one."""
        base = self._base.filings
        low, high = np.searchsorted(base.filed_at, [filed_at, filed_at + 1]).tolist()
        return bisect_left(base.ids, filing_id, low, high)

    def around(self, filing: Filing, asker: Queries, most: int) -> Docket:
        """What `fetch_docket` would read, less what became known no earlier than the moment asked for."""
        as_of, keys = int(asker.as_of[0]), asked_keys(asker)
        own = self._number.get(filing.filing_id, -1)
        spare = ROLES if as_of > filing.filed_at else 0
        stood: dict[int, Int32s] = {}
        beyond: list[Int32s] = []

        def latest(asked: Sequence[int], most: int) -> Mapping[int, Sequence[int]]:
            found = self._latest(asked, as_of, most, spare, own)
            if asked is keys:
                stood.update(found)
            else:
                beyond.extend(found.values())
            return {key: (rows >> 2).tolist() for key, rows in found.items()}

        def appearing(numbers: Sequence[int]) -> Iterable[tuple[int, int, int]]:
            rows = self._appearances(np.array(numbers, dtype=np.int64), parties=True)
            return zip(*(column.tolist() for column in rows), strict=True)

        ids = filings_around(keys, own_parties(asker)[1].tolist(), most, latest, appearing)
        read = np.array(sorted(ids), dtype=np.int64)
        return self._docket(read, self._seen_of(read, stood, beyond), self._recent(filing), as_of)

    def _latest(
        self, keys: Sequence[int], as_of: Moment, most: int, spare: int, own: int
    ) -> dict[int, Int32s]:
        """Of each key its latest appearances before a moment (filing * 4 + role), in order, without the filing `own`."""
        base, found = self._base, {}
        end = np.int32(4 * np.searchsorted(base.filings.filed_at, as_of))  # of the type of what is searched
        places = np.searchsorted(base.keys, keys)
        there = base.keys[np.minimum(places, len(base.keys) - 1)] == keys if len(base.keys) else places < 0
        for key, place, is_there in zip(keys, places.tolist(), there.tolist(), strict=True):
            rows = base.of_key.of(place if is_there else -1)
            rows = rows[: rows.searchsorted(end)]
            if self._seen:
                rows = rows[-(most + spare + 4 * len(self._seen)) :]
                rows = rows[~self._anew[rows >> 2]]
            if added := self._under.get(key):
                more = np.array(added, dtype=np.int32)
                rows = np.append(rows, more[self._filings.filed_at[more >> 2] < as_of])
                rows = rows[np.argsort(self._rank[rows >> 2] * 4 + (rows & 3))]
            rows = rows[-(most + spare) :]
            found[key] = rows[rows >> 2 != own][-most:]
        return found

    def _appearances(self, numbers: Ints, *, parties: bool) -> tuple[Ints, Ints, Ints]:
        """Keys, filings and roles of all appearances of some filings, of parties alone where asked."""
        base = numbers[~self._anew[numbers]]
        packed, owner = self._base.of_filing.of_all(base)
        if parties:
            chosen = np.flatnonzero(packed < self._parties)
            packed, owner = packed[chosen], owner[chosen]
        key, number, role = [self._base.keys[packed >> 2]], [base[owner]], [(packed & 3).astype(np.int64)]
        for one in numbers[self._anew[numbers]].tolist():
            keys, roles = self._seen[one]
            chosen = np.flatnonzero((keys <= _LAST_PARTY) | (not parties))
            key.append(keys[chosen])
            number.append(np.full(len(chosen), one, dtype=np.int64))
            role.append(roles[chosen])
        return np.concatenate(key), np.concatenate(number), np.concatenate(role)

    def _seen_of(
        self, read: Ints, stood: Mapping[int, Int32s], beyond: Sequence[Int32s]
    ) -> tuple[Ints, Ints, Ints]:
        """Every appearance of filings neighbourhood questions may read; of the others the asking keys', and parties
        where a question asks whom the key met."""
        latest = [
            rows[(rows & 3) == role][-READ:] >> 2
            for key, rows in stood.items()
            if key >> NAMESPACE_SHIFT in ASKED_NEAR
            for role in range(ROLES)
        ]
        is_close = np.zeros(len(read), dtype=bool)
        if latest:
            is_close[np.searchsorted(read, np.concatenate(latest))] = True
        count = [len(rows) for rows in stood.values()]
        key = np.repeat(np.array(list(stood), dtype=np.int64), count)
        rows = np.concatenate([np.zeros(0, np.int32), *stood.values()])
        at = np.searchsorted(read, rows >> 2)
        is_met = np.zeros(len(read), dtype=bool)
        is_met[at[_ASKED_WHOM[key >> NAMESPACE_SHIFT]]] = True
        if beyond:
            is_met[np.searchsorted(read, np.concatenate(beyond) >> 2)] = True
        other = ((key > _LAST_PARTY) | ~is_met[at]) & ~is_close[at]
        parts = (
            self._appearances(read[is_close], parties=False),
            self._appearances(read[is_met & ~is_close], parties=True),
            (key[other], rows[other] >> 2, rows[other] & 3),
        )
        keys, numbers, roles = (np.concatenate(columns) for columns in zip(*parts, strict=True))
        return keys, numbers, roles

    def _recent(self, filing: Filing) -> Ints:
        """The latest filings of the filing's cause, everywhere and at its own court, as many as norms look at."""
        base, filings, came = self._base, self._filings, slice(self._size, self._count)
        end = np.int32(np.searchsorted(base.filings.filed_at, filing.filed_at))
        family = family_code(cause_family(filing.cause, filing.proceeding))
        court = self._courts.get(filing.court, -1)
        is_later = (filings.family[came] == family) & (filings.filed_at[came] < filing.filed_at)
        found: list[Ints] = [np.zeros(0, dtype=np.int64)]
        for rows, is_chosen, most in (
            (base.of_cause.of(family), is_later, RECENT["all"]),
            (
                base.of_court.of(court_cause(court, family)),
                is_later & (filings.court[came] == court),
                RECENT["court"],
            ),
        ):
            earlier = rows[: rows.searchsorted(end)][-max(most, 1) :]
            near: Ints = np.append(earlier, self._size + np.flatnonzero(is_chosen))
            found.append(near[np.argsort(self._rank[near])][len(near) - min(most, len(near)) :])
        return np.concatenate(found)

    def _learned_of(self, numbers: Ints) -> Ints:
        """What was learned of some filings, as `Columns.learned`."""
        is_anew, start = self._anew[numbers], self._base.learned_start
        base = numbers[~is_anew]
        at, _ = repeat_ranges(start[base], start[base + 1])
        return np.concatenate(
            [self._base.learned[at], *(self._learned[n] for n in numbers[is_anew].tolist())]
        )

    def _docket(self, read: Ints, seen: tuple[Ints, Ints, Ints], recent: Ints, as_of: Moment) -> Docket:
        numbers = np.unique(np.concatenate([read, recent]))
        order = np.argsort(self._rank[numbers])
        place = np.empty(len(numbers), dtype=np.int64)
        place[order] = np.arange(len(numbers))
        some = self._filings.some(numbers[order])
        courts, court = np.unique(some.court, return_inverse=True)
        names = list(self._courts)
        learned = self._learned_of(read)
        learned = learned[learned[:, 2] < as_of]
        return Docket(
            filing_ids=some.ids,
            filed_at=some.filed_at,
            cents=some.cents,
            family=some.family.astype(np.int64),
            proceeding=some.proceeding.astype(np.int64),
            court=court,
            courts=tuple(names[number] for number in courts.tolist()),
            key=seen[0],
            key_filing=place[np.searchsorted(numbers, seen[1])],
            key_role=seen[2].astype(np.int64),
            happening_filing=place[np.searchsorted(numbers, learned[:, 0])],
            happening_kind=learned[:, 1],
            happening_known=learned[:, 2],
            happening_until=np.where(learned[:, 3] < as_of, learned[:, 3], NEVER),
        )

    def remake(self) -> Callable[[], Columns]:
        """What makes columns of all that is held now; it may be called while more is taken."""
        rank = self._rank[: self._count].copy()
        seen, learned, courts = dict(self._seen), dict(self._learned), tuple(self._courts)
        return partial(_remake, self._base, self._filings, rank, seen, learned, courts)


def _remake(
    base: Columns,
    filings: Filings,
    rank: Ints,
    seen: Mapping[int, tuple[Ints, Ints]],
    learned: Mapping[int, Ints],
    courts: tuple[str, ...],
) -> Columns:
    order = np.argsort(rank)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    anew = np.zeros(len(order), dtype=bool)
    anew[list(seen)] = True
    rows = base.of_key.values
    kept = ~anew[rows >> 2]
    keys = [np.repeat(base.keys, np.diff(base.of_key.start))[kept], *(key for key, _ in seen.values())]
    stood = [place[rows[kept] >> 2] * 4 + (rows[kept] & 3)]
    stood += [place[number] * 4 + roles for number, (_, roles) in seen.items()]
    known = np.concatenate([base.learned[~anew[base.learned[:, 0]]], *learned.values()])
    known[:, 0] = place[known[:, 0]]
    return make_columns(
        filings.some(order), courts, np.concatenate(keys), np.concatenate(stood).astype(np.int32), known
    )
