"""Schemes that jump the queue: invented wages (B), invented leases (C), the housing fund (I)."""

from __future__ import annotations

from datetime import date, timedelta

from features.simulate.cases import Course, OpenEnforcement, Suit
from features.simulate.filing import flags, item, loan_papers, relate
from features.simulate.organisations import Organisation
from features.simulate.people import Person
from features.simulate.schemes.ring import Ring
from features.simulate.texts import TIES, WORKS, spoken_date


def _workers(ring: Ring, firm: Organisation) -> list[Person]:
    """Straw workers: a tenth and more kin of the boss, the rest outsiders."""
    world = ring.world
    return [
        world.people.relative(firm.head) if world.chance(0.22) else world.litigant(ring.court)
        for _ in range(ring.size)
    ]


def fake_wages(ring: Ring, day: date) -> list[Suit]:
    """B: "workers" of an insolvent firm, many and small or few and large; settled the same day."""
    world = ring.world
    actor, _ = ring.debtor(day, firm=True, auction=True)
    firm = actor if isinstance(actor, Organisation) else world.organisations.firm(ring.court)
    workers = _workers(ring, firm)
    large = ring.size <= 15 and world.chance(0.5)
    if world.chance(0.5):
        ring.hired = world.agents.employee(firm)  # the firm's own staff act for the workers
    end = world.before(day, 40, 500)

    def one(when: date, i: int) -> list[Suit]:
        amount = (
            world.rounded(world.lognormal(330000, 0.15), 0.5)
            if large
            else world.rounded(world.lognormal(9000, 0.5), 0.3)
        )
        begin = end - timedelta(days=world.rng.choice((180, 365, 365, 540)))
        suit = ring.file(
            ring.court,
            "劳动争议" if world.chance(0.7) else "劳务合同纠纷",
            "labour",
            [workers[i]],
            [firm],
            same_words=True,
            amount=amount,
            values={"from_": spoken_date(begin), "to": spoken_date(end), "x": world.rng.choice(WORKS)},
        )
        suit.evidence = [item("wage_note", "工资欠条", end if world.chance(0.7) else None, amount)]
        if world.chance(0.12):
            suit.evidence.append(item("bank_transfer", "工资流水"))
        if world.chance(world.params.docket.element_form):
            suit.elements = {
                "wage_claimed": amount,
                "period_from": begin.isoformat(),
                "period_to": end.isoformat(),
                "employer": firm.name,
            }
        if suit.course.outcome == "mediated" and world.chance(world.params.rings.same_day_settlement):
            suit.course.days, suit.course.admitted = world.rng.randint(0, 3), True
        suit.course.distribution = world.chance(0.5)
        if workers[i].address == firm.head.address or world.chance(0.04):
            relate(world, suit.seats[0], suit.seats[1], "employee", ring.signs.visible)
        flags(world, suit, mediation=0.55, waived=0.3, fee_waiver=0.35)
        return [suit]

    return ring.each(day, one, waves=max(1, ring.size // 15))


def arbitrated_wages(ring: Ring, day: date) -> list[Suit]:
    """B2: the same by way of a labour arbitration paper, seen by the court only at enforcement."""
    world = ring.world
    actor, _ = ring.debtor(day, firm=True)
    firm = actor if isinstance(actor, Organisation) else world.organisations.firm(ring.court)
    workers = _workers(ring, firm)

    def one(when: date, i: int) -> list[Suit]:
        awarded = world.before(when, 10, 30)
        amount = world.rounded(world.lognormal(26000, 0.5), 0.4)
        course = Course(
            "enforcement", world.rng.randint(60, 240), distribution=world.chance(0.7), paid=world.chance(0.4)
        )
        suit = ring.file(
            ring.court,
            "申请执行劳动仲裁调解书",
            "enforcement",
            [workers[i]],
            [firm],
            course=course,
            amount=amount,
            proceeding="enforcement",
            values={"x": "劳动仲裁调解书"},
        )
        suit.evidence = [item("arbitration_award", "劳动人事争议仲裁调解书", awarded, amount)]
        return [suit]

    return ring.each(day, one, waves=1)


def fake_lease(ring: Ring, day: date) -> list[Suit]:
    """C: a "tenant" with a long prepaid lease objects to the auction; the debtor supports him."""
    world = ring.world
    case = world.debtors.draw(day, ring.court, firm=world.chance(0.4), auction=True)
    owner = case.debtor if case else world.litigant(ring.court)
    asset = case.asset if case else world.places.business(ring.court.region)
    bank = world.organisations.mass("bank")

    def one(when: date, i: int) -> list[Suit]:
        tenant, tie = ring.straw(owner.head if isinstance(owner, Organisation) else owner, when)
        years = world.rng.choice((3, 5, 8, 10, 10, 15, 20))
        rent = world.rounded(world.lognormal(38000, 0.7), ring.signs.round)
        signed = _lease_date(ring, case, when)
        prepaid, cash = world.chance(0.7), world.chance(0.65)
        suit_first = i > 0 and world.chance(0.4)
        suit = ring.file(
            ring.court,
            "案外人执行异议之诉" if suit_first else "执行异议",
            "tenant",
            [tenant],
            [bank],
            third=[owner],
            course=None if suit_first else Course("objection", world.rng.randint(12, 40)),
            proceeding="first_instance" if suit_first else "enforcement_objection",
            amount=rent * years if world.chance(0.3) else None,
            values={"asset": asset, "date": spoken_date(signed), "x": owner.name, "years": str(years)},
        )
        suit.evidence = [
            item("contract", "租赁合同", signed),
            item("cash_receipt", "收条", signed, rent * years)
            if cash
            else item("bank_transfer", "付款凭证", signed),
        ]
        if world.chance(0.8):
            suit.elements = {
                "asset": asset,
                "signed_on": signed.isoformat(),
                "term_years": years,
                "rent_per_year": rent,
                "rent_prepaid": prepaid,
                "paid_by": "cash" if cash else "transfer",
            }
        if tie:
            relate(world, suit.seats[0], suit.seats[-1], tie, ring.signs.visible)
        return [suit]

    return ring.each(day, one)


def _lease_date(ring: Ring, case: OpenEnforcement | None, day: date) -> date:
    """Dated before the seizure, mostly not long before."""
    anchor = case.seized or case.since if case else day
    return ring.world.before(min(anchor, day), 15, 700)


def housing_fund(ring: Ring, day: date) -> list[Suit]:
    """I: a straw lender and an account holder have an agreement confirmed, to draw the housing fund."""
    world = ring.world
    mediator = world.organisations.mass("mediator").name
    lenders = [world.people.new(ring.court.region) for _ in range(1 + ring.size // 25)]

    def one(when: date, _: int) -> list[Suit]:
        lent = world.before(when, 45, 75)
        values = {
            "date": spoken_date(lent),
            "due": spoken_date(lent + timedelta(days=15)),
            "why": world.rng.choice(("购房", "装修房屋", "偿还贷款")),
            "x": world.rng.choice(TIES),
            "rate": "0",
        }
        lender, holder = world.rng.choice(lenders), world.litigant(ring.court)
        if world.chance(0.75):
            return [_confirmed(ring, when, mediator, lender, holder, lent, values)]
        return [_settled(ring, lender, holder, lent, values)]

    return ring.each(day, one)


def _fund_amount(ring: Ring) -> float:
    """80,000 to 200,000 CNY [T4]."""
    return ring.world.rounded(ring.world.rng.uniform(80000, 200000), ring.signs.round)


def _confirmed(
    ring: Ring,
    when: date,
    mediator: str,
    lender: Person,
    holder: Person,
    lent: date,
    values: dict[str, str],
) -> Suit:
    """The usual way: people's mediation, then judicial confirmation (司法确认) within days."""
    world, amount = ring.world, _fund_amount(ring)
    agreed = world.before(when, 1, 6)
    suit = ring.file(
        ring.court,
        "申请司法确认调解协议",
        "fund",
        [lender],
        [holder],
        same_words=world.chance(0.7),
        course=Course("confirmed", world.rng.randint(1, 7), admitted=True),
        amount=amount,
        proceeding="judicial_confirmation",
        values=values,
    )
    suit.evidence = [item("mediation_agreement", "人民调解协议书", agreed, amount)]
    if world.chance(0.6):
        suit.evidence.append(item("contract", "借款合同", lent, amount))
    suit.elements = {"agreement_on": agreed.isoformat(), "mediation_organization": mediator}
    return suit


def _settled(ring: Ring, lender: Person, holder: Person, lent: date, values: dict[str, str]) -> Suit:
    """The other way: a suit settled in court at once."""
    world, amount = ring.world, _fund_amount(ring)
    suit = ring.file(
        ring.court,
        "民间借贷纠纷",
        "loan",
        [lender],
        [holder],
        same_words=world.chance(0.7),
        amount=amount,
        values=values,
    )
    loan_papers(world, suit, ring.signs, lent, lent + timedelta(days=15), amount, None)
    flags(world, suit, mediation=0.6, waived=0.3)
    if suit.course.outcome == "mediated":
        suit.course.days, suit.course.admitted = world.rng.randint(0, 5), True
    return suit
