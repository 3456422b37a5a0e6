"""The strongest paths (关联路径) between the two sides of a filing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from heapq import heappop, heappush
from itertools import pairwise
from typing import Final, NamedTuple

from features.relations.edges import Edge
from features.relations.neighbourhood import Neighbourhood

MOST_PATHS: Final = 5
"""Paths shown: as many as a reader checks."""

LONGEST: Final = 4
"""Edges of a path: two steps from either side."""

WEAKEST: Final = 0.06
"""A path weaker than this is not told. Told: who once faced a person that shares the other side's phone. Not told: an
agent whose other client once faced the other side; a client of an agent of twenty filings who served both (own limit)."""

_MOST_TRIED: Final = 20_000
"""Beginnings of paths looked at, strongest first; bounds the time in a crowd of equal strength."""


class Path(NamedTuple):
    """A path from one side to the other. strength: product over its steps. steps: edges of each, strongest first."""

    strength: float
    nodes: tuple[str, ...]
    steps: tuple[tuple[Edge, ...], ...]


def paths_between(found: Neighbourhood, most: int = MOST_PATHS) -> tuple[Path, ...]:
    """The strongest paths between the two sides, strongest first; of those through the same people, one.

    A path leads from a plaintiff, or an agent who acts for the plaintiffs alone, to a defendant or their agent. A step is as strong as all edges of its pair together: 1 - (1 - w)(1 - w')…, as independent witnesses add up. A
    path is as strong as the product of its steps. No path goes on through anybody of either side.
    """
    steps = _steps(found.edges)
    starts, ends = (_ends(found, side) for side in ("plaintiff", "defendant"))
    open_ends: list[tuple[float, tuple[str, ...]]] = [(-1.0, (start,)) for start in sorted(starts)]
    paths: list[Path] = []
    ways: set[tuple[str, ...]] = set()
    tried = 0
    while open_ends and len(paths) < most and tried < _MOST_TRIED:
        tried += 1
        minus_strength, nodes = heappop(open_ends)
        last = nodes[-1]
        if last in ends and len(nodes) > 1:
            middle = nodes[1:-1]
            if not middle or middle not in ways:
                ways.add(middle)
                between = tuple(steps[a][b][1] for a, b in pairwise(nodes))
                paths.append(Path(-minus_strength, nodes, between))
            continue
        if len(nodes) > LONGEST:
            continue
        for other, (strength, _) in steps.get(last, {}).items():
            reached = minus_strength * strength
            if other not in nodes and other not in starts and -reached >= WEAKEST:
                heappush(open_ends, (reached, (*nodes, other)))
    return tuple(paths)


def _ends(found: Neighbourhood, side: str) -> set[str]:
    return {entity for entity in found.team(side) if found.nodes[entity].kind != "firm"}


def _steps(edges: Iterable[Edge]) -> Mapping[str, Mapping[str, tuple[float, tuple[Edge, ...]]]]:
    """Entity -> other entity -> (strength, edges between them), without the edges that stand for a path."""
    between: dict[tuple[str, str], list[Edge]] = {}
    for edge in edges:
        if edge.kind != "shared_agent":
            between.setdefault((edge.left, edge.right), []).append(edge)
            between.setdefault((edge.right, edge.left), []).append(edge)
    found: dict[str, dict[str, tuple[float, tuple[Edge, ...]]]] = {}
    for (one, other), of in between.items():
        missed = 1.0
        for edge in of:
            missed *= 1 - edge.weight
        found.setdefault(one, {})[other] = (1 - missed, tuple(sorted(of, key=lambda e: -e.weight)))
    return found
