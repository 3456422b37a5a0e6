"""The case page, and the decision made on it."""

from __future__ import annotations

from dataclasses import dataclass, field

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from serving.access import VisitorDep, note_seen
from serving.casework.checks import RESULTS
from serving.casework.reading import read_casework
from serving.language import choose_language
from serving.parts import Parts, PartsDep
from serving.review.case import Case, read_case
from serving.review.decide import decide
from serving.review.docketing import last_docketing_day
from serving.review.masking import mask_filing
from serving.review.relations import read_relations
from serving.web.histories import draw_history
from serving.web.render import Words, case_url, render
from serving.web.ties import tell_ties
from serving.web.timeline import tell_history
from xiezhi.decisions import DECISION_KINDS
from xiezhi.errors import Conflict, InputError
from xiezhi.records import filing_from_body
from xiezhi.store.screenings import get_screening

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Slip:
    """What is wrong with a form in a section of the page (`decisions`, `notes`, …), and what was typed in it."""

    section: str
    error: InputError | Conflict
    typed: dict[str, str] = field(default_factory=dict)


@router.get("/filings/{filing_id:path}")
def show_case(request: Request, filing_id: str, parts: PartsDep, visitor: VisitorDep) -> HTMLResponse:
    """One filing with its reasons, links, history and decisions."""
    case = read_case(parts.store, filing_id)
    note_seen(parts, visitor, case.newest)
    return show_case_page(request, parts, case)


@router.post("/flags/{screening_id}/decisions")
async def post_decision(
    request: Request, screening_id: str, parts: PartsDep, visitor: VisitorDep
) -> Response:
    """Decide, then back to the case; a slip is told beside the form with what was typed."""
    async with request.form() as form:
        typed = {key: value for key, value in form.items() if isinstance(value, str)}
    typed["decided_by"] = visitor.signs(typed.get("decided_by", ""))
    return await run_in_threadpool(_decide, request, parts, screening_id, typed)


def _decide(request: Request, parts: Parts, screening_id: str, form: dict[str, str]) -> Response:
    try:
        made = decide(
            parts.store,
            screening_id,
            decided_by=form.get("decided_by", ""),
            decision=form.get("decision", ""),
            reason=form.get("reason", ""),
            decided_at=parts.now(),
        )
    except (InputError, Conflict) as error:
        with parts.store.read() as connection:
            flag = get_screening(connection, screening_id)
        if flag is None:
            raise
        status = 409 if isinstance(error, Conflict) else 422
        case = read_case(parts.store, flag.filing_id)
        return show_case_page(request, parts, case, status, slip=Slip("decisions", error, form))
    return RedirectResponse(f"{case_url(made.filing_id)}#decisions", 303)


def show_case_page(
    request: Request, parts: Parts, case: Case, status: int = 200, *, slip: Slip | None = None
) -> HTMLResponse:
    """The page of a case; `slip`: told beside its form."""
    words = Words(choose_language(request, parts.settings.language), parts.settings.zone)
    filing = case.stored.filing
    work = read_casework(parts.store, parts.settings, case)
    decided = slip if slip is not None and slip.section == "decisions" else None
    return render(
        request,
        "case.html",
        status=status,
        case=case,
        filing=filing_from_body(mask_filing(filing)),
        names={p.party_id: p.name for p in filing.parties} | {a.agent_id: a.name for a in filing.agents},
        history=tell_history(case, words),
        ties=tell_ties(read_relations(parts.store, case), words, parts.settings.zone),
        kinds=DECISION_KINDS,
        docket_by=last_docketing_day(parts.settings, filing.filed_at),
        work=work,
        drawings=[draw_history(one, filing.filed_at) for one in work.histories],
        results=RESULTS,
        slip=slip,
        typed=decided.typed if decided else {},
        error=decided.error if decided else None,
        model_version=parts.model.version(),
    )
