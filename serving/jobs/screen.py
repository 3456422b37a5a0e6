"""The job of bulk screening (批量筛查): every filing of some files, scored and kept."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from features.intake import Place, Rejected
from serving.jobs.spool import read_files
from serving.jobs.tasks import Plan, Task, make_row
from serving.parts import Parts
from xiezhi.accounts.reach import courts_of_account, require_own
from xiezhi.errors import InputError
from xiezhi.records import Filing
from xiezhi.store.jobs import InputFile, Job, JobRow

MOST_RECORDS = 50_000
"""Records of one job: with their texts some hundred megabytes of memory. More goes in by `xiezhi ingest`."""


def plan_screening(parts: Parts, job: Job, files: Sequence[InputFile]) -> Plan:
    """Screen and keep every filing in `files`: in order of time whatever the order of rows, as if each had been handed
    in on its day. One of a court out of the asker's reach is refused in its row. Raises InputError for too many records."""
    plan, filings = Plan(), []
    with tempfile.TemporaryDirectory(prefix="xiezhi-job-") as folder:
        for row_no, (place, outcome) in enumerate(read_files(files, Path(folder), parts.settings)):
            if row_no == MOST_RECORDS:
                raise InputError(
                    f"一次最多 {MOST_RECORDS} 条；更多收案请用 xiezhi ingest 导入。",
                    f"At most {MOST_RECORDS} records at a time; take larger dockets in with `xiezhi ingest`.",
                    code="too-many",
                )
            if isinstance(outcome, Rejected):
                plan.told.append(_tell_rejected(row_no, place, outcome))
            elif isinstance(outcome.record, Filing):
                filings.append((row_no, place, outcome.record))
            else:
                plan.told.append(make_row(row_no, place, "other-record"))
    filings.sort(key=lambda found: (found[2].filed_at, found[2].filing_id, found[0]))
    courts = courts_of_account(parts.store, job.asked_by)
    plan.tasks = [_task(parts, job, courts, *found) for found in filings]
    return plan


def _task(parts: Parts, job: Job, courts: frozenset[str], row_no: int, place: Place, filing: Filing) -> Task:
    def screen() -> JobRow:
        require_own(parts.store, courts, filing)
        screening, is_new = parts.model.keep(filing, source=job.source, scored_at=parts.now())
        # Done and not noted when the worker was killed: it is this job's all the same.
        is_ours = is_new or screening.scored_at >= (job.started_at or job.asked_at)
        return make_row(
            row_no,
            place,
            "screened" if is_ours else "screened-before",
            filing_id=filing.filing_id,
            screening_id=screening.screening_id,
            band=screening.band,
        )

    return Task(row_no, place, screen)


def _tell_rejected(row_no: int, place: Place, bad: Rejected) -> JobRow:
    return JobRow(row_no, place.file, place.row, bad.code, bad.zh, bad.en, field=bad.field)
