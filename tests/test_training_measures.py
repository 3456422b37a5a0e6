"""The measures agree with scikit-learn and their intervals cover."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from training.measures import average_precision, average_precision_interval, measure


def sample(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    positive = random.random(n) < 0.05
    return positive, (positive + random.normal(size=n)).round(1)


@pytest.mark.parametrize("seed", range(5))
def test_average_precision_is_scikit_learns_with_ties_and_weights(seed: int) -> None:
    positive, score = sample(400, seed)
    weight = np.random.default_rng(seed).random(400)
    expected = average_precision_score(positive, score, sample_weight=weight)
    assert average_precision(positive, score, weight) == pytest.approx(expected)
    assert average_precision(positive, score) == pytest.approx(average_precision_score(positive, score))


def test_intervals_cover_the_truth_about_as_often_as_they_say() -> None:
    truth = average_precision(*sample(200_000, 99))
    covered = 0
    for seed in range(40):
        interval = average_precision_interval(*sample(1500, seed), n=100, seed=seed)
        assert interval.low <= interval.value <= interval.high
        covered += interval.low <= truth <= interval.high
    assert covered >= 33


def test_precision_and_recall_at_a_share() -> None:
    positive = np.arange(1000) < 20
    found = measure(positive, -np.arange(1000.0), n=20)
    assert found.base_rate == 0.02
    assert found.precision_at["0.01"].value == 1.0
    assert found.recall_at["0.01"].value == pytest.approx(0.5)
    assert found.precision_at["0.05"].value == pytest.approx(0.4)


def test_equal_scores_are_a_draw_by_lot() -> None:
    positive = np.arange(1000) < 20
    found = measure(positive, np.zeros(1000), n=20)
    assert found.average_precision.value == pytest.approx(0.02)
    assert found.precision_at["0.05"].value == pytest.approx(0.02)


def test_the_same_seed_draws_the_same_rows() -> None:
    positive, score = sample(300, 1)
    assert measure(positive, score, seed=5) == measure(positive, score, seed=5)


def test_without_positives_nothing_is_claimed() -> None:
    assert np.isnan(average_precision_interval(np.zeros(9, bool), np.arange(9.0), n=5).value)
