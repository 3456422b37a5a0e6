"""Pairs compared by columns get the levels that `compare` gives each of them alone."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from link_records_drawn import profiles

from features.link.compare import compare, levels_of
from features.link.profile import KINDS, Profile
from features.link.table.columns import from_profiles
from features.link.table.levels import Compared, Comparer

Pair = tuple[int, int]
Found = dict[Pair, dict[str, str] | None]


def one_by_one(rows: list[Profile], pairs: list[Pair]) -> Found:
    """Field -> level of each pair; None where it cannot be one bearer."""
    found: Found = {}
    for i, j in pairs:
        levels = compare(rows[i], rows[j])
        found[i, j] = None if levels is None else dict(levels)
    return found


def by_columns(rows: list[Profile], pairs: list[Pair]) -> Found:
    kind = rows[0].kind
    comparer = Comparer(from_profiles(kind, rows))
    left, right = np.array(pairs, np.int32).T
    compared = comparer.compare(left, right)
    found: Found = {}
    for pair, levels, vetoed in zip(pairs, compared.levels, compared.vetoed, strict=True):
        known = {
            field: levels_of(kind, field)[level - 1]
            for field, level in zip(compared.fields, levels.tolist(), strict=True)
            if level
        }
        found[pair] = None if vetoed else known
    return found


@pytest.mark.parametrize("kind", KINDS)
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(data=st.data())
def test_columns_compare_as_one_pair_is_compared(kind: str, data: st.DataObject) -> None:
    rows = data.draw(st.lists(profiles(kind), min_size=2, max_size=6))
    pairs = list(permutations(range(len(rows)), 2))
    assert by_columns(rows, pairs) == one_by_one(rows, pairs)
    for (i, j), found in one_by_one(rows, pairs).items():
        assert found == one_by_one(rows, [(j, i)])[j, i]


NORTH = "extraordinarily long named international holding company of the north"
COURT = "United States District Court for the Northern District of "


@pytest.mark.parametrize(
    ("a", "b", "levels"),
    [
        ({"court": COURT + "Ohio"}, {"court": COURT + "Iowa"}, {"court": "other"}),
        ({"court": COURT + "Ohio"}, {"court": COURT + "Ohio, Eastern Division"}, {"court": "same"}),
        (
            {"name": NORTH, "core": NORTH},
            {"name": NORTH[:-1] + "x", "core": NORTH[:-1] + "x"},
            {"name": "near"},
        ),
        ({"name": NORTH, "core": NORTH}, {"name": NORTH[:-1], "core": NORTH[:-1]}, {"name": "brand"}),
        (
            {"name": NORTH, "core": NORTH},
            {"name": NORTH[:-5], "core": NORTH[:-5] + "south"},
            {"name": "other"},
        ),
        ({"name": "a", "core": NORTH, "whole": "y"}, {"name": "a", "core": NORTH}, {"name": "exact"}),
    ],
)
def test_long_texts_are_compared_whole(a: dict[str, str], b: dict[str, str], levels: dict[str, str]) -> None:
    rows = [Profile("organization", **a), Profile("organization", **b)]
    pairs = [(0, 1), (1, 0)]
    assert by_columns(rows, pairs) == one_by_one(rows, pairs) == dict.fromkeys(pairs, levels)


def test_firms_of_two_branches_and_firms_without_a_name_cannot_be_one() -> None:
    rows = [
        Profile("firm", name=name, core=name, branch=branch)
        for name, branch in (("大成", ""), ("大成", "深圳"), ("", ""))
    ]
    pairs = list(permutations(range(3), 2))
    assert by_columns(rows, pairs) == one_by_one(rows, pairs) == dict.fromkeys(pairs)


def test_patterns_of_many_columns_are_told_apart() -> None:
    """Beside a person's own fields a table may bring any number of columns that are compared as they are."""
    levels = np.random.default_rng(0).integers(0, 9, (500, 40)).astype(np.uint8)
    levels[100:200] = levels[:100]
    compared = Compared(tuple(map(str, range(40))), levels, np.zeros(500, np.bool_))
    of, distinct = compared.distinct
    assert (distinct[of] == levels).all()
    assert len(distinct) == len(np.unique(levels, axis=0))
