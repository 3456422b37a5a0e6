"""Review sheets handed out (已出具的审查表): by the code printed on each, what it was made of."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import Connection, insert, select

from xiezhi.clock import Moment
from xiezhi.store.audit import lock_trail, tell
from xiezhi.store.tables import issued_sheets


@dataclass(frozen=True, slots=True)
class IssuedSheet:
    """A sheet of one screening. `digest`: SHA-256 (hex) of what it says; `code`: a keyed hash over the rest."""

    code: str
    screening_id: str
    filing_id: str
    language: str
    digest: str
    issued_at: Moment
    issued_by: str


def add_issued(connection: Connection, sheet: IssuedSheet) -> None:
    """Append `sheet`, unless the same was issued before: printing again is the same sheet."""
    lock_trail(connection)  # so that no other writer issues it between the look and the insert
    if get_issued(connection, sheet.code) is None:
        row = asdict(sheet)
        connection.execute(insert(issued_sheets).values(row))
        tell(connection, "sheet", [row], at=sheet.issued_at, actor=sheet.issued_by)


def get_issued(connection: Connection, code: str) -> IssuedSheet | None:
    """The sheet that carries `code`, or None."""
    row = connection.execute(select(issued_sheets).where(issued_sheets.c.code == code)).first()
    return None if row is None else IssuedSheet(**row._mapping)
