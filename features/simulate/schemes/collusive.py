"""Collusive schemes: loans that dilute creditors (A), assets moved (D), a spouse's invented debt (E)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from features.simulate.cases import Actor, OpenEnforcement, Suit
from features.simulate.filing import flags, item, loan_papers, relate, said_loan
from features.simulate.organisations import Organisation
from features.simulate.people import Person
from features.simulate.schemes.ring import Ring
from features.simulate.texts import GOODS, WHY, spoken_date


def _fits(ring: Ring, case: OpenEnforcement | None) -> float:
    """An amount that suits the sum seized: equal, rounded, or a part of it."""
    world = ring.world
    base = case.amount * world.rng.uniform(0.4, 1.6) if case else world.lognormal(130000, 0.9)
    return world.rounded(min(max(base, 15000.0), 3e6), ring.signs.round)


def _lent(ring: Ring, case: OpenEnforcement | None, day: date) -> date:
    """The date on the note: often just before the seizure, or years back."""
    if case is not None and ring.world.chance(0.4):
        return ring.world.before(case.since, 5, 90)
    return ring.world.before(day, 120, 1500)


def _no_dispute(ring: Ring, suit: Suit) -> None:
    """Both come together: mediation asked for, time limits waived, in part of the filings."""
    flags(ring.world, suit, mediation=0.5, waived=0.3, preservation=0.1, fee_waiver=0.07)
    if suit.course.outcome == "mediated":
        suit.course.admitted = ring.world.chance(0.75)
        if ring.world.chance(0.25):
            suit.course.days = ring.world.rng.randint(1, 3)
    suit.course.distribution = ring.world.chance(ring.world.params.rings.distribution)


def diluting_loan(ring: Ring, day: date) -> list[Suit]:
    """A: relatives and friends sue a debtor on loans that never were; A2 with a bank loop."""
    world = ring.world
    debtor, case = ring.debtor(day, auction=world.chance(0.5))

    def one(when: date, _: int) -> list[Suit]:
        plaintiff, tie = ring.straw(debtor, when)
        lent = _lent(ring, case, when)
        due = lent + timedelta(days=world.rng.choice((90, 180, 365))) if world.chance(0.6) else None
        rate = world.rng.choice((None, None, 0.12, 0.18, 0.24))
        amount = _fits(ring, case)
        suit = ring.file(
            ring.court,
            "民间借贷纠纷",
            "loan",
            [plaintiff],
            [debtor],
            amount=amount,
            values=said_loan(world, lent, due, rate, world.rng.choice(WHY)),
        )
        loan_papers(world, suit, ring.signs, lent, due, amount, rate)
        if ring.variant == "A2":
            suit.evidence = [item("contract", "借款合同", lent, amount)] + [
                item("bank_transfer", "银行转账记录", lent + timedelta(days=i), amount)
                for i in range(world.rng.randint(1, 3))
            ]
        if tie:
            relate(world, suit.seats[0], suit.seats[1], tie, ring.signs.visible)
        _no_dispute(ring, suit)
        return [suit]

    return ring.each(day, one)


def diluting_company(ring: Ring, day: date) -> list[Suit]:
    """A3: an in-law's company sues a firm whose plant is up for auction."""
    world = ring.world
    debtor, case = ring.debtor(day, firm=True, auction=True)
    related = world.organisations.new_firm(ring.court.region)

    def one(when: date, _: int) -> list[Suit]:
        lent = _lent(ring, case, when)
        amount = world.rounded(world.lognormal(1200000, 0.7), ring.signs.round)
        cause, key = world.rng.choice((("借款合同纠纷", "enterprise_loan"), ("买卖合同纠纷", "sale")))
        suit = ring.file(
            ring.court,
            cause,
            key,
            [related],
            [debtor],
            amount=amount,
            values={**said_loan(world, lent, None, 0.12, "生产经营"), "asset": world.rng.choice(GOODS)},
        )
        suit.evidence = [item("contract", world.rng.choice(("借款合同", "购销合同")), lent, amount)]
        if world.chance(0.4):
            suit.evidence.append(item("bank_transfer", "放款凭证", lent, amount))
        if world.chance(ring.signs.related):
            relate(world, suit.seats[0], suit.seats[1], "shareholder", ring.signs.visible)
        _no_dispute(ring, suit)
        return [suit]

    return ring.each(day, one)


def debt_for_asset(ring: Ring, day: date) -> list[Suit]:
    """D: a house or car changes hands by a settled suit; one broker may serve several couples."""
    world = ring.world

    def one(when: date, _: int) -> list[Suit]:
        owner, case = ring.debtor(when)
        buyer, tie = ring.straw(owner, when)
        vehicle = world.chance(0.25)
        reference = world.rounded(world.lognormal(120000 if vehicle else 420000, 0.4), 0.4)
        price = world.rounded(
            reference * (world.rng.uniform(0.45, 0.8) if case else world.rng.uniform(0.85, 1.05)),
            ring.signs.round,
        )
        asset = (
            f"甘G·{world.rng.randrange(10000, 99999)}小型客车"
            if vehicle
            else world.places.urban(ring.court.region)
        )
        announced = world.authorities
        if announced.chance(announced.params.quota_buyer) and isinstance(buyer, Person):
            buyer = replace(buyer, address=announced.home_afar(ring.court))
        if not vehicle and announced.chance(announced.params.false_in_zone):
            asset = announced.house_in_zone(ring.court, when) or asset
        signed = world.before(when, 20, 400)
        cause = world.rng.choice(("民间借贷纠纷", "房屋买卖合同纠纷" if not vehicle else "买卖合同纠纷"))
        suit = ring.file(
            ring.court,
            cause,
            "asset_debt",
            [buyer],
            [owner],
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
        if tie:
            relate(world, suit.seats[0], suit.seats[1], tie, ring.signs.visible)
        _no_dispute(ring, suit)
        return [suit]

    return ring.each(day, one)


def spouse_debt(ring: Ring, day: date) -> list[Suit]:
    """E: a friend of one spouse sues both on a debt repaid or invented, while the divorce runs."""
    world = ring.world
    running = [d for d in world.divorces[-400:] if 5 < (day - d[0]).days < 200]
    if running and world.chance(0.85):
        _, ring.court, drafter, other = world.rng.choice(running)
        if world.chance(0.5):
            drafter, other = other, drafter
    else:
        drafter = world.litigant(ring.court)
        other = world.people.spouse(drafter)

    def one(when: date, _: int) -> list[Suit]:
        plaintiff, tie = ring.straw(drafter, when)
        lent = world.before(when, 150, 1200)
        amount = world.rounded(world.lognormal(110000, 0.6), ring.signs.round)
        defendants: list[Actor] = [drafter, other] if world.chance(0.75) else [drafter]
        suit = ring.file(
            ring.court,
            "民间借贷纠纷",
            "loan",
            [plaintiff],
            defendants,
            amount=amount,
            values=said_loan(
                world, lent, None, None, world.rng.choice(("家庭开支", "购房", "看病", "装修房屋"))
            ),
        )
        loan_papers(world, suit, ring.signs, lent, None, amount, None)
        if len(defendants) == 2:
            suit.course.admitted = False  # the other spouse contests
            if suit.course.outcome == "mediated":
                suit.course.outcome, suit.course.days = "contested", world.rng.randint(40, 110)
        if tie:
            relate(world, suit.seats[0], suit.seats[1], tie, ring.signs.visible)
        flags(world, suit, mediation=0.3, preservation=0.15)
        return [suit]

    return ring.each(day, one)


def bankruptcy_claim(ring: Ring, day: date) -> list[Suit]:
    """M: a straw creditor gets a judgment against a firm shortly before, or after, it is wound up."""
    world = ring.world
    near = [b for b in world.bankrupt[-60:] if (day - b[0]).days < 150]
    firm: Actor
    if near:
        _, ring.court, firm = world.rng.choice(near)
    else:
        firm, _ = ring.debtor(day, firm=True)
    head = firm.head if isinstance(firm, Organisation) else firm

    def one(when: date, _: int) -> list[Suit]:
        plaintiff, tie = ring.straw(head, when)
        lent = world.before(when, 200, 1500)
        amount = world.rounded(world.lognormal(700000, 0.7), ring.signs.round)
        cause, key = world.rng.choice(
            (("民间借贷纠纷", "loan"), ("破产债权确认纠纷", "loan"), ("买卖合同纠纷", "sale"))
        )
        suit = ring.file(
            ring.court,
            cause,
            key,
            [plaintiff],
            [firm],
            amount=amount,
            values={**said_loan(world, lent, None, 0.12, "资金周转"), "asset": world.rng.choice(GOODS)},
        )
        loan_papers(world, suit, ring.signs, lent, None, amount, 0.12)
        if tie:
            relate(world, suit.seats[0], suit.seats[1], "relative", ring.signs.visible)
        _no_dispute(ring, suit)
        return [suit]

    return ring.each(day, one)
