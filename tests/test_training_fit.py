"""The fit is repeatable, honest out of fold, keeps the law's directions and asks for labels."""

from __future__ import annotations

from dataclasses import replace

import lightgbm
import numpy as np
import pytest
from training_samples import fitted, make_dataset

from training.fit import FOLDS, MOST_ROUNDS, fit, time_blocks
from training.measures import average_precision
from xiezhi.errors import NotEnoughLabels


def test_the_same_data_and_seed_give_the_same_model() -> None:
    again = fit(make_dataset(), [1, 0, 0, 0], seed=7)
    assert again.booster_text == fitted().booster_text
    assert np.array_equal(again.out_of_fold, fitted().out_of_fold)


def test_it_finds_the_signal_and_out_of_fold_is_not_in_sample() -> None:
    data = make_dataset()
    out_of_fold = average_precision(data.positive, fitted().out_of_fold)
    booster = lightgbm.Booster(model_str=fitted().booster_text)
    in_sample = average_precision(data.positive, np.asarray(booster.predict(data.values)))
    assert data.positive.mean() * 4 < out_of_fold < in_sample
    assert max(fitted().gains, key=lambda name: fitted().gains[name]) == "signal"


def test_shuffled_labels_teach_nothing() -> None:
    data = make_dataset()
    lot = np.random.default_rng(3).permutation(data.positive)
    scores = fit(replace(data, positive=lot), [0] * 4, seed=7).out_of_fold
    assert average_precision(lot, scores) < 2.5 * lot.mean()


def test_out_of_fold_scores_are_those_of_a_model_without_the_fold() -> None:
    data = make_dataset()
    fold = time_blocks(data.positive) == 2
    parameters = dict(fitted().parameters)
    whole = lightgbm.Dataset(data.values, data.positive.astype(float), params=parameters).construct()
    part = whole.subset(np.flatnonzero(~fold).tolist())
    booster = lightgbm.Booster(parameters, part)
    for _ in range(MOST_ROUNDS):
        booster.update()
    expected = np.asarray(booster.predict(data.values[fold], raw_score=True, num_iteration=fitted().rounds))
    share, share_of_others = data.positive.mean(), data.positive[~fold].mean()
    shift = np.log(share / (1 - share)) - np.log(share_of_others / (1 - share_of_others))
    np.testing.assert_allclose(fitted().out_of_fold[fold], expected + shift, atol=1e-9)


def test_without_a_signal_blocks_rich_in_positives_are_not_ranked_last() -> None:
    data = make_dataset(filings=3000)
    random = np.random.default_rng(1)
    later_rich = random.random(3000) < np.where(np.arange(3000) < 2000, 0.01, 0.2)
    blind = replace(data, positive=later_rich, values=random.normal(size=data.values.shape))
    scores = fit(blind, [0] * 4, seed=1).out_of_fold
    assert abs(scores[:2000].mean() - scores[2000:].mean()) < 0.3


def test_a_higher_value_never_lowers_a_score_where_the_law_says_so() -> None:
    rows = np.repeat(make_dataset().values[:20], 30, axis=0)
    rows[:, 0] = np.tile(np.linspace(-4, 4, 30), 20)
    scores = np.asarray(lightgbm.Booster(model_str=fitted().booster_text).predict(rows, raw_score=True))
    assert (np.diff(scores.reshape(20, 30), axis=1) >= 0).all()


def test_blocks_are_unbroken_and_share_the_positives() -> None:
    positive = make_dataset().positive
    blocks = time_blocks(positive)
    assert (np.diff(blocks) >= 0).all()
    assert np.ptp([positive[blocks == fold].sum() for fold in range(FOLDS)]) <= 1


@pytest.mark.parametrize("positives", [0, 9, 1500])
def test_too_few_labels_are_told(positives: int) -> None:
    data = make_dataset()
    with pytest.raises(NotEnoughLabels, match=f"{positives} were found false") as caught:
        fit(replace(data, positive=np.arange(1500) < positives), [0] * 4, seed=1)
    assert "findings" in caught.value.zh


def test_a_handful_of_labels_on_a_small_docket_is_enough() -> None:
    data = make_dataset(filings=300, share=0.04)
    assert data.positive.sum() == 12
    assert np.isfinite(fit(data, [0] * 4, seed=1).out_of_fold).all()
