"""Whether two filings carry one and the same claim (同一请求、同一纠纷), how likely, and by which fields."""

from __future__ import annotations

from typing import Final, NamedTuple

from features.link.claims.facts import ClaimFacts
from features.link.claims.meeting import LEVEL_WORDS, NAME, NEAR, NOT, Meeting, meet
from features.link.claims.minhash import likeness
from features.link.claims.model import Same
from xiezhi.clock import DAY

_YEAR: Final = 365.25 * DAY
_ROUND: Final = 100_00
"""Cents: amounts that are a multiple of it are equal by chance too often to stand for a name nearly alike."""


class Verdict(NamedTuple):
    """How likely two filings carry one claim, and which fields agree (`case_number`, `instrument`, `payment`, …)."""

    probability: float
    agree: tuple[str, ...]


NONE: Final = Verdict(0.0, ())


def same_claim(a: ClaimFacts, b: ClaimFacts, meeting: Meeting, model: Same) -> Verdict:
    """Whether `a` carries the claim of the earlier filing `b`, whose sides meet as in `meeting`.

    The strongest thing shared decides. What speaks against it stands before what is weak: two different notes,
    days told that never meet, a sequel that cites another number.
    """
    if meeting.better < NAME:
        return NONE
    both, near = meeting.worse >= NAME, meeting.worse == NEAR
    if cited := _by_number(a, b, meeting, model):
        return Verdict(cited, ("case_number",))
    if a.instruments & b.instruments:
        if both or near:
            return Verdict(model.instrument if both else model.instrument_near, ("instrument",))
        if _assigned(a, b, meeting):
            return Verdict(model.assigned, ("instrument", "assignment"))
    if meeting.worse == NOT:
        return NONE
    if a.payments & b.payments:
        return Verdict(model.payment if both else model.payment_near, ("payment",))
    if (a.instruments and b.instruments) or abs(a.filed_at - b.filed_at) > model.years * _YEAR:
        return NONE
    return _by_content(a, b, both, model)


def explain(a: ClaimFacts, b: ClaimFacts, model: Same) -> dict[str, object]:
    """Which fields of two filings agree, as evidence to show: probability, fields, how each side is met."""
    meeting = meet(a, b)
    verdict = same_claim(a, b, meeting, model)
    return {"probability": verdict.probability, "agree": list(verdict.agree), **sides_told(meeting)}


def sides_told(meeting: Meeting) -> dict[str, object]:
    """How each side is met, as evidence to show."""
    return {
        "plaintiffs": LEVEL_WORDS[meeting.plaintiffs],
        "defendants": LEVEL_WORDS[meeting.defendants],
        "turned": meeting.turned,
    }


def days_conflict(a: ClaimFacts, b: ClaimFacts) -> bool:
    """Whether both tell of days and none is the same. Sequels tell of the judgment, not of the matter."""
    if a.is_sequel or b.is_sequel:
        return False
    return bool(a.dates) and bool(b.dates) and a.dates.isdisjoint(b.dates)


def _by_number(a: ClaimFacts, b: ClaimFacts, meeting: Meeting, model: Same) -> float:
    named = (b.number != "" and b.number in a.cited) or (a.number != "" and a.number in b.cited)
    if not named and a.cited.isdisjoint(b.cited):
        return 0.0
    if meeting.worse >= NAME:
        return model.number
    if meeting.worse == NEAR:
        return model.number_near
    citing = a if b.number in a.cited else b
    return model.sequel if named and citing.is_sequel else 0.0


def _by_content(a: ClaimFacts, b: ClaimFacts, both: bool, model: Same) -> Verdict:
    """By amount and wording, where nothing harder is shared."""
    if days_conflict(a, b) or _cites_another(a, b) or _cites_another(b, a):
        return NONE
    kin = a.family == b.family or a.is_sequel or b.is_sequel
    if a.cents > 0 and a.cents == b.cents:
        if kin and both:
            return Verdict(model.amount, ("amount",))
        if kin and (a.cents % _ROUND or _alike(a, b, model)):
            return Verdict(model.text_near, ("amount", "text") if not a.cents % _ROUND else ("amount",))
        return NONE
    if a.family != b.family or not _alike(a, b, model):
        return NONE
    if a.cents <= 0 and b.cents <= 0:
        return Verdict(model.text if both else model.text_near, ("text",))
    told = not a.dates.isdisjoint(b.dates) and not a.sums.isdisjoint(b.sums)
    return Verdict(model.text if both else model.text_near, ("text", "date", "sum")) if told else NONE


def _alike(a: ClaimFacts, b: ClaimFacts, model: Same) -> bool:
    return bool(a.text) and bool(b.text) and likeness(a.text, b.text, model.text_ratio) > 0


def _cites_another(a: ClaimFacts, b: ClaimFacts) -> bool:
    """Whether `a` carries on a case by its number, and `b` is a suit of another number."""
    return a.is_sequel and bool(a.cited) and bool(b.number) and not b.is_sequel and b.number not in a.cited


def _assigned(a: ClaimFacts, b: ClaimFacts, meeting: Meeting) -> bool:
    """Whether one filing names, in its text or as a third party, a party of the side that the other has instead."""
    index = 0 if meeting.plaintiffs == NOT else 1
    mine = a.sides[index]
    other = b.sides[1 - index] if meeting.turned else b.sides[index]
    return _tells_of(a, other.names) or _tells_of(b, mine.names)


def _tells_of(facts: ClaimFacts, names: frozenset[str]) -> bool:
    if not facts.third.isdisjoint(names):
        return True
    bare = (name.partition("|")[2].replace("|", "") for name in names)
    return any(len(name) >= 2 and name in facts.text for name in bare)
