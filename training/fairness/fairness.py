"""Whom flags fall on, and whom their errors (公平与诉权): rates by group with intervals, and what they cannot say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from training.evaluation.facets import SIDES
from training.evaluation.measures import Flags, Interval
from training.evaluation.period import RIPE, Period
from training.evaluation.rates import Rate, rate, ratio
from training.evaluation.regime import Regime, judge
from training.fairness.blindness import Blindness, Proxy, find_proxies, look_for_reads
from xiezhi.clock import Moment
from xiezhi.store import Store

LEAST_CELL = 10
"""Fewer filings than this are not told of: they might be recognised, and a share of them says nothing."""

POOLED = "+"
"""The value under which groups too small to be told of stand together."""


@dataclass(frozen=True)
class Group:
    """Filings of one value of an attribute. `audited`: the attribute came from a list and is no facet.

    flagged: share with a notice or a review; review: with a review alone. Of filings ripe enough to have been found:
    found: share found false or abusive; cleared: flagged, of those found genuine; alarmed: flagged, of all not found
    false or abusive; missed: not flagged, of those found false or abusive.
    """

    attribute: str
    value: str
    audited: bool
    filings: int
    flagged: Rate
    review: Rate
    found: Rate
    cleared: Rate
    alarmed: Rate
    missed: Rate


@dataclass(frozen=True)
class Contrast:
    """A group beside the largest of its attribute, `reference`: ratios of shares with intervals."""

    attribute: str
    value: str
    reference: str
    flagged: Interval
    alarmed: Interval
    missed: Interval
    found: Interval


@dataclass(frozen=True)
class Fairness:
    """Rates of every group, their contrasts, and whether anything protected could have entered."""

    model: str | None
    rules: str
    since: Moment
    before: Moment
    labels_as_of: Moment
    zone: str
    filings: int
    ripe: int
    clusters: int
    seen: int
    groups: tuple[Group, ...]
    contrasts: tuple[Contrast, ...]
    blindness: Blindness
    proxies: tuple[Proxy, ...]


def look_for_unfairness(
    store: Store,
    regime: Regime,
    period: Period,
    audited: Mapping[str, Mapping[str, set[str]]],
    seed: int,
) -> Fairness:
    """Rates by sides, representation and fee waiver, and by audited attributes: attribute -> filing id -> values."""
    verdicts = judge(regime, period)
    columns: list[tuple[str, bool, Sequence[frozenset[str]]]] = [
        (facet, False, [frozenset({value}) for value in period.facet(facet)]) for facet in SIDES
    ]
    columns += [
        (attribute, True, [frozenset(values.get(i, ())) for i in period.filing_ids])
        for attribute, values in sorted(audited.items())
    ]
    flagged = np.array([band != "none" for band in verdicts.bands], dtype=bool)
    review = np.array([band == "review" for band in verdicts.bands], dtype=bool)
    groups: list[Group] = []
    contrasts: list[Contrast] = []
    for attribute, is_audited, carried in columns:
        parts = [
            _group(period, attribute, value, is_audited, inside, flagged, review)
            for value, inside in told_apart(carried)
        ]
        groups += parts
        contrasts += [_contrast(one, parts[0]) for one in parts[1:]]
    return Fairness(
        regime.model, regime.pack.version, period.since, period.before, period.labels_as_of, period.zone, len(flagged),
        int((period.ripe >= RIPE).sum()), int(period.groups.max()) + 1,
        int((period.filed_at < (regime.trained_as_of or 0)).sum()), tuple(groups), tuple(contrasts),
        look_for_reads(store, regime, period, seed),
        tuple(find_proxies(regime, period, verdicts.risk, {a: c for a, told, c in columns if told}, seed)),
    )  # fmt: skip


def told_apart(carried: Sequence[frozenset[str]]) -> list[tuple[str, Flags]]:
    """Each value with the filings that carry it, the commonest first. Values of fewer than `LEAST_CELL` filings stand
    together as `POOLED`, with the next smallest where they alone would still be fewer; left out where nothing helps."""
    inside = {
        value: np.array([value in codes for codes in carried], dtype=bool)
        for value in sorted({value for codes in carried for value in codes})
    }
    ranked = sorted(inside, key=lambda value: (-int(inside[value].sum()), value))
    small = [value for value in ranked if inside[value].sum() < LEAST_CELL]
    kept = [value for value in ranked if value not in small]
    pool = np.any([inside[value] for value in small], axis=0) if small else np.zeros(len(carried), dtype=bool)
    while small and pool.sum() < LEAST_CELL and kept:
        # A lone small group could be told by taking the others from the whole.
        pool |= inside[kept.pop()]
    parts = [(value, inside[value]) for value in kept]
    return [*parts, (POOLED, pool)] if pool.sum() >= LEAST_CELL else parts


def _group(
    period: Period, attribute: str, value: str, audited: bool, inside: Flags, flagged: Flags, review: Flags
) -> Group:
    ripe = inside & (period.ripe >= RIPE)
    found = np.array(period.found)
    bad, genuine = found == "bad", found == "genuine"

    def of(hit: Flags, among: Flags) -> Rate:
        return rate(hit, among, period.groups)

    return Group(
        attribute, value, audited, int(inside.sum()),
        flagged=of(flagged, inside), review=of(review, inside), found=of(bad, ripe),
        cleared=of(flagged, ripe & genuine), alarmed=of(flagged, ripe & ~bad), missed=of(~flagged, ripe & bad),
    )  # fmt: skip


def _contrast(one: Group, reference: Group) -> Contrast:
    return Contrast(
        one.attribute, one.value, reference.value,
        **{
            name: told_ratio(getattr(one, name), getattr(reference, name))
            for name in ("flagged", "alarmed", "missed", "found")
        },
    )  # fmt: skip


def told_ratio(one: Rate, other: Rate) -> Interval:
    """The ratio of two shares, unknown where either is of fewer than `LEAST_CELL` filings."""
    enough = min(one.of, other.of) >= LEAST_CELL
    return ratio(one, other) if enough else Interval(float("nan"), float("nan"), float("nan"))
