"""Held out by time, and never one group on both sides."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from training_samples import make_dataset

import training.fitting.folds
from training.data.dataset import Dataset
from training.evaluation.measures import average_precision
from training.fitting.fit import fit
from training.fitting.folds import FOLDS, SAMPLED, hold_out_the_end, split, time_blocks
from xiezhi.clock import DAY
from xiezhi.errors import NotEnoughLabels


def grouped(groups: int = 200, seed: int = 0) -> Dataset:
    data = make_dataset()
    drawn = np.random.default_rng(seed).integers(0, groups, len(data.positive))
    _, first, place = np.unique(drawn, return_index=True, return_inverse=True)
    return replace(data, group=first[place])


def test_without_groups_blocks_are_unbroken_and_share_the_positives() -> None:
    data = make_dataset()
    blocks = time_blocks(data.positive, data.group)
    assert (np.diff(blocks) >= 0).all()
    assert np.ptp([data.positive[blocks == fold].sum() for fold in range(FOLDS)]) <= 1


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=60))
def test_a_group_goes_as_one_where_its_first_filing_goes(rows: list[tuple[int, bool]]) -> None:
    _, first, place = np.unique([g for g, _ in rows], return_index=True, return_inverse=True)
    group, positive = first[place], np.array([p for _, p in rows])
    blocks = time_blocks(positive, group)
    for member in np.unique(group):
        assert len(np.unique(blocks[group == member])) == 1
    assert (np.diff(blocks[np.unique(group)]) >= 0).all()


def test_no_group_is_on_both_sides_of_a_fold() -> None:
    data = grouped()
    for part in split(data, seed=1):
        assert not set(data.group[part.learnt]) & set(data.group[part.held_out])
    assert sorted(np.concatenate([part.held_out for part in split(data, seed=1)])) == list(range(1500))


def test_the_end_is_held_out_with_a_gap_and_its_groups_are_purged() -> None:
    data = replace(grouped(groups=2000), median_lag=10 * DAY, as_of=int(make_dataset().filed_at[-1]))
    part = hold_out_the_end(data, seed=1)
    cut = part.held_out[0]
    assert (part.learnt < cut).all()
    assert (np.diff(part.held_out) == 1).all()
    assert part.held_out[-1] == 1499
    ripe = data.positive & (data.filed_at <= data.as_of - data.median_lag)
    assert ripe[cut:].sum() == pytest.approx(0.2 * ripe.sum(), abs=1)
    assert not set(data.group[part.learnt]) & set(data.group[part.held_out])
    shared = np.isin(data.group[:cut], data.group[cut:])
    assert part.purged == shared.sum() > 0
    assert set(np.flatnonzero(data.positive[:cut] & ~shared)) <= set(part.learnt), (
        "no positive is sampled away"
    )
    negatives = ~data.positive[part.learnt]
    assert negatives.sum() == pytest.approx(SAMPLED * (~data.positive[:cut] & ~shared).sum(), rel=0.2)
    assert (part.weight[negatives] == 1 / SAMPLED).all()


def test_a_large_data_set_is_measured_on_its_end_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training.fitting.folds, "MOST_CROSS_FITTED", 1000)
    data = make_dataset()
    found = fit(data, [0] * 4, seed=1)
    held_out = hold_out_the_end(data, seed=1).held_out
    assert np.array_equal(np.flatnonzero(found.is_held_out), held_out)
    assert found.held_out == {"folds": 1, "held_out": len(held_out), "purged": 0}
    assert average_precision(data.positive[held_out], found.out_of_fold[held_out]) > 0.2


def test_when_all_that_is_known_is_one_ring_nothing_can_be_measured() -> None:
    data = make_dataset()
    ring = replace(data, group=np.where(data.positive, np.flatnonzero(data.positive)[0], data.group))
    with pytest.raises(NotEnoughLabels, match="connected with each other"):
        fit(ring, [0] * 4, seed=1)


def test_a_large_ring_leaves_a_fold_empty_and_the_rest_is_measured() -> None:
    data = make_dataset()
    rows = np.flatnonzero(data.positive)
    ring = rows[: len(rows) // 2]
    group = data.group.copy()
    group[ring] = ring[0]
    found = fit(replace(data, group=group), [0] * 4, seed=1)
    assert 1 < found.held_out["folds"] < FOLDS
    assert found.is_held_out.all()
