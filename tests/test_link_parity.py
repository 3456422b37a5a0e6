"""Linking in bulk and one filing at a time give the same; nothing later changes anything."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from link_samples import IDS, START, believed, dockets, empty, entity_of, filing, narrow_weights, person, put

from features.intake.take_in import take_in
from features.link import docket as docket_module
from features.link import resolve as resolve_module
from features.link.docket import keep_links, link_pending
from features.link.profile import party_profile
from features.link.resolve import resolve
from features.link.table.profiles import link_profiles
from features.simulate import simulate
from xiezhi.clock import DAY
from xiezhi.records import Filing
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.filings import iterate_filings
from xiezhi.store.links import keep

many = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tiny caps, so that hubs are met."""
    for module in (docket_module, resolve_module):
        monkeypatch.setattr(module, "load_weights", narrow_weights)


def one_by_one(store: Store, rows: Sequence[Filing]) -> None:
    """Resolve and keep as the service would: in order of time."""
    for row in sorted(rows, key=lambda f: (f.filed_at, f.filing_id)):
        put(store, [row])
        with store.write() as connection:
            keep_links(connection, resolve(connection, store.vault, row))


@many
@given(rows=dockets())
def test_bulk_equals_one_by_one(store: Store, narrow: None, rows: list[Filing]) -> None:
    empty(store)
    put(store, rows)
    link_pending(store)
    bulk = believed(store)
    empty(store)
    one_by_one(store, rows)
    assert believed(store) == bulk


@many
@given(rows=dockets())
def test_instalments_equal_the_whole(sqlite_store: Store, narrow: None, rows: list[Filing]) -> None:
    """A docket linked as it comes in, moment by moment, equals the docket linked at once."""
    store = sqlite_store
    empty(store)
    put(store, rows)
    link_pending(store)
    whole = believed(store)
    empty(store)
    for _, moment in groupby(sorted(rows, key=lambda f: f.filed_at), key=lambda f: f.filed_at):
        put(store, list(moment))
        link_pending(store)
    assert believed(store) == whole


@many
@given(rows=dockets())
def test_nothing_later_changes_a_link(sqlite_store: Store, narrow: None, rows: list[Filing]) -> None:
    """Resolved again among all that came later, each filing gets what it got in its time."""
    store = sqlite_store
    empty(store)
    put(store, rows)
    link_pending(store)
    in_time = entity_of(store)
    for row in rows:
        with store.read() as connection:
            again = resolve(connection, store.vault, row)
        assert {(x.filing_id, x.record_id, x.kind): x.entity_id for x in again.links} == {
            key: entity for key, entity in in_time.items() if key[0] == row.filing_id
        }


def test_parity_on_a_simulated_docket(store: Store, tmp_path: Path) -> None:
    simulate(tmp_path / "docket", filings=150, years=1.0, seed=5)
    take_in(store, [tmp_path / "docket"], mapping=None, settings=Settings(), rejects=None, received_at=START)
    link_pending(store)
    bulk = believed(store)
    with store.read() as connection:
        rows = [f.filing for f in iterate_filings(connection, store.vault, open_ids=True)]
    empty(store)
    one_by_one(store, rows)
    assert believed(store) == bulk


def test_filings_of_one_moment_see_those_linked_before_them(sqlite_store: Store) -> None:
    """A court that notes the day alone still has one plaintiff in two suits of a day."""
    more = {"phone": "13812340001", "address": "甘州区东大街12号"}
    rows = [filing(f"f{i}", 1, person("p1", "plaintiff", "欧阳小明", **more)) for i in range(3)]
    put(sqlite_store, rows)
    link_pending(sqlite_store)
    entity = entity_of(sqlite_store)
    assert len({entity[f"f{i}", "p1", "person"] for i in range(3)}) == 1


def test_late_filings_leave_links_as_they_are(sqlite_store: Store) -> None:
    """An older filing that arrives late is linked as of its own moment; the newer ones stay."""
    store = sqlite_store
    more = {"phone": "13812340001", "address": "甘州区东大街12号"}
    put(store, [filing("f2", 5, person("p1", "plaintiff", "欧阳小明", **more))])
    link_pending(store)
    before = believed(store)[0]
    put(store, [filing("f1", 1, person("p1", "plaintiff", "欧阳小明", **more))])
    count = link_pending(store)
    assert (count.filings, count.joined) == (1, 0)
    assert set(before) < set(believed(store)[0])
    assert link_pending(store).filings == 0


@many
@given(rows=dockets(), half=st.integers(0, 11))
def test_late_filings_in_bulk_equal_one_by_one(
    sqlite_store: Store, narrow: None, monkeypatch: pytest.MonkeyPatch, rows: list[Filing], half: int
) -> None:
    """A history that arrives behind filings linked already gets the same links whichever way it is read."""
    store = sqlite_store
    found = []
    for worth in (1, 1_000):
        with monkeypatch.context() as patch:
            patch.setattr(docket_module, "_WORTH_BULK", worth)
            empty(store)
            put(store, [row for i, row in enumerate(rows) if i % 12 >= half])
            link_pending(store)
            put(store, rows)
            link_pending(store)
            found.append(believed(store))
    assert found[0] == found[1]


def test_killed_and_run_again(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kill leaves whole filings only, and the next run ends as if there had been none."""
    store = sqlite_store
    rows = [
        filing(f"f{i:02d}", i, person("p1", "plaintiff", "王建国", phone="13812340001")) for i in range(12)
    ]
    put(store, rows)
    link_pending(store)
    whole = believed(store)
    empty(store)
    put(store, rows)
    monkeypatch.setattr(docket_module, "_TOGETHER", 5)
    calls: list[int] = []

    def dies_in_the_middle(connection, linked, after):  # type: ignore[no-untyped-def]
        number = keep(connection, linked, after)
        calls.append(number)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return number

    monkeypatch.setattr(docket_module, "keep", dies_in_the_middle)
    with pytest.raises(KeyboardInterrupt):
        link_pending(store)
    assert 0 < len(believed(store)[1]) < 12
    assert link_pending(store).filings == 12 - 5
    assert believed(store) == whole


def test_moments_are_of_the_filing(sqlite_store: Store) -> None:
    put(sqlite_store, [filing("f1", 3, person("p1", "plaintiff", "王建国"))])
    link_pending(sqlite_store)
    assert {row[1] for row in believed(sqlite_store)[2]} == {START + 3 * DAY}


_MASKED = ("王某某", "李某1", "×××", "J. S.")
_SHARED = {
    "phone": ("13812340001",),
    "address": ("甘州区东大街12号", "甘州区牛王村4组23号"),
    "birth_date": ("1976",),
}
"""What kin and colleagues share."""


@many
@given(
    names=st.tuples(st.sampled_from(_MASKED), st.sampled_from((*_MASKED, "王建国"))),
    more=st.fixed_dictionaries(
        {}, optional={field: st.sampled_from(values) for field, values in _SHARED.items()}
    ),
    others=st.integers(0, 3),
)
def test_the_masked_are_not_known_by_what_kin_share(
    sqlite_store: Store, names: tuple[str, str], more: dict[str, str], others: int
) -> None:
    """In the store and in a table alike, whichever stands first and however sure the rest is."""
    rows = [filing(f"m{i}", i, person("p1", "plaintiff", name, **more)) for i, name in enumerate(names)]
    rows += [
        filing(f"o{i}", i, person("p1", "plaintiff", "欧阳小明", id_number=IDS[0])) for i in range(others)
    ]
    empty(sqlite_store)
    put(sqlite_store, rows)
    link_pending(sqlite_store)
    entity = [entity_of(sqlite_store)[row.filing_id, "p1", "person"] for row in rows]
    table = link_profiles([party_profile(row.parties[0], row.court, str) for row in rows]).cluster
    for leaders in (entity, table.tolist()):
        assert len(set(leaders[:2])) == 2
        assert len(set(leaders[2:])) == min(others, 1)


@pytest.mark.parametrize(
    "more", [{"id_number": IDS[0]}, {"birth_date": "1976-05-03", "phone": "13812340001"}]
)
def test_the_masked_are_known_by_what_is_their_own(sqlite_store: Store, more: dict[str, str]) -> None:
    more = {"address": "甘州区东大街12号", **more}
    rows = [filing(f"m{i}", i, person("p1", "plaintiff", "王某某", **more)) for i in range(2)]
    put(sqlite_store, rows)
    link_pending(sqlite_store)
    assert len(set(entity_of(sqlite_store).values())) == 1
    assert link_profiles(
        [party_profile(row.parties[0], row.court, str) for row in rows]
    ).cluster.tolist() == [0, 0]
