"""The docket (案卷) as columns: what was filed, who appeared in it, and what was learned of it later."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.history.keys import NAMESPACE_SHIFT
from features.history.ranges import repeat_ranges, running
from features.normalise.causes import CAUSE_FAMILIES
from features.normalise.courts import court_region
from xiezhi.clock import Moment
from xiezhi.labels import held
from xiezhi.records import EVENT_KINDS, PROCEEDINGS, Event, Finding

FOUND_BAD = "found_false_or_abusive"
FOUND_GENUINE = "found_genuine"
HAPPENINGS: tuple[str, ...] = (*EVENT_KINDS, FOUND_BAD, FOUND_GENUINE)
"""What may be learned of a filing later: its events, and what authorities' findings hold it to be."""
FOUND = (FOUND_BAD, FOUND_GENUINE)

NEVER = np.iinfo(np.int64).max

_FAMILY_CODE = {name: code for code, name in enumerate(CAUSE_FAMILIES)}
_PROCEEDING_CODE = {name: code for code, name in enumerate(PROCEEDINGS)}
_HAPPENING_CODE = {name: code for code, name in enumerate(HAPPENINGS)}

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Happening = tuple[str, str, Moment, Moment]
"""(filing id, kind, moment from which it was known, moment from which it was known to hold no more: `NEVER` for events)."""


def family_code(family: str) -> int:
    """Number of a cause family; unknown ones count as `other`."""
    return _FAMILY_CODE.get(family, _FAMILY_CODE["other"])


def proceeding_code(proceeding: str) -> int:
    """Number of a proceeding (程序)."""
    return _PROCEEDING_CODE[proceeding]


def happening_code(kind: str) -> int:
    """Number of a kind of happening."""
    return _HAPPENING_CODE[kind]


@dataclass(frozen=True)
class Docket:
    """History in columns. n filings in order of `(filed_at, filing_id)`, m appearances, k happenings.

    `cents` are claimed amounts in hundredths of the currency unit, -1 where unknown: whole numbers, so that
    sums do not depend on the order of adding.
    """

    filing_ids: NDArray[Any]  # (n,) str
    filed_at: Ints  # (n,) moments
    cents: Ints  # (n,)
    family: Ints  # (n,) codes of CAUSE_FAMILIES
    proceeding: Ints  # (n,) codes of PROCEEDINGS
    court: Ints  # (n,) positions in `courts`
    courts: tuple[str, ...]
    key: Ints  # (m,)
    key_filing: Ints  # (m,) positions among the filings
    key_role: Ints  # (m,)
    happening_filing: Ints  # (k,) positions among the filings
    happening_kind: Ints  # (k,) codes of HAPPENINGS
    happening_known: Ints  # (k,) moments from which it was known, none before its filing's own
    happening_until: Ints  # (k,) from which it holds no more: one of `happening_known`, or NEVER

    @cached_property
    def position(self) -> dict[str, int]:
        """Filing id -> position."""
        return {filing_id: i for i, filing_id in enumerate(self.filing_ids)}

    @cached_property
    def appearances_of(self) -> tuple[Ints, Ints]:
        """Appearances grouped by filing: (order, start); filing i holds order[start[i]:start[i+1]]."""
        order = np.argsort(self.key_filing, kind="stable")
        counts = np.bincount(self.key_filing, minlength=len(self.filing_ids))
        return order, running(counts)

    @cached_property
    def by_key(self) -> tuple[Ints, Ints]:
        """Appearances in order of key, filing and role, and the keys in that order."""
        order = np.lexsort((self.key_role, self.key_filing, self.key))
        return order, self.key[order]

    @cached_property
    def moments(self) -> tuple[Ints, Ints]:
        """The moments at which something became known, sorted; and each happening's place among them."""
        distinct, place = np.unique(self.happening_known, return_inverse=True)
        return distinct, place

    @cached_property
    def ticks(self) -> int:
        """One more than the places a moment can have among `moments`."""
        return len(self.moments[0]) + 1

    @cached_property
    def taken_back(self) -> NDArray[np.bool_]:
        """Of each kind of happening whether some of it came to hold no more. Shape (kinds,)."""
        ended = self.happening_kind[self.happening_until < NEVER]
        return np.bincount(ended, minlength=len(HAPPENINGS)) > 0

    @cached_property
    def namespace(self) -> NDArray[np.int8]:
        """Number of each appearance's namespace. Shape (m,)."""
        return (self.key >> NAMESPACE_SHIFT).astype(np.int8)

    @cached_property
    def happenings_of(self) -> tuple[Ints, Ints]:
        """Happenings grouped by filing, as `appearances_of`."""
        order = np.argsort(self.happening_filing, kind="stable")
        counts = np.bincount(self.happening_filing, minlength=len(self.filing_ids))
        return order, running(counts)

    def some(self, filings: Ints) -> Docket:
        """These filings (positions, sorted) alone, with all that belongs to them."""
        order, start = self.appearances_of
        at, seen_in = repeat_ranges(start[filings], start[filings + 1])
        learned, learned_start = self.happenings_of
        when, happened_in = repeat_ranges(learned_start[filings], learned_start[filings + 1])
        rows, happenings = order[at], learned[when]
        return Docket(
            filing_ids=self.filing_ids[filings],
            filed_at=self.filed_at[filings],
            cents=self.cents[filings],
            family=self.family[filings],
            proceeding=self.proceeding[filings],
            court=self.court[filings],
            courts=self.courts,
            key=self.key[rows],
            key_filing=seen_in,
            key_role=self.key_role[rows],
            happening_filing=happened_in,
            happening_kind=self.happening_kind[happenings],
            happening_known=self.happening_known[happenings],
            happening_until=self.happening_until[happenings],
        )

    @cached_property
    def court_number(self) -> dict[str, int]:
        """Court -> its position in `courts`."""
        return {court: i for i, court in enumerate(self.courts)}

    @cached_property
    def prefecture(self) -> Ints:
        """Number of each filing's prefecture (see `prefecture_number`), -1 where unknown. Shape (n,)."""
        numbers = np.array([prefecture_number(court) for court in self.courts], dtype=np.int64)
        return numbers[self.court] if len(numbers) else self.court

    def first_from(self, moments: Ints) -> Ints:
        """For each moment the position of the first filing that is not before it."""
        return self.filed_at.searchsorted(moments)


@lru_cache(maxsize=16_384)
def prefecture_number(court: str) -> int:
    """The first four digits of the division a court sits in (地级), -1 where it is unknown or the court's own
    division is a whole province."""
    prefecture = court_region(court)[:4]
    return -1 if not prefecture or prefecture.endswith("00") else int(prefecture)


def make_docket(
    filings: Sequence[tuple[str, Moment, float | None, str, str, str]],
    appearances: Iterable[tuple[int, str, int]],
    events: Iterable[Event],
    findings: Iterable[Finding],
) -> Docket:
    """Columns from rows.

    filings: (filing id, filed_at, claim amount, cause family, proceeding, court), any order.
    appearances: (key, filing id, role). Appearances, events and findings of filings not listed are left out.
    """
    happened = [(e.filing_id, str(e.kind), max(e.at, e.recorded_at), NEVER) for e in events]
    return gather_docket(filings, [list(appearances)], [happened, what_was_held(findings)])


def what_was_held(findings: Iterable[Finding]) -> list[Happening]:
    """Findings as happenings: from when to when each filing was held bad, or genuine (docs/point-in-time.md)."""
    by_filing = groupby(sorted(findings, key=lambda f: f.filing_id), key=lambda f: f.filing_id)
    return [
        (
            filing_id,
            FOUND_BAD if h.positive else FOUND_GENUINE,
            h.since,
            NEVER if h.until is None else h.until,
        )
        for filing_id, found in by_filing
        for h in held(found)
    ]


def gather_docket(
    filings: Sequence[tuple[str, Moment, float | None, str, str, str]],
    appearances: Iterable[Sequence[tuple[int, str, int]]],
    happenings: Iterable[Sequence[Happening]],
) -> Docket:
    """As `make_docket`, of rows that come page by page: a million filings' rows at once do not fit."""
    ordered = sorted(filings, key=lambda row: (row[1], row[0]))
    position = {row[0]: i for i, row in enumerate(ordered)}
    keys = [np.zeros((0, 3), np.int64)]
    for page in appearances:
        seen = [(k, position[f], r) for k, f, r in page if f in position]
        keys.append(np.array(seen, dtype=np.int64).reshape(-1, 3))
    pages = [np.zeros((0, 4), np.int64)]
    for rows in happenings:
        known = [(position[f], _HAPPENING_CODE[kind], *when) for f, kind, *when in rows if f in position]
        pages.append(np.array(known, dtype=np.int64).reshape(-1, 4))
    courts = {court: i for i, court in enumerate(dict.fromkeys(row[5] for row in ordered))}
    filed_at = np.array([row[1] for row in ordered], dtype=np.int64)
    learned = from_filing_on(np.concatenate(pages), filed_at)
    happened_in, happened, known_from, until = np.ascontiguousarray(learned.T)
    return Docket(
        filing_ids=np.array([row[0] for row in ordered], dtype=object),
        filed_at=filed_at,
        cents=np.array([to_cents(row[2]) for row in ordered], dtype=np.int64),
        family=np.array([family_code(row[3]) for row in ordered], dtype=np.int64),
        proceeding=np.array([proceeding_code(row[4]) for row in ordered], dtype=np.int64),
        court=np.array([courts[row[5]] for row in ordered], dtype=np.int64),
        courts=tuple(courts),
        key=np.concatenate([rows[:, 0] for rows in keys]),
        key_filing=np.concatenate([rows[:, 1] for rows in keys]),
        key_role=np.concatenate([rows[:, 2] for rows in keys]),
        happening_filing=happened_in,
        happening_kind=happened,
        happening_known=known_from,
        happening_until=until,
    )


def from_filing_on(learned: Ints, filed_at: Ints) -> Ints:
    """Rows (filing, kind, known, until) as they count: known with the filing at the earliest. Shape (h, 4)."""
    learned[:, 2] = np.maximum(learned[:, 2], filed_at[learned[:, 0]])
    return learned[learned[:, 2] < learned[:, 3]]  # what held only before the filing was there never counts


def to_cents(amount: float | None) -> int:
    """An amount in hundredths, -1 where unknown."""
    return -1 if amount is None else round(amount * 100)
