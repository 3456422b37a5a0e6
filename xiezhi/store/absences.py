"""Who may not judge what (回避), and who is away (休假): declared and ended, appended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, select

from xiezhi.clock import Moment
from xiezhi.store.audit import keep_told
from xiezhi.store.tables import recusals, time_off

DECLARED, ENDED = "declared", "ended"


@dataclass(frozen=True, slots=True)
class Recusal:
    """`reviewer` may not judge a filing, or any in which an entity (party, agent, firm) stands."""

    reviewer: str
    kind: str
    subject: str
    action: str
    reason: str
    at: Moment
    actor: str
    recusal_no: int = 0  # given by the store


@dataclass(frozen=True, slots=True)
class TimeOff:
    """`reviewer` is away from `first_day` to `last_day` (ISO dates, inclusive)."""

    reviewer: str
    first_day: str
    last_day: str
    action: str
    at: Moment
    actor: str
    off_no: int = 0  # given by the store


def add_recusal(connection: Connection, recusal: Recusal) -> Recusal:
    """Append `recusal`; it with its number."""
    row = asdict(recusal)
    del row["recusal_no"]
    return Recusal(**keep_told(connection, "recusal", row, at=recusal.at, actor=recusal.actor))


def add_time_off(connection: Connection, off: TimeOff) -> TimeOff:
    """Append `off`; it with its number."""
    row = asdict(off)
    del row["off_no"]
    return TimeOff(**keep_told(connection, "time_off", row, at=off.at, actor=off.actor))


def recusals_in_force(connection: Connection, reviewers: Sequence[str] | None = None) -> list[Recusal]:
    """Recusals declared and not ended, oldest first; of these reviewers (None: of all)."""
    c = recusals.c
    query = select(*(c[name] for name in Recusal.__dataclass_fields__)).order_by(c.recusal_no)
    if reviewers is not None:
        query = query.where(c.reviewer.in_(reviewers))
    held: dict[tuple[str, str, str], Recusal] = {}
    for row in connection.execute(query):
        one = Recusal(*row)
        key = one.reviewer, one.kind, one.subject
        held.pop(key, None)
        if one.action == DECLARED:
            held[key] = one
    return list(held.values())


def time_off_in_force(connection: Connection, from_day: str) -> list[TimeOff]:
    """Time off that ends on `from_day` or later and was not taken back, oldest first."""
    c = time_off.c
    query = select(*(c[name] for name in TimeOff.__dataclass_fields__)).where(c.last_day >= from_day)
    held: dict[tuple[str, str, str], TimeOff] = {}
    for row in connection.execute(query.order_by(c.off_no)):
        one = TimeOff(*row)
        key = one.reviewer, one.first_day, one.last_day
        held.pop(key, None)
        if one.action == DECLARED:
            held[key] = one
    return list(held.values())
