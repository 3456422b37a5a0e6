"""History out of the store: all of it, or the bounded part one filing's questions touch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from sqlalchemy import Connection, Select, select

from features.history.around import ROLES, filings_around
from features.history.docket import Docket, finding_kind, gather_docket
from features.history.neighbourhood import own_parties
from features.history.reading import Queries
from features.normalise.causes import cause_family
from features.registry import FEATURES, AgainstRecent
from xiezhi.clock import Moment
from xiezhi.records import Filing
from xiezhi.store.filings import in_chunks
from xiezhi.store.links import appearances_of_filings, latest_appearances
from xiezhi.store.tables import appearances, events, findings
from xiezhi.store.tables import filings as table

_COLUMNS = (
    table.c.filing_id,
    table.c.filed_at,
    table.c.claim_amount,
    table.c.cause_family,
    table.c.proceeding,
    table.c.court,
)
_PAGE = 100_000
_RECENT = {
    scope: max((c.filings for c in _norms if c.scope == scope), default=0)
    for _norms in [[f.compute for f in FEATURES if isinstance(f.compute, AgainstRecent)]]
    for scope in ("all", "court")
}


def load_docket(connection: Connection, before: Moment | None) -> Docket:
    """Every filing filed before a moment (None: every filing), in its first version, with all it needs."""
    filings = select(*_COLUMNS).where(table.c.version == 1)
    seen = select(appearances.c.key, appearances.c.filing_id, appearances.c.role)
    if before is not None:
        filings = filings.where(table.c.filed_at < before)
        seen = seen.where(appearances.c.filed_at < before)
    rows = [tuple(row) for row in connection.execute(filings)]
    return gather_docket(rows, _pages(connection, seen), _happenings(connection, None, before))


def fetch_docket(connection: Connection, filing: Filing, asker: Queries, most: int) -> Docket:
    """What the questions of `filing` touch, as of the moment asked for: see `around.py`, and the recent filings of
    its cause before its own moment. The filing itself is left out."""
    as_of = int(asker.as_of[0])
    keys = np.unique(np.concatenate([key for _, key in asker.slots.values()])).tolist()
    known: dict[str, list[tuple[int, str, int]]] = {}

    def latest(keys: Sequence[int], most: int) -> list[tuple[int, str]]:
        # Looked at again later, a filing is among its keys' latest: more are read, and it is left out.
        own = ROLES if as_of > filing.filed_at else 0
        found: dict[int, list[str]] = {}
        for key, filing_id in latest_appearances(connection, keys, as_of, most + own):
            if filing_id != filing.filing_id:
                found.setdefault(key, []).append(filing_id)
        return [(key, filing_id) for key, ids in found.items() for filing_id in ids[-most:]]

    def appearing(ids: Sequence[str]) -> list[tuple[int, str, int]]:
        _read_into(known, connection, ids)
        return [row for i in ids for row in known[i]]

    ids = filings_around(keys, own_parties(asker)[1].tolist(), most, latest, appearing)
    _read_into(known, connection, ids)
    rows: dict[str, tuple[Any, ...]] = {}
    for chunk in in_chunks(ids):
        chosen = select(*_COLUMNS).where(table.c.version == 1, table.c.filing_id.in_(chunk))
        rows.update((row[0], tuple(row)) for row in connection.execute(chosen).all())
    rows.update((row[0], row) for row in _recent(connection, filing))
    return gather_docket(list(rows.values()), known.values(), _happenings(connection, sorted(ids), as_of))


def _read_into(
    known: dict[str, list[tuple[int, str, int]]], connection: Connection, ids: Iterable[str]
) -> None:
    missing = [i for i in ids if i not in known]
    known.update((i, []) for i in missing)
    for key, _, filing_id, role in appearances_of_filings(connection, missing):
        known[filing_id].append((key, filing_id, role))


def _recent(connection: Connection, filing: Filing) -> Iterator[tuple[Any, ...]]:
    """The latest filings of the filing's cause, everywhere and at its own court, as many as norms look at."""
    of_cause = select(*_COLUMNS).where(
        table.c.version == 1,
        table.c.cause_family == cause_family(filing.cause, filing.proceeding),
        table.c.filed_at < filing.filed_at,
    )
    latest = of_cause.order_by(table.c.filed_at.desc(), table.c.filing_id.desc())
    for query, most in (
        (latest, _RECENT["all"]),
        (latest.where(table.c.court == filing.court), _RECENT["court"]),
    ):
        if most:
            yield from (tuple(row) for row in connection.execute(query.limit(most)).all())


def _happenings(
    connection: Connection, ids: Sequence[str] | None, before: Moment | None
) -> Iterator[list[tuple[str, str, Moment]]]:
    """(filing id, kind, moment from which it was known) of events and findings recorded before a moment."""
    e, f = events.c, findings.c
    chunks = [None] if ids is None else list(in_chunks(ids))
    for chunk in chunks:
        for columns, kind in (((e.filing_id, e.kind, e.at, e.recorded_at), str),
                              ((f.filing_id, f.finding, f.at, f.recorded_at), finding_kind)):  # fmt: skip
            query = select(*columns)
            if before is not None:
                query = query.where(columns[3] < before)
            if chunk is not None:
                query = query.where(columns[0].in_(chunk))
            for page in _pages(connection, query):
                yield [(row[0], kind(row[1]), max(row[2], row[3])) for row in page]


def _pages(connection: Connection, query: Select[Any]) -> Iterator[Sequence[Any]]:
    with connection.execute(query, execution_options={"yield_per": _PAGE}) as rows:
        yield from rows.partitions(_PAGE)
