"""Strings compared by the million: as matrices of characters where that is enough, else by rapidfuzz, each pair once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple, TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from rapidfuzz import process

from features.link import compare
from features.link.table.columns import Codes, Column

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Test = Callable[[Codes, Codes], Bools]
T = TypeVar("T", bound=np.generic)

_WIDTH: Final = 32
"""Characters a matrix holds: nearly all names, numbers and dates are shorter. Longer texts are compared one by one."""


class Letters(NamedTuple):
    """Distinct values as characters: (values, width), zero where one ends. last: the last character of each. lengths:
    in characters, cut to the width. longer: (values,) those the matrix does not hold whole, None where it holds all."""

    left: NDArray[Any]
    last: NDArray[Any]
    lengths: NDArray[np.int8]
    longer: Bools | None


def spell(values: pa.StringArray) -> Letters:
    """Characters of a column's values, in the narrowest type that holds them."""
    texts = values.to_pylist() or [""]
    longest = max(map(len, texts)) or 1
    width = min(longest, _WIDTH)
    longer = np.array([len(text) > width for text in texts], np.bool_) if longest > width else None
    wide = np.array(texts, dtype=f"U{width}").view(np.uint32).reshape(len(texts), width)
    top = int(wide.max())
    narrow = wide.astype(np.uint8 if top < 1 << 8 else np.uint16 if top < 1 << 16 else np.uint32)
    lengths = np.count_nonzero(narrow, axis=1)
    last = narrow[np.arange(len(narrow)), np.maximum(lengths - 1, 0)]
    return Letters(narrow, last, lengths.astype(np.int8), longer)


def held(letters: Letters, values: Column, test: Test, alone: Callable[[str, str], bool]) -> Test:
    """`test` of pairs of values that the matrix holds whole, `alone` of the others."""
    longer = letters.longer
    if longer is None:
        return test

    def judge(p: Sequence[str], q: Sequence[str]) -> Bools:
        return np.fromiter(map(alone, p, q), np.bool_, len(p))

    def both(x: Codes, y: Codes) -> Bools:
        found = np.asarray(test(x, y), np.bool_)
        at = np.flatnonzero(longer[x] | longer[y])
        found[at] = by_distinct_pair(values, x[at], y[at], judge)
        return found

    return both


def one_off_test(letters: Letters, values: Column) -> Test:
    """Whether two values differ in one character, or in two neighbours that changed places."""
    return held(letters, values, lambda x, y: one_off(letters, x, y), compare.one_off)


def opens_test(letters: Letters, values: Column) -> Test:
    """Whether either of two values starts with the other."""
    lengths = letters.lengths

    def opens(x: Codes, y: Codes) -> Bools:
        found = np.asarray(x == y)
        at = np.flatnonzero(lengths[x] != lengths[y])  # of one length only equal values start with each other
        p, q = x[at], y[at]
        longer = lengths[p] > lengths[q]
        found[at] = starts_with(letters, np.where(longer, p, q), np.where(longer, q, p))
        return found

    return held(letters, values, opens, lambda p, q: p.startswith(q) or q.startswith(p))


def differences(letters: Letters, x: Codes, y: Codes) -> tuple[Ints, Ints]:
    """Of each pair of values: how many places differ (-1 where their lengths do), and the first that does."""
    left, lengths = letters.left, letters.lengths
    same = left[x] == left[y]
    differ = np.where(lengths[x] == lengths[y], left.shape[1] - same.sum(axis=1), -1)
    return differ, np.argmin(same, axis=1)


def one_dropped(letters: Letters, x: Codes, y: Codes) -> Bools:
    """Whether one is the other with one character left out."""
    left, lengths = letters.left, letters.lengths
    found = np.asarray(np.abs(lengths[x] - lengths[y]) == 1)
    at = np.flatnonzero(found)
    long = np.where(lengths[x[at]] > lengths[y[at]], x[at], y[at])
    short = np.where(lengths[x[at]] > lengths[y[at]], y[at], x[at])
    a, b = left[long], left[short]
    first = np.argmin(a == b, axis=1)  # the shorter ends in a zero, so that they differ somewhere
    places = np.arange(left.shape[1] - 1)
    moved = np.where(places >= first[:, None], a[:, 1:] == b[:, :-1], True)
    found[at] = moved.all(axis=1)
    return found


def one_off(letters: Letters, x: Codes, y: Codes) -> Bools:
    """Whether two texts of one length differ in one character, or in two neighbours that changed places."""
    differ, first = differences(letters, x, y)
    found = np.asarray(differ == 1)
    at = np.flatnonzero(differ == 2)
    a, b = letters.left[x[at]], letters.left[y[at]]
    rows, i = np.arange(len(at)), first[at]
    j = np.minimum(i + 1, letters.left.shape[1] - 1)
    found[at] = (a[rows, i] == b[rows, j]) & (a[rows, j] == b[rows, i]) & (a[rows, i] != b[rows, i])
    return found


def starts_with(letters: Letters, x: Codes, y: Codes) -> Bools:
    """Whether the first of each pair starts with the second."""
    left, lengths = letters.left, letters.lengths
    inside = np.arange(left.shape[1]) < lengths[y][:, None]
    agree: Bools = (~inside | (left[x] == left[y])).all(axis=1)
    return agree


def by_distinct_pair(
    column: Column, x: Codes, y: Codes, judge: Callable[[Sequence[str], Sequence[str]], NDArray[T]]
) -> NDArray[T]:
    """`judge` of every pair of values, called once with each distinct pair."""
    size = max(len(column.values), 1)
    small, large = np.minimum(x, y), np.maximum(x, y)
    keys, inverse = np.unique(small.astype(np.int64) * size + large, return_inverse=True)
    a, b = np.divmod(keys, size)
    return judge(column.texts(a.astype(np.int32)), column.texts(b.astype(np.int32)))[inverse]


def similarity(scorer: Callable[..., float]) -> Callable[[Sequence[str], Sequence[str]], NDArray[np.float64]]:
    """A rapidfuzz scorer for `by_distinct_pair`, on every core."""

    def judge(a: Sequence[str], b: Sequence[str]) -> NDArray[np.float64]:
        return process.cpdist(a, b, scorer=scorer, dtype=np.float64, workers=-1)

    return judge
