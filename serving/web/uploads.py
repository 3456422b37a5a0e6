"""Files handed in: to their page at once, which tells how far they are and then what became of each row."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, StreamingResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.responses import Response

from serving.access import Visitor, VisitorDep, note_seen
from serving.desk.results import find_upload, note_export, read_results, write_results
from serving.desk.uploads import WHILE_WAITING, UploadScreening, take_upload
from serving.parts import Parts, PartsDep
from serving.web.desk import Slip, empty_form, show_form, texts_of
from serving.web.render import render
from xiezhi.errors import InputError
from xiezhi.store.uploads import count_flagged

router = APIRouter(include_in_schema=False)

PAGE_ROWS = 100
"""Rows of a page of results."""

REFRESH = 3
"""Seconds between two looks at an upload that is under way, where the reader has not stopped them."""


@router.post("/desk/uploads")
async def post_upload(request: Request, parts: PartsDep, visitor: VisitorDep) -> Response:
    """Keep what was dropped or pasted, screen it if that takes a moment, then to its page."""
    async with request.form(max_files=20) as form:
        files = [
            (file.filename, await file.read())
            for file in form.getlist("files")
            if isinstance(file, UploadFile) and file.filename
        ]
        pasted = texts_of(form).get("pasted", "")
    return await run_in_threadpool(_take, request, parts, visitor, files, pasted)


@router.get("/desk/uploads/{upload_id}")
def show_upload(
    request: Request,
    upload_id: str,
    parts: PartsDep,
    visitor: VisitorDep,
    after: Annotated[int, Query(ge=-1)] = -1,
    follow: bool = False,
) -> HTMLResponse:
    """How far an upload is; when it is done, its rows page by page.

    Asked to `follow`, the page loads itself again: by a header, so that no script is needed, and with a link that
    stops it.
    """
    progress = find_upload(parts.store, upload_id)
    if not progress.done:
        _screening(request).wake()  # it goes on after a restart, or when the model can be loaded again
        version = parts.model.version()
        page = render(request, "upload.html", progress=progress, follow=follow, model_version=version)
        if follow:
            page.headers["refresh"] = str(REFRESH)
        return page
    with parts.store.read() as connection:
        flagged = count_flagged(connection, upload_id)
    rows = read_results(parts.store, upload_id, after=after, most=PAGE_ROWS + 1)
    shown = rows[:PAGE_ROWS]
    note_seen(parts, visitor, *(row.screening for row in shown))
    following = shown[-1].row.place_no if len(rows) > PAGE_ROWS else None
    return render(
        request, "results.html", progress=progress, flagged=flagged, rows=shown, after=after,
        following=following, model_version=parts.model.version()
    )  # fmt: skip


@router.get("/desk/uploads/{upload_id}/results.csv")
def download_results(upload_id: str, parts: PartsDep, visitor: VisitorDep) -> StreamingResponse:
    """The result file: a row for each record handed in."""
    progress = find_upload(parts.store, upload_id)
    if visitor.known:
        note_export(parts.store, progress, by=visitor.user.name, at=parts.now())
    name = f"xiezhi-{progress.upload.upload_id[:8]}.csv"
    return StreamingResponse(
        write_results(parts.store, upload_id),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


def _take(
    request: Request, parts: Parts, visitor: Visitor, files: list[tuple[str, bytes]], pasted: str
) -> Response:
    if not files and not pasted.strip():
        nothing = InputError(
            "请选择文件或粘贴内容。", "Choose a file or paste something.", code="nothing-sent"
        )
        return show_form(request, parts, empty_form(parts), Slip(nothing, "files"))
    by, at = visitor.signs(""), parts.now()
    upload = take_upload(parts.store, parts.settings, files, pasted, by=by, at=at)
    progress, screening = find_upload(parts.store, upload.upload_id), _screening(request)
    if progress.filings <= WHILE_WAITING:
        screening.screen(upload.upload_id)
        return RedirectResponse(f"/desk/uploads/{upload.upload_id}", 303)
    screening.wake()
    return RedirectResponse(f"/desk/uploads/{upload.upload_id}?follow=1", 303)


def _screening(request: Request) -> UploadScreening:
    screening: UploadScreening = request.app.state.uploads
    return screening
