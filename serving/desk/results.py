"""What became of an upload, row by row: for the page, and as a file to keep (逐件结果). No identity numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from serving.jobs.sheet import MARK, write_line
from serving.review.masking import mask_text
from xiezhi.audit.chain import Act
from xiezhi.clock import Moment
from xiezhi.reasons import signs_first
from xiezhi.store import Store
from xiezhi.store.audit import append_acts
from xiezhi.store.filings import get_filings
from xiezhi.store.jobs import Job, JobRow, count_results, rows_in_order
from xiezhi.store.screenings import Screening, get_screenings

COLUMNS: Final = (
    "file", "row", "filing_id", "case_number", "band", "screening_id", "field", "code", "mend_zh", "mend_en",
)  # fmt: skip

SCREENED: Final = frozenset({"screened", "screened-before"})
"""Codes of rows that have an answer; all others are told with their mend."""

_AT_ONCE = 500
"""Rows read together for the file."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows of an upload: screened, of these flagged, and not taken."""

    screened: int
    flagged: int
    refused: int


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One record of an upload: what became of it. `case_number`, `cause`: empty where there is no filing."""

    row: JobRow
    case_number: str
    cause: str
    screening: Screening | None

    @property
    def file(self) -> str:
        """The file's own name (`book.xlsx#sheet`), for pages."""
        return mask_text(self.row.file)

    @property
    def why(self) -> dict[str, str]:
        """The first reason for its band in both languages; empty where there is none to tell."""
        if self.screening is None or self.screening.band == "none":
            return {}
        reasons = [r for r in self.screening.scores["reasons"] if r["direction"] == "for"]
        return dict(signs_first(reasons)[0]["text"]) if reasons else {}


def count_rows(store: Store, job_id: str) -> Counts:
    """How many rows came to what."""
    with store.read() as connection:
        counted = count_results(connection, job_id)
    screened = {key: n for key, n in counted.items() if key[0] in SCREENED}
    flagged = sum(n for (_, band), n in screened.items() if band not in (None, "none"))
    return Counts(sum(screened.values()), flagged, sum(counted.values()) - sum(screened.values()))


def read_results(store: Store, job_id: str, *, after: int = -1, most: int) -> list[ResultRow]:
    """At most `most` rows of an upload after row number `after`, in the order of its files."""
    with store.read() as connection:
        rows = rows_in_order(connection, job_id, after, most)
        ids = [row.filing_id for row in rows if row.filing_id]
        filings = get_filings(connection, store.vault, list(dict.fromkeys(ids)))
        scored = get_screenings(connection, [row.screening_id for row in rows if row.screening_id])
    found = []
    for row in rows:
        stored = filings.get(row.filing_id or "")
        number, cause = (stored.filing.case_number or "", stored.filing.cause) if stored else ("", "")
        found.append(ResultRow(row, number, cause, scored.get(row.screening_id or "")))
    return found


def write_results(store: Store, job_id: str) -> Iterator[str]:
    """The result file as pieces of CSV in UTF-8 with its mark: a head, then one line a record handed in."""
    yield MARK + write_line(COLUMNS)
    after = -1
    while rows := read_results(store, job_id, after=after, most=_AT_ONCE):
        yield "".join(write_line(_cells(row)) for row in rows)
        after = rows[-1].row.row_no


def note_export(store: Store, job: Job, *, by: str, at: Moment) -> None:
    """Put on record that `by` took the result file of an upload with him."""
    with store.write() as connection:
        append_acts(connection, [Act(at, by, "exported", job.job_id, job.input_digest)])


def _cells(result: ResultRow) -> Sequence[str]:
    row = result.row
    mend = ("", "") if row.code in SCREENED else (row.zh, row.en)
    return (
        mask_text(row.file), str(row.row or ""), mask_text(row.filing_id or ""), mask_text(result.case_number),
        row.band or "", row.screening_id or "", row.field or "", row.code, *mend,
    )  # fmt: skip
