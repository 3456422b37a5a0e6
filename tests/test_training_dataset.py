"""What is known on the training date, and nothing else, becomes a training row."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from training_samples import Table

from training.data.dataset import assemble
from training.data.weights import LEAST_WEIGHT, MOST_STANDS_FOR, maturity_weights
from xiezhi.records import Finding, FindingKind, FindingSource


def table(filed_at: list[int]) -> Table:
    n = len(filed_at)
    return Table(
        ("a", "b"),
        [f"F{i}" for i in range(n)],
        np.array(filed_at, np.int64),
        np.arange(2.0 * n).reshape(n, 2),
    )


def finding(filing_id: str, at: int, kind: FindingKind = "false") -> Finding:
    return Finding(filing_id, at, kind, "judgment", at)


def test_rows_are_filed_before_the_training_date_in_order_of_time() -> None:
    data = assemble(table([30, 10, 20, 40]), [], as_of=40, in_store=6)
    assert data.filing_ids == ("F1", "F2", "F0")
    assert data.values[:, 0].tolist() == [2, 4, 0]
    assert data.left_out["filed_on_or_after_training_date"] == 3


def test_labels_are_those_known_before_the_training_date() -> None:
    findings = [finding("F0", 50), finding("F1", 99), finding("F1", 100, "genuine"), finding("F2", 100)]
    data = assemble(table([1, 2, 3]), [*findings, finding("F9", 5)], as_of=100, in_store=3)
    assert data.positive.tolist() == [True, True, False]
    assert data.labelled.tolist() == [True, True, False]
    assert data.left_out["finding_not_known_yet"] == 1
    assert data.left_out["finding_without_filing"] == 1


def test_genuine_counts_fully_and_unlabelled_as_far_as_it_is_ripe() -> None:
    findings = [finding("F0", 10), finding("F1", 21), finding("F2", 50, "genuine")]
    data = assemble(table([0, 1, 40, 85, 95]), findings, as_of=100, in_store=5)
    assert data.positive.tolist() == [True, True, False, False, False]
    assert data.weight.tolist() == [0.9, 0.9, 1, 0.5, LEAST_WEIGHT]  # lags 10 and 20; ages 15 and 5
    assert data.natural.tolist() == [1, 1, 1, 0.5, LEAST_WEIGHT], "certainty is a matter of learning"
    assert np.isclose(data.base_rate, 2 / 3.6)
    assert data.median_lag == 15


def test_the_surer_the_source_the_more_a_finding_weighs() -> None:
    sources: list[FindingSource] = ["review", "procuratorate", "judgment", "conviction"]
    findings = [Finding(f"F{i}", 50, "false", source, 50) for i, source in enumerate(sources)]
    weights = assemble(table([0, 1, 2, 3, 4]), findings, as_of=100, in_store=5).weight[:4]
    assert (np.diff(weights) > 0).all()


def test_cleared_never_weighs_less_than_never_looked_at() -> None:
    findings = [finding("F0", 10), Finding("F1", 60, "genuine", "review", 60), finding("F3", 97, "genuine")]
    data = assemble(table([0, 1, 2, 95]), findings, as_of=100, in_store=4)
    assert data.weight[1] == data.weight[2] == 1
    assert data.weight[3] == 0.9, "young, yet found genuine"


def test_who_stands_beside_a_false_filing_is_neither_and_is_counted() -> None:
    standing = [("F0", "a"), ("F1", "a"), ("F2", "a"), ("F3", "b")]
    findings = [finding("F0", 10), finding("F2", 20, "genuine")]
    data = assemble(table([0, 1, 2, 3]), findings, as_of=100, in_store=4, standing=standing)
    assert data.weight.tolist() == [0.9, 0, 1, 1]
    assert data.left_out["tied_to_a_positive"] == 1
    assert data.group.tolist() == [0, 0, 0, 3]


def test_a_draw_of_the_audit_sample_stands_for_those_not_drawn() -> None:
    kinds: list[FindingKind] = ["false", "false", "genuine"]
    findings = [Finding(f"F{i}", 50, kind, "review", 50) for i, kind in enumerate(kinds)]
    drawn = {"F0": 0.25, "F1": 0.0001, "F2": 0.25}
    data = assemble(table([0, 1, 2]), findings, as_of=100, in_store=3, drawn=drawn)
    assert np.allclose(data.weight, [0.6 / 0.25, 0.6 * MOST_STANDS_FOR, 1])


def test_an_overturned_finding_is_counted() -> None:
    findings = [finding("F0", 10), finding("F0", 20, "genuine"), finding("F1", 10, "genuine")]
    data = assemble(table([0, 1, 2]), findings, as_of=100, in_store=3)
    assert data.left_out["finding_overturned"] == 1
    assert not data.positive.any()
    earlier = assemble(table([0, 1, 2]), findings, as_of=20, in_store=3)
    assert earlier.left_out["finding_overturned"] == 0
    assert earlier.positive.tolist() == [True, False, False]


def test_without_positive_labels_everything_weighs_the_same() -> None:
    assert assemble(table([1, 2]), [], as_of=10, in_store=2).weight.tolist() == [1, 1]


@given(
    st.lists(st.integers(0, 1000)),
    st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 1000)), min_size=1),
)
def test_older_filings_never_weigh_less(ages: list[int], found: list[tuple[int, int]]) -> None:
    lags, more = np.array(found, np.int64).T
    weights = maturity_weights(np.array(sorted(ages), np.int64), lags, lags + more)
    assert (np.diff(weights) >= 0).all()
    assert ((weights >= LEAST_WEIGHT) & (weights <= 1)).all()


def test_the_digest_tells_data_apart() -> None:
    same = [assemble(table([1, 2]), [], as_of=10, in_store=2).digest() for _ in range(2)]
    other = assemble(table([1, 2]), [finding("F1", 3)], as_of=10, in_store=2).digest()
    assert same[0] == same[1] != other


def test_a_period_and_some_columns_can_be_taken_out() -> None:
    data = assemble(table([10, 20, 30]), [], as_of=99, in_store=3).filed_between(20, 30).columns(["b"])
    assert data.filing_ids == ("F1",)
    assert data.values.tolist() == [[3.0]]
