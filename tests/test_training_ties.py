"""Who is connected with whom: rings are, a bank's customers are not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import training.data.ties
from training.data.ties import Ties, group, tie, tied_to

STANDING = st.lists(st.tuples(st.integers(0, 14), st.integers(0, 8)), max_size=50)


def ties_of(*standing: tuple[int, str], filings: int) -> Ties:
    return tie([f"F{i}" for i in range(filings)], [(f"F{row}", who) for row, who in standing])


def test_filings_that_share_somebody_are_one_group_and_chains_hold() -> None:
    ties = ties_of((0, "a"), (2, "a"), (2, "b"), (4, "b"), (1, "c"), (3, "d"), filings=5)
    assert group(ties, 5).tolist() == [0, 1, 0, 3, 0]


def test_a_hub_joins_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training.data.ties, "MOST_IN_GROUP", 3)
    bank = [(row, "bank") for row in range(6)]
    assert group(ties_of(*bank, (1, "a"), (4, "a"), filings=6), 6).tolist() == [0, 1, 2, 3, 1, 5]


def test_the_rarest_join_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training.data.ties, "MOST_IN_GROUP", 3)
    ring = [(0, "debtor"), (1, "debtor"), (1, "agent"), (2, "agent"), (3, "agent")]
    assert group(ties_of(*ring, filings=4), 4).tolist() == [0, 0, 2, 3], (
        "with all of the agent's it would be four"
    )


@given(STANDING, st.randoms(use_true_random=False))
def test_groups_are_bounded_connected_and_independent_of_order(
    standing: list[tuple[int, int]], random: object
) -> None:
    found = _grouped(standing, most=4)
    assert (np.bincount(found) <= 4).all()
    assert (found <= np.arange(15)).all()
    assert (found[found] == found).all()
    shuffled = list(standing)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert np.array_equal(found, _grouped(shuffled, most=4))
    unbounded = _grouped(standing, most=100)
    for row, other in zip(*np.nonzero(found[:, None] == found[None, :]), strict=True):
        assert unbounded[row] == unbounded[other], "a bounded group is part of a component"
    for row, who in standing:
        assert {unbounded[other] for other, same in standing if same == who} == {unbounded[row]}


def test_who_shares_somebody_with_a_false_filing_is_in_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training.data.ties, "MOST_IN_DOUBT", 2)
    ties = ties_of((0, "a"), (1, "a"), (0, "bank"), (2, "bank"), (3, "bank"), (1, "b"), (4, "b"), filings=5)
    assert tied_to(ties, np.array([True, False, False, False, False])).tolist() == [
        True,
        True,
        False,
        False,
        False,
    ]


def test_nobody_stands_in_anything() -> None:
    nobody = tie(["F0", "F1"], [("elsewhere", "a")])
    assert group(nobody, 2).tolist() == [0, 1]
    assert tied_to(nobody, np.array([True, False])).tolist() == [True, False]


def _grouped(standing: list[tuple[int, int]], most: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training.data.ties, "MOST_IN_GROUP", most)
        return group(ties_of(*((row, str(who)) for row, who in standing), filings=15), 15)
