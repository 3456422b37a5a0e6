"""Shares with intervals: against published figures, under planted clusters, and by how often they cover."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.evaluation.rates import Rate, rate, ratio


def of(hits: int, n: int) -> Rate:
    return rate(np.arange(n) < hits, np.ones(n, dtype=bool))


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_s_interval_is_the_published_one(hits: int, n: int, low: float, high: float) -> None:
    # Newcombe 1998, Statistics in Medicine 17, table I, method 3.
    told = of(hits, n).share
    assert [told.low, told.high] == pytest.approx([low, high], abs=1e-4)


def test_copies_of_a_filing_say_no_more_than_the_filing() -> None:
    hit = np.arange(60) < 15
    once = rate(hit, np.ones(60, dtype=bool)).share
    copied = rate(np.repeat(hit, 5), np.ones(300, dtype=bool), np.repeat(np.arange(60), 5)).share
    blind = rate(np.repeat(hit, 5), np.ones(300, dtype=bool)).share
    assert copied.low == pytest.approx(once.low, abs=0.005)
    assert copied.high == pytest.approx(once.high, abs=0.005)
    assert blind.high - blind.low < 0.6 * (copied.high - copied.low)


def test_one_cluster_alone_says_as_much_as_one_filing() -> None:
    told = rate(np.ones(50, dtype=bool), np.ones(50, dtype=bool), np.zeros(50, dtype=np.int64)).share
    assert told.low == pytest.approx(of(1, 1).share.low)


def test_intervals_of_clustered_shares_cover_about_as_often_as_they_say() -> None:
    random = np.random.default_rng(4)
    covered = 0
    for _ in range(400):
        risks = random.beta(0.6, 2.4, size=40)  # mean 0.2; filings of a cluster are alike
        groups = np.repeat(np.arange(40), 6)
        hit = random.random(240) < risks[groups]
        told = rate(hit, np.ones(240, dtype=bool), groups).share
        covered += told.low <= 0.2 <= told.high
    assert 0.91 <= covered / 400 <= 0.985


def test_intervals_of_ratios_cover_about_as_often_as_they_say() -> None:
    random = np.random.default_rng(5)
    covered = 0
    for _ in range(400):
        told = ratio(of(random.binomial(120, 0.15), 120), of(random.binomial(300, 0.1), 300))
        covered += told.low <= 1.5 <= told.high
    assert 0.92 <= covered / 400 <= 0.985


@given(st.integers(1, 200), st.integers(1, 200), st.floats(0, 1), st.floats(0.01, 1))
def test_a_ratio_lies_in_its_interval(n: int, m: int, a: float, b: float) -> None:
    one, other = of(int(a * n), n), of(max(1, int(b * m)), m)
    told = ratio(one, other)
    assert told.low <= told.value + 1e-12
    assert told.value <= told.high + 1e-12
    if one.hits:
        back = ratio(other, one)
        assert back.value == pytest.approx(1 / told.value)
        assert back.low == pytest.approx(1 / told.high, rel=1e-6)


def test_nothing_is_told_of_nothing() -> None:
    none = rate(np.zeros(3, dtype=bool), np.zeros(3, dtype=bool))
    assert np.isnan(none.share.value)
    assert np.isnan(ratio(of(3, 9), of(0, 9)).value)
    assert np.isnan(ratio(of(3, 9), none).value)
    assert ratio(of(0, 9), of(3, 9)).low == 0.0
