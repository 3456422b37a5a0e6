"""Which filings a relation may rest on: the latest in which a key appeared, and what they say of their people."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, TextClause, select, text

from xiezhi.clock import Moment
from xiezhi.records import Filing, filing_from_body
from xiezhi.store.filings import in_chunks
from xiezhi.store.tables import filings

_TOGETHER = 64
"""Index ranges in one UNION ALL: SQLite allows 500, its planner gets slow long before."""

_LOOKED_THROUGH = 1_000
"""Latest rows of a key that are looked through for filings without another key."""

_OF_NO_PERSON = ("extra", "claims", "facts", "evidence", "elements", "related_case_numbers")


def filings_with(
    connection: Connection, asked: Sequence[tuple[int, int | None]], before: Moment, limit: int
) -> dict[int, list[str]]:
    """Key -> ids of the latest `limit` filings before then in which it appeared, newest first.

    Asked as (key, other key): filings in which the other key appeared too are left out.
    """
    found: dict[int, list[tuple[Moment, str]]] = {}
    bound = {"before": before, "n": limit, "most": max(_LOOKED_THROUGH, limit)}
    for key, filed_at, filing_id in _rows(connection, _FILINGS, list(dict(asked).items()), bound):
        found.setdefault(key, []).append((filed_at, filing_id))
    return {key: [filing_id for _, filing_id in sorted(rows, reverse=True)] for key, rows in found.items()}


def count_filings_with(
    connection: Connection, keys: Sequence[int], before: Moment, most: int
) -> dict[int, int]:
    """Key -> in how many filings before then it appeared, counted up to `most`; keys in none are left out."""
    asked = [(key, None) for key in dict.fromkeys(keys)]
    return {row[0]: row[1] for row in _rows(connection, _COUNTS, asked, {"before": before, "n": most})}


def people_of(connection: Connection, filing_ids: Sequence[str]) -> dict[str, Filing]:
    """Filings as first received, by id, with what they say of parties and agents; without what is sealed."""
    found: dict[str, Filing] = {}
    for chunk in in_chunks(filing_ids):
        query = select(filings.c.body).where(filings.c.filing_id.in_(chunk), filings.c.version == 1)
        for (body,) in connection.execute(query).all():
            said = json.loads(body)
            for name in _OF_NO_PERSON:
                said.pop(name, None)
            for party in said["parties"]:
                party.pop("id_number", None)
            found[said["filing_id"]] = filing_from_body(said)
    return found


_FILINGS = (
    "SELECT DISTINCT a.key, a.filed_at, a.filing_id FROM ("
    "SELECT key, filed_at, filing_id FROM appearances WHERE key = {key} AND filed_at < :before "
    "ORDER BY filed_at DESC, filing_id DESC LIMIT :most) AS a "
    "WHERE NOT EXISTS (SELECT 1 FROM appearances AS o "
    "WHERE o.key = {other} AND o.filed_at = a.filed_at AND o.filing_id = a.filing_id) "
    "ORDER BY a.filed_at DESC, a.filing_id DESC LIMIT :n"
)
_COUNTS = (
    "SELECT a.key, count(DISTINCT a.filing_id) FROM (SELECT key, filing_id FROM appearances "
    "WHERE key = {key} AND filed_at < :before LIMIT :n) AS a GROUP BY a.key"
)


def _rows(
    connection: Connection, template: str, asked: Sequence[tuple[int, int | None]], bound: Mapping[str, int]
) -> Iterator[tuple[Any, ...]]:
    """The rows of `template` for every (key, other key): each its own limited range of the index.

    PostgreSQL walks over an array of keys. SQLite cannot, and gets a UNION ALL; PostgreSQL would plan that of 64
    keys for tens of milliseconds.
    """
    if connection.dialect.name == "postgresql":
        if asked:
            keys, others = [key for key, _ in asked], [other for _, other in asked]
            rows = connection.execute(_walk(template), {**bound, "keys": keys, "others": others}).all()
            yield from map(tuple, rows)
        return
    for start in range(0, len(asked), _TOGETHER):
        part = asked[start : start + _TOGETHER]
        # Filled up with NULL, which nothing equals, to a power of two: so few statements are ever prepared.
        size = 1 << (len(part) - 1).bit_length()
        numbered = dict(enumerate(part))
        pairs = [numbered.get(i, (None, None)) for i in range(size)]
        several = {f"k{i}": key for i, (key, _) in enumerate(pairs)} | {
            f"o{i}": other for i, (_, other) in enumerate(pairs) if "{other}" in template
        }
        yield from map(tuple, connection.execute(_union(template, size), {**bound, **several}).all())


@cache
def _union(template: str, size: int) -> TextClause:
    parts = (f"SELECT * FROM ({template.format(key=f':k{i}', other=f':o{i}')}) AS r{i}" for i in range(size))
    return text(" UNION ALL ".join(parts))


@cache
def _walk(template: str) -> TextClause:
    each = template.format(key="q.k", other="q.o")
    asked = "unnest(CAST(:keys AS bigint[]), CAST(:others AS bigint[])) AS q(k, o)"
    return text(f"SELECT r.* FROM {asked} CROSS JOIN LATERAL ({each}) AS r")
