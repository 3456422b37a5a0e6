"""Events and findings: appended, never changed, each with when it happened and when it was recorded."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection, Table, select

from xiezhi.clock import Moment
from xiezhi.records import Event, Finding, to_body
from xiezhi.store.changes import note_changed
from xiezhi.store.filings import PutCount, in_chunks, insert_or_ignore
from xiezhi.store.tables import events, findings

_canonical = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode

_EVENT = ("filing_id", "at", "kind", "recorded_at", "party_id", "amount", "detail")
_FINDING = ("filing_id", "at", "finding", "source", "recorded_at", "scheme", "measure", "detail")


def put_events(connection: Connection, rows: Sequence[tuple[Event, str]], received_at: Moment) -> PutCount:
    """Keep `(event, origin)` rows; an event the store already holds changes nothing.

    The filing of an event need not be there yet.
    """
    return _put(connection, events, _EVENT, rows, received_at)


def put_findings(
    connection: Connection, rows: Sequence[tuple[Finding, str]], received_at: Moment
) -> PutCount:
    """Keep `(finding, origin)` rows; a finding the store already holds changes nothing."""
    return _put(connection, findings, _FINDING, rows, received_at)


def events_of(connection: Connection, filing_ids: Sequence[str] | None, before: Moment | None) -> list[Event]:
    """Events of these filings (None: of all) with `recorded_at < before`.

    Ordered by `(recorded_at, at, filing_id, kind)`.
    """
    rows = _read(connection, events, _EVENT, filing_ids, before)
    rows.sort(key=lambda e: (e["recorded_at"], e["at"], e["filing_id"], e["kind"]))
    return [Event(**row) for row in rows]


def findings_of(
    connection: Connection, filing_ids: Sequence[str] | None, before: Moment | None
) -> list[Finding]:
    """Findings on these filings (None: on all) with `recorded_at < before`.

    Ordered by `(recorded_at, at, filing_id, finding)`: the last one of a filing holds.
    """
    rows = _read(connection, findings, _FINDING, filing_ids, before)
    rows.sort(key=lambda f: (f["recorded_at"], f["at"], f["filing_id"], f["finding"]))
    return [Finding(**row) for row in rows]


def _put(
    connection: Connection,
    table: Table,
    names: tuple[str, ...],
    rows: Sequence[tuple[Event | Finding, str]],
    received_at: Moment,
) -> PutCount:
    new: dict[str, dict[str, Any]] = {}
    for record, origin in rows:
        values = {name: getattr(record, name) for name in names}
        new.setdefault(_digest(record), values | {"received_at": received_at, "origin": origin})
    for chunk in in_chunks(new):
        held = connection.execute(select(table.c.digest).where(table.c.digest.in_(chunk)))
        for digest in held.scalars().all():
            del new[digest]
    if new:
        parameters = [values | {"digest": digest} for digest, values in new.items()]
        connection.execute(insert_or_ignore(connection, table), parameters)
        note_changed(connection, [values["filing_id"] for values in parameters])
    return PutCount(added=len(new), unchanged=len(rows) - len(new))


def _read(
    connection: Connection,
    table: Table,
    names: tuple[str, ...],
    filing_ids: Sequence[str] | None,
    before: Moment | None,
) -> list[dict[str, Any]]:
    query = select(*(table.c[name] for name in names)).order_by(table.c.row_no)
    if before is not None:
        query = query.where(table.c.recorded_at < before)
    if filing_ids is None:
        return [dict(row) for row in connection.execute(query).mappings()]
    return [
        dict(row)
        for chunk in in_chunks(filing_ids)
        for row in connection.execute(query.where(table.c.filing_id.in_(chunk))).mappings()
    ]


def _digest(record: Event | Finding) -> str:
    return blake2b(_canonical(to_body(record)).encode(), digest_size=16).hexdigest()
