"""Questions a person left open (说不准): whether a mention is the entity offered. Appended."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select

from xiezhi.clock import Moment
from xiezhi.store.audit import lock_trail, tell
from xiezhi.store.judgements import MentionRef
from xiezhi.store.tables import doubts


@dataclass(frozen=True, slots=True)
class Doubt:
    """`told_by` could not tell whether `mention` is `entity_id`."""

    mention: MentionRef
    entity_id: str
    told_at: Moment
    told_by: str


def add_doubt(connection: Connection, doubt: Doubt) -> None:
    """Append `doubt`."""
    lock_trail(connection)  # so that no other writer takes the same number
    last = connection.execute(select(func.max(doubts.c.doubt_no))).scalar_one() or 0
    row = {
        "doubt_no": last + 1,
        **doubt.mention._asdict(),
        "entity_id": doubt.entity_id,
        "told_at": doubt.told_at,
        "told_by": doubt.told_by,
    }
    connection.execute(insert(doubts).values(row))
    tell(connection, "doubt", [row], at=doubt.told_at, actor=doubt.told_by)


def doubts_on(connection: Connection, filing_id: str) -> list[Doubt]:
    """Doubts about the mentions of a filing, in the order told."""
    c = doubts.c
    query = select(c.filing_id, c.record_id, c.kind, c.entity_id, c.told_at, c.told_by)
    rows = connection.execute(query.where(c.filing_id == filing_id).order_by(c.doubt_no))
    return [Doubt(MentionRef(*row[:3]), *row[3:]) for row in rows]
