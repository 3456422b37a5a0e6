"""Events and findings in, and what was seen on a day."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from features.intake.outcome import Rejected
from serving.access import VisitorDep, note_seen
from serving.api.bodies import Body
from serving.api.ids import NO_NUL, PathId
from serving.api.problems import problem_responses
from serving.api.schemas import ScoresOut, scores_out
from serving.bench_access import require_sight
from serving.corrections.seen import read_day, read_seen
from serving.parts import Parts, PartsDep
from serving.review.case import read_case
from serving.screening.live import Happening, bring_in, read_rows
from xiezhi.clock import format_moment

router = APIRouter(prefix="/api/v1", tags=["filings"])

SOURCE = "api"


class RejectedOut(BaseModel):
    """A row that cannot be taken: its place in what was sent (from 1), the field, and how to mend it."""

    row: int
    field: str
    code: str
    zh: str
    en: str


class BroughtOut(BaseModel):
    """What came of it. `screening`: the score given again, where an event asked for one."""

    added: int
    unchanged: int
    rejected: list[RejectedOut]
    screening: ScoresOut | None


class SightOut(BaseModel):
    """Somebody saw the score."""

    at: str
    by: str
    place: str = Field(description="the list it was in: `queue`, `flags`, …; `filing` where it stood alone")


class SeenOut(BaseModel):
    """What was shown then. `scores`: the Scores object as it was given, null where there was none yet."""

    filing_id: str
    on: str = Field(description="the last moment of the day asked for, or the moment")
    screening_id: str | None
    kept_at: str | None
    seen_by: list[SightOut]
    given_since: int = Field(description="scores that took its place later")
    scores: dict[str, Any] | None


def _rows_body(model: str) -> dict[str, Any]:
    one = {"$ref": f"#/components/schemas/{model}"}
    schema = {"oneOf": [one, {"type": "array", "items": one, "maxItems": 1000}]}
    return {
        "requestBody": {
            "required": True,
            "description": "One row of the filing format or a list of them; `filing_id` may be left out.",
            "content": {"application/json": {"schema": schema}},
        }
    }


@router.post(
    "/filings/{filing_id:path}/events",
    responses=problem_responses(404, 413),
    openapi_extra=_rows_body("EventIn"),
    summary="Keep events of a filing; it is scored again where they ask for it",
)
def post_events(filing_id: PathId, body: Body, parts: PartsDep, visitor: VisitorDep) -> BroughtOut:
    """Good rows are kept, bad ones told by their place; the same row again changes nothing."""
    return _bring_in(parts, "events", filing_id, body, visitor.account or None)


@router.post(
    "/filings/{filing_id:path}/findings",
    responses=problem_responses(404, 413),
    openapi_extra=_rows_body("FindingIn"),
    summary="Keep findings on a filing",
)
def post_findings(filing_id: PathId, body: Body, parts: PartsDep, visitor: VisitorDep) -> BroughtOut:
    """Good rows are kept, bad ones told by their place; the same row again changes nothing."""
    return _bring_in(parts, "findings", filing_id, body, visitor.account or None)


@router.get(
    "/filings/{filing_id:path}/seen",
    response_model=SeenOut,
    responses=problem_responses(404),
    summary="What was shown of a filing on a day",
)
def get_seen(
    filing_id: PathId,
    parts: PartsDep,
    visitor: VisitorDep,
    on: Annotated[
        str,
        Query(
            description="A day, `2026-03-03`, or a moment.",
            examples=["2026-11-23"],
            max_length=40,
            pattern=NO_NUL,
        ),
    ],
) -> Response:
    """The score that held then exactly as it was given, and who saw it."""
    zone = parts.settings.zone
    require_sight(parts, visitor, read_case(parts.store, filing_id))
    seen = read_seen(parts.store, filing_id, read_day(on, zone))
    held = seen.screening
    note_seen(parts, visitor, held)
    told = {
        "filing_id": filing_id,
        "on": format_moment(seen.moment, zone),
        "screening_id": held.screening_id if held else None,
        "kept_at": format_moment(held.scored_at, zone) if held else None,
        "seen_by": [
            {"at": format_moment(sight.at, zone), "by": sight.by, "place": sight.place or "filing"}
            for sight in seen.sights
        ],
        "given_since": seen.given_since,
        "scores": held.scores if held else None,
    }
    # Written as the store writes it: what was shown then comes back byte for byte.
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Response(body, media_type="application/json")


def _bring_in(parts: Parts, kind: Happening, filing_id: str, body: bytes, by: str | None) -> BroughtOut:
    brought = bring_in(
        parts.store, parts.settings, parts.model.screener, kind, filing_id, read_rows(body),
        source=SOURCE, by=by, now=parts.now(),
    )  # fmt: skip
    return BroughtOut(
        added=brought.count.added,
        unchanged=brought.count.unchanged,
        rejected=[_rejected_out(one) for one in brought.rejected],
        screening=scores_out(brought.change.after) if brought.change else None,
    )


def _rejected_out(one: Rejected) -> RejectedOut:
    return RejectedOut(row=one.place.row, field=one.field, code=one.code, zh=one.zh, en=one.en)
