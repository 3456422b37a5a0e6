"""The store's links as a linking run: what was decided of each mention, read back from what was kept.

Linking one filing at a time never draws up all pairs. So the histogram holds the deciding comparison of each mention,
the rules are the keys that joined mentions share with their entity's mention before, and no recall ceiling is told.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from sqlalchemy import Connection

from features.link.compare import compare
from features.link.explain.evidence import Weigher
from features.link.index import Index
from features.link.people import LONG_AFTER
from features.link.profile import KINDS, Mention, Profile, blocking_keys
from features.link.reader import StoreReader
from features.link.table.run import ClusterStat, KindRun, LevelWeight, LinkingRun, RuleStats
from features.link.verdicts import all_verdicts
from features.link.weights import Bits, load_weights
from xiezhi.progress import Advance, silent
from xiezhi.store.link_index import NEVER_NUMBERED, Before
from xiezhi.store.mentions import MentionRow, count_mentions, crowded_keys, every_mention

LARGEST: Final = 15
"""Entities listed."""

_SAMPLE: Final = 300
"""Mentions a level whose u is counted is averaged over."""

_SURE: Final[Bits] = 50.0
"""Log-odds a stored probability can tell: beyond, a float says 1."""

_STEPS: Final = 50
"""Times that progress is reported."""


class _Example(NamedTuple):
    """A joined mention that shows a level."""

    mention: Mention
    entity_id: str


@dataclass
class _Tally:
    """What one kind adds up to. last: entity -> its latest mention."""

    records: int = 0
    unlinkable: int = 0
    joined: int = 0
    sizes: Counter[str] = field(default_factory=Counter)
    probability: dict[str, float] = field(default_factory=dict)
    last: dict[str, Mention] = field(default_factory=dict)
    histogram: Counter[int] = field(default_factory=Counter)
    levels: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: defaultdict[tuple[str, str], list[_Example]] = field(default_factory=lambda: defaultdict(list))
    found: Counter[str] = field(default_factory=Counter)
    alone: Counter[str] = field(default_factory=Counter)
    expected: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    crowded: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))


def run_of_store(connection: Connection, advance: Advance = silent) -> LinkingRun:
    """The store's links by kind."""
    weights = load_weights()
    standing = all_verdicts(connection).standing_for(LONG_AFTER)
    crowded = crowded_keys(connection, weights.hub)
    tallies = {kind: _Tally() for kind in KINDS}
    total = count_mentions(connection)
    for done, row in enumerate(every_mention(connection), start=1):
        _count(row, standing.get(row.entity_id, row.entity_id), tallies[row.kind], crowded)
        if done % max(total // _STEPS, 1) == 0:
            advance(done, total)
    index = Index(
        weights,
        StoreReader(connection, Before(LONG_AFTER, NEVER_NUMBERED)),
        all_verdicts(connection),
    )
    index.turn_to(LONG_AFTER)
    return LinkingRun(tuple(_kind_run(kind, tally, index) for kind, tally in tallies.items()), {})


def _count(row: MentionRow, entity_id: str, tally: _Tally, crowded: Mapping[int, int]) -> None:
    profile = Profile.loads(row.normalised)._replace(known="")
    mention = Mention(row.record_id, row.side, profile, blocking_keys(profile))
    tally.records += 1
    tally.unlinkable += not mention.keys
    for which, key in mention.keys.items():
        if key in crowded:
            tally.crowded[which].add(key)
    before = tally.last.get(entity_id)
    tally.last[entity_id] = mention
    tally.sizes[entity_id] += 1
    if before is None:
        tally.probability[entity_id] = 1.0
        if row.probability < 1.0:  # else nobody was worth a comparison
            tally.histogram[math.floor(-_log_odds(row.probability))] += 1
        return
    tally.joined += 1
    tally.probability[entity_id] = min(tally.probability[entity_id], row.probability)
    tally.histogram[math.floor(_log_odds(row.probability))] += 1
    _count_pair(before, _Example(mention, entity_id), row.probability, tally)


def _count_pair(before: Mention, example: _Example, probability: float, tally: _Tally) -> None:
    """Levels and keys that a mention shows against its entity's mention before."""
    mention = example.mention
    for at in compare(mention.profile, before.profile) or ():
        tally.levels[at] += 1
        if len(tally.examples[at]) < _SAMPLE:
            tally.examples[at].append(example)
    shared = [which for which, key in mention.keys.items() if before.keys.get(which) == key]
    for which in shared:
        tally.found[which] += 1
        tally.expected[which] += probability
    if len(shared) == 1:
        tally.alone[shared[0]] += 1


def _kind_run(kind: str, tally: _Tally, index: Index) -> KindRun:
    weights = index.weights.kinds[kind]
    largest = sorted(tally.sizes.items(), key=lambda item: (-item[1], item[0]))[:LARGEST]
    sizes = Counter(tally.sizes.values())
    rules = (*tally.found, *(which for which in tally.crowded if which not in tally.found))
    return KindRun(
        kind=kind,
        records=tally.records,
        pairs=tally.histogram.total(),
        prior=weights.prior(index.mentions),
        cut=index.weights.cut,
        levels=_levels(kind, tally, index),
        rules=tuple(
            RuleStats(
                which,
                tally.found[which],
                tally.alone[which],
                len(tally.crowded[which]),
                tally.expected[which],
                0.0,
            )
            for which in rules
        ),
        histogram=tuple((float(edge), pairs) for edge, pairs in sorted(tally.histogram.items())),
        recall_ceiling=math.nan,
        unlinkable=tally.unlinkable / max(tally.records, 1),
        sizes=tuple(sorted(sizes.items())),
        largest=tuple(ClusterStat(e, size, tally.probability[e]) for e, size in largest if size > 1),
        cuts=(),
    )


def _levels(kind: str, tally: _Tally, index: Index) -> tuple[LevelWeight, ...]:
    """The weights in use; where u is counted, the mean weight over mentions that show the level."""
    found = []
    for of, levels in index.weights.kinds[kind].levels.items():
        for name, level in levels.items():
            u = level.u if level.u is not None else _counted_u(of, name, tally.examples[of, name], index)
            if u is not None:
                found.append(
                    LevelWeight(of, name, level.m, u, math.log2(level.m / u), tally.levels[of, name])
                )
    return tuple(found)


def _counted_u(of: str, level: str, examples: Sequence[_Example], index: Index) -> float | None:
    """Geometric mean of u, so that its logarithm is the mean weight; None where no mention shows the level."""
    if not examples:
        return None
    index.load(key for example in examples for key in example.mention.keys.values())
    shares = [Weigher(e.mention, index).part(of, level, e.entity_id).u for e in examples]
    return math.exp(sum(math.log(u) for u in shares) / len(shares))


def _log_odds(probability: float) -> Bits:
    if probability >= 1.0:
        return _SURE
    if probability <= 0.0:
        return -_SURE
    return min(max(math.log2(probability / (1 - probability)), -_SURE), _SURE)
