"""What parties contest: the list of the open ones, the form on the case page, the answer."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from serving.access import VisitorDep
from serving.api.problems import status_of
from serving.corrections.contest import answer_contest, read_open, record_contest
from serving.parts import Parts, PartsDep
from serving.review.case import read_case
from serving.web.case import Slip, show_case_page
from serving.web.posted import read_form
from serving.web.render import case_url, render
from xiezhi.errors import Conflict, InputError, NotFound
from xiezhi.store.contests import get_contest
from xiezhi.store.filings import get_filings

MOST = 200
"""Contests listed, the oldest: more than wait for an answer where answers are given."""

router = APIRouter(include_in_schema=False)


@router.get("/contests")
def show_contests(request: Request, parts: PartsDep, visitor: VisitorDep) -> HTMLResponse:
    """Contests nobody answered, oldest first."""
    waiting = read_open(parts.store, MOST, courts=visitor.courts)
    with parts.store.read() as connection:
        ids = list(dict.fromkeys(one.contest.filing_id for one in waiting))
        filings = get_filings(connection, parts.store.vault, ids)
    return render(
        request,
        "contests.html",
        contests=waiting,
        filings=filings,
    )


@router.post("/filings/{filing_id:path}/contests")
async def post_contest(request: Request, filing_id: str, parts: PartsDep, visitor: VisitorDep) -> Response:
    """Put on record what a party contests, then back to the case; a slip is told beside the form."""
    typed = await read_form(request)
    by = visitor.signs(typed.get("by", ""))
    return await run_in_threadpool(_record, request, parts, filing_id, typed, by)


@router.post("/contests/{contest_id}/answers")
async def post_answer(request: Request, contest_id: str, parts: PartsDep, visitor: VisitorDep) -> Response:
    """Answer a contest, then back to its case; a slip is told beside the form."""
    typed = await read_form(request)
    by = visitor.signs(typed.get("by", ""))
    return await run_in_threadpool(_answer, request, parts, contest_id, typed, by)


def _record(request: Request, parts: Parts, filing_id: str, typed: dict[str, str], by: str) -> Response:
    try:
        record_contest(
            parts.store, filing_id, party_id=typed.get("party_id", ""), about=typed.get("about", ""),
            subject=typed.get("subject", ""), text=typed.get("text", ""), by=by, at=parts.now(),
        )  # fmt: skip
    except InputError as error:
        return _tell(request, parts, filing_id, Slip("contests", error, typed))
    return RedirectResponse(f"{case_url(filing_id)}#contests", 303)


def _answer(request: Request, parts: Parts, contest_id: str, typed: dict[str, str], by: str) -> Response:
    with parts.store.read() as connection:
        contest = get_contest(connection, contest_id)
    if contest is None:
        raise NotFound("没有这项异议。", "There is no such contest.", code="no-contest")
    try:
        answer_contest(
            parts.store, contest_id, outcome=typed.get("outcome", ""), reason=typed.get("reason", ""),
            by=by, at=parts.now(),
        )  # fmt: skip
    except (InputError, Conflict) as error:
        slip = Slip("contests", error, typed | {"contest_id": contest_id})
        return _tell(request, parts, contest.filing_id, slip)
    return RedirectResponse(f"{case_url(contest.filing_id)}#contests", 303)


def _tell(request: Request, parts: Parts, filing_id: str, slip: Slip) -> Response:
    case = read_case(parts.store, filing_id)
    return show_case_page(request, parts, case, status_of(slip.error), slip=slip)
