"""How rare the values are that a pair agrees on: agreeing on a rare one says more."""

from __future__ import annotations

import os
from collections.abc import Callable, Container, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from features.link.compare import levels_of
from features.link.table.columns import Codes, Columns
from features.link.weights import Background

Floats = NDArray[np.float64]

_NAMES: Final[Mapping[str, Mapping[str, str]]] = {
    "person": {"exact": "name", "sound": "sound", "bag": "bag"},
    "agent": {"exact": "name", "sound": "sound", "bag": "bag"},
    "organization": {"core": "core", "sound": "sound"},
    "firm": {"core": "core", "sound": "sound"},
}
_OTHERS: Final[Mapping[str, Mapping[str, str]]] = {
    "surname": {"exact": "surname"},
    "given": {"exact": "given", "root": "root"},
    "number": {},
    "address": {},
    "middle": {},
    "suffix": {},
    "court": {},
    "role": {},
}
_PLAIN_SHARES: Final[Mapping[str, Background]] = {
    "core": Background({"any": 1e-6}, 1e-7),
    "birth": Background({"any": 5.5e-5}, 1e-5),
    "region": Background({"any": 1e-3}, 1e-3),
    "locality": Background({"any": 1e-3}, 1e-4),
    "postcode": Background({"any": 1e-3}, 1e-5),
    "head": Background({"any": 1e-4}, 1e-5),
}
_FURTHER: Final = Background({"any": 1e-4}, 1e-6)


def counted(kind: str, field: str) -> Mapping[str, str]:
    """Level -> column whose values are counted."""
    return _NAMES[kind] if field == "name" else _OTHERS.get(field, {"same": field})


_CHUNK: Final = 500_000
"""Pairs at a time."""


class Rarity:
    """Bits by which agreeing on this very value, and not on any, says more.

    bearers: column -> (values,) how many bear each: mentions at first, entities once they are known.
    """

    def __init__(self, columns: Columns, backgrounds: Mapping[str, Background]) -> None:
        self._columns = columns
        self._backgrounds = backgrounds
        self._bits: dict[str, Floats] = {}
        self._scripts: dict[str, NDArray[np.int8]] = {}

    def count_mentions(self, fields: Sequence[str]) -> None:
        """Take every mention for a bearer of its own, but for the two that are compared."""
        for source in counted_columns(self._columns, fields):
            self._set(source, self._columns.of[source].counts - 2.0, self._columns.size)

    def count_entities(self, fields: Sequence[str], cluster: NDArray[np.int32]) -> None:
        """Count those who bear a value, as far as they are told apart by now."""
        entities = int(_distinct(np.sort(cluster)).sum())

        def count(source: str) -> NDArray[np.int64]:
            column = self._columns.of[source]
            known = column.codes >= 0
            pairs = column.codes[known].astype(np.int64) * self._columns.size + cluster[known]
            pairs.sort()  # several times faster than np.unique
            return np.bincount(pairs[_distinct(pairs)] // self._columns.size, minlength=len(column.values))

        sources = sorted(counted_columns(self._columns, fields))
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            for source, bearers in zip(sources, threads.map(count, sources), strict=True):
                self._set(source, bearers - 1.0, entities)

    def half_bits(self, fields: Sequence[str], left: Codes, levels: NDArray[np.uint8]) -> NDArray[np.int16]:
        """(pairs,) half bits over all fields of pairs whose first mention is `left`."""
        columns = self._columns

        def part(start: int) -> NDArray[np.int16]:
            here = slice(start, start + _CHUNK)

            def of(source: str, at: NDArray[np.int64]) -> Floats:
                return self._bits[source][columns.of[source].codes[left[here][at]]]

            bits = pair_bits(columns.kind, fields, levels[here], self._bits, of)
            return np.rint(bits * 2).astype(np.int16)

        with ThreadPoolExecutor(os.cpu_count()) as threads:
            parts = list(threads.map(part, range(0, len(left), _CHUNK)))
        return np.concatenate([np.empty(0, np.int16), *parts])

    def _set(self, source: str, others: NDArray[Any], bearers: int) -> None:
        background = background_of(source, self._backgrounds)
        if source not in self._scripts and "any" not in background.shares:
            self._scripts[source] = scripts_of(self._columns.of[source].values)
        bits = value_bits(background, others, bearers, self._scripts.get(source))
        self._bits[source] = np.append(bits, 0.0)  # the last for -1: nothing known


def counted_columns(columns: Columns, fields: Sequence[str]) -> set[str]:
    """The columns whose values are counted."""
    return {s for f in fields for s in counted(columns.kind, f).values() if s in columns}


def pair_bits(
    kind: str,
    fields: Sequence[str],
    levels: NDArray[np.uint8],
    sources: Container[str],
    of: Callable[[str, NDArray[np.int64]], Floats],
) -> Floats:
    """(pairs,) bits over all fields, where the column is among `sources`; `of`: those of a column at some pairs."""
    total = np.zeros(len(levels))
    for i, field in enumerate(fields):
        names = levels_of(kind, field)
        for level, source in counted(kind, field).items():
            if source in sources:
                at = np.flatnonzero(levels[:, i] == names.index(level) + 1)
                total[at] += of(source, at)
    return total


def background_of(source: str, backgrounds: Mapping[str, Background]) -> Background:
    """How values of a column are smoothed."""
    field = source if source not in ("sound", "bag") else "name"
    field = "given" if field == "root" else field
    return backgrounds.get(field) or _PLAIN_SHARES.get(field, _FURTHER)


def value_bits(
    background: Background, others: NDArray[Any], bearers: int, scripts: NDArray[np.int8] | None
) -> Floats:
    """(values,) bits of values that so many `others` of all `bearers` have; scripts: as `scripts_of` has them."""
    if "any" in background.shares or scripts is None:
        unseen = np.full(1, 1 / (bearers + 1 / background.shares["any"]))
    else:
        unseen = (1 / (bearers + 1 / np.array([background.shares[s] for s in SCRIPTS])))[scripts]
    # A value nobody else was seen with has a share too: it falls as more are seen.
    bits: Floats = -np.log2(np.maximum(background.floor, np.maximum(others, 0) / max(bearers, 1) + unseen))
    return bits


def _distinct(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Of sorted values the first of each."""
    return np.asarray(np.diff(values, prepend=values[:1] - 1) != 0)


SCRIPTS: Final = ("latin", "han2", "han")


def scripts_of(names: pa.StringArray) -> NDArray[np.int8]:
    """Of names or their sounds the place in `SCRIPTS` of that whose share of unseen names holds."""
    blanks = pc.count_substring(names, " ").to_numpy(zero_copy_only=False)
    letters = pc.utf8_length(names).to_numpy(zero_copy_only=False)
    latin = pc.match_substring(names, "|").to_numpy(zero_copy_only=False)
    syllables = np.where(blanks > 0, blanks + 1, letters)
    return np.where(latin, 0, np.where(syllables == 2, 1, 2)).astype(np.int8)
