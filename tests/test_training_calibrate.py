"""Probabilities mean what they say, and cuts keep to capacity."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from training_samples import START

from training.calibration.calibrate import calibrate, choose_thresholds
from xiezhi.clock import DAY
from xiezhi.policy import COURT_DAYS_A_YEAR, Policy, band


def sample(n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Over-confident raw scores (twice the true log-odds) and outcomes at about 6 %."""
    random = np.random.default_rng(seed)
    truth = random.normal(-3.5, 1.2, n)
    return 2 * truth, random.random(n) < 1 / (1 + np.exp(-truth))


@pytest.mark.parametrize(("n", "method", "off"), [(20000, "isotonic", 0.02), (1500, "platt", 0.05)])
def test_the_mean_risk_of_each_fifth_is_its_share_of_positives(n: int, method: str, off: float) -> None:
    raw, positive = sample(n)
    calibration = calibrate(raw, positive, np.ones(n))
    assert calibration.method == method
    new_raw, new_positive = sample(20000, seed=1)
    risk = calibration.risk(new_raw)
    for part in np.array_split(np.argsort(new_raw), 5):
        assert abs(risk[part].mean() - new_positive[part].mean()) < off


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-30, 30), st.booleans(), st.floats(0.1, 1)), min_size=5, max_size=60),
    st.integers(1, 80),
)
def test_tables_rise_and_never_say_never(rows: list[tuple[float, bool, float]], times: int) -> None:
    raw, positive, weight = (np.repeat(np.array(column), times) for column in zip(*rows, strict=True))
    if not positive.any() or positive.all():
        return
    calibration = calibrate(raw, positive, weight)
    assert (np.diff(calibration.x) > 0).all()
    assert (np.diff(calibration.y) >= 0).all()
    assert 0 < calibration.y[0] <= calibration.y[-1] < 1


def test_scores_without_meaning_get_the_base_rate() -> None:
    raw, positive = sample(1500)
    risk = calibrate(-raw, positive, np.ones(1500)).risk(-raw)
    assert np.allclose(risk, positive.mean())


def test_weights_count() -> None:
    raw, positive = sample(20000)
    halved = np.where(positive, 0.5, 1.0)
    risk = calibrate(raw, positive, halved).risk(raw)
    assert abs(np.average(risk, weights=halved) - np.average(positive, weights=halved)) < 1e-3


def year_of_scores(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Two years, 30 filings a day; scores of one decimal, so with ties."""
    filed_at = START + np.arange(2 * 365 * 30, dtype=np.int64) * (DAY // 30)
    return np.random.default_rng(seed).normal(size=len(filed_at)).round(1), filed_at


@given(st.floats(0.001, 200), st.floats(1, 5))
def test_last_year_would_have_kept_to_capacity(capacity: float, notice_factor: float) -> None:
    raw, filed_at = year_of_scores()
    cuts = choose_thresholds(raw, filed_at, 0.01, Policy(capacity, notice_factor=notice_factor))
    last_year = raw[filed_at > filed_at.max() - 365 * DAY]
    assert (last_year >= cuts.review).sum() <= max(capacity * COURT_DAYS_A_YEAR, 1) or capacity > 40
    assert cuts.notice <= cuts.review


def test_capacity_is_used_up_to_ties() -> None:
    raw, filed_at = year_of_scores()
    cuts = choose_thresholds(raw + np.linspace(0, 1e-6, len(raw)), filed_at, 0.01, Policy(3.0))
    last_year = raw[filed_at > filed_at.max() - 365 * DAY]
    assert abs((last_year >= cuts.review - 1e-6).sum() / COURT_DAYS_A_YEAR - 3.0) < 1


def test_where_everything_can_be_reviewed_the_floor_decides() -> None:
    raw, filed_at = year_of_scores()
    cuts = choose_thresholds(raw, filed_at, 0.02, Policy(1000.0))
    assert band(0.0599, raw.max(), cuts) == "notice"
    assert band(0.06, raw.max(), cuts) == "review"


def test_filings_of_one_instant_have_cuts() -> None:
    raw = np.arange(100.0)
    cuts = choose_thresholds(raw, np.full(100, START), 0.02, Policy(3.0))
    assert (raw >= cuts.review).sum() == 3
