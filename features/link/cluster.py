"""Pairs to clusters by average link in log-odds: no chain of weak links, no cluster across a veto."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from typing import Final

ABSENT: Final = -1.0
"""Log-odds of a pair that was never compared: it shared no key."""

STOP: Final = 0.0
"""Clusters join while their average is above: more likely one bearer than two."""

_MOST: Final = 15.0
"""Bits a single pair may bring in, so that one wrong number does not outvote the rest."""


def cluster(
    marks: Sequence[str], pairs: Sequence[tuple[int, int]], bits: Sequence[float], veto: float
) -> list[int]:
    """For each record the smallest record of its cluster.

    marks: of each record the one number only its bearer has, or nothing; two numbers never share a cluster.
    pairs: (a, b) with a < b, each once; bits: their log-odds, `veto` or below where they must stay apart.
    """
    size = len(marks)
    mark = list(marks)
    parent = list(range(size))
    members = [1] * size
    # Between two clusters: sum of log-odds, number of compared pairs, whether a veto stands.
    links: list[dict[int, tuple[float, int, bool]]] = [{} for _ in range(size)]
    heap: list[tuple[float, int, int]] = []
    for (a, b), weight in zip(pairs, bits, strict=True):
        link = (min(max(weight, -_MOST), _MOST), 1, weight <= veto)
        links[a][b] = links[b][a] = link
        if weight > STOP:
            heap.append((-link[0], a, b))
    heapq.heapify(heap)
    while heap:
        minus_average, a, b = heapq.heappop(heap)
        if parent[a] != a or parent[b] != b:
            continue
        average = _average(links[a].get(b), members[a] * members[b])
        if average is None or average <= STOP or -minus_average != average:
            continue  # the pair has changed since; its newer entry stands elsewhere in the heap
        if mark[a] and mark[b] and mark[a] != mark[b]:
            continue
        mark[min(a, b)] = mark[a] or mark[b]
        _merge(a, b, parent, members, links, heap)
    return [_root(parent, i) for i in range(size)]


def _average(link: tuple[float, int, bool] | None, crossing: int) -> float | None:
    if link is None or link[2]:
        return None
    total, compared, _ = link
    return (total + ABSENT * (crossing - compared)) / crossing


def _merge(
    a: int,
    b: int,
    parent: list[int],
    members: list[int],
    links: list[dict[int, tuple[float, int, bool]]],
    heap: list[tuple[float, int, int]],
) -> None:
    """Put the larger-numbered cluster into the smaller."""
    keep, gone = min(a, b), max(a, b)
    parent[gone] = keep
    members[keep] += members[gone]
    links[keep].pop(gone, None)
    links[gone].pop(keep, None)
    for other, (total, compared, veto) in links[gone].items():
        mine = links[keep].get(other, (0.0, 0, False))
        links[keep][other] = (mine[0] + total, mine[1] + compared, mine[2] or veto)
        del links[other][gone]
    links[gone] = {}
    for other, link in links[keep].items():
        links[other][keep] = link
        average = _average(link, members[keep] * members[other])
        if average is not None and average > STOP:
            heapq.heappush(heap, (-average, min(keep, other), max(keep, other)))


def _root(parent: list[int], i: int) -> int:
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i
