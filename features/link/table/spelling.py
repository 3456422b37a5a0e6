"""Chinese names and cores that differ in one character."""

from __future__ import annotations

from functools import cache

import numpy as np

from features.link.compare import spelling_level
from features.link.table.columns import Codes, Column
from features.link.table.sheet import Positions, Sheet
from features.link.table.strings import Bools, Letters, differences, one_dropped
from features.normalise.characters import lookalike_pairs


def put_spelling(sheet: Sheet, at: Positions, values: Column, letters: Letters, x: Codes, y: Codes) -> None:
    """One character that differs or is left out, as `spelling_level` has it."""
    if letters.longer is not None:
        longer = letters.longer[x] | letters.longer[y]
        texts = zip(values.texts(x[longer]), values.texts(y[longer]), strict=True)
        found = np.array([spelling_level(p, q) for p, q in texts], object)
        for level in ("near", "alike"):
            sheet.put(at[longer][found == level], level)
        at, x, y = at[~longer], x[~longer], y[~longer]
    near = np.flatnonzero(_one_end_stays(letters, x, y))
    at, x, y = at[near], x[near], y[near]
    differ, first = differences(letters, x, y)
    lengths = np.minimum(letters.lengths[x], letters.lengths[y])
    one = differ == 1
    sheet.put(at[(one & (lengths >= 3)) | (one_dropped(letters, x, y) & (lengths >= 2))], "near")
    rows = np.flatnonzero(one)
    p = letters.left[x[rows], first[rows]].astype(np.int64)
    q = letters.left[y[rows], first[rows]].astype(np.int64)
    sheet.put(at[rows[np.isin((p << 32) | q, _lookalikes())]], "alike")


def _one_end_stays(letters: Letters, x: Codes, y: Codes) -> Bools:
    """Whether the first or the last characters agree, as they must where one of several is changed or left out."""
    first, last = letters.left[:, 0], letters.last
    found: Bools = (first[x] == first[y]) | (last[x] == last[y]) | (letters.lengths[x] == 1)
    return found


@cache
def _lookalikes() -> Positions:
    """Pairs of characters that look alike, each as one number."""
    return np.array([ord(a) << 32 | ord(b) for a, b in lookalike_pairs()], np.int64)
