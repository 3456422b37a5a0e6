"""Scores add up, are the same one by one and in bulk, and refuse other columns."""

from __future__ import annotations

import numpy as np
import pytest
from training_samples import NAMES, fitted, make_bundle, make_dataset

from xiezhi.errors import BundleError
from xiezhi.scoring import Scorer


def test_contributions_add_up_to_the_raw_score() -> None:
    scored = Scorer(make_bundle()).score(make_dataset().values[:50])
    assert scored.contributions.shape == (50, len(NAMES))
    np.testing.assert_allclose(scored.contributions.sum(axis=1) + scored.bias, scored.raw, atol=1e-9)
    assert ((scored.risk >= 0) & (scored.risk <= 1)).all()
    assert len(np.unique(scored.raw)) > 10


def test_one_by_one_and_in_bulk_are_equal() -> None:
    scorer, values = Scorer(make_bundle()), make_dataset().values[:20]
    alone = [scorer.score(values[i : i + 1]) for i in range(20)]
    together = Scorer(make_bundle(), num_threads=2).score(values)
    assert [s.raw[0] for s in alone] == together.raw.tolist()
    assert np.array_equal(np.vstack([s.contributions for s in alone]), together.contributions)


def test_risk_never_falls_as_the_raw_score_rises() -> None:
    scored = Scorer(make_bundle()).score(make_dataset().values)
    assert (np.diff(scored.risk[np.argsort(scored.raw)]) >= 0).all()


def test_no_rows_give_no_scores() -> None:
    scored = Scorer(make_bundle()).score(np.zeros((0, len(NAMES))))
    assert scored.raw.shape == (0,)
    assert scored.contributions.shape == (0, len(NAMES))


def test_other_columns_are_refused() -> None:
    scorer = Scorer(make_bundle())
    scorer.require_features(NAMES)
    with pytest.raises(BundleError):
        scorer.require_features(tuple(reversed(NAMES)))
    with pytest.raises(BundleError):
        scorer.score(np.zeros((1, 3)))


def test_a_booster_that_is_none_is_refused() -> None:
    with pytest.raises(BundleError, match="booster"):
        Scorer(make_bundle("tree\nnonsense"))


def test_every_value_unknown_still_has_a_score() -> None:
    assert np.isfinite(Scorer(make_bundle(fitted().booster_text)).raw(np.full((1, 4), np.nan))).all()
