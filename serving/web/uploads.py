"""Files handed in: to their page at once, which tells how far they are and then what became of each row."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, StreamingResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.responses import Response

from serving.access import Visitor, VisitorDep, note_listed, note_seen
from serving.desk.results import count_rows, note_export, read_results, write_results
from serving.desk.uploads import hand_in
from serving.jobs.ask import read_job
from serving.parts import Parts, PartsDep
from serving.review.reviewer import REVIEWERS
from serving.web.desk import Slip, empty_form, show_form
from serving.web.posted import Posted
from serving.web.render import render
from xiezhi.errors import InputError

router = APIRouter(include_in_schema=False)

PAGE_ROWS = 100
"""Rows of a page of results."""

REFRESH = 2
"""Seconds between two looks at an upload that is under way, where the reader has not stopped them."""


@router.post("/desk/uploads")
async def post_upload(request: Request, parts: PartsDep, visitor: VisitorDep) -> Response:
    """Hand in what was dropped or pasted, then to its page; a slip is told on the desk."""
    async with request.form(max_files=20) as form:
        files = [
            (file.filename, await file.read())
            for file in form.getlist("files")
            if isinstance(file, UploadFile) and file.filename
        ]
        pasted = Posted(form)["pasted"]
    return await run_in_threadpool(_hand_in, request, parts, visitor, files, pasted)


@router.get("/desk/uploads/{job_id}")
def show_upload(
    request: Request,
    job_id: str,
    parts: PartsDep,
    visitor: VisitorDep,
    after: Annotated[int, Query(ge=-1, le=2**31 - 1)] = -1,
    follow: bool = False,
) -> HTMLResponse:
    """How far an upload is; when it has ended, its rows page by page.

    Asked to `follow`, the page loads itself again: by a header, so that no script is needed, and with a link that
    stops it.
    """
    job = read_job(parts.store, job_id, visitor.account)
    if not job.ended:
        page = render(request, "upload.html", job=job, follow=follow)
        if follow:
            page.headers["refresh"] = str(REFRESH)
        return page
    rows = read_results(parts.store, job_id, after=after, most=PAGE_ROWS + 1)
    shown = rows[:PAGE_ROWS]
    scores = [row.screening for row in shown if row.screening]
    if visitor.may(REVIEWERS):  # who may be given one of them to judge blind is told to have seen each
        note_seen(parts, visitor, *scores)
    else:
        note_listed(parts, visitor, "upload", (score.screening_id for score in scores))
    return render(
        request,
        "results.html",
        job=job,
        counts=count_rows(parts.store, job_id),
        rows=shown,
        after=after,
        following=shown[-1].row.row_no if len(rows) > PAGE_ROWS else None,
    )


@router.get("/desk/uploads/{job_id}/results.csv")
def download_results(job_id: str, parts: PartsDep, visitor: VisitorDep) -> StreamingResponse:
    """The result file: a row for each record done so far."""
    job = read_job(parts.store, job_id, visitor.account)
    if visitor.known:
        note_export(parts.store, job, by=visitor.account, at=parts.now())
    return StreamingResponse(
        write_results(parts.store, job_id),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="xiezhi-{job_id[:9]}.csv"'},
    )


def _hand_in(
    request: Request, parts: Parts, visitor: Visitor, files: list[tuple[str, bytes]], pasted: str
) -> Response:
    try:
        job = hand_in(parts, files, pasted, by=visitor.account)
    except InputError as error:
        return show_form(request, parts, visitor, empty_form(parts), Slip(error, "files"))
    follow = "" if job.ended else "?follow=1"
    return RedirectResponse(f"/desk/uploads/{job.job_id}{follow}", 303)
