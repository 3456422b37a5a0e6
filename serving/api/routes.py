"""The routes of the API. `def` routes run in the thread pool: the store and the model block."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Query, Request, Response
from sqlalchemy import Connection

from features.intake.schema import parse_filing
from features.relations.wire import relations_to_json
from serving.access import Visitor, VisitorDep, note_listed, note_seen
from serving.api.bodies import Body
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
    opinion_out,
    scores_out,
)
from serving.bench_access import require_sight, reviewer_of
from serving.parts import Parts, PartsDep
from serving.review.case import Case, case_within, read_case
from serving.review.decide import Judgement, judge
from serving.review.expiry import flags_since
from serving.review.queue import read_queue
from serving.review.relations import read_relations
from serving.review.second import give_opinion
from serving.review.standing import blind_filings, hide_scores, standing_within
from xiezhi.accounts.reach import require_own
from xiezhi.errors import NotFound
from xiezhi.store.decisions import details_of
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
def post_screening(body: Body, parts: PartsDep, visitor: VisitorDep, response: Response) -> ScoresOut:
    """Score one filing as of its own moment, and keep the filing, its links and the score."""
    filing = parse_filing(body, parts.settings)
    require_own(parts.store, visitor.courts, filing)
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
    if visitor.scopes is None:
        require_sight(parts, visitor, read_case(parts.store, found.filing_id))
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
    """Filings whose newest score is in a band above `none`; but for those this person is to judge blind."""
    since = flags_since(parts.model, parts.now(), parts.settings.zone)
    wanted = FlagFilter(
        (band,) if band else FlagFilter.bands, state, court, since=since, reach=visitor.courts
    )
    page = read_queue(parts.store, wanted, order=order, after=read_cursor(cursor), limit=limit)
    hidden = blind_filings(parts.store, reviewer_of(visitor), parts.now())
    shown = [row.flag for row in page.rows if row.flag.screening.filing_id not in hidden]
    items = [flag_out(flag, parts.settings.zone) for flag in shown]
    answer = answer_tagged(request, FlagPage(items=items, next=write_cursor(page.following)))
    if answer.status_code != HTTPStatus.NOT_MODIFIED:
        note_listed(parts, visitor, "flags", (flag.screening.screening_id for flag in shown))
    return answer


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
    with parts.store.read() as connection:
        case, told = _read_for(connection, parts, visitor, filing_id)
    note_seen(parts, visitor, case.newest)
    return answer_tagged(request, told)


def _read_for(connection: Connection, parts: Parts, visitor: Visitor, filing_id: str) -> tuple[Case, CaseOut]:
    """A case as this visitor may see it, and as it is told."""
    case = case_within(connection, parts.store.vault, filing_id)
    standing = standing_within(connection, parts.settings, case, reviewer_of(visitor), parts.now())
    case = hide_scores(case) if standing.blind else case
    return case, case_out(case, parts.settings.zone, standing.details)


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
    """Append a human's decision, signed by whoever is logged in. What needs a second person is kept as `proposed`."""

    def look(connection: Connection) -> None:
        if if_match is None:
            return
        flag = find_screening(connection, screening_id)
        if flag is not None:
            require_seen(if_match, _read_for(connection, parts, visitor, flag.filing_id)[1])

    by, now = reviewer_of(visitor, asked.decided_by), parts.now()
    said = Judgement(asked.decision, asked.reason, tuple(asked.measures), tuple(asked.grounds))
    opinion = give_opinion(parts.store, screening_id, said, by, now, look=look)
    if opinion is not None:
        return opinion_out(opinion, by.signs, parts.settings.zone)
    made = judge(parts.store, [screening_id, *asked.also], said, by, now, look=look)
    with parts.store.read() as connection:
        detail = details_of(connection, [made[0].filing_id])[made[0].decision_id]
    told = decision_out(made[0], parts.settings.zone, detail)
    return told.model_copy(update={"together": [one.decision_id for one in made[1:]]})


@health.get(
    "/healthz", responses=problem_responses(), tags=["health"], summary="Whether the service can work"
)
def get_health(parts: PartsDep) -> HealthOut:
    """Reads the store once."""
    return HealthOut(status="ok", model=parts.model.version())
