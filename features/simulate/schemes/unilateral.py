"""Unilateral schemes: trap loans (F), forged contracts (G), injury brokers (H)."""

from __future__ import annotations

from datetime import date, timedelta

from features.simulate.cases import Actor, Suit
from features.simulate.filing import flags, item, loan_papers, said_loan
from features.simulate.organisations import Organisation
from features.simulate.schemes.ring import Ring
from features.simulate.texts import BUILDINGS, GOODS, WHY, spoken_date


def trap_loan(ring: Ring, day: date) -> list[Suit]:
    """F: a lender, his straw plaintiffs and sister companies against strangers on form notes."""
    world = ring.world
    boss = world.people.new(ring.court.region)
    fronts: list[Actor] = [boss]
    for i in range(min(6, ring.size // 12)):
        fronts.append(
            world.organisations.new_firm(ring.court.region) if i % 3 == 2 else world.people.relative(boss)
        )
    shared_phone = world.chance(0.5)

    def one(when: date, _: int) -> list[Suit]:
        court = ring.court if world.chance(0.75) else world.court()
        plaintiff = world.rng.choice(fronts) if world.chance(0.6) else boss
        lent = world.before(when, 40, 500)
        due = lent + timedelta(days=world.rng.choice((7, 15, 30, 30, 60, 90)))
        amount = world.rounded(world.lognormal(32000, 0.8), ring.signs.round)
        defendant = world.debtor(court, when, ring.signs.in_enforcement)
        rate = world.rng.choice((None, None, 0.12, 0.18, 0.24, 0.24, 0.36))
        assigned = plaintiff is not boss and world.chance(0.3)
        values = said_loan(world, lent, due, rate, world.rng.choice(WHY))
        if assigned:
            values["x"] = boss.name
        suit = ring.file(
            court,
            "民间借贷纠纷",
            "loan",
            [plaintiff],
            [defendant],
            same_words=world.chance(0.75),
            facts="assignment_facts" if assigned else None,
            amount=amount,
            values=values,
        )
        handed = round(amount * world.rng.choice((1.0, 0.9, 0.84, 0.8, 0.7, 0.5)), -2)
        loan_papers(
            world, suit, ring.signs, lent, due, amount, rate, provided=handed if world.chance(0.5) else None
        )
        if suit.course.outcome == "default":
            suit.course.publication = world.chance(0.6)
        if plaintiff is not boss and shared_phone and world.chance(0.4):
            suit.seats[0].phone = boss.phone
        flags(world, suit, preservation=0.2, forum=0.35)
        return [suit]

    return ring.each(day, one)


def forged_contract(ring: Ring, day: date) -> list[Suit]:
    """G: an outsider or former manager sues a firm on a contract with a doubtful seal."""
    world = ring.world
    firm, _ = ring.debtor(day, firm=True)
    announced = world.authorities
    if announced.chance(announced.params.false_restructured):
        firm = announced.restructured_firm(ring.court, day) or firm
    insider = isinstance(firm, Organisation) and world.chance(0.4)

    def one(when: date, _: int) -> list[Suit]:
        plaintiff = firm.head if insider and isinstance(firm, Organisation) else world.litigant(ring.court)
        if insider:
            plaintiff = world.people.relative(plaintiff) if world.chance(0.5) else world.litigant(ring.court)
        signed = world.before(when, 200, 1500)
        amount = world.rounded(world.lognormal(900000, 0.8), ring.signs.round)
        cause, key = world.rng.choice(
            (("买卖合同纠纷", "sale"), ("建设工程施工合同纠纷", "works"), ("民间借贷纠纷", "loan"))
        )
        suit = ring.file(
            ring.court,
            cause,
            key,
            [plaintiff],
            [firm],
            amount=amount,
            values={
                **said_loan(world, signed, None, 0.15, "生产经营"),
                "asset": world.rng.choice(BUILDINGS if key == "works" else GOODS),
            },
        )
        suit.evidence = [
            item("contract", world.rng.choice(("购销合同", "施工合同", "借款合同")), signed, amount)
        ]
        if world.chance(0.3):
            suit.evidence.append(item("iou", "欠条", signed, amount))
        flags(world, suit, preservation=0.35)
        if suit.course.outcome in ("mediated", "withdrawn") and world.chance(0.6):
            suit.course.outcome, suit.course.days = "contested", world.rng.randint(60, 150)
        return [suit]

    return ring.each(day, one)


def injury_broker(ring: Ring, day: date) -> list[Suit]:
    """H: a broker buys injured people's claims and inflates them with bought grades."""
    world = ring.world
    ring.recurring = True
    broker = world.people.new(ring.court.region)
    insurers = [world.organisations.mass("insurer") for _ in range(3)]
    two = [ring.agent(), world.agents.lawyers[-1 - world.rng.randrange(25)]]
    office = world.places.business(ring.court.region)

    def one(when: date, _: int) -> list[Suit]:
        court = ring.court if world.chance(0.7) else world.court()
        ring.hired = world.rng.choice(two)
        hurt = world.before(when, 120, 450)
        amount = world.rounded(world.lognormal(150000, 0.6), 0.05)
        suit = ring.file(
            court,
            "机动车交通事故责任纠纷",
            "traffic",
            [world.litigant(court)],
            [world.litigant(court), world.rng.choice(insurers)],
            same_words=world.chance(0.5),
            amount=amount,
            values={
                "date": spoken_date(hurt),
                "asset": world.places.business(court.region),
                "x": world.rng.choice(("全部", "主要")),
                "days": str(world.rng.randint(10, 60)),
                "grade": world.rng.choice("十九九八"),
            },
        )
        suit.evidence = [
            item("other", "道路交通事故认定书", hurt),
            item("other", "司法鉴定意见书"),
            item("invoice", "医疗费票据", None, round(amount * 0.15, 2)),
        ]
        if world.chance(0.65):
            suit.evidence.append(item("other", "居住证明及务工证明"))
        if suit.course.outcome in ("default", "withdrawn"):  # insurers always appear
            suit.course.outcome, suit.course.publication = "contested", False
        if world.chance(0.3):
            suit.seats[0].phone = broker.phone
        if world.chance(0.3):
            suit.seats[0].service_address = office
        flags(world, suit, fee_waiver=0.12)
        return [suit]

    return ring.each(day, one)
