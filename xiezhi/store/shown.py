"""What was shown and to whom: the score that held at a moment, and who looked at it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, select

from xiezhi.clock import Moment
from xiezhi.store.audit import keep_told
from xiezhi.store.screenings import Screening, from_row
from xiezhi.store.tables import audit_entries, screenings, shown_lists


class Sight(NamedTuple):
    """Somebody saw a score; `place`: in which list, empty where it was the filing's own page or answer."""

    at: Moment
    by: str
    place: str = ""


def add_list(
    connection: Connection, place: str, screening_ids: Sequence[str], *, at: Moment, actor: str
) -> None:
    """Append that `actor` was shown these scores, each by its id, in the list `place`."""
    row = {"at": at, "actor": actor, "place": place, "screening_ids": f" {'  '.join(screening_ids)} "}
    keep_told(connection, "saw_list", row, at=at, actor=actor)


def held_at(connection: Connection, filing_id: str, moment: Moment) -> Screening | None:
    """The score that held at a moment, given and kept by then; None where there was none yet."""
    s = screenings.c
    query = select(screenings).where(s.filing_id == filing_id, s.scored_at <= moment, s.kept_at <= moment)
    newest = query.order_by(s.scored_at.desc(), s.kept_at.desc(), s.screening_id.desc()).limit(1)
    row = connection.execute(newest).first()
    return None if row is None else from_row(row._asdict())


def sights_of(connection: Connection, screening_id: str) -> list[Sight]:
    """Who saw a score, where and when, in order of time; of homes with accounts alone."""
    a, c = audit_entries.c, shown_lists.c
    alone = select(a.at, a.actor).where(a.subject == screening_id, a.action == "saw").order_by(a.entry_no)
    kept = select(screenings.c.kept_at).where(screenings.c.screening_id == screening_id).scalar_subquery()
    # Nobody was shown it before it was kept, so only younger lists are read.
    here = c.screening_ids.contains(f" {screening_id} ", autoescape=True)
    listed = select(c.at, c.actor, c.place).where(c.at >= kept, here).order_by(c.list_no)
    found = [Sight(*row) for query in (alone, listed) for row in connection.execute(query)]
    return sorted(found, key=lambda sight: sight.at)
