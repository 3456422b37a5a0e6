"""What waits for a reviewer (待办): open flags, filings of the audit sample, and second reviews."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, text

from xiezhi.clock import Moment
from xiezhi.decisions import FINAL
from xiezhi.store.filings import in_chunks
from xiezhi.store.flags import latest_decision
from xiezhi.store.reviews import FIRST, SECOND, ReviewAct
from xiezhi.store.screenings import is_newest
from xiezhi.store.tables import filings, screenings
from xiezhi.store.tables.review import AUDIT_DRAWN

MOST_OPEN = 5_000
"""Open flags looked at, the oldest first: more than any bench works off in a year at the default capacity."""


@dataclass(frozen=True, slots=True)
class Work:
    """One review to be done. `opened_at`: from when its days count; `latest`: newest row of its record.

    blind: the reviewer judges without the score (an audit draw, or a second review); the queue tells neither which.
    """

    filing_id: str
    screening_id: str
    seat: int
    band: str
    rank_score: float
    opened_at: Moment
    court: str
    cause: str
    filed_at: Moment
    claim_amount: float | None
    latest: str | None
    blind: bool

    @property
    def key(self) -> tuple[str, int]:
        """What acts on it are kept under."""
        return self.filing_id, self.seat


def open_flags(connection: Connection, only: str | None = None, courts: Collection[str] = ()) -> list[Work]:
    """Flags without a final decision, the proposed ones among them, oldest first; `only`: of this score.

    `courts`, here and below: those of the filings wanted; none: all.
    """
    latest = latest_decision()
    wanted = [screenings.c.band.in_(("review", "notice")), is_newest(), *_only(only, courts)]
    return _read(connection, [*wanted, or_(latest.is_(None), latest.not_in(FINAL))], blind=False, seat=FIRST)


def open_audits(connection: Connection, only: str | None = None, courts: Collection[str] = ()) -> list[Work]:
    """Filings the audit sample drew that are in no band still and have no final decision, oldest first."""
    latest = latest_decision()
    drawn = [
        *_only(only, courts),
        text(AUDIT_DRAWN),
        or_(latest.is_(None), latest.not_in(FINAL)),
    ]
    found = _read(connection, drawn, blind=True, seat=FIRST)  # only scores in no band are ever drawn
    bands = newest_bands(connection, [work.filing_id for work in found])
    return [work for work in found if bands.get(work.filing_id) == "none"]


def second_reviews(
    connection: Connection, asked: Sequence[ReviewAct], courts: Collection[str] = ()
) -> list[Work]:
    """The second reviews asked for by these acts."""
    since = {act.filing_id: act.at for act in asked}
    found = []
    for some in in_chunks(list(since)):
        wanted = [screenings.c.filing_id.in_(some), is_newest(), *_only(None, courts)]
        found += _read(connection, wanted, blind=True, seat=SECOND)
    return [_opened(work, since[work.filing_id]) for work in found]


def newest_bands(connection: Connection, filing_ids: Sequence[str]) -> dict[str, str]:
    """Filing id -> band of its newest score."""
    found: dict[str, str] = {}
    for some in in_chunks(filing_ids):
        query = select(screenings.c.filing_id, screenings.c.band)
        rows = connection.execute(query.where(screenings.c.filing_id.in_(some), is_newest()))
        found.update((row.filing_id, row.band) for row in rows)
    return found


def flagged_since(connection: Connection, filing_ids: Sequence[str]) -> dict[str, list[Moment]]:
    """Filing id -> the moments at which it got a score in a band, in order."""
    found: dict[str, list[Moment]] = {}
    for some in in_chunks(filing_ids):
        query = select(screenings.c.filing_id, screenings.c.scored_at).order_by(screenings.c.scored_at)
        wanted = screenings.c.filing_id.in_(some), screenings.c.band != "none"
        for filing_id, moment in connection.execute(query.where(*wanted)):
            found.setdefault(filing_id, []).append(moment)
    return found


def is_drawn_for_audit(connection: Connection, screening_id: str) -> bool:
    """Whether this score is one of the audit sample."""
    query = select(func.count()).select_from(screenings).where(screenings.c.screening_id == screening_id)
    return bool(connection.execute(query.where(text(AUDIT_DRAWN))).scalar_one())


def audit_score_of(connection: Connection, filing_id: str) -> str | None:
    """The score with which the audit sample drew a filing, or None."""
    query = select(screenings.c.screening_id).where(screenings.c.filing_id == filing_id, text(AUDIT_DRAWN))
    return connection.execute(query.order_by(screenings.c.scored_at.desc()).limit(1)).scalar_one_or_none()


def _only(screening_id: str | None, courts: Collection[str]) -> list[ColumnElement[bool]]:
    only = [] if screening_id is None else [screenings.c.screening_id == screening_id]
    return only + ([filings.c.court.in_(sorted(courts))] if courts else [])


def _opened(work: Work, at: Moment) -> Work:
    values = {name: getattr(work, name) for name in Work.__dataclass_fields__}
    return Work(**values | {"opened_at": at, "latest": None})  # what the first one said is not for the second


def _read(connection: Connection, wanted: Sequence[object], *, blind: bool, seat: int) -> list[Work]:
    s, f = screenings.c, filings.c
    query = (
        select(s.filing_id, s.screening_id, s.band, s.rank_score, s.scored_at, f.court, f.cause, f.filed_at,
               f.claim_amount, latest_decision().label("latest"))
        .select_from(screenings)
        .join(filings, and_(f.filing_id == s.filing_id, f.version == 1))
        .where(*wanted)  # type: ignore[arg-type]
        .order_by(s.scored_at, s.screening_id)
        .limit(MOST_OPEN)
    )  # fmt: skip
    return [
        Work(
            row.filing_id,
            row.screening_id,
            seat,
            row.band,
            row.rank_score,
            row.scored_at,
            row.court,
            row.cause,
            row.filed_at,
            row.claim_amount,
            row.latest,
            blind,
        )
        for row in connection.execute(query)
    ]
