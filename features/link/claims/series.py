"""One form over many suits (同一模板批量起诉): of one plaintiff against many, or through one agent.

An agent may file for many plaintiffs against one defendant too: wage claims of a batch (批量讨薪). Banks, property managers and card issuers sue so every day: the relation says what kind of institution the filer is,
and leaves the judging to the reader.
"""

from __future__ import annotations

from collections.abc import Iterable

from features.link.claims.facts import ClaimFacts, Side
from features.link.claims.minhash import likeness
from features.link.claims.model import ClaimModel
from features.link.claims.relation import ClaimRelation


def find_series(a: ClaimFacts, others: Iterable[ClaimFacts], model: ClaimModel) -> list[ClaimRelation]:
    """Relations of `a` to earlier filings of its series. others: filings of its filers, the latest first."""
    found: list[ClaimRelation] = []
    for b in others:
        if len(found) == model.series.most:
            break
        relation = _relation(a, b, model)
        if relation is not None:
            found.append(relation)
    return found


def _relation(a: ClaimFacts, b: ClaimFacts, model: ClaimModel) -> ClaimRelation | None:
    rules = model.series
    if a.family != b.family:
        return None
    plaintiff = not a.sides[0].entities.isdisjoint(b.sides[0].entities)
    agent = not a.agents.isdisjoint(b.agents)
    many = _many(a, b)
    if not many or not (plaintiff or agent):
        return None
    if not plaintiff and min(len(a.template), len(b.template)) < rules.agent_shortest:
        return None
    text = likeness(a.template, b.template, rules.ratio)
    if not text:
        return None
    score = text if plaintiff else text * rules.agent_alone
    evidence = {
        "agree": [field for field, holds in (("plaintiff", plaintiff), ("agent", agent)) if holds] + ["text"],
        "many": many,
        "text": round(text, 2),
        "institution": a.institution,
        "other_court": a.court != b.court,
    }
    return ClaimRelation(b.filing_id, "series", round(score, 2), evidence)


def _many(a: ClaimFacts, b: ClaimFacts) -> str:
    """Whether the two differ in their defendants, or else in their plaintiffs; empty where in neither."""
    if _strangers(a.sides[1], b.sides[1]):
        return "defendants"
    return "plaintiffs" if _strangers(a.sides[0], b.sides[0]) else ""


def _strangers(mine: Side, theirs: Side) -> bool:
    if not mine.entities or not theirs.entities:
        return False
    return mine.entities.isdisjoint(theirs.entities) and mine.names.isdisjoint(theirs.names)
