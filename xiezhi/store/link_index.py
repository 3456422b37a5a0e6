"""The linker's way into the store: who held a key before a moment. Few statements, each a few index ranges."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, select, tuple_
from sqlalchemy.exc import DBAPIError

from xiezhi.clock import Moment
from xiezhi.records import Filing
from xiezhi.store.filings import in_chunks, read_body
from xiezhi.store.judgements import MentionRef
from xiezhi.store.tables import filings, mentions

_TOGETHER = 64
"""Index ranges in one UNION ALL: SQLite allows 500, its planner gets slow long before."""

_IN_LIST = 512
"""Numbers in one IN list."""


NEVER_NUMBERED = 2**62
"""Above every mention's number."""


class Before(NamedTuple):
    """Mentions filed before `moment`, or at it and numbered below `number`: linked first of their moment."""

    moment: Moment
    number: int


def holders(connection: Connection, limits: Mapping[int, int], before: Before) -> dict[int, list[int]]:
    """Key -> numbers of the latest mentions that held it before then, oldest first; `limits` says how many of each."""
    found: dict[int, list[int]] = {}
    for rows in _read_ranges(connection, _HOLDERS, limits, before):
        for _, number, key in sorted(rows):
            found.setdefault(key, []).append(number)
    return found


def latest_linked(
    connection: Connection, limits: Mapping[int, int], before: Before
) -> dict[int, list[tuple[int, str, str]]]:
    """Key -> (number, entity id, filing id) of the mentions that `holders` tells, oldest first."""
    found: dict[int, list[tuple[int, str, str]]] = {}
    for rows in _read_ranges(connection, _LINKED, limits, before):
        for _, number, key, entity_id, filing_id in sorted(rows):
            found.setdefault(key, []).append((number, entity_id, filing_id))
    return found


def latest_bearers(
    connection: Connection, keys: Sequence[int], before: Before, latest: int
) -> dict[int, set[str]]:
    """Key -> entities of the latest mentions, `latest` at most, that held it before then."""
    rows = _read_each(connection, _LATEST_BEARERS, keys, before, latest)
    if connection.dialect.name == "postgresql":
        return {key: set(found or ()) for key, found in rows}
    return {key: set(found.split(",")) if found else set() for key, found in rows}


def count_holders(connection: Connection, keys: Sequence[int], before: Before, cap: int) -> dict[int, int]:
    """Key -> how many mentions held it before then, counted up to `cap`; 0 where none did."""
    return dict(_read_each(connection, _COUNTS, keys, before, cap))


def entities_of(connection: Connection, numbers: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Mention number -> (entity id, filing id)."""
    found: dict[int, tuple[str, str]] = {}
    distinct = list(dict.fromkeys(numbers))
    for start in range(0, len(distinct), _IN_LIST):
        for number, entity_id, filing_id in _read_list(
            connection, _ENTITIES, distinct[start : start + _IN_LIST]
        ):
            found[number] = (entity_id, filing_id)
    return found


def entities_of_refs(
    connection: Connection, refs: Sequence[MentionRef], before: Before
) -> dict[MentionRef, tuple[int, str]]:
    """Mention -> (number, entity id) of those linked before then."""
    found: dict[MentionRef, tuple[int, str]] = {}
    m = mentions.c
    wanted = set(refs)
    for chunk in in_chunks(ref.filing_id for ref in refs):
        query = select(m.filing_id, m.record_id, m.kind, m.mention_no, m.entity_id)
        query = query.where(m.filing_id.in_(chunk), tuple_(m.filed_at, m.mention_no) < tuple_(*before))
        for filing_id, record_id, kind, number, entity_id in connection.execute(query):
            ref = MentionRef(filing_id, record_id, kind)
            if ref in wanted:
                found[ref] = (number, entity_id)
    return found


def latest_said(
    connection: Connection, entity_ids: Iterable[str], before: Before, limit: int
) -> dict[str, list[str]]:
    """Entity id -> what its latest `limit` mentions before then said (JSON of their profiles), oldest first."""
    found: dict[str, list[str]] = {}
    for rows in _read_ranges(connection, _LATEST, dict.fromkeys(entity_ids, limit), before):
        for _, _, entity_id, normalised in sorted(rows):
            found.setdefault(entity_id, []).append(normalised)
    return found


def before_filing(connection: Connection, filing_id: str, filed_at: Moment) -> Before:
    """What a filing may see: all linked before its moment, and those of its moment linked before it."""
    # Not min() in SQL: PostgreSQL would walk through all mentions in order of their number.
    own = read_rows(connection, "SELECT mention_no FROM mentions WHERE filing_id = ?", (filing_id,))
    return Before(filed_at, min((number for (number,) in own), default=NEVER_NUMBERED))


def newest_number(connection: Connection, before: Before) -> int:
    """Number of the newest mention before then: how many mentions there were, 0 if none."""
    rows = read_rows(connection, _NEWEST, before)
    return rows[0][0] if rows else 0


def first_versions(connection: Connection, filing_ids: Sequence[str]) -> Iterator[tuple[Filing, str]]:
    """(filing, cause family) as first received, without what is sealed."""
    for chunk in in_chunks(filing_ids):
        query = select(filings.c.body, filings.c.cause_family)
        query = query.where(filings.c.filing_id.in_(chunk), filings.c.version == 1)
        for row in connection.execute(query):
            yield read_body(row.body), row.cause_family


class LinkedClaim(NamedTuple):
    """A filing linked before: as first received (JSON, see `read_body`); who its parties and agents are."""

    body: str
    family: str
    claim_id: str
    party: Mapping[str, str]
    agent: Mapping[str, str]


def linked_claims(connection: Connection, filing_ids: Iterable[str]) -> Iterator[LinkedClaim]:
    """What the store holds of the claims of these filings; of those only linked but never stored, nothing."""
    for chunk in in_chunks(filing_ids):
        party: dict[str, dict[str, str]] = {filing_id: {} for filing_id in chunk}
        agent: dict[str, dict[str, str]] = {filing_id: {} for filing_id in chunk}
        for filing_id, record_id, kind, entity_id in _read_list(connection, _WHO, chunk):
            if kind != "firm":
                (agent if kind == "agent" else party)[filing_id][record_id] = entity_id
        for filing_id, body, family, claim_id in _read_list(connection, _CLAIMS, chunk):
            yield LinkedClaim(body, family, claim_id, party[filing_id], agent[filing_id])


class _Ranges(NamedTuple):
    """One of many limited ranges of an index that a statement reads, and the type of its key."""

    one: str
    of: str = "bigint"


_NEWEST = (
    "SELECT mention_no FROM mentions WHERE (filed_at, mention_no) < (?, ?) "
    "ORDER BY filed_at DESC, mention_no DESC LIMIT 1"
)
_ENTITIES = "SELECT mention_no, entity_id, filing_id FROM mentions WHERE mention_no"
_WHO = "SELECT filing_id, record_id, kind, entity_id FROM mentions WHERE filing_id"
_CLAIMS = (
    # Not a join: PostgreSQL would read all claims.
    "SELECT f.filing_id, f.body, f.cause_family, (SELECT c.claim_id FROM claims AS c WHERE c.filing_id = f.filing_id) "
    "FROM filings AS f WHERE f.version = 1 AND f.filing_id"
)
_HOLDERS = _Ranges(
    "SELECT filed_at, mention_no, key FROM blocking_keys WHERE key = {key} "
    "AND (filed_at, mention_no) < ({moment}, {number}) ORDER BY filed_at DESC, mention_no DESC LIMIT {limit}"
)
_LINKED = _Ranges(
    f"SELECT h.filed_at, h.mention_no, h.key, m.entity_id, m.filing_id FROM ({_HOLDERS.one}) AS h "
    "CROSS JOIN mentions AS m WHERE m.mention_no = h.mention_no"
)
_LATEST_BEARERS = (
    # Joined here: the latest holders of a filing's keys are a thousand mentions, of a few dozen entities.
    "SELECT {joined}(DISTINCT m.entity_id) FROM (SELECT mention_no FROM blocking_keys WHERE key = k.key "
    "AND (filed_at, mention_no) < (?, ?) ORDER BY filed_at DESC, mention_no DESC LIMIT ?) AS h "
    "CROSS JOIN mentions AS m WHERE m.mention_no = h.mention_no"
)
_COUNTS = (
    "SELECT count(*) FROM (SELECT 1 FROM blocking_keys WHERE key = k.key AND (filed_at, mention_no) < (?, ?) "
    "LIMIT ?) AS h"
)
_LATEST = _Ranges(
    "SELECT filed_at, mention_no, entity_id, normalised FROM mentions WHERE entity_id = {key} "
    "AND (filed_at, mention_no) < ({moment}, {number}) ORDER BY filed_at DESC, mention_no DESC LIMIT {limit}",
    of="text",
)


def _read_each(
    connection: Connection, value: str, keys: Sequence[int], before: Before, limit: int
) -> Sequence[Any]:
    """Rows (key, value) of each key: `value` is a query for one."""
    if connection.dialect.name == "postgresql":
        joined, source = "array_agg", "unnest(?::bigint[]) AS k (key)"
        listed: Any = keys
    else:
        joined, source = "group_concat", "(SELECT value AS key FROM json_each(?)) AS k"
        listed = json.dumps(keys)
    query = f"SELECT k.key, ({value.format(joined=joined)}) FROM {source}"
    return read_rows(connection, query, (*before, limit, listed))


def _read_ranges(
    connection: Connection, ranges: _Ranges, limits: Mapping[Any, int], before: Before
) -> Iterator[Sequence[Any]]:
    """Rows of the ranges of these keys, each with its own limit, some ranges a statement."""
    if connection.dialect.name == "postgresql":
        if limits:
            # As arrays: to plan a union of many ranges takes longer than to read them.
            bound: tuple[Any, ...] = (list(limits), list(limits.values()), *before)
            yield read_rows(connection, _lateral(ranges), bound)
        return
    wanted = list(limits.items())
    for start in range(0, len(wanted), _TOGETHER):
        part = wanted[start : start + _TOGETHER]
        size = 1 << (len(part) - 1).bit_length()
        bound = (*before, *(value for pair in part for value in pair), *(None, 0) * (size - len(part)))
        yield read_rows(connection, _union(ranges, size), bound)


def _read_list(connection: Connection, query: str, values: Sequence[Any]) -> Sequence[Any]:
    """Rows of a query that ends with the column in which one of these values stands; `_IN_LIST` at most."""
    if connection.dialect.name == "postgresql":
        return read_rows(connection, f"{query} = ANY (?)", (values,))
    size = 1 << max(len(values) - 1, 0).bit_length()
    marks = ", ".join(["?"] * size)
    return read_rows(connection, f"{query} IN ({marks})", (*values, *[None] * (size - len(values))))


def read_rows(connection: Connection, query: str, bound: tuple[Any, ...]) -> Sequence[Any]:
    """The driver's own tuples; parameters stand as `?`. Asked of the driver, in the connection's transaction.

    For the few statements that linking one filing asks: SQLAlchemy's handling took longer than the look-ups.
    """
    if not connection.in_transaction():
        connection.begin()
    if connection.dialect.name == "postgresql":
        query = query.replace("?", "%s")
    driver = connection.connection.driver_connection
    assert driver is not None
    try:
        rows: Sequence[Any] = driver.execute(query, bound).fetchall()
    except connection.dialect.loaded_dbapi.Error as error:
        raise DBAPIError(None, None, error, hide_parameters=True) from error
    return rows


@cache
def _union(ranges: _Ranges, size: int) -> str:
    """SQLite: moment, number, then key and limit of each range. Few sizes, so that few statements are prepared;
    what is left over is filled with NULL, which nothing equals."""
    parts = (
        ranges.one.format(key=f"?{2 * i + 3}", limit=f"?{2 * i + 4}", moment="?1", number="?2")
        for i in range(size)
    )
    return " UNION ALL ".join(f"SELECT * FROM ({part})" for part in parts)


@cache
def _lateral(ranges: _Ranges) -> str:
    one = ranges.one.format(key="k.key", limit="k.most", moment="b.moment", number="b.number")
    return (
        f"SELECT r.* FROM unnest(?::{ranges.of}[], ?::bigint[]) AS k (key, most), "
        f"(SELECT ?::bigint AS moment, ?::bigint AS number) AS b, LATERAL ({one}) AS r"
    )
