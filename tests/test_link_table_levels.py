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
from features.link.table.levels import Comparer

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
