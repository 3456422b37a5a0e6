"""Questions to a person: offers the linker neither took nor dismissed. Written and rebuilt with the links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, select

from xiezhi.clock import Moment
from xiezhi.store.judgements import MentionRef
from xiezhi.store.tables import mentions, questions


@dataclass(frozen=True, slots=True)
class Question:
    """Is this mention of a filing `entity_id`, as it was offered with `probability`?"""

    filing_id: str
    record_id: str
    kind: str
    filed_at: Moment
    entity_id: str
    probability: float

    @property
    def mention(self) -> MentionRef:
        """The mention asked about."""
        return MentionRef(self.filing_id, self.record_id, self.kind)


def every_question(connection: Connection, filing_id: str | None = None) -> list[tuple[Question, str]]:
    """Questions as asked (of one filing), answered ones too, each with the entity its mention is now.

    The likeliest offers first, then the newest filings.
    """
    q, m = questions.c, mentions.c
    own = (m.filing_id == q.filing_id, m.record_id == q.record_id, m.kind == q.kind)
    columns = (q.filing_id, q.record_id, q.kind, q.filed_at, q.entity_id, q.probability)
    query = select(*columns, m.entity_id).join_from(questions, mentions, and_(*own))
    if filing_id is not None:
        query = query.where(q.filing_id == filing_id)
    found = [(Question(*row[:6]), row[6]) for row in connection.execute(query)]
    return sorted(found, key=lambda pair: (-pair[0].probability, -pair[0].filed_at, pair[0].mention))


def mention_of_entity(
    connection: Connection, entity_ids: Sequence[str], other_than: str, until: Moment
) -> MentionRef | None:
    """The latest mention of these entities filed at a moment or before it, in another filing; None if there is none."""
    latest = latest_mentions(connection, entity_ids, other_than, until, 1)
    return latest[0] if latest else None


def latest_mentions(
    connection: Connection, entity_ids: Sequence[str], other_than: str, until: Moment, most: int
) -> list[MentionRef]:
    """The latest mentions of these entities filed at a moment or before it, in other filings, the latest first."""
    m = mentions.c
    query = select(m.filing_id, m.record_id, m.kind)
    query = query.where(m.entity_id.in_(entity_ids), m.filed_at <= until, m.filing_id != other_than)
    rows = connection.execute(query.order_by(m.filed_at.desc(), m.mention_no.desc()).limit(most))
    return [MentionRef(*row) for row in rows]
