"""Monitoring (监测): what a model in use saw and said month by month, held against its training year.

Everything is read from the scores kept when they were given, so a month says what the desk saw, not what would be
computed today.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.monitoring.drift import Drift, measure_drift
from training.monitoring.foresight import Foresight, foresee
from training.monitoring.maturity import Arrival, Ripeness, read_arrival, ripen
from training.monitoring.reference import SCORE, count_bins, edges_of
from xiezhi.bundle import Bundle
from xiezhi.clock import Moment, format_moment
from xiezhi.errors import NotFound
from xiezhi.labels import Label, labels_as_of
from xiezhi.store import Store
from xiezhi.store.happenings import findings_of
from xiezhi.store.screenings import FirstScore, first_scores

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Month:
    """One month of first scores. bands: how many in each. drift: by feature name, the raw score under `raw_score`."""

    month: str
    filings: int
    bands: Mapping[str, int]
    drift: Mapping[str, Drift]
    foresight: Foresight
    ripeness: Ripeness


@dataclass(frozen=True)
class Alert:
    """Something that moved. kind: `feature`, `score`, `too_many_found`, `too_few_found`; name: of the feature.

    months: all, where it is of the whole. drifts: of the months it moved in; gain: the share of the model's gain the
    feature has.
    """

    kind: str
    name: str
    months: tuple[str, ...]
    drifts: tuple[Drift, ...] = ()
    gain: float = 0.0


@dataclass(frozen=True)
class Monitoring:
    """A model in use up to a moment: its months, the whole of them, and what moved, weightiest first."""

    model_version: str
    as_of: Moment
    months: tuple[Month, ...]
    foresight: Foresight
    ripeness: Ripeness
    alerts: tuple[Alert, ...]


def monitor(store: Store, bundle: Bundle, *, as_of: Moment, seed: int = 0) -> Monitoring:
    """Months of scores given before `as_of`, with findings known by then.

    Raises NotFound for a bundle without a reference, or where the model has scored nothing.
    """
    if not bundle.reference:
        raise NotFound(
            f"模型 {bundle.version} 训练时未保存参照分布；请用本版本重新训练并启用。",
            f"Model {bundle.version} was trained without a reference to hold months against; train and promote again.",
            code="no-reference",
        )
    with store.read() as connection:
        labels = labels_as_of(findings_of(connection, None, as_of), as_of)
        arrival = read_arrival(connection, as_of)
        seen = [
            _summarise(bundle, month, scores, labels)
            for month, scores in _by_month(first_scores(connection, bundle.version, as_of), bundle.zone)
        ]
    if not seen:
        raise NotFound(
            f"截至该日，模型 {bundle.version} 尚未筛查过任何收案。",
            f"By then model {bundle.version} had screened nothing.",
            code="nothing-to-monitor",
        )
    months = tuple(_measure(bundle, one, arrival, as_of, len(seen), seed) for one in seen)
    risk, score, flagged, age = (
        np.concatenate([getattr(one, part) for one in seen])
        for part in ("risk", "score", "flagged", "filed_at")
    )
    found_at = [at for one in seen for at in one.found_at]
    ripeness = ripen(risk, as_of - age, arrival, found_at, sum(one.labelled for one in seen))
    return Monitoring(
        bundle.version, as_of, months, foresee(risk, score, flagged, seed), ripeness,
        tuple(find_alerts(bundle, months, ripeness)),
    )  # fmt: skip


@dataclass(frozen=True)
class _Seen:
    """One month as read: arrays (n,), and counts by bin of each variable."""

    month: str
    risk: Floats
    score: Floats
    filed_at: NDArray[np.int64]
    flagged: NDArray[np.bool_]
    bands: Mapping[str, int]
    counts: Mapping[str, NDArray[np.int64]]
    found_at: tuple[Moment, ...]
    labelled: int


def _by_month(scores: Iterator[FirstScore], zone: str) -> Iterator[tuple[str, Iterator[FirstScore]]]:
    return groupby(scores, key=lambda one: format_moment(one.as_of, zone)[:7])


def _summarise(
    bundle: Bundle, month: str, scores: Iterator[FirstScore], labels: Mapping[str, Label]
) -> _Seen:
    described = bundle.reference["features"]
    heads, rows = [], []
    for one in scores:  # a row of numbers takes a tenth of what its names and values take
        rows.append(np.array([one.features.get(name) for name in described], dtype=np.float64))
        heads.append((one.filing_id, one.as_of, one.risk, one.rank_score, one.band))
    ids, filed_at, risk, score, band = zip(*heads, strict=True)
    columns = zip(described, np.array(rows).T, strict=True)
    counts = {name: count_bins(column, edges_of(described[name])) for name, column in columns}
    counts[SCORE] = count_bins(np.array(score), edges_of(bundle.reference["score"]))
    known = [labels[i] for i in ids if i in labels]
    return _Seen(
        month, np.array(risk), np.array(score), np.array(filed_at, dtype=np.int64),
        np.array([b != "none" for b in band]), {b: band.count(b) for b in ("review", "notice", "none")},
        counts, tuple(label.known_at for label in known if label.positive), len(known),
    )  # fmt: skip


def _measure(bundle: Bundle, one: _Seen, arrival: Arrival, as_of: Moment, months: int, seed: int) -> Month:
    comparisons = months * len(one.counts)
    drift = {
        name: measure_drift(np.array(_described(bundle, name)["counts"]), counts, comparisons, seed)
        for name, counts in one.counts.items()
    }
    return Month(
        one.month, len(one.risk), one.bands, drift, foresee(one.risk, one.score, one.flagged, seed),
        ripen(one.risk, as_of - one.filed_at, arrival, one.found_at, one.labelled),
    )  # fmt: skip


def find_alerts(bundle: Bundle, months: Sequence[Month], whole: Ripeness) -> Iterator[Alert]:
    """What moved: findings beside the risks, the score, then features by how much the model leans on them."""
    every = tuple(month.month for month in months)
    if whole.ratio.low > 1:
        yield Alert("too_many_found", "", every)
    if whole.ratio.high < 1:
        yield Alert("too_few_found", "", every)
    moved = []
    for name in months[0].drift:
        there = [(m.month, m.drift[name]) for m in months if m.drift[name].state == "moved"]
        if there:
            kind, gain = ("score" if name == SCORE else "feature"), float(_described(bundle, name)["gain"])
            moved.append(Alert(kind, name, tuple(m for m, _ in there), tuple(d for _, d in there), gain))
    yield from sorted(moved, key=lambda a: (-a.gain, a.name))


def _described(bundle: Bundle, name: str) -> Mapping[str, Any]:
    described: Mapping[str, Any] = (
        bundle.reference["score"] if name == SCORE else bundle.reference["features"][name]
    )
    return described
