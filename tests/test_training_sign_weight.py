"""Signs beside a model that has learned little, and beside one that knows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from training_samples import make_dataset

from training.evaluation.measures import average_precision
from training.fitting.fit import Fitted
from training.fitting.sign_weight import WEIGHTS, add_signs


def a_fit(scores: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Fitted:
    return Fitted("", 20, scores, {}, {}, {})


def test_signs_lift_what_a_weak_model_leaves_open() -> None:
    data = make_dataset()
    random = np.random.default_rng(3)
    data = replace(data, bits=np.where(data.positive, 4.0, 0.0) * (random.random(len(data.positive)) < 0.6))
    weak = a_fit(random.normal(size=len(data.positive)))
    found, weight = add_signs(data, weak)
    assert weight > 0
    before, after = (average_precision(data.positive, f.out_of_fold, data.weight) for f in (weak, found))
    assert after > 2 * before
    np.testing.assert_allclose(found.out_of_fold, weak.out_of_fold + weight * data.bits)


def test_signs_that_mislead_get_no_weight() -> None:
    data = make_dataset()
    random = np.random.default_rng(4)
    data = replace(data, bits=np.where(data.positive, 0.0, 5.0) * (random.random(len(data.positive)) < 0.5))
    knows = a_fit(data.positive + random.normal(scale=0.4, size=len(data.positive)))
    assert add_signs(data, knows)[1] == 0.0


@pytest.mark.parametrize("scores", [1.0, np.nan])
def test_without_signs_nothing_changes(scores: float) -> None:
    data = make_dataset()
    fit = a_fit(np.full(len(data.positive), scores))
    assert add_signs(data, fit) == (fit, 0.0)


def test_the_usual_weight_is_taken_of_equals() -> None:
    data = make_dataset()
    data = replace(data, bits=np.ones(len(data.positive)))
    assert add_signs(data, a_fit(data.values[:, 0].copy()))[1] == WEIGHTS[0]
