"""What a filing leads to: enforcement (执行), appeal (上诉), a suit after failed mediation, a second try."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from features.simulate.cases import Course, Filed, Suit
from features.simulate.filing import draft, ending, item
from features.simulate.places import Court, courts_by_code
from features.simulate.proceedings import Unfolded
from features.simulate.texts import spoken_amount, spoken_date
from features.simulate.world import World

_DECREES = {
    "judicial_confirmation": "民事裁定书",
    "payment_order": "支付令",
    "pre_suit_mediation": "民事调解书",
}


class Sequels:
    """Puts the sequels of filings on the calendar."""

    def __init__(self, world: World) -> None:
        self._world = world
        known = courts_by_code()
        self._higher = {c.code: known.get(c.code[:-2], c) for c in world.courts}

    def follow(self, filed: Filed, so_far: Unfolded) -> None:
        """Decide what follows ``filed`` and when."""
        world, suit, p = self._world, filed.suit, self._world.params.proceedings
        outcome, end = suit.course.outcome, so_far.end
        if so_far.won and suit.amount and suit.proceeding not in ("appeal", "retrial"):
            chance = suit.enforced if suit.enforced is not None else p.enforced
            if world.chance(chance):
                wait = world.rng.randint(2, 25) if suit.truth.scheme else world.rng.randint(15, 150)
                world.schedule(end + timedelta(days=wait), lambda d: [self._enforcement(filed, d)])
        if suit.truth.scheme:
            return
        if suit.proceeding == "pre_suit_mediation" and outcome == "failed_mediation":
            if world.chance(p.presuit_to_suit):
                world.schedule(end + timedelta(days=world.rng.randint(2, 30)), lambda d: [self._again(filed)])
        elif suit.proceeding in ("first_instance", "administrative"):
            if outcome == "contested" and world.chance(p.appeal):
                world.schedule(
                    end + timedelta(days=world.rng.randint(8, 20)), lambda d: [self._appeal(filed, "appeal")]
                )
            elif outcome == "contested" and world.chance(p.retrial):
                world.schedule(
                    end + timedelta(days=world.rng.randint(60, 180)),
                    lambda d: [self._appeal(filed, "retrial")],
                )
            elif outcome == "withdrawn" and world.chance(p.refile):
                world.schedule(
                    end + timedelta(days=world.rng.randint(10, 240)), lambda d: [self._again(filed)]
                )

    def _enforcement(self, filed: Filed, day: date) -> Suit:
        """The winner applies for enforcement of the same claim."""
        world, suit = self._world, filed.suit
        kind = _DECREES.get(
            suit.proceeding, "民事调解书" if suit.course.outcome == "mediated" else "民事判决书"
        )
        course = Course(
            "enforcement",
            world.rng.randint(60, 240),
            paid=world.chance(0.42),
            distribution=suit.course.distribution,
        )
        if suit.truth.variant == "I":
            course = Course("enforcement", world.rng.randint(4, 40), paid=True)
        new = draft(
            world,
            suit.court,
            suit.cause,
            "enforcement",
            suit.side("plaintiff"),
            suit.side("defendant"),
            course,
            amount=suit.amount,
            values={"x": f"{filed.case_number}{kind}"},
            proceeding="enforcement",
            truth=suit.truth,
            claim_id=suit.claim_id,
            engage=False,
        )
        if suit.retainers and world.chance(0.6):
            new.retainers = [r for r in suit.retainers if r.clients == suit.side("plaintiff")]
        new.related = [filed.case_number] if world.chance(0.85) else []
        new.evidence = [item("other", kind, day)]
        new.look_alike = suit.look_alike
        new.caught, new.found_late = False, suit.found_late
        return new

    def _again(self, filed: Filed) -> Suit:
        """The same claim filed as a suit, after a withdrawal or failed mediation."""
        world, suit, p = self._world, filed.suit, self._world.params.proceedings
        facts = suit.facts
        if suit.amount and world.chance(p.new_ground):
            facts = world.texts.write(
                "story_facts",
                {
                    "amount": spoken_amount(suit.amount),
                    "date": spoken_date(world.before(filed.filed_at.date(), 200, 700)),
                },
            )
        return replace(
            suit,
            facts=facts,
            proceeding="administrative" if suit.proceeding == "administrative" else "first_instance",
            course=ending(world, world.params.signs["normal"]),
            evidence=list(suit.evidence),
            flags=dict(suit.flags),
            related=[filed.case_number] if world.chance(0.4) else [],
            look_alike=tuple(dict.fromkeys((*suit.look_alike, "again"))),
        )

    def _appeal(self, filed: Filed, proceeding: str) -> Suit:
        """Appeal or retrial before the intermediate court, by whoever lost something."""
        world, suit = self._world, filed.suit
        sides = [suit.side("plaintiff"), suit.side("defendant")]
        if world.chance(0.65):
            sides.reverse()
        court: Court = self._higher[suit.court.code]
        new = draft(
            world,
            court,
            suit.cause,
            "appeal",
            sides[0],
            sides[1],
            ending(world, world.params.endings["traffic"]),
            amount=suit.amount,
            proceeding=proceeding,
            claim_id=suit.claim_id,
        )
        new.related = [filed.case_number]
        return new

    def old_title(self, day: date) -> Suit:
        """Enforcement of a judgment from before the docket began; fills the first year."""
        world = self._world
        court = world.court()
        if world.chance(world.params.proceedings.arbitration_award):
            return self._award(court, day)
        cause, filer = world.rng.choice(
            (
                ("民间借贷纠纷", ""),
                ("民间借贷纠纷", ""),
                ("买卖合同纠纷", "firm"),
                ("买卖合同纠纷", ""),
                ("金融借款合同纠纷", "bank"),
                ("金融借款合同纠纷", "bank"),
                ("信用卡纠纷", "card_issuer"),
                ("物业服务合同纠纷", "property_manager"),
                ("劳务合同纠纷", ""),
                ("建设工程施工合同纠纷", "firm"),
            )
        )
        creditor = (
            world.litigant(court)
            if not filer
            else (world.organisations.firm(court) if filer == "firm" else world.organisations.mass(filer))
        )
        amount = round(world.lognormal(60000, 1.3), 2)
        year = min(world.start.year - 1, day.year - 1) if world.chance(0.8) else world.start.year - 2
        number = f"({year}){court.code}民初{world.rng.randrange(50, 6000)}号"
        suit = draft(
            world,
            court,
            cause,
            "enforcement",
            [creditor],
            [world.debtor(court, day, 0.15, firm=world.chance(0.3))],
            Course("enforcement", world.rng.randint(60, 240), paid=world.chance(0.42)),
            amount=amount,
            proceeding="enforcement",
            values={"x": f"{number}民事判决书", "amount": spoken_amount(amount)},
        )
        suit.related = [number] if world.chance(0.85) else []
        suit.evidence = [item("other", "民事判决书")]
        if filer not in ("", "firm"):
            suit.look_alike = ("mass",)
        return suit

    def _award(self, court: Court, day: date) -> Suit:
        """A true worker enforces a labour arbitration paper (仲裁调解书)."""
        world = self._world
        amount = world.rounded(world.lognormal(18000, 0.7), 0.12)
        suit = draft(
            world,
            court,
            "申请执行劳动仲裁调解书",
            "enforcement",
            [world.litigant(court)],
            [world.debtor(court, day, 0.3, firm=True)],
            Course("enforcement", world.rng.randint(60, 240), paid=world.chance(0.5)),
            amount=amount,
            proceeding="enforcement",
            values={"x": "劳动仲裁调解书"},
        )
        suit.evidence = [
            item("arbitration_award", "劳动人事争议仲裁调解书", world.before(day, 15, 200), amount)
        ]
        suit.look_alike = ("award",)
        return suit
