"""Pairs to clusters by average link in log-odds: no chain of weak links, no cluster across a veto."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from features.link.table.columns import Codes
from features.link.table.em import JUDGED_SAME, VETO, Floats

ABSENT: Final = -1.0
"""Log-odds of a pair that was never compared: it shared no key."""

STOP: Final = -0.1
"""Clusters join while their link is above. Chosen once for all kinds and scripts, on the sets of docs/linking.md: there
seven to nine of ten pairs just below nought are of one bearer, since such pairs share more than the fields say."""

STRONGEST: Final = 0.25
"""Part of the strongest pair in a link: who uses three telephones agrees on one with a third of his mentions only.
Chosen with STOP."""

STRONG: Final = 0.0
"""Log-odds of a pair that counts where clusters are only wanted roughly."""

MOST: Final = 15.0
"""Bits a single pair may bring in, so that one wrong number does not outvote the rest."""


class Cut(NamedTuple):
    """Two clusters that a link above the threshold did not join: positions of the link, its bits, and why."""

    left: int
    right: int
    bits: float
    why: str


@dataclass(frozen=True)
class Clusters:
    """of: (mentions,) smallest position of each one's cluster; cuts: links that were not followed."""

    of: Codes
    cuts: tuple[Cut, ...]

    @property
    def count(self) -> int:
        """How many clusters there are."""
        return int(np.count_nonzero(self.of == np.arange(len(self.of))))


def cluster(size: int, left: Codes, right: Codes, bits: Floats, marks: Codes) -> Clusters:
    """Clusters of `size` mentions.

    left, right, bits: pairs with left < right, each once, and their log-odds, `VETO` where they must stay apart.
    marks: (mentions,) code of the one number only its bearer has, or -1; two numbers never share a cluster.
    """
    linked = bits > STOP
    graph = coo_array((np.ones(int(linked.sum()), np.bool_), (left[linked], right[linked])), (size, size))
    count, component = connected_components(graph, directed=False)
    members = np.bincount(component, minlength=count)
    inside = component[left] == component[right]
    whole = _whole(component, members, left[linked], marks, left[inside & ~linked])
    of = np.full(count, size, np.int64)
    np.minimum.at(of, component, np.arange(size))
    found = of[component].astype(np.int32)
    doubtful = np.flatnonzero(inside & ~whole[component[left]])
    order = doubtful[np.argsort(component[left[doubtful]], kind="stable")]
    starts = np.flatnonzero(np.diff(component[left[order]], prepend=-1)).tolist()
    edges = list(zip(left[order].tolist(), right[order].tolist(), bits[order].tolist(), strict=True))
    cuts: list[Cut] = []
    for start, end in pairwise([*starts, len(edges)]):
        part = _Greedy(edges[start:end], marks)
        for leader, of_cluster in part.run().items():
            found[of_cluster] = leader
        cuts += part.cuts
    return Clusters(found, tuple(cuts))


def roughly(size: int, left: Codes, right: Codes, bits: Floats) -> Codes:
    """(mentions,) clusters by strong pairs alone, good enough to count bearers by."""
    strong = bits > STRONG
    graph = coo_array((np.ones(int(strong.sum()), np.bool_), (left[strong], right[strong])), (size, size))
    return np.asarray(connected_components(graph, directed=False)[1], np.int32)


def _whole(
    component: Codes, members: NDArray[np.int64], linked: Codes, marks: Codes, against: Codes
) -> NDArray[np.bool_]:
    """Components that are one cluster beyond doubt: every pair is linked, and none has two numbers."""
    links = np.bincount(component[linked], minlength=len(members))
    whole = links == members * (members - 1) // 2
    whole[component[against]] = False
    marked = marks >= 0
    least = np.full(len(members), np.iinfo(np.int32).max, np.int32)
    most = np.full(len(members), -1, np.int32)
    np.minimum.at(least, component[marked], marks[marked])
    np.maximum.at(most, component[marked], marks[marked])
    found: NDArray[np.bool_] = whole & (least >= most)
    found |= whole & (most < 0)
    return found


class _Link:
    """Between two clusters: sum of log-odds, compared pairs, whether a veto stands, strongest pair."""

    __slots__ = ("best", "compared", "left", "right", "total", "veto")

    def __init__(self, left: int, right: int, bits: float) -> None:
        self.left, self.right, self.best = left, right, bits
        self.total = min(max(bits, -MOST), MOST)
        self.compared = 1
        self.veto = bits <= VETO

    def take_in(self, other: _Link) -> None:
        """Join the link of a cluster that has become part of this one's."""
        self.total += other.total
        self.compared += other.compared
        self.veto = self.veto or other.veto
        if (other.best, -other.left, -other.right) > (self.best, -self.left, -self.right):
            self.best, self.left, self.right = other.best, other.left, other.right


class _Greedy:
    """Average link inside one component: always the two clusters of the highest link join first."""

    def __init__(self, edges: Sequence[tuple[int, int, float]], marks: Codes) -> None:
        nodes = sorted({i for a, b, _ in edges for i in (a, b)})
        self._mark: dict[int, int] = dict(zip(nodes, marks[nodes].tolist(), strict=True))
        self._members = {i: [i] for i in nodes}
        self._links: dict[int, dict[int, _Link]] = {i: {} for i in nodes}
        self._heap: list[tuple[float, int, int]] = []
        self.cuts: list[Cut] = []
        for a, b, bits in edges:
            self._links[a][b] = self._links[b][a] = _Link(a, b, bits)
        self._join_known(nodes, edges)
        for a, of in self._links.items():
            for b, link in of.items():
                if a < b:
                    self._offer(a, b, link)

    def run(self) -> dict[int, list[int]]:
        """Smallest mention of each cluster -> its mentions."""
        while self._heap:
            minus, a, b = heapq.heappop(self._heap)
            link = self._links[a].get(b) if a in self._links else None
            # The pair may have changed since, even to the same strength under a veto; a newer entry stands elsewhere.
            if link is None or link.veto or self._strength(a, b, link) != -minus:
                continue
            if not self._marks_clash(a, b):
                self._merge(a, b)
        self._note_cuts()
        return self._members

    def _marks_clash(self, a: int, b: int) -> bool:
        return self._mark[a] >= 0 and self._mark[b] >= 0 and self._mark[a] != self._mark[b]

    def _join_known(self, nodes: Sequence[int], edges: Sequence[tuple[int, int, float]]) -> None:
        """Join those of one number and those judged one, whatever the rest says but what forbids it."""
        first: dict[int, int] = {}
        pairs = [(first.setdefault(self._mark[i], i), i) for i in nodes if self._mark[i] >= 0]
        pairs += [(a, b) for a, b, bits in edges if bits >= JUDGED_SAME]
        leader = {i: i for i in nodes}
        for a, b in pairs:
            keep, gone = sorted((leader[a], leader[b]))
            link = self._links[keep].get(gone)
            if keep != gone and not self._marks_clash(keep, gone) and not (link and link.veto):
                leader |= dict.fromkeys(self._members[gone], keep)
                self._merge(keep, gone, offer=False)

    def _strength(self, a: int, b: int, link: _Link) -> float:
        crossing = len(self._members[a]) * len(self._members[b])
        average = (link.total + ABSENT * (crossing - link.compared)) / crossing
        return (1 - STRONGEST) * average + STRONGEST * min(link.best, MOST)

    def _offer(self, a: int, b: int, link: _Link) -> None:
        if not link.veto:
            strength = self._strength(a, b, link)
            if strength > STOP:
                heapq.heappush(self._heap, (-strength, a, b) if a < b else (-strength, b, a))

    def _merge(self, a: int, b: int, *, offer: bool = True) -> None:
        """Put the larger-numbered cluster into the smaller."""
        keep, gone = (a, b) if a < b else (b, a)
        self._members[keep] += self._members.pop(gone)
        self._mark[keep] = max(self._mark[keep], self._mark.pop(gone))
        moved, mine = self._links.pop(gone), self._links[keep]
        mine.pop(gone, None)
        moved.pop(keep, None)
        for other, link in moved.items():
            of_other = self._links[other]
            del of_other[gone]
            if other in mine:
                mine[other].take_in(link)
            else:
                mine[other] = of_other[keep] = link
        if offer:
            for other, link in mine.items():
                self._offer(keep, other, link)

    def _note_cuts(self) -> None:
        for a, of in self._links.items():
            for b, link in of.items():
                if a < b and link.best > STOP:
                    clash = self._marks_clash(a, b)
                    why = "different-numbers" if clash else "veto" if link.veto else "weak-chain"
                    self.cuts.append(Cut(link.left, link.right, link.best, why))
