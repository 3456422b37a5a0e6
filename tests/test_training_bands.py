"""Capacity and floor on quiet and busy days, and a risk that training weights do not bend."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from training_samples import START, make_dataset

from training.calibration.bands import set_bands
from training.calibration.calibrate import calibrate, choose_thresholds
from training.calibration.workload import TIES, count_workload
from xiezhi.bundle import Calibration
from xiezhi.clock import DAY
from xiezhi.policy import COURT_DAYS_A_YEAR, Policy, band
from xiezhi.policy_cuts import cut, promised, read_tail

IDENTITY = Calibration("assumed", (0.0, 1.0), (0.0, 1.0))


def days(counts: list[int], strong: list[int], seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Risks and moments: on day i `counts[i]` filings, `strong[i]` of them worth a look, the others hardly."""
    random = np.random.default_rng(seed)
    risk = np.concatenate(
        [
            np.concatenate((random.uniform(0.5, 1, high), random.uniform(0, 0.02, count - high)))
            for count, high in zip(counts, strong, strict=True)
        ]
    )
    day = np.repeat(np.arange(len(counts)), counts)
    return risk, START + day * DAY + np.arange(len(day)) * 1_000


def test_a_quiet_day_stays_quiet_and_a_busy_one_overflows_into_the_queue() -> None:
    counts, strong = [20] * 365, [2] * 365
    counts[100], strong[100] = 60, 40  # a busy day: forty worth a look
    strong[200] = 0  # a quiet one: none
    risk, filed_at = days(counts, strong)
    cuts = choose_thresholds(risk, filed_at, 0.01, Policy(capacity_per_day=2.0))
    flagged = np.array([band(r, r, cuts) == "review" for r in risk])
    day = (filed_at - START) // DAY
    assert flagged[day == 200].sum() == 0, "no quota is filled with filings hardly worth a look"
    assert flagged[day == 100].sum() > 2, "on a busy day more are flagged than are read that day: they wait"
    assert flagged.sum() <= 2.0 * COURT_DAYS_A_YEAR, "over the year capacity is kept"
    load = count_workload(risk, risk, filed_at, cuts)
    assert load.busiest_day == flagged[day == 100].sum()
    assert load.quiet_days == pytest.approx((np.bincount(day, flagged) == 0).mean(), abs=1e-3)
    assert load.a_day == pytest.approx(flagged.sum() / COURT_DAYS_A_YEAR, rel=0.01)


def test_where_capacity_is_plenty_the_floor_keeps_ordinary_filings_out() -> None:
    risk, filed_at = days([20] * 365, [1] * 365)
    cuts = choose_thresholds(risk, filed_at, 0.01, Policy(capacity_per_day=1_000.0))
    assert {band(r, r, cuts) for r in risk[risk < 0.015]} == {"none"}
    assert {band(r, r, cuts) for r in risk[risk > 0.5]} == {"review"}


def test_those_tied_with_the_first_one_too_many_stay_below_and_are_counted() -> None:
    risk, filed_at = days([10] * 365, [0] * 365)
    risk[:300], risk[300:2000] = 0.9, 0.6
    cuts = choose_thresholds(risk, filed_at, 0.01, Policy(capacity_per_day=2.0))
    assert (risk >= cuts.review).sum() == 300
    load = count_workload(risk, risk, filed_at, cuts)
    assert (load.tied, load.ties) == (1700, TIES)


def test_a_precision_that_was_asked_for_raises_the_cut_where_labels_allow_it() -> None:
    data = make_dataset(6000, share=0.1, seed=3)
    raw = data.values[:, 0]  # tells of positives, far from perfectly
    calibration = calibrate(raw, data.positive, data.natural)
    free = set_bands(data, raw, calibration, Policy(1_000.0))
    asked = set_bands(data, raw, calibration, Policy(1_000.0, precision=0.4, confidence=0.9))
    assert asked.guarantee.verdict == "held"
    assert asked.thresholds.review == asked.guarantee.threshold
    assert asked.thresholds.review > free.thresholds.review
    above = raw >= asked.thresholds.review
    assert data.positive[above].mean() > 0.4
    beyond = set_bands(data, raw, calibration, Policy(1_000.0, precision=0.98, confidence=0.99))
    assert beyond.guarantee.verdict != "held"
    assert beyond.thresholds == free.thresholds, "what cannot be promised does not move the cut"
    kept = read_tail(asked.tail.to_json())
    assert kept is not None
    policy = Policy(1_000.0, precision=0.4, confidence=0.9)
    again = promised(cut(kept, policy), asked.guarantee.to_json(), policy)
    assert again == asked.thresholds, "what a bundle keeps cuts where training did"


def test_young_filings_are_no_evidence_of_precision() -> None:
    data = make_dataset(4000, share=0.1, seed=4)
    raw, young = data.values[:, 0], np.arange(4000) >= 2000
    unripe = replace(data, natural=np.where(young, 0.1, 1.0))
    told = set_bands(
        unripe, raw, calibrate(raw, data.positive, data.natural), Policy(1.0, precision=0.4)
    ).guarantee
    hidden = replace(unripe, positive=data.positive & ~young, labelled=data.positive & ~young)
    again = set_bands(
        hidden, raw, calibrate(raw, data.positive, data.natural), Policy(1.0, precision=0.4)
    ).guarantee
    assert (told.flagged, told.found, told.verdict) == (again.flagged, again.found, again.verdict)


@settings(max_examples=30, deadline=None)
@given(st.floats(0.3, 3), st.floats(-4, 4), st.sampled_from([900, 8000]))
def test_weights_of_the_fit_do_not_bend_the_risk(slope: float, shift: float, n: int) -> None:
    """Up-weighting a class stretches and shifts the raw score; calibrated at natural weights the risk is the same."""
    random = np.random.default_rng(5)
    truth = random.normal(-3.5, 1.2, n)
    positive = random.random(n) < 1 / (1 + np.exp(-truth))
    plain = calibrate(truth, positive, np.ones(n)).risk(truth)
    bent = truth * slope + shift
    again = calibrate(bent, positive, np.ones(n)).risk(bent)
    assert np.abs(again - plain).max() < 2e-3
    assert again.mean() == pytest.approx(positive.mean(), rel=0.02)
