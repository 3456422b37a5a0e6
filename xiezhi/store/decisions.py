"""What humans decided on flags, appended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, insert, select

from xiezhi.clock import Moment
from xiezhi.store.audit import tell
from xiezhi.store.tables import decisions
from xiezhi.store.webhooks import announce_decision


@dataclass(frozen=True, slots=True)
class Decision:
    """`decided_by` decided on the flag `screening_id` of `filing_id`, for `reason`."""

    decision_id: str
    screening_id: str
    filing_id: str
    decided_at: Moment
    decided_by: str
    decision: str
    reason: str


def add_decision(connection: Connection, decision: Decision) -> None:
    """Append `decision`. Whether it may follow the one before is the caller's business."""
    row = asdict(decision)
    connection.execute(insert(decisions).values(row))
    tell(connection, "decision", [row], at=decision.decided_at, actor=decision.decided_by)
    announce_decision(connection, row, at=decision.decided_at)


def decisions_of(connection: Connection, filing_ids: Sequence[str]) -> list[Decision]:
    """Every decision on these filings, oldest first."""
    rows = connection.execute(
        select(decisions)
        .where(decisions.c.filing_id.in_(filing_ids))
        .order_by(decisions.c.decided_at, decisions.c.decision_id)
    )
    return [Decision(**row._mapping) for row in rows]
