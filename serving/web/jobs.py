"""Pages of jobs (后台任务): one's own, and one with its progress and results."""

from __future__ import annotations

import contextlib
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from serving.access import VisitorDep, note_listed
from serving.api.cursors import end_page, read_values
from serving.jobs.ask import cancel_job, note_read, read_job
from serving.jobs.kinds import KINDS
from serving.jobs.sheet import write_sheet
from serving.parts import PartsDep
from serving.web.people import numbers_of
from serving.web.render import render
from xiezhi.errors import Conflict
from xiezhi.store.jobs import JobCursor, count_results, list_jobs, results_in_order, results_of

PAGE_ROWS = 50
REFRESH = 3
"""Seconds until the page of a running job comes anew by itself, without script; the reader can stop that."""

router = APIRouter(include_in_schema=False)

JobId = Annotated[str, Path(max_length=200)]


@router.get("/jobs")
def show_jobs(
    request: Request,
    parts: PartsDep,
    visitor: VisitorDep,
    cursor: Annotated[str, Query(max_length=2000)] = "",
) -> HTMLResponse:
    """One's own jobs, the newest first."""
    values = read_values(cursor, int, str)
    after = None if values is None else JobCursor(*values)
    with parts.store.read() as connection:
        found = list_jobs(connection, visitor.user.name, after, PAGE_ROWS + 1)
    shown, following = end_page(found, PAGE_ROWS, lambda job: (job.asked_at, job.job_id))
    return render(
        request,
        "jobs.html",
        jobs=shown,
        kinds=KINDS,
        next_url=f"/jobs?cursor={following}" if following else None,
    )


@router.get("/jobs/{job_id}")
def show_job(
    request: Request,
    job_id: JobId,
    parts: PartsDep,
    visitor: VisitorDep,
    after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    refresh: bool = True,
) -> HTMLResponse:
    """One job: how far it is, what became of each record."""
    job = read_job(parts.store, job_id, visitor.user.name)
    with parts.store.read() as connection:
        found = results_of(connection, job_id, after, PAGE_ROWS + 1)
        counts = count_results(connection, job_id)
    if found:
        note_read(parts.store, job, visitor.user.name, parts.now())
    shown = found[:PAGE_ROWS]
    note_listed(parts, visitor, "results", (one.row.screening_id for one in shown))
    refreshing = refresh and not job.ended
    response = render(
        request,
        "job.html",
        job=job,
        kind=KINDS[job.kind],
        results=shown,
        numbers=numbers_of(parts.store, (row.filing_id for _, row in shown if row.filing_id), parts.now()),
        counts=counts,
        screened=sum(n for (code, _), n in counts.items() if code.startswith("screened")),
        flagged=sum(n for (_, band), n in counts.items() if band not in (None, "none")),
        after=after,
        next_url=f"/jobs/{job_id}?after={shown[-1].result_no}" if len(found) > PAGE_ROWS else None,
        refreshing=refreshing,
        seconds=REFRESH,
    )
    if refreshing:
        response.headers["refresh"] = str(REFRESH)
    return response


@router.get("/jobs/{job_id}/results.csv")
def download_results(job_id: JobId, parts: PartsDep, visitor: VisitorDep) -> Response:
    """The results as a spreadsheet, in the order of the input."""
    job = read_job(parts.store, job_id, visitor.user.name)
    with parts.store.read() as connection:
        sheet = write_sheet(results_in_order(connection, job_id))
    note_read(parts.store, job, visitor.user.name, parts.now())
    return Response(
        sheet.encode(),
        headers={"content-disposition": f'attachment; filename="{job.job_id}.csv"'},
        media_type="text/csv; charset=utf-8",
    )


@router.post("/jobs/{job_id}/cancel")
def post_cancel(job_id: JobId, parts: PartsDep, visitor: VisitorDep) -> RedirectResponse:
    """Cancel, then back to the job; one that has ended meanwhile is simply shown."""
    with contextlib.suppress(Conflict):
        cancel_job(parts.store, job_id, visitor.user.name, parts.now())
    return RedirectResponse(f"/jobs/{job_id}", 303)
