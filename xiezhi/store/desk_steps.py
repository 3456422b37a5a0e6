"""Steps taken at the filing desk (立案窗口的核验步骤), as they were recorded. Appended; of a step the newest entry holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from sqlalchemy import Connection, func, insert, select

from xiezhi.clock import Moment
from xiezhi.store.audit import lock_trail, tell
from xiezhi.store.tables import desk_steps

What = Literal["done", "taken_back"]


@dataclass(frozen=True, slots=True)
class DeskStep:
    """`done_by` recorded of `step` that it was done, or that it had been entered by mistake."""

    filing_id: str
    screening_id: str
    step: str
    what: What
    note: str
    done_at: Moment
    done_by: str


def add_steps(connection: Connection, steps: Sequence[DeskStep]) -> None:
    """Append. Whether a step may be recorded is the caller's business."""
    lock_trail(connection)  # so that no other writer takes the same numbers
    last = connection.execute(select(func.max(desk_steps.c.entry_no))).scalar_one() or 0
    rows = [{"entry_no": last + i, **asdict(step)} for i, step in enumerate(steps, 1)]
    if rows:
        connection.execute(insert(desk_steps), rows)
    for row, step in zip(rows, steps, strict=True):
        tell(connection, "desk_step", [row], at=step.done_at, actor=step.done_by)


def steps_of(connection: Connection, filing_id: str) -> list[DeskStep]:
    """Everything recorded of a filing's steps, in the order recorded."""
    columns = [desk_steps.c[name] for name in DeskStep.__dataclass_fields__]
    query = select(*columns).where(desk_steps.c.filing_id == filing_id).order_by(desk_steps.c.entry_no)
    return [DeskStep(*row) for row in connection.execute(query)]
