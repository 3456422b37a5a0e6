"""What the figures of a court are counted from: filings of a period with the score that holds, and decisions on flags."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, select

from xiezhi.clock import Moment
from xiezhi.store.screenings import is_newest
from xiezhi.store.tables import correction_effects, decisions, filings, screenings

_PAGE = 1_000


class Counted(NamedTuple):
    """One filing screened: what of it is counted. None: not told. `screening_id`: of the score that holds;
    `carried_from`: of the one whose decisions go on holding for it."""

    filing_id: str
    filed_at: Moment
    court: str
    cause: str
    represented: bool
    fee_waiver: bool | None
    screening_id: str
    scored_at: Moment
    band: str
    carried_from: str | None


class Decided(NamedTuple):
    """A decision on a flag."""

    screening_id: str
    decided_at: Moment
    decision: str


def counted_filings(
    connection: Connection, since: Moment, before: Moment, courts: Collection[str] = ()
) -> Iterator[Counted]:
    """Filings of [since, before) that were screened, in order of time, page by page; of `courts` (none: of all)."""
    f, s, e = filings.c, screenings.c, correction_effects.c
    query = (
        select(
            f.filing_id, f.filed_at, f.court, f.cause, f.body, s.screening_id, s.scored_at, s.band, e.carried_from
        )
        .join_from(filings, screenings, and_(s.filing_id == f.filing_id, is_newest()))
        .outerjoin(correction_effects, e.after_id == s.screening_id)
        .where(f.version == 1, f.filed_at >= since, f.filed_at < before, *_of(courts))
        .order_by(f.filed_at, f.filing_id)
        .execution_options(yield_per=_PAGE)
    )  # fmt: skip
    for row in connection.execute(query):
        body = json.loads(row.body)
        yield Counted(
            row.filing_id, row.filed_at, row.court, row.cause, _is_represented(body),
            body.get("fee_waiver_requested"), row.screening_id, row.scored_at, row.band, row.carried_from,
        )  # fmt: skip


def decided_flags(
    connection: Connection, since: Moment, before: Moment, courts: Collection[str] = ()
) -> list[Decided]:
    """Decisions made on flags of filings of [since, before), oldest first; of `courts` (none: of all)."""
    d, f = decisions.c, filings.c
    query = (
        select(d.screening_id, d.decided_at, d.decision)
        .join_from(decisions, filings, and_(f.filing_id == d.filing_id, f.version == 1))
        .where(f.filed_at >= since, f.filed_at < before, *_of(courts))
        .order_by(d.decided_at, d.decision_id)
    )
    return [Decided(*row) for row in connection.execute(query)]


def _of(courts: Collection[str]) -> list[ColumnElement[bool]]:
    return [filings.c.court.in_(sorted(courts))] if courts else []


def _is_represented(body: dict[str, list[dict[str, object]]]) -> bool:
    """Whether a plaintiff has an agent; unknown representation is none, as filed."""
    plaintiffs = {party.get("party_id") for party in body["parties"] if party["role"] == "plaintiff"}
    served = {client for agent in body.get("agents", ()) for client in _clients(agent)}
    return bool(plaintiffs & served)


def _clients(agent: dict[str, object]) -> list[object]:
    told = agent.get("represents")
    return list(told) if isinstance(told, list) else []
