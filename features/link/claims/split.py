"""One debt cut into parts (拆分诉讼): same sides, notes of one day or consecutive ones, amounts under a limit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from features.link.claims.facts import ClaimFacts
from features.link.claims.minhash import likeness
from features.link.claims.model import ClaimModel, Split
from features.link.claims.relation import ClaimRelation
from features.link.claims.thresholds import Threshold, crossed, thresholds_for
from xiezhi.clock import DAY


def find_split(a: ClaimFacts, others: Sequence[ClaimFacts], model: ClaimModel) -> list[ClaimRelation]:
    """Relations of `a` to the earlier filings that are parts of one debt with it.

    others: earlier filings of the same sides in the same order, of other claims, the latest first.
    """
    rules = model.split
    if a.is_sequel or a.cents <= 0:
        return []
    parts = [b for b in others if _may_be_part(a, b, rules)][: rules.most]
    if not parts:
        return []
    amounts = [a.cents, *(b.cents for b in parts)]
    limit = crossed(amounts, thresholds_for(a.currency, a.court, a.filed_at))
    whole = _whole(a, parts, rules)
    return [found for b in parts if (found := _relation(a, b, amounts, limit, whole, model)) is not None]


def days_between_notes(a: ClaimFacts, b: ClaimFacts) -> int | None:
    """Fewest days between the dated instruments and payments of two filings, or else the days they tell of."""
    mine, theirs = _days(a), _days(b)
    return min((abs((x - y).days) for x in mine for y in theirs), default=None)


def _may_be_part(a: ClaimFacts, b: ClaimFacts, rules: Split) -> bool:
    if b.is_sequel or b.cents <= 0 or a.family != b.family or a.currency != b.currency:
        return False
    if a.filed_at - b.filed_at > rules.days_filed * DAY:
        return False
    apart = days_between_notes(a, b)
    return apart is not None and apart <= rules.days_dated


def _relation(
    a: ClaimFacts,
    b: ClaimFacts,
    amounts: Sequence[int],
    limit: Threshold | None,
    whole: int,
    model: ClaimModel,
) -> ClaimRelation | None:
    rules = model.split
    apart = days_between_notes(a, b)
    under = limit is not None and max(a.cents, b.cents) >= rules.just_under * limit.cents
    crosses = limit is not None and (under or apart == 0)
    if not crosses and not whole:
        return None
    text = likeness(a.template, b.template, model.series.ratio) if a.template and b.template else 0.0
    score = (
        rules.base
        + rules.under_bonus * under
        + rules.adds_bonus * bool(whole)
        + rules.text_bonus * bool(text)
    )
    evidence: dict[str, object] = {
        "agree": ["sides", "date" if apart == 0 else "consecutive_dates", *(["text"] if text else [])],
        "days_between_notes": apart,
        "parts": len(amounts),
        "amount": a.cents / 100,
        "other_amount": b.cents / 100,
        "total": sum(amounts) / 100,
        "institution": a.institution,
    }
    if limit is not None and crosses:
        evidence["threshold"] = {"code": limit.code, "amount": limit.cents / 100, "just_under": under}
    if whole:
        evidence["adds_up_to"] = whole / 100
    return ClaimRelation(b.filing_id, "split", round(score, 2), evidence)


def _whole(a: ClaimFacts, parts: Sequence[ClaimFacts], rules: Split) -> int:
    """A sum that one of the filings tells of and the parts add up to, in cents; 0 where none."""
    total = a.cents + sum(b.cents for b in parts)
    told = a.sums.union(*(b.sums for b in parts))
    return next((s for s in sorted(told) if abs(s - total) <= rules.sum_tolerance * total), 0)


def _days(facts: ClaimFacts) -> list[date]:
    noted = {p.split("|")[0] for p in facts.payments} or facts.dates
    found: list[date] = []
    for day in sorted(noted):
        try:
            found.append(date.fromisoformat(day))
        except ValueError:
            continue  # a date cut short, or no date of any calendar
    return found
