"""Pages of corrections: an entity, what a correction would touch, corrections made, what the linker asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import ValidationError
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from features.link.judge import OpenQuestion
from serving.access import Visitor, VisitorDep, note_listed
from serving.api.correction_schemas import CorrectionIn
from serving.api.problems import status_of
from serving.corrections.ask import carry_rest, correct, find_pair
from serving.corrections.entity import MentionTold, read_entity, tell_mentions
from serving.corrections.make import preview_pair, preview_proposal
from serving.corrections.offered import (
    offered_proposals,
    offered_questions,
    reject_offered,
    require_offered,
)
from serving.corrections.read import read_correction, read_corrections
from serving.parts import Parts, PartsDep
from serving.web.people import numbers_of
from serving.web.posted import read_form
from serving.web.render import render
from xiezhi.errors import Conflict, InputError
from xiezhi.store.filings import get_filings
from xiezhi.store.judgements import MentionRef
from xiezhi.store.proposals import Proposal

MOST = 30
"""Rows of each list of the page: what is worked off at a sitting."""

MOST_OF_PART = 5
"""Mentions shown of each part of a proposal."""

VERDICTS = ("same", "different", "withdrawn")

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Asked:
    """A question of the linker with both mentions as a person compares them."""

    question: OpenQuestion
    mention: MentionTold
    against: MentionTold


@router.get("/entities/{entity_id}")
def show_entity(request: Request, entity_id: str, parts: PartsDep, visitor: VisitorDep) -> HTMLResponse:
    """An entity: its mentions, masked, and what became of it."""
    entity = read_entity(parts.store, entity_id, visitor.courts)
    told = (ref for event in entity.events for ref in (event.mention, event.against) if ref)
    return render(
        request,
        "entity.html",
        entity=entity,
        named={one.ref: one for one in entity.mentions},
        numbers=numbers_of(parts.store, (ref.filing_id for ref in told), parts.now()),
        verdicts=VERDICTS[:2],
    )


@router.get("/corrections")
def show_corrections(request: Request, parts: PartsDep, visitor: VisitorDep) -> HTMLResponse:
    """Corrections made, open proposals and open questions."""
    with parts.store.read() as connection:
        proposals = offered_proposals(connection, visitor.courts)
        questions = offered_questions(connection, visitor.courts)
    return render(
        request,
        "corrections.html",
        corrections=read_corrections(parts.store, MOST, courts=visitor.courts),
        proposals=[_shown(parts, row) for row in proposals[:MOST]],
        more_proposals=max(len(proposals) - MOST, 0),
        questions=[_asked(parts, row) for row in questions[:MOST]],
        more_questions=max(len(questions) - MOST, 0),
    )


@router.get("/corrections/new")
def show_new(
    request: Request,
    parts: PartsDep,
    visitor: VisitorDep,
    left: Annotated[str, Query(max_length=300)] = "",
    right: Annotated[str, Query(max_length=300)] = "",
    other: Annotated[str, Query(max_length=300)] = "",
    verdict: Annotated[str, Query(max_length=20)] = "different",
    proposal_id: Annotated[str, Query(max_length=100)] = "",
) -> HTMLResponse:
    """What a correction would touch, and the form that makes it. `other`: a mention typed in place of `right`."""
    typed = {"left": left, "right": other or right, "verdict": verdict, "proposal_id": proposal_id}
    return _show_new(request, parts, visitor, typed)


@router.post("/corrections")
async def post_correction(request: Request, parts: PartsDep, visitor: VisitorDep) -> Response:
    """Correct, then to the correction's page; a slip is told beside the form with what was typed."""
    typed = await read_form(request)
    return await run_in_threadpool(_correct, request, parts, visitor, typed)


@router.get("/corrections/{correction_id}")
def show_correction(
    request: Request, correction_id: str, parts: PartsDep, visitor: VisitorDep
) -> HTMLResponse:
    """What was said, how far it is carried through, and each score before and after."""
    told = read_correction(parts.store, correction_id, visitor.courts)
    note_listed(parts, visitor, "correction", told.scores)
    with parts.store.read() as connection:
        filings = get_filings(connection, parts.store.vault, [one.filing_id for one in told.effects])
    return render(request, "correction.html", told=told, filings=filings)


@router.post("/link-proposals/{proposal_id}/rejection")
async def post_rejection(
    request: Request, proposal_id: str, parts: PartsDep, visitor: VisitorDep
) -> Response:
    """Reject a proposal, then back to the list."""
    typed = await read_form(request)
    return await run_in_threadpool(_reject, parts, visitor, proposal_id, typed)


def _reject(parts: Parts, visitor: Visitor, proposal_id: str, typed: dict[str, str]) -> Response:
    by, reason = visitor.signs(typed.get("by", "")), typed.get("reason", "")
    reject_offered(parts.store, proposal_id, visitor.courts, by=by, reason=reason, at=parts.now())
    return RedirectResponse("/corrections#proposals", 303)


def _correct(request: Request, parts: Parts, visitor: Visitor, typed: dict[str, str]) -> Response:
    try:
        asked = CorrectionIn.model_validate(typed)
    except ValidationError:
        slip = InputError("请写明理由。", "Say why.", code="reason")
        return _show_new(request, parts, visitor, typed, slip)
    try:
        by, said = visitor.signs(asked.by), asked.model_dump(exclude={"by"})
        correction_id, rest = correct(parts, visitor.courts, by=by, **said)
    except (InputError, Conflict) as error:
        return _show_new(request, parts, visitor, typed, error)
    background = BackgroundTask(carry_rest, parts, correction_id) if rest else None
    return RedirectResponse(f"/corrections/{correction_id}", 303, background=background)


def _show_new(
    request: Request,
    parts: Parts,
    visitor: Visitor,
    typed: dict[str, str],
    error: InputError | Conflict | None = None,
) -> HTMLResponse:
    proposal_id = typed.get("proposal_id", "")
    if proposal_id:
        with parts.store.read() as connection:
            proposal = require_offered(connection, visitor.courts, proposal_id)
        refs = [ref for part in proposal.parts for ref in part.mentions[:MOST_OF_PART]]
        touched, verdict = preview_proposal(parts.store, proposal_id), str(proposal.action)
    else:
        pair = find_pair(parts, visitor.courts, typed.get("left", ""), typed.get("right", ""))
        refs, touched = list(pair), preview_pair(parts.store, *pair)
        verdict = typed["verdict"] if typed.get("verdict") in VERDICTS else "different"
    status = 200 if error is None else status_of(error)
    return render(
        request,
        "correction_new.html",
        status=status,
        mentions=tell_mentions(parts.store, refs),
        touched=touched,
        verdict=verdict,
        typed=typed,
        error=error,
    )


def _shown(parts: Parts, row: Proposal) -> dict[str, Any]:
    refs: list[MentionRef] = [part.mentions[0] for part in row.parts]
    return {"proposal": row, "firsts": tell_mentions(parts.store, refs)}


def _asked(parts: Parts, row: OpenQuestion) -> Asked:
    mention, against = tell_mentions(parts.store, [row.question.mention, row.against])
    return Asked(row, mention, against)
