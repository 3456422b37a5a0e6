"""What people lay beside a filing: notes (备注), attachments (附件) and verifications (核验). Appended, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, insert, select

from xiezhi.clock import Moment
from xiezhi.store.audit import tell
from xiezhi.store.tables import case_attachments, case_checks, case_notes


@dataclass(frozen=True, slots=True)
class Note:
    """A note on a filing. `withdraws`: the note it takes back, and then `text` says why."""

    note_id: str
    filing_id: str
    written_at: Moment
    written_by: str
    text: str
    withdraws: str | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file laid beside a filing. `kind`: media type by its first bytes; `size`: bytes; `digest`: SHA-256 (hex)."""

    attachment_id: str
    filing_id: str
    attached_at: Moment
    attached_by: str
    name: str
    kind: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class Check:
    """An item of the verification list ticked off. `result`: clear, doubt or open; the newest of an item holds."""

    check_id: str
    filing_id: str
    item: str
    result: str
    note: str
    checked_at: Moment
    checked_by: str


def add_note(connection: Connection, note: Note) -> None:
    """Append `note`. Whether it may withdraw another is the caller's business."""
    row = asdict(note)
    connection.execute(insert(case_notes).values(row))
    tell(connection, "note", [row], at=note.written_at, actor=note.written_by)


def add_attachment(connection: Connection, attachment: Attachment) -> None:
    """Append `attachment`; its content is kept elsewhere."""
    row = asdict(attachment)
    connection.execute(insert(case_attachments).values(row))
    tell(connection, "attachment", [row], at=attachment.attached_at, actor=attachment.attached_by)


def add_check(connection: Connection, check: Check) -> None:
    """Append `check`."""
    row = asdict(check)
    connection.execute(insert(case_checks).values(row))
    tell(connection, "check", [row], at=check.checked_at, actor=check.checked_by)


def notes_of(connection: Connection, filing_ids: Sequence[str]) -> list[Note]:
    """Every note on these filings, those withdrawn and those that withdraw too, oldest first."""
    c = case_notes.c
    query = select(case_notes).where(c.filing_id.in_(filing_ids)).order_by(c.written_at, c.note_id)
    return [Note(**row._mapping) for row in connection.execute(query)]


def attachments_of(connection: Connection, filing_ids: Sequence[str]) -> list[Attachment]:
    """Every attachment of these filings, oldest first."""
    c = case_attachments.c
    query = (
        select(case_attachments).where(c.filing_id.in_(filing_ids)).order_by(c.attached_at, c.attachment_id)
    )
    return [Attachment(**row._mapping) for row in connection.execute(query)]


def get_attachment(connection: Connection, attachment_id: str) -> Attachment | None:
    """The attachment of this id, or None."""
    query = select(case_attachments).where(case_attachments.c.attachment_id == attachment_id)
    row = connection.execute(query).first()
    return None if row is None else Attachment(**row._mapping)


def checks_of(connection: Connection, filing_ids: Sequence[str]) -> list[Check]:
    """Every verification of these filings, oldest first."""
    c = case_checks.c
    query = select(case_checks).where(c.filing_id.in_(filing_ids)).order_by(c.checked_at, c.check_id)
    return [Check(**row._mapping) for row in connection.execute(query)]
