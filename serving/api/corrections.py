"""Corrections of links, proposals and questions of the linker, and what parties contest."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, BackgroundTasks, Path, Query
from pydantic import BaseModel, Field

from features.link.answers import reject
from features.link.judge import find_mention
from serving.access import Visitor, VisitorDep
from serving.api.problems import problem_responses
from serving.corrections.carry import AT_ONCE, carry_through
from serving.corrections.contest import Contested, answer_contest, contested, read_open, record_contest
from serving.corrections.entity import read_entity
from serving.corrections.make import (
    Touched,
    correct_by_proposal,
    correct_pair,
    preview_pair,
    preview_proposal,
)
from serving.corrections.offered import (
    offered_proposals,
    offered_questions,
    require_mentions,
    require_offered,
)
from serving.corrections.read import CorrectionTold, read_correction, read_corrections
from serving.parts import Parts, PartsDep
from xiezhi.clock import format_moment
from xiezhi.errors import InputError
from xiezhi.store.judgements import MentionRef, Verdict
from xiezhi.store.proposals import to_json

MOST = 200
"""Rows of a list: more than a person works off at a sitting."""

router = APIRouter(prefix="/api/v1")


_PLAIN = r"^[^\x00]*$"  # PostgreSQL keeps no NUL

Name = Annotated[str, Field(max_length=60, pattern=_PLAIN)]
Key = Annotated[str, Field(max_length=300, pattern=_PLAIN)]
Prose = Annotated[str, Field(min_length=1, max_length=4000, pattern=_PLAIN)]


class CorrectionIn(BaseModel):
    """Two mentions (`FILING/RECORD`) and what is said of them, or a proposal to take up."""

    left: Key = ""
    right: Key = ""
    verdict: Literal["same", "different", "withdrawn"] = "different"
    proposal_id: Key = ""
    reason: Prose
    by: Name = Field("", description="a name, only where the home has no accounts")


class TouchedOut(BaseModel):
    """What rests on the entities concerned."""

    entities: list[str]
    filings: int
    scores: int
    flags: int


class EffectOut(BaseModel):
    """A score given again. `carried`: what was decided on the flag goes on holding."""

    filing_id: str
    before: str
    after: str
    band_before: str
    band_after: str
    state_before: str | None
    carried: bool
    reopened: bool


class CorrectionOut(BaseModel):
    """A correction and how far it is carried through; `effects` only where one is asked for."""

    correction_id: str
    what: str
    kind: str
    made_at: str
    made_by: str
    reason: str
    entities: list[str]
    linked: str = Field(description="filings linked again, of how many: `3/4`")
    scored: str = Field(description="scores looked at again, of how many")
    done: bool
    effects: list[EffectOut] | None = None
    effects_hidden: int = Field(0, description="effects on filings of courts out of reach")


class ReasonIn(BaseModel):
    """Why; a name only where the home has no accounts."""

    reason: Prose
    by: Name = ""


class ContestIn(BaseModel):
    """What a party contests, recorded on its behalf. `subject`: of a link the party or agent it is about."""

    party_id: Key
    about: Literal["link", "fact", "flag"]
    subject: Key = ""
    text: Prose
    by: Name = ""


class ContestAnswerIn(ReasonIn):
    """Whether a contest is upheld, and why."""

    outcome: Literal["upheld", "not_upheld"]


class ContestOut(BaseModel):
    """A contest, and its answer where there is one."""

    contest_id: str
    filing_id: str
    made_at: str
    recorded_by: str
    party_id: str
    about: str
    subject: str
    text: str
    outcome: str | None = None
    answered_at: str | None = None
    answered_by: str | None = None
    reason: str | None = None


@router.get(
    "/entities/{entity_id}",
    responses=problem_responses(401, 403, 404, 503),
    summary="An entity: its mentions, and what became of it",
)
def get_entity(
    entity_id: Annotated[str, Path(max_length=200)], parts: PartsDep, visitor: VisitorDep
) -> dict[str, Any]:
    """Names as filed, numbers and phones cut to their last four characters."""
    entity, zone = read_entity(parts.store, entity_id, visitor.courts), parts.settings.zone
    mentions = [
        {
            "mention": str(one.ref), "kind": one.ref.kind, "filed_at": format_moment(one.filed_at, zone),
            "side": one.side, "probability": round(one.probability, 6), "name": one.name, "number": one.number,
            "phone": one.phone, "address": one.address,
        }
        for one in entity.mentions
    ]  # fmt: skip
    history = [
        {
            "at": format_moment(event.at, zone), "what": event.what, "by": event.by, "reason": event.reason,
            "mention": str(event.mention) if event.mention else None,
            "against": str(event.against) if event.against else None,
            "verdict": event.verdict or None, "other_id": event.other_id or None,
        }
        for event in entity.events
    ]  # fmt: skip
    return {
        "entity_id": entity.entity_id,
        "stands_for": list(entity.others),
        "kind": entity.kind,
        "count": entity.count,
        "hidden": entity.hidden,
        "mentions": mentions,
        "history": history,
    }


@router.get(
    "/corrections/preview",
    responses=problem_responses(401, 403, 404, 422, 503),
    summary="What a correction would touch",
)
def get_preview(
    parts: PartsDep,
    visitor: VisitorDep,
    left: Annotated[Key, Query()] = "",
    right: Annotated[Key, Query()] = "",
    proposal_id: Annotated[Key, Query()] = "",
) -> TouchedOut:
    """Filings that mention the entities concerned, their scores, and how many of these are flags."""
    if proposal_id:
        with parts.store.read() as connection:
            require_offered(connection, visitor.courts, proposal_id)
        return _touched_out(preview_proposal(parts.store, proposal_id))
    return _touched_out(preview_pair(parts.store, *find_pair(parts, visitor, left, right)))


@router.post(
    "/corrections",
    status_code=201,
    responses=problem_responses(401, 403, 404, 409, 422, 503),
    summary="Correct a link, for every filing",
)
def post_correction(
    asked: CorrectionIn, parts: PartsDep, visitor: VisitorDep, background: BackgroundTasks
) -> CorrectionOut:
    """Kept at once; what follows is done before the answer where it is little, after it where it is much."""
    correction_id, rest = correct(parts, visitor, asked)
    if rest:
        background.add_task(carry_rest, parts, correction_id)
    return _correction_out(read_correction(parts.store, correction_id, visitor.courts), parts.settings.zone)


@router.get(
    "/corrections", responses=problem_responses(401, 403, 503), summary="Corrections, the newest first"
)
def get_corrections(parts: PartsDep, visitor: VisitorDep) -> list[CorrectionOut]:
    """The newest corrections, each with how far it is."""
    told = read_corrections(parts.store, MOST, visitor.courts)
    return [_correction_out(one, parts.settings.zone, effects=False) for one in told]


@router.get(
    "/corrections/{correction_id}",
    responses=problem_responses(401, 403, 404, 503),
    summary="A correction and the scores it changed",
)
def get_correction(
    correction_id: Annotated[str, Path(max_length=100)], parts: PartsDep, visitor: VisitorDep
) -> CorrectionOut:
    """What was said, how far it is carried through, each score before and after."""
    return _correction_out(read_correction(parts.store, correction_id, visitor.courts), parts.settings.zone)


@router.get(
    "/link-proposals", responses=problem_responses(401, 403, 503), summary="Open proposals of the linker"
)
def get_proposals(parts: PartsDep, visitor: VisitorDep) -> list[dict[str, Any]]:
    """Merges and splits the nightly comparison proposes, the likeliest first; take one up by a correction."""
    with parts.store.read() as connection:
        found = offered_proposals(connection, visitor.courts)[:MOST]
    return [to_json(row) | {"made_at": format_moment(row.made_at, parts.settings.zone)} for row in found]


@router.post(
    "/link-proposals/{proposal_id}/rejection",
    status_code=204,
    responses=problem_responses(401, 403, 404, 409, 422, 503),
    summary="Reject a proposal",
)
def post_rejection(
    proposal_id: Annotated[str, Path(max_length=100)], asked: ReasonIn, parts: PartsDep, visitor: VisitorDep
) -> None:
    """It is not proposed again on the same evidence."""
    with parts.store.write() as connection:
        require_offered(connection, visitor.courts, proposal_id)
        reject(connection, proposal_id, by=visitor.signs(asked.by), reason=asked.reason, at=parts.now())


@router.get(
    "/link-questions", responses=problem_responses(401, 403, 503), summary="Open questions of the linker"
)
def get_questions(parts: PartsDep, visitor: VisitorDep) -> list[dict[str, Any]]:
    """Mentions the linker is unsure of; answer by a correction of `mention` and `against`."""
    with parts.store.read() as connection:
        found = offered_questions(connection, visitor.courts)[:MOST]
    return [
        {
            "mention": str(one.question.mention),
            "against": str(one.against),
            "kind": one.question.kind,
            "entity_id": one.question.entity_id,
            "now": one.entity_id,
            "probability": round(one.question.probability, 6),
        }
        for one in found
    ]


@router.post(
    "/filings/{filing_id:path}/contests",
    status_code=201,
    responses=problem_responses(401, 403, 404, 422, 503),
    summary="Put on record what a party contests",
)
def post_contest(
    filing_id: Annotated[str, Path(max_length=200)], asked: ContestIn, parts: PartsDep, visitor: VisitorDep
) -> ContestOut:
    """Recorded on the party's behalf by whoever is logged in."""
    made = record_contest(
        parts.store, filing_id, party_id=asked.party_id, about=asked.about, subject=asked.subject,
        text=asked.text, by=visitor.signs(asked.by), at=parts.now(),
    )  # fmt: skip
    return _contest_out(Contested(made, None), parts.settings.zone)


@router.get(
    "/filings/{filing_id:path}/contests",
    responses=problem_responses(401, 403, 503),
    summary="What is contested in a filing",
)
def get_contests(filing_id: Annotated[str, Path(max_length=200)], parts: PartsDep) -> list[ContestOut]:
    """Oldest first, with the answers."""
    with parts.store.read() as connection:
        found = contested(connection, filing_id)
    return [_contest_out(one, parts.settings.zone) for one in found]


@router.get("/contests", responses=problem_responses(401, 403, 503), summary="Contests nobody answered")
def get_open_contests(parts: PartsDep, visitor: VisitorDep) -> list[ContestOut]:
    """Oldest first."""
    return [_contest_out(one, parts.settings.zone) for one in read_open(parts.store, MOST, visitor.courts)]


@router.post(
    "/contests/{contest_id}/answers",
    status_code=201,
    responses=problem_responses(401, 403, 404, 409, 422, 503),
    summary="Answer a contest",
)
def post_contest_answer(
    contest_id: Annotated[str, Path(max_length=100)],
    asked: ContestAnswerIn,
    parts: PartsDep,
    visitor: VisitorDep,
) -> dict[str, str]:
    """Upheld or not, with a reason. A link is put right by a correction, a flag by a decision."""
    made = answer_contest(
        parts.store, contest_id, outcome=asked.outcome, reason=asked.reason, by=visitor.signs(asked.by),
        at=parts.now(),
    )  # fmt: skip
    return {"contest_id": made.contest_id, "outcome": made.outcome}


def correct(parts: Parts, visitor: Visitor, asked: CorrectionIn) -> tuple[str, bool]:
    """Make a correction and do its first steps; its id, and whether there is more to do."""
    screener = parts.model.screener()  # first: a correction is not to be kept where nothing can follow
    by, at = visitor.signs(asked.by), parts.now()
    if asked.proposal_id:
        with parts.store.read() as connection:
            require_offered(connection, visitor.courts, asked.proposal_id)
        made = correct_by_proposal(parts.store, asked.proposal_id, by=by, reason=asked.reason, at=at)
    else:
        a, b = find_pair(parts, visitor, asked.left, asked.right)
        verdict: Verdict = asked.verdict
        made = correct_pair(parts.store, a, b, verdict, by=by, reason=asked.reason, at=at)
    done = carry_through(parts.store, screener, made.correction_id, now=parts.now, most=AT_ONCE)
    return made.correction_id, not done


def carry_rest(parts: Parts, correction_id: str) -> None:
    """What is left of a correction, after the answer is sent."""
    carry_through(parts.store, parts.model.screener(), correction_id, now=parts.now)


def find_pair(parts: Parts, visitor: Visitor, left: str, right: str) -> tuple[MentionRef, MentionRef]:
    """Two mentions as written. Raises InputError, NotFound; out of reach is not there."""
    if not left.strip() or not right.strip():
        raise InputError("请选择两处提及。", "Choose two mentions.", code="not-a-pair")
    with parts.store.read() as connection:
        pair = find_mention(connection, left.strip()), find_mention(connection, right.strip())
        require_mentions(connection, visitor.courts, *pair)
    return pair


def _touched_out(touched: Touched) -> TouchedOut:
    return TouchedOut(
        entities=list(touched.entities), filings=touched.filings, scores=touched.scores, flags=touched.flags
    )


def _correction_out(told: CorrectionTold, zone: str, *, effects: bool = True) -> CorrectionOut:
    made = told.correction
    return CorrectionOut(
        correction_id=made.correction_id,
        what=made.what,
        kind=made.kind,
        made_at=format_moment(made.made_at, zone),
        made_by=made.made_by,
        reason=made.reason,
        entities=sorted(made.firsts),
        linked=f"{told.linked.done}/{told.linked.steps}",
        scored=f"{told.scored.done}/{told.scored.steps}",
        done=told.is_done,
        effects=[
            EffectOut(
                filing_id=one.filing_id, before=one.before_id, after=one.after_id,
                band_before=one.band_before, band_after=one.band_after, state_before=one.state_before,
                carried=one.carried_from is not None, reopened=one.is_reopened,
            )
            for one in told.effects
        ] if effects else None,
        effects_hidden=told.hidden,
    )  # fmt: skip


def _contest_out(told: Contested, zone: str) -> ContestOut:
    made, answer = told.contest, told.answer
    return ContestOut(
        contest_id=made.contest_id, filing_id=made.filing_id, made_at=format_moment(made.made_at, zone),
        recorded_by=made.recorded_by, party_id=made.party_id, about=made.about, subject=made.subject,
        text=made.text,
        outcome=answer.outcome if answer else None,
        answered_at=format_moment(answer.answered_at, zone) if answer else None,
        answered_by=answer.answered_by if answer else None,
        reason=answer.reason if answer else None,
    )  # fmt: skip
