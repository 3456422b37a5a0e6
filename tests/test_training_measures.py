"""The measures agree with scikit-learn and their intervals cover."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from training.evaluation.measures import (
    Interval,
    area_under_curve,
    average_precision,
    average_precision_difference,
    average_precision_interval,
    calibration_error_by_chance,
    calibration_error_interval,
    expected_calibration_error,
    measure,
    resamples,
    share_reviewed,
)


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


def test_rows_of_a_cluster_are_drawn_together() -> None:
    positive, score = sample(300, 2)
    groups = np.repeat(np.arange(60), 5)
    for times in resamples(300, 20, 0, groups):
        assert (times.reshape(60, 5) == times.reshape(60, 5)[:, :1]).all()
        assert times.reshape(60, 5)[:, 0].sum() == 60
    copies = np.repeat(positive, 5), np.repeat(score, 5)
    alone = average_precision_interval(positive, score)
    together = average_precision_interval(*copies, groups=np.repeat(np.arange(300), 5))
    assert (together.value, together.low, together.high) == pytest.approx(
        (alone.value, alone.low, alone.high)
    )
    blind = average_precision_interval(*copies)
    assert blind.high - blind.low < 0.7 * (alone.high - alone.low)


def test_a_gain_is_the_difference_and_paired() -> None:
    positive, score = sample(600, 3)
    worse = score + np.random.default_rng(0).normal(scale=0.3, size=600)
    told = average_precision_difference(positive, score, worse, n=200)
    assert told.value == pytest.approx(
        average_precision(positive, score) - average_precision(positive, worse)
    )
    assert average_precision_difference(positive, score, score, n=20) == Interval(0.0, 0.0, 0.0)
    one, other = (average_precision_interval(positive, s, n=200) for s in (score, worse))
    assert told.high - told.low < (one.high - one.low) + (other.high - other.low)


def test_calibration_error_is_known_where_the_truth_is() -> None:
    random = np.random.default_rng(1)
    risk = random.beta(0.5, 20, size=20_000)
    positive = random.random(20_000) < risk
    right = expected_calibration_error(positive, risk)
    assert right == pytest.approx(calibration_error_by_chance(risk), rel=0.35)
    # Twice the risk everywhere is off by the mean risk.
    assert expected_calibration_error(positive, 2 * risk) == pytest.approx(risk.mean(), rel=0.1)
    told = calibration_error_interval(positive, 2 * risk, np.ones(20_000), n=50)
    assert told.low < risk.mean() < told.high


def test_bins_of_the_error_keep_equal_risks_together() -> None:
    risk = np.repeat([0.01, 0.02, 0.3], [50, 900, 50])
    positive = np.arange(1000) % 10 == 0
    off = 50 * abs(0.1 - 0.01) + 900 * abs(0.1 - 0.02) + 50 * abs(0.1 - 0.3)
    assert expected_calibration_error(positive, risk) == pytest.approx(off / 1000)


@pytest.mark.parametrize("share", [0.005, 0.02, 0.5, 1.0])
def test_a_capacity_is_filled_exactly_ties_by_their_share(share: float) -> None:
    _, score = sample(400, 4)
    reviewed = share_reviewed(score, share)
    assert reviewed.sum() == pytest.approx(share * 400)
    assert (np.diff(reviewed[np.argsort(-score, kind="stable")]) <= 0).all()


@pytest.mark.parametrize("seed", range(3))
def test_the_area_under_the_curve_is_scikit_learns(seed: int) -> None:
    positive, score = sample(400, seed)
    weight = np.random.default_rng(seed).integers(0, 3, 400).astype(float)
    assert area_under_curve(positive, score, weight) == pytest.approx(
        roc_auc_score(positive, score, sample_weight=weight)
    )
    assert np.isnan(area_under_curve(np.zeros(400, bool), score))
