"""The waterfall of a comparison: what every field adds to the log-odds, as the linker itself weighs it.

Computed apart from `features.link.score`, which has no time to remember its steps; tests hold the two together.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from features.link.compare import compare, levels_of
from features.link.index import Index
from features.link.profile import Mention, Profile
from features.link.score import script_of
from features.link.weights import Bits, probability

NUMBER: Final = "number"

_KEY_OF_NAME: Final = {"exact": "name"}
"""Level of a name -> the key by which its bearers are counted; other levels, and other fields, are called like theirs."""


class Counted(NamedTuple):
    """Where u is counted: how many others bear the value among the mentions so far, and what that costs.

    frequency: bits against a value that nobody else was seen with; never above 0.
    """

    others: float
    mentions: int
    frequency: Bits


@dataclass(frozen=True)
class Part:
    """One level of a field, met `times` times."""

    level: str
    times: int
    bits: Bits
    m: float
    u: float
    counted: Counted | None


@dataclass(frozen=True)
class Step:
    """What one field adds: the average of its parts."""

    field: str
    bits: Bits
    parts: tuple[Part, ...]

    @property
    def level(self) -> str:
        """The level met most."""
        return self.parts[0].level


@dataclass(frozen=True)
class Waterfall:
    """Prior and steps, those for one bearer first; `total` is the linker's log-odds."""

    prior: Bits
    steps: tuple[Step, ...]

    @property
    def total(self) -> Bits:
        """Sum of all."""
        return self.prior + sum(step.bits for step in self.steps)

    @property
    def probability(self) -> float:
        """`total` as a probability."""
        return probability(self.total)


class Weigher:
    """Weighs one mention against others by what `index` knew; the keys of the mention must be loaded."""

    def __init__(self, mention: Mention, index: Index) -> None:
        self._mention = mention
        self._index = index
        self._weights = index.weights.kinds[mention.profile.kind]
        self._script = script_of(mention.profile)

    def against(self, profiles: Sequence[Profile], entity_id: str) -> Waterfall | None:
        """The waterfall against an entity's mentions; None where one of them vetoes."""
        met: dict[str, Counter[str]] = {}
        for profile in profiles:
            levels = compare(self._mention.profile, profile)
            if levels is None:
                return None
            for field, level in levels:
                met.setdefault(field, Counter())[level] += 1
        return self._sum(met, entity_id)

    def part(self, field: str, level: str, entity_id: str, times: int = 1) -> Part:
        """A level with its m, u and weight; `entity_id` is left out of the count of bearers."""
        given = self._weights.levels[field][level]
        if given.u is not None:
            return Part(level, times, self._weights.bits[field][level], given.m, given.u, None)
        background = self._weights.backgrounds[field]
        which = _KEY_OF_NAME.get(level, level) if field == "name" else field
        count, bearers = self._index.bearers(self._mention.keys.get(which))
        others = max(count - (entity_id in bearers), 0.0)
        mentions = self._index.mentions
        u = background.u(others, mentions, self._script)
        bits = math.log2(given.m / u)
        alone = math.log2(given.m / background.u(0.0, mentions, self._script))
        return Part(level, times, bits, given.m, u, Counted(others, mentions, bits - alone))

    def _sum(self, met: dict[str, Counter[str]], entity_id: str) -> Waterfall:
        steps = [self._step(field, levels, entity_id) for field, levels in met.items()]
        steps.sort(key=lambda step: (-step.bits, step.field))
        return Waterfall(self._weights.prior(self._index.mentions), tuple(steps))

    def _step(self, field: str, levels: Counter[str], entity_id: str) -> Step:
        if field == NUMBER:
            # The best that any mention of the entity shows counts, once and in full.
            best = min(levels, key=levels_of(self._mention.profile.kind, NUMBER).index)
            levels = Counter({best: levels[best]})
        parts = [self.part(field, level, entity_id, times) for level, times in levels.items()]
        parts.sort(key=lambda part: (-part.times, -part.bits))
        return Step(field, sum(p.bits * p.times for p in parts) / levels.total(), tuple(parts))
