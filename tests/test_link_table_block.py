"""Candidate pairs against a list of all pairs that share a key."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from link_records_drawn import profiles

from features.link.profile import KINDS, Profile
from features.link.table import block as blocking
from features.link.table.block import RULES, Rule, block, share_key
from features.link.table.columns import from_profiles
from features.link.table.judges import clash

NONE = np.empty((0, 2), np.int32)
Pairs = set[tuple[int, int]]


@settings(deadline=None)
@given(keys=st.lists(st.integers(-1, 6), max_size=40), cap=st.integers(1, 12), most=st.integers(0, 200))
def test_pairs_that_share_a_key(keys: list[int], cap: int, most: int) -> None:
    (left, right), capped = share_key(np.array(keys, np.int64), cap, most)
    holders = Counter(key for key in keys if key >= 0)
    while sum(held * (held - 1) // 2 for held in holders.values() if held <= cap) > most:
        cap -= 1
    wanted = {
        (i, j)
        for i, j in combinations(range(len(keys)), 2)
        if keys[i] == keys[j] >= 0 and holders[keys[i]] <= cap
    }
    assert len(left) == len(wanted)
    assert set(zip(left.tolist(), right.tolist(), strict=True)) == wanted
    assert capped == sum(1 for held in holders.values() if held > cap)


def key_of(profile: Profile, name: str) -> str:
    """The value that a rule's field has, as the rules mean it."""
    words = profile.sound.split(" ") if " " in profile.sound and "|" not in profile.sound else []
    match name:
        case "family":
            return words[0] if words else profile.surname
        case "last":
            return words[-1] if words else profile.given
        case "year":
            return profile.birth[:4]
        case "start":
            return profile.name[:2]
        case "opening":
            return profile.core[:2]
    return str(getattr(profile, name))


def share(rows: list[Profile], rule: Rule) -> Pairs:
    """Pairs of which both show all fields of a rule, and the same."""
    keys = [tuple(key_of(row, name) for name in rule.fields) for row in rows]
    held = Counter(keys)
    return {
        (i, j)
        for i, j in combinations(range(len(rows)), 2)
        if keys[i] == keys[j] and all(keys[i]) and held[keys[i]] <= rule.cap
    }


def misread(rows: list[Profile]) -> Pairs:
    """Pairs of a misread number and a valid one that it may stand for."""
    return {
        (i, j)
        for i, j in combinations(range(len(rows)), 2)
        if rows[i].number in rows[j].repairs.split() or rows[j].number in rows[i].repairs.split()
    }


@pytest.mark.parametrize("kind", KINDS)
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.function_scoped_fixture,
    ],
)
@given(data=st.data())
def test_every_rule_finds_its_pairs_and_is_told(
    monkeypatch: pytest.MonkeyPatch, kind: str, data: st.DataObject
) -> None:
    monkeypatch.setattr(blocking, "SMALL", 0)
    rules = tuple(Rule(rule.fields, 3) for rule in RULES[kind])
    monkeypatch.setattr(blocking, "RULES", {kind: rules})
    rows = data.draw(st.lists(profiles(kind), min_size=2, max_size=12))
    found = block(from_profiles(kind, rows), (), NONE)
    pairs = list(zip(found.left.tolist(), found.right.tolist(), strict=True))
    assert pairs == sorted(set(pairs))
    by_rule = {
        name: {pair for pair, flags in zip(pairs, found.found_by.tolist(), strict=True) if flags >> i & 1}
        for i, name in enumerate(found.rules)
    }
    for rule in rules:
        assert by_rule.get(rule.name, set()) == share(rows, rule), rule.name
    assert by_rule["number~repairs"] == misread(rows)
    assert set(pairs) == set().union(*by_rule.values())


def person(**fields: str) -> Profile:
    return Profile("person", **fields)


def test_a_small_table_is_compared_as_a_whole() -> None:
    rows = [person(name=name) for name in "甲乙丙丁"]
    found = block(from_profiles("person", rows), (), NONE)
    assert list(zip(found.left.tolist(), found.right.tolist(), strict=True)) == list(
        combinations(range(4), 2)
    )


def test_judged_pairs_are_compared_whatever_they_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocking, "SMALL", 0)
    rows = [person(name="甲"), person(name="乙"), person(name="丙"), person(name="乙")]
    found = block(from_profiles("person", rows), (), np.array([[2, 0], [1, 1], [0, 2]], np.int32))
    assert list(zip(found.left.tolist(), found.right.tolist(), strict=True)) == [(0, 2), (1, 3)]
    assert found.found_by[0] == np.uint64(1) << np.uint64(len(found.rules))


def test_a_further_column_is_a_rule_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocking, "SMALL", 0)
    columns = from_profiles("person", [person(name=name, locality="x") for name in "甲乙丙"])
    columns = type(columns)(columns.kind, columns.size, {**columns.of, "ward": columns.of["locality"]})
    assert len(block(columns, (), NONE).left) == 0
    found = block(columns, ("ward",), NONE)
    assert len(found.left) == 3
    assert "ward" in found.rules


def test_a_key_of_too_many_proposes_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocking, "SMALL", 0)
    rows = [person(phone="13812340001", name=str(i)) for i in range(31)]
    found = block(from_profiles("person", rows), (), NONE)
    assert len(found.left) == 0
    assert dict(zip(found.rules, found.capped, strict=True))["phone"] == 1


def test_what_cannot_be_one_bearer() -> None:
    rows = [person(number="r:1"), person(number="r:2"), person(number="o:1"), person(number="o:2"), person()]
    test = clash(from_profiles("person", rows))
    pairs = list(combinations(range(len(rows)), 2))
    left, right = np.array(pairs, np.int32).T
    assert [pair for pair, clashes in zip(pairs, test(left, right), strict=True) if clashes] == [(0, 1)]
