"""The fit is repeatable, honest out of fold, keeps the law's directions and asks for labels."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import lightgbm
import numpy as np
import pytest
from numpy.typing import NDArray
from training_samples import fitted, make_bundle, make_dataset

from training.data.dataset import Dataset
from training.evaluation.measures import average_precision
from training.fitting.codes import rare_codes_folded, set_aside
from training.fitting.fit import FOUND_STANDS_FOR, fit, stands_for
from training.fitting.folds import time_blocks
from training.fitting.growing import Growing, Kept
from xiezhi.errors import NotEnoughLabels
from xiezhi.scoring import Scorer


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
    fold = time_blocks(data.positive, data.group) == 2
    parameters = fitted().parameters
    whole = lightgbm.Dataset(
        data.values,
        data.positive.astype(float),
        weight=stands_for(data),
        params=dict(parameters),
        free_raw_data=False,
    )
    part = Growing("alone", whole.construct().subset(np.flatnonzero(~fold).tolist()), parameters, Kept())
    part.grow()
    while part.booster.num_trees() < fitted().rounds:
        part.grow()
    expected = part.booster.predict(data.values[fold], raw_score=True, num_iteration=fitted().rounds)
    share, share_of_others = data.positive.mean(), data.positive[~fold].mean()
    shift = np.log(share / (1 - share)) - np.log(share_of_others / (1 - share_of_others))
    np.testing.assert_allclose(fitted().out_of_fold[fold], np.asarray(expected) + shift, atol=1e-9)


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


def test_a_found_filing_stands_for_hidden_ones_where_some_may_be_hidden() -> None:
    data = make_dataset()
    unlabelled = stands_for(data)
    assert (unlabelled[~data.positive] == 1).all()
    assert unlabelled[data.positive] == pytest.approx(FOUND_STANDS_FOR, abs=0.06)
    judged = replace(data, labelled=np.ones(len(data.positive), dtype=bool))
    assert (stands_for(judged) == 1).all()


def test_what_weighs_nothing_teaches_nothing_and_is_scored_all_the_same() -> None:
    data = make_dataset()
    blind = data.positive & (np.arange(len(data.positive)) % 2 == 0)
    weight = np.where(blind, 0.0, 1.0)
    one = fit(replace(data, weight=weight), [0] * 4, seed=7)
    other = fit(replace(data, weight=weight, values=_scrambled(data.values, blind)), [0] * 4, seed=7)
    assert one.booster_text == other.booster_text
    assert np.isfinite(one.out_of_fold).all()


def _scrambled(values: NDArray[np.float64], rows: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The same values in these rows in another order: bins are cut by all rows, so they stay as they are."""
    changed = values.copy()
    changed[rows] = values[rows][::-1]
    return changed


def test_an_unknown_code_at_the_desk_is_scored() -> None:
    data = make_dataset(filings=3000)
    random = np.random.default_rng(5)
    code = random.integers(0, 6, 3000).astype(float)
    bad = random.random(3000) < np.where(np.isin(code, (1, 4)), 0.3, 0.01)
    values = data.values.copy()
    values[:, 1] = code
    coded = replace(data, values=values, positive=bad, labelled=bad, categorical=("noise",))
    text = fit(coded, [0] * 4, seed=1).booster_text
    scorer = Scorer(make_bundle(text))
    rows = np.tile(data.values[0], (4, 1))
    rows[:, 1] = 4, 0, 99, np.nan
    risky, harmless, unseen, unknown = scorer.raw(rows)
    assert risky > harmless
    assert np.isfinite([unseen, unknown]).all()
    assert unseen < risky
    parts = scorer.score(rows)
    np.testing.assert_allclose(parts.contributions.sum(axis=1) + parts.bias, parts.raw, atol=1e-9)


def coded(groups_of_rare: int) -> Dataset:
    """3,000 filings: code 1 is false in a tenth, 0 and 3 hardly ever, 2 has 100 honest filings, 8 found by mistake."""
    data = make_dataset(filings=3000)
    random = np.random.default_rng(5)
    code = random.choice([0.0, 1.0, 3.0], size=3000)
    bad = random.random(3000) < np.where(code == 1, 0.1, 0.0)
    bad[np.flatnonzero(code != 1)[:3]] = True
    rare = np.arange(100) * 30 + 29
    code[rare], bad[rare] = 2.0, False
    mistaken = rare[::13]
    bad[mistaken] = True
    group = np.arange(3000)
    group[mistaken] = mistaken[np.minimum(np.arange(8), groups_of_rare - 1)]
    values = data.values.copy()
    values[:, 1] = code
    return replace(data, values=values, positive=bad, labelled=bad, group=group, categorical=("noise",))


def score_codes(data: Dataset) -> dict[float, float]:
    """Raw scores of one filing under each code; 99 was never seen."""
    rows = np.tile(data.values[0], (5, 1))
    rows[:, 1] = 0, 1, 2, 3, 99
    raw = Scorer(make_bundle(fit(data, [0] * 4, seed=1).booster_text)).raw(rows)
    return dict(zip(rows[:, 1].tolist(), raw.tolist(), strict=True))


def test_a_few_findings_do_not_lift_a_rare_code() -> None:
    folded, lifted = score_codes(coded(groups_of_rare=1)), score_codes(coded(groups_of_rare=8))
    assert folded[2] == folded[99]
    assert lifted[2] > lifted[99] + 0.5  # so it is the rule that holds it back
    assert folded[1] > folded[2]


@pytest.mark.parametrize(("groups", "rare"), [(1, True), (4, True), (5, False), (8, False)])
def test_a_ring_found_together_counts_once(groups: int, rare: bool) -> None:
    data = coded(groups)
    before = data.values.copy()
    with rare_codes_folded(data) as values:
        unknown = np.isnan(values[:, 1])
    # Codes 0 and 3 have three findings between them, 1 has a hundred.
    assert np.array_equal(unknown, np.isin(data.values[:, 1], (0, 2, 3) if rare else (0, 3)))
    np.testing.assert_array_equal(data.values, before)


def test_a_table_is_folded_in_place_and_put_back_even_on_an_error() -> None:
    data = coded(1)
    before = data.values.copy()
    with suppress(MemoryError), rare_codes_folded(data) as values:
        assert values is data.values
        assert np.isnan(values[:, 1]).any()
        raise MemoryError
    np.testing.assert_array_equal(data.values, before)


def few_findings(
    *, tied: bool = False, sign: bool = False, of: int = 100
) -> tuple[Dataset, NDArray[np.bool_]]:
    """Code 2 found false three times among `of` filings, each alone or two tied, under a sign or none; and which those are.
    Each of the others found false is a group of its own, under a sign."""
    data = coded(groups_of_rare=8)
    values, bad = data.values.copy(), data.positive.copy()
    kind = values[:, 1] == 2
    values[np.flatnonzero(kind)[of:], 1] = 1.0
    bad[kind] = False
    found = np.flatnonzero(kind)[:3]
    bad[found] = True
    group = np.arange(3000)
    group[found[1]] = group[found[0]] if tied else group[found[1]]
    said = np.where(bad, 1.0, 0.0)
    said[found] = 5.0 if sign else -1.0
    asked = np.zeros(3000, dtype=bool)
    asked[found] = True
    return replace(data, values=values, positive=bad, labelled=bad, group=group, bits=said), asked


@pytest.mark.parametrize(
    ("data", "left"),
    [
        pytest.param(few_findings(), 0, id="alone, without a sign"),
        pytest.param(few_findings(tied=True), 2, id="two are tied"),
        pytest.param(few_findings(sign=True), 3, id="under a sign"),
        pytest.param(few_findings(of=6), 3, id="half of the kind: surely more often than all"),
    ],
)
def test_lone_findings_without_a_sign_in_a_rare_code_are_set_aside(
    data: tuple[Dataset, NDArray[np.bool_]], left: int
) -> None:
    docket, asked = data
    weight = set_aside(docket).weight
    assert np.count_nonzero(weight[asked]) == left
    np.testing.assert_array_equal(weight[~asked], docket.weight[~asked])
    np.testing.assert_array_equal(set_aside(docket).natural, docket.natural)


def test_every_finding_counts_where_no_sign_was_asked() -> None:
    docket, _ = few_findings()
    assert set_aside(replace(docket, bits=np.zeros(3000))).weight.all()


def test_the_fit_does_not_learn_from_what_is_set_aside() -> None:
    docket, asked = few_findings()
    without = replace(docket, weight=np.where(asked, 0.0, docket.weight), bits=np.zeros(3000))
    assert fit(docket, [0] * 4, seed=1).booster_text == fit(without, [0] * 4, seed=1).booster_text
    with_them = fit(replace(docket, bits=np.zeros(3000)), [0] * 4, seed=1)
    assert fit(docket, [0] * 4, seed=1).booster_text != with_them.booster_text


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
