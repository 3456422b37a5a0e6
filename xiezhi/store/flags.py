"""Flags (提示): filings whose newest score is in a band above `none`, with the newest decision on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from xiezhi.clock import DAY, Moment
from xiezhi.decisions import FINAL, FlagState, state_of
from xiezhi.store.screenings import Screening, from_row, is_newest
from xiezhi.store.tables import correction_effects, decisions, filings, screenings

Order = Literal["risk", "newest"]


class Cursor(NamedTuple):
    """Where a page ended: the sort value and the id of its last flag."""

    value: float
    screening_id: str


@dataclass(frozen=True)
class FlagFilter:
    """Which flags: `state` is `open` (nothing final yet, proof asked for and proposals included) or `decided`; None is any.

    since: flags given before this moment that nobody decided on have expired, and are not open (None: none has).
    reach: the courts the reader is bound to; empty: every court.
    """

    bands: Sequence[str] = ("review", "notice")
    state: Literal["open", "decided"] | None = None
    court: str | None = None
    since: Moment | None = None
    reach: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag and the head of its filing as first received."""

    screening: Screening
    court: str
    cause: str
    filed_at: Moment
    claim_amount: float | None
    latest_decision: str | None
    since: Moment | None = None

    @property
    def state(self) -> FlagState:
        """`open`, `needs_proof`, `proposed`, `decided` or `expired`."""
        is_old = self.since is not None and self.screening.scored_at < self.since
        return "expired" if is_old and self.latest_decision is None else state_of(self.latest_decision)

    def cursor(self, order: Order) -> Cursor:
        """The cursor of a page that ends with this flag."""
        value = self.screening.rank_score if order == "risk" else self.filed_at
        return Cursor(value, self.screening.screening_id)


class WeekCount(NamedTuple):
    """Flags of filings filed in the week that begins at `monday`."""

    monday: Moment
    band: str
    flags: int


def list_flags(
    connection: Connection, wanted: FlagFilter, *, order: Order, after: Cursor | None, limit: int
) -> list[Flag]:
    """At most `limit` flags after the cursor, strongest (`risk`) or latest filed (`newest`) first."""
    latest = latest_decision()
    query = _flags(wanted, latest).add_columns(
        screenings,
        filings.c.court,
        filings.c.cause,
        filings.c.filed_at,
        filings.c.claim_amount,
        latest.label("latest_decision"),
    )

    column: ColumnElement[float] = screenings.c.rank_score if order == "risk" else filings.c.filed_at
    if after is not None:
        same = and_(column == after.value, screenings.c.screening_id < after.screening_id)
        query = query.where(or_(column < after.value, same))
    query = query.order_by(column.desc(), screenings.c.screening_id.desc()).limit(limit)
    return [
        Flag(
            from_row(row._asdict()),
            row._mapping[filings.c.court],
            row._mapping[filings.c.cause],
            row._mapping[filings.c.filed_at],
            row._mapping[filings.c.claim_amount],
            row._mapping["latest_decision"],
            wanted.since,
        )
        for row in connection.execute(query)
    ]


def count_flags(connection: Connection, wanted: FlagFilter) -> dict[str, int]:
    """How many flags there are, by band."""
    query = _flags(wanted, latest_decision()).add_columns(screenings.c.band, func.count())
    return {row[0]: row[1] for row in connection.execute(query.group_by(screenings.c.band))}


def flag_courts(connection: Connection, reach: frozenset[str] = frozenset()) -> list[str]:
    """The courts within reach that have a flag."""
    query = _flags(FlagFilter(reach=reach), latest_decision()).add_columns(filings.c.court)
    return sorted(connection.execute(query.distinct()).scalars())


def count_by_week(connection: Connection, wanted: FlagFilter, offset: Moment, weeks: int) -> list[WeekCount]:
    """Flags by week of filing and band, the last `weeks` weeks that have any; `offset`: local time minus UTC."""
    # Day 0 of the epoch was a Thursday, so weeks that begin on Monday are three days off.
    week = ((filings.c.filed_at + (offset + 3 * DAY)) // (7 * DAY)).label("week")
    query = _flags(wanted, latest_decision()).add_columns(week, screenings.c.band, func.count())
    counts = connection.execute(query.group_by(week, screenings.c.band)).all()
    newest = max((row[0] for row in counts), default=0)
    return sorted(
        WeekCount(number * 7 * DAY - 3 * DAY - offset, band, count)
        for number, band, count in counts
        if number > newest - weeks
    )


def _flags(wanted: FlagFilter, latest: ColumnElement[str | None]) -> Select[()]:
    query = (
        select()
        .select_from(screenings)
        .join(filings, and_(filings.c.filing_id == screenings.c.filing_id, filings.c.version == 1))
        .where(screenings.c.band.in_(wanted.bands), is_newest())
    )
    if wanted.court is not None:
        query = query.where(filings.c.court == wanted.court)
    if wanted.reach:
        query = query.where(filings.c.court.in_(wanted.reach))
    if wanted.state == "open":
        undecided: ColumnElement[bool] = latest.is_(None)
        if wanted.since is not None:
            undecided = and_(undecided, screenings.c.scored_at >= wanted.since)
        query = query.where(or_(undecided, and_(latest.is_not(None), latest.not_in(FINAL))))
    elif wanted.state == "decided":
        query = query.where(latest.in_(FINAL))
    return query


def latest_decision() -> ColumnElement[str | None]:
    """The newest row of the record on a row of `screenings`; where there is none, on the one it goes on holding for."""
    effects = correction_effects.c
    carried = (
        select(effects.carried_from)
        .where(effects.after_id == screenings.c.screening_id)
        .correlate(screenings)
        .scalar_subquery()
    )
    return func.coalesce(_newest_on(screenings.c.screening_id), _newest_on(carried))


def _newest_on(screening_id: ColumnElement[str]) -> ColumnElement[str | None]:
    return (
        select(decisions.c.decision)
        .where(decisions.c.screening_id == screening_id)
        .order_by(decisions.c.decided_at.desc(), decisions.c.decision_id.desc())
        .limit(1)
        .correlate(screenings)
        .scalar_subquery()
    )
