"""Levels of one field over many pairs, while they are being found."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from features.link.compare import levels_of
from features.link.table.columns import Codes, Columns
from features.link.table.strings import Bools

Levels = NDArray[np.uint8]
Positions = NDArray[np.int64]
Judge = Callable[[Codes, Codes], Levels]
Maker = Callable[[Columns], Judge | None]
Test = Callable[[Codes, Codes], Bools]


class Sheet:
    """Levels of one field while they are being found: `equal` and `open` pairs are those known on both sides."""

    def __init__(self, kind: str, field: str, x: Codes, y: Codes) -> None:
        self._places = {name: i + 1 for i, name in enumerate(levels_of(kind, field))}
        self._x, self._y = x, y
        known = (x >= 0) & (y >= 0)
        self.levels: Levels = known * np.uint8(self._places["other"])
        self.equal = np.flatnonzero(known & (x == y))
        self.open = np.flatnonzero(known & (x != y))

    def of(self, at: Positions) -> tuple[Codes, Codes]:
        """Codes of some of the pairs."""
        return self._x[at], self._y[at]

    def put(self, at: Positions, level: str) -> None:
        """Set a level."""
        self.levels[at] = self._places[level]
