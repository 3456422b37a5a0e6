"""Filings of one and the same claim (同一债权、同一纠纷): refiled, sued on twice, enforced, appealed.

Similarity alone is no verdict: a claim needs both sides to agree, in either order.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from rapidfuzz import fuzz

from features.link.hashing import hashed
from features.normalise.case_numbers import case_number, cited_case_numbers
from features.normalise.names import person_name
from features.normalise.organisations import organisation_name
from features.normalise.text import fold
from xiezhi.clock import DAY, Moment
from xiezhi.records import Evidence, Filing, Party

if TYPE_CHECKING:
    from features.link.index import Index

INSTRUMENTS = frozenset({"iou", "contract"})
"""Evidence that a claim rests on: 借条, 合同."""

_SEQUELS = frozenset({"enforcement", "appeal", "retrial"})
_MOST = 5
"""Parties a side, beyond which no further key is made of a claim."""


class ClaimFacts(NamedTuple):
    """What a filing's claim is compared by.

    sides: what names the plaintiffs and what the defendants (entity ids and name keys). cents: the amount,
    -1 where none is claimed. text: folded claims and facts, kept only where there is no amount.
    """

    filing_id: str
    filed_at: Moment
    family: str
    proceeding: str
    number: str
    cited: frozenset[str]
    sides: tuple[frozenset[str], frozenset[str]]
    instruments: frozenset[str]
    cents: int
    text: str
    claim_id: str = ""


def claim_facts(filing: Filing, family: str, entity_of: Mapping[str, str]) -> ClaimFacts:
    """Facts of a filing's claim; `entity_of` maps its party ids to entity ids."""
    said = " ".join(filter(None, (filing.claims, filing.facts)))
    cited = {case_number(n) for n in filing.related_case_numbers} | set(cited_case_numbers(said))
    number = case_number(filing.case_number) if filing.case_number else ""
    cents = -1 if filing.claim_amount is None else round(filing.claim_amount * 100)
    sides: tuple[set[str], set[str]] = (set(), set())
    for party in filing.parties:
        if party.role != "third_party":
            sides[party.role == "defendant"].update((entity_of[party.party_id], _name(party)))
    return ClaimFacts(
        filing.filing_id,
        filing.filed_at,
        family,
        filing.proceeding,
        number,
        frozenset(cited - {number, ""}),
        (frozenset(sides[0] - {""}), frozenset(sides[1] - {""})),
        frozenset(filter(None, map(instrument, filing.evidence))),
        cents,
        fold(said) if cents <= 0 else "",
    )


def instrument(evidence: Evidence) -> str:
    """Kind, date and amount of a dated loan note or contract; empty for other evidence."""
    if evidence.kind not in INSTRUMENTS or not evidence.dated or not evidence.amount:
        return ""
    return f"{evidence.kind}|{evidence.dated[:10]}|{round(evidence.amount * 100)}"


def claim_keys(facts: ClaimFacts, filing: Filing, entity_of: Mapping[str, str]) -> tuple[int, ...]:
    """Keys by which filings of one claim find each other."""
    sides: tuple[list[str], list[str]] = ([], [])
    for party in filing.parties:
        if party.role != "third_party":
            sides[party.role == "defendant"].append(entity_of[party.party_id])
    ours, theirs = (sorted(set(side))[:_MOST] for side in sides)
    values = [f"case|{number}" for number in (facts.number, *sorted(facts.cited)) if number]
    values += [f"pair|{'|'.join(sorted((a, b)))}" for a in ours for b in theirs]
    values += [f"instrument|{found}" for found in sorted(facts.instruments)]
    if facts.cents > 0:
        values += [f"amount|{entity}|{facts.cents}" for entity in ours + theirs]
    return tuple(dict.fromkeys(hashed("claim-of", value) for value in values))


def find_claim(facts: ClaimFacts, keys: tuple[int, ...], index: Index) -> tuple[str, float]:
    """(claim id, probability): that of the likeliest, then earliest, filing before it, or one of its own."""
    index.load(keys)
    found = (filing_id for k in keys for filing_id in index.filings_holding(k))
    best = max(
        ((_same_claim(facts, other, index), -other.filed_at, other) for other in index.claims_of(found)),
        key=lambda x: x[:2],
        default=None,
    )
    if best is not None and best[0] >= index.weights.threshold:
        return best[2].claim_id, best[0]
    return own_claim(facts.filing_id), 1.0 - (best[0] if best else 0.0)


def own_claim(filing_id: str) -> str:
    """Id of the claim first carried by a filing."""
    return f"C-{hashed('claim-id', filing_id) & 0xFFFF_FFFF_FFFF:012x}"


def _same_claim(a: ClaimFacts, b: ClaimFacts, index: Index) -> float:
    w = index.weights.claim
    if not _sides_agree(a, b):
        return 0.0
    if (b.number and b.number in a.cited) or (a.number and a.number in b.cited) or a.cited & b.cited:
        return w.declared
    if a.instruments & b.instruments:
        return w.instrument
    if (a.instruments and b.instruments) or a.filed_at - b.filed_at > w.years * 365.25 * DAY:
        return 0.0
    if a.cents > 0 and a.cents == b.cents:
        alike = a.family == b.family or not _SEQUELS.isdisjoint((a.proceeding, b.proceeding))
        return w.amount if alike else 0.0
    if a.cents <= 0 and b.cents <= 0 and a.family == b.family and a.text and b.text:
        return w.text if fuzz.ratio(a.text, b.text) >= 100 * w.text_ratio else 0.0
    return 0.0


def _sides_agree(a: ClaimFacts, b: ClaimFacts) -> bool:
    (p, d), (q, e) = a.sides, b.sides
    return (_meet(p, q) and _meet(d, e)) or (_meet(p, e) and _meet(d, q))


def _meet(a: frozenset[str], b: frozenset[str]) -> bool:
    return not a.isdisjoint(b) or not (a or b)  # a bankruptcy may name nobody on the other side


def _name(party: Party) -> str:
    name = person_name(party.name).key if party.kind == "person" else organisation_name(party.name).key
    return name and f"{party.kind}|{name}"
