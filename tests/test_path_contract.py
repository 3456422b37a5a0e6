"""The hand-overs of the path on a simulated docket: no leak, parity of batch and desk, later looks."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from features.intake.take_in import take_in
from features.link.docket import link_pending
from features.link.resolve import resolve
from features.pipeline import build_table, build_table_at, observe
from features.simulate import simulate
from features.table import FeatureTable
from xiezhi.clock import DAY
from xiezhi.demo.split import find_cut, split_docket
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.filings import get_filing


@pytest.fixture(scope="module")
def docket(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated docket of 700 filings."""
    out = tmp_path_factory.mktemp("docket") / "docket"
    simulate(out, filings=700, years=2.0, seed=11)
    return out


def ingest(store: Store, *folders: Path) -> None:
    report = take_in(
        store, folders, mapping=None, settings=Settings(), rejects=None, received_at=2_000_000_000 * 1_000_000
    )
    assert not report.rejected
    link_pending(store)


def assert_same_rows(one: FeatureTable, other: FeatureTable, filing_ids: Sequence[str]) -> None:
    for filing_id in filing_ids:
        a, b = one.filing_ids.index(filing_id), other.filing_ids.index(filing_id)
        wrong = [
            n for n, x, y in zip(one.names, one.values[a], other.values[b], strict=True)
            if not (x == y or (np.isnan(x) and np.isnan(y)))
        ]  # fmt: skip
        assert wrong == [], filing_id


def test_screen_computes_the_same_row_as_train(store: Store, docket: Path) -> None:
    """The desk's row of a filing, from the fetched history, equals the batch's row."""
    ingest(store, docket)
    batch = build_table(store)
    for filing_id in batch.filing_ids[::23]:
        with store.read() as connection:
            stored = get_filing(connection, store.vault, filing_id)
            assert stored is not None
            linked = resolve(connection, store.vault, stored.filing)
        desk = observe(store, stored.filing, linked)
        assert_same_rows(desk, batch, [filing_id])
        row = batch.filing_ids.index(filing_id)
        for name in desk.names:
            assert desk.witnesses(0, name) == batch.witnesses(row, name)


def test_no_feature_changes_when_later_records_come(
    sqlite_store: Store, docket: Path, tmp_path: Path
) -> None:
    """Rows of filings before a cut are the same whether or not anything later is in the store."""
    history, new = tmp_path / "history", tmp_path / "new"
    cut = find_cut(docket, "Asia/Shanghai", 240)
    split_docket(docket, cut, history, new, "Asia/Shanghai")
    ingest(sqlite_store, history)
    alone = build_table(sqlite_store)
    ingest(sqlite_store, new)
    among = build_table(sqlite_store)
    assert len(among.filing_ids) > len(alone.filing_ids) > 300
    assert alone.as_of.max() < cut
    assert_same_rows(alone, among, alone.filing_ids)


def test_features_are_not_all_silent(sqlite_store: Store, docket: Path) -> None:
    ingest(sqlite_store, docket)
    table = build_table(sqlite_store)
    varied = [n for n in table.names if len(np.unique(table.column(n)[~np.isnan(table.column(n))])) > 1]
    assert len(varied) >= 60
    assert list(table.as_of) == sorted(table.as_of)


def test_a_later_look_knows_more_but_never_itself(sqlite_store: Store, docket: Path) -> None:
    ingest(sqlite_store, docket)
    at_filing = build_table(sqlite_store)
    chosen = at_filing.filing_ids[200:260]
    moments = dict(zip(at_filing.filing_ids, at_filing.as_of.tolist(), strict=True))
    same = build_table_at(sqlite_store, [(i, moments[i]) for i in chosen])
    assert_same_rows(same, at_filing, chosen)
    later = build_table_at(sqlite_store, [(i, moments[i] + 200 * DAY) for i in chosen])
    assert not np.array_equal(same.values, later.values, equal_nan=True)
    for row, filing_id in enumerate(chosen):
        for name in ("pair_filings", "claim_filed_before", "plaintiff_filings_365d"):
            assert filing_id not in later.witnesses(row, name)


def test_a_filing_brought_in_again_changes_nothing(sqlite_store: Store, docket: Path, tmp_path: Path) -> None:
    ingest(sqlite_store, docket)
    before = build_table(sqlite_store)
    copy = tmp_path / "copy"
    shutil.copytree(docket, copy)
    ingest(sqlite_store, copy)
    after = build_table(sqlite_store)
    assert before.filing_ids == after.filing_ids
    np.testing.assert_array_equal(before.values, after.values)
