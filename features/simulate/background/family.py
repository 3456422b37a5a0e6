"""Divorce (离婚), child support (抚养费), inheritance (继承)."""

from __future__ import annotations

from datetime import date

from features.simulate.cases import Suit
from features.simulate.filing import draft, ending, flags, item
from features.simulate.places import Court
from features.simulate.texts import spoken_date
from features.simulate.world import World


def divorce(world: World, court: Court, day: date) -> list[Suit]:
    """A divorce; a third of the couples agree on everything and settle within days."""
    wife_or_husband = world.litigant(court)
    spouse = world.people.spouse(wife_or_husband)
    agreed = world.chance(0.3)
    course = ending(world, world.params.endings["divorce"])
    if agreed:
        course.outcome, course.days, course.admitted = "mediated", world.rng.randint(1, 25), True
    married = world.before(day, 400, 9000)
    suit = draft(
        world,
        court,
        "离婚纠纷",
        "divorce",
        [wife_or_husband],
        [spouse],
        course,
        amount=world.rounded(world.lognormal(80000, 1.0), 0.6) if world.chance(0.2) else None,
        values={"date": spoken_date(married)},
    )
    suit.seats[0].relations.append((spouse, "spouse"))
    if agreed:
        suit.look_alike = ("divorce",)
    suit.evidence = [item("other", "结婚证", married)]
    if world.chance(0.2):
        suit.evidence.append(item("title_deed", "房屋产权证"))
    flags(world, suit, mediation=0.7 if agreed else 0.2, waived=0.3 if agreed else 0.02, preservation=0.02)
    world.divorces.append((day, court, wife_or_husband, spouse))
    return [suit]


def support(world: World, court: Court, day: date) -> list[Suit]:
    """A child, through a parent, against the other parent."""
    father = world.litigant(court)
    child = world.people.new(father.region, surname=father.name[0], born=world.before(day, 1000, 6200))
    amount = world.rounded(world.lognormal(15000, 0.7), 0.1)
    suit = draft(
        world,
        court,
        "抚养费纠纷",
        "support",
        [child],
        [father],
        ending(world, world.params.endings["divorce"]),
        amount=amount,
        values={"date": spoken_date(world.before(day, 100, 1500))},
    )
    suit.seats[0].relations.append((father, "parent"))
    flags(world, suit, fee_waiver=0.15)
    return [suit]


def inheritance(world: World, court: Court, day: date) -> list[Suit]:
    """Brothers and sisters over an estate; often one address, often settled."""
    heir = world.litigant(court)
    others = [world.people.relative(heir) for _ in range(world.rng.randint(1, 3))]
    suit = draft(
        world,
        court,
        "继承纠纷",
        "inheritance",
        [heir],
        list(dict.fromkeys(others)),
        ending(world, world.params.endings["divorce"]),
        amount=world.rounded(world.lognormal(200000, 0.8), 0.6),
        values={"asset": world.places.urban(court.region), "date": spoken_date(world.before(day, 60, 3000))},
    )
    for seat in suit.seats[1:]:
        if world.chance(0.5):
            suit.seats[0].relations.append((seat.actor, "sibling"))
    suit.evidence = [item("title_deed", "房屋产权证"), item("other", "亲属关系证明")]
    suit.look_alike = ("estate",)
    flags(world, suit)
    return [suit]
