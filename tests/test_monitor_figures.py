"""What monitoring is worked out of: drift, lateness of findings, performance foreseen, each against what is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from training_samples import fitted, make_dataset

from training.evaluation.measures import average_precision
from training.monitoring.drift import LEAST_FILINGS, chance_bound, measure_drift, stability_index
from training.monitoring.foresight import foresee
from training.monitoring.maturity import LEAST_EXPECTED, count_interval, estimate_arrival, ripen
from training.monitoring.reference import BINS, count_bins, make_reference
from xiezhi.clock import DAY

counts = st.lists(st.integers(0, 500), min_size=4, max_size=4).map(np.array)


@given(counts, counts)
def test_the_index_is_never_below_zero_and_the_same_both_ways(one: np.ndarray, other: np.ndarray) -> None:
    index = float(stability_index(one, other))
    assert index >= 0
    assert index == pytest.approx(float(stability_index(other, one)))
    assert float(stability_index(one, one)) == pytest.approx(0)


def test_chance_alone_seldom_passes_its_bound() -> None:
    generator = np.random.default_rng(0)
    shares, bound_of = np.full(10, 0.1), 0.05
    passed = 0
    for _ in range(400):
        year, month = generator.multinomial(4000, shares), generator.multinomial(300, shares)
        passed += float(stability_index(year, month)) > chance_bound(year, month, bound_of)
    assert 4 <= passed <= 40  # 20 expected


@pytest.mark.parametrize(
    ("month", "state", "direction"),
    [
        ([100, 100, 100, 100, 100], "quiet", "spread"),
        ([20, 50, 100, 300, 100], "moved", "higher"),
        ([300, 100, 50, 20, 100], "moved", "lower"),
        ([60, 60, 60, 60, 400], "moved", "more_unknown"),
        ([130, 130, 130, 130, 5], "moved", "less_unknown"),
        ([230, 10, 10, 230, 100], "moved", "spread"),
        ([5, 10, 20, 40, 10], "too_few", "spread"),
    ],
)
def test_what_moves_is_told_with_its_direction(month: list[int], state: str, direction: str) -> None:
    drift = measure_drift(np.array([1000] * 5), np.array(month), comparisons=10)
    assert (drift.state, drift.direction) == (state, direction)
    if state != "too_few":
        assert drift.index.low <= drift.index.value <= drift.index.high
        assert drift.unknown[0] == pytest.approx(0.2)


def test_against_a_year_without_filings_no_month_is_judged() -> None:
    drift = measure_drift(np.zeros(5, np.int64), np.array([100] * 5), comparisons=10)
    assert drift.state == "too_few"
    assert np.isnan(drift.unknown[0])
    assert drift.unknown[1] == 0.2


def test_a_small_month_does_not_cry_wolf() -> None:
    """Ten bins of a hundred filings differ by more than 0.1 through chance alone."""
    generator = np.random.default_rng(1)
    year = generator.multinomial(5000, np.full(10, 0.1))
    states = [
        measure_drift(year, generator.multinomial(LEAST_FILINGS, np.full(10, 0.1)), 100, seed).state
        for seed in range(100)
    ]
    assert set(states) == {"quiet"}


@given(
    st.lists(st.one_of(st.just(np.nan), st.integers(0, 6).map(float)), min_size=1, max_size=60),
)
def test_every_value_falls_in_one_bin(values: list[float]) -> None:
    found = count_bins(np.array(values), np.array([0.0, 2.0, 3.5]))
    assert found.sum() == len(values)
    assert found[-1] == sum(np.isnan(values))
    assert found[0] == sum(v <= 0 for v in values)
    assert found[1] == sum(0 < v <= 2 for v in values)


def test_the_reference_holds_the_training_year_of_what_the_model_uses() -> None:
    data = make_dataset()
    reference = make_reference(data, fitted())
    assert set(reference["features"]) == {n for n, gain in fitted().gains.items() if gain > 0}
    year = data.filed_at >= data.as_of - 365 * DAY
    for name, one in [*reference["features"].items(), ("", reference["score"])]:
        assert sum(one["counts"]) == year.sum() == reference["filings"]
        assert len(one["counts"]) == len(one["edges"]) + 2 <= BINS + 1
        if name == "half_known":
            assert one["counts"][-1] == np.isnan(data.values[year, 2]).sum()
    assert sum(one["gain"] for one in reference["features"].values()) == pytest.approx(1, abs=1e-4)


def test_late_findings_are_reckoned_with_though_only_quick_ones_are_seen() -> None:
    """Lags are uniform over 1000 days; filings were followed for 0 to 1000 days, and only shorter lags are seen."""
    generator = np.random.default_rng(2)
    lag, followed = generator.uniform(0, 1000, (2, 6000))
    seen = lag <= followed
    arrival = estimate_arrival((lag[seen] * DAY).astype(np.int64), (followed[seen] * DAY).astype(np.int64))
    ages = np.array([200, 500, 800])
    share = arrival.by((ages * DAY).astype(np.int64))
    naive = [(lag[seen] <= age).mean() for age in ages]
    assert share == pytest.approx(ages / 1000, abs=0.06)
    assert naive[1] > 0.7, "what is seen alone looks quick"


def test_nothing_is_known_of_lateness_without_a_finding() -> None:
    nothing = np.zeros(0, np.int64)
    assert estimate_arrival(nothing, nothing).by(np.array([0, DAY])).tolist() == [1.0, 1.0]


def test_findings_due_grow_with_age() -> None:
    arrival = estimate_arrival(np.array([1, 2, 3, 4]) * DAY, np.full(4, 100 * DAY))
    ages = np.array([0, 1, 2, 4, 90]) * DAY
    assert arrival.by(ages) == pytest.approx([0, 0.25, 0.5, 1, 1])
    ripe = ripen(np.full(5, 0.5), ages, arrival, found_at=[DAY], labelled=2)
    assert ripe.expected == pytest.approx(0.5 * 2.75)
    assert ripe.share == pytest.approx(0.55)
    assert np.isnan(ripe.ratio.value), "too few are due"


def test_the_interval_of_a_count_is_exact() -> None:
    """Garwood's interval of 10 events: 4.795 to 18.39 (tables of the Poisson distribution)."""
    told = count_interval(10, 10, 10.0)
    assert (told.low, told.high) == pytest.approx((0.4795, 1.8390), abs=1e-3)
    assert count_interval(0, 0, LEAST_EXPECTED).low == 0


def test_a_ring_found_at_once_counts_as_one_piece_of_luck() -> None:
    alone, rings = count_interval(12, 12, 6.0), count_interval(12, 3, 6.0)
    assert alone.value == rings.value == 2
    assert alone.low > 1 > rings.low
    assert rings.high > alone.high


def test_foreseen_figures_hold_what_comes_where_risks_are_calibrated() -> None:
    generator = np.random.default_rng(3)
    within = 0
    for seed in range(40):
        risk = generator.beta(0.2, 4, size=1500)
        flagged = risk > 0.2
        seen = foresee(risk, risk, flagged, seed, draws=100)
        came = generator.random(1500) < risk
        realised = (
            came[flagged].mean(),
            came[flagged].sum() / came.sum(),
            average_precision(came, risk),
        )
        told = (seen.precision, seen.recall, seen.average_precision)
        within += sum(i.low <= value <= i.high for i, value in zip(told, realised, strict=True))
        assert seen.precision.value == pytest.approx(risk[flagged].mean(), abs=0.02)
    assert 105 <= within <= 119, "95 % of 120, not more"


def test_nothing_flagged_foresees_no_precision() -> None:
    seen = foresee(np.full(50, 0.3), np.arange(50.0), np.zeros(50, bool))
    assert np.isnan(seen.precision.value)
    assert not np.isnan(seen.average_precision.value)
