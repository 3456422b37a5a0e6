"""The case page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from serving.access import VisitorDep, get_visitor, note_seen
from serving.bench_access import standing_for
from serving.casework.checks import RESULTS
from serving.casework.reading import read_casework
from serving.language import choose_language
from serving.parts import Parts, PartsDep
from serving.review.case import Case, read_case
from serving.review.docketing import last_docketing_day
from serving.review.expiry import entries_behind, expiry_of, flag_months, flags_since, is_expired
from serving.review.masking import mask_filing
from serving.review.relations import read_relations
from serving.review.standing import hide_scores
from serving.web.histories import draw_history
from serving.web.people import numbers_of
from serving.web.render import Words, render
from serving.web.ties import tell_ties
from serving.web.timeline import tell_history
from xiezhi.decisions import DECISION_KINDS
from xiezhi.errors import XiezhiError
from xiezhi.grounds import AUTHORITIES, GROUNDS, MEASURES
from xiezhi.records import filing_from_body

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Slip:
    """What is wrong with a form in a section of the page (`decisions`, `notes`, …), and what was typed in it."""

    section: str
    error: XiezhiError
    typed: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)


@router.get("/filings/{filing_id:path}")
def show_case(request: Request, filing_id: str, parts: PartsDep, visitor: VisitorDep) -> HTMLResponse:
    """One filing with its reasons, links, history and decisions."""
    case = read_case(parts.store, filing_id)
    standing = standing_for(parts, visitor, case)
    note_seen(parts, visitor, None if standing.blind else case.newest)
    return show_case_page(request, parts, case)


def show_case_page(
    request: Request, parts: Parts, case: Case, status: int = 200, *, slip: Slip | None = None
) -> HTMLResponse:
    """The page of a case as this visitor may see it; `slip`: told beside its form."""
    standing = standing_for(parts, get_visitor(request), case)
    case = hide_scores(case) if standing.blind else case
    zone = parts.settings.zone
    words = Words(choose_language(request, parts.settings.language), zone)
    filing = case.stored.filing
    work = read_casework(parts.store, parts.settings, case)
    decided = slip if slip is not None and slip.section == "decisions" else None
    months = flag_months(parts.model)
    return render(
        request,
        "case.html",
        status=status,
        case=case,
        standing=standing,
        numbers=numbers_of(
            parts.store,
            [
                *(past.earlier.filing_id for one in work.histories for past in one.filings),
                *(other.work.filing_id for other in standing.series),
            ],
            parts.now(),
        ),
        grounds=GROUNDS,
        measures=MEASURES,
        authorities=AUTHORITIES,
        filing=filing_from_body(mask_filing(filing)),
        names=filing.names,
        history=tell_history(case, words),
        ties=tell_ties(read_relations(parts.store, case), words, zone),
        kinds=DECISION_KINDS,
        docket_by=last_docketing_day(parts.settings, filing.filed_at),
        work=work,
        drawings=[draw_history(one, filing.filed_at) for one in work.histories],
        results=RESULTS,
        slip=slip,
        typed=decided.typed if decided else {},
        error=decided.error if decided else None,
        expired=is_expired(case, flags_since(parts.model, parts.now(), zone)),
        flag_months=months,
        expires=expiry_of(case.flag, case.latest_decision, months, zone) if case.flag else None,
        entries=entries_behind(parts.store, case, parts.now()),
    )
