"""The linker's way into the store: who held a key before a moment. Few statements, each a few index ranges."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from sqlalchemy import Connection, TextClause, select, text

from xiezhi.clock import Moment
from xiezhi.records import Filing, filing_from_body
from xiezhi.store.filings import in_chunks
from xiezhi.store.tables import filings, mentions

_TOGETHER = 64
"""Index ranges in one UNION ALL: SQLite allows 500, its planner gets slow long before."""


class MentionRow(NamedTuple):
    """A mention as the linker reads it."""

    number: int
    filing_id: str
    entity_id: str
    normalised: str


def holders(connection: Connection, keys: Sequence[int], before: Moment, limit: int) -> dict[int, list[int]]:
    """Key -> numbers of the latest `limit` mentions that held it before then, oldest first."""
    found: dict[int, list[int]] = {}
    for statement, bound in _ranges(_HOLDERS, keys):
        rows = connection.execute(statement, {**bound, "before": before, "n": limit})
        for key, _, number in sorted(set(rows), key=lambda row: row[1:]):
            found.setdefault(key, []).append(number)
    return found


def count_holders(connection: Connection, keys: Sequence[int], before: Moment, cap: int) -> dict[int, int]:
    """Key -> how many mentions held it before then, counted up to `cap`."""
    found: dict[int, int] = {}
    for statement, bound in _ranges(_COUNTS, keys):
        rows = connection.execute(statement, {**bound, "before": before, "n": cap})
        found.update((row[0], row[1]) for row in rows)
    return found


def entities_of(connection: Connection, numbers: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Mention number -> (entity id, filing id)."""
    found: dict[int, tuple[str, str]] = {}
    m = mentions.c
    distinct = list(dict.fromkeys(numbers))
    for start in range(0, len(distinct), 500):
        query = select(m.mention_no, m.entity_id, m.filing_id)
        query = query.where(m.mention_no.in_(distinct[start : start + 500]))
        found.update((row[0], (row[1], row[2])) for row in connection.execute(query))
    return found


def latest_mentions(
    connection: Connection, entity_ids: Sequence[str], before: Moment, limit: int
) -> dict[str, list[MentionRow]]:
    """Entity id -> its latest `limit` mentions before then, oldest first."""
    found: dict[str, list[MentionRow]] = {}
    for statement, bound in _ranges(_LATEST, entity_ids):
        rows = connection.execute(statement, {**bound, "before": before, "n": limit})
        for _, *row in sorted(set(rows), key=lambda r: (r[0], r[1])):
            found.setdefault(row[2], []).append(MentionRow(*row))
    return found


def newest_number(connection: Connection, before: Moment) -> int:
    """Number of the newest mention before then: how many mentions there were, 0 if none."""
    m = mentions.c
    query = select(m.mention_no).where(m.filed_at < before)
    query = query.order_by(m.filed_at.desc(), m.mention_no.desc()).limit(1)
    return connection.execute(query).scalar_one_or_none() or 0


def first_versions(connection: Connection, filing_ids: Sequence[str]) -> Iterator[tuple[Filing, str]]:
    """(filing, cause family) as first received, without what is sealed."""
    for chunk in in_chunks(filing_ids):
        query = select(filings.c.body, filings.c.cause_family)
        query = query.where(filings.c.filing_id.in_(chunk), filings.c.version == 1)
        for row in connection.execute(query):
            body = json.loads(row.body)
            body.pop("extra", None)
            for party in body["parties"]:
                party.pop("id_number", None)
            yield filing_from_body(body), row.cause_family


_HOLDERS = (
    "SELECT key, filed_at, mention_no FROM blocking_keys "
    "WHERE key = :k{i} AND filed_at < :before ORDER BY filed_at DESC, mention_no DESC LIMIT :n"
)
_COUNTS = (
    "SELECT key, count(*) FROM (SELECT key FROM blocking_keys "
    "WHERE key = :k{i} AND filed_at < :before LIMIT :n) AS c{i} GROUP BY key"
)
_LATEST = (
    "SELECT filed_at, mention_no, filing_id, entity_id, normalised FROM mentions "
    "WHERE entity_id = :k{i} AND filed_at < :before ORDER BY filed_at DESC, mention_no DESC LIMIT :n"
)


def _ranges(template: str, values: Sequence[int | str]) -> Iterator[tuple[TextClause, dict[str, int | str]]]:
    """One statement for up to `_TOGETHER` values, each its own limited range of the index.

    A short list is filled up with its last value to a power of two, so that few statements are ever prepared.
    """
    distinct = list(dict.fromkeys(values))
    for start in range(0, len(distinct), _TOGETHER):
        part = distinct[start : start + _TOGETHER]
        size = 1 << (len(part) - 1).bit_length()
        yield _union(template, size), {f"k{i}": part[min(i, len(part) - 1)] for i in range(size)}


@cache
def _union(template: str, size: int) -> TextClause:
    parts = (f"SELECT * FROM ({template.format(i=i)}) AS r{i}" for i in range(size))
    return text(" UNION ALL ".join(parts))
