"""What became of an upload, row by row: for the page, and as a file to keep (逐件结果). No identity numbers."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Final, Literal

from serving.desk.uploads import NOT_A_FILING, NOT_SCREENED
from serving.review.masking import mask_text
from xiezhi.audit.chain import Act, digest_of
from xiezhi.clock import Moment
from xiezhi.errors import NotFound
from xiezhi.reasons import signs_first
from xiezhi.store import Store
from xiezhi.store.audit import append_acts
from xiezhi.store.filings import get_filings
from xiezhi.store.screenings import Screening, get_screenings
from xiezhi.store.uploads import Progress, UploadAnswer, UploadRow, get_progress, rows_of

Outcome = Literal["screened", "screened_before", "waiting", "rejected", "left_alone", "failed"]

COLUMNS: Final = (
    "file", "row", "filing_id", "case_number", "outcome", "band", "screening_id",
    "field", "code", "mend_zh", "mend_en",
)  # fmt: skip

_MEND_FAILED = (
    "筛查时出错；请重新提交此件，如再次出错请告知管理员。",
    "Screening failed; hand this one in again, and tell the administrator if it fails again.",
)

_AT_ONCE = 500
"""Rows read together for the file."""


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One record of an upload: what became of it. `case_number`, `cause`: empty where there is no filing."""

    row: UploadRow
    outcome: Outcome
    case_number: str
    cause: str
    screening: Screening | None

    @property
    def why(self) -> dict[str, str]:
        """The first reason for its band in both languages; empty where there is none to tell."""
        if self.screening is None or self.screening.band == "none":
            return {}
        reasons = [r for r in self.screening.scores["reasons"] if r["direction"] == "for"]
        return dict(signs_first(reasons)[0]["text"]) if reasons else {}


def find_upload(store: Store, upload_id: str) -> Progress:
    """How far an upload is. Raises NotFound."""
    with store.read() as connection:
        found = get_progress(connection, upload_id)
    if found is None:
        raise NotFound("没有这次提交。", "There is no such upload.", code="no-upload")
    return found


def read_results(store: Store, upload_id: str, *, after: int = -1, most: int) -> list[ResultRow]:
    """At most `most` rows of an upload after place `after`, in the order of its files."""
    with store.read() as connection:
        pairs = rows_of(connection, upload_id, after, most)
        ids = [row.filing_id for row, _ in pairs if row.filing_id]
        filings = get_filings(connection, store.vault, list(dict.fromkeys(ids)))
        scored = get_screenings(connection, [a.screening_id for _, a in pairs if a and a.screening_id])
    found = []
    for row, answer in pairs:
        filing = filings[row.filing_id].filing if row.filing_id else None
        screening = scored.get(answer.screening_id) if answer and answer.screening_id else None
        number, cause = (filing.case_number or "", filing.cause) if filing else ("", "")
        found.append(ResultRow(row, _outcome(row, answer), number, cause, screening))
    return found


def write_results(store: Store, upload_id: str) -> Iterator[str]:
    """The result file as pieces of CSV in UTF-8 with its mark: a head, then one line a record handed in."""
    yield "\ufeff" + _line(COLUMNS)
    after = -1
    while rows := read_results(store, upload_id, after=after, most=_AT_ONCE):
        yield "".join(_line(_cells(row)) for row in rows)
        after = rows[-1].row.place_no


def note_export(store: Store, progress: Progress, *, by: str, at: Moment) -> None:
    """Put on record that `by` took the result file of an upload with him."""
    taken = digest_of({"rows": progress.upload.row_count, "screened": progress.screened})
    with store.write() as connection:
        append_acts(connection, [Act(at, by, "exported", progress.upload.upload_id, taken)])


def _outcome(row: UploadRow, answer: UploadAnswer | None) -> Outcome:
    if row.filing_id is None:
        return "left_alone" if row.code == NOT_A_FILING else "rejected"
    if answer is None:
        return "waiting"
    if answer.screening_id is None:
        return "failed"
    return "screened" if answer.is_new else "screened_before"


def _cells(result: ResultRow) -> Sequence[str]:
    row, screening = result.row, result.screening
    code, zh, en = row.code, row.mend_zh, row.mend_en
    if result.outcome == "failed":
        code, (zh, en) = NOT_SCREENED, _MEND_FAILED
    band, screening_id = (screening.band, screening.screening_id) if screening else ("", "")
    return (
        row.file, str(row.row_no or ""), mask_text(row.filing_id or ""), mask_text(result.case_number),
        result.outcome, band, screening_id, row.field, code, zh, en,
    )  # fmt: skip


def _line(cells: Sequence[str]) -> str:
    written = StringIO()
    csv.writer(written).writerow([_no_formula(cell) for cell in cells])
    return written.getvalue()


def _no_formula(cell: str) -> str:
    """A cell that a spreadsheet program will not run: what was filed is read by whoever opens the file."""
    return "'" + cell if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
