"""Who stands in which filings (牵连), and what follows: groups that a fold never splits, and filings in doubt.

Parties and agents count, law firms do not: half a town shares one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

MOST_IN_GROUP = 200
"""Filings in a group. Who stands in more (a bank, a property manager, a busy lawyer) joins nothing, and a
person who would join more does not either: else one component held 6,000 of a simulated docket's 20,000."""

MOST_IN_DOUBT = 50
"""Filings of one person beyond which a false one among them says nothing of the others: 5 of the 1,000 filings of a
card issuer do not make the rest suspect (own limit)."""


@dataclass(frozen=True)
class Ties:
    """m ties: the person or organisation `entity` (numbered from 0) stands in the filing `row`. No tie twice."""

    row: Ints
    entity: Ints

    def counts(self) -> Ints:
        """In how many filings each entity stands."""
        return np.bincount(self.entity)


def tie(filing_ids: Sequence[str], standing: Iterable[tuple[str, str]]) -> Ties:
    """Ties of `filing_ids`, by row; `standing` are pairs of a filing's id and an entity's. Others are passed over."""
    row_of = {filing_id: row for row, filing_id in enumerate(filing_ids)}
    number: dict[str, int] = {}
    found = {
        (number.setdefault(entity, len(number)), row_of[filing_id])
        for filing_id, entity in sorted(standing, key=lambda pair: (pair[1], pair[0]))
        if filing_id in row_of
    }
    pairs = np.array(sorted(found), dtype=np.int64).reshape(-1, 2)
    return Ties(row=pairs[:, 1], entity=pairs[:, 0])


def group(ties: Ties, filings: int) -> Ints:
    """The group of each of n filings, numbered by its first row: connected by who stands in them, up to a size.

    The rarest persons join their filings first, the busy ones where `MOST_IN_GROUP` still allows: so a ring is
    joined by those who are in nothing else, and a hub joins nobody.
    """
    counts = ties.counts()
    starts = np.concatenate(([0], np.cumsum(counts)))
    joining = np.flatnonzero((counts > 1) & (counts <= MOST_IN_GROUP))
    root, size = list(range(filings)), [1] * filings
    for entity in joining[np.argsort(counts[joining], kind="stable")].tolist():
        met = {_find(root, row) for row in ties.row[starts[entity] : starts[entity + 1]].tolist()}
        together = sum(size[row] for row in met)
        if len(met) == 1 or together > MOST_IN_GROUP:
            continue
        first = min(met)
        for row in met:
            root[row] = first
        size[first] = together
    return np.array([_find(root, row) for row in range(filings)], dtype=np.int64)


def tied_to(ties: Ties, rows: Flags) -> Flags:
    """The filings that share somebody with one of `rows`, those included; busy persons tie nothing."""
    counts = ties.counts()
    of_rows = np.bincount(ties.entity, rows[ties.row], len(counts)) > 0
    speaking = of_rows & (counts <= MOST_IN_DOUBT)
    found = rows.copy()
    found[ties.row[speaking[ties.entity]]] = True
    return found


def _find(root: list[int], row: int) -> int:
    while root[row] != row:
        root[row] = root[root[row]]
        row = root[row]
    return row
