"""The state of one simulated district: actors, calendar of things to come, and who is in trouble."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable
from datetime import date, timedelta
from itertools import accumulate
from random import Random

from features.simulate.agents import Agents
from features.simulate.authorities import Authorities
from features.simulate.cases import Actor, OpenEnforcement, Suit
from features.simulate.organisations import Organisation, Organisations
from features.simulate.parameters import Parameters
from features.simulate.people import People, Person
from features.simulate.places import Court, Places, courts_by_code
from features.simulate.texts import Texts

Maker = Callable[[date], list[Suit]]


class World:
    """Everything the generating functions share. One random stream, so one seed gives one docket."""

    def __init__(self, params: Parameters, start: date, end: date, seed: int) -> None:
        self.params, self.start, self.end = params, start, end
        self.rng = rng = Random(seed)
        by_code = courts_by_code()
        self.courts = tuple(by_code[c] for c in params.docket.courts)
        self._court_weights = list(accumulate(params.docket.court_weights))
        self.places = Places(self.courts, rng)
        self.people = People(self.places, params.population, rng)
        self.organisations = Organisations(self.places, self.people, params.population, rng)
        self.agents = Agents(self.places, self.people, params.agents, rng)
        self.texts = Texts(rng)
        aside = Random(f"{seed} announced")
        firms = list(self.organisations.by_kind["firm"])
        self.authorities = Authorities(self.places, firms, params.announced, start, end, aside)
        self.debtors = Debtors(rng)
        self.divorces: list[tuple[date, Court, Person, Person]] = []
        self.bankrupt: list[tuple[date, Court, Organisation]] = []
        self.small_lenders: list[Person] = []
        self._calendar: list[tuple[int, int, Maker]] = []
        self._sequence = 0
        self._claims = 0

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self.rng.random() < probability

    def court(self) -> Court:
        """A court, by its share of the docket."""
        return self.rng.choices(self.courts, cum_weights=self._court_weights)[0]

    def new_claim(self) -> str:
        """The key of a claim not sued on before."""
        self._claims += 1
        return f"C{self._claims:06d}"

    def before(self, day: date, low: int, high: int) -> date:
        """A day between ``low`` and ``high`` days before ``day``."""
        return day - timedelta(days=self.rng.randint(low, high))

    def lognormal(self, median: float, sigma: float) -> float:
        """A positive amount with this median; ``sigma`` is of the logarithm."""
        return median * math.exp(self.rng.gauss(0.0, sigma))

    def rounded(self, amount: float, to_ten_thousand: float) -> float:
        """CNY as people lend: round to 10,000 with this probability, else less round."""
        if self.chance(to_ten_thousand) and amount >= 8000:
            return max(10000.0, round(amount / 10000) * 10000.0)
        step = self.rng.choice((1000, 1000, 500, 100, 1))
        return max(500.0, round(amount / step) * float(step))

    def schedule(self, day: date, make: Maker) -> None:
        """Have ``make`` called on the first working day from ``day``; it returns suits to file then."""
        self._sequence += 1
        heapq.heappush(self._calendar, (day.toordinal(), self._sequence, make))

    def due(self, day: date) -> list[Suit]:
        """All suits the calendar holds for ``day`` or before."""
        suits: list[Suit] = []
        while self._calendar and self._calendar[0][0] <= day.toordinal():
            suits.extend(heapq.heappop(self._calendar)[2](day))
        return suits

    def litigant(self, court: Court) -> Person:
        """A person of the court's district."""
        return self.people.litigant(court)

    def debtor(self, court: Court, day: date, probability: float, *, firm: bool = False) -> Actor:
        """A defendant who with this probability is already a judgment debtor (被执行人)."""
        if self.chance(probability):
            case = self.debtors.draw(day, court, firm=firm)
            if case is not None:
                return case.debtor
        return self.organisations.firm(court) if firm else self.litigant(court)


class Debtors:
    """Open enforcement cases, by court and by whether the debtor is a firm."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._open: dict[tuple[str, bool], list[OpenEnforcement]] = {}
        self._until: dict[str, date] = {}

    def add(self, case: OpenEnforcement) -> None:
        """Note an enforcement case that has begun."""
        key = case.court.code, isinstance(case.debtor, Organisation)
        self._open.setdefault(key, []).append(case)
        who = case.debtor.entity_id
        self._until[who] = max(case.until, self._until.get(who, case.until))

    def owes(self, actor: Actor, day: date) -> bool:
        """Whether somebody is under enforcement (被执行人) on ``day``."""
        until = self._until.get(actor.entity_id)
        return until is not None and until >= day

    def draw(
        self, day: date, court: Court, *, firm: bool = False, auction: bool = False
    ) -> OpenEnforcement | None:
        """A case still open on ``day``; with ``auction``, one whose auction is near if there is one."""
        cases = self._open.get((court.code, firm), [])
        found: OpenEnforcement | None = None
        tries = 25 if auction else 8
        while cases and tries:
            tries -= 1
            i = int(len(cases) * self._rng.random())
            case = cases[i]
            if case.until < day:  # closed meanwhile: forget it here, so no sweep is needed
                cases[i] = cases[-1]
                cases.pop()
                continue
            if case.since >= day:
                continue
            found = case
            if not auction or (case.auction is not None and 0 < (case.auction - day).days < 60):
                return case
        return found
