"""What two sides of a filing visibly share (关联关系): phone, address, agent, head, a declared tie."""

from __future__ import annotations

from collections.abc import Iterable
from math import nan

from features.normalise.addresses import parse_address
from features.normalise.names import person_name
from features.normalise.organisations import organisation_name
from features.normalise.phones import phone_number
from features.pleading.sides import agents_of, parties_of
from xiezhi.records import Agent, Filing, Party, Role

_KIN = frozenset({"spouse", "parent", "sibling", "relative"})


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
    return _shared(_phones(agents_of(filing, "plaintiff")), _phones(parties_of(filing, "defendant")))


def sides_share_head(filing: Filing) -> float:
    """1 where organisations on both sides are led by people of one name; NaN unless both name one."""
    return _shared(_heads(filing, "plaintiff"), _heads(filing, "defendant"))


def representative_is_opponent(filing: Filing) -> float:
    """1 where one side's legal representative (法定代表人) is a party of the other side."""
    for one, other in (("plaintiff", "defendant"), ("defendant", "plaintiff")):
        names = {person_name(p.name).key for p in filing.parties if p.role == other and p.kind == "person"}
        if _heads(filing, one) & names:
            return 1.0
    return 0.0


def sides_declare_kinship(filing: Filing) -> float:
    """1 where a party declares to be kin of one on the other side."""
    return float(any(kind in _KIN for kind in _declared(filing, "plaintiff", "defendant")))


def sides_declare_tie(filing: Filing) -> float:
    """1 where a party declares any tie (kin, employee, shareholder, friend) to the other side."""
    return float(any(True for _ in _declared(filing, "plaintiff", "defendant")))


def tied_to_third_party(filing: Filing) -> float:
    """1 where a plaintiff shares phone or address with a third party or declares a tie; NaN without third party."""
    plaintiffs, third = parties_of(filing, "plaintiff"), parties_of(filing, "third_party")
    if not third or not plaintiffs:
        return nan
    shared = _phones(plaintiffs) & _phones(third) or _addresses(plaintiffs) & _addresses(third)
    return float(bool(shared) or any(True for _ in _declared(filing, "plaintiff", "third_party")))


def _shared(one: set[str], other: set[str]) -> float:
    return float(bool(one & other)) if one and other else nan


def _phones(carriers: Iterable[Party | Agent]) -> set[str]:
    return {n for c in carriers if c.phone and (n := phone_number(c.phone)) is not None}


def _addresses(parties: Iterable[Party]) -> set[str]:
    given = [a for p in parties for a in (p.address, p.service_address) if a]
    return {parse_address(a).key for a in given} - {""}


def _heads(filing: Filing, role: str) -> set[str]:
    named = (p.legal_representative for p in filing.parties if p.role == role)
    return {person_name(name).key for name in named if name} - {""}


def _agent_marks(agents: Iterable[Agent]) -> set[str]:
    marks = set()
    for agent in agents:
        marks.add(agent.licence_number or person_name(agent.name).key)
        if agent.firm:
            marks.add(organisation_name(agent.firm).core)
    return marks - {""}


def _declared(filing: Filing, one: Role, other: Role) -> Iterable[str]:
    """Kinds of the ties declared between parties of two roles, in either direction."""
    roles = {p.party_id: p.role for p in filing.parties}
    for party in filing.parties:
        for relation in party.declared_relations:
            if {party.role, roles.get(relation.to)} == {one, other}:
                yield relation.kind
