"""A whole docket in columns as narrow as they can be: what a process holds of it between filings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from features.history.docket import Ints
from features.history.ranges import repeat_ranges
from features.normalise.causes import CAUSE_FAMILIES

Int32s = NDArray[np.int32]

FAMILIES = len(CAUSE_FAMILIES)


class Grouped(NamedTuple):
    """Numbers in groups: group i holds values[start[i]:start[i + 1]]."""

    start: Int32s  # (groups + 1,)
    values: Int32s

    def of(self, group: int) -> Int32s:
        """The values of one group; none where there is no such group."""
        if not 0 <= group < len(self.start) - 1:
            return self.values[:0]
        return self.values[self.start[group] : self.start[group + 1]]

    def of_all(self, groups: Ints) -> tuple[Int32s, Ints]:
        """The values of some groups one after the other, and beside each the place of its group among those asked."""
        low, high = self.start[groups].astype(np.int64), self.start[groups + 1].astype(np.int64)
        at, owner = repeat_ranges(low, high)
        return self.values[at], owner


@dataclass(frozen=True)
class Filings:
    """What history knows of filings themselves, as `Docket` has it. Shape (n,) each."""

    ids: NDArray[Any]  # str
    filed_at: Ints
    cents: Ints
    family: NDArray[np.int8]
    proceeding: NDArray[np.int8]
    court: Int32s  # numbers of courts

    def some(self, chosen: Ints) -> Filings:
        """These filings (positions), in this order."""
        return replace(self, **{name: column[chosen] for name, column in vars(self).items()})

    def with_room(self, room: int) -> Filings:
        """The same with space for so many more."""
        size = len(self.ids)
        return replace(self, **{name: np.resize(column, size + room) for name, column in vars(self).items()})


@dataclass(frozen=True)
class Columns:
    """n filings in order of `(filed_at, filing_id)`, m appearances of k keys, what was learned of the filings."""

    filings: Filings
    courts: tuple[str, ...]
    keys: Ints  # (k,) sorted
    of_key: Grouped  # of each key filing * 4 + role, sorted
    of_filing: Grouped  # of each filing place of the key * 4 + role, sorted
    learned: Ints  # (h, 4) filing, kind, moments from which it was known, holds no more; in order of filing
    learned_start: Ints  # (n + 1,)
    of_cause: Grouped  # of each cause family its filings
    of_court: Grouped  # of each court * FAMILIES + cause family its filings


def make_columns(
    filings: Filings, courts: tuple[str, ...], key: Ints, seen: Int32s, learned: Ints
) -> Columns:
    """Columns of filings in order, of appearances in any order and of what was learned, in any order.

    key, seen: (m,) the key, and filing * 4 + role. learned: (h, 4) as `Columns` has it.
    """
    size = len(filings.ids)
    order = np.argsort(key, kind="stable")  # quick where rows come in order
    key, seen = key[order], seen[order]
    del order
    new = np.ones(len(key), dtype=bool)
    new[1:] = key[1:] != key[:-1]
    keys, start = key[new], np.append(np.flatnonzero(new), len(key)).astype(np.int32)
    del key
    code = np.cumsum(new, dtype=np.int64)
    code -= 1
    code *= 4 * max(size, 1)
    code += seen
    if np.any(code[1:] < code[:-1]):
        code.sort()
    place, seen = (code // (4 * max(size, 1))).astype(np.int32), (code % (4 * max(size, 1))).astype(np.int32)
    del code
    by_filing = _group(seen >> 2, size)
    named = (place * 4 + (seen & 3))[by_filing.values]
    by_learned = _group(learned[:, 0], size)
    return Columns(
        filings=filings,
        courts=courts,
        keys=keys,
        of_key=Grouped(start, seen),
        of_filing=Grouped(by_filing.start, named),
        learned=learned[by_learned.values],
        learned_start=by_learned.start.astype(np.int64),
        of_cause=_group(filings.family, FAMILIES),
        of_court=_group(court_cause(filings.court, filings.family), len(courts) * FAMILIES),
    )


def court_cause(court: Any, family: Any) -> Any:
    """The group of `Columns.of_court`."""
    return court * FAMILIES + family


def _group(group: NDArray[Any], groups: int) -> Grouped:
    """The places of an array by its values, each group in order."""
    count = np.bincount(group, minlength=groups)
    start = np.concatenate([[0], np.cumsum(count)]).astype(np.int32)
    return Grouped(start, np.argsort(group, kind="stable").astype(np.int32))
