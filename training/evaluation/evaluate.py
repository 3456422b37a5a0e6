"""How the model that screens does on later filings, told apart in every way that matters, beside baselines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from training.calibration.reliability import Bin, tabulate
from training.data.dataset import Dataset, assemble
from training.evaluation.baselines import exact_names, own_fields
from training.evaluation.facets import FACETS
from training.evaluation.measures import (
    Flags,
    Floats,
    Interval,
    Measures,
    calibration_error_by_chance,
    calibration_error_interval,
    measure,
    precision_recall,
)
from training.evaluation.period import Period, look_back
from training.evaluation.prequential import Quarter, plain_scores, quarter_begins, quarter_names, quarters_of
from training.evaluation.regime import Regime, Verdicts, judge
from training.evaluation.slices import Recall, Slice, recalls_of, slices_of
from training.train import monotone_of
from xiezhi.bundle import Bundle
from xiezhi.clock import Moment, format_moment
from xiezhi.errors import InputError, NotFound
from xiezhi.progress import stage
from xiezhi.store import Store
from xiezhi.store.filings import count_filings
from xiezhi.store.mentions import standing_before
from xiezhi.store.screenings import audit_draws


@dataclass(frozen=True)
class Calibrated:
    """How far risks are from what is found. Filings without a finding count as far as they are ripe.

    error: expected calibration error, a probability; by_chance: what risks that are exactly right would show.
    """

    error: Interval
    by_chance: float
    bins: tuple[Bin, ...]


@dataclass(frozen=True)
class Evaluation:
    """Figures of the model and of baselines on one and the same set of filings.

    clusters: of filings drawn together for the intervals. ripe: mean ripeness, by which figures are still too low.
    rankings: `model` first, then each baseline that could be had. curves: ranking -> share reviewed, precision, recall.
    """

    model_version: str
    trained_as_of: Moment
    since: Moment
    before: Moment
    labels_as_of: Moment
    labelled: int
    clusters: int
    ripe: float
    rankings: Mapping[str, Measures]
    curves: Mapping[str, tuple[Floats, Floats, Floats]]
    calibration: Calibrated
    slices: tuple[Slice, ...]
    recalls: tuple[Recall, ...]
    quarters: tuple[Quarter, ...]

    @property
    def model(self) -> Measures:
        """The model's own figures."""
        return self.rankings["model"]


def evaluate(
    store: Store,
    regime: Regime,
    *,
    since: Moment,
    before: Moment,
    labels_as_of: Moment,
    seed: int,
    schemes: Mapping[str, str] | None = None,
    retrain: bool = False,
) -> Evaluation:
    """Score the filings of [since, before), each as of its own filing, by labels known before `labels_as_of`.

    A filing without a finding counts as negative. schemes: filing id -> scheme, beside those findings name. retrain:
    also fit a model before each quarter. Raises InputError for a period the model was trained on, NotFound when there
    is no model or nothing to measure.
    """
    bundle = unseen(regime, since)
    zone = bundle.zone
    period = look_back(
        store, zone, since=since, before=before, labels_as_of=labels_as_of, history=True, schemes=schemes
    )
    if not period.positive.any():
        raise NotFound(
            f"该时段有 {len(period.positive)} 件收案，但截至标签日期无一件被认定为虚假或滥诉，无从评估。",
            f"Of {len(period.positive)} filings in the period none was found false or abusive by the label date; "
            "there is nothing to measure.",
            code="nothing-to-measure",
        )
    with stage("评分 scoring"):
        verdicts = judge(regime, period)
    scores = _rankings(store, period, bundle, verdicts, seed)
    curves_over_time = {"model": verdicts.raw}
    if retrain:
        retrained = retrain_over(store, period, bundle, zone, seed)
        # The model's curve has signs and words, so these must.
        curves_over_time |= {name: raw + verdicts.beside for name, raw in retrained.items()}
    with stage("评估 measuring"):
        return _measure(period, bundle, verdicts, scores, curves_over_time, seed)


def unseen(regime: Regime, since: Moment) -> Bundle:
    """The regime's model. Raises NotFound without one, InputError where it was trained on filings from `since` on."""
    bundle = regime.bundle
    if bundle is None:
        raise NotFound(
            "尚未启用任何模型；请先运行 xiezhi train，再运行 xiezhi promote。",
            "No model has been promoted; run `xiezhi train`, then `xiezhi promote`.",
            code="no-model",
        )
    if since < bundle.trained_as_of:
        day = format_moment(bundle.trained_as_of, bundle.zone)[:10]
        raise InputError(
            f"模型 {bundle.version} 已用 {day} 之前的收案训练；请给出不早于该日的 --since。",
            f"Model {bundle.version} was trained on filings before {day}; give --since that day or later.",
            code="seen-in-training",
        )
    return bundle


def _measure(
    period: Period,
    bundle: Bundle,
    verdicts: Verdicts,
    scores: Mapping[str, Floats],
    over_time: Mapping[str, Floats],
    seed: int,
) -> Evaluation:
    positive, groups = period.positive, period.groups
    flagged = np.array([band != "none" for band in verdicts.bands], dtype=bool)
    labelled = np.array([said != "" for said in period.found], dtype=bool)
    sources = [{period.labels[i].source} if i in period.labels else set() for i in period.filing_ids]
    schemes = [{scheme} if scheme else set() for scheme in period.schemes]
    return Evaluation(
        model_version=bundle.version,
        trained_as_of=bundle.trained_as_of,
        since=period.since,
        before=period.before,
        labels_as_of=period.labels_as_of,
        labelled=int(labelled.sum()),
        clusters=int(groups.max()) + 1,
        ripe=float(period.ripe.mean()),
        rankings={n: measure(positive, s, seed=seed, groups=groups) for n, s in scores.items()},
        curves={n: precision_recall(positive, s) for n, s in scores.items()},
        calibration=_calibrated(period, verdicts.risk, labelled, seed),
        slices=tuple(
            slices_of(
                {facet: period.facet(facet) for facet in FACETS},
                positive, verdicts.raw, flagged, period.ripe, groups, seed,
            )
        ),
        recalls=(
            *recalls_of("scheme", schemes, positive, verdicts.raw, groups, of_found=True),
            *recalls_of("source", sources, positive, verdicts.raw, groups, of_found=True),
            *recalls_of("sign", verdicts.signs, positive, verdicts.raw, groups, of_found=False),
        ),
        quarters=tuple(
            quarters_of(
                quarter_names(period.filed_at, bundle.zone), positive, over_time, period.ripe, groups, seed
            )
        ),
    )  # fmt: skip


def _calibrated(period: Period, risk: Floats, labelled: Flags, seed: int) -> Calibrated:
    weight = np.where(labelled, 1.0, period.ripe)
    return Calibrated(
        calibration_error_interval(period.positive, risk, weight, seed=seed, groups=period.groups),
        calibration_error_by_chance(risk, weight, seed=seed),
        tabulate(risk, period.positive, weight),
    )


def _rankings(
    store: Store, period: Period, bundle: Bundle, verdicts: Verdicts, seed: int
) -> dict[str, Floats]:
    """The model's scores and those of every baseline that can be had, by name."""
    seen = _known(store, period, bundle.trained_as_of)
    later = _known(store, period, period.labels_as_of).filed_between(period.since, period.before)
    found: dict[str, Floats | None] = {
        "model": verdicts.raw,
        "rules": verdicts.strength,
        "own_fields": own_fields(seen, later, seed),
        "exact_names": exact_names(seen, later, period.pleaded, seed),
    }
    return {name: scores for name, scores in found.items() if scores is not None}


def _known(store: Store, period: Period, as_of: Moment) -> Dataset:
    """The period's table as training would have had it at a moment."""
    with store.read() as connection:
        return assemble(
            period.table, period.findings, as_of, count_filings(connection),
            standing_before(connection, as_of), audit_draws(connection, as_of),
        )  # fmt: skip


def retrain_over(store: Store, period: Period, bundle: Bundle, zone: str, seed: int) -> dict[str, Floats]:
    """Scores by the plain training function: as of the model's training date, and anew before each quarter."""
    names = quarter_names(period.filed_at, zone)
    column = np.array(names)
    rounds = int(bundle.lineage.get("rounds", 100))
    monotone = monotone_of(period.table.names)
    frozen = np.full(len(names), np.nan)
    renewed = np.full(len(names), np.nan)
    quarters = list(dict.fromkeys(names))
    with stage("重训 retraining") as advance:
        seen = _known(store, period, bundle.trained_as_of)
        if (scores := plain_scores(seen, period.values, monotone, rounds, seed)) is not None:
            frozen = scores
        for done, name in enumerate(quarters, 1):
            at = column == name
            as_of = max(quarter_begins(name, zone), bundle.trained_as_of)
            seen = _known(store, period, as_of)
            if (scores := plain_scores(seen, period.values[at], monotone, rounds, seed)) is not None:
                renewed[at] = scores
            advance(done, len(quarters))
    return {"frozen": frozen, "retrained": renewed}
