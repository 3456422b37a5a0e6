"""A linking told in figures, for the report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.link.compare import levels_of
from features.link.table.cluster import MOST, STOP
from features.link.table.columns import Codes
from features.link.table.em import VETO, Floats, find_patterns, weigh
from features.link.table.engine import Linked
from features.link.table.run import ClusterStat, Cut, KindRun, LevelWeight, LinkingRun, RuleStats

_LARGEST: Final = 20
_CUTS: Final = 100


Apart = Mapping[str, NDArray[np.int32]]
"""Why two mentions must stay apart, other than by what they say -> the pairs of positions, (pairs, 2)."""


def describe(
    linked: Sequence[Linked],
    ids: Sequence[Sequence[str]],
    seconds: Mapping[str, float],
    apart: Sequence[Apart] | None = None,
) -> LinkingRun:
    """The run of all kinds. ids: of each kind the record ids of its mentions; seconds: of stages before."""
    forbidden = apart if apart is not None else [{}] * len(linked)
    kinds = tuple(_describe(*one) for one in zip(linked, ids, forbidden, strict=True))
    total = dict(seconds)
    for one in linked:
        for stage, took in one.seconds.items():
            total[stage] = total.get(stage, 0.0) + took
    return LinkingRun(kinds, total)


def _describe(linked: Linked, ids: Sequence[str], apart: Apart) -> KindRun:
    chances = 1 / (1 + np.exp2(-np.clip(linked.bits, -60, 60)))
    belongs = belonging(linked)
    leaders, sizes = np.unique(linked.clusters.of, return_counts=True)
    least = np.ones(linked.columns.size)
    np.minimum.at(least, linked.clusters.of, belongs)
    largest = np.lexsort((leaders, -sizes))[:_LARGEST]
    size_of, clusters = np.unique(sizes, return_counts=True)
    return KindRun(
        kind=linked.columns.kind,
        records=linked.columns.size,
        pairs=len(linked.bits),
        prior=linked.model.prior,
        cut=STOP,
        levels=_levels(linked, chances),
        rules=_rules(linked, chances),
        histogram=_histogram(linked.bits),
        recall_ceiling=_recall_ceiling(linked, chances),
        unlinkable=_unlinkable(linked),
        sizes=tuple(zip(size_of.tolist(), clusters.tolist(), strict=True)),
        largest=tuple(
            ClusterStat(ids[leaders[i]], int(sizes[i]), float(least[leaders[i]])) for i in largest.tolist()
        ),
        cuts=tuple(_cuts(linked, ids, apart)),
    )


def _cuts(linked: Linked, ids: Sequence[str], apart: Apart) -> Iterator[Cut]:
    """The strongest links not followed. A veto that nothing in `apart` explains is of head office and branch: two
    numbers are told as such."""
    of = linked.clusters.of
    between = {why: set(map(tuple, np.sort(of[pairs], axis=1).tolist())) for why, pairs in apart.items()}
    for cut in sorted(linked.clusters.cuts, key=lambda cut: (-cut.bits, cut.left, cut.right))[:_CUTS]:
        why = cut.why
        if why == "veto":
            clusters = tuple(sorted((int(of[cut.left]), int(of[cut.right]))))
            why = next((said for said, of_two in between.items() if clusters in of_two), "branch")
        yield Cut(ids[cut.left], ids[cut.right], float(cut.bits), why)


def belonging(linked: Linked) -> Floats:
    """(mentions,) probability that a mention belongs to its cluster.

    By the mean of its links to the others of the cluster; alone, that it is none of those it was compared with.
    """
    left, right, of = linked.blocked.left, linked.blocked.right, linked.clusters.of
    inside = of[left] == of[right]
    bits = np.clip(linked.bits, -MOST, MOST)
    size = linked.columns.size
    total, count = np.zeros(size), np.zeros(size)
    for side in (left[inside], right[inside]):
        total += np.bincount(side, bits[inside], size)
        count += np.bincount(side, minlength=size)
    best = np.full(size, -MOST)
    for side in (left[~inside], right[~inside]):
        np.maximum.at(best, side, bits[~inside])
    mean = np.where(count > 0, total / np.maximum(count, 1), -best)
    found: Floats = 1 / (1 + np.exp2(-mean))
    return found


def _levels(linked: Linked, chances: Floats) -> tuple[LevelWeight, ...]:
    found: list[LevelWeight] = []
    for i, field in enumerate(linked.compared.fields):
        seen = np.bincount(linked.compared.levels[:, i], minlength=16)
        m, u = linked.model.m[field], linked.model.u[field]
        for j, level in enumerate(levels_of(linked.columns.kind, field)):
            chance = float(u[j]) * 2.0 ** -_mean_rarity(linked, i, j, chances)
            bits = float(np.log2(m[j] / chance))
            found.append(LevelWeight(field, level, float(m[j]), chance, bits, int(seen[j + 1])))
    return tuple(found)


def _mean_rarity(linked: Linked, field: int, level: int, chances: Floats) -> float:
    """Bits that the rarity of the values agreed on adds to a level, on average over its matches; 0 where none does."""
    name = linked.compared.fields[field]
    at = np.flatnonzero(linked.compared.levels[:, field] == level + 1)
    if not linked.counted[name][level] or not len(at):
        return 0.0
    bits = (
        linked.rarity.half_bits((name,), linked.blocked.left[at], linked.compared.levels[at][:, [field]]) / 2
    )
    matches = chances[at] if chances[at].sum() > 0 else np.ones(len(at))
    return float(np.average(bits, weights=matches))


def _rules(linked: Linked, chances: Floats) -> tuple[RuleStats, ...]:
    blocked = linked.blocked
    alone = (blocked.found_by & (blocked.found_by - np.uint64(1))) == 0
    found: list[RuleStats] = []
    for i, name in enumerate(blocked.rules):
        mine = (blocked.found_by >> np.uint64(i)) & np.uint64(1) == 1
        expected = float(chances[mine].sum())
        pairs, only = int(mine.sum()), int((mine & alone).sum())
        found.append(RuleStats(name, pairs, only, blocked.capped[i], expected, blocked.seconds[i]))
    return tuple(found)


def _histogram(bits: Floats) -> tuple[tuple[float, int], ...]:
    edges, counts = np.unique(np.floor(bits[bits > VETO]), return_counts=True)
    return tuple(zip(edges.tolist(), counts.tolist(), strict=True))


def _recall_ceiling(linked: Linked, chances: Floats) -> float:
    """Share of true pairs that some rule found, by Chao's estimator (1987) of those that none did.

    The estimator tells the fewest that none found, so the share is at most about this: rules that find the same pairs
    hide what all of them miss.
    """
    bits = np.unpackbits(linked.blocked.found_by.view(np.uint8).reshape(len(chances), 8), axis=1).sum(axis=1)
    once, twice = float(chances[bits == 1].sum()), float(chances[bits == 2].sum())
    total = float(chances.sum())
    unseen = once * once / (2 * twice) if twice > 0 else 0.0
    return total / (total + unseen) if total > 0 else 1.0


def _unlinkable(linked: Linked) -> float:
    """Share of mentions that would not be linked even to themselves."""
    columns = linked.columns
    if not columns.size:
        return 0.0
    itself: Codes = np.arange(columns.size, dtype=np.int32)
    alone = linked.comparer.compare(itself, itself)
    patterns = find_patterns(alone, linked.rarity.half_bits(alone.fields, itself, alone.levels))
    return float((weigh(patterns, linked.model, columns.kind, columns.size)[patterns.of] <= STOP).mean())
