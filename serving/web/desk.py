"""The filing desk (立案窗口): a form or files in, an answer out."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from features.intake.schema import parse_filing
from serving.access import VisitorDep, note_seen
from serving.parts import Parts, PartsDep
from serving.review.case import read_case
from serving.review.docketing import last_docketing_day
from serving.web.forms import AGENT_ROWS, EVIDENCE_ROWS, PARTY_ROWS, YES_NO_FIELDS, Form, Typed, read_form
from serving.web.render import render
from serving.web.uploads import SOURCE, screen_upload
from xiezhi.clock import to_datetime
from xiezhi.errors import InputError, NotFound, RecordError
from xiezhi.records import EVIDENCE_KINDS, PROCEEDINGS
from xiezhi.store.screenings import get_screening

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Slip:
    """What is wrong with a form, and the name of the input it is wrong at (empty: the whole)."""

    error: InputError
    input_name: str


@router.get("/desk")
def show_desk(request: Request, parts: PartsDep) -> HTMLResponse:
    """An empty form. The time of filing is filled in, so that sending it twice makes one filing."""
    return _show_form(request, parts, {"filed_at": _local_minute(parts)}, None)


@router.post("/desk")
async def post_filing(request: Request, parts: PartsDep) -> Response:
    """Screen the filing typed, then to its answer; a slip is told beside its field."""
    async with request.form(max_fields=400) as form:
        typed = _texts(form)
    return await run_in_threadpool(_screen_typed, request, parts, typed)


@router.post("/desk/uploads")
async def post_upload(request: Request, parts: PartsDep) -> Response:
    """Screen what was dropped or pasted: a table with a row for each."""
    async with request.form(max_files=20) as form:
        files = [
            (file.filename, await file.read())
            for file in form.getlist("files")
            if isinstance(file, UploadFile) and file.filename
        ]
        pasted = _texts(form).get("pasted", "")
    return await run_in_threadpool(_screen_files, request, parts, files, pasted)


@router.get("/desk/answers/{screening_id}")
def show_answer(request: Request, screening_id: str, parts: PartsDep, visitor: VisitorDep) -> HTMLResponse:
    """The answer given: band, reasons for and against, links, steps."""
    with parts.store.read() as connection:
        screening = get_screening(connection, screening_id)
    if screening is None:
        raise NotFound("没有这次筛查。", "There is no such screening.", code="no-screening")
    note_seen(parts, visitor, screening)
    case = read_case(parts.store, screening.filing_id)
    filing = case.stored.filing
    names = {p.party_id: p.name for p in filing.parties} | {a.agent_id: a.name for a in filing.agents}
    return render(
        request,
        "answer.html",
        screening=screening,
        case=case,
        names=names,
        docket_by=last_docketing_day(parts.settings, filing.filed_at),
        model_version=screening.model_version,
    )


def _screen_typed(request: Request, parts: Parts, form: Form) -> Response:
    typed: Typed = read_form(form)
    try:
        filing = parse_filing(typed.filing, parts.settings)
    except RecordError as error:
        return _show_form(request, parts, form, Slip(error, typed.input_name(error.field)))
    screening, _ = parts.model.keep(filing, source=SOURCE, scored_at=parts.now())
    return RedirectResponse(f"/desk/answers/{screening.screening_id}", 303)


def _screen_files(request: Request, parts: Parts, files: list[tuple[str, bytes]], pasted: str) -> Response:
    if not files and not pasted.strip():
        nothing = InputError(
            "请选择文件或粘贴内容。", "Choose a file or paste something.", code="nothing-sent"
        )
        return _show_form(request, parts, {"filed_at": _local_minute(parts)}, Slip(nothing, "files"))
    try:
        upload = screen_upload(parts, files, pasted)
    except InputError as error:
        return _show_form(request, parts, {"filed_at": _local_minute(parts)}, Slip(error, "files"))
    return render(request, "upload.html", upload=upload, model_version=parts.model.version())


def _show_form(request: Request, parts: Parts, typed: Form, slip: Slip | None) -> HTMLResponse:
    return render(
        request,
        "desk.html",
        status=200 if slip is None else 422,
        typed=typed,
        slip=slip,
        party_rows=range(PARTY_ROWS),
        agent_rows=range(AGENT_ROWS),
        evidence_rows=range(EVIDENCE_ROWS),
        yes_no_fields=YES_NO_FIELDS,
        proceedings=PROCEEDINGS,
        evidence_kinds=EVIDENCE_KINDS,
        model_version=parts.model.version(),
    )


def _texts(form: FormData) -> dict[str, str]:
    return {key: value for key, value in form.items() if isinstance(value, str)}


def _local_minute(parts: Parts) -> str:
    return f"{to_datetime(parts.now(), parts.settings.zone):%Y-%m-%dT%H:%M}"
