"""Mentions as rows: those of a filing, of an entity, of the whole store; and the keys that very many hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from xiezhi.clock import Moment
from xiezhi.store.filings import in_chunks
from xiezhi.store.tables import blocking_keys, mentions

_PAGE = 10_000


class MentionRow(NamedTuple):
    """One mention and who it was linked to. `normalised` is the JSON of its comparison fields."""

    number: int
    filing_id: str
    record_id: str
    kind: str
    side: str
    filed_at: Moment
    normalised: str
    entity_id: str
    probability: float


_columns = (
    mentions.c.mention_no,
    mentions.c.filing_id,
    mentions.c.record_id,
    mentions.c.kind,
    mentions.c.side,
    mentions.c.filed_at,
    mentions.c.normalised,
    mentions.c.entity_id,
    mentions.c.probability,
)


def mentions_of_filings(connection: Connection, filing_ids: Sequence[str]) -> list[MentionRow]:
    """Mentions of these filings, in the order linked."""
    found: list[MentionRow] = []
    for chunk in in_chunks(filing_ids):
        query = select(*_columns).where(mentions.c.filing_id.in_(chunk))
        found += [MentionRow(*row) for row in connection.execute(query)]
    return sorted(found)


def mentions_of_entity(connection: Connection, entity_id: str) -> list[MentionRow]:
    """Mentions of an entity in order of `(filed_at, number)`; empty where there is no such entity."""
    query = select(*_columns).where(mentions.c.entity_id == entity_id)
    rows = [MentionRow(*row) for row in connection.execute(query)]
    return sorted(rows, key=lambda row: (row.filed_at, row.number))


def every_mention(connection: Connection) -> Iterator[MentionRow]:
    """Every mention of the store, in the order linked, read page by page."""
    last = 0
    query = select(*_columns).order_by(mentions.c.mention_no).limit(_PAGE)
    while rows := connection.execute(query.where(mentions.c.mention_no > last)).all():
        last = rows[-1][0]
        for row in rows:
            yield MentionRow(*row)


def standing_before(connection: Connection, before: Moment) -> list[tuple[str, str]]:
    """Filing and entity of every party and agent of the filings filed before then; law firms are left out."""
    query = select(mentions.c.filing_id, mentions.c.entity_id).where(
        mentions.c.filed_at < before, mentions.c.kind != "firm"
    )
    return [(row[0], row[1]) for row in connection.execute(query)]


def crowded_keys(connection: Connection, holders: int) -> dict[int, int]:
    """Hashed key -> how many mentions hold it, of the keys that more than `holders` do."""
    held = func.count()
    query = select(blocking_keys.c.key, held).group_by(blocking_keys.c.key).having(held > holders)
    return {row[0]: row[1] for row in connection.execute(query)}


def count_mentions(connection: Connection) -> int:
    """How many mentions there are."""
    return connection.execute(select(func.count()).select_from(mentions)).scalar_one()
