"""Private loans (民间借贷), loans among firms, recourse and unjust enrichment."""

from __future__ import annotations

from datetime import date, timedelta

from features.simulate.cases import Actor, Suit
from features.simulate.filing import draft, ending, flags, item, loan_papers, relate, said_loan
from features.simulate.look_alikes import LookAlike
from features.simulate.people import Person
from features.simulate.places import Court
from features.simulate.texts import WHY, spoken_date
from features.simulate.world import World

RATES = (None, None, None, None, 0.06, 0.08, 0.10, 0.12, 0.12, 0.144, 0.15, 0.154, 0.18, 0.24, 0.24, 0.36)


def amount_lent(world: World) -> float:
    """Principal of an ordinary private loan, CNY."""
    p = world.params
    raw = min(world.lognormal(p.loan.median, p.loan.sigma), p.loan.largest)
    return world.rounded(max(raw, 1000.0), p.signs["normal"].round)


def lender(world: World, court: Court) -> Person:
    """A plaintiff: anyone, or one of the people who lend out savings to several others."""
    if world.small_lenders and world.chance(world.params.loan.multiple_suits):
        return world.rng.choice(world.small_lenders)
    person = world.litigant(court)
    if world.chance(0.03) and len(world.small_lenders) < 12:
        world.small_lenders.append(person)
    return person


def _due(world: World, lent: date) -> date | None:
    """When repayment was agreed, if it was: mostly months, at times weeks."""
    if not world.chance(0.7):
        return None
    terms = (7, 15, 30, 30, 60) if world.chance(world.params.loan.short_term) else (90, 180, 365, 365, 730)
    return lent + timedelta(days=world.rng.choice(terms))


def against_asset(world: World, court: Court, day: date) -> list[Suit]:
    """A true debt settled by handing over a house or car (以物抵债) that the debtor now withholds."""
    owner = world.debtor(court, day, 0.12)
    signed = world.before(day, 40, 900)
    vehicle = world.chance(0.3)
    reference = world.rounded(world.lognormal(120000 if vehicle else 420000, 0.4), 0.4)
    price = world.rounded(reference * world.rng.uniform(0.75, 1.1), 0.6)
    asset = (
        f"甘G·{world.rng.randrange(10000, 99999)}小型客车" if vehicle else world.places.urban(court.region)
    )
    suit = draft(
        world,
        court,
        "民间借贷纠纷",
        "asset_debt",
        [lender(world, court)],
        [owner],
        ending(world, world.params.signs["normal"]),
        amount=price,
        values={"asset": asset, "date": spoken_date(signed)},
    )
    suit.evidence = [item("contract", "以物抵债协议", signed, price), item("iou", "借条", signed, price)]
    if world.chance(world.params.docket.element_form):
        suit.elements = {
            "asset": asset,
            "asset_kind": "vehicle" if vehicle else "house",
            "price": price,
            "reference_price": reference,
            "signed_on": signed.isoformat(),
        }
    flags(world, suit)
    suit.look_alike = ("asset",)
    suit.suspicious = suit.course.outcome == "mediated"
    return [suit]


def private_loan(world: World, court: Court, day: date) -> list[Suit]:
    """A loan between people, a quarter of them friends or kin; the borrower may be in enforcement."""
    if world.chance(world.params.loan.against_asset):
        return against_asset(world, court, day)
    signs = world.params.signs["normal"]
    plaintiff = lender(world, court)
    in_enforcement = world.chance(signs.in_enforcement)
    related = world.chance(signs.related)
    defendant: Actor = world.debtor(court, day, 1.0) if in_enforcement else world.litigant(court)
    kin = related and not in_enforcement and world.chance(0.5)
    if kin:
        defendant = world.people.relative(plaintiff)
    while defendant is plaintiff:
        defendant = world.people.new(court.region)
    amount = amount_lent(world)
    lent = world.before(day, 90, 1400)
    due = _due(world, lent)
    rate = world.rng.choice(RATES)
    defendants: list[Actor] = [defendant]
    if isinstance(defendant, Person) and world.chance(0.18):
        defendants.append(world.people.spouse(defendant))
    course = ending(world, signs)
    quick = world.chance(0.06)  # honest debtors who admit and settle at once exist too
    if quick:
        course.outcome, course.days, course.admitted = "mediated", world.rng.randint(1, 15), True
    values, facts = said_loan(world, lent, due, rate, world.rng.choice(WHY)), None
    loan = world.params.loan
    if world.chance(loan.assigned):
        values["x"], facts = world.litigant(court).name, "assignment_facts"
    suit = draft(
        world,
        court,
        "民间借贷纠纷",
        "loan",
        [plaintiff],
        defendants,
        course,
        amount=amount,
        values=values,
        facts=facts,
    )
    part = (
        round(amount * world.rng.choice((0.95, 0.9, 0.8)), -2) if world.chance(loan.part_provided) else None
    )
    loan_papers(world, suit, signs, lent, due, amount, rate, provided=part)
    if related:
        relate(world, suit.seats[0], suit.seats[1], "relative" if kin else "friend", signs.visible)
    flags(world, suit, mediation=0.6 if quick else 0.18, waived=0.25 if quick else 0.03)
    kinds: dict[LookAlike, bool] = {
        "kin_note": related and len(suit.evidence) == 1,
        "kin": related and len(suit.evidence) > 1,
        "part_paid": part is not None,
        "quick": quick,
        "lender": plaintiff in world.small_lenders,
    }
    suit.look_alike = tuple(kind for kind, holds in kinds.items() if holds)
    suit.suspicious = sum((in_enforcement, related, quick, len(suit.evidence) == 1)) >= 2
    return [suit]


def enterprise_loan(world: World, court: Court, day: date) -> list[Suit]:
    """A loan contract with a firm or a licensed lender (小额贷款公司) as plaintiff."""
    amount = world.rounded(world.lognormal(160000, 1.3), 0.6)
    lent = world.before(day, 120, 1300)
    plaintiff: Actor
    if world.chance(0.4):
        plaintiff = world.organisations.mass("licensed_lender")
        style: int | None = int(plaintiff.entity_id[1:])
    else:
        plaintiff, style = world.organisations.firm(court), None
    defendant = world.debtor(court, day, 0.1, firm=world.chance(0.4))
    suit = draft(
        world,
        court,
        "借款合同纠纷",
        "enterprise_loan",
        [plaintiff],
        [defendant],
        ending(world, world.params.endings["mass"]),
        amount=amount,
        style=style,
        values=said_loan(world, lent, None, 0.12, world.rng.choice(WHY)),
    )
    suit.evidence = [
        item("contract", "借款合同", lent, amount),
        item("bank_transfer", "放款凭证", lent, amount),
    ]
    if style is not None:
        suit.look_alike = ("licensed",)
    flags(world, suit, preservation=0.25)
    return [suit]


def recourse(world: World, court: Court, day: date) -> list[Suit]:
    """A guarantor against the debtor paid for (追偿权)."""
    amount = world.rounded(world.lognormal(70000, 1.1), 0.2)
    paid = world.before(day, 20, 500)
    plaintiff = world.litigant(court) if world.chance(0.6) else world.organisations.firm(court)
    suit = draft(
        world,
        court,
        "追偿权纠纷",
        "recourse",
        [plaintiff],
        [world.debtor(court, day, 0.25)],
        ending(world, world.params.signs["normal"]),
        amount=amount,
        values={"date": spoken_date(paid)},
    )
    suit.evidence = [item("bank_transfer", "代偿凭证", paid, amount), item("contract", "保证合同")]
    flags(world, suit)
    return [suit]


def unjust_enrichment(world: World, court: Court, day: date) -> list[Suit]:
    """Money paid without ground (不当得利)."""
    amount = world.rounded(world.lognormal(30000, 1.3), 0.2)
    when = world.before(day, 10, 700)
    suit = draft(
        world,
        court,
        "不当得利纠纷",
        "enrichment",
        [world.litigant(court)],
        [world.litigant(court)],
        ending(world, world.params.signs["normal"]),
        amount=amount,
        values={"date": spoken_date(when), "why": world.rng.choice(WHY)},
    )
    suit.evidence = [item("bank_transfer", "转账记录", when, amount)]
    flags(world, suit)
    return [suit]
