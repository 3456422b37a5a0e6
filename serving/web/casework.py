"""Work on a case by its pages: compare, tick off, write notes, attach and download files."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.responses import Response

from serving.access import VisitorDep
from serving.api.problems import status_of
from serving.casework.attachments import attach, fetch
from serving.casework.checks import tick_off
from serving.casework.compare import compare_filings
from serving.casework.notes import withdraw_note, write_note
from serving.file_names import saved_as
from serving.parts import Parts, PartsDep
from serving.review.case import read_case
from serving.web.case import Slip, show_case_page
from serving.web.posted import Posted, read_form
from serving.web.render import case_url, render
from xiezhi.errors import Conflict, InputError

router = APIRouter(include_in_schema=False)


@router.get("/filings/{filing_id:path}/compare/{other_id:path}")
def show_comparison(request: Request, filing_id: str, other_id: str, parts: PartsDep) -> HTMLResponse:
    """Two filings side by side."""
    found = compare_filings(parts.store, filing_id, other_id)
    return render(request, "compare.html", found=found)


@router.post("/filings/{filing_id:path}/checks")
async def post_check(request: Request, filing_id: str, parts: PartsDep, visitor: VisitorDep) -> Response:
    """Record the result of one verification, then back to the list."""
    typed = await read_form(request)

    def act() -> None:
        tick_off(
            parts.store,
            filing_id,
            item=typed.get("item", ""),
            result=typed.get("result", ""),
            note=typed.get("note", ""),
            by=visitor.signs(typed.get("by", "")),
            at=parts.now(),
        )

    return await run_in_threadpool(_do, request, parts, filing_id, "checks", act, typed)


@router.post("/filings/{filing_id:path}/notes")
async def post_note(request: Request, filing_id: str, parts: PartsDep, visitor: VisitorDep) -> Response:
    """Write a note, or take one back, then back to the notes."""
    typed = await read_form(request)
    by, text = visitor.signs(typed.get("by", "")), typed.get("text", "")

    def act() -> None:
        if "withdraws" in typed:
            withdraw_note(parts.store, filing_id, typed["withdraws"], reason=text, by=by, at=parts.now())
        else:
            write_note(parts.store, filing_id, text=text, by=by, at=parts.now())

    return await run_in_threadpool(_do, request, parts, filing_id, "notes", act, typed)


@router.post("/filings/{filing_id:path}/attachments")
async def post_attachment(request: Request, filing_id: str, parts: PartsDep, visitor: VisitorDep) -> Response:
    """Keep a file beside the filing, then back to the attachments."""
    async with request.form(max_files=1) as form:
        typed = Posted(form)
        file = form.get("file")
        name, content = (
            (file.filename or "", await file.read()) if isinstance(file, UploadFile) else ("", b"")
        )

    def act() -> None:
        by = visitor.signs(typed.get("by", ""))
        attach(parts.store, parts.settings, filing_id, name=name, content=content, by=by, at=parts.now())

    return await run_in_threadpool(_do, request, parts, filing_id, "attachments", act, typed)


@router.get("/attachments/{attachment_id}")
def download(attachment_id: str, parts: PartsDep, visitor: VisitorDep) -> Response:
    """A file as it was attached, checked, to be saved and never shown inside a page of this server."""
    row, content = fetch(parts.store, parts.settings, attachment_id, by=visitor.account, at=parts.now())
    headers = {
        "content-disposition": saved_as(row.name),
        "x-content-type-options": "nosniff",
        "digest": f"sha-256={row.digest}",
    }
    return Response(content, media_type=row.kind, headers=headers)


def _do(
    request: Request,
    parts: Parts,
    filing_id: str,
    section: str,
    act: Callable[[], None],
    typed: dict[str, str],
) -> Response:
    """`act`, then back to its section of the case; a slip is told there with what was typed."""
    try:
        act()
    except (InputError, Conflict) as error:
        case = read_case(parts.store, filing_id)
        return show_case_page(request, parts, case, status_of(error), slip=Slip(section, error, typed))
    return RedirectResponse(f"{case_url(filing_id)}#{section}", 303)
