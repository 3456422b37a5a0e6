"""Sale, house sale, lease, partnership, building works, farmland, products."""

from __future__ import annotations

from datetime import date
from typing import Any

from features.simulate.cases import Actor, Suit
from features.simulate.filing import draft, ending, flags, item
from features.simulate.parameters import Ending
from features.simulate.places import Court
from features.simulate.texts import BUILDINGS, GOODS, spoken_date
from features.simulate.world import World


def _either(world: World, court: Court, firm: float) -> Actor:
    return world.organisations.firm(court) if world.chance(firm) else world.litigant(court)


def _normal(world: World) -> Ending:
    return world.params.signs["normal"]


def _elements(world: World, suit: Suit, elements: dict[str, Any]) -> None:
    if world.chance(world.params.docket.element_form):
        suit.elements = elements


def sale(world: World, court: Court, day: date) -> list[Suit]:
    """Unpaid goods; many debtors admit the account and settle."""
    when = world.before(day, 60, 1000)
    amount = world.rounded(world.lognormal(45000, 1.3), 0.12)
    debtor = world.debtor(court, day, 0.1, firm=world.chance(0.45))
    cause, near = "买卖合同纠纷", [b for b in world.bankrupt[-40:] if (day - b[0]).days < 250]
    if near and world.chance(world.params.proceedings.bankruptcy_creditor):
        _, court, debtor = world.rng.choice(near)
        cause, amount = "破产债权确认纠纷", world.rounded(world.lognormal(350000, 1.0), 0.25)
    suit = draft(
        world,
        court,
        cause,
        "sale",
        [_either(world, court, 0.5)],
        [debtor],
        ending(world, _normal(world)),
        amount=amount,
        values={"date": spoken_date(when), "asset": world.rng.choice(GOODS)},
    )
    if cause == "破产债权确认纠纷":
        suit.look_alike = ("wound_up",)
    suit.evidence = (
        [item("iou", "欠条", when, amount)]
        if world.chance(0.45)
        else [item("contract", "购销合同", when), item("invoice", "送货单及发票", when, amount)]
    )
    flags(world, suit)
    return [suit]


def house_sale(world: World, court: Court, day: date) -> list[Suit]:
    """A buyer who wants the title, or the price back."""
    signed = world.before(day, 100, 2500)
    price = world.rounded(world.lognormal(320000, 0.5), 0.6)
    asset = world.places.urban(court.region)
    announced = world.authorities
    if announced.chance(announced.params.honest_in_zone):
        asset = announced.house_in_zone(court, day) or asset
    suit = draft(
        world,
        court,
        "房屋买卖合同纠纷",
        "house",
        [world.litigant(court)],
        [world.debtor(court, day, 0.12, firm=world.chance(0.5))],
        ending(world, _normal(world)),
        amount=price,
        values={"date": spoken_date(signed), "asset": asset},
    )
    suit.evidence = [
        item("contract", "房屋买卖合同", signed, price),
        item("bank_transfer", "购房款付款凭证", signed, price),
    ]
    _elements(
        world,
        suit,
        {
            "asset": asset,
            "asset_kind": "house",
            "price": price,
            "reference_price": round(price * world.rng.uniform(0.85, 1.25), -3),
            "signed_on": signed.isoformat(),
        },
    )
    flags(world, suit, preservation=0.2)
    return [suit]


def lease(world: World, court: Court, day: date) -> list[Suit]:
    """Unpaid rent of shops and machines."""
    signed = world.before(day, 200, 1500)
    rent = world.rounded(world.lognormal(30000, 0.8), 0.3)
    asset = world.places.business(court.region)
    suit = draft(
        world,
        court,
        "租赁合同纠纷",
        "lease",
        [_either(world, court, 0.4)],
        [_either(world, court, 0.4)],
        ending(world, _normal(world)),
        amount=world.rounded(rent * world.rng.uniform(0.5, 2), 0.2),
        values={"date": spoken_date(signed), "asset": asset},
    )
    suit.evidence = [item("contract", "租赁合同", signed)]
    _elements(
        world,
        suit,
        {
            "asset": asset,
            "signed_on": signed.isoformat(),
            "term_years": world.rng.choice((1, 1, 2, 3, 3, 5, 5, 10)),
            "rent_per_year": rent,
            "rent_prepaid": world.chance(0.1),
            "paid_by": world.rng.choice(("transfer", "transfer", "cash")),
        },
    )
    flags(world, suit)
    return [suit]


def partnership(world: World, court: Court, day: date) -> list[Suit]:
    """Partners who part."""
    when = world.before(day, 200, 2000)
    suit = draft(
        world,
        court,
        "合伙合同纠纷",
        "partnership",
        [world.litigant(court)],
        [world.litigant(court)],
        ending(world, _normal(world)),
        amount=world.rounded(world.lognormal(90000, 1.0), 0.4),
        values={
            "date": spoken_date(when),
            "asset": world.rng.choice(("砂场", "养殖场", "饭馆", "工程队", "果园", "洗车行")),
        },
    )
    suit.evidence = (
        [item("contract", "合伙协议", when)]
        if world.chance(0.6)
        else [item("chat_log", "微信聊天记录", when)]
    )
    flags(world, suit)
    return [suit]


def works(world: World, court: Court, day: date) -> list[Suit]:
    """Building works with a balance due; large and often contested."""
    when = world.before(day, 200, 1800)
    suit = draft(
        world,
        court,
        "建设工程施工合同纠纷",
        "works",
        [_either(world, court, 0.6)],
        [world.debtor(court, day, 0.2, firm=True)],
        ending(world, world.params.endings["traffic"]),
        amount=world.rounded(world.lognormal(350000, 1.3), 0.1),
        values={
            "date": spoken_date(when),
            "asset": world.rng.choice(BUILDINGS),
        },
    )
    suit.evidence = [item("contract", "施工合同", when), item("other", "结算单")]
    flags(world, suit, preservation=0.3)
    return [suit]


def farmland(world: World, court: Court, day: date) -> list[Suit]:
    """Contracted farmland between neighbours."""
    suit = draft(
        world,
        court,
        "土地承包经营权纠纷",
        "land",
        [world.litigant(court)],
        [world.litigant(court)],
        ending(world, world.params.endings["traffic"]),
        amount=world.rounded(world.lognormal(9000, 0.8), 0.1) if world.chance(0.6) else None,
        values={"date": spoken_date(world.before(day, 500, 8000)), "asset": world.places.rural(court.region)},
    )
    suit.evidence = [item("title_deed", "土地承包经营权证"), item("witness", "村委会证明")]
    flags(world, suit, fee_waiver=0.08)
    return [suit]


def product(world: World, court: Court, day: date) -> list[Suit]:
    """A consumer's claim for tenfold price, mostly a single one."""
    when = world.before(day, 5, 90)
    suit = draft(
        world,
        court,
        "产品责任纠纷",
        "product",
        [world.litigant(court)],
        [world.organisations.firm(court)],
        ending(world, _normal(world)),
        amount=1000.0 if world.chance(0.4) else world.rounded(world.lognormal(2500, 0.8), 0.0),
        values={
            "date": spoken_date(when),
            "asset": world.rng.choice(("白酒", "糕点", "保健品", "茶叶", "奶粉")),
        },
    )
    suit.evidence = [item("invoice", "购物小票", when)]
    flags(world, suit)
    return [suit]
