"""Relations as JSON: what `xiezhi link relations --json` prints and the API answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from features.relations.edges import Edge, entities_of
from features.relations.neighbourhood import Cut, Neighbourhood
from features.relations.paths import Path, paths_between
from features.relations.tell import Text, tell_cut, tell_edge, tell_path
from xiezhi.clock import format_moment

MOST_EDGES: Final = 200
"""Edges told, the strongest: the page lists fewer, a program seldom needs more."""


def trim(found: Neighbourhood, paths: tuple[Path, ...], most: int) -> Neighbourhood:
    """`found` with its strongest `most` edges and those of `paths`, and the nodes that they join."""
    if len(found.edges) <= most:
        return found
    on_paths = {edge for path in paths for step in path.steps for edge in step}
    edges = tuple(e for place, e in enumerate(found.edges) if place < most or e in on_paths)
    kept = {*entities_of(edges), *(edge.via for edge in edges), *(cut.of for cut in found.cuts)}
    nodes = {i: node for i, node in found.nodes.items() if node.step == 0 or i in kept}
    cuts = (*found.cuts, Cut("shown", "", "", len(found.edges)))
    return replace(found, edges=edges, nodes=nodes, cuts=cuts)


def relations_to_json(found: Neighbourhood, zone: str) -> dict[str, Any]:
    """Nodes, edges, paths between the sides and cuts; moments with the offset of `zone`."""
    paths = paths_between(found)
    shown = trim(found, paths, MOST_EDGES)
    return {
        "filing_id": found.filing_id,
        "as_of": format_moment(found.as_of, zone),
        "nodes": [node._asdict() | {"near": round(node.near, 6)} for node in shown.nodes.values()],
        "edges": [_edge(edge, shown, zone) for edge in shown.edges],
        "paths": [_path(path, shown, zone) for path in paths],
        "cuts": [
            {"why": cut.why, "entity_id": cut.of or None, "what": cut.what or None, "number": cut.number}
            | {"text": _text(tell_cut(cut, shown))}
            for cut in shown.cuts
        ],
    }


def _edge(edge: Edge, found: Neighbourhood, zone: str) -> dict[str, Any]:
    return {
        "kind": edge.kind,
        "detail": edge.detail or None,
        "left": edge.left,
        "right": edge.right,
        "via": edge.via or None,
        "weight": round(edge.weight, 6),
        "first": format_moment(edge.first, zone),
        "last": format_moment(edge.last, zone),
        "count": edge.count,
        "here": edge.here,
        "roles": list(edge.roles),
        "holders": edge.holders or None,
        "filings": list(edge.filings),
        "text": _text(tell_edge(edge, found, zone)),
    }


def _path(path: Path, found: Neighbourhood, zone: str) -> dict[str, Any]:
    filings = dict.fromkeys(i for step in path.steps for edge in step for i in edge.filings)
    return {
        "strength": round(path.strength, 6),
        "nodes": list(path.nodes),
        "kinds": [[edge.kind for edge in step] for step in path.steps],
        "filings": list(filings),
        "text": _text(tell_path(path, found, zone)),
    }


def _text(text: Text) -> dict[str, str]:
    return text._asdict()
