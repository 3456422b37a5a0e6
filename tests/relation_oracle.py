"""Relations the slow way: every pair of every filing, no index, no rounds. Written apart from the package."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from math import log2, sqrt
from typing import NamedTuple

from relation_samples import Known

from features.normalise.addresses import parse_address
from features.normalise.names import person_name
from features.normalise.phones import phone_number

STRENGTH = {
    "kinship": 0.95, "kinship_agent": 0.9, "shareholder": 0.9, "legal_representative": 0.9, "employee_agent": 0.8,
    "employee": 0.8, "shared_phone": 0.8, "shared_address": 0.7, "friend": 0.7, "shared_service_address": 0.5,
    "same_representative": 0.5, "declared_other": 0.5, "represented_by": 0.5, "co_party": 0.4, "agent_firm": 0.6,
    "namesake": 0.25, "opposed": 0.1,
}  # fmt: skip
DECLARED = {"spouse": "kinship", "relative": "kinship", "other": "declared_other"}
FOLLOWED_FROM = 0.2

Key = tuple[str, str, str, str]


class Expected(NamedTuple):
    """What is told of an edge."""

    weight: float
    first: int
    last: int
    number: int
    here: bool


class _Shown(NamedTuple):
    at: int
    filing_id: str
    here: bool
    share: float


def expected_edges(rows: Sequence[Known], own: Known, as_of: int, steps: int) -> dict[Key, Expected]:
    """Edges of the neighbourhood of `own`, without `shared_agent`."""
    earlier = [r for r in rows if r.filing.filed_at < as_of and r.filing.filing_id != own.filing.filing_id]
    known = sorted([*earlier, own], key=lambda row: row.filing.filed_at)
    every = _ties(known, own, rows, as_of) | _shared(known, own)
    around = {link.entity_id for link in own.links if link.kind != "firm"}
    for _ in range(steps - 1):
        near = {
            end
            for (kind, *ends, _), edge in every.items()
            if edge.weight >= FOLLOWED_FROM and _touches(kind, ends, around)
            for end in ends
        }
        around |= {end for end in near if not end.startswith("F-")}
    return {key: edge for key, edge in every.items() if _touches(key[0], key[1:3], around)}


def _touches(kind: str, ends: Sequence[str], around: set[str]) -> bool:
    # A namesake is looked for from the person.
    return ends[0] in around or (kind != "namesake" and ends[1] in around)


def _ties(known: Sequence[Known], own: Known, rows: Sequence[Known], as_of: int) -> dict[Key, Expected]:
    shown: dict[Key, list[_Shown]] = defaultdict(list)
    for row in known:
        for key, crowd in [*_between_parties(row, row is own), *_of_agents(row)]:
            share = 1 / log2(max(2, crowd))
            shown[key].append(_Shown(row.filing.filed_at, row.filing.filing_id, row is own, share))
    return {key: _weighed(key, of, rows, as_of) for key, of in shown.items()}


def _either(kind: str, a: str, b: str, word: str = "") -> Key:
    return (kind, min(a, b), max(a, b), word)


def _between_parties(row: Known, here: bool) -> Iterator[tuple[Key, int]]:
    who = {(link.record_id, link.kind): link.entity_id for link in row.links}
    parties = {p.party_id: (p, who[p.party_id, p.kind]) for p in row.filing.parties}
    sizes = Counter(p.role for p in row.filing.parties)
    for p, a in parties.values():
        for relation in p.declared_relations:
            if parties[relation.to][1] != a:
                kind = DECLARED.get(relation.kind, relation.kind)
                yield _either(kind, a, parties[relation.to][1], relation.kind), 2
        for q, b in parties.values():
            head = person_name(q.legal_representative or "").key
            if (p.kind, q.kind) == ("person", "organization") and head and person_name(p.name).key == head:
                yield ("legal_representative", a, b, ""), 2
            if here or p.party_id >= q.party_id:
                continue
            if p.role == q.role:
                yield _either("co_party", a, b), sizes[p.role]
            elif "third_party" not in (p.role, q.role):
                yield _either("opposed", a, b), max(sizes["plaintiff"], sizes["defendant"])


def _of_agents(row: Known) -> Iterator[tuple[Key, int]]:
    who = {(link.record_id, link.kind): link.entity_id for link in row.links}
    parties = {p.party_id: p for p in row.filing.parties}
    for agent in row.filing.agents:
        a = who[agent.agent_id, "agent"]
        for p in {parties[party_id] for party_id in agent.represents}:
            kind = {"relative": "kinship_agent", "employee": "employee_agent"}.get(
                agent.kind, "represented_by"
            )
            if kind == "employee_agent" and p.kind == "person":
                kind = "represented_by"
            yield (kind, who[p.party_id, p.kind], a, ""), 2
        if agent.firm:
            yield ("agent_firm", a, who[agent.agent_id, "firm"], ""), 2


def _weighed(key: Key, of: Sequence[_Shown], rows: Sequence[Known], as_of: int) -> Expected:
    kind, left, right, _ = key
    weight = STRENGTH[kind] * max(one.share for one in of)
    if kind in ("co_party", "represented_by"):
        missed = 1.0
        for one in sorted(of, key=lambda one: -one.share)[:5]:
            missed *= 1 - STRENGTH[kind] * one.share
        weight = 1 - missed

    def filings_of(entity: str) -> int:
        return sum(r.filing.filed_at < as_of and any(x.entity_id == entity for x in r.links) for r in rows)

    together = max(1, sum(not one.here for one in of))
    if kind == "co_party":
        weight /= log2(1 + max(1, max(filings_of(left), filings_of(right)) / together))
    if kind in ("represented_by", "agent_firm"):
        weight /= sqrt(log2(1 + max(1, filings_of(right) / together)))
    return _dated(weight, min(one.at for one in of), of)


def _dated(weight: float, first: int, of: Sequence[_Shown]) -> Expected:
    elsewhere = {one.filing_id for one in of if not one.here}
    return Expected(weight, first, max(one.at for one in of), len(elsewhere), any(one.here for one in of))


def _held(row: Known) -> Iterator[tuple[str, str, str, str]]:
    """(what, text, entity, use) of a filing."""
    who = {(link.record_id, link.kind): link.entity_id for link in row.links}
    for p in row.filing.parties:
        entity = who[p.party_id, p.kind]
        yield "phone", phone_number(p.phone or "") or "", entity, "party"
        yield "address", parse_address(p.address or "").key, entity, "home"
        yield "address", parse_address(p.service_address or "").key, entity, "service"
        if p.kind == "organization":
            yield "head", person_name(p.legal_representative or "").key, entity, "office"
        else:
            yield "head", person_name(p.name).key, entity, "name"
    for agent in row.filing.agents:
        yield "phone", phone_number(agent.phone or "") or "", who[agent.agent_id, "agent"], "agent"


def _shared(known: Sequence[Known], own: Known) -> dict[Key, Expected]:
    """(what, text) -> entity -> (uses, filings), then every pair of holders."""
    held: dict[tuple[str, str], dict[str, tuple[set[str], list[_Shown]]]] = defaultdict(dict)
    for row in known:
        for what, text, entity, use in _held(row):
            if text:
                uses, filings = held[what, text].setdefault(entity, (set(), []))
                uses.add(use)
                filings.append(_Shown(row.filing.filed_at, row.filing.filing_id, row is own, 1.0))
    found: dict[Key, list[tuple[float, int, list[_Shown]]]] = defaultdict(list)
    for (what, _), holders in held.items():
        count = sum(uses != {"name"} for uses, _ in holders.values())
        for left, (uses, filings) in holders.items():
            for right, (others, more) in holders.items():
                kind = _kind_of(what, left, uses, right, others)
                if kind:
                    weight = STRENGTH[kind] / log2(max(2, count + (kind == "namesake")))
                    first = max(filings[0].at, more[0].at)
                    found[kind, left, right, ""].append((weight, first, [*filings, *more]))
    led = {key[1:3] for key in _ties(known, own, (), 0) if key[0] == "legal_representative"}
    return {
        key: _dated(max(w for w, _, _ in of), min(f for _, f, _ in of), [s for *_, some in of for s in some])
        for key, of in found.items()
        if key[0] != "namesake" or key[1:3] not in led
    }


def _kind_of(what: str, left: str, uses: set[str], right: str, others: set[str]) -> str:
    if what == "head" and "name" in uses and "office" in others:
        return "namesake"
    if left >= right or (uses | others) == {"agent"} or "name" in uses | others:
        return ""
    if what == "address":
        return "shared_address" if "home" in uses & others else "shared_service_address"
    return {"phone": "shared_phone", "head": "same_representative"}[what]
