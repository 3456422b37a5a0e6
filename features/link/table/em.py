"""Weights fitted to a table without labels: u from random pairs and from frequencies, m by expectation-maximisation.

Winkler 1988 on Fellegi and Sunter 1969. EM runs on patterns, that is on distinct combinations of levels and of the
rarity of the values agreed on, so that its time does not grow with the pairs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.link.compare import levels_of
from features.link.table.levels import Compared
from features.link.weights import Bits

Floats = NDArray[np.float64]
Table = Mapping[str, Floats]
"""Field -> probability of each of its levels, in the order of `levels_of`."""

VETO: Final = -100.0
"""Log-odds of two mentions that cannot be one bearer."""

JUDGED_SAME: Final = 100.0
"""Log-odds of two mentions that a person has judged to be one: more than evidence adds up to."""

TOO_LITTLE: Final = -1.0
"""Log-odds at most of two mentions of which one has no name (王某某), and which agree on no number, date of birth or the
like: as of two that were never compared. A telephone and a door are shared by kin."""

_DOCKET: Final = 20_000
"""Mentions of a docket of some size, as `least_mentions` in weights.toml."""

_PARTNER: Final[Bits] = float(np.log2(2 / _DOCKET))
"""Log-odds of a random pair of a docket of some size where each mention has one other of its bearer: however large the
one entity of a small table, it says no more of the others."""

_PEOPLE: Final = frozenset({"person", "agent"})

_NUMBERS: Final = 3
"""Levels of a number that say it is one: same, repaired, partial."""

_ROUNDS: Final = 30
_SETTLED: Final = 1e-4
"""Change of m below which EM has settled."""

_PRIOR_RANDOM: Final = 1_000.0
"""Random pairs that the u of the starting weights count for: all there is where a table has a handful of rows."""

_PRIOR_PAIRS: Final = 30.0
"""Pairs that the m of the starting weights count for against the table's own."""

_RECALL_OF_RULES: Final = 0.7
"""Share of true pairs the sure rules of `sure_share` are taken to find (Splink's documentation uses the same)."""

_GIVEN: Final = frozenset({"number", "address"})
"""Fields whose u the sample does not show: numbers are shared too rarely, and kin live together, which random pairs
do not. They keep the u they start with."""

_WEAK: Final = frozenset({"middle", "suffix", "region", "locality", "court", "role", "firm"})
"""Fields that many share."""

_SHARED: Final = frozenset({"phone", "address", "postcode", "head"})
"""Fields that kin and colleagues share."""

_NEAR: Final = levels_of("person", "name").index("near") + 1
"""From this level on names of persons differ as those of brothers do."""

_FILED: Final = frozenset({"court", "role"})
"""Fields of the filing, not of its people."""

_RARE: Final = 1e-6
"""A u below it is given by reason, not counted: no sample shows it."""


@dataclass(frozen=True)
class Model:
    """m and u of the levels of each field, and the log-odds that two random mentions have one bearer."""

    m: Table
    u: Table
    prior: Bits


@dataclass(frozen=True)
class Patterns:
    """Distinct patterns of pairs. levels: (patterns, fields); rarity: (patterns,) bits; counts: (patterns,);
    of: (pairs,) the pattern of each pair."""

    fields: tuple[str, ...]
    levels: NDArray[np.uint8]
    rarity: Floats
    counts: Floats
    of: NDArray[np.int32]


def find_patterns(compared: Compared, half_bits: NDArray[np.int16]) -> Patterns:
    """Group pairs by their levels and by the rarity of what they agree on, in half bits."""
    of_levels, levels = compared.distinct
    least, most = (int(half_bits.min()), int(half_bits.max())) if len(half_bits) else (0, 0)
    span = most - least + 1
    code = of_levels * np.int64(span) + (half_bits - least)
    counts = np.bincount(code, minlength=len(levels) * span)
    found = np.flatnonzero(counts)
    place = np.zeros(len(counts), np.int32)
    place[found] = np.arange(len(found), dtype=np.int32)
    rarity = (found % span + least) / 2
    return Patterns(compared.fields, levels[found // span], rarity, counts[found].astype(float), place[code])


def sure_share(patterns: Patterns, mentions: int) -> float:
    """Share of all pairs that are of one bearer: from those that agree on a number, or on the name and more."""
    agree = {field: patterns.levels[:, i] == 1 for i, field in enumerate(patterns.fields)}
    nothing = np.zeros(len(patterns.counts), np.bool_)
    named = agree.get("name", nothing) | (agree.get("surname", nothing) & agree.get("given", nothing))
    more = nothing.copy()
    for field in agree.keys() - _WEAK - {"name", "surname", "given"}:
        more |= agree[field]
    sure = patterns.counts[agree.get("number", nothing) | (named & more)].sum()
    return float(sure) / _RECALL_OF_RULES / _all_pairs(mentions)


def _all_pairs(mentions: int) -> float:
    return max(mentions * (mentions - 1) / 2, 1.0)


def _nameless(patterns: Patterns) -> NDArray[np.bool_]:
    """Patterns without a name on both sides that agree on nothing but what many, or kin and colleagues, share."""
    levels = dict(zip(patterns.fields, patterns.levels.T, strict=True))
    nothing = np.zeros(len(patterns.counts), np.uint8)
    named = (levels.get("name", nothing) > 0) | (levels.get("surname", nothing) > 0)
    number = levels.get("number", nothing)
    numbered = (number > 0) & (number <= _NUMBERS)
    own = [field not in _WEAK | _SHARED for field in patterns.fields]
    alone = (patterns.levels[:, own] == 1).any(axis=1)
    found: NDArray[np.bool_] = ~(named | numbered | alone)
    return found


def _kin(patterns: Patterns) -> NDArray[np.bool_]:
    """Patterns of people whose Chinese names differ as those of kin do, and who agree on nothing but what kin share."""
    levels = dict(zip(patterns.fields, patterns.levels.T, strict=True))
    nothing = np.zeros(len(patterns.counts), np.uint8)
    named = levels.get("name", nothing) >= _NEAR
    number = levels.get("number", nothing)
    own = [field not in _WEAK | _SHARED for field in patterns.fields]
    alone = (patterns.levels[:, own] == 1).any(axis=1)
    found: NDArray[np.bool_] = named & ~alone & ~((number > 0) & (number <= _NUMBERS))
    return found


def _name_alone(patterns: Patterns) -> NDArray[np.bool_]:
    """Patterns that agree on a name in Chinese characters and on nothing else: namesakes are many."""
    found = np.ones(len(patterns.counts), np.bool_)
    for field, levels in zip(patterns.fields, patterns.levels.T, strict=True):
        if field == "name":
            found &= levels > 0
        elif field not in _FILED:
            last = len(levels_of("person", field))  # that nothing agrees
            found &= (levels == 0) | (levels == last)
    return found


def _agree_twice(patterns: Patterns) -> NDArray[np.bool_]:
    """Patterns that agree fully on two fields that say something: one alone tells nothing of how many repeat."""
    strong = [field not in _WEAK for field in patterns.fields]
    found: NDArray[np.bool_] = (patterns.levels[:, strong] == 1).sum(axis=1) >= 2
    return found


def count_u(
    fields: tuple[str, ...],
    random: NDArray[np.uint8],
    start: Table,
    counted: Mapping[str, NDArray[np.bool_]],
    m: Table,
    share: float,
) -> dict[str, Floats]:
    """u from the levels (pairs, fields) of random pairs, less the `share` of them that are of one bearer."""
    found: dict[str, Floats] = {}
    for i, field in enumerate(fields):
        u = start[field]
        if field not in _GIVEN:
            seen = np.bincount(random[:, i], minlength=len(u) + 1)[1:].astype(np.float64)
            seen = np.maximum(seen - seen.sum() * share * m[field] / m[field].sum(), 0.0)
            prior = u / u[~counted[field]].sum()
            u = (seen + _PRIOR_RANDOM * prior) / (seen.sum() + _PRIOR_RANDOM)
        u = np.where(start[field] < _RARE, start[field], np.maximum(u, _RARE))
        found[field] = np.where(counted[field], 1.0, u)
    return found


def fit(
    patterns: Patterns, m: Table, u: Table, share: float, kind: str, mentions: int, labelled: Floats
) -> Model:
    """m and the share of pairs of one bearer by EM, starting from those given; m is smoothed towards its start.

    labelled: (2, patterns) how many pairs of each pattern a person judged different, and the same.
    """
    open_pairs = patterns.counts - labelled.sum(axis=0)
    telling = _agree_twice(patterns)
    # Believed, the one pair of kin of a small table would teach that names of one bearer differ.
    small = kind in _PEOPLE and mentions < _DOCKET
    teaching = open_pairs * ~(_kin(patterns) | _name_alone(patterns)) if small else open_pairs
    model = Model(m, u, _log_odds(share))
    for _ in range(_ROUNDS):
        bits = _add_up(patterns, model)
        expected = teaching / (1 + np.exp2(-np.clip(bits, -60, 60))) + labelled[1]
        updated: dict[str, Floats] = {}
        for i, field in enumerate(patterns.fields):
            start = m[field] / m[field].sum()
            seen = np.bincount(patterns.levels[:, i], expected, len(start) + 1)[1:]
            updated[field] = (seen + _PRIOR_PAIRS * start) / (seen.sum() + _PRIOR_PAIRS)
        changes = (np.abs(updated[field] - model.m[field]).max() for field in patterns.fields)
        moved = max(map(float, changes), default=0.0)
        found, sure = expected.sum(), expected[telling].sum()
        repeated = found if 2 * sure >= found else sure
        model = Model(updated, u, _log_odds(max(share, repeated / _all_pairs(mentions))))
        if moved < _SETTLED:
            break
    return model


def _log_odds(share: float) -> Bits:
    share = min(share, 0.5)
    return float(np.log2(share / (1 - share)))


def weigh(patterns: Patterns, model: Model, kind: str, mentions: int) -> Floats:
    """Log-odds of each pattern of pairs among mentions of one kind.

    However many of a small table repeat: without a name too little is no evidence.
    """
    bits = _add_up(patterns, model) + _of_a_docket(patterns, model, kind, mentions)
    return np.where(_nameless(patterns), np.minimum(bits, TOO_LITTLE), bits)


def _of_a_docket(patterns: Patterns, model: Model, kind: str, mentions: int) -> Floats:
    """Bits that tell kin, and people of one Chinese name and no more, apart as in a docket of some size."""
    found = np.zeros(len(patterns.counts))
    if kind in _PEOPLE and mentions < _DOCKET:
        partner = min(_PARTNER - model.prior, 0.0)
        found[_kin(patterns)] = partner
        found[_name_alone(patterns)] = min(float(np.log2(max(mentions, 1) / _DOCKET)), partner)
    return found


def _add_up(patterns: Patterns, model: Model) -> Floats:
    bits = model.prior + patterns.rarity
    for i, field in enumerate(patterns.fields):
        of = np.append(0.0, np.log2(model.m[field] / model.u[field]))
        bits = bits + of[patterns.levels[:, i]]
    return bits
