"""What happens in a filing after it is registered: its events (程序节点), and whether it was won."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from features.simulate.cases import Filed, OpenEnforcement
from features.simulate.world import World


@dataclass(frozen=True, slots=True)
class Event:
    """One line of events.jsonl before it is written. ``at`` is local time."""

    at: datetime
    kind: str
    amount: float | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Unfolded:
    """The events of a filing, the day it ended, and whether there is a title to enforce."""

    events: list[Event]
    end: date
    won: bool


def clock(world: World, day: date) -> time:
    """A moment in office hours."""
    hour = world.rng.choice((8, 9, 9, 9, 10, 10, 10, 11, 14, 15, 15, 16, 16, 17))
    return time(hour, world.rng.randrange(60), world.rng.randrange(60))


class _Story:
    """Collects events at days after the filing, never before it."""

    def __init__(self, world: World, filed: Filed) -> None:
        self._world, self._from = world, filed.filed_at
        self.events: list[Event] = []

    def add(self, days: float, kind: str, amount: float | None = None, detail: str | None = None) -> datetime:
        day = self._from.date() + timedelta(days=max(0, int(days)))
        at = datetime.combine(day, clock(self._world, day), self._from.tzinfo)
        if at <= self._from:  # same-day steps follow within minutes
            at = self._from + timedelta(minutes=self._world.rng.randint(20, 150))
        if self.events and at < self.events[-1].at:
            at = self.events[-1].at + timedelta(minutes=self._world.rng.randint(2, 40))
        self.events.append(Event(at, kind, amount, detail))
        return at


def unfold(world: World, filed: Filed) -> Unfolded:
    """Live the filing through to its end."""
    story = _Story(world, filed)
    match filed.suit.proceeding:
        case "enforcement":
            won = _enforcement(world, filed, story)
        case "bankruptcy":
            won = _bankruptcy(world, filed, story)
        case "judicial_confirmation" | "payment_order" | "enforcement_objection" | "pre_suit_mediation":
            won = _special(world, filed, story)
        case _:
            won = _suit(world, filed, story)
    return Unfolded(story.events, story.events[-1].at.date(), won)


def _serve(world: World, filed: Filed, story: _Story) -> float:
    """Service; returns the day of it."""
    course = filed.suit.course
    if course.publication and course.days > 30:
        day = world.rng.uniform(8, 20)
        story.add(day, "served_by_publication")
        return day
    day = min(world.rng.uniform(0, 14), course.days * 0.4)
    story.add(day, "served")
    return day


def _suit(world: World, filed: Filed, story: _Story) -> bool:
    course, amount, days = filed.suit.course, filed.suit.amount, filed.suit.course.days
    served = _serve(world, filed, story)
    middle = served + (days - served) * 0.7
    if course.outcome in ("contested", "found_false") and world.chance(0.7):
        story.add(served + (days - served) * 0.3, "answered")
    if course.admitted:
        story.add(served + (days - served) * 0.4, "admitted_all")
    if course.objection or world.chance(0.06 if filed.suit.truth.scheme else 0.004):
        story.add(served + (days - served) * 0.5, "third_party_objection")
    match course.outcome:
        case "mediated":
            if world.chance(0.3) and days > 10:
                story.add(middle, "hearing_held")
            settled = (
                round(amount * world.rng.uniform(0.8, 1.0), 2) if amount and world.chance(0.6) else amount
            )
            story.add(days, "mediated", settled)
        case "default":
            story.add(middle, "hearing_held")
            story.add(middle, "defendant_absent")
            story.add(days, "judgment_for_plaintiff" if world.chance(0.85) else "judgment_partial", amount)
        case "withdrawn":
            if world.chance(0.12):
                story.add(middle, "plaintiff_absent")
            story.add(days, "withdrawn")
        case "not_accepted":
            story.add(days, "dismissed")
        case "found_false":
            story.add(middle, "hearing_held")
            if world.chance(0.15):
                story.add(middle, "plaintiff_absent")
            story.add(days, "dismissed")
        case _:
            return _judgment(world, story, middle, days, amount)
    won = course.outcome in ("mediated", "default")
    story.add(days + world.rng.randint(0, 12), "closed")
    return won


def _judgment(world: World, story: _Story, hearing: float, days: float, amount: float | None) -> bool:
    """A contested suit: heard, then won, partly won or lost."""
    story.add(hearing, "hearing_held")
    draw = world.rng.random()
    if draw < 0.45:
        story.add(days, "judgment_for_plaintiff", amount)
    elif draw < 0.80:
        story.add(
            days, "judgment_partial", round(amount * world.rng.uniform(0.2, 0.9), 2) if amount else None
        )
    else:
        story.add(days, "judgment_for_defendant")
    story.add(days + world.rng.randint(0, 12), "closed")
    return draw < 0.80


def _enforcement(world: World, filed: Filed, story: _Story) -> bool:
    """Seizure, perhaps an auction, then paid or not; the debtor is in trouble meanwhile."""
    suit, course = filed.suit, filed.suit.course
    amount = suit.amount or 10000.0
    debtor = suit.side("defendant")[0]
    seized = auction = None
    story.add(world.rng.uniform(2, 12), "served")
    if world.chance(0.55):
        seized = story.add(world.rng.uniform(10, 45), "seizure", amount).date()
        if course.auction or world.chance(0.35):
            days = world.rng.uniform(60, 150)
            auction = (filed.filed_at + timedelta(days=days + 30)).date()
            story.add(days, "auction_scheduled", None, f"拍卖日 {auction.isoformat()}")
            if course.distribution:
                story.add(days + 20, "distribution_applied", amount)
            story.add(days + 30, "auction_held", round(amount * world.rng.uniform(0.5, 2.0), -2))
            course.days = max(course.days, int(days) + 60)
    if course.distribution and not any(e.kind == "distribution_applied" for e in story.events):
        story.add(world.rng.uniform(5, 30), "distribution_applied", amount)
    end = story.add(course.days, "enforcement_closed_paid" if course.paid else "enforcement_closed_unpaid")
    story.add(course.days + 1, "closed")
    region = suit.court.region
    # Unpaid cases are closed on paper (终本) but the debtor stays a judgment debtor for a year more.
    until = end.date() if course.paid else end.date() + timedelta(days=365)
    world.debtors.add(
        OpenEnforcement(
            debtor,
            suit.court,
            amount,
            filed.filed_at.date(),
            until,
            seized,
            auction,
            world.places.urban(region) if world.chance(0.6) else world.places.business(region),
        )
    )
    return False


def _bankruptcy(world: World, filed: Filed, story: _Story) -> bool:
    story.add(world.rng.uniform(3, 10), "served")
    if world.chance(0.7):
        story.add(filed.suit.course.days, "bankruptcy_accepted")
        story.add(filed.suit.course.days + world.rng.randint(200, 600), "closed")
    else:
        story.add(filed.suit.course.days, "dismissed")
    return False


def _special(world: World, filed: Filed, story: _Story) -> bool:
    """Confirmation, payment order, objection, mediation before suit."""
    suit, days = filed.suit, filed.suit.course.days
    match suit.course.outcome:
        case "confirmed":
            refused = world.chance(0.06)
            story.add(days, "dismissed" if refused else "mediated", None if refused else suit.amount)
            won = not refused
        case "mediated":
            story.add(days, "admitted_all")
            story.add(days, "mediated", suit.amount)
            won = True
        case "order":
            story.add(min(days, 8), "served")
            won = world.chance(0.6)
            story.add(days, "judgment_for_plaintiff" if won else "answered", suit.amount if won else None)
        case "objection":
            won = False
            story.add(days * 0.6, "hearing_held")
            story.add(days, "judgment_for_plaintiff" if world.chance(0.2) else "dismissed")
        case _:
            won = False
    story.add(days + world.rng.randint(0, 5), "closed")
    return won
