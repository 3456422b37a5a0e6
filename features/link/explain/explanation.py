"""Why two mentions or entities are one or are not."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from features.link.explain.cluster import Bridge, Ties, ties_between, ties_within
from features.link.explain.known import Known, find
from features.link.explain.pair import Pair, explain_pair
from features.link.people import People
from xiezhi.errors import InputError


@dataclass(frozen=True)
class Explanation:
    """What was asked for, and the pair of mentions that counts: the two, or of entities the strongest pair.

    ties: of entities, all pairs of their mentions. bridge: where both are one entity, its weakest needed link.
    """

    left: tuple[Known, ...]
    right: tuple[Known, ...]
    pair: Pair
    ties: Ties | None = None
    bridge: Bridge | None = None


def explain(connection: Connection, a: str, b: str) -> Explanation:
    """Explain two mentions (`FILING/RECORD`, `:kind` after it) or entity ids. Raises NotFound and InputError.

    An entity asked with itself, by whichever of its ids, or with one of its mentions, tells of the links inside it.
    """
    people = People(connection)
    ours, theirs = find(connection, people, a), find(connection, people, b)
    mine, other = _numbers(ours), _numbers(theirs)
    if mine == other and len(ours) > 1:
        return _inside(connection, people, ours)
    # A mention asked with its own entity stands against the entity's other mentions.
    if mine > other:
        ours = tuple(known for known in ours if known.row.number not in other)
    elif other > mine:
        theirs = tuple(known for known in theirs if known.row.number not in mine)
    elif mine == other:
        raise InputError(
            "两处是同一处；请给出两处不同的。",
            "Both are one and the same mention; name two.",
            code="one-mention",
        )
    if len(ours) == len(theirs) == 1 or ours[0].row.kind != theirs[0].row.kind:
        return Explanation(ours, theirs, explain_pair(connection, people, ours[-1], theirs[-1]))
    ties = ties_between(connection, ours, theirs)
    pair = explain_pair(connection, people, ties.strongest.left, ties.strongest.right)
    return Explanation(ours, theirs, pair, ties)


def _inside(connection: Connection, people: People, mentions: tuple[Known, ...]) -> Explanation:
    within = ties_within(connection, mentions)
    assert within is not None  # two mentions or more
    ties, bridge = within
    pair = explain_pair(connection, people, bridge.tie.left, bridge.tie.right)
    return Explanation(mentions, mentions, pair, ties, bridge)


def _numbers(mentions: tuple[Known, ...]) -> set[int]:
    return {known.row.number for known in mentions}
