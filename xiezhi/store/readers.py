"""Which filings read what of the history index: who is to be scored again when it moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from xiezhi.clock import Moment
from xiezhi.store.filings import in_chunks
from xiezhi.store.screenings import is_newest
from xiezhi.store.tables import mentions, screenings

_KEYS_IN_UNION = 50


def appearing_near(connection: Connection, keys: Mapping[int, Moment], most: int) -> set[str]:
    """Filings that appear under these keys: of each the `most` next from its moment on, and the `most` last before."""
    found: set[str] = set()
    asked = sorted(keys.items())
    for start in range(0, len(asked), _KEYS_IN_UNION):
        some = asked[start : start + _KEYS_IN_UNION]
        for later in (True, False):
            values = tuple(value for key, moment in some for value in (key, moment, most))
            rows = connection.exec_driver_sql(_near(len(some), connection.dialect.name, later=later), values)
            found.update(row[0] for row in rows)
    return found


def _near(keys: int, dialect: str, *, later: bool) -> str:
    """One read of the index for each key, in one statement."""
    mark = "%s" if dialect == "postgresql" else "?"
    side, way = (">=", "ASC") if later else ("<", "DESC")
    one = (
        f"SELECT filing_id FROM (SELECT filing_id, filed_at FROM appearances WHERE key = {mark} AND filed_at {side} {mark} "
        f"ORDER BY filed_at {way}, filing_id {way} LIMIT {mark}) AS k"
    )
    return " UNION ".join(f"{one}{i}" for i in range(keys))


def scored_after(connection: Connection, filing_ids: Sequence[str], moment: Moment) -> list[str]:
    """Those of these filings whose newest score read history after a moment, in order of that score."""
    found: list[tuple[Moment, str]] = []
    s = screenings.c
    for chunk in in_chunks(filing_ids):
        query = select(s.as_of, s.filing_id).where(s.filing_id.in_(chunk), s.as_of > moment, is_newest())
        found += [(row[0], row[1]) for row in connection.execute(query)]
    return [filing_id for _, filing_id in sorted(found)]


def filings_of_entities(connection: Connection, entity_ids: Sequence[str]) -> list[tuple[str, Moment]]:
    """(filing id, filed_at) of the filings that mention these entities, in the order linked."""
    found: dict[str, tuple[Any, ...]] = {}
    m = mentions.c
    for chunk in in_chunks(entity_ids):
        query = select(m.filing_id, m.filed_at, func.min(m.mention_no)).where(m.entity_id.in_(chunk))
        for row in connection.execute(query.group_by(m.filing_id, m.filed_at)):
            held = found.get(row[0])
            if held is None or row[2] < held[2]:
                found[row[0]] = tuple(row)
    ordered = sorted(found.values(), key=lambda row: (row[1], row[2]))
    return [(row[0], row[1]) for row in ordered]
