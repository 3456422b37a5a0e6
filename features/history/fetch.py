"""History out of the store: all of it, or the bounded part one filing's questions touch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Protocol

import numpy as np
from sqlalchemy import Connection, Select, bindparam, select

from features.history.aggregate import READ, Aggregate, Common, Density, Together
from features.history.around import ROLES, filings_around
from features.history.docket import NEVER, Docket, Happening, gather_docket, what_was_held
from features.history.keys import NAMESPACE_SHIFT, namespace_code, namespace_span
from features.history.neighbourhood import own_parties
from features.history.reading import Queries
from features.history.slots import SLOTS
from features.normalise.causes import cause_family
from features.registry import FEATURES, AgainstRecent
from xiezhi.clock import Moment
from xiezhi.records import Filing, Finding
from xiezhi.store.filings import among, list_for, listed
from xiezhi.store.links import appearances_of_filings, latest_appearances
from xiezhi.store.tables import appearances, events, findings
from xiezhi.store.tables import filings as table

FILING = (
    table.c.filing_id,
    table.c.filed_at,
    table.c.claim_amount,
    table.c.cause_family,
    table.c.proceeding,
    table.c.court,
)
"""What history knows of a filing itself."""
_PAGE = 20_000
_PARTIES = namespace_span("party")
ASKED_NEAR = {
    namespace_code(SLOTS[slot][0])
    for compute in (f.compute for f in FEATURES)
    if isinstance(compute, Together | Common | Density)
    for slot in (compute.slot, compute.other if isinstance(compute, Common) else compute.slot)
}
"""Namespaces whose keys' latest filings neighbourhood questions read."""

ASKED_WHOM = {namespace_code("party")} | {
    namespace_code(SLOTS[compute.slot][0])
    for compute in (f.compute for f in FEATURES)
    if isinstance(compute, Aggregate) and compute.kind in ("opponents", "principals")
}
"""Namespaces of whose keys' filings the parties are asked; parties are followed, too."""

_Appearance = tuple[int, str, int]
"""(key, filing id, role)."""

RECENT = {
    scope: max((c.filings for c in _norms if c.scope == scope), default=0)
    for _norms in [[f.compute for f in FEATURES if isinstance(f.compute, AgainstRecent)]]
    for scope in ("all", "court")
}
"""The latest filings of a cause that norms look at, everywhere and at one court."""


class Fetch(Protocol):
    """Where the history around one filing is read: the store (`fetch_docket`), or memory (`follow.HeldHistory`)."""

    def __call__(self, connection: Connection, filing: Filing, asker: Queries, most: int) -> Docket:
        """What the questions of `filing` touch, as of the moment asked for; of a key `most` appearances and one more."""
        ...


def load_docket(connection: Connection, before: Moment | None) -> Docket:
    """Every filing filed before a moment (None: every filing), in its first version, with all it needs."""
    filings = select(*FILING).where(table.c.version == 1)
    seen = select(appearances.c.key, appearances.c.filing_id, appearances.c.role)
    if before is not None:
        filings = filings.where(table.c.filed_at < before)
        seen = seen.where(appearances.c.filed_at < before)
    rows = [tuple(row) for row in connection.execute(filings)]
    return gather_docket(rows, pages(connection, seen), happenings(connection, None, before))


def fetch_docket(connection: Connection, filing: Filing, asker: Queries, most: int) -> Docket:
    """What the questions of `filing` touch, as of the moment asked for: see `around.py`, and the recent filings of
    its cause before its own moment. The filing itself is left out.

    Of filings a neighbourhood question may read every key is read; of the others the filing's own keys and, where a
    question asks whom a key met, the parties: all that is asked of them.
    """
    as_of = int(asker.as_of[0])
    keys = asked_keys(asker)
    own: dict[int, list[_Appearance]] = {}
    beyond: dict[int, list[_Appearance]] = {}

    def latest(asked: Sequence[int], most: int) -> Mapping[int, Sequence[str]]:
        # Looked at again later, a filing is among its keys' latest: more are read, and it is left out.
        spare = ROLES if as_of > filing.filed_at else 0
        found: dict[int, list[_Appearance]] = {}
        for row in latest_appearances(connection, asked, as_of, most + spare):
            if row[1] != filing.filing_id:
                found.setdefault(row[0], []).append(row)
        kept = {key: rows[-most:] for key, rows in found.items()}
        (own if asked is keys else beyond).update(kept)
        return {key: [filing_id for _, filing_id, _ in rows] for key, rows in kept.items()}

    def appearing(ids: Sequence[str]) -> list[_Appearance]:
        return appearances_of_filings(connection, ids, _PARTIES)

    ids = filings_around(keys, own_parties(asker)[1].tolist(), most, latest, appearing)
    stood = [row for rows in own.values() for row in rows]
    close = _close(stood)
    met = _met([*stood, *(row for rows in beyond.values() for row in rows)])
    seen = {
        *stood,
        *appearances_of_filings(connection, close),
        *appearances_of_filings(connection, met - close, _PARTIES),
    }
    chosen = select(*FILING).where(table.c.version == 1, among(connection, table.c.filing_id, ids))
    rows: dict[str, tuple[Any, ...]] = {row[0]: tuple(row) for row in connection.execute(chosen).all()}
    rows.update((row[0], row) for row in _recent(connection, filing))
    return gather_docket(list(rows.values()), [list(seen)], happenings(connection, ids, as_of))


def asked_keys(asker: Queries) -> list[int]:
    """The keys of the one filing that asks, sorted."""
    keys: list[int] = np.unique(np.concatenate([key for _, key in asker.slots.values()])).tolist()
    return keys


def _close(own: Sequence[_Appearance]) -> set[str]:
    """The filings neighbourhood questions may read, by their bound: the latest of each key in each role."""
    stood: dict[tuple[int, int], list[str]] = {}
    for key, filing_id, role in own:
        if key >> NAMESPACE_SHIFT in ASKED_NEAR:
            stood.setdefault((key, role), []).append(filing_id)
    return {filing_id for filings in stood.values() for filing_id in filings[-READ:]}


def _met(seen: Iterable[_Appearance]) -> set[str]:
    """Filings of whose parties something is asked: under a key whose company is counted or followed."""
    return {filing_id for key, filing_id, _ in seen if key >> NAMESPACE_SHIFT in ASKED_WHOM}


def _recent(connection: Connection, filing: Filing) -> Iterator[tuple[Any, ...]]:
    """The latest filings of the filing's cause, everywhere and at its own court, as many as norms look at."""
    of_cause = select(*FILING).where(
        table.c.version == 1,
        table.c.cause_family == cause_family(filing.cause, filing.proceeding),
        table.c.filed_at < filing.filed_at,
    )
    latest = of_cause.order_by(table.c.filed_at.desc(), table.c.filing_id.desc())
    for query, most in (
        (latest, RECENT["all"]),
        (latest.where(table.c.court == filing.court), RECENT["court"]),
    ):
        if most:
            yield from (tuple(row) for row in connection.execute(query.limit(most)).all())


def happenings(
    connection: Connection, ids: Iterable[str] | None, before: Moment | None
) -> Iterator[list[Happening]]:
    """Events, and what findings held when, as far as they were recorded before a moment."""
    happened, _, named = _asked_of(connection, ids, before)
    for page in pages(connection, happened, named):
        yield [(filing, kind, max(at, recorded), NEVER) for filing, kind, at, recorded in page]
    yield findings_of(connection, ids, before)


def findings_of(
    connection: Connection, ids: Iterable[str] | None = None, before: Moment | None = None
) -> list[Happening]:
    """What findings held when, as far as they were recorded before a moment."""
    _, found, named = _asked_of(connection, ids, before)
    return what_was_held(Finding(*row) for row in connection.execute(found, named))


def _asked_of(
    connection: Connection, ids: Iterable[str] | None, before: Moment | None
) -> tuple[Select[Any], Select[Any], dict[str, Any]]:
    dialect = connection.dialect.name
    named: dict[str, Any] = {} if before is None else {"before": before}
    if ids is not None:
        named["ids"] = list_for(dialect, ids)
    return *_learned(dialect, before is not None, ids is not None), named


@cache
def _learned(dialect: str, dated: bool, named: bool) -> tuple[Select[Any], Select[Any]]:
    """Events and findings; of those recorded before a moment alone, of filings named alone."""
    e, f = events.c, findings.c
    happened = select(e.filing_id, e.kind, e.at, e.recorded_at)
    found = select(f.filing_id, f.at, f.finding, f.source, f.recorded_at)
    if dated:
        happened = happened.where(e.recorded_at < bindparam("before"))
        found = found.where(f.recorded_at < bindparam("before"))
    if named:
        happened = happened.where(listed(dialect, e.filing_id))
        found = found.where(listed(dialect, f.filing_id))
    return happened, found


def pages(
    connection: Connection, query: Select[Any], named: Mapping[str, Any] | None = None
) -> Iterator[Sequence[Any]]:
    """The rows of a query, so many at a time.

    As the driver gives them: of millions of narrow rows SQLAlchemy's making of each costs more than the reading.
    """
    with connection.execute(query, named or {}, execution_options={"stream_results": True}) as rows:
        assert rows.cursor is not None, "a query gives rows"
        while page := rows.cursor_strategy.fetchmany(rows, rows.cursor, _PAGE):
            yield page
