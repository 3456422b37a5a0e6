"""Related claims of whole dockets: in bulk as one by one, in any order of arrival, and against the simulator's truth."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations
from pathlib import Path

from claim_samples import DEBTORS, LENDER, against, loan, note, suit
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from link_samples import START, believed, dockets, empty, put

from features.intake.take_in import take_in
from features.link.claims.relation import KINDS
from features.link.docket import keep_links, link_pending
from features.link.resolve import resolve
from features.simulate import simulate
from xiezhi.clock import DAY
from xiezhi.records import Filing, Proceeding
from xiezhi.settings import Settings
from xiezhi.store import Store


def test_relations_are_the_same_in_bulk_and_one_by_one(store: Store) -> None:
    rows = [
        suit(f"f{i}", 600 + i // 2, LENDER, against(DEBTORS[i % 3]), claim_amount=46_000.0 + i // 3, evidence=(note(f"2022-03-0{1 + i}", 46_000.0 + i // 3),), facts=loan(f"2022年3月{1 + i}日", DEBTORS[i % 3]))
        for i in range(9)
    ]  # fmt: skip
    put(store, rows)
    link_pending(store)
    bulk = believed(store)
    assert {r.kind for r in bulk[3]} == {"series", "split"}
    with store.read() as connection:
        again = [resolve(connection, store.vault, row) for row in rows]
    kept = {(r.filing_id, r.other_filing_id, r.kind) for r in bulk[3]}
    assert {(a.filing_id, r.other_filing_id, r.kind) for a in again for r in a.relations} == kept
    late = suit("e9", 604.5, LENDER, against(DEBTORS[0]), facts=loan(debtor=DEBTORS[0]))
    put(store, [late])
    with store.write() as connection:
        keep_links(connection, resolve(connection, store.vault, late))
    after = believed(store)[3]
    assert [r for r in after if r.filing_id != "e9"] == bulk[3]
    assert {r.other_filing_id for r in after if r.filing_id == "e9"} <= {f"f{i}" for i in range(9)}


few = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
_steps: st.SearchStrategy[Proceeding] = st.sampled_from(
    ["first_instance", "first_instance", "pre_suit_mediation", "appeal", "enforcement"]
)
_stories = st.sampled_from(
    [loan(), loan(total="20000"), loan(day="2020年3月6日"), loan(way="通过银行转账交付"), None]
)


@st.composite
def disputes(draw: st.DrawFn) -> list[Filing]:
    """Random dockets whose few people sue, appeal and sue again on like stories."""
    rows = draw(dockets())
    return [
        replace(
            row,
            proceeding=draw(_steps),
            facts=draw(_stories),
            currency="CNY",
            filed_at=row.filed_at + 600 * DAY,
        )
        for row in rows
    ]


@few
@given(rows=disputes())
def test_random_disputes_in_bulk_equal_one_by_one(store: Store, rows: list[Filing]) -> None:
    empty(store)
    put(store, rows)
    link_pending(store)
    bulk = believed(store)
    empty(store)
    for row in sorted(rows, key=lambda f: (f.filed_at, f.filing_id)):
        put(store, [row])
        with store.write() as connection:
            keep_links(connection, resolve(connection, store.vault, row))
    assert believed(store) == bulk


@few
@given(rows=disputes(), data=st.data())
def test_order_of_arrival_before_linking_changes_nothing(
    sqlite_store: Store, rows: list[Filing], data: st.DataObject
) -> None:
    empty(sqlite_store)
    put(sqlite_store, rows)
    link_pending(sqlite_store)
    found = believed(sqlite_store)
    empty(sqlite_store)
    put(sqlite_store, data.draw(st.permutations(rows)))
    link_pending(sqlite_store)
    assert believed(sqlite_store) == found
    moments = {row.filing_id: row.filed_at for row in rows}
    assert all(moments[r.other_filing_id] <= moments[r.filing_id] for r in found[3])


def pairs(claim_of: Mapping[str, str]) -> set[tuple[str, str]]:
    filings_of: dict[str, list[str]] = {}
    for filing_id, claim in sorted(claim_of.items()):
        filings_of.setdefault(claim, []).append(filing_id)
    return {pair for of in filings_of.values() for pair in combinations(of, 2)}


def test_claims_of_a_simulated_docket(sqlite_store: Store, tmp_path: Path) -> None:
    """Against the simulator's truth; every chain, and no series, lies within one claim."""
    docket = tmp_path / "docket"
    simulate(docket, filings=900, years=1.5, seed=23)
    take_in(sqlite_store, [docket], mapping=None, settings=Settings(), rejects=None, received_at=START)
    link_pending(sqlite_store)
    claim_of = dict(believed(sqlite_store)[1])
    with (docket / "truth" / "claims.csv").open(encoding="utf-8") as file:
        truth = {row["filing_id"]: row["claim_id"] for row in csv.DictReader(file)}
    found, true = pairs(claim_of), pairs(truth)
    assert len(true) > 80
    assert len(found & true) >= 0.99 * len(found)
    assert len(found & true) >= 0.99 * len(true)
    relations = believed(sqlite_store)[3]
    within = {
        kind: {claim_of[r.filing_id] == claim_of[r.other_filing_id] for r in relations if r.kind == kind}
        for kind in KINDS
    }
    assert within["appeal"] == {True}
    assert within["series"] == {False}
