"""Mentions as columns: for each comparison field the distinct values and, for each mention, the code of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute
from numpy.typing import NDArray

from features.link.profile import Profile

MISSING = -1
Codes = NDArray[np.int32]


@dataclass(frozen=True)
class Column:
    """One field of all mentions. codes: (mentions,), -1 where nothing is known; values: the distinct ones."""

    codes: Codes
    values: pa.StringArray

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """How many mentions show each value."""
        known = self.codes[self.codes >= 0]
        return np.bincount(known, minlength=len(self.values))

    def texts(self, codes: Codes) -> list[str]:
        """The values of these codes."""
        found: list[str] = self.values.take(pa.array(codes)).to_pylist()
        return found


@dataclass(frozen=True)
class Columns:
    """Mentions of one kind. `repairs`: (mention, code in `number`) where a misread number may stand for a valid one."""

    kind: str
    size: int
    of: Mapping[str, Column]
    repairs: NDArray[np.int32] = field(default_factory=lambda: np.empty((0, 2), np.int32))

    def codes(self, name: str) -> Codes:
        """Codes of a field; all missing where the mentions never show it."""
        found = self.of.get(name)
        return found.codes if found is not None else np.full(self.size, MISSING, np.int32)

    def in_order(self, order: NDArray[np.int64]) -> Columns:
        """The same mentions, those at `order` in turn."""
        place = np.empty(self.size, np.int32)
        place[order] = np.arange(self.size, dtype=np.int32)
        of = {name: Column(column.codes[order], column.values) for name, column in self.of.items()}
        repairs = np.stack([place[self.repairs[:, 0]], self.repairs[:, 1]], axis=1)
        return Columns(self.kind, self.size, of, repairs)

    def __contains__(self, name: str) -> bool:
        return name in self.of


def encode(values: pa.Array | pa.ChunkedArray) -> Column:
    """Codes of strings in the order they first appear; an empty string and a null are both nothing."""
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    dictionary = values.dictionary_encode()
    found = dictionary.dictionary
    codes = dictionary.indices.fill_null(MISSING).to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
    empty = pa.compute.index(found, "").as_py()
    if empty != MISSING:  # which `index` gives too where there is none
        codes = np.where(codes == empty, np.int32(MISSING), codes - (codes > empty))
        found = found.filter(pa.compute.not_equal(found, ""))
    return Column(codes, found)


def first_known(first: Column, second: Column) -> Column:
    """The first column where it is known, else the second; equal values get equal codes."""
    both = encode(pa.concat_arrays([first.values, second.values]))
    codes = np.append(both.codes, np.int32(MISSING))
    mine = codes[first.codes]
    shifted = np.where(second.codes >= 0, second.codes + len(first.values), MISSING)
    return Column(np.where(mine >= 0, mine, codes[shifted]), both.values)


def from_profiles(kind: str, profiles: Sequence[Profile]) -> Columns:
    """Columns of profiles that are there already: those of the store."""
    of: dict[str, Column] = {}
    for name in Profile._fields:
        if name in ("kind", "known"):
            continue
        values = pa.array([getattr(p, name) for p in profiles], pa.string())
        column = encode(values)
        if len(column.values):
            of[name] = column
    return Columns(kind, len(profiles), of, match_repairs(of.get("number"), of.get("repairs")))


def match_repairs(numbers: Column | None, repairs: Column | None) -> NDArray[np.int32]:
    """Pairs (mention, code of a valid number) of the corrections that some mention does carry.

    repairs: of each misread number its possible corrections, blank between.
    """
    if numbers is None or repairs is None or not len(repairs.values):
        return np.empty((0, 2), np.int32)
    said = pa.compute.split_pattern(repairs.values, " ")
    codes = pa.compute.index_in(said.flatten(), value_set=numbers.values).fill_null(MISSING)
    wanted = codes.to_numpy(zero_copy_only=False)
    of = said.value_parent_indices().to_numpy()[wanted >= 0]
    wanted = wanted[wanted >= 0]
    rows = np.flatnonzero(repairs.codes >= 0)
    rows = rows[np.argsort(repairs.codes[rows], kind="stable")]
    starts = np.searchsorted(repairs.codes[rows], of)
    ends = np.searchsorted(repairs.codes[rows], of, side="right")
    mentions = np.concatenate([rows[a:b] for a, b in zip(starts, ends, strict=True)] or [rows[:0]])
    return np.stack([mentions, np.repeat(wanted, ends - starts)], axis=1).astype(np.int32)
