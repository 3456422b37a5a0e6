"""Mentions of one kind linked as a whole: blocked, compared, weighed, clustered.

Twice over: once with every mention taken for a bearer of its names of its own, and, when it is known about who is
who, with names counted by bearer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.link.compare import VETO_SCHEMES, levels_of
from features.link.table.block import Blocked, block
from features.link.table.cluster import Clusters, cluster, roughly
from features.link.table.columns import MISSING, Codes, Columns
from features.link.table.em import (
    JUDGED_SAME,
    VETO,
    Floats,
    Model,
    Patterns,
    count_u,
    find_patterns,
    fit,
    sure_share,
    weigh,
)
from features.link.table.judges import scheme_codes
from features.link.table.levels import Compared, Comparer
from features.link.table.rarity import Rarity, counted
from features.link.weights import KindWeights

_RANDOM: Final = 250_000
"""Random pairs, which are hardly ever of one bearer: u is counted from them."""


@dataclass(frozen=True)
class Judged:
    """Pairs of positions that a person has judged, (pairs, 2) each."""

    same: NDArray[np.int32]
    different: NDArray[np.int32]


NOT_JUDGED: Final = Judged(np.empty((0, 2), np.int32), np.empty((0, 2), np.int32))


@dataclass(frozen=True)
class Linked:
    """Mentions of one kind, linked. bits: (pairs,) log-odds of each compared pair, `VETO` where it cannot be."""

    columns: Columns
    blocked: Blocked
    compared: Compared
    patterns: Patterns
    model: Model
    bits: Floats
    clusters: Clusters
    comparer: Comparer
    rarity: Rarity
    counted: Mapping[str, NDArray[np.bool_]]
    seconds: Mapping[str, float]


def link_columns(
    columns: Columns, weights: KindWeights, extra: Sequence[str] = (), judged: Judged = NOT_JUDGED
) -> Linked:
    """Who is who among mentions of one kind. `extra`: further columns that are compared as they are."""
    watch = _Watch()
    blocked = block(columns, extra, np.concatenate([judged.same, judged.different]))
    watch.note("blocking")
    comparer = Comparer(columns, extra)
    compared = comparer.compare(blocked.left, blocked.right)
    watch.note("comparing")
    fitter = _Fitter(columns, weights, comparer, judged, blocked)
    watch.note("sampling")
    first = fitter.bits(compared, *fitter.fit(compared, None))
    patterns, model = fitter.fit(compared, roughly(columns.size, blocked.left, blocked.right, first))
    bits = fitter.bits(compared, patterns, model)
    watch.note("weighing")
    clusters = _clustered(bits, blocked, columns)
    watch.note("clustering")
    return Linked(
        columns,
        blocked,
        compared,
        patterns,
        model,
        bits,
        clusters,
        comparer,
        fitter.rarity,
        fitter.counted,
        dict(watch.seconds),
    )


def _clustered(bits: Floats, blocked: Blocked, columns: Columns) -> Clusters:
    schemes = scheme_codes(columns)
    single = (schemes >= 0) & (schemes < len(VETO_SCHEMES))
    marks = np.where(single, columns.codes("number"), MISSING).astype(np.int32)
    return cluster(columns.size, blocked.left, blocked.right, bits, marks)


class _Fitter:
    """Weights for the pairs of one table."""

    def __init__(
        self, columns: Columns, weights: KindWeights, comparer: Comparer, judged: Judged, blocked: Blocked
    ) -> None:
        self._columns, self._weights, self._fields = columns, weights, comparer.fields
        self._left = blocked.left
        self._random = _random_levels(columns.size, comparer) if weights.prior_bits is None else None
        self._m, u = weights.tables(columns.kind, self._fields)
        self.counted = counted_levels(columns, self._fields)
        # Where a value's bearers are counted, its rarity says all that u would.
        self._u = {field: np.where(self.counted[field], 1.0, u[field]) for field in self._fields}
        self.rarity = Rarity(columns, weights.backgrounds)
        self._same = _find(blocked, judged.same, columns.size)
        self._different = _find(blocked, judged.different, columns.size)

    def fit(self, compared: Compared, bearers: Codes | None) -> tuple[Patterns, Model]:
        """Patterns of the pairs and their weights; a model that names its prior is taken as it is.

        bearers: (mentions,) who bears a mention's values, as far as it is known.
        """
        if bearers is None:
            self.rarity.count_mentions(self._fields)
        else:
            self.rarity.count_entities(self._fields, bearers)
        half_bits = self.rarity.half_bits(self._fields, self._left, compared.levels)
        patterns = find_patterns(compared, half_bits)
        if self._weights.prior_bits is not None or self._random is None:
            return patterns, Model(self._m, self._u, self._weights.prior_bits or 0.0)
        size = self._columns.size
        share = max(sure_share(patterns, size), self._weights.least_share(size))
        u = count_u(self._fields, self._random, self._u, self.counted, self._m, share)
        labelled = np.zeros((2, len(patterns.counts)))
        for i, pairs in enumerate((self._different, self._same)):
            np.add.at(labelled[i], patterns.of[pairs], 1.0)
        return patterns, fit(patterns, self._m, u, share, self._columns.kind, size, labelled)

    def bits(self, compared: Compared, patterns: Patterns, model: Model) -> Floats:
        """(pairs,) log-odds; a person's judgement always wins."""
        bits = np.where(
            compared.vetoed, VETO, weigh(patterns, model, self._columns.kind, self._columns.size)[patterns.of]
        )
        bits[self._same], bits[self._different] = JUDGED_SAME, VETO
        return bits


def counted_levels(columns: Columns, fields: Sequence[str]) -> dict[str, NDArray[np.bool_]]:
    """Field -> of each of its levels whether the bearers of the value agreed on are counted."""
    found: dict[str, NDArray[np.bool_]] = {}
    for field in fields:
        sources = counted(columns.kind, field)
        names = levels_of(columns.kind, field)
        found[field] = np.array([sources.get(name, "") in columns for name in names])
    return found


def _random_levels(size: int, comparer: Comparer) -> NDArray[np.uint8]:
    return comparer.compare(*random_pairs(size)).levels


def random_pairs(size: int) -> tuple[Codes, Codes]:
    """Pairs of positions drawn at random, always the same ones."""
    rng = np.random.default_rng(0)
    left, right = rng.integers(0, size, (2, min(_RANDOM, 20 * size)), dtype=np.int32)
    two = left != right
    return left[two], right[two]


def _find(blocked: Blocked, pairs: NDArray[np.int32], size: int) -> NDArray[np.int64]:
    """Places of these pairs among the blocked ones."""
    codes = blocked.left.astype(np.int64) * size + blocked.right
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]  # of a mention with itself nothing is to be judged
    wanted = (
        pairs.min(axis=1).astype(np.int64) * size + pairs.max(axis=1) if len(pairs) else np.empty(0, np.int64)
    )
    return np.searchsorted(codes, wanted)


class _Watch:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._since = perf_counter()

    def note(self, stage: str) -> None:
        """Put the time since the last note down to `stage`."""
        now = perf_counter()
        self.seconds[stage] += now - self._since
        self._since = now
