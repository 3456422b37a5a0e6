"""Weights fitted to a table without labels: u from random pairs, m by expectation-maximisation (EM).

Winkler 1988 on Fellegi and Sunter 1969; on counts of patterns, so that time does not grow with the pairs.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from features.link.compare import Levels
from features.link.weights import Bits, load_weights

_ROUNDS: Final = 20
_PRIOR_PAIRS: Final = 30.0
"""Pairs that the m of `weights.toml` count for against the table's own."""

_PRIOR_RANDOM: Final = 1_000.0
"""Random pairs that the u of `weights.toml` count for: all there is where a table has a handful of rows."""

_COUNTED_SHARE: Final = 1e-3
"""Stands for a u that the docket counts: the floor of phones. Names are counted here too, see `weigh`."""

_RECALL_OF_RULES: Final = 0.7
"""Share of true pairs the sure rules of `prior_odds` are taken to find (Splink's documentation uses the same)."""


@dataclass(frozen=True)
class Model:
    """m and u of each (field, level), and the prior log-odds of a random pair."""

    m: Mapping[tuple[str, str], float]
    u: Mapping[tuple[str, str], float]
    prior: Bits


def prior_odds(patterns: Sequence[Levels], records: int) -> float:
    """Odds that two random records are of one bearer, from pairs that agree on a number or on name and more."""
    sure = 0
    for pattern in patterns:
        said = set(pattern)
        named = ("name", "exact") in said
        more = {("birth", "same"), ("phone", "same"), ("address", "same"), ("head", "same")}
        sure += ("number", "same") in said or (named and not more.isdisjoint(said))
    pairs = max(records * (records - 1) / 2, 1.0)
    share = max(sure / _RECALL_OF_RULES, 0.01 * records) / pairs
    return min(share, 0.5) / (1 - min(share, 0.5))


def fit(kind: str, patterns: Counter[Levels], random: Counter[Levels], odds: float) -> Model:
    """The model of one kind. It starts from `weights.toml`, which also keeps rare levels in bounds."""
    levels = load_weights().kinds[kind].levels
    start = {(field, name): level.m for field, of in levels.items() for name, level in of.items()}
    given = {(field, name): level.u for field, of in levels.items() for name, level in of.items()}
    u = _shares(random, {of: x or _COUNTED_SHARE for of, x in given.items()}, _PRIOR_RANDOM)
    # A resident id or credit code is shared by chance less often than any sample can show.
    u["number", "same"] = levels["number"]["same"].u or _COUNTED_SHARE
    prior = math.log2(odds)
    m = dict(start)
    for _ in range(_ROUNDS):
        expected: dict[Levels, float] = {}
        model = Model(m, u, prior)
        for pattern, count in patterns.items():
            bits = max(-60.0, min(60.0, weigh(model, pattern, {})))
            expected[pattern] = count / (1 + 2.0**-bits)
        m = _shares(expected, start, _PRIOR_PAIRS)
    return Model(m, u, prior)


def weigh(model: Model, pattern: Levels, share: Mapping[str, float]) -> Bits:
    """Log-odds of a pattern. `share`: of others with this very name, by level of the name (term frequency)."""
    bits = model.prior
    for of in pattern:
        u = share[of[1]] if of[0] == "name" and of[1] in share else model.u[of]
        bits += math.log2(model.m[of] / u)
    return bits


def _shares(
    counts: Mapping[Levels, float], prior: Mapping[tuple[str, str], float], weight: float
) -> dict[tuple[str, str], float]:
    """Share of each level among the pairs that know its field, smoothed by `weight` pairs of the prior's shares."""
    seen: defaultdict[tuple[str, str], float] = defaultdict(float)
    total: defaultdict[str, float] = defaultdict(float)
    sums: defaultdict[str, float] = defaultdict(float)
    for pattern, count in counts.items():
        for of in pattern:
            seen[of] += count
            total[of[0]] += count
    for (field, _), share in prior.items():
        sums[field] += share
    return {
        of: (seen[of] + weight * share / sums[of[0]]) / (total[of[0]] + weight) for of, share in prior.items()
    }
