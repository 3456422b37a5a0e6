"""Sued again with something changed (撤诉后再诉、换理由). It may be lawful: what changed is named, no more."""

from __future__ import annotations

from features.link.claims.facts import ClaimFacts
from features.link.claims.meeting import Meeting
from features.link.claims.minhash import likeness
from features.link.claims.model import ClaimModel
from features.link.claims.relation import ClaimRelation
from features.link.claims.same import Verdict, days_conflict, sides_told


def find_refiling(
    a: ClaimFacts, b: ClaimFacts, meeting: Meeting, verdict: Verdict, model: ClaimModel
) -> ClaimRelation | None:
    """The relation of `a` to the earlier filing `b` of the same sides in the same order, where it is one.

    Either they carry one claim, or the wording is alike and the amount or a day stayed.
    """
    if a.is_sequel or b.is_sequel:
        return None
    rules = model.refiled
    one = verdict.probability >= model.same.threshold
    likewise = likeness(a.template, b.template, 0.0) if a.template and b.template else -1.0
    stayed = verdict.agree if one else _stayed(a, b, likewise, model)
    if not stayed:
        return None
    changed = _changed(a, b, likewise, model)
    if not changed:
        return None
    evidence: dict[str, object] = {
        "agree": list(stayed),
        "changed": list(changed),
        **sides_told(meeting),
        "other_court": a.court != b.court,
        "institution": a.institution,
    }
    if likewise >= 0:
        evidence["text"] = round(likewise, 2)
    if "amount" in changed:
        evidence |= {"amount": a.cents / 100, "other_amount": b.cents / 100}
    return ClaimRelation(b.filing_id, "refiled", rules.same if one else rules.like, evidence)


def _stayed(a: ClaimFacts, b: ClaimFacts, likewise: float, model: ClaimModel) -> tuple[str, ...]:
    """What says that two claims of like wording are of one matter; nothing where they are not."""
    rules = model.refiled
    if likewise < rules.ratio or a.family in rules.recurring or b.family in rules.recurring:
        return ()
    amount = a.cents > 0 and a.cents == b.cents
    day = not a.dates.isdisjoint(b.dates)
    if not amount and not day:
        return ()
    if not amount and a.instruments and b.instruments and a.instruments.isdisjoint(b.instruments):
        return ()  # two notes of one day for two sums are two loans, or parts of one
    return ("text", *(["amount"] if amount else []), *(["date"] if day else []))


def _changed(a: ClaimFacts, b: ClaimFacts, likewise: float, model: ClaimModel) -> tuple[str, ...]:
    """Which of amount, date, way of payment, cause and story differ, where both are known."""
    found = {
        "amount": a.cents > 0 and b.cents > 0 and a.cents != b.cents,
        "date": days_conflict(a, b) or _notes_differ(a, b),
        "way": bool(a.way) and bool(b.way) and a.way != b.way,
        "cause": a.family != b.family,
        "story": 0 <= likewise < model.refiled.story_ratio,
    }
    return tuple(field for field, differs in found.items() if differs)


def _notes_differ(a: ClaimFacts, b: ClaimFacts) -> bool:
    mine, theirs = ({i.split("|")[1] for i in facts.instruments} for facts in (a, b))
    return bool(mine) and bool(theirs) and mine.isdisjoint(theirs)
