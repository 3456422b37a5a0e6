"""The page of an answer: band, what was filed before, questions, reasons, steps; and what the clerk does about them."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from serving.access import Visitor, VisitorDep, note_seen
from serving.api.problems import status_of
from serving.bench_access import judges_blind
from serving.desk.answer import read_answer
from serving.desk.questions import ANSWERS, answer_question
from serving.desk.steps import record_steps
from serving.parts import Parts, PartsDep
from serving.permissions import DESK
from serving.web.posted import Posted, read_form
from serving.web.render import render
from xiezhi.errors import Conflict, InputError, NotFound
from xiezhi.store.screenings import get_screening

router = APIRouter(include_in_schema=False)


@router.get("/desk/answers/{screening_id}")
def show_answer(request: Request, screening_id: str, parts: PartsDep, visitor: VisitorDep) -> HTMLResponse:
    """The answer given, and what may be done now."""
    return _show(request, parts, visitor, screening_id)


@router.post("/desk/answers/{screening_id}/questions")
async def post_answer(request: Request, screening_id: str, parts: PartsDep, visitor: VisitorDep) -> Response:
    """Answer one question, then back; a slip is told above the questions."""
    typed = await read_form(request)
    return await run_in_threadpool(_answer, request, parts, visitor, screening_id, typed)


@router.post("/desk/answers/{screening_id}/steps")
async def post_steps(request: Request, screening_id: str, parts: PartsDep, visitor: VisitorDep) -> Response:
    """Record steps done, or one entered by mistake; then back."""
    typed = await read_form(request)
    return await run_in_threadpool(_record, request, parts, visitor, screening_id, typed)


def _answer(
    request: Request, parts: Parts, visitor: Visitor, screening_id: str, typed: dict[str, str]
) -> Response:
    with parts.store.read() as connection:
        screening = get_screening(connection, screening_id)
    if screening is None:
        raise NotFound("没有这次筛查。", "There is no such screening.", code="no-screening")
    try:
        answer_question(
            parts.store,
            screening.filing_id,
            typed.get("question", ""),
            typed.get("answer", ""),
            by=visitor.signs(typed.get("by", "")),
            reason=typed.get("reason", ""),
            at=parts.now(),
            courts=visitor.courts,
        )
    except (InputError, Conflict) as error:
        return _show(request, parts, visitor, screening_id, error, "questions")
    return RedirectResponse(f"/desk/answers/{screening_id}#questions", 303)


def _record(
    request: Request,
    parts: Parts,
    visitor: Visitor,
    screening_id: str,
    typed: Posted,
) -> Response:
    try:
        record_steps(
            parts.store,
            screening_id,
            typed.all("step"),
            what="taken_back" if typed.get("mistake") else "done",
            note=typed.get("note", ""),
            by=visitor.signs(typed.get("by", "")),
            at=parts.now(),
        )
    except InputError as error:
        return _show(request, parts, visitor, screening_id, error, "steps")
    return RedirectResponse(f"/desk/answers/{screening_id}#steps", 303)


def _show(
    request: Request,
    parts: Parts,
    visitor: Visitor,
    screening_id: str,
    error: InputError | Conflict | None = None,
    wrong_at: str = "",
) -> HTMLResponse:
    # A home without accounts is one person's: whoever left a question open there is whoever looks now.
    person = visitor.signs("") if visitor.known else None
    answer = read_answer(
        parts.store, parts.settings, screening_id, person=person, at=parts.now(), courts=visitor.courts
    )
    blind = judges_blind(parts, visitor, answer.filing.filing_id)
    note_seen(parts, visitor, None if blind else answer.screening)
    status = 200 if error is None else status_of(error)
    return render(
        request,
        "answer.html",
        status=status,
        answer=answer,
        blind=blind,
        choices=ANSWERS,
        may_act=visitor.may(DESK),
        error=error,
        wrong_at=wrong_at,
        model_version=answer.screening.model_version,
    )
