"""The sides (当事人) and their agents as the filing names them, each by itself."""

from __future__ import annotations

from math import nan

from features.link.claims.institutions import institution
from features.normalise.organisations import organisation_name
from xiezhi.records import Agent, Filing, Party, Role


def parties_of(filing: Filing, role: Role) -> list[Party]:
    """Parties in one role."""
    return [p for p in filing.parties if p.role == role]


def agents_of(filing: Filing, role: Role) -> list[Agent]:
    """Agents that represent a party of one role."""
    if not filing.agents:
        return []
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


def plaintiff_is_institution(filing: Filing) -> float:
    """1 where a plaintiff's name tells of a trade that sues many lawfully: bank, insurer, property manager."""
    return _of_institution(parties_of(filing, "plaintiff"))


def defendant_is_institution(filing: Filing) -> float:
    """1 where a defendant's name tells of a bank, an insurer, a public body and the like."""
    return _of_institution(parties_of(filing, "defendant"))


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


def employee_acts_for_person(filing: Filing) -> float:
    """1 where an employee acts for natural persons alone, who can have none (民诉法解释 第86条); NaN without agents."""
    persons = {p.party_id for p in filing.parties if p.kind == "person"}
    agents = agents_of(filing, "plaintiff")
    if not agents:
        return nan
    return float(any(a.kind == "employee" and persons.issuperset(a.represents) for a in agents))


def agent_is_opponents_employee(filing: Filing) -> float:
    """1 where a plaintiffs' agent belongs to a defendant organisation by the name given; NaN without such data."""
    employers = {organisation_name(a.firm).core for a in agents_of(filing, "plaintiff") if a.firm} - {""}
    sued = {organisation_name(p.name).core for p in parties_of(filing, "defendant") if p.kind != "person"} - {
        ""
    }
    return float(bool(employers & sued)) if employers and sued else nan


def _share_of_persons(parties: list[Party]) -> float:
    return sum(p.kind == "person" for p in parties) / len(parties) if parties else nan


def _of_institution(parties: list[Party]) -> float:
    return float(any(p.kind != "person" and institution(p.name) for p in parties)) if parties else nan
