"""What a model has to beat, in the same run: rules alone, the filing's own fields, and counts by exact name.

The two that learn are fitted by the same `fit` on the same filings and labels as of the model's training date, so
that only what they may look at differs.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import lightgbm
import numpy as np

from features.normalise.causes import CAUSE_FAMILIES
from features.registry import FEATURES
from training.data.dataset import Dataset
from training.evaluation.facets import Pleaded
from training.evaluation.measures import Floats
from training.fitting.fit import fit
from training.train import monotone_of
from xiezhi.clock import DAY
from xiezhi.errors import NotEnoughLabels
from xiezhi.progress import stage

YEAR = 365 * DAY

NAME_COUNTS = (
    "plaintiff_sued",
    "plaintiff_was_sued",
    "defendant_was_sued",
    "defendant_sued",
    "agent_acted",
    "pair_met",
)
"""Of each: filings before this one's moment, ever and within a year. The largest count of a side's names holds."""

EXACT = (
    *(f"{name}{window}" for name in NAME_COUNTS for window in ("", "_365d")),
    "amount",
    "cause",
    "parties",
)


def own_fields(seen: Dataset, later: Dataset, seed: int) -> Floats | None:
    """Scores of `later` by the features that read the filing alone; None where `seen` holds too few findings."""
    own = tuple(f.name for f in FEATURES if f.entity == "filing" and f.name in seen.names)
    return fit_and_score(seen.columns(own), later.columns(own), monotone_of(own), seed)


def exact_names(seen: Dataset, later: Dataset, pleaded: Mapping[str, Pleaded], seed: int) -> Floats | None:
    """Scores of `later` by counts of exact names: what one writes without linking. `pleaded`: of all filings."""
    counts = count_names(
        dict(
            zip(
                (*seen.filing_ids, *later.filing_ids),
                (*seen.filed_at.tolist(), *later.filed_at.tolist()),
                strict=True,
            )
        ),
        pleaded,
    )
    one, other = (
        replace(data, names=EXACT, categorical=(), values=np.array([counts[i] for i in data.filing_ids]))
        for data in (seen, later)
    )
    return fit_and_score(one, other, [0] * len(EXACT), seed)


def fit_and_score(seen: Dataset, later: Dataset, monotone: Sequence[int], seed: int) -> Floats | None:
    """Raw scores of `later` by a model fitted on `seen`; None where that holds too few findings."""
    try:
        with stage("基线 fitting a baseline") as advance:
            fitted = fit(seen, list(monotone), seed, advance)
    except NotEnoughLabels:
        return None
    booster = lightgbm.Booster(model_str=fitted.booster_text)
    return np.asarray(booster.predict(later.values, raw_score=True), dtype=np.float64)


def count_names(filed_at: Mapping[str, int], pleaded: Mapping[str, Pleaded]) -> dict[str, list[float]]:
    """The columns of `EXACT` for every filing, counting filings filed strictly before it. filed_at: id -> moment."""
    stood: dict[tuple[str, ...], list[int]] = {}
    in_order = sorted(filed_at, key=lambda i: (filed_at[i], i))
    for i in in_order:
        for key in set(_stands_as(pleaded[i])):
            stood.setdefault(key, []).append(filed_at[i])
    found = {}
    for i in in_order:
        one, at = pleaded[i], filed_at[i]
        row: list[float] = []
        for keys in _asks(one):
            moments = [stood.get(key, []) for key in keys]
            row.append(max((bisect_left(m, at) for m in moments), default=0))
            row.append(max((bisect_left(m, at) - bisect_left(m, at - YEAR) for m in moments), default=0))
        cause = (
            float(CAUSE_FAMILIES.index(one.codes["cause"])) if one.codes["cause"] in CAUSE_FAMILIES else -1.0
        )
        found[i] = [*row, one.amount, cause, float(len(one.plaintiffs) + len(one.defendants))]
    return found


def _stands_as(one: Pleaded) -> Iterator[tuple[str, ...]]:
    """What a filing is counted under."""
    for side, names in (("p", one.plaintiffs), ("d", one.defendants), ("a", one.agents)):
        yield from ((side, name) for name in names)
    yield from (("pd", p, d) for p in one.plaintiffs for d in one.defendants)


def _asks(one: Pleaded) -> Iterator[list[tuple[str, ...]]]:
    """What it asks for, in the order of `NAME_COUNTS`."""
    yield [("p", name) for name in one.plaintiffs]
    yield [("d", name) for name in one.plaintiffs]
    yield [("d", name) for name in one.defendants]
    yield [("p", name) for name in one.defendants]
    yield [("a", name) for name in one.agents]
    yield [("pd", p, d) for p in one.plaintiffs for d in one.defendants]
