"""The two sides (双方当事人) as the filing names them, and what they visibly share."""

from __future__ import annotations

from collections.abc import Iterable
from math import nan

from features.normalise.addresses import parse_address
from features.normalise.names import person_name
from features.normalise.organisations import organisation_name
from features.normalise.phones import phone_number
from xiezhi.records import Agent, Filing, Party, Role

_KIN = frozenset({"spouse", "parent", "sibling", "relative"})


def parties_of(filing: Filing, role: Role) -> list[Party]:
    """Parties in one role."""
    return [p for p in filing.parties if p.role == role]


def agents_of(filing: Filing, role: Role) -> list[Agent]:
    """Agents that represent a party of one role."""
    ids = {p.party_id for p in parties_of(filing, role)}
    return [a for a in filing.agents if ids.intersection(a.represents)]


def count_plaintiffs(filing: Filing) -> float:
    """Number of plaintiffs."""
    return float(len(parties_of(filing, "plaintiff")))


def count_defendants(filing: Filing) -> float:
    """Number of defendants."""
    return float(len(parties_of(filing, "defendant")))


def has_third_party(filing: Filing) -> float:
    """1 where a third party (第三人) is named."""
    return float(bool(parties_of(filing, "third_party")))


def plaintiff_is_person(filing: Filing) -> float:
    """Share of natural persons among the plaintiffs."""
    return _share_of_persons(parties_of(filing, "plaintiff"))


def defendant_is_person(filing: Filing) -> float:
    """Share of natural persons among the defendants."""
    return _share_of_persons(parties_of(filing, "defendant"))


def plaintiff_has_agent(filing: Filing) -> float:
    """1 where an agent acts for a plaintiff."""
    return float(bool(agents_of(filing, "plaintiff")))


def defendant_has_agent(filing: Filing) -> float:
    """1 where an agent already acts for a defendant when the filing comes in."""
    return float(bool(agents_of(filing, "defendant")))


def plaintiff_agent_is_lay(filing: Filing) -> float:
    """Share of agents of the plaintiffs who are neither lawyers nor legal workers; NaN without agents."""
    agents = agents_of(filing, "plaintiff")
    if not agents:
        return nan
    return sum(a.kind not in ("lawyer", "legal_worker") for a in agents) / len(agents)


def plaintiff_agent_is_employee(filing: Filing) -> float:
    """1 where an employee acts as a plaintiff's agent; NaN without agents."""
    agents = agents_of(filing, "plaintiff")
    return float(any(a.kind == "employee" for a in agents)) if agents else nan


def sides_share_phone(filing: Filing) -> float:
    """1 where one phone number stands on both sides; NaN where a side gives none."""
    return _shared(_phones(parties_of(filing, "plaintiff")), _phones(parties_of(filing, "defendant")))


def sides_share_address(filing: Filing) -> float:
    """1 where one address or service address stands on both sides; NaN where a side gives none."""
    return _shared(_addresses(parties_of(filing, "plaintiff")), _addresses(parties_of(filing, "defendant")))


def sides_share_agent(filing: Filing) -> float:
    """1 where one agent or firm acts on both sides (Lawyers Law art. 39); NaN unless both are represented."""
    plaintiff, defendant = agents_of(filing, "plaintiff"), agents_of(filing, "defendant")
    return _shared(_agent_marks(plaintiff), _agent_marks(defendant))


def agent_phone_is_opponents(filing: Filing) -> float:
    """1 where the plaintiffs' agent has a phone number of the defendants; NaN where either is not given."""
    agents = agents_of(filing, "plaintiff")
    return _shared(_phones(agents), _phones(parties_of(filing, "defendant")))


def sides_declare_kinship(filing: Filing) -> float:
    """1 where a party declares to be kin of one on the other side."""
    return float(any(kind in _KIN for kind in _declared_across(filing)))


def sides_declare_tie(filing: Filing) -> float:
    """1 where a party declares any tie (kin, employee, shareholder, friend) to the other side."""
    return float(any(True for _ in _declared_across(filing)))


def representative_is_opponent(filing: Filing) -> float:
    """1 where one side's legal representative (法定代表人) is a party of the other side."""
    for one, other in (("plaintiff", "defendant"), ("defendant", "plaintiff")):
        heads = {
            person_name(p.legal_representative).key
            for p in filing.parties
            if p.role == one and p.legal_representative
        }
        names = {person_name(p.name).key for p in filing.parties if p.role == other and p.kind == "person"}
        if (heads - {""}) & names:
            return 1.0
    return 0.0


def _share_of_persons(parties: list[Party]) -> float:
    return sum(p.kind == "person" for p in parties) / len(parties) if parties else nan


def _shared(one: set[str], other: set[str]) -> float:
    return float(bool(one & other)) if one and other else nan


def _phones(carriers: Iterable[Party | Agent]) -> set[str]:
    return {n for c in carriers if c.phone and (n := phone_number(c.phone)) is not None}


def _addresses(parties: Iterable[Party]) -> set[str]:
    given = [a for p in parties for a in (p.address, p.service_address) if a]
    return {parse_address(a).key for a in given} - {""}


def _agent_marks(agents: Iterable[Agent]) -> set[str]:
    marks = set()
    for agent in agents:
        marks.add(agent.licence_number or person_name(agent.name).key)
        if agent.firm:
            marks.add(organisation_name(agent.firm).core)
    return marks - {""}


def _declared_across(filing: Filing) -> Iterable[str]:
    roles = {p.party_id: p.role for p in filing.parties}
    for party in filing.parties:
        for relation in party.declared_relations:
            if {party.role, roles.get(relation.to)} == {"plaintiff", "defendant"}:
                yield relation.kind
