"""What the training year looked like (参照分布): a small table in the bundle that later months are held against."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.data.dataset import Dataset
from training.fitting.fit import Fitted
from xiezhi.clock import DAY

Floats = NDArray[np.float64]

YEAR = 365 * DAY
"""The reference is the last year before the training date: younger than that and the seasons are missing, older and
the docket's own beginning, when nobody had a history yet, would count as drift ever after."""
BINS = 10
"""Quantile bins; ten is the custom of the population stability index (Siddiqi 2006)."""
SCORE = "raw_score"
"""Name of the raw score beside the features."""


def make_reference(data: Dataset, fitted: Fitted) -> dict[str, Any]:
    """The reference as plain JSON: of each feature the model uses, and of the raw score, `edges`, `counts`, `gain`.

    Of B - 1 inner `edges` bin i holds `edges[i-1] < value <= edges[i]`; the last count is of unknown values. Scores
    are out of fold, as the model scores what it has not seen.
    """
    year = data.filed_at >= data.as_of - YEAR
    scores = fitted.out_of_fold[year]
    total = sum(fitted.gains.values()) or 1.0
    features = {
        name: _describe(data.values[year, column]) | {"gain": round(fitted.gains[name] / total, 6)}
        for column, name in enumerate(data.names)
        if fitted.gains.get(name, 0.0) > 0
    }
    return {
        "filings": int(year.sum()),
        "features": features,
        "score": _describe(scores[~np.isnan(scores)]) | {"gain": 1.0},
    }


def count_bins(values: Floats, edges: Floats) -> NDArray[np.int64]:
    """How many values fall in each bin, unknown ones last. Shape (len(edges) + 2,)."""
    known = values[~np.isnan(values)]
    counts = np.bincount(np.searchsorted(edges, known, side="left"), minlength=len(edges) + 1)
    return np.append(counts, len(values) - len(known))


def edges_of(described: Mapping[str, Any]) -> Floats:
    """Inner edges of a described variable."""
    return np.array(described["edges"], dtype=np.float64)


def _describe(values: Floats) -> dict[str, Any]:
    known = values[~np.isnan(values)]
    inner = np.arange(1, BINS) / BINS
    # A value taken by many is an edge once; no bin lies above the largest.
    edges = np.unique(np.quantile(known, inner, method="lower")) if len(known) else np.zeros(0)
    edges = edges[edges < known.max()] if len(known) else edges
    return {"edges": edges.tolist(), "counts": count_bins(values, edges).tolist()}
