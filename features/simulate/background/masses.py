"""Mass filers (批量起诉), all lawful: banks, cards, property managers, telecoms, rights holders."""

from __future__ import annotations

from datetime import date

from features.simulate.agents import Agent
from features.simulate.cases import Actor, Retainer, Suit
from features.simulate.filing import draft, ending, flags, item
from features.simulate.organisations import Organisation
from features.simulate.places import Court
from features.simulate.texts import WHY, spoken_date
from features.simulate.world import World


def _size(world: World, mean: float) -> int:
    return 1 + int(world.rng.expovariate(1 / max(mean - 0.5, 0.5)))


def _agent(world: World, filer: Organisation) -> Agent:
    """The one agent of a batch: staff, or the house lawyer who follows from the filer's number."""
    if world.chance(0.5):
        return world.agents.employee(filer)
    lawyers = world.agents.lawyers
    return lawyers[int(filer.entity_id[1:]) * 7 % len(lawyers)]


def _one(
    world: World,
    court: Court,
    cause: str,
    key: str,
    filer: Organisation,
    agent: Agent,
    defendant: Actor,
    amount: float,
    values: dict[str, str],
    ends: str = "mass",
) -> Suit:
    """One suit of a batch: always the filer's own form of words."""
    suit = draft(
        world,
        court,
        cause,
        key,
        [filer],
        [defendant],
        ending(world, world.params.endings[ends]),
        amount=amount,
        values=values,
        style=int(filer.entity_id[1:]),
        engage=False,
    )
    suit.retainers = [Retainer(agent, [filer])]
    suit.look_alike = ("mass",)
    flags(world, suit, preservation=0.05, mediation=0.25, forum=0.15)
    return suit


def bank_loan(world: World, court: Court, day: date) -> list[Suit]:
    """A bank's overdue loans."""
    bank = world.organisations.mass("bank")
    agent = _agent(world, bank)
    suits = []
    for _ in range(_size(world, world.params.batches.bank)):
        lent = world.before(day, 200, 1800)
        amount = round(world.lognormal(110000, 1.0), 2)
        suit = _one(
            world,
            court,
            "金融借款合同纠纷",
            "bank",
            bank,
            agent,
            world.debtor(court, day, 0.12, firm=world.chance(0.12)),
            amount,
            {
                "date": spoken_date(lent),
                "why": world.rng.choice(WHY),
                "rate": f"{world.rng.uniform(4.5, 11):.2f}",
            },
        )
        suit.evidence = [
            item("contract", "个人借款合同", lent, amount),
            item("bank_transfer", "放款凭证", lent),
        ]
        if world.chance(0.3):
            suit.evidence.append(item("title_deed", "他项权证"))
        suits.append(suit)
    return suits


def credit_card(world: World, court: Court, day: date) -> list[Suit]:
    """A card issuer's arrears."""
    issuer = world.organisations.mass("card_issuer")
    agent = _agent(world, issuer)
    suits = []
    for _ in range(_size(world, world.params.batches.card)):
        amount = round(world.lognormal(28000, 0.7), 2)
        suit = _one(
            world,
            court,
            "信用卡纠纷",
            "card",
            issuer,
            agent,
            world.debtor(court, day, 0.08),
            amount,
            {"date": spoken_date(world.before(day, 10, 60))},
        )
        suit.evidence = [item("contract", "信用卡领用合约"), item("other", "账单明细")]
        suits.append(suit)
    return suits


def property_fee(world: World, court: Court, day: date) -> list[Suit]:
    """A property manager's unpaid fees, one estate at a time."""
    manager = world.organisations.mass("property_manager")
    agent = _agent(world, manager)
    estate = world.places.urban(court.region).split("小区")[0].split("号楼")[0].rstrip("0123456789")
    suits = []
    for _ in range(_size(world, world.params.batches.property)):
        amount = round(world.lognormal(4200, 0.6), 2)
        suit = _one(
            world,
            court,
            "物业服务合同纠纷",
            "property",
            manager,
            agent,
            world.litigant(court),
            amount,
            {"date": spoken_date(world.before(day, 300, 1200)), "asset": estate},
        )
        suit.evidence = [item("contract", "物业服务合同"), item("other", "欠费明细")]
        suits.append(suit)
    return suits


def telecom(world: World, court: Court, day: date) -> list[Suit]:
    """Unpaid telephone contracts."""
    filer = world.organisations.mass("telecom")
    agent = _agent(world, filer)
    suits = []
    for _ in range(_size(world, world.params.batches.telecom)):
        suit = _one(
            world,
            court,
            "电信服务合同纠纷",
            "telecom",
            filer,
            agent,
            world.litigant(court),
            round(world.lognormal(900, 0.5), 2),
            {
                "date": spoken_date(world.before(day, 100, 900)),
                "asset": world.rng.choice(("合约机", "宽带", "靓号")),
            },
        )
        suit.evidence = [item("contract", "入网协议"), item("other", "欠费清单")]
        suits.append(suit)
    return suits


def _rights(world: World, court: Court, day: date, cause: str, key: str, kind: str) -> list[Suit]:
    holder = world.organisations.mass("rights_holder")
    agent = world.agents.lawyers[int(holder.entity_id[1:]) * 11 % len(world.agents.lawyers)]
    number = f"{int(holder.entity_id[1:]) * 7919 % 9000000 + 1000000 + world.rng.randrange(3)}"
    amount = float(world.rng.choice((3000, 5000, 8000, 10000, 20000, 30000)))
    famous = kind == "trademark" and world.chance(world.params.proceedings.famous_mark)
    suits = []
    for _ in range(_size(world, world.params.batches.rights)):
        bought = world.before(day, 30, 300)
        suit = _one(
            world,
            court,
            cause,
            "famous_mark" if famous else key,
            holder,
            agent,
            world.organisations.firm(court),
            amount,
            {
                "date": spoken_date(bought),
                "x": number,
                "asset": f"第{number}号作品" if kind == "copyright" else "涉案商品",
            },
            "rights",
        )
        suit.evidence = [item("notarised_deed", "公证书" if world.chance(0.8) else "时间戳认证证书", bought)]
        suit.evidence.append(
            item(
                "other",
                world.rng.choice(
                    ("权属证书", "授权书", "商标注册证" if kind == "trademark" else "作品登记证书")
                ),
            )
        )
        suit.elements = {"right_number": number, "right_kind": kind}
        suit.look_alike = ("rights", "famous_mark") if famous else ("rights",)
        suits.append(suit)
    return suits


def copyright_claims(world: World, court: Court, day: date) -> list[Suit]:
    """A copyright society against bars, shops and web pages."""
    return _rights(world, court, day, "侵害作品信息网络传播权纠纷", "copyright", "copyright")


def mark_claims(world: World, court: Court, day: date) -> list[Suit]:
    """A mark owner against retailers."""
    return _rights(world, court, day, "侵害商标权纠纷", "mark", "trademark")
