"""What a linking run was like, for people who check it: weights, rules, histogram, clusters, cuts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class RuleStats:
    """A blocking rule. pairs: found; alone: by no other rule; capped: keys too many hold; expected: matches among
    its pairs, the sum of their probabilities."""

    name: str
    pairs: int
    alone: int
    capped: int
    expected: float
    seconds: float


@dataclass(frozen=True)
class LevelWeight:
    """One level of a field: m, u, weight in bits, pairs that show it.

    Where bearers of a value are counted, u is the geometric mean over the matches that show the level.
    """

    field: str
    level: str
    m: float
    u: float
    bits: float
    pairs: int


@dataclass(frozen=True)
class Cut:
    """A link above the threshold that was not followed.

    why: different-numbers, branch, same-filing, judged-different or weak-chain.
    """

    left: str
    right: str
    bits: float
    why: str


@dataclass(frozen=True)
class ClusterStat:
    """A large cluster. probability: that its least certain member belongs to it."""

    entity_id: str
    size: int
    probability: float


@dataclass(frozen=True)
class KindRun:
    """Linking of one kind. prior, cut: log-odds of a random pair, and from which on clusters join.

    histogram: (lower edge in bits, pairs), one bit wide. recall_ceiling: share of true pairs that were compared, at
    most, as estimated. unlinkable: share of mentions that say too little to be linked to anybody. sizes: (size, clusters).
    """

    kind: str
    records: int
    pairs: int
    prior: float
    cut: float
    levels: tuple[LevelWeight, ...]
    rules: tuple[RuleStats, ...]
    histogram: tuple[tuple[float, int], ...]
    recall_ceiling: float
    unlinkable: float
    sizes: tuple[tuple[int, int], ...]
    largest: tuple[ClusterStat, ...]
    cuts: tuple[Cut, ...]


@dataclass(frozen=True)
class LinkingRun:
    """A whole run. seconds: stage -> time."""

    kinds: tuple[KindRun, ...]
    seconds: Mapping[str, float]
