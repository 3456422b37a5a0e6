"""Pairs compared by columns: of every field the level of agreement, as `features.link.compare` has it for one pair."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.link.table import judges
from features.link.table.columns import Codes, Columns
from features.link.table.strings import Bools

Levels = NDArray[np.uint8]
"""0 where a side does not know the field, else 1 + the level's place in `levels_of`."""

_LEVELS: Final = 10
"""More than the levels of any field."""

_MOST: Final = 2**63 - 1
"""Combinations of levels that a code can tell apart."""

_CHUNK: Final = 500_000
"""Pairs compared at a time: bounds memory."""


@dataclass(frozen=True)
class Compared:
    """levels: (pairs, fields), in the order of `fields`; vetoed: (pairs,), those that cannot be one bearer."""

    fields: tuple[str, ...]
    levels: Levels
    vetoed: Bools

    @cached_property
    def distinct(self) -> tuple[NDArray[np.int32], Levels]:
        """(pairs,) which of the distinct combinations of levels each pair has, and these: (combinations, fields)."""
        # With many columns compared as they are, a code must be made small on the way, the same for all pairs.
        chunk = _CHUNK if _LEVELS ** len(self.fields) <= _MOST else max(len(self.levels), 1)
        parts = [self.levels[start : start + chunk] for start in range(0, len(self.levels), chunk)]
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            coded = list(threads.map(_coded, parts))
        codes, first = np.unique(
            np.concatenate([np.empty(0, np.int64), *(codes for _, codes, _ in coded)]), return_index=True
        )
        one = np.concatenate(
            [np.empty((0, len(self.fields)), np.uint8), *(levels for _, _, levels in coded)]
        )[first]
        of = [np.searchsorted(codes, mine).astype(np.int32)[at] for at, mine, _ in coded]
        return np.concatenate([np.empty(0, np.int32), *of]), one


def _coded(levels: Levels) -> tuple[NDArray[np.intp], NDArray[np.int64], Levels]:
    """(pairs,) places among the distinct combinations of levels, each of these as one number, and as levels."""
    code, most = np.zeros(len(levels), np.int64), 1
    for i in range(levels.shape[1]):
        if most > _MOST // _LEVELS:
            code, codes = pd.factorize(code, sort=True)
            most = len(codes)
        code = code * _LEVELS + levels[:, i]
        most *= _LEVELS
    of, codes = pd.factorize(code)
    one = np.empty(len(codes), np.int64)
    one[of] = np.arange(len(of))
    return of, codes, levels[one]


class Comparer:
    """Compares pairs of mentions of one kind; holds what that needs of the distinct values."""

    def __init__(self, columns: Columns, extra: Sequence[str] = ()) -> None:
        fields = {**judges.FIELDS[columns.kind], **{name: judges.text(name) for name in extra}}
        made = ((name, make(columns)) for name, make in fields.items())
        self._judges = {name: judge for name, judge in made if judge is not None}
        self._clash = judges.clash(columns)
        self.fields = tuple(self._judges)

    def compare(self, left: Codes, right: Codes) -> Compared:
        """Levels of the pairs of positions (left, right)."""
        levels = np.zeros((len(left), len(self.fields)), np.uint8, order="F")
        vetoed = np.zeros(len(left), np.bool_)

        def fill(start: int) -> None:
            part = slice(start, start + _CHUNK)
            a, b = left[part], right[part]
            for i, judge in enumerate(self._judges.values()):
                levels[part, i] = judge(a, b)
            vetoed[part] = self._clash(a, b)

        # NumPy and rapidfuzz let go of the interpreter while they work, so that threads share the cores.
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            list(threads.map(fill, range(0, len(left), _CHUNK)))
        return Compared(self.fields, levels, vetoed)
