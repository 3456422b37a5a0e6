"""The linker's way into the store: who held a key before a moment. Few statements, each a few index ranges."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from sqlalchemy import Connection, TextClause, func, select, text, tuple_

from xiezhi.clock import Moment
from xiezhi.records import Filing, filing_from_body
from xiezhi.store.filings import in_chunks
from xiezhi.store.tables import filings, mentions

_TOGETHER = 64
"""Index ranges in one UNION ALL: SQLite allows 500, its planner gets slow long before."""


NEVER_NUMBERED = 2**62
"""Above every mention's number."""


class Before(NamedTuple):
    """Mentions filed before `moment`, or at it and numbered below `number`: linked first of their moment."""

    moment: Moment
    number: int


class MentionRow(NamedTuple):
    """A mention as the linker reads it."""

    number: int
    filing_id: str
    entity_id: str
    normalised: str


def holders(connection: Connection, keys: Sequence[int], before: Before, limit: int) -> dict[int, list[int]]:
    """Key -> numbers of the latest `limit` mentions that held it before then, oldest first."""
    found: dict[int, list[int]] = {}
    for statement, bound in _ranges(_HOLDERS, keys):
        rows = connection.execute(statement, {**bound, **before._asdict(), "n": limit}).all()
        for _, number, key in sorted([tuple(row) for row in rows]):
            found.setdefault(key, []).append(number)
    return found


def count_holders(connection: Connection, keys: Sequence[int], before: Before, cap: int) -> dict[int, int]:
    """Key -> how many mentions held it before then, counted up to `cap`."""
    found: dict[int, int] = {}
    for statement, bound in _ranges(_COUNTS, keys):
        rows = connection.execute(statement, {**bound, **before._asdict(), "n": cap}).all()
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
        found.update((row[0], (row[1], row[2])) for row in connection.execute(query).all())
    return found


def latest_mentions(
    connection: Connection, entity_ids: Sequence[str], before: Before, limit: int
) -> dict[str, list[MentionRow]]:
    """Entity id -> its latest `limit` mentions before then, oldest first."""
    found: dict[str, list[MentionRow]] = {}
    for statement, bound in _ranges(_LATEST, entity_ids):
        rows = connection.execute(statement, {**bound, **before._asdict(), "n": limit}).all()
        for _, *row in sorted([tuple(row) for row in rows]):
            found.setdefault(row[2], []).append(MentionRow(*row))
    return found


def before_filing(connection: Connection, filing_id: str, filed_at: Moment) -> Before:
    """What a filing may see: all linked before its moment, and those of its moment linked before it."""
    m = mentions.c
    own = connection.execute(select(func.min(m.mention_no)).where(m.filing_id == filing_id)).scalar_one()
    return Before(filed_at, NEVER_NUMBERED if own is None else own)


def newest_number(connection: Connection, before: Before) -> int:
    """Number of the newest mention before then: how many mentions there were, 0 if none."""
    m = mentions.c
    query = select(m.mention_no).where(tuple_(m.filed_at, m.mention_no) < tuple_(*before))
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
    "SELECT filed_at, mention_no, key FROM blocking_keys "
    "WHERE key = :k{i} AND (filed_at, mention_no) < (:moment, :number) ORDER BY filed_at DESC, mention_no DESC LIMIT :n"
)
_COUNTS = (
    "SELECT key, count(*) FROM (SELECT key FROM blocking_keys "
    "WHERE key = :k{i} AND (filed_at, mention_no) < (:moment, :number) LIMIT :n) AS c{i} GROUP BY key"
)
_LATEST = (
    "SELECT filed_at, mention_no, filing_id, entity_id, normalised FROM mentions "
    "WHERE entity_id = :k{i} AND (filed_at, mention_no) < (:moment, :number) ORDER BY filed_at DESC, mention_no DESC LIMIT :n"
)


def _ranges(
    template: str, values: Sequence[int | str]
) -> Iterator[tuple[TextClause, dict[str, int | str | None]]]:
    """One statement for up to `_TOGETHER` values, each its own limited range of the index.

    A short list is filled up with NULL to a power of two, so that few statements are ever prepared.
    """
    distinct = list(dict.fromkeys(values))
    for start in range(0, len(distinct), _TOGETHER):
        part = distinct[start : start + _TOGETHER]
        size = 1 << (len(part) - 1).bit_length()
        padded = [*part, *[None] * (size - len(part))]  # nothing equals NULL
        yield _union(template, size), {f"k{i}": value for i, value in enumerate(padded)}


@cache
def _union(template: str, size: int) -> TextClause:
    parts = (f"SELECT * FROM ({template.format(i=i)}) AS r{i}" for i in range(size))
    return text(" UNION ALL ".join(parts))
