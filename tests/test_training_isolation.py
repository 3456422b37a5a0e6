"""The isolation forest that screens is scikit-learn's to the last digit, whatever is unknown."""

from __future__ import annotations

import lightgbm
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.ensemble import IsolationForest

import training.cold.isolation
from training.cold.isolation import grow_forest, look_from
from xiezhi.trees import constant, write_trees

FEW = 12


def table(seed: int, rows: int, columns: int, unknown: float) -> np.ndarray:
    """Counts, shares, amounts and constants of very different size, with gaps; half of the cells are on a grid."""
    random = np.random.default_rng(seed)
    values = random.normal(size=(rows, columns)) * 10.0 ** random.integers(-4, 7, columns)
    grid = random.random(columns) < 0.5
    values[:, grid] = random.integers(0, 4, (rows, int(grid.sum())))
    values[:, random.random(columns) < 0.1] = 1.0
    values[random.random(values.shape) < unknown] = np.nan
    return values


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(3, 400), st.integers(1, 9), st.sampled_from([0.0, 0.2, 0.6]))
def test_scores_are_those_of_scikit_learn(seed: int, rows: int, columns: int, unknown: float) -> None:
    random = np.random.default_rng(seed)
    values = table(seed, rows, columns, unknown)
    side, typical = random.integers(-1, 2, columns), random.integers(0, 3, columns).astype(float)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training.cold.isolation, "TREES", FEW)
        trees = grow_forest(values, side, typical, seed % 1000)
    booster = lightgbm.Booster(model_str=write_trees([f"c{i}" for i in range(columns)], trees))
    forest = IsolationForest(n_estimators=FEW, max_samples=min(256, rows), random_state=seed % 1000)
    forest.fit(look_from(values, side, typical))
    later = np.vstack([values, table(seed + 1, 50, columns, 0.3), values.astype(np.float32)])
    wanted = np.log2(-forest.score_samples(look_from(later, side, typical)))
    found = np.asarray(booster.predict(later))
    assert np.allclose(found, wanted, rtol=0, atol=1e-12)
    parts = np.asarray(booster.predict(later[:20], pred_contrib=True))
    assert np.allclose(parts.sum(axis=1), found[:20], rtol=0, atol=1e-9)


def test_an_unlike_filing_is_odder_and_its_contribution_says_in_what() -> None:
    random = np.random.default_rng(1)
    values = random.normal(size=(2000, 4))
    trees = grow_forest(values, np.array([1, -1, 0, 1]), np.zeros(4), seed=2, weight=3.0)
    booster = lightgbm.Booster(model_str=write_trees(list("abcd"), [*trees, constant(10.0)]))
    usual, high, low, unknown = [0.0, 0, 0, 0], [9.0, 0, 0, 0], [-9.0, 0, 0, 0], [np.nan, 0, 0, 0]
    rows = np.array([usual, high, low, unknown])
    scores = np.asarray(booster.predict(rows))
    assert scores[1] > scores[0] + 0.1
    assert scores[2] == scores[3] == scores[0], "of what is not of note nothing is odd"
    assert np.asarray(booster.predict(rows, pred_contrib=True))[1, :-1].argmax() == 0
    assert 10 - 3 * 3 < scores.min() < scores.max() < 10, "log2 of a share, times the weight"
