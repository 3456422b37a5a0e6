"""How an entity came to be: each mention in time, what people said, and what holds the whole together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from features.link.decide import carries_number
from features.link.explain.cluster import Bridge, Ties, ties_within
from features.link.explain.evidence import Waterfall, Weigher
from features.link.explain.known import Known, mentions_of, read
from features.link.explain.pair import index_at
from features.link.people import People
from xiezhi.errors import NotFound
from xiezhi.progress import Advance, silent
from xiezhi.store.entities import EntityEvent, entity_events
from xiezhi.store.mentions import MentionRow

LATEST: Final = 200
"""Mentions that are explained one by one, the latest; the founding one is always shown."""


@dataclass(frozen=True)
class Arrival:
    """One mention and how it came in.

    founding: nobody of its entity was seen before. beside: another mention of its own filing was. by_number: too
    little evidence, but it carries the entity's number. evidence: what it joined by; None for
    the first two, and where people's word alone joined it. changed: today's weights give another probability than it
    was linked with.
    """

    known: Known
    evidence: Waterfall | None
    founding: bool
    beside: bool
    by_number: bool
    changed: bool


@dataclass(frozen=True)
class History:
    """An entity's mentions, oldest first, and its links.

    standing_for: ids that now stand for it. left_out: mentions counted but not shown. probability: that its
    least certain mention belongs to it. said: merges, splits and judgements, oldest first.
    """

    entity_id: str
    standing_for: tuple[str, ...]
    kind: str
    arrivals: tuple[Arrival, ...]
    left_out: int
    mentions: int
    probability: float
    said: tuple[EntityEvent, ...]
    ties: Ties | None
    bridge: Bridge | None


def tell_history(connection: Connection, entity_id: str, advance: Advance = silent) -> History:
    """The history of the entity that `entity_id` stands for. Raises NotFound."""
    people = People(connection)
    rows = mentions_of(people, entity_id)
    if not rows:
        raise NotFound("没有这一主体。", "There is no such entity.", code="no-such-entity")
    entity = people.final(entity_id)
    shown = rows[:1] + rows[1:][-LATEST:]
    mentions = read(connection, shown)
    left_out = len(rows) - len(shown)
    arrivals = []
    for i, known in enumerate(mentions):
        arrivals.append(_arrive(connection, known, rows[: i + left_out] if i else ()))
        advance(i + 1, len(mentions))
    within = ties_within(connection, mentions)
    ties, bridge = within if within else (None, None)
    return History(
        entity_id=entity,
        standing_for=tuple(one for one in people.ids_of(entity) if one != entity),
        kind=rows[0].kind,
        arrivals=tuple(arrivals),
        left_out=left_out,
        mentions=len(rows),
        probability=min((row.probability for row in rows[1:]), default=1.0),
        said=_said(connection, people.ids_of(entity)),
        ties=ties,
        bridge=bridge,
    )


_SAME_ANSWER: Final = 1e-6
"""Probabilities closer than this are one answer: both are sums of the same few logarithms."""


def _arrive(connection: Connection, known: Known, earlier: Sequence[MentionRow]) -> Arrival:
    row = known.row
    of_entity = [other for other in earlier if other.entity_id == row.entity_id]
    if any(other.filing_id == row.filing_id for other in of_entity):
        return Arrival(known, None, founding=False, beside=True, by_number=False, changed=False)
    if not of_entity:
        return Arrival(known, None, founding=True, beside=False, by_number=False, changed=False)
    index = index_at(connection, known)
    index.load_profiles([row.entity_id])
    profiles = index.profiles(row.entity_id)
    evidence = Weigher(known.mention, index).against(profiles, row.entity_id) if profiles else None
    short = evidence is not None and evidence.total < index.weights.cut
    by_number = short and carries_number(known.mention.profile, profiles)
    changed = evidence is None or abs(evidence.probability - row.probability) > _SAME_ANSWER
    return Arrival(known, evidence, founding=False, beside=False, by_number=by_number, changed=changed)


def _said(connection: Connection, entity_ids: Sequence[str]) -> tuple[EntityEvent, ...]:
    """Merges, splits and judgements of these ids, each once."""
    found: dict[EntityEvent, None] = {}
    for entity_id in entity_ids:
        found.update(
            (e, None) for e in entity_events(connection, entity_id) if e.what not in ("created", "joined")
        )
    return tuple(sorted(found, key=lambda event: event.at))
