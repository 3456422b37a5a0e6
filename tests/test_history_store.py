"""Bulk and desk on a store with corrections, late records and keys beyond the bound: the same rows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Connection, event

from features.intake.take_in import take_in
from features.link.docket import link_pending
from features.link.resolve import resolve
from features.pipeline import build_table, build_table_at, observe
from features.simulate import simulate
from features.table import FeatureTable
from xiezhi.clock import DAY
from xiezhi.records import Event, Filing, Finding
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.filings import get_filing, put_filings
from xiezhi.store.happenings import put_events, put_findings
from xiezhi.store.links import appearances_of_filings, latest_appearances
from xiezhi.store.tables import appearances

RECEIVED = 2_000_000_000 * 1_000_000


@pytest.fixture(scope="module")
def docket(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated docket of 350 filings."""
    out = tmp_path_factory.mktemp("docket") / "docket"
    simulate(out, filings=350, years=1.2, seed=5)
    return out


def ingest(store: Store, folder: Path) -> None:
    report = take_in(store, [folder], mapping=None, settings=Settings(), rejects=None, received_at=RECEIVED)
    assert not report.rejected
    link_pending(store)


def correct(store: Store, filing_id: str, days_later: int, amount: float) -> Filing:
    """Put a correction of a filing's amount in, known some days after it was filed."""
    with store.write() as connection:
        stored = get_filing(connection, store.vault, filing_id)
        assert stored is not None
        changed = replace(stored.filing, claim_amount=amount)
        known = stored.filing.filed_at + days_later * DAY
        put_filings(connection, store.vault, [(changed, stored.cause_family, "test")], known)
    return changed


def look(store: Store, filing_id: str, most: int) -> FeatureTable:
    """The desk's row of a filing as it was filed."""
    with store.read() as connection:
        first = get_filing(connection, store.vault, filing_id)
        assert first is not None
        stored = get_filing(connection, store.vault, filing_id, as_of=first.filing.filed_at)
        assert stored is not None
        linked = resolve(connection, store.vault, stored.filing)
    return observe(store, stored.filing, linked, most_read=most)


@pytest.mark.parametrize("most", [3, 1_000])
def test_bulk_and_desk_agree_with_corrections_late_records_and_findings_taken_back(
    store: Store, docket: Path, most: int
) -> None:
    ingest(store, docket)
    ids = build_table(store).filing_ids
    for filing_id in ids[::9]:
        changed = correct(store, filing_id, 3, 123_456.0)
        late = Event(filing_id, changed.filed_at + DAY, "withdrawn", changed.filed_at + 60 * DAY)
        early = Event(filing_id, changed.filed_at - DAY, "seizure", changed.filed_at - DAY)
        found = Finding(filing_id, changed.filed_at + DAY, "false", "judgment", changed.filed_at + 2 * DAY)
        undone = Finding(
            filing_id, changed.filed_at + 40 * DAY, "genuine", "review", changed.filed_at + 90 * DAY
        )
        with store.write() as connection:
            put_events(connection, [(late, "test"), (early, "test")], RECEIVED)
            put_findings(connection, [(found, "test"), (undone, "test")], RECEIVED)
    batch = build_table(store, most_read=most)
    cut = 0
    for row in range(len(ids) - 1, 0, -47):
        desk = look(store, batch.filing_ids[row], most)
        np.testing.assert_array_equal(desk.values[0], batch.values[row])
        for name in desk.names:
            assert desk.witnesses(0, name) == batch.witnesses(row, name), name
            assert desk.is_at_least(0, name) == batch.is_at_least(row, name), name
            cut += desk.is_at_least(0, name)
    assert (cut > 0) is (most == 3)
    assert np.nansum(batch.column("defendant_found_bad")) > 0
    assert np.nansum(batch.column("plaintiff_found_genuine")) > 0


def test_others_count_the_first_version_and_a_later_look_reads_its_own_newest(
    sqlite_store: Store, docket: Path
) -> None:
    ingest(sqlite_store, docket)
    before = build_table(sqlite_store)
    row = len(before.filing_ids) // 2
    filing_id, filed_at = before.filing_ids[row], int(before.as_of[row])
    correct(sqlite_store, filing_id, 30, 7_654_321.0)
    after = build_table(sqlite_store)
    np.testing.assert_array_equal(before.values, after.values)
    early, late = build_table_at(
        sqlite_store, [(filing_id, filed_at + 29 * DAY), (filing_id, filed_at + 31 * DAY)]
    ).column("claim_magnitude")
    assert early == before.column("claim_magnitude")[row]
    assert late == pytest.approx(np.log10(7_654_322.0))


def test_of_each_key_only_the_latest_are_read(store: Store, docket: Path) -> None:
    ingest(store, docket)
    table = build_table(store)
    end = int(table.as_of[-1])
    keys = np.unique(np.concatenate([key for _, key in table.queries.slots.values()])).tolist()
    with store.read() as connection:
        every = latest_appearances(connection, keys, end, 10_000)
        few = latest_appearances(connection, keys, end, 2)
    by_key: dict[int, list[tuple[int, str, int]]] = {}
    for row in every:
        by_key.setdefault(row[0], []).append(row)
    assert max(map(len, by_key.values())) > 2
    assert few == [row for rows in by_key.values() for row in rows[-2:]]


def test_appearances_of_filings_are_read_from_their_index_alone(store: Store) -> None:
    """As they come in, those of one filing lie apart: to fetch each row from its page took most of a screening."""
    ids = [f"f{n:04}" for n in range(1_500)]
    court = 2**60  # a key that all share
    rows = [(key, n * DAY, i, 0) for n, i in enumerate(ids) for key in (court, n, n + 2**61, n + 2**62)]
    columns = appearances.c.keys()
    with store.write() as connection:
        connection.execute(
            appearances.insert(), [dict(zip(columns, row, strict=True)) for row in sorted(rows)]
        )
    if store.engine.dialect.name == "postgresql":  # which autovacuum does
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE appearances")
    asked = ids[::300]
    with store.read() as connection:
        every, plan = read_with_plan(connection, asked, None)
        assert sorted(every) == sorted((key, i, role) for key, _, i, role in rows if i in set(asked))
        assert_index_alone(plan)
        some, plan = read_with_plan(connection, asked, (court, 2**61 - 1))
        assert sorted(some) == [(court, i, 0) for i in asked]
        assert_index_alone(plan)
        assert "key" in plan.partition("ix_appearances_filing_id")[2].partition("Filter")[0]


def read_with_plan(
    connection: Connection, asked: list[str], span: tuple[int, int] | None
) -> tuple[list[tuple[int, str, int]], str]:
    """What is read, and how the database went about it."""
    said: list[tuple[str, Any]] = []
    event.listen(connection, "before_cursor_execute", lambda *told: said.append((told[2], told[3])))
    found = appearances_of_filings(connection, asked, span)
    statement, bound = said[-1]  # SQLite's first is its BEGIN
    explain = "EXPLAIN" if connection.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    rows = connection.exec_driver_sql(f"{explain} {statement}", bound)
    return found, "\n".join(str(row[-1]) for row in rows)


def assert_index_alone(plan: str) -> None:
    ways = ("Index Only Scan using ix_appearances_filing_id", "COVERING INDEX ix_appearances_filing_id")
    assert any(way in plan for way in ways), plan
