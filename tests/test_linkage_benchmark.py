"""The linking benchmark itself: its judge counts right, and its records are what they say they are."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

_SCRIPTS = Path(__file__).parents[1] / "benchmarks" / "linkage"


@pytest.fixture(scope="module", autouse=True)
def scripts() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(_SCRIPTS)
        yield


def script(name: str) -> Any:
    return importlib.import_module(name)


@settings(deadline=None)  # the first call imports pyarrow
@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from("abcde")), min_size=1, max_size=30))
def test_judge_counts_as_a_list_of_all_pairs_does(rows: list[tuple[int, str]]) -> None:
    found, true = np.array([a for a, _ in rows]), np.array([b for _, b in rows], dtype=object)
    joined = {(i, j) for i, j in combinations(range(len(rows)), 2) if found[i] == found[j]}
    wanted = {(i, j) for i, j in combinations(range(len(rows)), 2) if true[i] == true[j]}
    agreement = script("judge").judge(found, true)
    assert (agreement.pairs, agreement.true_pairs) == (len(joined), len(wanted))
    assert agreement.precision == (len(joined & wanted) / len(joined) if joined else 1)
    assert agreement.recall == (len(joined & wanted) / len(wanted) if wanted else 1)
    both = [sum(1 for other in rows if other == row) for row in rows]
    b3_precision = np.mean([n / np.count_nonzero(found == a) for n, (a, _) in zip(both, rows, strict=True)])
    b3_recall = np.mean([n / np.count_nonzero(true == b) for n, (_, b) in zip(both, rows, strict=True)])
    assert (agreement.b3_precision, agreement.b3_recall) == pytest.approx((b3_precision, b3_recall))


def test_records_follow_the_rates_and_the_seed(tmp_path: Path) -> None:
    generate, judge = script("generate"), script("judge")
    pairs = generate.write(tmp_path / "a", 10_000, 3)
    assert generate.write(tmp_path / "b", 10_000, 3) == pairs
    records, again = (pq.read_table(tmp_path / name / "records.parquet") for name in "ab")
    assert records.equals(again)
    truth = pq.read_table(tmp_path / "a" / "truth.parquet")
    assert records.column("record_id").equals(truth.column("record_id"))
    entity = truth.column("entity").to_numpy()
    assert judge.true_pairs(entity) == pairs
    assert len(np.unique(entity)) == 6_500
    share = records.column("id_number").null_count / len(records)
    assert share == pytest.approx(script("rates").ID_MISSING, abs=0.02)


def test_numbers_without_an_error_have_a_right_check_digit(tmp_path: Path) -> None:
    from features.normalise.identity import identity_number

    script("generate").write(tmp_path, 5_000, 1)
    table = pq.read_table(tmp_path / "records.parquet", columns=["kind", "id_number"]).to_pylist()
    for kind in ("person", "organization"):
        written = [row["id_number"] for row in table if row["kind"] == kind and row["id_number"]]
        clear = [number for number in written if "*" not in number]
        valid = [identity_number(number, None, person=kind == "person") for number in clear]
        rates = script("rates")
        expected = 1 - rates.ID_TYPO / (1 - rates.ID_MISSING - rates.ID_MASKED)
        assert sum(number is not None for number in valid) / len(valid) == pytest.approx(expected, abs=0.03)
