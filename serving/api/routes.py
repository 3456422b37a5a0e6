"""The routes of the API. `def` routes run in the thread pool: the store and the model block."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from features.intake.schema import parse_filing
from features.relations.wire import relations_to_json
from serving.access import VisitorDep, note_seen
from serving.api.cursors import read_cursor, write_cursor
from serving.api.problems import problem_responses
from serving.api.relations import RelationsOut
from serving.api.schemas import (
    CaseOut,
    DecisionIn,
    DecisionOut,
    FlagPage,
    HealthOut,
    ScoresOut,
    decision_out,
    event_out,
    finding_out,
    flag_out,
    link_out,
    scores_out,
)
from serving.parts import PartsDep
from serving.review.case import read_case
from serving.review.decide import decide
from serving.review.expiry import flags_since
from serving.review.masking import mask_filing
from serving.review.queue import read_queue
from serving.review.relations import read_relations
from xiezhi.clock import format_moment
from xiezhi.store.flags import FlagFilter, Order

SOURCE = "api"

router = APIRouter(prefix="/api/v1")
health = APIRouter()

_FILING_BODY = {
    "requestBody": {
        "required": True,
        "description": "One filing in the filing format.",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/FilingIn"}}},
    }
}


async def read_body(request: Request) -> bytes:
    """The raw body: the filing's own parser reads it, and says in its own words what is wrong."""
    return await request.body()


@router.post(
    "/screenings",
    status_code=201,
    response_model=ScoresOut,
    responses={
        200: {"model": ScoresOut, "description": "Screened before: the score on record"},
        **problem_responses(401, 403, 413, 422, 503),
    },
    openapi_extra=_FILING_BODY,
    summary="Score a filing and keep it",
)
def post_screening(
    body: Annotated[bytes, Depends(read_body)], parts: PartsDep, response: Response
) -> ScoresOut:
    """Score one filing as of its own moment, and keep the filing, its links and the score."""
    filing = parse_filing(body, parts.settings)
    screening, is_new = parts.model.keep(filing, source=SOURCE, scored_at=parts.now())
    response.status_code = 201 if is_new else 200
    return scores_out(screening)


@router.get("/flags", responses=problem_responses(401, 403, 422, 503), summary="Flags, page by page")
def get_flags(
    parts: PartsDep,
    band: Annotated[Literal["notice", "review"] | None, Query(description="Only this band.")] = None,
    state: Annotated[
        Literal["open", "decided"] | None, Query(description="`open` includes those waiting for proof.")
    ] = None,
    court: Annotated[str | None, Query(description="Only this court code.", max_length=200)] = None,
    order: Annotated[Order, Query(description="Strongest or latest filed first.")] = "risk",
    cursor: Annotated[str | None, Query(description="`next` of the page before.", max_length=500)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> FlagPage:
    """Filings whose newest score is in a band above `none`."""
    since = flags_since(parts.model, parts.now())
    wanted = FlagFilter((band,) if band else FlagFilter.bands, state, court, since)
    page = read_queue(parts.store, wanted, order=order, after=read_cursor(cursor), limit=limit)
    items = [flag_out(row.flag, parts.settings.zone) for row in page.rows]
    return FlagPage(items=items, next=write_cursor(page.following))


# Before the route of the filing itself, whose id may hold any character.
@router.get(
    "/filings/{filing_id:path}/relations",
    responses=problem_responses(401, 403, 404, 503),
    summary="Who is tied to the people of a filing",
)
def get_relations(filing_id: Annotated[str, Path(max_length=200)], parts: PartsDep) -> RelationsOut:
    """The neighbourhood in two steps and the paths between the sides, by what has been filed by now."""
    relations = read_relations(parts.store, read_case(parts.store, filing_id), parts.now())
    return RelationsOut(**relations_to_json(relations.found, parts.settings.zone))


@router.get(
    "/filings/{filing_id:path}",
    responses=problem_responses(401, 403, 404, 503),
    summary="Everything about one filing",
)
def get_filing(
    filing_id: Annotated[str, Path(max_length=200)], parts: PartsDep, visitor: VisitorDep
) -> CaseOut:
    """The filing as filed with identity numbers masked, links, events, findings, scores and decisions."""
    case, zone = read_case(parts.store, filing_id), parts.settings.zone
    note_seen(parts, visitor, case.newest)
    filing = mask_filing(case.stored.filing)
    filing["filed_at"] = format_moment(case.stored.filing.filed_at, zone)
    return CaseOut(
        filing=filing,
        version=case.stored.version,
        source=case.stored.source,
        links=[link_out(link) for link in case.links],
        events=[event_out(event, zone) for event in case.events],
        findings=[finding_out(finding, zone) for finding in case.findings],
        screenings=[scores_out(screening) for screening in case.screenings],
        decisions=[decision_out(decision, zone) for decision in case.decisions],
    )


@router.post(
    "/flags/{screening_id}/decisions",
    status_code=201,
    responses=problem_responses(401, 403, 404, 409, 422, 503),
    summary="Decide on a flag",
)
def post_decision(screening_id: str, asked: DecisionIn, parts: PartsDep, visitor: VisitorDep) -> DecisionOut:
    """Append a human's decision, with a reason, signed by whoever is logged in."""
    made = decide(
        parts.store,
        screening_id,
        decided_by=visitor.signs(asked.decided_by),
        decision=asked.decision,
        reason=asked.reason,
        decided_at=parts.now(),
    )
    return decision_out(made, parts.settings.zone)


@health.get("/healthz", responses=problem_responses(503), summary="Whether the service can work")
def get_health(parts: PartsDep) -> HealthOut:
    """Reads the store once."""
    return HealthOut(status="ok", model=parts.model.version())
