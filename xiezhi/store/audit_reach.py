"""Whose filing an entry of the trail is about (审计记录的管辖): what an auditor bound to courts is told of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final, Protocol

from sqlalchemy import Connection, Select, select

from xiezhi.store.audit import ERASED_ROW, TOLD
from xiezhi.store.filings import courts_of, in_chunks
from xiezhi.store.tables import (
    case_attachments,
    contest_answers,
    contests,
    correction_steps,
    issued_sheets,
    judgements,
    screenings,
)


class Told(Protocol):
    """An entry, or what a check says of one."""

    @property
    def entry_no(self) -> int: ...
    @property
    def action(self) -> str: ...
    @property
    def subject(self) -> str: ...


_SCORE: Final = select(screenings.c.screening_id, screenings.c.filing_id)
_SHEET: Final = select(issued_sheets.c.code, issued_sheets.c.filing_id)

ABOUT: Mapping[str, tuple[Select[Any], ...]] = MappingProxyType(
    {
        action: (select(subject, table.c.filing_id),)
        for action, (table, subject) in TOLD.items()
        if "filing_id" in table.c
    }
    | {
        "judgement": (
            select(judgements.c.judgement_no, judgements.c.left_filing),
            select(judgements.c.judgement_no, judgements.c.right_filing),
        ),
        "correction": (select(correction_steps.c.correction_id, correction_steps.c.filing_id),),
        "contest_answer": (
            select(contest_answers.c.answer_no, contests.c.filing_id).join_from(
                contest_answers, contests, contests.c.contest_id == contest_answers.c.contest_id
            ),
        ),
        "saw": (_SCORE,),
        "exported_notice": (_SCORE,),
        "exported_undertaking": (_SCORE,),
        "exported_page": (_SHEET,),
        "exported_pdf": (_SHEET,),
        "exported_docx": (_SHEET,),
        "downloaded": (select(case_attachments.c.attachment_id, case_attachments.c.filing_id),),
    }
)
"""Action -> statements that tell (subject, filing) of what it is done to."""

FILINGS: Final = frozenset({"brought_events", "brought_findings"})
"""Actions whose subject is the filing."""

NO_FILING: Final = frozenset(
    {
        "proposal_answer", "watch_entry", "promotion", "promotion_request", "promotion_answer", "challenge",
        "policy", "policy_act", "erasure", "user_change", "recusal", "time_off", "review_policy", "saw_list",
    }
)  # fmt: skip
"""Actions told of by the store that name no filing: those of the whole house, and numbers that say nothing of one."""


def foreign_entries(connection: Connection, entries: Iterable[Told], courts: Collection[str]) -> set[int]:
    """Numbers of those of `entries` that are about filings of other courts than `courts` alone (none named: none is);
    what cannot be found any more counts among them."""
    if not courts:
        return set()
    named = [(entry.entry_no, *_split(entry)) for entry in entries]
    subjects: dict[str, set[str]] = {}
    for _, action, subject in named:
        if action in ABOUT:
            subjects.setdefault(action, set()).add(subject)
    filings = {
        (action, subject): found
        for action, wanted in subjects.items()
        for subject, found in _filings(connection, action, wanted).items()
    }
    filings |= {(action, subject): {subject} for _, action, subject in named if action in FILINGS}
    court_of = courts_of(connection, sorted({i for found in filings.values() for i in found}))
    return {
        number
        for number, action, subject in named
        if action in ABOUT.keys() | FILINGS
        and not any(court_of.get(i) in courts for i in filings.get((action, subject), ()))
    }


def _split(entry: Told) -> tuple[str, str]:
    """Action and subject; of an entry about an erasure those of the row it was erased from."""
    if entry.action != ERASED_ROW:
        return entry.action, entry.subject
    action, _, subject = entry.subject.partition(":")
    return action, subject


def _filings(connection: Connection, action: str, subjects: set[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for statement in ABOUT[action]:
        column = statement.selected_columns[0]
        for some in in_chunks(sorted(subjects)):
            keys = [column.type.python_type(key) for key in some]
            for subject, filing_id in connection.execute(statement.where(column.in_(keys))):
                found.setdefault(str(subject), set()).add(filing_id)
    return found
