"""Routes of review: the queue, claims, the second person, reopening, referral, assignment, absences, agreement."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from serving.access import VisitorDep, note_listed
from serving.api.cursors import cut_page, end_page, read_values
from serving.api.ids import NO_NUL, CursorText, FilterText, Limit, PathId, RowNo
from serving.api.problems import problem_responses
from serving.api.review_schemas import (
    AdjudicationIn,
    AgreementOut,
    AnswerIn,
    DecisionList,
    DrawOut,
    DrawPage,
    HoldIn,
    NextIn,
    PolicyIn,
    PolicyOut,
    ReasonIn,
    ReassignmentIn,
    RecusalIn,
    RecusalOut,
    RecusalPage,
    ReferralIn,
    ReferralOut,
    ReopeningIn,
    ReviewList,
    ReviewOut,
    ReviewPage,
    TimeOffIn,
    TimeOffOut,
    TimeOffPage,
    agreement_out,
    draw_out,
    policy_out,
    recusal_out,
    referral_out,
    review_out,
    time_off_out,
)
from serving.api.schemas import DecisionOut, decision_out
from serving.bench_access import reviewer_of
from serving.parts import PartsDep
from serving.review.absence import (
    declare_recusal,
    end_recusal,
    end_time_off,
    read_recusals,
    read_time_off,
    take_time_off,
)
from serving.review.assign import assign, reassign
from serving.review.bench import claim, claim_next, hand_over, pause, release, resume
from serving.review.decide import Judgement, adjudicate, answer, refer, reopen
from serving.review.overview import State, read_overview
from serving.review.second import agreement, set_policy
from xiezhi.clock import to_datetime
from xiezhi.store.draws import newest_draws
from xiezhi.store.review_policies import current_policy

router = APIRouter(prefix="/api/v1", tags=["reviews"])

READ, ACT = problem_responses(), problem_responses(400, 404, 409)


@router.get("/reviews", responses=READ, summary="Reviews to be done, oldest due first")
def get_reviews(
    parts: PartsDep,
    visitor: VisitorDep,
    reviewer: Annotated[
        str, Query(description="Only what this account holds.", max_length=64, pattern=NO_NUL)
    ] = "",
    state: State = "all",
    limit: Limit = 50,
    cursor: CursorText = None,
) -> ReviewPage:
    """Open flags, filings of the audit sample and second reviews; which a blind one is is not told."""
    seen = read_overview(parts.store, parts.settings, parts.now(), visitor.courts, filings=False)
    found = seen.chosen(state, reviewer, reviewer_of(visitor))
    told = [review_out(review, parts.settings.zone) for review in found]
    items, following = cut_page(told, cursor, limit, _order, (str, str, str, int))
    note_listed(parts, visitor, "bench", (one.screening_id for one in items if not one.blind))
    return ReviewPage(items=items, next=following)


def _order(review: ReviewOut) -> tuple[str, str, str, int]:
    """The place in the list, of what the answer tells anyway: a cursor can be read."""
    return review.due or "9999", review.filed_at, review.filing_id, int(review.blind)


@router.post("/reviews/next", responses=ACT, summary="Claim the next review")
def post_next(asked: NextIn, parts: PartsDep, visitor: VisitorDep) -> ReviewList:
    """The review due next with what is left of its series; empty where nothing is left for this person."""
    taken = claim_next(
        parts.store, parts.settings, reviewer_of(visitor), parts.now(), blind=asked.blind, court=asked.court
    )
    return ReviewList(items=[review_out(review, parts.settings.zone) for review in taken])


@router.post(
    "/flags/{screening_id}/holds",
    status_code=204,
    responses=ACT,
    summary="Claim, give back, hand over, pause",
)
def post_hold(screening_id: PathId, asked: HoldIn, parts: PartsDep, visitor: VisitorDep) -> None:
    """Claiming what one holds already changes nothing."""
    store, settings, by, now = parts.store, parts.settings, reviewer_of(visitor), parts.now()
    if asked.act == "claim":
        claim(store, settings, screening_id, by, now)
    elif asked.act == "hand_over":
        hand_over(store, settings, screening_id, by, asked.to, asked.reason, now)
    else:
        act = {"release": release, "pause": pause, "resume": resume}[asked.act]
        act(store, settings, screening_id, by, asked.reason, now)


@router.post(
    "/flags/{screening_id}/reassignments", status_code=204, responses=ACT, summary="Give a review to another"
)
def post_reassignment(
    screening_id: PathId, asked: ReassignmentIn, parts: PartsDep, visitor: VisitorDep
) -> None:
    """Whoever holds it; with a reason."""
    reassign(
        parts.store, parts.settings, screening_id, reviewer_of(visitor), asked.to, asked.reason, parts.now()
    )


@router.post(
    "/flags/{screening_id}/answers", status_code=201, responses=ACT, summary="Confirm or send back a proposal"
)
def post_answer(screening_id: PathId, asked: AnswerIn, parts: PartsDep, visitor: VisitorDep) -> DecisionOut:
    """A presiding judge other than whoever proposed it."""
    made = answer(
        parts.store, screening_id, confirms=asked.answer == "confirm", reason=asked.reason,
        by=reviewer_of(visitor, asked.decided_by), at=parts.now(),
    )  # fmt: skip
    return decision_out(made, parts.settings.zone)


@router.post(
    "/flags/{screening_id}/reopenings", status_code=201, responses=ACT, summary="Open a decided flag again"
)
def post_reopening(
    screening_id: PathId, asked: ReopeningIn, parts: PartsDep, visitor: VisitorDep
) -> DecisionList:
    """The record stays; somebody else reviews."""
    made = reopen(
        parts.store, screening_id, reason=asked.reason, by=reviewer_of(visitor, asked.decided_by),
        at=parts.now(), whole_series=asked.series,
    )  # fmt: skip
    return DecisionList(items=[decision_out(one, parts.settings.zone) for one in made])


@router.post(
    "/flags/{screening_id}/adjudications", status_code=201, responses=ACT, summary="Settle a disagreement"
)
def post_adjudication(
    screening_id: PathId, asked: AdjudicationIn, parts: PartsDep, visitor: VisitorDep
) -> DecisionOut:
    """A presiding judge who was neither of the two reviewers."""
    said = Judgement(asked.decision, asked.reason, tuple(asked.measures), tuple(asked.grounds))
    made = adjudicate(parts.store, screening_id, said, reviewer_of(visitor, asked.decided_by), parts.now())
    return decision_out(made, parts.settings.zone)


@router.post("/flags/{screening_id}/referrals", status_code=201, responses=ACT, summary="Record a referral")
def post_referral(
    screening_id: PathId, asked: ReferralIn, parts: PartsDep, visitor: VisitorDep
) -> ReferralOut:
    """Of a filing found false with the measure `referred`; the same again keeps nothing twice."""
    made = refer(
        parts.store, screening_id, authority=asked.authority, referred_on=asked.referred_on,
        reference=asked.reference, by=reviewer_of(visitor, asked.decided_by), at=parts.now(),
    )  # fmt: skip
    return referral_out(made, parts.settings.zone)


@router.post("/flags/{screening_id}/draws", status_code=201, responses=ACT, summary="Draw a reviewer by lot")
def post_draw(screening_id: PathId, parts: PartsDep, visitor: VisitorDep) -> DrawOut:
    """Among those whom nothing bars."""
    made = assign(parts.store, parts.settings, screening_id, reviewer_of(visitor), parts.now())
    return draw_out(made, parts.settings.zone)


@router.get("/draws", responses=READ, summary="Draws, each drawn again")
def get_draws(
    parts: PartsDep,
    visitor: VisitorDep,
    filing_id: FilterText = None,
    limit: Limit = 50,
    cursor: CursorText = None,
) -> DrawPage:
    """Seed, eligible and barred names, and whether drawing again gives the same person."""
    (before,) = read_values(cursor, int) or (None,)
    with parts.store.read() as connection:
        found = newest_draws(connection, limit + 1, filing_id, before, visitor.courts)
    shown, following = end_page(found, limit, lambda one: (one.draw_no,))
    return DrawPage(items=[draw_out(one, parts.settings.zone) for one in shown], next=following)


@router.get("/recusals", responses=READ, summary="Recusals in force")
def get_recusals(
    parts: PartsDep, visitor: VisitorDep, limit: Limit = 50, cursor: CursorText = None
) -> RecusalPage:
    """One's own; of everybody for who oversees."""
    with parts.store.read() as connection:
        found = read_recusals(connection, reviewer_of(visitor))
    shown, following = cut_page(found, cursor, limit, lambda one: (one.recusal_no,), (int,))
    return RecusalPage(items=[recusal_out(one, parts.settings.zone) for one in shown], next=following)


@router.post("/recusals", status_code=201, responses=ACT, summary="Declare a recusal")
def post_recusal(asked: RecusalIn, parts: PartsDep, visitor: VisitorDep) -> RecusalOut:
    """The same again keeps nothing twice."""
    by = reviewer_of(visitor)
    made = declare_recusal(
        parts.store, filing_id=asked.filing_id, record_id=asked.record_id, reviewer=asked.reviewer or by.key,
        reason=asked.reason, by=by, at=parts.now(),
    )  # fmt: skip
    return recusal_out(made, parts.settings.zone)


@router.post("/recusals/{recusal_no}/ends", status_code=201, responses=ACT, summary="End a recusal")
def post_recusal_end(recusal_no: RowNo, asked: ReasonIn, parts: PartsDep, visitor: VisitorDep) -> RecusalOut:
    """The record stays."""
    by = reviewer_of(visitor)
    return recusal_out(
        end_recusal(parts.store, recusal_no, reason=asked.reason, by=by, at=parts.now()), parts.settings.zone
    )


@router.get("/time-off", responses=READ, summary="Time off that is not over")
def get_time_off(
    parts: PartsDep, visitor: VisitorDep, limit: Limit = 50, cursor: CursorText = None
) -> TimeOffPage:
    """One's own; of everybody for who oversees."""
    by, today = reviewer_of(visitor), to_datetime(parts.now(), parts.settings.zone).date().isoformat()
    with parts.store.read() as connection:
        found = read_time_off(connection, by, today)
    shown, following = cut_page(found, cursor, limit, lambda one: (one.off_no,), (int,))
    return TimeOffPage(items=[time_off_out(one) for one in shown], next=following)


@router.post("/time-off", status_code=201, responses=ACT, summary="Enter time off")
def post_time_off(asked: TimeOffIn, parts: PartsDep, visitor: VisitorDep) -> TimeOffOut:
    """Nothing is drawn for who is away."""
    by = reviewer_of(visitor)
    made = take_time_off(
        parts.store, reviewer=asked.reviewer or by.key, first_day=asked.first_day, last_day=asked.last_day,
        by=by, at=parts.now(),
    )  # fmt: skip
    return time_off_out(made)


@router.post("/time-off/{off_no}/ends", status_code=201, responses=ACT, summary="Take time off back")
def post_time_off_end(off_no: RowNo, parts: PartsDep, visitor: VisitorDep) -> TimeOffOut:
    """The record stays."""
    return time_off_out(end_time_off(parts.store, off_no, by=reviewer_of(visitor), at=parts.now()))


@router.get("/agreement", responses=READ, summary="How far two reviewers agree")
def get_agreement(parts: PartsDep, visitor: VisitorDep) -> AgreementOut:
    """Over every flag judged twice."""
    return agreement_out(agreement(parts.store, visitor.courts))


@router.get("/review-policy", responses=READ, summary="How the court reviews")
def get_policy(parts: PartsDep) -> PolicyOut:
    """The policy that holds."""
    with parts.store.read() as connection:
        return policy_out(current_policy(connection))


@router.post("/review-policy", status_code=201, responses=ACT, summary="Set how the court reviews")
def post_policy(asked: PolicyIn, parts: PartsDep, visitor: VisitorDep) -> PolicyOut:
    """It holds from now on; the versions before stay on record."""
    body = asked.model_dump(exclude={"reason"})
    return policy_out(set_policy(parts.store, body, asked.reason, reviewer_of(visitor), parts.now()))
