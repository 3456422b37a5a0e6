"""The list of what changed: complete, in the order of commits, short."""

from __future__ import annotations

import pytest
from link_samples import filing, person, put
from sqlalchemy import func, select, text

from xiezhi.clock import DAY
from xiezhi.records import Event
from xiezhi.store import Store, changes
from xiezhi.store.advisory import PUBLISHING
from xiezhi.store.changes import changes_since, newest_change, note_changed, publish_changes
from xiezhi.store.engine import migrate
from xiezhi.store.filings import put_filings
from xiezhi.store.happenings import put_events
from xiezhi.store.tables import history_changes

ON_POSTGRES = pytest.mark.parametrize(
    "store", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)
"""SQLite has one writer at a time: nothing begins first and ends last there."""


def since(store: Store, seq: int = 0, most: int = 100) -> list[str] | None:
    with store.read() as connection:
        return changes_since(connection, seq, most).filing_ids


def test_first_versions_and_new_events_are_told_and_nothing_twice(store: Store) -> None:
    one = filing("f1", 0, person("p", "plaintiff", "甲"))
    put(store, [one])
    assert since(store) == ["f1"]
    event = Event("f1", DAY, "closed", DAY)
    for expected in (2, 2):
        with store.write() as connection:
            put_events(connection, [(event, "test")], DAY)
            put_filings(connection, store.vault, [(one, "other", "test")], DAY)
        with store.read() as connection:
            assert newest_change(connection) == expected


def test_what_is_rolled_back_is_not_told(store: Store) -> None:
    def fail() -> None:
        with store.write() as connection:
            note_changed(connection, ["f1"])
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert since(store) == []


def test_a_page_of_a_bulk_import_is_one_row_that_says_everything(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "MOST_NAMED", 3)
    put(store, [filing(f"f{i}", i, person("p", "plaintiff", "甲")) for i in range(4)])
    assert since(store) is None
    with store.read() as connection:
        assert connection.execute(select(history_changes)).all() == [(1, None)]


def test_old_rows_go_and_who_missed_them_is_told_everything(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "KEPT", 4)
    for number in range(10):
        with store.write() as connection:
            note_changed(connection, [f"f{number}"])
    with store.read() as connection:
        assert connection.execute(select(func.count()).select_from(history_changes)).scalar_one() == 4
    assert since(store, 6) == ["f6", "f7", "f8", "f9"]
    assert since(store, 5) is None
    assert since(store, 6, most=3) is None


@ON_POSTGRES
def test_what_begins_first_and_ends_last_is_told_last(store: Store) -> None:
    """Numbers are drawn at the end: none comes into sight below one that was seen."""
    with store.write() as connection:
        put_filings(
            connection, store.vault, [(filing("slow", 0, person("p", "plaintiff", "甲")), "x", "t")], 0
        )
        put(store, [filing("quick", 0, person("p", "plaintiff", "甲"))])
        with store.read() as reading:
            seen = changes_since(reading, 0, 100)
        assert seen.filing_ids == ["quick"]
    assert since(store, seen.upto) == ["slow"]


@ON_POSTGRES
def test_who_publishes_does_not_wait_for_who_migrates(store: Store) -> None:
    """Else both would wait for one another, once the migration came to a table that is being written."""
    with store.engine.begin() as connection:
        migrate(connection)
        with store.write() as writing:
            writing.execute(text("SET LOCAL lock_timeout = '20s'"))
            note_changed(writing, ["f1"])
    assert since(store) == ["f1"]


@ON_POSTGRES
def test_who_publishes_shuts_others_out_until_all_is_committed(store: Store) -> None:
    free = text("SELECT pg_try_advisory_xact_lock(:lock)")
    with store.write() as connection:
        note_changed(connection, ["f1"])
        publish_changes(connection)
        with store.read() as other:
            assert other.execute(free, {"lock": PUBLISHING}).scalar_one() is False
    with store.read() as other:
        assert other.execute(free, {"lock": PUBLISHING}).scalar_one() is True
