"""The routes of the API. `def` routes run in the thread pool: the store and the model block."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header, Query, Request, Response

from features.intake.schema import parse_filing
from features.relations.wire import relations_to_json
from serving.access import VisitorDep, note_seen, require_court
from serving.api.cursors import read_cursor, write_cursor
from serving.api.etags import TAGGED, answer_tagged, require_seen
from serving.api.ids import CursorText, FilterText, PathId
from serving.api.problems import problem_responses
from serving.api.relations import RelationsOut
from serving.api.schemas import (
    CaseOut,
    DecisionIn,
    DecisionOut,
    FlagPage,
    HealthOut,
    ScoresOut,
    case_out,
    decision_out,
    flag_out,
    scores_out,
)
from serving.parts import PartsDep
from serving.review.case import read_case
from serving.review.decide import decide
from serving.review.queue import read_queue
from serving.review.relations import read_relations
from xiezhi.errors import NotFound
from xiezhi.store.flags import FlagFilter, Order
from xiezhi.store.screenings import get_screening as find_screening

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
        **problem_responses(409, 413),
    },
    openapi_extra=_FILING_BODY,
    tags=["screenings"],
    summary="Score a filing and keep it",
)
def post_screening(
    body: Annotated[bytes, Depends(read_body)], parts: PartsDep, visitor: VisitorDep, response: Response
) -> ScoresOut:
    """Score one filing as of its own moment, and keep the filing, its links and the score."""
    filing = parse_filing(body, parts.settings)
    require_court(visitor, filing.court)
    screening, is_new = parts.model.keep(filing, source=SOURCE, scored_at=parts.now())
    response.status_code = 201 if is_new else 200
    return scores_out(screening)


@router.get(
    "/screenings/{screening_id}",
    response_model=ScoresOut,
    responses={**TAGGED, **problem_responses(404)},
    tags=["screenings"],
    summary="A score on record",
)
def get_screening(request: Request, screening_id: PathId, parts: PartsDep, visitor: VisitorDep) -> Response:
    """One score as it was given, with its reasons and steps; it never changes."""
    with parts.store.read() as connection:
        found = find_screening(connection, screening_id)
    if found is None:
        raise NotFound("没有这次筛查。", "There is no such screening.", code="no-screening")
    note_seen(parts, visitor, found)
    return answer_tagged(request, scores_out(found))


@router.get(
    "/flags",
    response_model=FlagPage,
    responses={**TAGGED, **problem_responses()},
    tags=["flags"],
    summary="Flags, page by page",
)
def get_flags(
    request: Request,
    parts: PartsDep,
    visitor: VisitorDep,
    band: Annotated[Literal["notice", "review"] | None, Query(description="only this band")] = None,
    state: Annotated[
        Literal["open", "decided"] | None, Query(description="`open`: undecided, or waiting for proof")
    ] = None,
    court: FilterText = None,
    order: Annotated[
        Order, Query(description="`risk`: strongest first; `newest`: latest filed first")
    ] = "risk",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: CursorText = None,
) -> Response:
    """Filings whose newest score is in a band above `none`."""
    wanted = FlagFilter((band,) if band else FlagFilter.bands, state, court, visitor.courts)
    page = read_queue(parts.store, wanted, order=order, after=read_cursor(cursor), limit=limit)
    items = [flag_out(row.flag, parts.settings.zone) for row in page.rows]
    return answer_tagged(request, FlagPage(items=items, next=write_cursor(page.following)))


# Before the route of the filing itself, whose id may hold any character.
@router.get(
    "/filings/{filing_id:path}/relations",
    responses=problem_responses(404),
    tags=["filings"],
    summary="Who is tied to the people of a filing",
)
def get_relations(filing_id: PathId, parts: PartsDep) -> RelationsOut:
    """The neighbourhood in two steps and the paths between the sides, by what has been filed by now."""
    relations = read_relations(parts.store, read_case(parts.store, filing_id), parts.now())
    return RelationsOut(**relations_to_json(relations.found, parts.settings.zone))


@router.get(
    "/filings/{filing_id:path}",
    response_model=CaseOut,
    responses={**TAGGED, **problem_responses(404)},
    tags=["filings"],
    summary="Everything about one filing",
)
def get_filing(request: Request, filing_id: PathId, parts: PartsDep, visitor: VisitorDep) -> Response:
    """The filing as filed with identity numbers masked, links, events, findings, scores and decisions. Its `ETag`
    sent as `If-Match` with a decision says what was seen."""
    case = read_case(parts.store, filing_id)
    note_seen(parts, visitor, case.newest)
    return answer_tagged(request, case_out(case, parts.settings.zone))


@router.post(
    "/flags/{screening_id}/decisions",
    status_code=201,
    responses=problem_responses(400, 404, 409, 412),
    tags=["flags"],
    summary="Decide on a flag",
)
def post_decision(
    request: Request,
    screening_id: PathId,
    asked: DecisionIn,
    parts: PartsDep,
    visitor: VisitorDep,
    if_match: Annotated[str | None, Header(description="`ETag` of the filing as it was read")] = None,
) -> DecisionOut:
    """Append a human's decision, with a reason, signed by whoever is logged in."""
    if if_match is not None:
        with parts.store.read() as connection:
            flag = find_screening(connection, screening_id)
        if flag is not None:
            require_seen(if_match, case_out(read_case(parts.store, flag.filing_id), parts.settings.zone))
    made = decide(
        parts.store,
        screening_id,
        decided_by=visitor.signs(asked.decided_by),
        decision=asked.decision,
        reason=asked.reason,
        decided_at=parts.now(),
    )
    return decision_out(made, parts.settings.zone)


@health.get(
    "/healthz", responses=problem_responses(), tags=["health"], summary="Whether the service can work"
)
def get_health(parts: PartsDep) -> HealthOut:
    """Reads the store once."""
    return HealthOut(status="ok", model=parts.model.version())
