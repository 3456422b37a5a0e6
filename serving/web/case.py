"""The case page."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from serving.access import VisitorDep, get_visitor, note_seen
from serving.bench_access import standing_for
from serving.language import choose_language
from serving.parts import Parts, PartsDep
from serving.review.case import Case, read_case
from serving.review.docketing import last_docketing_day
from serving.review.masking import mask_filing
from serving.review.relations import read_relations
from serving.review.standing import hide_scores
from serving.web.render import Words, render
from serving.web.ties import tell_ties
from serving.web.timeline import tell_history
from xiezhi.decisions import DECISION_KINDS
from xiezhi.errors import XiezhiError
from xiezhi.grounds import AUTHORITIES, GROUNDS, MEASURES
from xiezhi.records import filing_from_body

router = APIRouter(include_in_schema=False)


@router.get("/filings/{filing_id:path}")
def show_case(request: Request, filing_id: str, parts: PartsDep, visitor: VisitorDep) -> HTMLResponse:
    """One filing with its reasons, links, history and decisions."""
    case = read_case(parts.store, filing_id)
    standing = standing_for(parts, visitor, case)
    note_seen(parts, visitor, None if standing.blind else case.newest)
    return show_page(request, parts, case)


def show_page(
    request: Request,
    parts: Parts,
    case: Case,
    status: int = 200,
    typed: Mapping[str, str | tuple[str, ...]] | None = None,
    error: XiezhiError | None = None,
) -> HTMLResponse:
    """The page of a case as this visitor may see it; `typed` and `error`: a slip in a form of it."""
    visitor = get_visitor(request)
    standing = standing_for(parts, visitor, case)
    case = hide_scores(case) if standing.blind else case
    words = Words(choose_language(request, parts.settings.language), parts.settings.zone)
    return render(
        request,
        "case.html",
        status=status,
        case=case,
        standing=standing,
        grounds=GROUNDS,
        measures=MEASURES,
        authorities=AUTHORITIES,
        filing=filing_from_body(mask_filing(case.stored.filing)),
        names={p.party_id: p.name for p in case.stored.filing.parties}
        | {a.agent_id: a.name for a in case.stored.filing.agents},
        history=tell_history(case, words),
        ties=tell_ties(read_relations(parts.store, case), words, parts.settings.zone),
        kinds=DECISION_KINDS,
        docket_by=last_docketing_day(parts.settings, case.stored.filing.filed_at),
        typed=typed or {},
        error=error,
        model_version=parts.model.version(),
    )
