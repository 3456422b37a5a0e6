"""Who else: the earlier filings in which the same persons, organisations and agents appeared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, func, select

from xiezhi.clock import Moment
from xiezhi.store.filings import in_chunks
from xiezhi.store.tables import filings, mentions


@dataclass(frozen=True, slots=True)
class EarlierFiling:
    """An earlier filing in which an entity appeared on `side`."""

    filing_id: str
    filed_at: Moment
    side: str
    court: str
    cause: str


@dataclass(frozen=True, slots=True)
class Past:
    """An entity's past: how often it appeared, and its newest appearances."""

    count: int
    newest: tuple[EarlierFiling, ...]


def pasts_of(connection: Connection, entity_ids: Sequence[str], before: Moment, most: int) -> dict[str, Past]:
    """The past strictly before `before` of each entity that has one, with its `most` newest filings."""
    found: dict[str, Past] = {}
    for chunk in in_chunks(entity_ids):
        seen = (
            select(
                mentions.c.entity_id,
                mentions.c.filing_id,
                mentions.c.filed_at,
                func.min(mentions.c.side).label("side"),
            )
            .where(mentions.c.entity_id.in_(chunk), mentions.c.filed_at < before)
            .group_by(mentions.c.entity_id, mentions.c.filing_id, mentions.c.filed_at)
            .subquery()
        )
        newest_first = (seen.c.filed_at.desc(), seen.c.filing_id.desc())
        ranked = select(
            seen,
            func.row_number().over(partition_by=seen.c.entity_id, order_by=newest_first).label("place"),
            func.count().over(partition_by=seen.c.entity_id).label("total"),
        ).subquery()
        first = and_(filings.c.filing_id == ranked.c.filing_id, filings.c.version == 1)
        query = (
            select(ranked, filings.c.court, filings.c.cause)
            .join(filings, first)
            .where(ranked.c.place <= most)
            .order_by(ranked.c.entity_id, ranked.c.place)
        )
        for row in connection.execute(query):
            past = found.get(row.entity_id, Past(row.total, ()))
            earlier = EarlierFiling(row.filing_id, row.filed_at, row.side, row.court, row.cause)
            found[row.entity_id] = Past(row.total, (*past.newest, earlier))
    return found
