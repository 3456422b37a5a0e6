"""Events that wait to be counted: kept since the last score of their filing was."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, and_, case, exists, or_, select

from xiezhi.clock import Moment
from xiezhi.store.filings import in_chunks
from xiezhi.store.tables import events, screenings


class WaitingEvent(NamedTuple):
    """An event of a screened filing that no score has counted. `known`: the moment from which it counts."""

    filing_id: str
    known: Moment
    kind: str


def waiting_events(
    connection: Connection,
    kinds: Collection[str],
    now: Moment,
    filing_ids: Sequence[str] | None = None,
) -> list[WaitingEvent]:
    """Events of these kinds that could first be counted after the last score of their filing was kept, and by `now`.

    Of filings never screened none waits: they are history. In order of filing, moment and kind.
    """
    e, s = events.c, screenings.c
    known = case((e.at > e.recorded_at, e.at), else_=e.recorded_at)
    countable = case((e.received_at > known, e.received_at), else_=known)
    # Of one instant only a score that names the event has counted it.
    since = or_(s.kept_at > countable, and_(s.kept_at == countable, s.trigger.contains(e.kind)))
    query = (
        select(e.filing_id, known, e.kind)
        .where(e.kind.in_(sorted(kinds)), countable <= now)
        .where(exists().where(s.filing_id == e.filing_id))
        .where(~exists().where(s.filing_id == e.filing_id, since))
    )
    if filing_ids is None:
        return sorted(WaitingEvent(*row) for row in connection.execute(query))
    return sorted(
        WaitingEvent(*row)
        for chunk in in_chunks(filing_ids)
        for row in connection.execute(query.where(e.filing_id.in_(chunk)))
    )
