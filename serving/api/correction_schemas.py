"""What the routes of corrections, proposals, questions and contests take and answer, as pydantic models."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from features.link.judge import OpenQuestion
from serving.api.ids import NO_NUL, Key, Name
from serving.corrections.contest import Contested
from serving.corrections.entity import Entity
from serving.corrections.make import Touched
from serving.corrections.read import CorrectionTold
from xiezhi.clock import format_moment
from xiezhi.store.proposals import Action, Proposal

Why = Annotated[str, Field(min_length=1, max_length=4000, pattern=NO_NUL)]


class CorrectionIn(BaseModel):
    """Two mentions (`FILING/RECORD`) and what is said of them, or a proposal to take up."""

    left: Key = ""
    right: Key = ""
    verdict: Literal["same", "different", "withdrawn"] = "different"
    proposal_id: Key = ""
    reason: Why
    by: Name = Field("", description="a name, only where the home has no accounts")


class TouchedOut(BaseModel):
    """What rests on the entities concerned."""

    entities: list[str]
    filings: int
    scores: int
    flags: int


class RescoredOut(BaseModel):
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
    effects: list[RescoredOut] | None = None
    effects_hidden: int = Field(0, description="effects on filings of courts out of reach")


class CorrectionPage(BaseModel):
    """Some corrections, the newest first; `next` is the cursor of the page after, null on the last."""

    items: list[CorrectionOut]
    next: str | None


class MentionOut(BaseModel):
    """A mention as filed; number and phone cut to their last four characters."""

    mention: str
    kind: str
    filed_at: str
    side: str
    probability: float
    name: str
    number: str
    phone: str
    address: str


class EntityEventOut(BaseModel):
    """One thing that happened to an entity; `by` and `reason` are empty for the linker."""

    at: str
    what: str
    by: str
    reason: str
    mention: str | None
    against: str | None
    verdict: str | None
    other_id: str | None


class EntityOut(BaseModel):
    """An entity; of its `count` mentions the newest 100. `stands_for`: ids that were merged into it."""

    entity_id: str
    stands_for: list[str]
    kind: str
    count: int
    hidden: int = Field(0, description="mentions in filings of courts out of reach")
    mentions: list[MentionOut]
    history: list[EntityEventOut]


class PartOut(BaseModel):
    """Mentions that stay together, oldest first, and the entity they are now."""

    entity_id: str
    mentions: list[str]


class FieldBitsOut(BaseModel):
    """What one field adds to the log-odds of a pair, in bits."""

    field: str
    level: str
    bits: float


class EvidenceOut(BaseModel):
    """The likeliest pair of mentions of two parts; `bits` is null where a veto forbids even that pair."""

    left: str
    right: str
    bits: float | None
    steps: list[FieldBitsOut]


class ConcernedOut(BaseModel):
    """How many mentions and filings are concerned; flagged filings whose history would change."""

    mentions: int
    filings: int
    flagged: list[str]


class ProposalOut(BaseModel):
    """`merge`: the parts, each an entity, are one. `split`: the parts of one entity are as many."""

    proposal_id: str
    action: Action
    kind: str
    made_at: str
    probability: float = Field(ge=0, le=1)
    parts: list[PartOut]
    evidence: EvidenceOut
    effect: ConcernedOut


class ProposalPage(BaseModel):
    """Some proposals, the likeliest first; `next` is the cursor of the page after, null on the last."""

    items: list[ProposalOut]
    next: str | None


class RejectionIn(BaseModel):
    """Why; a name only where the home has no accounts."""

    reason: Why
    by: Name = ""


class QuestionOut(BaseModel):
    """Is `mention`, now of the entity `now`, rather `entity_id`, of which `against` is a mention?"""

    mention: str
    against: str
    kind: str
    entity_id: str
    now: str
    probability: float = Field(ge=0, le=1)


class QuestionPage(BaseModel):
    """Some questions, the likeliest first; `next` is the cursor of the page after, null on the last."""

    items: list[QuestionOut]
    next: str | None


class ContestIn(BaseModel):
    """What a party contests, recorded on its behalf. `subject`: of a link the party or agent it is about."""

    party_id: Key
    about: Literal["link", "fact", "flag"]
    subject: Key = ""
    text: Why
    by: Name = ""


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


class ContestPage(BaseModel):
    """Some contests, oldest first; `next` is the cursor of the page after, null on the last."""

    items: list[ContestOut]
    next: str | None


class ContestAnswerIn(RejectionIn):
    """Whether a contest is upheld, and why."""

    outcome: Literal["upheld", "not_upheld"]


class ContestAnswerOut(BaseModel):
    """The answer on record."""

    contest_id: str
    outcome: str


def entity_out(entity: Entity, zone: str) -> EntityOut:
    """An entity."""
    mentions = [
        MentionOut(
            mention=str(one.ref), kind=one.ref.kind, filed_at=format_moment(one.filed_at, zone), side=one.side,
            probability=round(one.probability, 6), name=one.name, number=one.number, phone=one.phone,
            address=one.address,
        )
        for one in entity.mentions
    ]  # fmt: skip
    history = [
        EntityEventOut(
            at=format_moment(event.at, zone), what=event.what, by=event.by, reason=event.reason,
            mention=str(event.mention) if event.mention else None,
            against=str(event.against) if event.against else None,
            verdict=event.verdict or None, other_id=event.other_id or None,
        )
        for event in entity.events
    ]  # fmt: skip
    return EntityOut(
        entity_id=entity.entity_id,
        stands_for=list(entity.others),
        kind=entity.kind,
        count=entity.count,
        hidden=entity.hidden,
        mentions=mentions,
        history=history,
    )


def touched_out(touched: Touched) -> TouchedOut:
    """What a correction would touch."""
    return TouchedOut(
        entities=list(touched.entities), filings=touched.filings, scores=touched.scores, flags=touched.flags
    )


def correction_out(told: CorrectionTold, zone: str, *, effects: bool = True) -> CorrectionOut:
    """A correction, with the scores it changed unless not `effects`."""
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
            RescoredOut(
                filing_id=one.filing_id, before=one.before_id, after=one.after_id,
                band_before=one.band_before, band_after=one.band_after, state_before=one.state_before,
                carried=one.carried_from is not None, reopened=one.is_reopened,
            )
            for one in told.effects
        ] if effects else None,
        effects_hidden=told.hidden,
    )  # fmt: skip


def proposal_out(row: Proposal, zone: str) -> ProposalOut:
    """A proposal."""
    e = row.evidence
    return ProposalOut(
        proposal_id=row.proposal_id,
        action=row.action,
        kind=row.kind,
        made_at=format_moment(row.made_at, zone),
        probability=row.probability,
        parts=[PartOut(entity_id=p.entity_id, mentions=[str(ref) for ref in p.mentions]) for p in row.parts],
        evidence=EvidenceOut(
            left=str(e.left),
            right=str(e.right),
            bits=e.bits,
            steps=[FieldBitsOut(field=step.field, level=step.level, bits=step.bits) for step in e.steps],
        ),
        effect=ConcernedOut(
            mentions=row.effect.mentions, filings=row.effect.filings, flagged=list(row.effect.flagged)
        ),
    )


def question_out(one: OpenQuestion) -> QuestionOut:
    """A question."""
    return QuestionOut(
        mention=str(one.question.mention),
        against=str(one.against),
        kind=one.question.kind,
        entity_id=one.question.entity_id,
        now=one.entity_id,
        probability=round(one.question.probability, 6),
    )


def contest_out(told: Contested, zone: str) -> ContestOut:
    """A contest with its answer."""
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
