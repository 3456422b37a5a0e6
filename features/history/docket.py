"""The docket (案卷) as columns: what was filed, who appeared in it, and what was learned of it later."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.normalise.causes import CAUSE_FAMILIES
from xiezhi.clock import Moment
from xiezhi.records import EVENT_KINDS, PROCEEDINGS, Event, Finding

FOUND_BAD = "found_false_or_abusive"
FOUND_GENUINE = "found_genuine"
HAPPENINGS: tuple[str, ...] = (*EVENT_KINDS, FOUND_BAD, FOUND_GENUINE)
"""What may be learned of a filing later: its events, and authorities' findings."""

_FAMILY_CODE = {name: code for code, name in enumerate(CAUSE_FAMILIES)}
_PROCEEDING_CODE = {name: code for code, name in enumerate(PROCEEDINGS)}
_HAPPENING_CODE = {name: code for code, name in enumerate(HAPPENINGS)}
_BAD_FINDINGS = ("false", "abusive")

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


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
    court: NDArray[Any]  # (n,) str
    key: Ints  # (m,)
    key_filing: Ints  # (m,) positions among the filings
    key_role: Ints  # (m,)
    happening_filing: Ints  # (k,) positions among the filings
    happening_kind: Ints  # (k,) codes of HAPPENINGS
    happening_known: Ints  # (k,) moments from which it was known

    @cached_property
    def position(self) -> dict[str, int]:
        """Filing id -> position."""
        return {filing_id: i for i, filing_id in enumerate(self.filing_ids)}

    @cached_property
    def appearances_of(self) -> tuple[Ints, Ints]:
        """Appearances grouped by filing: (order, start); filing i holds order[start[i]:start[i+1]]."""
        order = np.argsort(self.key_filing, kind="stable")
        counts = np.bincount(self.key_filing, minlength=len(self.filing_ids))
        return order, np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


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
    ordered = sorted(filings, key=lambda row: (row[1], row[0]))
    position = {row[0]: i for i, row in enumerate(ordered)}
    seen = [(k, position[f], r) for k, f, r in appearances if f in position]
    learned = [
        (position[e.filing_id], _HAPPENING_CODE[e.kind], max(e.at, e.recorded_at))
        for e in events
        if e.filing_id in position
    ]
    learned += [
        (
            position[f.filing_id],
            _HAPPENING_CODE[FOUND_BAD if f.finding in _BAD_FINDINGS else FOUND_GENUINE],
            max(f.at, f.recorded_at),
        )
        for f in findings
        if f.filing_id in position
    ]
    keys = np.array(seen, dtype=np.int64).reshape(-1, 3)
    happenings = np.array(learned, dtype=np.int64).reshape(-1, 3)
    return Docket(
        filing_ids=np.array([row[0] for row in ordered], dtype=object),
        filed_at=np.array([row[1] for row in ordered], dtype=np.int64),
        cents=np.array([to_cents(row[2]) for row in ordered], dtype=np.int64),
        family=np.array([family_code(row[3]) for row in ordered], dtype=np.int64),
        proceeding=np.array([proceeding_code(row[4]) for row in ordered], dtype=np.int64),
        court=np.array([row[5] for row in ordered], dtype=object),
        key=keys[:, 0].copy(),
        key_filing=keys[:, 1].copy(),
        key_role=keys[:, 2].copy(),
        happening_filing=happenings[:, 0].copy(),
        happening_kind=happenings[:, 1].copy(),
        happening_known=happenings[:, 2].copy(),
    )


def to_cents(amount: float | None) -> int:
    """An amount in hundredths, -1 where unknown."""
    return -1 if amount is None else round(amount * 100)
