"""Notes on a filing: written, and taken back with a reason; what was written stays readable."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from xiezhi.clock import Moment
from xiezhi.decisions import check_person
from xiezhi.errors import Conflict, InputError, NotFound
from xiezhi.store import Store
from xiezhi.store.audit import lock_trail
from xiezhi.store.casework import Note, add_note, notes_of
from xiezhi.store.filings import filed_at_of

LONGEST_NOTE = 4000


@dataclass(frozen=True)
class Written:
    """A note as it is shown: `withdrawn` is the row that took it back."""

    note: Note
    withdrawn: Note | None


def write_note(store: Store, filing_id: str, *, text: str, by: str, at: Moment) -> Note:
    """Append a note. Raises NotFound for no such filing, InputError for an empty or too long text or name."""
    by, text = check_person(by), _check_text(text)
    note = Note(uuid4().hex, filing_id, at, by, text)
    with store.write() as connection:
        require_filing(filed_at_of(connection, [filing_id]))
        add_note(connection, note)
    return note


def withdraw_note(store: Store, filing_id: str, note_id: str, *, reason: str, by: str, at: Moment) -> Note:
    """Take a note back. Raises NotFound for no such note, Conflict where it is taken back already, InputError."""
    by, reason = check_person(by), _check_text(reason)
    row = Note(uuid4().hex, filing_id, at, by, reason, withdraws=note_id)
    with store.write() as connection:
        lock_trail(connection)  # of two at once the later one sees the other
        written = {one.note.note_id: one for one in pair_notes(notes_of(connection, [filing_id]))}
        if note_id not in written:
            raise NotFound("没有这条备注。", "There is no such note.", code="no-note")
        if written[note_id].withdrawn is not None:
            raise Conflict("这条备注已经撤回。", "The note was taken back already.", code="note-withdrawn")
        add_note(connection, row)
    return row


def pair_notes(rows: list[Note]) -> tuple[Written, ...]:
    """Notes of one filing, oldest first, each with the row that withdrew it."""
    taken = {row.withdraws: row for row in rows if row.withdraws is not None}
    return tuple(Written(row, taken.get(row.note_id)) for row in rows if row.withdraws is None)


def require_filing(found: dict[str, Moment]) -> None:
    """Raises NotFound where nothing was found."""
    if not found:
        raise NotFound("没有这件收案。", "There is no such filing.", code="no-filing")


def _check_text(text: str) -> str:
    text = text.strip()
    if not text or len(text) > LONGEST_NOTE:
        raise InputError(
            f"请填写内容（不超过 {LONGEST_NOTE} 字）。",
            f"Write something (at most {LONGEST_NOTE} characters).",
            code="note-text",
        )
    return text
