"""How the model that screens does on later filings, beside a baseline fitted in the same run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import lightgbm
import numpy as np

from features.pipeline import build_table
from features.registry import FEATURES
from training.dataset import Dataset, assemble
from training.fit import fit
from training.measures import Floats, Measures, measure
from training.train import monotone_of
from xiezhi.bundle import Bundle
from xiezhi.clock import Moment, format_moment
from xiezhi.errors import InputError, NotFound
from xiezhi.progress import Advance, stage
from xiezhi.scoring import Scorer
from xiezhi.store import Store
from xiezhi.store.filings import count_filings
from xiezhi.store.happenings import findings_of


@dataclass(frozen=True)
class Evaluation:
    """Figures of the model and of the baseline on one and the same set of filings.

    The baseline is the same LightGBM on the filing's own fields alone, fitted as of the model's training date.
    """

    model_version: str
    since: Moment
    before: Moment
    labels_as_of: Moment
    labelled: int
    model: Measures
    baseline: Measures


def evaluate(
    store: Store, bundle: Bundle, *, since: Moment, before: Moment, labels_as_of: Moment, seed: int
) -> Evaluation:
    """Score the filings of [since, before), each as of its own filing, by labels known before `labels_as_of`.

    A filing without a finding counts as negative. Raises InputError for a period the model was trained
    on, NotFound when there is nothing to measure.
    """
    if since < bundle.trained_as_of:
        day = format_moment(bundle.trained_as_of, bundle.zone)[:10]
        raise InputError(
            f"模型 {bundle.version} 已用 {day} 之前的立案训练；请给出不早于该日的 --since。",
            f"Model {bundle.version} was trained on filings before {day}; give --since that day or later.",
            code="seen-in-training",
        )
    if labels_as_of < before:
        raise InputError(
            "标签日期（--labels-as-of）不得早于立案时段的终点（--before）。",
            "--labels-as-of must not lie before --before.",
            code="period",
        )
    with stage("特征 features") as advance:
        table = build_table(store, before=before, advance=advance)
    with store.read() as connection:
        findings = findings_of(connection, None, None)
        in_store = count_filings(connection)
    scorer = Scorer(bundle, num_threads=0)
    scorer.require_features(table.names)
    seen = assemble(table, findings, bundle.trained_as_of, in_store)
    later = assemble(table, findings, labels_as_of, in_store).filed_between(since, before)
    if not later.positive.any():
        raise NotFound(
            f"该时段有 {len(later.positive)} 件立案，但截至标签日期无一件被认定为虚假或滥诉，无从评估。",
            f"Of {len(later.positive)} filings in the period none was found false or abusive by the label date; "
            "there is nothing to measure.",
            code="nothing-to-measure",
        )
    with stage("基线 fitting the baseline") as advance:
        baseline = _fit_on_own_fields(seen, seed, advance)
    with stage("评估 measuring"):
        return Evaluation(
            model_version=bundle.version,
            since=since,
            before=before,
            labels_as_of=labels_as_of,
            labelled=int(later.labelled.sum()),
            model=measure(later.positive, scorer.raw(later.values), seed=seed),
            baseline=measure(later.positive, baseline(later), seed=seed),
        )


def _fit_on_own_fields(seen: Dataset, seed: int, advance: Advance) -> Callable[[Dataset], Floats]:
    own = tuple(feature.name for feature in FEATURES if feature.entity == "filing")
    fitted = fit(seen.columns(own), monotone_of(own), seed, advance)
    booster = lightgbm.Booster(model_str=fitted.booster_text)
    return lambda data: np.asarray(booster.predict(data.columns(own).values, raw_score=True))
