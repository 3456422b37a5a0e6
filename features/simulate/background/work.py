"""Wages (劳动争议), labour service (劳务), traffic and other injury."""

from __future__ import annotations

from datetime import date, timedelta

from features.simulate.cases import Actor, Retainer, Suit
from features.simulate.filing import draft, ending, flags, item
from features.simulate.places import Court
from features.simulate.texts import WHY, WORKS, spoken_date
from features.simulate.world import World

GRADES = ("十", "十", "十", "九", "九", "八")


def wages(world: World, court: Court, day: date) -> list[Suit]:
    """One worker, or a group really unpaid by a failing firm, with one agent and like papers."""
    group = 1
    if world.chance(0.3):
        group = 2 + int(world.rng.expovariate(1 / max(world.params.batches.wages - 2, 0.5)))
    firm = world.debtor(court, day, 0.5 if group > 1 else 0.1, firm=True)
    shared = world.agents.legal_worker() if world.chance(0.5) else world.agents.lawyer()
    settles = world.chance(0.45)
    style = world.rng.randrange(10**6) if group > 1 else None
    suits = []
    for _ in range(min(group, 40)):
        end = world.before(day, 20, 300)
        begin = end - timedelta(days=world.rng.randint(60, 500))
        course = ending(world, world.params.endings["labour"])
        if group > 1 and settles:
            course.outcome, course.days, course.admitted = "mediated", world.rng.randint(1, 20), True
        amount = world.rounded(world.lognormal(14000, 0.6), 0.1)
        suit = draft(
            world,
            court,
            "劳动争议",
            "labour",
            [world.litigant(court)],
            [firm],
            course,
            amount=amount,
            style=style,
            engage=group == 1,
            values={"from_": spoken_date(begin), "to": spoken_date(end), "x": world.rng.choice(WORKS)},
        )
        if group > 1 and world.chance(0.9):
            suit.retainers = [Retainer(shared, suit.side("plaintiff"))]
        suit.evidence = [item("wage_note", world.rng.choice(("工资欠条", "工资表", "考勤表")), end, amount)]
        if world.chance(0.5):
            suit.evidence.append(item("bank_transfer", "工资流水"))
        if world.chance(0.3):
            suit.evidence.append(item("arbitration_award", "劳动仲裁裁决书"))
        if world.chance(world.params.docket.element_form):
            suit.elements = {
                "wage_claimed": amount,
                "period_from": begin.isoformat(),
                "period_to": end.isoformat(),
                "employer": firm.name,
            }
        flags(world, suit, fee_waiver=0.3, mediation=0.35 if settles else 0.15)
        if group > 1:
            suit.look_alike = ("wages",)
        suit.suspicious = group > 8 and settles
        suits.append(suit)
    return suits


def labour_service(world: World, court: Court, day: date) -> list[Suit]:
    """Pay of casual workers against a foreman or firm (劳务合同)."""
    boss: Actor = world.debtor(court, day, 0.12, firm=world.chance(0.4))
    end = world.before(day, 30, 700)
    amount = world.rounded(world.lognormal(13000, 0.8), 0.1)
    suit = draft(
        world,
        court,
        "劳务合同纠纷",
        "labour",
        [world.litigant(court)],
        [boss],
        ending(world, world.params.endings["labour"]),
        amount=amount,
        values={
            "from_": spoken_date(end - timedelta(days=90)),
            "to": spoken_date(end),
            "x": world.rng.choice(WORKS),
        },
    )
    suit.evidence = [item("wage_note", "欠条", end, amount)]
    flags(world, suit, fee_waiver=0.12)
    return [suit]


def traffic(world: World, court: Court, day: date) -> list[Suit]:
    """An injured person against driver and insurer."""
    insurer = world.organisations.mass("insurer")
    hurt = world.before(day, 60, 500)
    amount = world.rounded(world.lognormal(60000, 1.0), 0.03)
    suit = draft(
        world,
        court,
        "机动车交通事故责任纠纷",
        "traffic",
        [world.litigant(court)],
        [world.litigant(court), insurer],
        ending(world, world.params.endings["traffic"]),
        amount=amount,
        values={
            "date": spoken_date(hurt),
            "asset": world.places.business(court.region),
            "x": world.rng.choice(("全部", "主要", "同等")),
            "days": str(world.rng.randint(5, 90)),
            "grade": world.rng.choice(GRADES),
        },
    )
    suit.evidence = [
        item("other", "道路交通事故认定书", hurt),
        item("invoice", "医疗费票据", None, round(amount * 0.3, 2)),
    ]
    if world.chance(0.4):
        suit.evidence.append(item("other", "司法鉴定意见书"))
    if world.chance(0.25):
        suit.evidence.append(item("other", "居住证明及务工证明"))
    flags(world, suit, fee_waiver=0.08)
    return [suit]


def injury(world: World, court: Court, day: date) -> list[Suit]:
    """Blows, dogs and falls."""
    when = world.before(day, 20, 500)
    suit = draft(
        world,
        court,
        "生命权、身体权、健康权纠纷",
        "injury",
        [world.litigant(court)],
        [world.litigant(court)],
        ending(world, world.params.endings["traffic"]),
        amount=world.rounded(world.lognormal(18000, 1.0), 0.03),
        values={
            "date": spoken_date(when),
            "why": world.rng.choice(WHY),
            "days": str(world.rng.randint(3, 40)),
        },
    )
    suit.evidence = [item("invoice", "医疗费票据", when), item("other", "诊断证明", when)]
    flags(world, suit)
    return [suit]
