"""What courts hand in, as filed: filings, their later events, and authorities' findings.

Frozen dataclasses; the binding description of every field is `docs/filing-format.md`. Moments are
microseconds since the epoch (`xiezhi.clock`), amounts are in units of `currency`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, get_args

from xiezhi.clock import Moment

Role = Literal["plaintiff", "defendant", "third_party"]
PartyKind = Literal["person", "organization"]
IdType = Literal["resident_id", "credit_code", "passport", "other"]
RelationKind = Literal[
    "spouse", "parent", "sibling", "relative", "employee", "shareholder", "friend", "other"
]
AgentKind = Literal["lawyer", "legal_worker", "relative", "employee", "citizen"]
Authority = Literal["general", "special"]
Channel = Literal["counter", "online", "mail", "mobile"]
Proceeding = Literal[
    "first_instance",
    "enforcement",
    "enforcement_objection",
    "bankruptcy",
    "judicial_confirmation",
    "pre_suit_mediation",
    "payment_order",
    "administrative",
    "appeal",
    "retrial",
    "other",
]
EvidenceKind = Literal[
    "iou",
    "contract",
    "bank_transfer",
    "cash_receipt",
    "chat_log",
    "witness",
    "wage_note",
    "arbitration_award",
    "mediation_agreement",
    "notarised_deed",
    "invoice",
    "title_deed",
    "other",
]
EventKind = Literal[
    "served",
    "served_by_publication",
    "answered",
    "admitted_all",
    "hearing_held",
    "defendant_absent",
    "plaintiff_absent",
    "mediated",
    "withdrawn",
    "dismissed",
    "judgment_for_plaintiff",
    "judgment_partial",
    "judgment_for_defendant",
    "third_party_objection",
    "seizure",
    "auction_scheduled",
    "auction_held",
    "distribution_applied",
    "bankruptcy_accepted",
    "enforcement_closed_paid",
    "enforcement_closed_unpaid",
    "set_aside",
    "closed",
]
FindingKind = Literal["false", "abusive", "genuine"]
FindingSource = Literal["judgment", "sanction", "conviction", "procuratorate", "review"]
Measure = Literal["dismissed", "fined", "detained", "referred", "convicted", "listed", "none"]

ROLES: tuple[str, ...] = get_args(Role)
PROCEEDINGS: tuple[str, ...] = get_args(Proceeding)
EVIDENCE_KINDS: tuple[str, ...] = get_args(EvidenceKind)
EVENT_KINDS: tuple[str, ...] = get_args(EventKind)


@dataclass(frozen=True, slots=True)
class DeclaredRelation:
    """A relation a party declared: `to` is another `party_id` of the filing."""

    to: str
    kind: RelationKind


@dataclass(frozen=True, slots=True)
class Party:
    """A party (当事人) of one filing, as filed."""

    party_id: str
    role: Role
    kind: PartyKind
    name: str
    id_type: IdType | None = None
    id_number: str | None = None
    birth_date: str | None = None
    phone: str | None = None
    address: str | None = None
    service_address: str | None = None
    legal_representative: str | None = None
    declared_relations: tuple[DeclaredRelation, ...] = ()


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent ad litem (诉讼代理人), as filed."""

    agent_id: str
    kind: AgentKind
    name: str
    licence_number: str | None = None
    firm: str | None = None
    phone: str | None = None
    represents: tuple[str, ...] = ()
    authority: Authority | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece of evidence (证据) listed with the filing."""

    kind: EvidenceKind
    title: str | None = None
    dated: str | None = None
    amount: float | None = None


@dataclass(frozen=True, slots=True)
class Filing:
    """A filing (起诉、申请) as the court received it. `extra` keeps the keys the format does not know.

    `filed_on`: the day in the court's zone, ISO, where it is another than that of `filed_at` in UTC (a bare date east
    of Greenwich is).
    """

    filing_id: str
    court: str
    filed_at: Moment
    cause: str
    parties: tuple[Party, ...]
    case_number: str | None = None
    received_via: Channel | None = None
    proceeding: Proceeding = "first_instance"
    claim_amount: float | None = None
    currency: str | None = None
    claims: str | None = None
    facts: str | None = None
    mediation_requested: bool | None = None
    fee_waiver_requested: bool | None = None
    preservation_requested: bool | None = None
    defence_period_waived: bool | None = None
    forum_clause: bool | None = None
    related_case_numbers: tuple[str, ...] = ()
    agents: tuple[Agent, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    elements: Mapping[str, Any] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    filed_on: str | None = None

    @property
    def names(self) -> dict[str, str]:
        """Id of a party or agent -> the name."""
        return {p.party_id: p.name for p in self.parties} | {a.agent_id: a.name for a in self.agents}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a filing `at`, which the court's system learned at `recorded_at`."""

    filing_id: str
    at: Moment
    kind: EventKind
    recorded_at: Moment
    party_id: str | None = None
    amount: float | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One authority's finding (认定) on a filing. The newest one known holds."""

    filing_id: str
    at: Moment
    finding: FindingKind
    source: FindingSource
    recorded_at: Moment
    scheme: str | None = None
    measure: Measure | None = None
    detail: str | None = None


Record = Filing | Event | Finding


def to_body(record: Record) -> dict[str, Any]:
    """The record as plain JSON types, without what is None or empty."""
    body: dict[str, Any] = _plain(record)
    return body


def _plain(value: Any) -> Any:
    # Not dataclasses.asdict: its deep copies took half the time of an ingest.
    names = _NAMES.get(type(value))
    if names is not None:
        items = [(name, getattr(value, name)) for name in names]
    elif isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    else:
        return value
    return {k: _plain(v) for k, v in items if not (v is None or v == () or v == {} or v == [])}


_NAMES: dict[type, tuple[str, ...]] = {
    kind: tuple(f.name for f in fields(kind))
    for kind in (DeclaredRelation, Party, Agent, Evidence, Filing, Event, Finding)
}


def filing_from_body(body: Mapping[str, Any]) -> Filing:
    """The filing that `to_body` wrote. Trusts its input: it comes from the store."""
    data = dict(body)
    data["parties"] = tuple(_party(p) for p in data.get("parties", ()))
    data["agents"] = tuple(
        Agent(**{**a, "represents": tuple(a.get("represents", ()))}) for a in data.get("agents", ())
    )
    data["evidence"] = tuple(Evidence(**e) for e in data.get("evidence", ()))
    data["related_case_numbers"] = tuple(data.get("related_case_numbers", ()))
    return Filing(**data)


def _party(body: Mapping[str, Any]) -> Party:
    relations = tuple(DeclaredRelation(**r) for r in body.get("declared_relations", ()))
    return Party(**{**body, "declared_relations": relations})
