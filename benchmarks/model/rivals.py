"""Three ways to rank later filings: exact names, the product, perfect knowledge. Fitted on what was known at a date."""

from __future__ import annotations

from collections.abc import Sequence

import lightgbm
import numpy as np

from features.registry import FEATURES
from model.judge import Floats
from model.tables import Table
from model.truth import Truth
from training.data.dataset import Dataset, assemble
from training.fitting.fit import fit
from training.fitting.sign_weight import add_signs
from xiezhi.clock import Moment
from xiezhi.records import Finding

_DIRECTION = {feature.name: feature.direction for feature in FEATURES}


def true_findings(table: Table, truth: Truth, *, only_found: bool = False) -> list[Finding]:
    """A sure finding on every filing, known the instant after it was filed: labels without delay.

    only_found: the filings authorities ever find false alone are said to be false, the others genuine.
    """
    false = truth.is_ever_found(table.filing_ids) if only_found else truth.is_false(table.filing_ids)
    return [
        Finding(filing_id, at=at + 1, finding="false" if bad else "genuine", source="conviction", recorded_at=at + 1)
        for filing_id, at, bad in zip(table.filing_ids, table.as_of.tolist(), false, strict=True)
    ]  # fmt: skip


def known_dataset(table: Table, findings: Sequence[Finding], cut: Moment) -> Dataset:
    """The filings before `cut` with the labels known then."""
    return assemble(table, findings, cut, len(table.filing_ids), bits=table.bits)


def score_by_ours(data: Dataset, later: Table, seed: int) -> Floats:
    """Raw scores of rows by the product's own fit, signs beside it; features it has no direction for are free."""
    fitted = fit(data, [_DIRECTION.get(name, 0) for name in data.names], seed)
    _, weight = add_signs(data, fitted)
    booster = lightgbm.Booster(model_str=fitted.booster_text)
    return np.asarray(booster.predict(later.values, raw_score=True)) + weight * later.bits


def score_by_defaults(data: Dataset, later: Table, seed: int) -> Floats:
    """LightGBM with its defaults, a filing without a finding being genuine: what an afternoon would do."""
    table = lightgbm.Dataset(data.values, label=data.positive.astype(np.float64))
    parameters = {
        "objective": "binary", "seed": seed, "deterministic": True, "force_row_wise": True, "num_threads": 1,
        "verbosity": -1,
    }  # fmt: skip
    booster = lightgbm.train(parameters, table, num_boost_round=100)
    return np.asarray(booster.predict(later.values, raw_score=True))
