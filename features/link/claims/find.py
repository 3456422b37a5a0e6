"""The claim a filing carries, and what it has to do with earlier ones, by what the index knew before it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from features.link.claims.facts import ClaimFacts
from features.link.claims.keys import ClaimKeys
from features.link.claims.meeting import NAME, NEAR, Meeting, meet
from features.link.claims.model import ClaimModel, load_model
from features.link.claims.refiled import find_refiling
from features.link.claims.relation import ClaimRelation
from features.link.claims.same import Verdict, same_claim
from features.link.claims.series import find_series
from features.link.claims.split import find_split
from features.link.hashing import hashed

if TYPE_CHECKING:
    from features.link.index import Index


class ClaimFound(NamedTuple):
    """claim_id: that of the likeliest, then earliest, filing before it, or one of its own."""

    claim_id: str
    probability: float
    relations: tuple[ClaimRelation, ...]


class _Compared(NamedTuple):
    other: ClaimFacts
    meeting: Meeting
    verdict: Verdict


def find_claim(facts: ClaimFacts, keys: ClaimKeys, index: Index) -> ClaimFound:
    """Compare a filing with those that share its keys. Of keys held by many only the latest holders are looked at."""
    model = load_model()
    search = model.search
    index.load_latest((keys.exact, search.pair_latest), (keys.text + keys.filers, search.band_latest))
    near = [f for held in index.latest_filings(keys.exact, search.pair_latest) for f in held]
    near += _like_texts(keys, index, model)
    series = [f for held in index.latest_filings(keys.filers, search.filer_latest) for f in held]
    if not near and not series:
        return ClaimFound(own_claim(facts.filing_id), 1.0, ())
    known = {other.filing_id: other for other in index.claims_of(series, near, facts.sides)}
    compared = [_compare(facts, known[f], model) for f in dict.fromkeys(near) if f in known]
    mates = [known[f] for f in dict.fromkeys(series) if f in known]
    best = max(compared, key=lambda c: (c.verdict.probability, -c.other.filed_at), default=None)
    claim_id, probability = own_claim(facts.filing_id), 1.0
    if best is not None:
        likely = best.verdict.probability
        joins = likely >= model.same.threshold
        claim_id, probability = (best.other.claim_id, likely) if joins else (claim_id, 1.0 - likely)
    return ClaimFound(claim_id, probability, _relations(facts, claim_id, compared, mates, model))


def own_claim(filing_id: str) -> str:
    """Id of the claim first carried by a filing."""
    return f"C-{hashed('claim-id', filing_id) & 0xFFFF_FFFF_FFFF:012x}"


def _compare(facts: ClaimFacts, other: ClaimFacts, model: ClaimModel) -> _Compared:
    meeting = meet(facts, other)
    return _Compared(other, meeting, same_claim(facts, other, meeting, model.same))


def _like_texts(keys: ClaimKeys, index: Index, model: ClaimModel) -> list[str]:
    """Filings that share bands of the text: those sharing most, then the latest."""
    shared: Counter[str] = Counter()
    order: dict[str, int] = {}
    for held in index.latest_filings(keys.text, model.search.band_latest):
        for place, filing_id in enumerate(held):
            shared[filing_id] += 1
            order[filing_id] = min(order.get(filing_id, place), place)
    ranked = sorted(shared, key=lambda f: (-shared[f], order[f], f))
    return ranked[: model.search.text_most]


def _relations(
    facts: ClaimFacts,
    claim_id: str,
    compared: Iterable[_Compared],
    filers: Iterable[ClaimFacts],
    model: ClaimModel,
) -> tuple[ClaimRelation, ...]:
    """Every relation to the filings compared, each pair under the kind that says most of it."""
    latest = sorted(compared, key=lambda c: (-c.other.filed_at, c.other.filing_id))
    found = {relation.other_filing_id: relation for relation in _chain(facts, claim_id, latest, model)}
    straight = [c for c in latest if not c.meeting.turned and c.other.filing_id not in found]
    parts = [
        c.other
        for c in straight
        if c.meeting.worse >= NAME
        and c.verdict.probability < model.same.threshold
        and c.other.claim_id != claim_id
    ]
    found |= {relation.other_filing_id: relation for relation in find_split(facts, parts, model)}
    for c in straight:
        if c.other.filing_id not in found and c.meeting.worse >= NEAR:
            refiling = find_refiling(facts, c.other, c.meeting, c.verdict, model)
            if refiling is not None:
                found[c.other.filing_id] = refiling
    if facts.template:
        mates = sorted(filers, key=lambda f: (-f.filed_at, f.filing_id))
        series = (f for f in mates if f.filing_id not in found and f.claim_id != claim_id)
        found |= {relation.other_filing_id: relation for relation in find_series(facts, series, model)}
    return tuple(found[filing_id] for filing_id in sorted(found))


def _chain(
    facts: ClaimFacts, claim_id: str, latest: Iterable[_Compared], model: ClaimModel
) -> list[ClaimRelation]:
    """The earlier steps of the dispute that this filing carries on (审级、执行)."""
    if not facts.is_sequel:
        return []
    steps = [
        c for c in latest if c.verdict.probability >= model.same.threshold and c.other.claim_id == claim_id
    ]
    return [
        ClaimRelation(
            c.other.filing_id,
            "appeal",
            c.verdict.probability,
            {
                "agree": list(c.verdict.agree),
                "step": facts.proceeding,
                "from": c.other.proceeding,
                "turned": c.meeting.turned,
                "other_court": facts.court != c.other.court,
            },
        )
        for c in steps[: model.chain_most]
    ]
