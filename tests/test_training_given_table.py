"""The training code on a table somebody else made."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from training.evaluation.measures import average_precision
from training.fitting.given_table import fit_table
from xiezhi.errors import NotEnoughLabels

ROWS, NAMES = 3_000, ("told", "noise", "unknown")


def _table(seed: int) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.int64]]:
    random = np.random.default_rng(seed)
    values = random.normal(size=(ROWS, 3))
    values[:, 2] = np.nan
    chance = 1 / (1 + np.exp(4 - 2.5 * values[:, 0]))
    return values, random.random(ROWS) < chance, np.arange(ROWS, dtype=np.int64) * 1_000


def test_what_is_told_is_learned_and_the_risk_is_the_share_found() -> None:
    values, positive, at = _table(1)
    model = fit_table(NAMES, values, positive, at)
    later, truth, _ = _table(2)
    assert average_precision(truth, model.raw(later)) > 3 * truth.mean()
    risk = model.risk(later)
    assert risk.min() > 0
    assert risk.max() < 1
    assert abs(risk.mean() - truth.mean()) < 0.02


def test_the_order_of_rows_is_nothing_but_time() -> None:
    values, positive, at = _table(3)
    mixed = np.random.default_rng(0).permutation(ROWS)
    one = fit_table(NAMES, values, positive, at)
    other = fit_table(NAMES, values[mixed], positive[mixed], at[mixed])
    assert one.fitted.booster_text == other.fitted.booster_text


def test_a_direction_given_holds() -> None:
    values, positive, at = _table(4)
    model = fit_table(NAMES, values, positive, at, monotone=[-1, 0, 0])
    line = np.column_stack([np.linspace(-3, 3, 50), np.zeros(50), np.zeros(50)])
    assert (np.diff(model.raw(line)) <= 0).all()


def test_a_table_that_does_not_fit_together_is_told() -> None:
    values, positive, at = _table(5)
    with pytest.raises(ValueError, match="2 names"):
        fit_table(NAMES[:2], values, positive, at)
    with pytest.raises(NotEnoughLabels):
        fit_table(NAMES, values, np.zeros(ROWS, dtype=bool), at)
