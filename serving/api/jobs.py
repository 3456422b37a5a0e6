"""Jobs on the wire: ask for one, follow it, read its results, cancel it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Form, Query, Response, UploadFile
from pydantic import BaseModel, Field

from serving.access import VisitorDep, note_listed
from serving.api.cursors import end_page, read_values, write_cursor
from serving.api.ids import CursorText, Limit, PathId
from serving.api.problems import problem_responses
from serving.api.schemas import TextOut
from serving.jobs.ask import ask_for, cancel_job, note_read, read_job
from serving.jobs.kinds import KindName
from serving.parts import PartsDep
from xiezhi.clock import format_known, format_moment
from xiezhi.policy import Band
from xiezhi.store.jobs import InputFile, Job, JobCursor, JobState, Result, list_jobs, results_of

SOURCE = "api"

router = APIRouter(prefix="/api/v1/jobs", tags=["jobs"])


class WhyOut(TextOut):
    """Why a job failed."""

    code: str


class JobOut(BaseModel):
    """A job. `total` is null until its input is read; of a job that ended, `ended_at` says when."""

    job_id: str
    kind: KindName
    state: JobState
    done: int = Field(ge=0, description="rows done")
    total: int | None = Field(description="rows in all")
    input_name: str
    input_digest: str = Field(description="SHA-256 of names and contents handed in")
    asked_at: str
    started_at: str | None
    ended_at: str | None
    failed: WhyOut | None = Field(description="why, where the state is `failed`")


class JobPage(BaseModel):
    """Some jobs, newest first; `next` is the cursor of the page after, null on the last."""

    items: list[JobOut]
    next: str | None


class ResultOut(BaseModel):
    """What became of one record: its place in the file, a code with its sentences, and the score it got."""

    result_no: int = Field(ge=1, description="in the order the rows were done")
    file: str
    row: int = Field(ge=0, description="line or spreadsheet row; 0 is the file itself")
    code: str = Field(description="`screened`, `screened-before`, or why not")
    zh: str
    en: str
    field: str | None = Field(description="the place in the record that is wrong")
    filing_id: str | None
    screening_id: str | None
    band: Band | None


class ResultPage(BaseModel):
    """Some results; while the job runs `next` stays, and asked again brings what was done since. Null: no more."""

    items: list[ResultOut]
    next: str | None


@router.post(
    "",
    status_code=202,
    responses=problem_responses(400, 409, 413, 422),
    summary="Screen many filings",
)
def post_job(
    parts: PartsDep,
    visitor: VisitorDep,
    response: Response,
    files: Annotated[
        list[UploadFile],
        File(description="JSON Lines, JSON, CSV tables that belong together, or XLSX; at most 20 files"),
    ],
    kind: Annotated[KindName, Form()] = "screen",
) -> JobOut:
    """Hand in filings as files; a worker screens them in order of time. Bad records are told row by row and do not
    hold up the others. `Location` is where the job is followed."""
    given = [InputFile(file.filename or "upload", file.file.read()) for file in files]
    job = ask_for(parts.store, kind, given, source=SOURCE, asked_by=visitor.user.name, at=parts.now())
    response.headers["location"] = f"/api/v1/jobs/{job.job_id}"
    return job_out(job, parts.settings.zone)


@router.get("", responses=problem_responses(), summary="One's own jobs, page by page")
def get_jobs(
    parts: PartsDep,
    visitor: VisitorDep,
    limit: Limit = 50,
    cursor: CursorText = None,
) -> JobPage:
    """The jobs of whoever asks, the newest first."""
    values = read_values(cursor, int, str)
    after = None if values is None else JobCursor(*values)
    with parts.store.read() as connection:
        found = list_jobs(connection, visitor.user.name, after, limit + 1)
    shown, following = end_page(found, limit, lambda job: (job.asked_at, job.job_id))
    return JobPage(items=[job_out(job, parts.settings.zone) for job in shown], next=following)


@router.get("/{job_id}", responses=problem_responses(404), summary="How far a job is")
def get_job(job_id: PathId, parts: PartsDep, visitor: VisitorDep) -> JobOut:
    """The state of one's own job and its progress."""
    return job_out(read_job(parts.store, job_id, visitor.user.name), parts.settings.zone)


@router.get("/{job_id}/results", responses=problem_responses(404), summary="Results of a job, page by page")
def get_results(
    job_id: PathId,
    parts: PartsDep,
    visitor: VisitorDep,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    cursor: CursorText = None,
) -> ResultPage:
    """What became of each record, in the order they were done; can be followed while the job runs."""
    job = read_job(parts.store, job_id, visitor.user.name)
    (after,) = read_values(cursor, int) or (0,)
    with parts.store.read() as connection:
        found = results_of(connection, job_id, after, limit + 1)
    if found:  # whoever follows a job asks again and again, mostly for nothing
        note_read(parts.store, job, visitor.user.name, parts.now())
    shown = found[:limit]
    note_listed(parts, visitor, "results", (one.row.screening_id for one in shown))
    is_last = job.ended and len(found) <= limit
    last = shown[-1].result_no if shown else after
    return ResultPage(
        items=[result_out(row) for row in shown], next=None if is_last else write_cursor([last])
    )


@router.post("/{job_id}/cancel", responses=problem_responses(404, 409), summary="Cancel a job")
def post_cancel(job_id: PathId, parts: PartsDep, visitor: VisitorDep) -> JobOut:
    """Stop one's own job after the row it is at. What is done stays done, and its results can be read."""
    job = cancel_job(parts.store, job_id, visitor.user.name, parts.now())
    return job_out(job, parts.settings.zone)


def job_out(job: Job, zone: str) -> JobOut:
    """A job."""
    failed = None if job.code is None else WhyOut(code=job.code, zh=job.zh or "", en=job.en or "")
    return JobOut.model_validate(
        {
            "job_id": job.job_id,
            "kind": job.kind,
            "state": job.state,
            "done": job.done,
            "total": job.total,
            "input_name": job.input_name,
            "input_digest": job.input_digest,
            "asked_at": format_moment(job.asked_at, zone),
            "started_at": format_known(job.started_at, zone),
            "ended_at": format_known(job.ended_at, zone),
            "failed": failed,
        }
    )


def result_out(result: Result) -> ResultOut:
    """A result."""
    row = result.row
    return ResultOut.model_validate(
        {
            "result_no": result.result_no,
            "file": row.file,
            "row": row.row,
            "code": row.code,
            "zh": row.zh,
            "en": row.en,
            "field": row.field,
            "filing_id": row.filing_id,
            "screening_id": row.screening_id,
            "band": row.band,
        }
    )
