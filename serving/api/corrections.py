"""Corrections of links, proposals and questions of the linker, and what parties contest."""

from __future__ import annotations

from operator import attrgetter
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Query

from serving.access import VisitorDep, note_listed
from serving.api.correction_schemas import (
    ContestAnswerIn,
    ContestAnswerOut,
    ContestIn,
    ContestOut,
    ContestPage,
    CorrectionIn,
    CorrectionOut,
    CorrectionPage,
    EntityOut,
    ProposalPage,
    QuestionOut,
    QuestionPage,
    RejectionIn,
    TouchedOut,
    contest_out,
    correction_out,
    entity_out,
    proposal_out,
    question_out,
    touched_out,
)
from serving.api.cursors import cut_page, end_page, read_values
from serving.api.ids import CursorText, Key, Limit, PathId
from serving.api.problems import problem_responses
from serving.corrections.ask import carry_rest, correct, find_pair
from serving.corrections.contest import Contested, answer_contest, contested, read_open, record_contest
from serving.corrections.entity import read_entity
from serving.corrections.make import preview_pair, preview_proposal
from serving.corrections.offered import (
    offered_proposals,
    offered_questions,
    reject_offered,
    require_offered,
)
from serving.corrections.read import read_correction, read_corrections
from serving.parts import PartsDep

router = APIRouter(prefix="/api/v1", tags=["corrections"])
contests = APIRouter(prefix="/api/v1", tags=["contests"])

_NEWEST = attrgetter("correction.made_at", "correction.correction_id")
_OLDEST = attrgetter("contest.made_at", "contest.contest_id")


@router.get(
    "/entities/{entity_id}",
    responses=problem_responses(404),
    summary="An entity: its mentions, and what became of it",
)
def get_entity(entity_id: PathId, parts: PartsDep, visitor: VisitorDep) -> EntityOut:
    """Names as filed, numbers and phones cut to their last four characters."""
    return entity_out(read_entity(parts.store, entity_id, visitor.courts), parts.settings.zone)


@router.get(
    "/corrections/preview",
    responses=problem_responses(404),
    summary="What a correction would touch",
)
def get_preview(
    parts: PartsDep,
    visitor: VisitorDep,
    left: Annotated[Key, Query(examples=["F-2025-118/p1"])] = "",
    right: Annotated[Key, Query(examples=["F-2026-001/p1"])] = "",
    proposal_id: Annotated[Key, Query()] = "",
) -> TouchedOut:
    """Filings that mention the entities concerned, their scores, and how many of these are flags."""
    if proposal_id:
        with parts.store.read() as connection:
            require_offered(connection, visitor.courts, proposal_id)
        return touched_out(preview_proposal(parts.store, proposal_id))
    return touched_out(preview_pair(parts.store, *find_pair(parts, visitor.courts, left, right)))


@router.post(
    "/corrections",
    status_code=201,
    responses=problem_responses(400, 404, 409),
    summary="Correct a link, for every filing",
)
def post_correction(
    asked: CorrectionIn, parts: PartsDep, visitor: VisitorDep, background: BackgroundTasks
) -> CorrectionOut:
    """Kept at once; what follows is done before the answer where it is little, after it where it is much."""
    by, said = visitor.signs(asked.by), asked.model_dump(exclude={"by"})
    correction_id, rest = correct(parts, visitor.courts, by=by, **said)
    if rest:
        background.add_task(carry_rest, parts, correction_id)
    return correction_out(read_correction(parts.store, correction_id, visitor.courts), parts.settings.zone)


@router.get("/corrections", responses=problem_responses(), summary="Corrections, the newest first")
def get_corrections(
    parts: PartsDep, visitor: VisitorDep, limit: Limit = 50, cursor: CursorText = None
) -> CorrectionPage:
    """Each with how far it is."""
    told = read_corrections(parts.store, limit + 1, _moment_and_id(cursor), visitor.courts)
    shown, following = end_page(told, limit, _NEWEST)
    items = [correction_out(one, parts.settings.zone, effects=False) for one in shown]
    return CorrectionPage(items=items, next=following)


@router.get(
    "/corrections/{correction_id}",
    responses=problem_responses(404),
    summary="A correction and the scores it changed",
)
def get_correction(correction_id: PathId, parts: PartsDep, visitor: VisitorDep) -> CorrectionOut:
    """What was said, how far it is carried through, each score before and after."""
    told = read_correction(parts.store, correction_id, visitor.courts)
    note_listed(parts, visitor, "correction", told.scores)
    return correction_out(told, parts.settings.zone)


@router.get("/link-proposals", responses=problem_responses(), summary="Open proposals of the linker")
def get_proposals(
    parts: PartsDep, visitor: VisitorDep, limit: Limit = 50, cursor: CursorText = None
) -> ProposalPage:
    """Merges and splits the nightly comparison proposes, the likeliest first; take one up by a correction."""
    with parts.store.read() as connection:
        found = offered_proposals(connection, visitor.courts)
    shown, following = cut_page(
        found, cursor, limit, lambda row: (-row.probability, row.proposal_id), (float, str)
    )
    return ProposalPage(items=[proposal_out(row, parts.settings.zone) for row in shown], next=following)


@router.post(
    "/link-proposals/{proposal_id}/rejection",
    status_code=204,
    responses=problem_responses(400, 404, 409),
    summary="Reject a proposal",
)
def post_rejection(proposal_id: PathId, asked: RejectionIn, parts: PartsDep, visitor: VisitorDep) -> None:
    """It is not proposed again on the same evidence."""
    reject_offered(
        parts.store,
        proposal_id,
        visitor.courts,
        by=visitor.signs(asked.by),
        reason=asked.reason,
        at=parts.now(),
    )


@router.get("/link-questions", responses=problem_responses(), summary="Open questions of the linker")
def get_questions(
    parts: PartsDep, visitor: VisitorDep, limit: Limit = 50, cursor: CursorText = None
) -> QuestionPage:
    """Mentions the linker is unsure of; answer by a correction of `mention` and `against`."""
    with parts.store.read() as connection:
        found = [question_out(one) for one in offered_questions(connection, visitor.courts)]
    shown, following = cut_page(found, cursor, limit, _question_key, (float, str, str, str))
    return QuestionPage(items=shown, next=following)


def _question_key(one: QuestionOut) -> tuple[float, str, str, str]:
    return -one.probability, one.mention, one.kind, one.entity_id


@contests.post(
    "/filings/{filing_id:path}/contests",
    status_code=201,
    responses=problem_responses(400, 404),
    summary="Put on record what a party contests",
)
def post_contest(filing_id: PathId, asked: ContestIn, parts: PartsDep, visitor: VisitorDep) -> ContestOut:
    """Recorded on the party's behalf by whoever is logged in."""
    made = record_contest(
        parts.store, filing_id, party_id=asked.party_id, about=asked.about, subject=asked.subject,
        text=asked.text, by=visitor.signs(asked.by), at=parts.now(),
    )  # fmt: skip
    return contest_out(Contested(made, None), parts.settings.zone)


@contests.get(
    "/filings/{filing_id:path}/contests",
    responses=problem_responses(),
    summary="What is contested in a filing",
)
def get_contests(
    filing_id: PathId, parts: PartsDep, limit: Limit = 50, cursor: CursorText = None
) -> ContestPage:
    """Oldest first, with the answers."""
    with parts.store.read() as connection:
        found = contested(connection, filing_id)
    shown, following = cut_page(found, cursor, limit, _OLDEST, (int, str))
    return ContestPage(items=[contest_out(one, parts.settings.zone) for one in shown], next=following)


@contests.get("/contests", responses=problem_responses(), summary="Contests nobody answered")
def get_open_contests(
    parts: PartsDep, visitor: VisitorDep, limit: Limit = 50, cursor: CursorText = None
) -> ContestPage:
    """Oldest first."""
    found = read_open(parts.store, limit + 1, _moment_and_id(cursor), visitor.courts)
    shown, following = end_page(found, limit, _OLDEST)
    return ContestPage(items=[contest_out(one, parts.settings.zone) for one in shown], next=following)


@contests.post(
    "/contests/{contest_id}/answers",
    status_code=201,
    responses=problem_responses(400, 404, 409),
    summary="Answer a contest",
)
def post_contest_answer(
    contest_id: PathId,
    asked: ContestAnswerIn,
    parts: PartsDep,
    visitor: VisitorDep,
) -> ContestAnswerOut:
    """Upheld or not, with a reason. A link is put right by a correction, a flag by a decision."""
    made = answer_contest(
        parts.store, contest_id, outcome=asked.outcome, reason=asked.reason, by=visitor.signs(asked.by),
        at=parts.now(),
    )  # fmt: skip
    return ContestAnswerOut(contest_id=made.contest_id, outcome=made.outcome)


def _moment_and_id(cursor: str | None) -> tuple[int, str] | None:
    values = read_values(cursor, int, str)
    return None if values is None else (values[0], values[1])
