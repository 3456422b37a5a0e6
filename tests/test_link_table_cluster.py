"""Clusters against a slow and plain retelling of the constrained average link."""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from features.link.table.cluster import ABSENT, MOST, STOP, STRONG, STRONGEST, Clusters, Cut, cluster, roughly
from features.link.table.em import JUDGED_SAME, VETO

Edges = dict[tuple[int, int], float]


def clustered(size: int, edges: Edges, marks: list[int]) -> Clusters:
    left, right = (np.array([pair[i] for pair in edges], np.int32) for i in (0, 1))
    return cluster(size, left, right, np.array(list(edges.values()), float), np.array(marks, np.int32))


class Link(NamedTuple):
    strength: float
    best: float
    at: tuple[int, int]
    veto: bool
    numbers: bool


def link(a: list[int], b: list[int], edges: Edges, marks: list[int]) -> Link | None:
    """What is between two clusters; None where none of their mentions were compared."""
    between = [(edges[pair], pair) for i in a for j in b if (pair := (min(i, j), max(i, j))) in edges]
    if not between:
        return None
    best, at = min(between, key=lambda found: (-found[0], found[1]))
    total = sum(max(min(bits, MOST), -MOST) for bits, _ in between)
    average = (total + ABSENT * (len(a) * len(b) - len(between))) / (len(a) * len(b))
    strength = (1 - STRONGEST) * average + STRONGEST * min(best, MOST)
    numbers = len({marks[i] for i in (*a, *b) if marks[i] >= 0}) > 1
    return Link(strength, best, at, any(bits <= VETO for bits, _ in between), numbers)


def known(size: int, edges: Edges, marks: list[int], reach: list[list[int]]) -> list[tuple[int, int]]:
    """Pairs of one number, by the first within reach who carries it, then those a person judged one."""
    numbered = [(min(j for j in reach[i] if marks[j] == marks[i]), i) for i in range(size) if marks[i] >= 0]
    return numbered + [pair for pair, bits in edges.items() if bits >= JUDGED_SAME]


def slowly(size: int, edges: Edges, marks: list[int]) -> tuple[list[int], list[Cut]]:
    """Leader of each mention, and the links above the threshold that were not followed."""
    clusters = [[i] for i in range(size)]
    reach = [[i] for i in range(size)]  # whom a chain of links leads to
    for (a, b), bits in edges.items():
        if bits > STOP and reach[a] is not reach[b]:
            joined = reach[a] + reach[b]
            for i in joined:
                reach[i] = joined

    def merge(a: list[int], b: list[int]) -> None:
        clusters.remove(b)
        a += b

    def together(a: list[int], b: list[int]) -> Link | None:
        found = link(a, b, edges, marks) if reach[a[0]] is reach[b[0]] else None
        return found if found and not found.veto and not found.numbers else None

    for i, j in known(size, edges, marks, reach):
        x, y = sorted((next(of for of in clusters if at in of) for at in (i, j)), key=min)
        held = link(x, y, edges, marks)
        if x is not y and reach[i] is reach[j] and not (held and (held.veto or held.numbers)):
            merge(x, y)
    while True:
        open_links = [
            (-found.strength, min(a), min(b), a, b)
            for a, b in combinations(sorted(clusters, key=min), 2)
            if (found := together(a, b)) and found.strength > STOP
        ]
        if not open_links:
            break
        merge(*min(open_links)[3:])
    cuts = []
    for x, y in combinations(sorted(clusters, key=min), 2):
        told = link(x, y, edges, marks)
        if told and told.best > STOP:
            why = "different-numbers" if told.numbers else "veto" if told.veto else "weak-chain"
            cuts.append(Cut(*told.at, told.best, why))
    of = {i: min(members) for members in clusters for i in members}
    return [of[i] for i in range(size)], cuts


@st.composite
def graphs(draw: st.DrawFn) -> tuple[int, Edges, list[int]]:
    """Few mentions, links in quarters of a bit so that sums are exact, vetoes and numbers."""
    size = draw(st.integers(1, 8))
    bits = st.one_of(
        st.integers(-48, 72).map(lambda n: n / 4), st.sampled_from((VETO, VETO, 60.0, JUDGED_SAME))
    )
    pairs = list(combinations(range(size), 2))
    edges = {pair: draw(bits) for pair in pairs if draw(st.integers(0, 3))}
    marks = draw(st.lists(st.sampled_from((-1, -1, -1, 0, 1, 2)), min_size=size, max_size=size))
    return size, edges, marks


VETO_COMES_TO_THE_SAME = (
    6,
    {
        (0, 1): -11.0, (0, 3): 11.75, (0, 5): 15.0, (1, 5): JUDGED_SAME, (2, 3): JUDGED_SAME, (2, 4): JUDGED_SAME,
        (2, 5): 15.0, (3, 5): VETO, (4, 5): 60.0,
    },
    [-1] * 6,
)  # fmt: skip
"""A link that takes a veto in and comes out as strong as it was."""


@settings(max_examples=150, deadline=None)
@given(graphs())
@example(VETO_COMES_TO_THE_SAME)
@example((5, {(1, 4): 0.0, (3, 4): 0.0}, [-1, -1, 0, 0, 0]))  # a number beyond reach of two who carry it
def test_clusters_are_those_of_the_plain_retelling(graph: tuple[int, Edges, list[int]]) -> None:
    size, edges, marks = graph
    found = clustered(size, edges, marks)
    of, cuts = slowly(size, edges, marks)
    assert found.of.tolist() == of
    assert sorted(found.cuts) == sorted(cuts)


@settings(max_examples=100, deadline=None)
@given(graphs())
@example(VETO_COMES_TO_THE_SAME)
def test_constraints_hold(graph: tuple[int, Edges, list[int]]) -> None:
    size, edges, marks = graph
    of = clustered(size, edges, marks).of.tolist()
    assert all(of[leader] == leader <= i for i, leader in enumerate(of))
    for i, j in combinations(range(size), 2):
        if of[i] == of[j]:
            assert edges.get((i, j), 0.0) > VETO
            assert min(marks[i], marks[j]) < 0 or marks[i] == marks[j]


@settings(max_examples=60, deadline=None)
@given(graphs(), st.integers(0, 2**32 - 1))
def test_the_order_of_mentions_changes_nothing(graph: tuple[int, Edges, list[int]], seed: int) -> None:
    """Where no two links are equally strong and nothing keeps those of one number apart; else the smaller is asked first."""
    size, edges, marks = graph
    rng = np.random.default_rng(seed)
    for i, j in edges:
        one = marks[i] == marks[j] >= 0
        if one or edges[i, j] > VETO:
            edges[i, j] = float(np.clip(edges[i, j], 1 - MOST, MOST - 1) + rng.random())
    to = rng.permutation(size).tolist()
    moved = {(min(to[i], to[j]), max(to[i], to[j])): bits for (i, j), bits in edges.items()}
    of = clustered(size, edges, marks).of.tolist()
    again = clustered(size, moved, [marks[to.index(i)] for i in range(size)]).of.tolist()
    for i, j in combinations(range(size), 2):
        assert (of[i] == of[j]) == (again[to[i]] == again[to[j]])


def test_a_weak_chain_is_cut_and_told() -> None:
    """0-1 and 1-2 agree, 0-2 do not: the average link keeps 2 out."""
    found = clustered(3, {(0, 1): 8.0, (0, 2): -9.0, (1, 2): 5.0}, [-1, -1, -1])
    assert found.of.tolist() == [0, 0, 2]
    assert found.cuts == (Cut(1, 2, 5.0, "weak-chain"),)


def test_two_numbers_never_share_a_cluster() -> None:
    found = clustered(3, {(0, 1): 9.0, (1, 2): 8.0}, [7, -1, 8])
    assert found.of.tolist() == [0, 0, 2]
    assert found.cuts == (Cut(1, 2, 8.0, "different-numbers"),)


def test_a_veto_outlasts_one_number() -> None:
    """Two that a person told apart stay apart, though a third carries the number of both."""
    found = clustered(3, {(0, 1): VETO, (0, 2): 30.0, (1, 2): 30.0}, [4, 4, 4])
    assert found.of.tolist() == [0, 1, 0]


@pytest.mark.parametrize("size", [2, 3, 5])
def test_a_clique_is_one_cluster(size: int) -> None:
    """The short way that such components go gives what the long way gives."""
    edges = {pair: 0.5 + sum(pair) / 8 for pair in combinations(range(size), 2)}
    assert (
        clustered(size, edges, [-1] * size).of.tolist() == slowly(size, edges, [-1] * size)[0] == [0] * size
    )
    assert clustered(size, edges, [3] * size).of.tolist() == [0] * size
    assert clustered(size, edges, [3, 4, *[-1] * (size - 2)]).of.tolist()[:2] == [0, 1]


def test_rough_clusters_are_of_strong_pairs() -> None:
    left, right = np.array([0, 1, 2], np.int32), np.array([1, 2, 3], np.int32)
    of = roughly(5, left, right, np.array([3.0, STRONG - 5.0, STRONG + 0.5]))
    assert of.tolist() == [0, 0, 1, 1, 2]


def test_nothing_compared() -> None:
    assert clustered(3, {}, [-1, 0, 0]).of.tolist() == [0, 1, 2]
    assert clustered(0, {}, []).of.tolist() == []
