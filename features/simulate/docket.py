"""The whole way of a simulated docket, day by day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path

from features.simulate.background import Background
from features.simulate.cases import Filed, Suit
from features.simulate.findings import find
from features.simulate.lists import Lists
from features.simulate.look_alikes import CIRCUMSTANCES, LookAlike
from features.simulate.parameters import Parameters, load
from features.simulate.people import Person
from features.simulate.proceedings import clock, unfold
from features.simulate.schemes import plan_rings
from features.simulate.sequels import Sequels
from features.simulate.world import World
from features.simulate.write import Writer

BEIJING = timezone(timedelta(hours=8))
_FAMILY_OR_HOUSE = frozenset({"离婚纠纷", "继承纠纷", "抚养费纠纷", "房屋买卖合同纠纷"})
_TYPES = {
    "first_instance": "民初",
    "enforcement": "执",
    "enforcement_objection": "执异",
    "bankruptcy": "破申",
    "judicial_confirmation": "民特",
    "pre_suit_mediation": "诉前调",
    "payment_order": "民督",
    "administrative": "行初",
    "appeal": "民终",
    "retrial": "民申",
}


def simulate(
    out: Path,
    *,
    filings: int = 20_000,
    years: float = 4.0,
    seed: int = 7,
    start: date = date(2020, 1, 1),
    progress: Callable[[int, int], None] | None = None,
    parameters: Parameters | None = None,
) -> None:
    """Write a docket of ``filings`` filings over ``years`` from ``start`` to ``out``, its truth to ``out/truth``.

    The court's watch lists go to ``out/lists``.

    One seed gives the same bytes. ``progress`` gets (written, filings) once a simulated day.
    """
    params = parameters or load()
    end = start + timedelta(days=round(years * 365.25) - 1)
    world = World(params, start, end, seed)
    plan_rings(world, filings)
    background, sequels, register = Background(world), Sequels(world), Register(world, filings)
    last = datetime.combine(end, time(23, 59, 59), BEIJING)
    lists = Lists(world, end)
    with Writer(out, world, last) as writer:
        for day, target in _pace(world, filings):
            for filed in register.day(day, target, background, sequels):
                writer.filing(filed)
                so_far = unfold(world, filed)
                for event in so_far.events:
                    writer.event(filed.filing_id, event)
                found = find(world, filed, so_far)
                writer.found(filed, found)
                lists.filed(filed)
                lists.found(filed, found.lines)
                sequels.follow(filed, so_far)
            if progress is not None:
                progress(register.written, filings)
    lists.write(out / "lists")


def _pace(world: World, filings: int) -> Iterator[tuple[date, int]]:
    """Each day with the number of filings reached by its end: seasons, weekends, chance."""
    docket = world.params.docket
    days = [world.start + timedelta(days=i) for i in range((world.end - world.start).days + 1)]
    weights = []
    for day in days:
        weight = docket.month_weights[day.month - 1] * world.rng.gammavariate(12.0, 1 / 12)
        weights.append(weight * (docket.weekend_weight if _closed(day) else 1.0))
    total, so_far = sum(weights), 0.0
    for day, weight in zip(days, weights, strict=True):
        so_far += weight
        yield day, filings if day == days[-1] else int(filings * so_far / total)


def _closed(day: date) -> bool:
    """No office: weekends and the fixed holidays."""
    return day.weekday() >= 5 or (day.month, day.day) in {
        (1, 1),
        (5, 1),
        (10, 1),
        (10, 2),
        (10, 3),
        (10, 4),
        (10, 5),
        (10, 6),
        (10, 7),
    }


class Register:
    """Case registration (立案): takes what is due and what arrives, and gives it key, number and time."""

    def __init__(self, world: World, filings: int) -> None:
        self._world, self._filings = world, filings
        self._serials: dict[tuple[int, str, str], int] = {}
        self._enforcement = 0
        self._plaintiffs: dict[str, set[str]] = {}
        self.written = 0

    def day(self, day: date, target: int, background: Background, sequels: Sequels) -> list[Filed]:
        """The day's filings in order of time, so that ``target`` is reached."""
        world = self._world
        suits: list[Suit] = [] if _closed(day) else world.due(day)
        wanted = target - self.written
        enforcement = self._enforcement + sum(s.proceeding == "enforcement" for s in suits)
        while len(suits) < wanted:
            if enforcement < world.params.docket.enforcement_share * (self.written + len(suits)):
                suits.append(sequels.old_title(day))
                enforcement += 1
            else:
                suits.extend(background.arrive(day))
        del suits[self._filings - self.written :]  # never more than asked for
        return self._number(day, suits)

    def _number(self, day: date, suits: list[Suit]) -> list[Filed]:
        world = self._world
        moments = sorted(datetime.combine(day, clock(world, day), BEIJING) for _ in suits)
        filed = []
        for suit, moment in zip(suits, moments, strict=True):
            key = day.year, suit.court.code, _TYPES[suit.proceeding]
            serial = self._serials[key] = self._serials.get(key, 0) + 1
            self.written += 1
            self._enforcement += suit.proceeding == "enforcement"
            filed.append(
                Filed(suit, f"{day.year}-{self.written:07d}", f"({key[0]}){key[1]}{key[2]}{serial}号", moment)
            )
            for seat in suit.seats:
                if isinstance(seat.actor, Person):
                    world.people.mentioned(seat.actor)
            if not suit.truth.scheme:
                drawn = (kind for kind in suit.look_alike if kind not in CIRCUMSTANCES)
                suit.look_alike = (*drawn, *self._circumstances(suit, day))
            for actor in suit.side("plaintiff"):
                self._plaintiffs.setdefault(actor.name, set()).add(actor.entity_id)
        return filed

    def _circumstances(self, suit: Suit, day: date) -> Iterator[LookAlike]:
        """What an honest suit looks false by, though nobody drew it so: a debtor, a name."""
        against = suit.side("defendant") if suit.proceeding == "first_instance" and suit.amount else []
        if any(self._world.debtors.owes(actor, day) for actor in against):
            yield "debtor"
        announced = self._world.authorities
        where = [str(suit.elements.get("asset") or ""), *(seat.actor.address for seat in suit.seats)]
        if suit.cause in _FAMILY_OR_HOUSE and any(announced.is_in_zone(address, day) for address in where):
            yield "zone"
        if any(announced.is_restructured(actor.entity_id, day) for actor in suit.side("defendant")):
            yield "restructured"
        persons = [actor for actor in suit.side("plaintiff") if isinstance(actor, Person)]
        if any(self._plaintiffs.get(actor.name, set()) - {actor.entity_id} for actor in persons):
            yield "namesake"
