"""Reliability tables and the error of a calibration tell what the risks are worth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.calibration.reliability import tabulate
from training.evaluation.measures import expected_calibration_error
from training.evaluation.plots import draw_reliability

Arrays = tuple[np.ndarray, np.ndarray]


def outcomes(n: int, seed: int = 0) -> Arrays:
    """Risks with a long tail, and outcomes drawn with them."""
    random = np.random.default_rng(seed)
    risk = 1 / (1 + np.exp(6 - 1.5 * random.normal(size=n)))
    return risk, random.random(n) < risk


def test_the_error_of_right_risks_is_small_and_that_of_wrong_ones_is_what_they_are_off_by() -> None:
    risk, positive = outcomes(200_000)
    assert expected_calibration_error(positive, risk) < 5e-4
    assert expected_calibration_error(positive, risk + 0.01) == pytest.approx(0.01, abs=5e-4)
    everybody = np.full(len(risk), positive.mean())
    assert expected_calibration_error(positive, everybody) == pytest.approx(0, abs=1e-12)


def test_a_weight_counts_as_so_many_filings() -> None:
    risk, positive = outcomes(3_000)
    times = np.random.default_rng(1).integers(1, 4, len(risk))
    bins, repeated = (
        tabulate(risk, positive, times.astype(float)),
        tabulate(risk.repeat(times), positive.repeat(times)),
    )
    assert [b.share for b in bins] == pytest.approx([b.share for b in repeated])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([0.001, 0.002, 0.1, 0.4, 0.9]), st.booleans()), min_size=1, max_size=80
    ),
    st.integers(1, 12),
)
def test_bins_part_the_filings_and_never_split_a_risk(rows: list[tuple[float, bool]], bins: int) -> None:
    risk, positive = (np.array(column) for column in zip(*rows, strict=True))
    table = tabulate(risk, positive.astype(bool), bins=bins)
    assert sum(b.filings for b in table) == len(rows)
    assert sum(b.filings * b.share for b in table) == pytest.approx(positive.sum())
    assert len(table) <= min(bins, len(np.unique(risk)))
    for one in table:
        assert 0 <= one.low <= one.share + 1e-12
        assert one.share - 1e-12 <= one.high <= 1


def test_most_bins_are_of_those_a_court_reviews() -> None:
    risk, positive = outcomes(100_000)
    table = tabulate(risk, positive)
    assert table[0].filings > 30_000
    assert table[-1].filings < 1_000
    inside = sum(b.low <= b.risk <= b.high for b in table)
    assert inside >= len(table) - 2, "intervals of 95 % hold nearly all right risks"


def test_what_weighs_nothing_is_in_no_bin() -> None:
    risk, positive = outcomes(400)
    weight = (risk > np.median(risk)).astype(float)
    bins = tabulate(risk, positive, weight)
    assert sum(b.filings for b in bins) == 200
    assert bins == tabulate(risk[weight > 0], positive[weight > 0])


def test_a_plot_is_a_picture_of_each_table() -> None:
    tables = {name: tabulate(*outcomes(5_000, seed)) for seed, name in enumerate("ab")}
    one, both = (draw_reliability(some, "x", "y") for some in ({"a": tables["a"]}, tables))
    assert one.startswith(b"\x89PNG")
    assert both != one
