"""The keys under which a filing enters the history index (see docs/architecture.md)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Final

from features.history.keys import ASKED, DEFENDANT, PLAINTIFF, ROLE_CODES, key
from features.link.claims import instrument
from features.normalise.addresses import parse_address
from features.normalise.names import person_name
from features.normalise.organisations import organisation_name
from features.normalise.phones import phone_number
from features.normalise.text import fold
from xiezhi.records import Filing, Party

_NOT_WORD: Final = re.compile(r"[\W_]+")

SHORTEST_TEMPLATE: Final = 40
"""Characters a skeleton must have left: shorter ones are alike by chance (the simulator's shortest are 30 to 40)."""

SHORTEST_ASSET: Final = 6
"""Characters by which an asset is told apart: a door or a plate, not 厂房 (own limit; it must hold a digit too)."""

MOST_IN_PAIRS: Final = 20
"""Parties a side that are paired, in the order filed."""

MOST_IN_BONDS: Final = 6
"""Parties a side whose bonds are kept: pairs grow with the square (own limit)."""


def appearances_of(
    filing: Filing,
    party_entity: Mapping[str, str],
    agent_entity: Mapping[str, str],
    firm_entity: Mapping[str, str],
    claim_id: str,
    template: str,
) -> tuple[tuple[int, int], ...]:
    """(key, role) rows of a filing, sorted. The maps give the entity of each party, agent and agent's firm.

    template: skeleton of the facts.
    """
    found: set[tuple[int, int]] = set()
    role_of = {party.party_id: ROLE_CODES[party.role] for party in filing.parties}
    for party in filing.parties:
        role = role_of[party.party_id]
        found.add((key("party", party_entity[party.party_id]), role))
        if party.phone and (phone := phone_number(party.phone)):
            found.add((key("phone", phone), role))
        for address in (party.address, party.service_address):
            if address and (place := parse_address(address).key):
                found.add((key("address", place), role))
        if head := head_of(party):
            found.add((key("head", head), role))
    for agent in filing.agents:
        for role in {role_of[p] for p in agent.represents if p in role_of} or {0}:
            found.add((key("agent", agent_entity[agent.agent_id]), role))
            if agent.agent_id in firm_entity:
                found.add((key("firm", firm_entity[agent.agent_id]), role))
            if agent.phone and (phone := phone_number(agent.phone)):
                found.add((key("agent_phone", phone), role))
    sides = [
        [party_entity[p.party_id] for p in filing.parties if p.role == role][:MOST_IN_PAIRS]
        for role in ("plaintiff", "defendant")
    ]
    found.update((key("pair", f"{a} > {b}"), 0) for a in sides[0] for b in sides[1])
    found.update(_bonds(filing, sides, agent_entity))
    found.add((key("claim", claim_id), 0))
    found.update((key("evidence", i), 0) for i in map(instrument, filing.evidence) if i)
    found.update(_things(filing))
    found.update((key("pro_se", party_entity[p]), PLAINTIFF) for p in _unaided(filing))
    if len(template) >= SHORTEST_TEMPLATE:
        found.add((key("template", template), 0))
    return tuple(sorted(found))


def head_of(party: Party) -> str:
    """Key of the name of an organisation's legal representative (法定代表人); empty where it is unknown or masked."""
    if party.kind == "person" or not party.legal_representative:
        return ""
    return person_name(party.legal_representative).key


def _things(filing: Filing) -> Iterator[tuple[int, int]]:
    """What the element form names: the body that mediated, the right sued on, the asset at issue."""
    told = {
        k: v
        for k in ("mediation_organization", "right_number", "asset")
        if isinstance(v := filing.elements.get(k), str)
    }
    if mediator := organisation_name(told.get("mediation_organization", "")).core:
        yield key("mediator", mediator), 0
    if right := _NOT_WORD.sub("", fold(told.get("right_number", ""))):
        yield key("right", right), 0
    asset = _NOT_WORD.sub("", fold(told.get("asset", "")))
    if len(asset) >= SHORTEST_ASSET and any(c.isdigit() for c in asset):
        yield key("asset", asset), 0


def _unaided(filing: Filing) -> Iterator[str]:
    """Party ids of the natural persons who sue without an agent."""
    aided = {party_id for agent in filing.agents for party_id in agent.represents}
    for party in filing.parties:
        if party.role == "plaintiff" and party.kind == "person" and party.party_id not in aided:
            yield party.party_id


def _bonds(
    filing: Filing, sides: Sequence[Sequence[str]], agent_entity: Mapping[str, str]
) -> Iterator[tuple[int, int]]:
    """Who stood together, whom an agent served and faced; and what is asked of opponents about it."""
    plaintiffs, defendants = (side[:MOST_IN_BONDS] for side in sides)
    for role, side in ((PLAINTIFF, plaintiffs), (DEFENDANT, defendants)):
        yield from ((_together(a, b), role) for a, b in combinations(side, 2))
    yield from ((_together(a, b), ASKED) for a in plaintiffs for b in defendants)
    plaintiff_ids = {p.party_id for p in filing.parties if p.role == "plaintiff"}
    defendant_ids = {p.party_id for p in filing.parties if p.role == "defendant"}
    for agent in filing.agents:
        who = agent_entity[agent.agent_id]
        if plaintiff_ids.intersection(agent.represents):
            yield from ((key("client", f"{who} > {p}"), PLAINTIFF) for p in plaintiffs)
            yield from ((key("client", f"{who} > {d}"), ASKED) for d in defendants)
            yield from ((key("opponent", f"{who} > {d}"), PLAINTIFF) for d in defendants)
        if defendant_ids.intersection(agent.represents):
            yield from ((key("client", f"{who} > {d}"), DEFENDANT) for d in defendants)


def _together(one: str, other: str) -> int:
    return key("together", " + ".join(sorted((one, other))))
