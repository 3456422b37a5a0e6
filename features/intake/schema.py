"""The wire format of records (`docs/filing-format.md`) and its way into `xiezhi.records`.

Used by every reader and by the HTTP API. A key that is null or the empty string counts as absent. Keys the
format does not know are kept in `Filing.extra`: those of a party or agent under `parties` or `agents`, by
its id.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import count
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError
from pydantic import model_validator as validates
from pydantic_core import from_json

from features.intake.mends import first_error, record_error
from xiezhi import records
from xiezhi.clock import Moment, parse_moment, to_datetime
from xiezhi.records import Agent, DeclaredRelation, Event, Evidence, Filing, Finding, Party, Record
from xiezhi.settings import Settings

# PostgreSQL's text cannot hold NUL; a key with a control character is damage.
_KEY_TEXT = r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$"
Key = Annotated[str, StringConstraints(strip_whitespace=True, pattern=_KEY_TEXT, max_length=200)]
Term = Annotated[str, StringConstraints(strip_whitespace=True, pattern=_KEY_TEXT, max_length=500)]
Name = Annotated[str, StringConstraints(pattern=r"^[^\x00]*\S[^\x00]*$")]
Note = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]
Number = Annotated[float, Field(allow_inf_nan=False)]
Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]
# Parquet and spreadsheets bring dates as dates; the wire format is text.
DateText = Annotated[str, BeforeValidator(lambda v: v.isoformat() if isinstance(v, date) else v)]

_FIRST_YEAR, _LAST_YEAR = "1800", "2200"
"""Years outside are typing errors, and `datetime` cannot shift the outermost ones between zones."""


class _Wire(BaseModel):
    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True, frozen=True)

    @validates(mode="before")
    @classmethod
    def drop_blanks(cls, data: Any) -> Any:
        """Without the keys that are null or empty: they count as absent."""
        if isinstance(data, dict):
            return {k: v for k, v in data.items() if v is not None and v != ""}
        return data


class DeclaredRelationIn(_Wire):
    """A relation a party declared to another party of the filing."""

    to: Key
    kind: records.RelationKind


class PartyIn(_Wire):
    """A party (当事人)."""

    model_config = ConfigDict(extra="allow")

    party_id: Key | None = None
    role: records.Role
    kind: records.PartyKind
    name: Name
    id_type: records.IdType | None = None
    id_number: str | None = None
    birth_date: DateText | None = None
    phone: str | None = None
    address: str | None = None
    service_address: str | None = None
    legal_representative: str | None = None
    declared_relations: tuple[DeclaredRelationIn, ...] = ()

    def to_record(self, party_id: str) -> Party:
        """The party under `party_id`."""
        return Party(
            party_id=party_id,
            role=self.role,
            kind=self.kind,
            name=self.name,
            id_type=self.id_type,
            id_number=self.id_number,
            birth_date=self.birth_date,
            phone=self.phone,
            address=self.address,
            service_address=self.service_address,
            legal_representative=self.legal_representative,
            declared_relations=tuple(DeclaredRelation(r.to, r.kind) for r in self.declared_relations),
        )


class AgentIn(_Wire):
    """An agent ad litem (诉讼代理人)."""

    model_config = ConfigDict(extra="allow")

    agent_id: Key | None = None
    kind: records.AgentKind
    name: Name
    licence_number: str | None = None
    firm: str | None = None
    phone: str | None = None
    represents: tuple[Key, ...] = ()
    authority: records.Authority | None = None

    def to_record(self, agent_id: str) -> Agent:
        """The agent under `agent_id`."""
        return Agent(
            agent_id=agent_id,
            kind=self.kind,
            name=self.name,
            licence_number=self.licence_number,
            firm=self.firm,
            phone=self.phone,
            represents=self.represents,
            authority=self.authority,
        )


class EvidenceIn(_Wire):
    """A piece of evidence (证据)."""

    kind: records.EvidenceKind
    title: str | None = None
    dated: DateText | None = None
    amount: Number | None = None


class FilingIn(_Wire):
    """A filing (起诉、申请) as a court hands it in."""

    model_config = ConfigDict(extra="allow")

    filing_id: Key
    court: Term
    filed_at: DateText
    cause: Term
    parties: Annotated[tuple[PartyIn, ...], Field(min_length=1)]
    case_number: str | None = None
    received_via: records.Channel | None = None
    proceeding: records.Proceeding = "first_instance"
    claim_amount: Amount | None = None
    currency: str | None = None
    claims: str | None = None
    facts: str | None = None
    mediation_requested: bool | None = None
    fee_waiver_requested: bool | None = None
    preservation_requested: bool | None = None
    defence_period_waived: bool | None = None
    forum_clause: bool | None = None
    related_case_numbers: tuple[str, ...] = ()
    agents: tuple[AgentIn, ...] = ()
    evidence: tuple[EvidenceIn, ...] = ()
    elements: dict[str, Any] = {}

    def to_record(self, zone: str, currency: str) -> Filing:
        """The record, with local times in `zone` and amounts in `currency` where it names none.

        Raises RecordError.
        """
        party_ids = _fill_ids([p.party_id for p in self.parties], "p", "parties", "party")
        agent_ids = _fill_ids([a.agent_id for a in self.agents], "a", "agents", "agent")
        for number, agent in enumerate(self.agents):
            for place, party_id in enumerate(agent.represents):
                if party_id not in party_ids:
                    raise record_error(f"agents[{number}].represents[{place}]", "unknown-party")
        values = {name: getattr(self, name) for name in _SAME}
        filed_at = _moment("filed_at", self.filed_at, zone)
        return Filing(
            **values,
            filed_at=filed_at,
            filed_on=_local_day(filed_at, zone),
            currency=self.currency or currency,
            parties=tuple(p.to_record(i) for p, i in zip(self.parties, party_ids, strict=True)),
            agents=tuple(a.to_record(i) for a, i in zip(self.agents, agent_ids, strict=True)),
            evidence=tuple(Evidence(e.kind, e.title, e.dated, e.amount) for e in self.evidence),
            extra=self._extra(party_ids, agent_ids),
        )

    def _extra(self, party_ids: Sequence[str], agent_ids: Sequence[str]) -> dict[str, Any]:
        extra = dict(self.model_extra or {})
        nested = (("parties", self.parties, party_ids), ("agents", self.agents, agent_ids))
        for key, models, ids in nested:
            unknown = {i: m.model_extra for m, i in zip(models, ids, strict=True) if m.model_extra}
            if unknown:
                extra[key] = unknown
        return extra


_OWN_WAY = {"filed_at", "currency", "parties", "agents", "evidence"}
_SAME = tuple(name for name in FilingIn.model_fields if name not in _OWN_WAY)
"""Fields of a filing that are the same on the wire and in the record."""


class EventIn(_Wire):
    """Something that happened in a filing."""

    filing_id: Key
    at: DateText
    kind: records.EventKind
    recorded_at: DateText | None = None
    party_id: Note | None = None
    amount: Number | None = None
    detail: Note | None = None

    def to_record(self, zone: str, currency: str) -> Event:
        """The record; recorded when it happened unless it says otherwise. Raises RecordError."""
        at, recorded_at = _times(self.at, self.recorded_at, zone)
        return Event(self.filing_id, at, self.kind, recorded_at, self.party_id, self.amount, self.detail)


class FindingIn(_Wire):
    """An authority's finding (认定) on a filing."""

    filing_id: Key
    at: DateText
    finding: records.FindingKind
    source: records.FindingSource
    recorded_at: DateText | None = None
    scheme: Note | None = None
    measure: records.Measure | None = None
    detail: Note | None = None

    def to_record(self, zone: str, currency: str) -> Finding:
        """The record; recorded when it was made unless it says otherwise. Raises RecordError."""
        at, recorded_at = _times(self.at, self.recorded_at, zone)
        return Finding(
            self.filing_id,
            at,
            self.finding,
            self.source,
            recorded_at,
            self.scheme,
            self.measure,
            self.detail,
        )


RecordIn = FilingIn | EventIn | FindingIn


def parse_filing(data: bytes | dict[str, Any], settings: Settings) -> Filing:
    """One filing in the wire format, as JSON text or already parsed.

    Raises RecordError with the field (`parties[1].role`), a stable code and the mend, without personal data.
    """
    values = parse_json(data) if isinstance(data, bytes) else data
    try:
        return FilingIn.model_validate(values).to_record(settings.zone, settings.currency)
    except ValidationError as error:
        fault = first_error(error)
    raise fault  # out here, for pydantic's error as context would carry what was filed


def parse_record(model: type[RecordIn], values: Any, zone: str, currency: str) -> Record:
    """One record of `model` from parsed JSON or table values. Raises RecordError."""
    try:
        return model.model_validate(values).to_record(zone, currency)
    except ValidationError as error:
        fault = first_error(error)
    raise fault


def parse_json(text: bytes | str) -> dict[str, Any]:
    """The object that `text` is. Raises RecordError."""
    try:
        values = from_json(text, allow_inf_nan=False)
    except ValueError:
        raise record_error("record", "not-json") from None
    if not isinstance(values, dict):
        raise record_error("record", "not-an-object")
    return values


def _fill_ids(given: Sequence[str | None], letter: str, field: str, what: str) -> list[str]:
    """Every id, the missing ones counted up as `letter` + number. Raises RecordError for a repeated one."""
    taken = {i for i in given if i is not None}
    free = (f"{letter}{n}" for n in count(1) if f"{letter}{n}" not in taken)
    seen: set[str] = set()
    ids: list[str] = []
    for number, value in enumerate(given):
        if value in seen:
            raise record_error(f"{field}[{number}].{what}_id", f"duplicate-{what}")
        ids.append(value or next(free))
        seen.add(ids[-1])
    return ids


def _times(at: str, recorded_at: str | None, zone: str) -> tuple[Moment, Moment]:
    happened = _moment("at", at, zone)
    return happened, happened if recorded_at is None else _moment("recorded_at", recorded_at, zone)


def _local_day(moment: Moment, zone: str) -> str | None:
    """The day in `zone`, None where it is that of UTC."""
    day = to_datetime(moment, zone).date()
    return None if day == to_datetime(moment).date() else day.isoformat()


def _moment(field: str, text: str, zone: str) -> Moment:
    try:
        if not _FIRST_YEAR <= text.lstrip()[:4] <= _LAST_YEAR:
            raise ValueError
        return parse_moment(text, zone)
    except ValueError:
        raise record_error(field, "not-a-date") from None
