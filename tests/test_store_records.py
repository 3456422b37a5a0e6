"""Filings, events and findings in the store: versions, as-of reads, sealed numbers, on both databases."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from xiezhi.clock import DAY
from xiezhi.records import Event, Filing, Finding, Party
from xiezhi.store import Store
from xiezhi.store.filings import (
    PutCount,
    count_filings,
    get_filing,
    get_filings,
    iterate_filings,
    put_filings,
)
from xiezhi.store.happenings import events_of, findings_of, put_events, put_findings
from xiezhi.store.tables import filings

T0 = 1_700_000_000_000_000
NOW = T0 + 1_000 * DAY
NUMBER = "11010519491231002X"


def a_filing(filing_id: str = "F1", filed_at: int = T0, **changes: object) -> Filing:
    party = Party("p1", "plaintiff", "person", "张秀英", "resident_id", NUMBER)
    filing = Filing(filing_id, "甘0702", filed_at, "民间借贷纠纷", (party,), extra={"自编号": NUMBER})
    return replace(filing, **changes)  # type: ignore[arg-type]


def put(store: Store, *rows: Filing, at: int = NOW) -> PutCount:
    with store.write() as connection:
        return put_filings(connection, store.vault, [(f, "private_loan", "t.jsonl") for f in rows], at)


def test_the_courts_day_alone_makes_no_new_version(store: Store) -> None:
    """Filings kept before the day was: the same again is no correction."""
    assert put(store, a_filing(), a_filing(filed_on="2026-11-21")) == PutCount(added=1, unchanged=1)


def test_filing_comes_back_as_filed(store: Store) -> None:
    assert put(store, a_filing()) == PutCount(added=1)
    with store.read() as connection:
        stored = get_filing(connection, store.vault, "F1")
    assert stored is not None
    assert stored.filing == a_filing()
    assert (stored.version, stored.recorded_at) == (1, T0)
    assert (stored.source, stored.cause_family) == ("t.jsonl", "private_loan")


def test_numbers_are_sealed_at_rest(store: Store) -> None:
    put(store, a_filing())
    with store.read() as connection:
        row = connection.execute(select(filings)).one()
        closed = next(iterate_filings(connection, store.vault))
    assert NUMBER not in str(tuple(row))
    assert "张秀英" in row.body
    assert closed.filing.parties[0].id_number is None
    assert closed.filing.extra == {}


def test_same_record_again_changes_nothing(store: Store) -> None:
    put(store, a_filing())
    assert put(store, a_filing(), a_filing()) == PutCount(unchanged=2)
    with store.read() as connection:
        assert count_filings(connection) == 1


def test_changed_record_is_a_version_known_from_when_it_came(store: Store) -> None:
    put(store, a_filing(), a_filing("F2"))
    assert put(store, a_filing(claim_amount=5.0)) == PutCount(changed=1)
    assert put(store, a_filing(claim_amount=6.0), at=NOW - DAY) == PutCount(changed=1)
    # An old export read again does not undo a correction.
    assert put(store, a_filing(), a_filing(claim_amount=5.0)) == PutCount(unchanged=2)
    with store.read() as connection:
        seen = [
            get_filing(connection, store.vault, "F1", as_of) for as_of in (T0 - 1, T0, NOW - 1, NOW, None)
        ]
        assert [s and s.filing.claim_amount for s in seen] == [None, None, None, 5.0, 6.0]
        assert [s and s.version for s in seen] == [None, 1, 1, 2, 3]
        newest = list(iterate_filings(connection, store.vault))
        first = list(iterate_filings(connection, store.vault, first_version=True))
        assert count_filings(connection) == 2
    assert [(s.filing.filing_id, s.version) for s in newest] == [("F1", 3), ("F2", 1)]
    assert [(s.filing.filing_id, s.version) for s in first] == [("F1", 1), ("F2", 1)]


def test_versions_within_one_call(store: Store) -> None:
    rows = (a_filing(), a_filing(cause="合同纠纷"), a_filing())
    assert put(store, *rows) == PutCount(added=1, changed=1, unchanged=1)


def test_iteration_is_in_order_of_time_then_bytes(store: Store) -> None:
    ids = [f"{letter}{n}" for n in range(1_100) for letter in "aBé"]
    put(store, *(a_filing(i, T0 + (n % 3) * DAY) for n, i in enumerate(ids)))
    with store.read() as connection:
        seen = [s.filing for s in iterate_filings(connection, store.vault)]
        some = list(iterate_filings(connection, store.vault, since=T0 + DAY, before=T0 + 2 * DAY))
    keys = [(f.filed_at, f.filing_id.encode()) for f in seen]
    assert len(keys) == 3_300
    assert keys == sorted(keys)
    assert {s.filing.filed_at for s in some} == {T0 + DAY}


def test_many_filings_are_found_by_id(store: Store) -> None:
    put(store, *(a_filing(f"F{n}") for n in range(1_200)))
    with store.read() as connection:
        found = get_filings(connection, store.vault, [f"F{n}" for n in range(-5, 1_200)])
    assert len(found) == 1_200
    assert found["F7"].filing.filing_id == "F7"


def test_events_are_kept_once_and_read_as_of(store: Store) -> None:
    served = Event("F1", T0, "served", T0 + DAY, detail="邮寄")
    closed = Event("F9", T0, "closed", T0, amount=3.5, party_id="p1")
    with store.write() as connection:
        assert put_events(connection, [(served, "e"), (closed, "e")], NOW) == PutCount(added=2)
        assert put_events(connection, [(served, "x"), (served, "x")], NOW) == PutCount(unchanged=2)
        assert events_of(connection, None, None) == [closed, served]
        assert events_of(connection, None, T0 + DAY) == [closed]
        assert events_of(connection, ["F1", "F1", "F2"], None) == [served]
        assert events_of(connection, [], None) == []


def test_findings_are_kept_once_and_read_as_of(store: Store) -> None:
    weak = Finding("F1", T0, "abusive", "review", T0)
    strong = Finding("F1", T0, "false", "conviction", T0 + DAY, scheme="s", measure="convicted")
    with store.write() as connection:
        assert put_findings(connection, [(strong, "f"), (weak, "f")], NOW) == PutCount(added=2)
        assert put_findings(connection, [(strong, "f")], NOW) == PutCount(unchanged=1)
        assert findings_of(connection, None, None) == [weak, strong]
        assert findings_of(connection, ["F1"], T0 + DAY) == [weak]
