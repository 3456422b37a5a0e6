"""What parties contest: the list of the open ones, the form on the case page, the answer."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from serving.access import VisitorDep
from serving.corrections.contest import answer_contest, read_open, record_contest
from serving.parts import Parts, PartsDep
from serving.web.render import case_url, render

MOST = 200
"""Contests listed, the oldest: more than wait for an answer where answers are given."""

router = APIRouter(include_in_schema=False)


@router.get("/contests")
def show_contests(request: Request, parts: PartsDep, visitor: VisitorDep) -> HTMLResponse:
    """Contests nobody answered, oldest first."""
    return render(
        request,
        "contests.html",
        contests=read_open(parts.store, MOST, courts=visitor.courts),
        model_version=parts.model.version(),
    )


@router.post("/filings/{filing_id:path}/contests")
async def post_contest(request: Request, filing_id: str, parts: PartsDep, visitor: VisitorDep) -> Response:
    """Put on record what a party contests, then back to the case."""
    typed = await read_form(request)
    typed["by"] = visitor.signs(typed.get("by", ""))
    return await run_in_threadpool(_record, parts, filing_id, typed)


@router.post("/contests/{contest_id}/answers")
async def post_answer(request: Request, contest_id: str, parts: PartsDep, visitor: VisitorDep) -> Response:
    """Answer a contest, then back to where it was answered."""
    typed = await read_form(request)
    typed["by"] = visitor.signs(typed.get("by", ""))
    return await run_in_threadpool(_answer, parts, contest_id, typed)


async def read_form(request: Request) -> dict[str, str]:
    """The texts of a form."""
    async with request.form() as form:
        return {key: value for key, value in form.items() if isinstance(value, str)}


def _record(parts: Parts, filing_id: str, typed: dict[str, str]) -> Response:
    record_contest(
        parts.store, filing_id, party_id=typed.get("party_id", ""), about=typed.get("about", ""),
        subject=typed.get("subject", ""), text=typed.get("text", ""), by=typed["by"], at=parts.now(),
    )  # fmt: skip
    return RedirectResponse(f"{case_url(filing_id)}#contests", 303)


def _answer(parts: Parts, contest_id: str, typed: dict[str, str]) -> Response:
    answer_contest(
        parts.store, contest_id, outcome=typed.get("outcome", ""), reason=typed.get("reason", ""),
        by=typed["by"], at=parts.now(),
    )  # fmt: skip
    filing_id = typed.get("filing_id", "")
    return RedirectResponse(f"{case_url(filing_id)}#contests" if filing_id else "/contests", 303)
