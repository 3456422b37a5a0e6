"""What the API answers, as pydantic models: the wire format is `docs/filing-format.md` and `docs/api.md`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, Field

from serving.api.ids import NO_NUL, Code, Key
from serving.review.case import Case
from serving.review.masking import mask_filing
from xiezhi.bundle import Kind
from xiezhi.clock import format_moment
from xiezhi.decisions import DecisionKind, FlagState
from xiezhi.policy import Band
from xiezhi.reasons import Whom
from xiezhi.records import Event, Finding
from xiezhi.store.decisions import Decision, Detail, Opinion
from xiezhi.store.flags import Flag
from xiezhi.store.links import Link
from xiezhi.store.screenings import Screening


class TextOut(BaseModel):
    """A sentence in both languages."""

    zh: str
    en: str


class LegalBasisOut(BaseModel):
    """An article in a version of its instrument."""

    instrument: str
    article: str
    version: str


class ReasonOut(BaseModel):
    """One reason; `filings` are the earlier filings it rests on."""

    sign: str
    text: TextOut
    legal_basis: LegalBasisOut
    contribution: float = Field(description="log-odds of the model")
    filings: list[str]
    direction: Literal["for", "against"]
    verify: TextOut | None = Field(default=None, description="how the sign is verified")
    document: TextOut | None = Field(default=None, description="the paper that takes")
    rule: str | None = Field(default=None, description="code of the rule that fired")
    strength: float | None = Field(default=None, description="bits of evidence of the rule")
    counted: int | None = Field(
        default=None, description="filings counted, where `filings` holds only the newest"
    )
    about: Literal["agents"] | None = Field(
        default=None, description="speaks of agents, not of their parties"
    )


class AccountOut(BaseModel):
    """The raw score taken apart, in log-odds: `start + raised + lowered + other = start + the sum of by = raw`."""

    start: float
    raised: float
    lowered: float
    other: float = Field(description="what no reason tells")
    raw: float
    by: dict[Whom, float] = Field(description="what the filing added to the start, by whom it is about")


class LinkOut(BaseModel):
    """The entity a party or agent was linked to."""

    record_id: str
    kind: str
    entity_id: str
    probability: float = Field(ge=0, le=1)


class StepOut(BaseModel):
    """What the filing desk may do now; refusing the filing is never one."""

    zh: str
    en: str
    legal_basis: LegalBasisOut


class ScoresOut(BaseModel):
    """One score in the Scores format, with the id under which it is kept."""

    screening_id: str
    filing_id: str
    scored_at: str
    model_version: str
    model_kind: Kind = "learned"
    rules_version: str
    risk: float = Field(ge=0, le=1)
    band: Band
    trigger: str = "filed"
    audit: float | None = Field(None, description="In no band, yet drawn for review: with this probability.")
    account: AccountOut | None = None
    reasons: list[ReasonOut]
    links: list[LinkOut]
    steps: list[StepOut]


class FlagOut(BaseModel):
    """A flag in the queue. Its id is the `screening_id`."""

    screening_id: str
    filing_id: str
    court: str
    cause: str
    filed_at: str
    claim_amount: float | None
    scored_at: str
    trigger: str
    model_version: str
    model_kind: Kind = "learned"
    rules_version: str
    risk: float
    band: Band
    state: FlagState
    reasons: list[ReasonOut]


class FlagPage(BaseModel):
    """Some flags; `next` is the cursor of the page after, null on the last."""

    items: list[FlagOut]
    next: str | None


class DecisionIn(BaseModel):
    """A human's decision on a flag. A reason is required; a name only where the home has no accounts."""

    decided_by: str = Field("", pattern=NO_NUL)
    decision: DecisionKind
    reason: str = Field(pattern=NO_NUL)
    measures: list[Code] = Field(default=[], max_length=20, description="codes of the measures taken")
    grounds: list[Code] = Field(default=[], max_length=40, description="codes of the grounds")
    also: list[Key] = Field(
        default=[], max_length=500, description="other flags of the series that get the same decision"
    )


class DecisionOut(BaseModel):
    """A decision on record."""

    decided_by: str
    decision: str
    reason: str
    decision_id: str
    screening_id: str
    filing_id: str
    decided_at: str
    act: str | None = Field(
        default=None, description="`opinion`: a second reviewer's, kept beside the record"
    )
    outcome: str | None = Field(default=None, description="of a proposal: what is proposed")
    measures: list[str] = []
    grounds: list[str] = []
    together: list[str] = Field(default=[], description="ids of the decisions given with it at once")


class EventOut(BaseModel):
    """A later event."""

    at: str
    recorded_at: str
    kind: str
    party_id: str | None
    amount: float | None
    detail: str | None


class FindingOut(BaseModel):
    """An authority's finding."""

    at: str
    recorded_at: str
    finding: str
    source: str
    scheme: str | None
    measure: str | None
    detail: str | None


class CaseOut(BaseModel):
    """Everything about one filing; `filing` is as filed, identity numbers masked. Newest screening first."""

    filing: dict[str, Any]
    version: int
    source: str
    links: list[LinkOut]
    events: list[EventOut]
    findings: list[FindingOut]
    screenings: list[ScoresOut]
    decisions: list[DecisionOut]


class HealthOut(BaseModel):
    """Whether the service can work: `model` is null, and rules alone screen, until one is promoted."""

    status: Literal["ok"]
    model: str | None


def case_out(case: Case, zone: str, details: Mapping[str, Detail]) -> CaseOut:
    """Everything about a filing, numbers masked; `details` of its decisions by id."""
    filing = mask_filing(case.stored.filing)
    filing["filed_at"] = format_moment(case.stored.filing.filed_at, zone)
    filing.pop("filed_on", None)  # told by the offset
    return CaseOut(
        filing=filing,
        version=case.stored.version,
        source=case.stored.source,
        links=[link_out(link) for link in case.links],
        events=[event_out(event, zone) for event in case.events],
        findings=[finding_out(finding, zone) for finding in case.findings],
        screenings=[scores_out(screening) for screening in case.screenings],
        decisions=[decision_out(d, zone, details.get(d.decision_id)) for d in case.decisions],
    )


def scores_out(screening: Screening) -> ScoresOut:
    """A kept score."""
    return ScoresOut(screening_id=screening.screening_id, **screening.scores)


def flag_out(flag: Flag, zone: str) -> FlagOut:
    """A flag of the queue."""
    scores = flag.screening.scores
    return FlagOut(
        court=flag.court,
        cause=flag.cause,
        filed_at=format_moment(flag.filed_at, zone),
        claim_amount=flag.claim_amount,
        state=flag.state,
        screening_id=flag.screening.screening_id,
        trigger=flag.screening.trigger,
        # Scores given before there were other kinds name none.
        model_kind=scores.get("model_kind", "learned"),
        **{name: scores[name] for name in _SAME},
    )


_SAME = ("filing_id", "scored_at", "model_version", "rules_version", "risk", "band", "reasons")


def link_out(link: Link) -> LinkOut:
    """A link."""
    return LinkOut(
        record_id=link.record_id, kind=link.kind, entity_id=link.entity_id, probability=link.probability
    )


def decision_out(decision: Decision, zone: str, detail: Detail | None = None) -> DecisionOut:
    """A decision, with what stands beside it."""
    return DecisionOut(
        decision_id=decision.decision_id,
        screening_id=decision.screening_id,
        filing_id=decision.filing_id,
        decided_at=format_moment(decision.decided_at, zone),
        decided_by=decision.decided_by,
        decision=decision.decision,
        reason=decision.reason,
        act=detail.act if detail else None,
        outcome=detail.outcome if detail else None,
        measures=list(detail.measures) if detail else [],
        grounds=list(detail.grounds) if detail else [],
    )


def opinion_out(opinion: Opinion, signed: str, zone: str) -> DecisionOut:
    """A second reviewer's opinion, as an answer to whoever gave it."""
    return DecisionOut(
        decision_id=f"opinion-{opinion.opinion_no}",
        screening_id=opinion.screening_id,
        filing_id=opinion.filing_id,
        decided_at=format_moment(opinion.at, zone),
        decided_by=signed,
        decision=opinion.outcome,
        reason=opinion.reason,
        act="opinion",
        outcome=opinion.outcome,
        measures=list(opinion.measures),
        grounds=list(opinion.grounds),
    )


def event_out(event: Event, zone: str) -> EventOut:
    """An event."""
    return EventOut(
        at=format_moment(event.at, zone),
        recorded_at=format_moment(event.recorded_at, zone),
        kind=event.kind,
        party_id=event.party_id,
        amount=event.amount,
        detail=event.detail,
    )


def finding_out(finding: Finding, zone: str) -> FindingOut:
    """A finding."""
    return FindingOut(
        at=format_moment(finding.at, zone),
        recorded_at=format_moment(finding.recorded_at, zone),
        finding=finding.finding,
        source=finding.source,
        scheme=finding.scheme,
        measure=finding.measure,
        detail=finding.detail,
    )
