"""Relations read from the store's indexes are those of a slow look through everything; nothing later changes them."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from link_samples import START, empty
from relation_oracle import Expected, Key, expected_edges
from relation_samples import Known, keep_known, known_dockets

from features.relations.neighbourhood import Neighbourhood, neighbourhood
from xiezhi.clock import DAY
from xiezhi.store import Store

many = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def read(store: Store, own: Known, as_of: int, steps: int = 2) -> Neighbourhood:
    with store.read() as connection:
        return neighbourhood(connection, own.filing, own.links, as_of, steps=steps)


def edges_of(found: Neighbourhood) -> dict[Key, Expected]:
    return {
        (e.kind, e.left, e.right, e.detail): Expected(e.weight, e.first, e.last, e.count, e.here)
        for e in found.edges
        if e.kind != "shared_agent"
    }


@many
@given(rows=known_dockets(), days=st.integers(0, 8), steps=st.integers(1, 2), data=st.data())
def test_the_store_gives_what_a_slow_look_gives(
    store: Store, rows: list[Known], days: int, steps: int, data: st.DataObject
) -> None:
    own = data.draw(st.sampled_from(rows))
    stored = data.draw(st.booleans())
    empty(store)
    keep_known(store, [row for row in rows if stored or row is not own])
    as_of = START + days * DAY
    found = edges_of(read(store, own, as_of, steps))
    there = rows if stored else [row for row in rows if row is not own]
    expected = expected_edges(there, own, as_of, steps)
    assert set(found) == set(expected)
    for key, edge in expected.items():
        assert found[key][1:] == edge[1:], key
        assert found[key].weight == pytest.approx(edge.weight), key


@many
@given(rows=known_dockets(), days=st.integers(0, 6), data=st.data())
def test_nothing_filed_at_the_moment_or_later_changes_anything(
    store: Store, rows: list[Known], days: int, data: st.DataObject
) -> None:
    own, as_of = data.draw(st.sampled_from(rows)), START + days * DAY
    empty(store)
    before = [row for row in rows if row.filing.filed_at < as_of]
    keep_known(store, before)
    found = read(store, own, as_of)
    keep_known(store, [row for row in rows if row not in before])
    assert read(store, own, as_of) == found
