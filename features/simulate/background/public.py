"""Confirmation, mediation before suit, payment orders, administrative suits, objections, bankruptcy."""

from __future__ import annotations

from datetime import date

from features.simulate.cases import Actor, Course, Suit
from features.simulate.filing import draft, ending, flags, item
from features.simulate.look_alikes import LookAlike
from features.simulate.organisations import Organisation
from features.simulate.places import Court
from features.simulate.texts import FILES, WHY, spoken_date
from features.simulate.world import World


def confirmation(world: World, court: Court, day: date) -> list[Suit]:
    """Judicial confirmation (司法确认) of a people's mediation agreement; both apply."""
    agreed = world.before(day, 1, 28)
    amount = world.rounded(world.lognormal(30000, 1.1), 0.2)
    mediator = world.organisations.mass("mediator")
    course = Course("confirmed", world.rng.randint(1, 20), admitted=True)
    payee: Actor = world.litigant(court)
    draw = world.rng.random()
    if draw < 0.2:  # mass filers like this short way too
        payee = world.organisations.mass(world.rng.choice(("property_manager", "licensed_lender", "bank")))
    elif draw < 0.26 and world.small_lenders:
        payee = world.rng.choice(world.small_lenders)
    fund = world.chance(world.params.proceedings.housing_fund)
    suit = draft(
        world,
        court,
        "申请司法确认调解协议",
        "fund" if fund else "confirm",
        [payee],
        [world.litigant(court)],
        course,
        amount=amount,
        proceeding="judicial_confirmation",
        engage=False,
        values={"date": spoken_date(agreed), "why": world.rng.choice(WHY)},
    )
    suit.evidence = [item("mediation_agreement", "人民调解协议书", agreed, amount)]
    if fund or world.chance(0.15):
        suit.evidence.append(item("contract", "借款合同", None, amount))
    suit.elements = {"agreement_on": agreed.isoformat(), "mediation_organization": mediator.name}
    filer: tuple[LookAlike, ...] = ("mass",) if isinstance(payee, Organisation) else ()
    if payee in world.small_lenders:
        filer = ("lender",)
    suit.look_alike = ("fund" if fund else "confirmation", *filer)
    return [suit]


def pre_suit_mediation(world: World, court: Court, day: date) -> list[Suit]:
    """Mediation before suit (诉前调解) of a loan or sale; part of those that fail come back as suits."""
    cause, key = world.rng.choice(
        (("民间借贷纠纷", "loan"), ("买卖合同纠纷", "sale"), ("劳务合同纠纷", "labour"))
    )
    when = world.before(day, 60, 900)
    amount = world.rounded(world.lognormal(35000, 1.1), 0.35)
    agreed = world.chance(0.5)
    course = Course("mediated" if agreed else "failed_mediation", world.rng.randint(5, 35), admitted=agreed)
    suit = draft(
        world,
        court,
        cause,
        key,
        [world.litigant(court)],
        [world.debtor(court, day, 0.08)],
        course,
        amount=amount,
        proceeding="pre_suit_mediation",
        values={
            "date": spoken_date(when),
            "due": spoken_date(when),
            "from_": spoken_date(when),
            "why": world.rng.choice(WHY),
            "to": spoken_date(when),
            "x": "朋友",
            "rate": "12",
            "asset": "建材",
        },
    )
    suit.evidence = [item("iou", "欠条", when, amount)]
    suit.flags["mediation_requested"] = True
    if agreed:
        suit.look_alike = ("quick",)
    return [suit]


def payment_order(world: World, court: Court, day: date) -> list[Suit]:
    """An order to pay (支付令)."""
    when = world.before(day, 60, 900)
    amount = world.rounded(world.lognormal(25000, 1.0), 0.3)
    course = Course("order", world.rng.randint(15, 40))
    suit = draft(
        world,
        court,
        "申请支付令",
        "payment",
        [world.litigant(court)],
        [world.litigant(court)],
        course,
        amount=amount,
        proceeding="payment_order",
        values={"date": spoken_date(when), "why": world.rng.choice(("货", "工程", "借", "材料"))},
    )
    suit.evidence = [item("iou", "欠条", when, amount)]
    return [suit]


def administrative(world: World, court: Court, day: date) -> list[Suit]:
    """A citizen against an authority, now and then over information (政府信息公开)."""
    about_information = world.chance(0.2)
    key = "information" if about_information else "administrative"
    suit = draft(
        world,
        court,
        "政府信息公开" if about_information else world.rng.choice(("行政处罚", "行政强制", "工伤认定")),
        key,
        [world.litigant(court)],
        [world.organisations.agency(court)],
        ending(world, world.params.endings["traffic"]),
        proceeding="administrative",
        values={"date": spoken_date(world.before(day, 20, 200)), "asset": world.rng.choice(FILES)},
    )
    if suit.course.outcome == "mediated":
        suit.course.outcome = "withdrawn"
    if about_information:
        suit.look_alike = ("information",)
        suit.evidence = [item("other", "政府信息公开申请表"), item("other", "邮寄凭证")]
        if world.chance(0.3):
            suit.course.outcome = "not_accepted"
    return [suit]


def enforcement_objection(world: World, court: Court, day: date) -> list[Suit]:
    """An honest outsider objects to the seizure of what he bought or rents."""
    case = world.debtors.draw(day, court, firm=world.chance(0.3), auction=True)
    owner = case.debtor if case else world.litigant(court)
    asset = case.asset if case else world.places.urban(court.region)
    creditor = world.organisations.mass("bank")
    tenant = world.chance(0.35)
    signed = world.before(day, 200, 2500)
    years = world.rng.choice((1, 2, 3, 3, 5, 5, 10))
    suit = draft(
        world,
        court,
        "执行异议",
        "tenant" if tenant else "objection",
        [world.litigant(court)],
        [creditor],
        Course("objection", world.rng.randint(15, 40)),
        proceeding="enforcement_objection",
        third=[owner],
        values={"date": spoken_date(signed), "asset": asset, "x": owner.name, "years": str(years)},
    )
    suit.evidence = [
        item("contract", "租赁合同" if tenant else "房屋买卖合同", signed),
        item("bank_transfer", "付款凭证", signed),
    ]
    cash = world.chance(0.2)
    if cash:
        suit.evidence[1] = item("cash_receipt", "收条", signed)
    if tenant and world.chance(0.8):
        suit.elements = {
            "asset": asset,
            "signed_on": signed.isoformat(),
            "term_years": years,
            "rent_per_year": world.rounded(world.lognormal(30000, 0.7), 0.3),
            "rent_prepaid": world.chance(0.2),
            "paid_by": "cash" if cash else "transfer",
        }
    suit.suspicious = tenant and years >= 5
    suit.look_alike = ("lease",) if suit.suspicious else ("objection",)
    return [suit]


def third_party_suit(world: World, court: Court, day: date) -> list[Suit]:
    """An objection suit (案外人执行异议之诉) after the objection failed."""
    suit = enforcement_objection(world, court, day)[0]
    suit.proceeding, suit.cause = "first_instance", "案外人执行异议之诉"
    suit.course = ending(world, world.params.endings["traffic"])
    flags(world, suit)
    return [suit]


def bankruptcy(world: World, court: Court, day: date) -> list[Suit]:
    """A creditor asks to wind up a firm (破产清算) that enforcement left empty."""
    firm = world.debtor(court, day, 0.85, firm=True)
    suit = draft(
        world,
        court,
        "申请破产清算",
        "bankruptcy",
        [world.organisations.firm(court)],
        [firm],
        Course("bankruptcy", world.rng.randint(15, 60)),
        proceeding="bankruptcy",
        amount=world.rounded(world.lognormal(900000, 1.0), 0.2),
    )
    suit.evidence = [item("other", "终结本次执行程序裁定书"), item("contract", "债权凭证")]
    if isinstance(firm, Organisation):
        world.bankrupt.append((day, court, firm))
    return [suit]
