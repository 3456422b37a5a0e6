"""The training code on a table somebody else made: the same fit, folds and calibration, no store and no registry.

For measuring on public data, and for a data scientist who brings columns of his own. Nothing is special-cased: the
table becomes the `Dataset` that filings become, and goes the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import lightgbm
import numpy as np
from numpy.typing import NDArray

from training.calibration.calibrate import calibrate
from training.data.dataset import Dataset, assemble
from training.fitting.fit import Fitted, fit
from xiezhi.bundle import Calibration
from xiezhi.records import Finding

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class GivenModel:
    """A model of a given table. `risk` is calibrated at the table's own prevalence."""

    names: tuple[str, ...]
    fitted: Fitted
    calibration: Calibration

    def raw(self, values: Floats) -> Floats:
        """Raw scores (n,) in log-odds of rows (n, f), columns as fitted."""
        booster = lightgbm.Booster(model_str=self.fitted.booster_text)
        return np.asarray(booster.predict(values, raw_score=True, num_threads=1))

    def risk(self, values: Floats) -> Floats:
        """Calibrated probabilities (n,) of rows (n, f)."""
        return self.calibration.risk(self.raw(values))


def fit_table(
    names: Sequence[str],
    values: Floats,
    positive: NDArray[np.bool_],
    at: NDArray[np.int64],
    *,
    monotone: Sequence[int] | None = None,
    seed: int = 1,
) -> GivenModel:
    """Fit rows (n, f), NaN where unknown, that were all judged: `positive` (n,). Raises NotEnoughLabels, ValueError.

    at: moments (n,), microseconds UTC, or any whole numbers that grow with time: they order the folds.
    monotone: -1, 0 or 1 a column; none: every column is free.
    """
    names = tuple(names)
    if values.shape != (len(positive), len(names)) or at.shape != positive.shape:
        raise ValueError(
            f"{values.shape} values, {len(names)} names, {len(positive)} labels, {len(at)} moments"
        )
    data = _as_dataset(names, values, positive, at)
    fitted = fit(data, list(monotone) if monotone is not None else [0] * len(names), seed)
    held = ~np.isnan(fitted.out_of_fold)
    calibration = calibrate(fitted.out_of_fold[held], data.positive[held], data.natural[held])
    return GivenModel(names, fitted, calibration)


def _as_dataset(
    names: tuple[str, ...], values: Floats, positive: NDArray[np.bool_], at: NDArray[np.int64]
) -> Dataset:
    """Rows as filings, each with a finding of the surest kind made on its own moment."""
    ids = [f"{row:09}" for row in range(len(at))]
    findings = [
        Finding(i, at=t, finding="false" if bad else "genuine", source="conviction", recorded_at=t)
        for i, t, bad in zip(ids, at.tolist(), positive.tolist(), strict=True)
    ]
    return assemble(_Given(names, ids, at, values), findings, int(at.max()) + 1, len(at))


@dataclass(frozen=True)
class _Given:
    """The table as `training.data.dataset.Rows` wants it."""

    names: tuple[str, ...]
    filing_ids: Sequence[str]
    as_of: NDArray[np.int64]
    values: Floats
