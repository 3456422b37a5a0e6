"""A promise is kept as often as it says, and where none can be given it says what is missing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from training.calibration.guarantee import Guarantee, control_precision

Arrays = tuple[np.ndarray, np.ndarray]


def court(n: int, seed: int) -> Arrays:
    """Scores in log-odds and what was found: right scores, a base rate of about 4 %."""
    random = np.random.default_rng(seed)
    raw = random.normal(-5, 2, n)
    return raw, random.random(n) < 1 / (1 + np.exp(-raw))


POPULATION = court(400_000, 1)


def true_precision(cut: float) -> float:
    return float(POPULATION[1][POPULATION[0] >= cut].mean())


@pytest.mark.parametrize(("precision", "confidence"), [(0.3, 0.9), (0.5, 0.8)])
def test_of_many_courts_no_more_are_promised_too_much_than_confidence_allows(
    precision: float, confidence: float
) -> None:
    told = [control_precision(*court(12_000, seed), precision, confidence, 0.0) for seed in range(10, 160)]
    held = [g.threshold for g in told if g.threshold is not None]
    assert len(held) > 75, "where labels are many something can be promised"
    broken = sum(true_precision(cut) < precision for cut in held)
    assert broken <= binom.ppf(0.999, len(told), 1 - confidence)


def test_filings_found_together_count_as_fewer() -> None:
    """Twelve rings of forty, found together or not at all: without groups the promise would be broken too often."""
    broken = {True: 0, False: 0}
    for seed in range(120):
        random = np.random.default_rng(seed)
        ring = np.repeat(np.arange(12), 40)
        raw, positive = random.normal(size=480), (random.random(12) < 0.49)[ring]
        for grouped in broken:
            told = control_precision(raw, positive, 0.5, 0.9, 0.0, ring if grouped else None)
            broken[grouped] += told.threshold is not None
    assert broken[True] <= binom.ppf(0.999, 120, 0.1) < broken[False]


def test_too_few_labels_say_how_many_more() -> None:
    raw = -np.arange(400.0)
    positive = np.isin(-raw, [0, 1, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24])
    told = control_precision(raw, positive, 0.8, 0.95, review=-24.0)
    assert (told.verdict, told.threshold) == ("not-enough-labels", None)
    assert told.needed is not None
    assert 40 < told.needed < 1_000
    assert str(told.needed) in told.tell("zh")
    assert str(told.needed) in told.tell("en")


def test_where_flags_are_mostly_wrong_more_labels_would_not_do() -> None:
    raw, positive = court(5_000, 4)
    told = control_precision(-raw, positive, 0.5, 0.9, review=9.0)
    assert (told.verdict, told.needed, told.threshold) == ("out-of-reach", None, None)
    assert "more labels" in told.tell("en")


def test_what_stands_at_the_review_cut_is_told_whatever_was_asked() -> None:
    raw, positive = court(3_000, 5)
    told = control_precision(raw, positive, 0.99, 0.9, review=1.0)
    above = raw >= 1.0
    assert told.at_review is not None
    assert told.at_review < positive[above].mean()
    # Clopper and Pearson: so many or more would be seen with probability 0.1 were this the precision.
    seen = binom.sf(positive[above].sum() - 1, above.sum(), told.at_review)
    assert seen == pytest.approx(0.1, abs=1e-6)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-3, 3), st.booleans()), max_size=40),
    st.floats(0.05, 0.95),
    st.floats(0.55, 0.99),
)
def test_any_court_gets_an_answer(rows: list[tuple[int, bool]], precision: float, confidence: float) -> None:
    raw = np.array([r for r, _ in rows], dtype=float)
    positive = np.array([p for _, p in rows], dtype=bool)
    told = control_precision(raw, positive, precision, confidence, 0.0)
    assert (told.verdict == "held") == (told.threshold is not None)
    if told.threshold is not None:
        above = raw >= told.threshold
        assert (above.sum(), positive[above].sum()) == (told.flagged, told.found)
        assert told.found / told.flagged > precision
    assert Guarantee(**told.to_json()) == told
    for language in ("zh", "en"):
        assert f"{precision:.0%}" in told.tell(language)
