"""What one filing says of relations: who stood where, and the phones, addresses and names its people gave."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Final, NamedTuple

from features.link.appearances import MOST_IN_PAIRS, head_of
from features.normalise.addresses import parse_address
from features.normalise.names import person_name
from features.normalise.phones import phone_number
from features.relations.kinds import ACTING, DECLARED, spread_over
from xiezhi.clock import Moment
from xiezhi.records import Agent, Filing, Party
from xiezhi.store.links import Link

DIRECTED: Final = frozenset(
    {"legal_representative", "namesake", "represented_by", "employee_agent", "kinship_agent", "agent_firm"}
)
"""Kinds whose left end is told from their right one; of every other kind the ends stand in order of their ids."""


class Tie(NamedTuple):
    """Two entities tied by one filing. `detail`: the word declared. `share`: what of the strength counts, 0 to 1."""

    kind: str
    left: str
    right: str
    detail: str
    roles: str
    share: float


class Value(NamedTuple):
    """Something several may have: `kind` is phone, address or head (the name of a legal representative)."""

    kind: str
    text: str


class Holding(NamedTuple):
    """An entity has a value.

    use: of a phone `party` or `agent`; of an address `residence` or `service`; of a head `office`, or `name` for a
    person of that name.
    """

    entity: str
    value: Value
    use: str


class Sighting(NamedTuple):
    """One filing as relations read it; entities in place of its records. `here`: it is the filing asked about.

    sides: role -> parties in the order filed. acting: (party, agent, kind of agent, side). firms: (agent, firm).
    heads: (person, organisation led by a person of that name). declared: (party, other party, word).
    """

    filing_id: str
    filed_at: Moment
    here: bool
    reference: str
    sides: Mapping[str, tuple[str, ...]]
    acting: tuple[tuple[str, str, str, str], ...]
    firms: tuple[tuple[str, str], ...]
    heads: tuple[tuple[str, str], ...]
    declared: tuple[tuple[str, str, str], ...]
    holdings: tuple[Holding, ...]
    names: Mapping[str, str]
    kinds: Mapping[str, str]


def sight(filing: Filing, links: Sequence[Link], *, here: bool = False) -> Sighting:
    """What `filing` says. Records without a link are left out."""
    linked = {(link.record_id, link.kind): link.entity_id for link in links}
    parties = [(p, linked[p.party_id, p.kind]) for p in filing.parties if (p.party_id, p.kind) in linked]
    agents = [(a, linked[a.agent_id, "agent"]) for a in filing.agents if (a.agent_id, "agent") in linked]
    entity = {party.party_id: who for party, who in parties}
    role = {party.party_id: party.role for party, _ in parties}
    firms = [
        (who, linked[agent.agent_id, "firm"], agent.firm or "")
        for agent, who in agents
        if (agent.agent_id, "firm") in linked
    ]
    named = [(who, party.name) for party, who in parties] + [(who, agent.name) for agent, who in agents]
    named += [(firm, name) for _, firm, name in firms]
    names = dict(reversed(named))
    return Sighting(
        filing.filing_id,
        filing.filed_at,
        here,
        filing.case_number or "",
        {r: tuple(dict.fromkeys(w for p, w in parties if p.role == r)) for r in dict.fromkeys(role.values())},
        tuple(
            (entity[p], who, agent.kind, role[p])
            for agent, who in agents
            for p in agent.represents
            if p in entity
        ),
        tuple((agent, firm) for agent, firm, _ in firms),
        tuple(_heads(parties)),
        tuple(
            (who, entity[relation.to], relation.kind)
            for party, who in parties
            for relation in party.declared_relations
            if entity.get(relation.to, who) != who
        ),
        tuple(dict.fromkeys((*_of_parties(parties), *_of_agents(agents)))),
        names,
        {link.entity_id: link.kind for link in links if link.entity_id in names},
    )


def ties_of(seen: Sighting, around: Collection[str]) -> Iterator[Tie]:
    """Ties of a filing with an end in `around`. That people meet in the filing asked about is no tie of theirs."""
    for left, right, word in seen.declared:
        yield from _tie(DECLARED[word], left, right, around, detail=word)
    for person, organisation in seen.heads:
        yield from _tie("legal_representative", person, organisation, around)
    for party, agent, kind, side in seen.acting:
        # A natural person has no staff to be represented by: such an agent is like any other.
        acting = "represented_by" if (kind, seen.kinds[party]) == ("employee", "person") else ACTING.get(kind)
        yield from _tie(acting or "represented_by", party, agent, around, roles=side)
    for agent, firm in seen.firms:
        yield from _tie("agent_firm", agent, firm, around)
    if seen.here:
        return
    for role, standing in seen.sides.items():
        share = spread_over(len(standing))
        for left, right in combinations(standing[:MOST_IN_PAIRS], 2):
            yield from _tie("co_party", left, right, around, roles=role, share=share)
    plaintiffs, defendants = seen.sides.get("plaintiff", ()), seen.sides.get("defendant", ())
    share = spread_over(max(len(plaintiffs), len(defendants)))
    for left in plaintiffs[:MOST_IN_PAIRS]:
        for right in defendants[:MOST_IN_PAIRS]:
            swapped = left > right
            roles = "defendant-plaintiff" if swapped else "plaintiff-defendant"
            yield from _tie("opposed", left, right, around, roles=roles, share=share)


def _tie(
    kind: str,
    left: str,
    right: str,
    around: Collection[str],
    *,
    detail: str = "",
    roles: str = "",
    share: float = 1.0,
) -> Iterator[Tie]:
    if left == right or (left not in around and right not in around):
        return
    if kind not in DIRECTED and right < left:
        left, right = right, left
    yield Tie(kind, left, right, detail, roles, share)


def _heads(parties: Sequence[tuple[Party, str]]) -> Iterator[tuple[str, str]]:
    led = [(head, who) for party, who in parties if (head := head_of(party))]
    for party, who in parties:
        if led and party.kind == "person" and (name := person_name(party.name).key):
            yield from ((who, organisation) for head, organisation in led if head == name)


def _of_parties(parties: Sequence[tuple[Party, str]]) -> Iterator[Holding]:
    for party, who in parties:
        if party.phone and (phone := phone_number(party.phone)):
            yield Holding(who, Value("phone", phone), "party")
        lives = parse_address(party.address).key if party.address else ""
        served = parse_address(party.service_address).key if party.service_address else ""
        if lives:
            yield Holding(who, Value("address", lives), "residence")
        if served and served != lives:
            yield Holding(who, Value("address", served), "service")
        if head := head_of(party):
            yield Holding(who, Value("head", head), "office")
        elif party.kind == "person" and (name := person_name(party.name).key):
            yield Holding(who, Value("head", name), "name")


def _of_agents(agents: Sequence[tuple[Agent, str]]) -> Iterator[Holding]:
    for agent, who in agents:
        if agent.phone and (phone := phone_number(agent.phone)):
            yield Holding(who, Value("phone", phone), "agent")
