"""Figures told apart: by court, cause, year and representation, by scheme, source and sign, with intervals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from training.evaluation.measures import (
    CAPACITIES,
    Flags,
    Floats,
    Groups,
    Interval,
    average_precision_interval,
    share_reviewed,
)
from training.evaluation.rates import Rate, rate

LEAST_POSITIVES = 10
"""Below this many positives no average precision is told of a slice: its interval would span everything."""

MOST_VALUES = 12
"""Values of a facet that are listed, those with most filings; the rest stand together."""

OTHERS = "…"
"""The value under which the rest stand."""


@dataclass(frozen=True)
class Slice:
    """Filings of one value of a facet. ripe: their mean ripeness. average_precision: None with too few positives.

    flagged: share with a band; precision: share of those found false or abusive; recall: share of those found that
    are flagged. precision_at, recall_at: the same of the top of each capacity, the cut being that of all filings.
    """

    facet: str
    value: str
    filings: int
    positives: int
    ripe: float
    average_precision: Interval | None
    flagged: Rate
    precision: Rate
    recall: Rate
    precision_at: Mapping[str, Rate]
    recall_at: Mapping[str, Rate]


@dataclass(frozen=True)
class Recall:
    """Of filings found false or abusive that share a `kind` (scheme, source or sign) and `value`: the share among the
    top of each capacity. filings: all that share it, None where only found ones can."""

    kind: str
    value: str
    filings: int | None
    positives: int
    at: Mapping[str, Rate]


def slices_of(
    columns: Mapping[str, Sequence[str]],
    positive: Flags,
    score: Floats,
    flagged: Flags,
    ripe: Floats,
    groups: Groups,
    seed: int = 0,
) -> list[Slice]:
    """Every value of every facet. columns: facet -> value of each of n filings; the arrays are (n,)."""
    reviewed = {str(share): share_reviewed(score, share) for share in CAPACITIES}
    found = []
    for facet, values in columns.items():
        for value, inside in split(values):
            at = np.flatnonzero(inside)
            _, clusters = np.unique(groups[at], return_inverse=True)
            enough = positive[at].sum() >= LEAST_POSITIVES
            found.append(
                Slice(
                    facet, value, len(at), int(positive[at].sum()), float(ripe[at].mean()),
                    average_precision_interval(positive[at], score[at], 200, seed, groups=clusters) if enough else None,
                    rate(flagged, inside, groups),
                    rate(positive, inside & flagged, groups),
                    rate(flagged, inside & positive, groups),
                    {share: rate(positive, inside & (top >= 0.5), groups) for share, top in reviewed.items()},
                    {share: rate(top, inside & positive, groups) for share, top in reviewed.items()},
                )
            )  # fmt: skip
    return found


def split(values: Sequence[str]) -> list[tuple[str, Flags]]:
    """Each value with the filings that have it, the commonest first; beyond `MOST_VALUES` together as `OTHERS`."""
    column = np.array(values, dtype=object)
    names, counts = np.unique(np.array(values, dtype=str), return_counts=True)
    ranked = [str(names[i]) for i in np.lexsort((names, -counts))]
    kept = ranked if len(ranked) <= MOST_VALUES else ranked[: MOST_VALUES - 1]
    parts = [(name, np.asarray(column == name, dtype=bool)) for name in kept]
    if len(kept) < len(ranked):
        parts.append((OTHERS, ~np.any([inside for _, inside in parts], axis=0)))
    return parts


def recalls_of(
    kind: str,
    carried: Sequence[Iterable[str]],
    positive: Flags,
    score: Floats,
    groups: Groups,
    *,
    of_found: bool,
) -> list[Recall]:
    """Recall at each capacity by what filings carry: (n,) sets of codes. of_found: only found filings can carry one.

    The cut of a capacity is that of all filings; of ties across it the expected share counts. A filing that carries
    several codes counts under each.
    """
    reviewed = {str(share): share_reviewed(score, share) for share in CAPACITIES}
    sets = [frozenset(codes) for codes in carried]
    found = []
    for code in sorted({code for codes in sets for code in codes}):
        inside = np.array([code in codes for codes in sets], dtype=bool)
        bad = inside & positive
        if bad.any() or not of_found:
            at = {share: rate(top, bad, groups) for share, top in reviewed.items()}
            found.append(Recall(kind, code, None if of_found else int(inside.sum()), int(bad.sum()), at))
    return found
