"""The links inside an entity or between two: every pair of their mentions, the strongest, the weakest, the bridge."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Final

from sqlalchemy import Connection

from features.link.explain.evidence import Waterfall, Weigher
from features.link.explain.known import Known
from features.link.index import Index
from features.link.people import LONG_AFTER
from features.link.reader import StoreReader
from features.link.verdicts import all_verdicts
from features.link.weights import Bits, load_weights
from xiezhi.store.link_index import NEVER_NUMBERED, Before

MOST: Final = 100
"""Mentions of an entity that are compared with each other, the latest: 4,950 pairs, about a tenth of a second."""


@dataclass(frozen=True)
class Tie:
    """Two mentions compared by themselves; `waterfall` is None under a veto."""

    left: Known
    right: Known
    waterfall: Waterfall | None

    @property
    def bits(self) -> Bits:
        """Log-odds; beyond any evidence under a veto."""
        return self.waterfall.total if self.waterfall else -VETOED


VETOED: Final = 1_000.0


@dataclass(frozen=True)
class Ties:
    """Pairs of `mentions` mentions, the latest ones. average: mean log-odds of those without a veto."""

    mentions: int
    pairs: int
    vetoed: int
    average: Bits
    strongest: Tie
    weakest: Tie


@dataclass(frozen=True)
class Bridge:
    """The weakest link that an entity needs: without it the mentions in `apart` would stand alone.

    The entity's strongest links form a tree (maximum spanning tree of its pairs); the bridge is its weakest branch.
    """

    tie: Tie
    apart: tuple[Known, ...]
    rest: int


def ties_between(connection: Connection, ours: Sequence[Known], theirs: Sequence[Known]) -> Ties:
    """All pairs of two entities' latest mentions, as of the newest of them."""
    tie = _tier(connection, [*ours, *theirs])
    ours, theirs = ours[-MOST:], theirs[-MOST:]
    return _summed([tie(a, b) for a, b in product(ours, theirs)], len(ours) + len(theirs))


def ties_within(connection: Connection, mentions: Sequence[Known]) -> tuple[Ties, Bridge] | None:
    """All pairs of an entity's latest mentions and its bridge; None where it has but one mention."""
    latest = mentions[-MOST:]
    if len(latest) < 2:
        return None
    tie = _tier(connection, latest)
    ties = [tie(a, b) for a, b in combinations(latest, 2)]
    return _summed(ties, len(latest)), _bridge(latest, ties)


def _tier(connection: Connection, mentions: Sequence[Known]) -> Callable[[Known, Known], Tie]:
    """Compares two mentions by all that was known at the newest one's moment."""
    newest = max(known.row.filed_at for known in mentions)
    verdicts = all_verdicts(connection)
    index = Index(load_weights(), StoreReader(connection, Before(newest, NEVER_NUMBERED)), verdicts)
    index.turn_to(LONG_AFTER)
    index.load(key for known in mentions for key in known.mention.keys.values())
    standing = verdicts.standing_for(LONG_AFTER)
    weighers = {known.row.number: Weigher(known.mention, index) for known in mentions}

    def tie(a: Known, b: Known) -> Tie:
        left, right = sorted((a, b), key=lambda known: known.place)
        weigher = weighers[right.row.number]
        entity_id = standing.get(left.row.entity_id, left.row.entity_id)
        return Tie(left, right, weigher.against([left.mention.profile], entity_id))

    return tie


def _summed(ties: Sequence[Tie], mentions: int) -> Ties:
    free = [tie for tie in ties if tie.waterfall is not None]
    average = sum(tie.bits for tie in free) / len(free) if free else 0.0
    # Of equal ones the first: mentions come in order of time.
    strongest = max(ties, key=lambda tie: tie.bits)
    weakest = min(ties, key=lambda tie: tie.bits)
    return Ties(mentions, len(ties), len(ties) - len(free), average, strongest, weakest)


def _bridge(mentions: Sequence[Known], ties: Sequence[Tie]) -> Bridge:
    """Kruskal's algorithm from the strongest link down; the last link that joins two parts is the bridge."""
    parts = {known.row.number: [known] for known in mentions}
    bridge: Bridge | None = None
    for tie in sorted(ties, key=lambda tie: -tie.bits):
        ours, theirs = parts[tie.left.row.number], parts[tie.right.row.number]
        if ours is theirs:
            continue
        small, large = sorted((ours, theirs), key=len)
        bridge = Bridge(tie, tuple(sorted(small, key=lambda known: known.place)), len(large))
        large.extend(small)
        for known in small:
            parts[known.row.number] = large
    assert bridge is not None  # two mentions or more
    return bridge
