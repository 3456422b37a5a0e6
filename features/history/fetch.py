"""History out of the store: all of it, or what one filing's questions touch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection, select

from features.history.docket import Docket, make_docket
from features.normalise.causes import cause_family
from features.registry import FEATURES, AgainstRecent
from xiezhi.clock import Moment
from xiezhi.records import Filing
from xiezhi.store.happenings import events_of, findings_of
from xiezhi.store.links import appearances_of_filings, appearances_of_keys
from xiezhi.store.tables import filings as table

_COLUMNS = (
    table.c.filing_id,
    table.c.filed_at,
    table.c.claim_amount,
    table.c.cause_family,
    table.c.proceeding,
    table.c.court,
)
_CHUNK = 500
_MOST_RECENT = max((f.compute.filings for f in FEATURES if isinstance(f.compute, AgainstRecent)), default=0)


def load_docket(connection: Connection, before: Moment | None) -> Docket:
    """Every filing filed before a moment (None: every filing), in its first version, with all it needs."""
    query = select(*_COLUMNS).where(table.c.version == 1)
    if before is not None:
        query = query.where(table.c.filed_at < before)
    rows = [tuple(row) for row in connection.execute(query)]
    return make_docket(
        rows,
        _roles(appearances_of_filings(connection)),
        events_of(connection, None, before),
        findings_of(connection, None, before),
    )


def fetch_docket(connection: Connection, filing: Filing, appearances: Sequence[tuple[int, int]]) -> Docket:
    """The earlier filings that share a key with `filing`, and the recent ones of its cause, as of its moment."""
    as_of = filing.filed_at
    touched = appearances_of_keys(connection, [key for key, _ in appearances], as_of)
    ids = sorted({row[2] for row in touched})
    rows = []
    for start in range(0, len(ids), _CHUNK):
        chosen = table.c.filing_id.in_(ids[start : start + _CHUNK])
        rows += [tuple(r) for r in connection.execute(select(*_COLUMNS).where(table.c.version == 1, chosen))]
    recent = connection.execute(
        select(*_COLUMNS)
        .where(
            table.c.version == 1,
            table.c.cause_family == cause_family(filing.cause, filing.proceeding),
            table.c.filed_at < as_of,
            table.c.claim_amount.is_not(None),
        )
        .order_by(table.c.filed_at.desc(), table.c.filing_id.desc())
        .limit(_MOST_RECENT)
    )
    known = {row[0] for row in rows}
    rows += [tuple(row) for row in recent if row[0] not in known]
    return make_docket(
        rows,
        _roles(appearances_of_filings(connection, ids)),
        events_of(connection, ids, as_of),
        findings_of(connection, ids, as_of),
    )


def _roles(rows: Iterable[tuple[int, Moment, str, int]]) -> Iterator[tuple[int, str, int]]:
    return ((key, filing_id, role) for key, _, filing_id, role in rows)
