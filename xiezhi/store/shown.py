"""What was shown and to whom: the score that held at a moment, and who looked at it."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, select

from xiezhi.clock import Moment
from xiezhi.store.screenings import Screening, from_row
from xiezhi.store.tables import audit_entries, screenings


class Sight(NamedTuple):
    """Somebody saw a score."""

    at: Moment
    by: str


def held_at(connection: Connection, filing_id: str, moment: Moment) -> Screening | None:
    """The score that held at a moment, given and kept by then; None where there was none yet."""
    s = screenings.c
    query = select(screenings).where(s.filing_id == filing_id, s.scored_at <= moment, s.kept_at <= moment)
    newest = query.order_by(s.scored_at.desc(), s.kept_at.desc(), s.screening_id.desc()).limit(1)
    row = connection.execute(newest).first()
    return None if row is None else from_row(row._asdict())


def sights_of(connection: Connection, screening_id: str) -> list[Sight]:
    """Who saw a score, and when, in that order; of homes with accounts alone."""
    a = audit_entries.c
    query = select(a.at, a.actor).where(a.subject == screening_id, a.action == "saw")
    return [Sight(*row) for row in connection.execute(query.order_by(a.entry_no))]
