"""One claim sued on more than once: several courts (N), a new story (O)."""

from __future__ import annotations

from datetime import date, timedelta

from features.simulate.cases import Course, Suit
from features.simulate.filing import flags, item, loan_papers, said_loan
from features.simulate.schemes.ring import Ring
from features.simulate.texts import WHY, spoken_date


def several_courts(ring: Ring, day: date) -> list[Suit]:
    """N: the same note before several courts or judges; dates and amounts agree but for typing."""
    world = ring.world
    plaintiff, defendant = world.litigant(ring.court), ring.debtor(day)[0]
    claim = world.new_claim()
    lent = world.before(day, 100, 900)
    due = lent + timedelta(days=180)
    amount = world.rounded(world.lognormal(120000, 0.8), ring.signs.round)

    def one(when: date, i: int) -> list[Suit]:
        court = ring.court if i == 0 or world.chance(0.25) else world.court()
        asked = amount if world.chance(0.8) else round(amount * world.rng.uniform(0.9, 1.15), -2)
        suit = ring.file(
            court,
            "民间借贷纠纷",
            "loan",
            [plaintiff],
            [defendant],
            amount=asked,
            claim_id=claim,
            values=said_loan(world, lent, due, 0.12, world.rng.choice(WHY)),
        )
        loan_papers(world, suit, ring.signs, lent, due, amount, 0.12)
        flags(world, suit, forum=0.25)
        return [suit]

    return ring.each(day, one)


def changed_story(ring: Ring, day: date) -> list[Suit]:
    """O: sued as a loan, withdrawn, sued again on another ground, with a forum clause without link."""
    world = ring.world
    plaintiff, defendant = world.litigant(ring.court), world.people.new(world.places.region_outside())
    if world.chance(0.6):
        defendant = world.litigant(ring.court)
    claim = world.new_claim()
    lent = world.before(day, 100, 900)
    amount = world.rounded(world.lognormal(100000, 0.8), ring.signs.round)
    grounds = (
        ("民间借贷纠纷", "loan"),
        ("合伙合同纠纷", "partnership"),
        ("不当得利纠纷", "enrichment"),
        ("买卖合同纠纷", "sale"),
    )

    def one(when: date, i: int) -> list[Suit]:
        last = i == ring.size - 1
        cause, key = grounds[0] if i == 0 else world.rng.choice(grounds[1:])
        suit = ring.file(
            ring.court,
            cause,
            key,
            [plaintiff],
            [defendant],
            claim_id=claim,
            course=None if last else Course("withdrawn", world.rng.randint(10, 45)),
            facts=None if i == 0 else "story_facts",
            amount=amount if world.chance(0.7) else round(amount * world.rng.uniform(0.8, 1.2), -2),
            values={
                "date": spoken_date(lent),
                "why": world.rng.choice(WHY),
                "asset": "建材",
                **({} if i else said_loan(world, lent, None, 0.12, world.rng.choice(WHY))),
            },
        )
        if not last:
            suit.caught = False
            suit.course = Course("withdrawn", world.rng.randint(10, 45))
        if i == 0:
            loan_papers(world, suit, ring.signs, lent, None, amount, 0.12)
        else:
            suit.evidence = (
                [item("bank_transfer", "转账记录", lent, amount)]
                if world.chance(0.5)
                else [item("iou", "借条", lent, amount)]
            )
        flags(world, suit, forum=0.6)
        return [suit]

    return ring.each(day, one)
