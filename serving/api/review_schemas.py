"""What the review routes take and answer, as pydantic models."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from serving.api.ids import NO_NUL, Code, Name, Prose
from serving.api.schemas import DecisionOut
from serving.review.bench import Review
from serving.review.second import Agreement
from xiezhi.clock import format_moment
from xiezhi.decisions import DecisionKind
from xiezhi.review_policy import ReviewPolicy
from xiezhi.store.absences import Recusal, TimeOff
from xiezhi.store.decisions import Referral
from xiezhi.store.draws import Draw


class ReasonIn(BaseModel):
    """A reason; a name only where the home has no accounts."""

    reason: Prose
    decided_by: Name = ""


class AnswerIn(ReasonIn):
    """The second person's answer to a proposal."""

    answer: Literal["confirm", "return"]


class ReopeningIn(ReasonIn):
    """Open a decided flag again; `series`: with all that were decided at once."""

    series: bool = False


class AdjudicationIn(ReasonIn):
    """What a presiding judge decides where two reviewers differ."""

    decision: DecisionKind
    measures: list[Code] = Field(default=[], max_length=20)
    grounds: list[Code] = Field(default=[], max_length=40)


class ReferralIn(BaseModel):
    """A filing handed over on a day under a reference."""

    authority: Literal["police", "procuratorate"]
    referred_on: str = Field(examples=["2026-11-23"], max_length=40, pattern=NO_NUL)
    reference: str = Field(max_length=400, pattern=NO_NUL)
    decided_by: Name = ""


class ReferralOut(BaseModel):
    """A referral on record."""

    filing_id: str
    decision_id: str
    authority: str
    referred_on: str
    reference: str
    recorded_at: str


class HoldIn(BaseModel):
    """What is done with a review; `to` for hand_over, a reason for all but claim."""

    act: Literal["claim", "release", "hand_over", "pause", "resume"]
    to: Name = ""
    reason: Prose = ""


class ReassignmentIn(BaseModel):
    """Give a review to another."""

    to: Name
    reason: Prose


class NextIn(BaseModel):
    """Which review to claim: flags or blind ones, of one court or any."""

    blind: bool = False
    court: str | None = Field(default=None, max_length=200, pattern=NO_NUL)


class ReviewOut(BaseModel):
    """A review to be done. Of a blind one no band is told; `due` is null with `no_due` saying why."""

    screening_id: str
    filing_id: str
    court: str
    cause: str
    filed_at: str
    blind: bool
    band: str | None
    holder: str | None
    held_until: str | None
    paused: bool
    due: str | None
    no_due: Literal["no_calendar", "calendar_years", "paused"] | None
    late: bool
    series: str | None


class ReviewList(BaseModel):
    """Reviews, the oldest due first."""

    items: list[ReviewOut]


class ReviewPage(ReviewList):
    """Some reviews, the oldest due first; `next` is the cursor of the page after, null on the last."""

    next: str | None


class DrawOut(BaseModel):
    """A draw with all that is needed to draw again; `replays`: whether drawing again gave the same."""

    draw_no: int
    filing_id: str
    seat: int
    at: str
    actor: str
    seed: str
    eligible: list[str]
    barred: dict[str, str]
    chosen: str
    replays: bool


class DrawPage(BaseModel):
    """Some draws, the newest first; `next` is the cursor of the page after, null on the last."""

    items: list[DrawOut]
    next: str | None


class RecusalIn(BaseModel):
    """Recusal from a filing, or with `record_id` from every filing of that party or agent."""

    filing_id: str = Field(max_length=200, pattern=NO_NUL)
    record_id: str = Field(default="", max_length=200, pattern=NO_NUL)
    reviewer: str = Field(default="", max_length=64, pattern=NO_NUL, description="for whom; empty: oneself")
    reason: Prose


class RecusalOut(BaseModel):
    """A recusal."""

    recusal_no: int
    reviewer: str
    kind: str
    subject: str
    action: str
    reason: str
    at: str


class RecusalPage(BaseModel):
    """Some recusals in force, the oldest first; `next` is the cursor of the page after, null on the last."""

    items: list[RecusalOut]
    next: str | None


class TimeOffIn(BaseModel):
    """Days away (ISO dates, inclusive)."""

    first_day: str = Field(max_length=40, pattern=NO_NUL)
    last_day: str = Field(max_length=40, pattern=NO_NUL)
    reviewer: str = Field(default="", max_length=64, pattern=NO_NUL, description="for whom; empty: oneself")


class TimeOffOut(BaseModel):
    """Days away."""

    off_no: int
    reviewer: str
    first_day: str
    last_day: str
    action: str


class TimeOffPage(BaseModel):
    """Some time off that is not over, the oldest first; `next` is the cursor of the page after, null on the last."""

    items: list[TimeOffOut]
    next: str | None


class PairOut(BaseModel):
    """How often the first reviewer said one thing and the second another."""

    first: str
    second: str
    count: int


class AgreementOut(BaseModel):
    """How far two reviewers agree: Cohen's kappa with its interval of 95 %, null where it cannot be had."""

    pairs: int
    agreeing: int
    adjudicated: int
    kappa: float | None
    low: float | None
    high: float | None
    counts: list[PairOut]


class PolicyOut(BaseModel):
    """How the court reviews."""

    due_days: int
    lease_hours: int
    load_cap: int
    second_person: list[str]
    double_share: float


class PolicyIn(PolicyOut):
    """How the court is to review, and why."""

    reason: Prose


class DecisionList(BaseModel):
    """Decisions made at once."""

    items: list[DecisionOut]


def review_out(review: Review, zone: str) -> ReviewOut:
    """A review."""
    work, until = review.work, review.hold.until
    return ReviewOut(
        screening_id=work.screening_id,
        filing_id=work.filing_id,
        court=work.court,
        cause=work.cause,
        filed_at=format_moment(work.filed_at, zone),
        blind=work.blind,
        band=None if work.blind else work.band,
        holder=review.holder,
        held_until=format_moment(until, zone) if review.holder and until is not None else None,
        paused=review.hold.is_paused,
        due=review.due.day.isoformat() if review.due.day else None,
        no_due=review.due.unknown,
        late=review.due.breached,
        series=review.series,
    )


def draw_out(made: Draw, zone: str) -> DrawOut:
    """A draw."""
    return DrawOut(
        draw_no=made.draw_no,
        filing_id=made.filing_id,
        seat=made.seat,
        at=format_moment(made.at, zone),
        actor=made.actor,
        seed=made.seed,
        eligible=list(made.eligible),
        barred=dict(made.barred),
        chosen=made.chosen,
        replays=made.replays,
    )


def referral_out(made: Referral, zone: str) -> ReferralOut:
    """A referral."""
    return ReferralOut(
        filing_id=made.filing_id,
        decision_id=made.decision_id,
        authority=made.authority,
        referred_on=made.referred_on,
        reference=made.reference,
        recorded_at=format_moment(made.at, zone),
    )


def recusal_out(one: Recusal, zone: str) -> RecusalOut:
    """A recusal."""
    return RecusalOut(
        recusal_no=one.recusal_no, reviewer=one.reviewer, kind=one.kind, subject=one.subject, action=one.action,
        reason=one.reason, at=format_moment(one.at, zone),
    )  # fmt: skip


def time_off_out(one: TimeOff) -> TimeOffOut:
    """Days away."""
    return TimeOffOut(
        off_no=one.off_no,
        reviewer=one.reviewer,
        first_day=one.first_day,
        last_day=one.last_day,
        action=one.action,
    )


def agreement_out(found: Agreement) -> AgreementOut:
    """Agreement figures."""
    n, agree, kappa, low, high = found.kappa
    counts = [PairOut(first=a, second=b, count=count) for (a, b), count in sorted(found.counts.items())]
    return AgreementOut(
        pairs=n, agreeing=agree, adjudicated=found.adjudicated, kappa=kappa, low=low, high=high, counts=counts
    )


def policy_out(policy: ReviewPolicy) -> PolicyOut:
    """A policy."""
    return PolicyOut(**policy.to_json())
