"""Mentions of the store linked as a whole: what the nightly re-link compares with what the store believes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.link.profile import Profile
from features.link.table.block import RULES
from features.link.table.columns import Codes, from_profiles
from features.link.table.em import Floats
from features.link.table.engine import Judged, Linked, link_columns
from features.link.table.run import LinkingRun
from features.link.table.stats import Apart, belonging, describe
from features.link.weights import Weights, load_weights

Pairs = Sequence[tuple[int, int]]


@dataclass(frozen=True)
class Linking:
    """cluster: (mentions,) smallest position of each one's cluster; probability: (mentions,) that it belongs there."""

    cluster: Codes
    probability: Floats
    run: LinkingRun
    linked: tuple[Linked, ...]


def link_profiles(
    profiles: Sequence[Profile],
    *,
    apart: Pairs = (),
    beside: Pairs = (),
    together: Pairs = (),
    weights: Weights | None = None,
) -> Linking:
    """Who is who among mentions; each kind is linked by itself.

    Positions of pairs. apart: judged different; beside: two parties of a filing; together: judged one.
    """
    kinds = (weights or load_weights()).kinds
    size = len(profiles)
    cluster = np.arange(size, dtype=np.int32)
    probability = np.ones(size)
    linked: list[Linked] = []
    forbidden: list[Apart] = []
    names: list[list[str]] = []
    for kind in RULES:
        mine = [i for i, profile in enumerate(profiles) if profile.kind == kind]
        # By what they say, so that their order changes nothing: u is counted from pairs drawn by position.
        at = np.array(sorted(mine, key=profiles.__getitem__), np.int32)
        place = np.full(size, -1, np.int32)
        place[at] = np.arange(len(at), dtype=np.int32)
        columns = from_profiles(kind, [profiles[i] for i in at.tolist()])
        two = {"judged-different": _among(apart, place), "same-filing": _among(beside, place)}
        judged = Judged(_among(together, place), np.concatenate([*two.values()]))
        one = link_columns(columns, kinds[kind], (), judged)
        first = np.full(len(at), size, np.int32)
        np.minimum.at(first, one.clusters.of, at)
        cluster[at] = first[one.clusters.of]
        probability[at] = belonging(one)
        linked.append(one)
        forbidden.append(two)
        names.append([str(i) for i in at.tolist()])
    return Linking(cluster, probability, describe(linked, names, {}, forbidden), tuple(linked))


def _among(pairs: Pairs, place: Codes) -> NDArray[np.int32]:
    """Those pairs of which both are of this kind, by their places in it."""
    if not len(pairs):
        return np.empty((0, 2), np.int32)
    found = place[np.asarray(pairs, np.int32)]
    return found[(found >= 0).all(axis=1)]
