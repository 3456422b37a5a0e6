"""The case page, and the decision made on it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from serving.access import VisitorDep, note_seen
from serving.language import choose_language
from serving.parts import Parts, PartsDep
from serving.review.case import Case, read_case
from serving.review.decide import decide
from serving.review.docketing import last_docketing_day
from serving.review.expiry import entries_behind, flag_months, flags_since, is_expired
from serving.review.masking import mask_filing
from serving.review.relations import read_relations
from serving.web.render import Words, case_url, render
from serving.web.ties import tell_ties
from serving.web.timeline import tell_history
from xiezhi.decisions import DECISION_KINDS
from xiezhi.errors import Conflict, InputError
from xiezhi.records import filing_from_body
from xiezhi.store.screenings import get_screening

router = APIRouter(include_in_schema=False)


@router.get("/filings/{filing_id:path}")
def show_case(request: Request, filing_id: str, parts: PartsDep, visitor: VisitorDep) -> HTMLResponse:
    """One filing with its reasons, links, history and decisions."""
    case = read_case(parts.store, filing_id)
    note_seen(parts, visitor, case.newest)
    return _show(request, parts, case)


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
        return _show(request, parts, read_case(parts.store, flag.filing_id), status, form, error)
    return RedirectResponse(f"{case_url(made.filing_id)}#decisions", 303)


def _show(
    request: Request,
    parts: Parts,
    case: Case,
    status: int = 200,
    typed: dict[str, str] | None = None,
    error: InputError | Conflict | None = None,
) -> HTMLResponse:
    words = Words(choose_language(request, parts.settings.language), parts.settings.zone)
    return render(
        request,
        "case.html",
        status=status,
        case=case,
        filing=filing_from_body(mask_filing(case.stored.filing)),
        names={p.party_id: p.name for p in case.stored.filing.parties}
        | {a.agent_id: a.name for a in case.stored.filing.agents},
        history=tell_history(case, words),
        ties=tell_ties(read_relations(parts.store, case), words, parts.settings.zone),
        kinds=DECISION_KINDS,
        docket_by=last_docketing_day(parts.settings, case.stored.filing.filed_at),
        typed=typed or {},
        error=error,
        expired=is_expired(case, flags_since(parts.model, parts.now())),
        flag_months=flag_months(parts.model),
        entries=entries_behind(parts.store, case, parts.now()),
        model_version=parts.model.version(),
    )
