"""The neighbourhood (关联图) of a filing: who is tied to its people in two steps, as of a moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from sqlalchemy import Connection

from features.relations.edges import Edge, Hub, build_edges, entities_of, share_agents
from features.relations.reading import MOST_FILINGS, Reading, Unread
from features.relations.sightings import Sighting, sight
from xiezhi.clock import Moment
from xiezhi.records import Filing
from xiezhi.store.links import Link

MOST_FOLLOWED: Final = 25
"""Neighbours whose own relations are read, the strongest: it bounds the time an answer takes (own limit)."""

FOLLOWED_FROM: Final = 0.2
"""Weight of the tie from which a neighbour's own relations are read: not of a mere opponent, nor of a client of an
agent with a hundred filings. What ties such a one to the other side is found from there."""


class Node(NamedTuple):
    """An entity of the neighbourhood.

    name: as filed last. side: in the filing asked about, else empty; `both` of an agent for both sides. step: 0 for its own people, else 1 or 2. near:
    the strongest chain of edges to one of them, the product of their weights; 1 for themselves.
    """

    entity_id: str
    kind: str
    name: str
    side: str
    step: int
    near: float


class Cited(NamedTuple):
    """A filing on which an edge rests."""

    reference: str
    filed_at: Moment


class Cut(NamedTuple):
    """Where the neighbourhood was cut, and at how many.

    why: `hub` (more than so many share this phone, address or name, so it ties nobody), `filings` (an entity, or a
    value it has, appears in more than so many; the latest were read), `people` (more neighbours than so many; the
    strongest were followed). of: the entity, empty for `people`. what: the kind of value, empty for the entity itself.
    """

    why: str
    of: str
    what: str
    number: int


@dataclass(frozen=True)
class Neighbourhood:
    """Nodes by entity id, nearest first; edges with an end that was followed; filings they cite.

    Edges stand in the order of what they say of the filing: weight times `near` of the nearer end.
    """

    filing_id: str
    as_of: Moment
    nodes: Mapping[str, Node]
    edges: tuple[Edge, ...]
    cuts: tuple[Cut, ...]
    cited: Mapping[str, Cited]

    def on_side(self, side: str) -> list[str]:
        """Entity ids of the filing's parties on a side."""
        return [entity for entity in self.team(side) if self.nodes[entity].kind in ("person", "organization")]

    def team(self, side: str) -> list[str]:
        """Entity ids of a side of the filing: its parties, agents who act for it alone, and their firms."""
        return [node.entity_id for node in self.nodes.values() if node.side == side]


def neighbourhood(
    connection: Connection, filing: Filing, links: Sequence[Link], as_of: Moment, *, steps: int = 2
) -> Neighbourhood:
    """Relations of the people of `filing`, stored or not, in one or two steps.

    Rests on filings filed strictly before `as_of`, in their first version, and on what `filing` itself declares,
    whenever it was filed: its edges are marked `here`. links: who its parties, agents and firms are.
    """
    own = sight(filing, links, here=True)
    reading = Reading(connection, own, as_of)
    around: set[str] = set()
    next_step = [entity for entity, kind in own.kinds.items() if kind != "firm"]
    followed = len(next_step)
    edges: list[Edge] = []
    hubs: list[Hub] = []
    for step in range(1, steps + 1):
        around.update(next_step)
        reading.read_entities(next_step)
        reading.read_values(next_step)
        edges, hubs = build_edges(reading.sightings.values(), around, reading.count_filings)
        tied = dict.fromkeys(entities_of(edge for edge in edges if edge.weight >= FOLLOWED_FROM))
        neighbours = [e for e in tied if e not in around and reading.kinds[e] != "firm"]
        if step < steps:
            next_step, followed = neighbours[:MOST_FOLLOWED], len(neighbours)
    shared = share_agents(edges, own.sides.get("plaintiff", ()), own.sides.get("defendant", ()))
    nodes = _nodes(own, edges, reading, steps)
    ordered = sorted(
        [*shared, *edges], key=lambda e: -e.weight * max(nodes[e.left].near, nodes[e.right].near)
    )
    return Neighbourhood(
        filing.filing_id,
        as_of,
        nodes,
        tuple(ordered),
        _cuts(hubs, reading.unread, followed if steps > 1 else 0),
        {
            i: Cited(s.reference, s.filed_at)
            for e in ordered
            for i in e.filings
            for s in [reading.sightings[i]]
        },
    )


def _nodes(own: Sighting, edges: Iterable[Edge], reading: Reading, steps: int) -> dict[str, Node]:
    side = {entity: role for role, entities in own.sides.items() for entity in entities}
    for _, agent, _, role in own.acting:
        side[agent] = role if side.get(agent, role) == role else "both"
    for agent, firm in own.firms:
        side.setdefault(firm, side.get(agent, ""))
    reached = dict.fromkeys(own.kinds, (0, 1.0))
    for step in range(1, steps + 1):
        before = dict(reached)
        for edge in edges:
            for one, other in ((edge.left, edge.right), (edge.right, edge.left)):
                if one in before:
                    first, near = reached.get(other, (step, 0.0))
                    reached[other] = (first, max(near, before[one][1] * edge.weight))
    name: dict[str, str] = {}
    for seen in sorted(reading.sightings.values(), key=lambda s: (s.here, s.filed_at, s.filing_id)):
        name.update(seen.names)
    return {
        entity: Node(entity, reading.kinds[entity], name.get(entity, ""), side.get(entity, ""), step, near)
        for entity, (step, near) in sorted(
            reached.items(), key=lambda item: (item[1][0], -item[1][1], item[0])
        )
    }


def _cuts(hubs: Iterable[Hub], unread: Iterable[Unread], neighbours: int) -> tuple[Cut, ...]:
    cuts = [Cut("hub", hub.of, hub.kind, hub.holders) for hub in hubs]
    cuts += [Cut("filings", one.of, one.kind, MOST_FILINGS) for one in unread]
    if neighbours > MOST_FOLLOWED:
        cuts.append(Cut("people", "", "", neighbours))
    return tuple(dict.fromkeys(cuts))
