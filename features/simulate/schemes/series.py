"""Series: malicious marks (J), batch suits without the right (K), serial information suits (L)."""

from __future__ import annotations

from datetime import date

from features.simulate.cases import Course, Suit
from features.simulate.filing import flags, item
from features.simulate.schemes.ring import Ring
from features.simulate.texts import FILES, spoken_date


def malicious_mark(ring: Ring, day: date) -> list[Suit]:
    """J: recognition of a well-known mark against a shell defendant, or repeated suits on a weak right."""
    world = ring.world
    owner = world.organisations.new_firm(ring.court.region)
    number = str(world.rng.randrange(10**7, 6 * 10**7))
    famous = world.chance(0.5)
    target = world.organisations.firm(ring.court)

    def one(when: date, _: int) -> list[Suit]:
        found = world.before(when, 15, 120)
        amount = world.rounded(world.lognormal(150000, 0.8), ring.signs.round)
        shell = world.people.new(world.places.region_outside()) if famous else target
        suit = ring.file(
            ring.court,
            "侵害商标权纠纷",
            "famous_mark" if famous else "mark",
            [owner],
            [shell],
            amount=amount,
            values={"date": spoken_date(found), "x": number, "asset": "涉案商品"},
        )
        if famous and suit.course.outcome not in ("found_false",):
            suit.course = Course(
                "contested" if world.chance(0.6) else "mediated", world.rng.randint(20, 60), admitted=True
            )
        suit.evidence = [
            item("other", world.rng.choice(("商标注册证", "权属证书"))),
            item("notarised_deed", "公证书", found),
        ]
        suit.elements = {"right_number": number, "right_kind": "trademark"}
        flags(world, suit, preservation=0.4, mediation=0.2)
        return [suit]

    return ring.each(day, one)


def batch_rights(ring: Ring, day: date) -> list[Suit]:
    """K: an agency sues shops in waves on a right that is not its own or has lapsed."""
    world = ring.world
    ring.recurring = True
    agency = world.organisations.new_firm(world.places.region_outside())
    number = str(world.rng.randrange(10**6, 10**7))
    amount = float(world.rng.choice((5000, 8000, 10000, 20000)))
    kind = world.rng.choice(("copyright", "trademark"))

    def one(when: date, _: int) -> list[Suit]:
        court = ring.court if world.chance(0.6) else world.court()
        bought = world.before(when, 30, 300)
        cause, key = (
            ("侵害作品信息网络传播权纠纷", "copyright") if kind == "copyright" else ("侵害商标权纠纷", "mark")
        )
        suit = ring.file(
            court,
            cause,
            key,
            [agency],
            [world.organisations.firm(court)],
            same_words=True,
            amount=amount,
            values={
                "date": spoken_date(bought),
                "x": number,
                "asset": f"第{number}号作品" if kind == "copyright" else "涉案商品",
            },
        )
        if suit.course.outcome in ("default", "contested"):
            suit.course.outcome = world.rng.choice(("mediated", "withdrawn", "contested"))
        suit.evidence = [item("notarised_deed", "公证书" if world.chance(0.6) else "时间戳认证证书", bought)]
        if world.chance(0.5):
            suit.evidence.append(item("other", "授权书"))
        suit.elements = {"right_number": number, "right_kind": kind}
        flags(world, suit, mediation=0.3)
        return [suit]

    return ring.each(day, one, waves=max(1, ring.size // 8))


def serial_information(ring: Ring, day: date) -> list[Suit]:
    """L: one person and kin sue many authorities over near-identical requests."""
    world = ring.world
    head = world.litigant(ring.court)
    family = [
        head,
        *(world.people.relative(head, same_home=world.chance(0.7)) for _ in range(world.rng.randint(1, 2))),
    ]

    def one(when: date, _: int) -> list[Suit]:
        asked = world.before(when, 25, 90)
        course = Course("not_accepted" if world.chance(0.75) else "withdrawn", world.rng.randint(20, 120))
        suit = ring.file(
            ring.court,
            "政府信息公开",
            "information",
            [world.rng.choice(family)],
            [world.organisations.agency(ring.court)],
            course=course,
            same_words=world.chance(0.8),
            proceeding="administrative",
            engage=False,
            values={"date": spoken_date(asked), "asset": world.rng.choice(FILES)},
        )
        suit.evidence = [item("other", "政府信息公开申请表", asked), item("other", "邮寄凭证", asked)]
        return [suit]

    return ring.each(day, one)
