"""A ring: the people behind some false filings, and what its filings share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from features.simulate.agents import Agent
from features.simulate.cases import Actor, Course, OpenEnforcement, Retainer, Suit, Truth
from features.simulate.filing import draft, ending
from features.simulate.parameters import Scheme, Signs
from features.simulate.people import Person
from features.simulate.places import Court
from features.simulate.world import World


class Ring:
    """One ring of one scheme variant (``A``, ``A2`` ...) with its size in suits and its home court."""

    def __init__(
        self, world: World, variant: str, signs: Signs, sheet: Scheme, ring_id: str, size: int
    ) -> None:
        self.world, self.variant, self.signs, self.sheet, self.size = world, variant, signs, sheet, size
        self.truth = Truth(variant[0], variant, ring_id)
        self.court: Court = world.court()
        self.style = world.rng.randrange(10**9)
        p = world.params.findings
        # Courts that catch one suit of a ring tend to catch its others: the rate itself varies by ring.
        self._caught_rate = world.rng.betavariate(1.5 * p.first_instance, 1.5 * (1 - p.first_instance))
        self._found_late = self._lag()
        self.hired: Agent | None = None
        self.collusive = signs is world.params.signs["collusive"]
        self.recurring = variant in ("B", "I") or world.chance(signs.recurring_agent)

    def _lag(self) -> float | None:
        """Years until a later finding; ``None``: never."""
        p = self.world.params.findings
        if self.world.chance(p.never):
            return None
        lag = self.world.rng.expovariate(1 / p.lag_years)
        return lag if lag <= p.lag_longest else None

    def agent(self) -> Agent:
        """The agent the ring uses again and again; a few agents serve several rings."""
        if self.hired is None:
            world = self.world
            draw = world.rng.random()
            if draw < 0.45:  # the quiet end of the bar: few honest cases, so the share of false ones shows
                self.hired = world.agents.lawyers[-1 - int(25 * world.rng.random() ** 2)]
            elif draw < 0.7:
                self.hired = world.agents.legal_worker()
            elif draw < 0.8:
                self.hired = world.agents.lawyer()
            else:
                self.hired = world.agents.citizen(self.court.region)
        return self.hired

    def debtor(
        self, day: date, *, firm: bool = False, auction: bool = False
    ) -> tuple[Actor, OpenEnforcement | None]:
        """The ring's debtor, with the scheme's chance one in enforcement (被执行人) at the moment."""
        if self.world.chance(self.signs.in_enforcement):
            case = self.world.debtors.draw(day, self.court, firm=firm, auction=auction)
            if case is not None:
                return case.debtor, case
        if firm:
            return self.world.organisations.firm(self.court), None
        return self.world.litigant(self.court), None

    def straw(self, debtor_head: Actor | None, day: date) -> tuple[Actor, str]:
        """A straw plaintiff and the true tie to the debtor: kin, friend or stranger."""
        world = self.world
        if isinstance(debtor_head, Person) and world.chance(self.signs.related):
            if world.chance(0.55):
                return world.people.relative(debtor_head, in_law=world.chance(0.3)), "relative"
            return world.people.new(debtor_head.region), "friend"
        return world.litigant(self.court), ""

    def file(
        self,
        court: Court,
        cause: str,
        key: str,
        plaintiffs: Sequence[Actor],
        defendants: Sequence[Actor],
        *,
        course: Course | None = None,
        same_words: bool = False,
        amount: float | None = None,
        values: dict[str, str] | None = None,
        facts: str | None = None,
        proceeding: str = "first_instance",
        third: Sequence[Actor] = (),
        claim_id: str | None = None,
        engage: bool = True,
    ) -> Suit:
        """A suit of this ring: its agent, its words, and whether the first court finds out."""
        world = self.world
        suit = draft(
            world,
            court,
            cause,
            key,
            plaintiffs,
            defendants,
            course or ending(world, self.signs),
            amount=amount,
            values=values,
            facts=facts,
            style=self.style if same_words else None,
            proceeding=proceeding,
            third=third,
            truth=self.truth,
            claim_id=claim_id,
            engage=engage and not self.recurring,
        )
        if engage and self.recurring:
            suit.retainers.append(Retainer(self.agent(), suit.side("plaintiff")))
        if self.collusive and suit.retainers and world.chance(world.params.rings.both_sides):
            self._same_firm(suit)
        suit.enforced = self.sheet.enforced
        suit.caught = proceeding == "first_instance" and world.chance(self._caught_rate)
        if suit.caught:
            suit.course = Course("found_false", world.rng.randint(50, 170), objection=world.chance(0.4))
        together = world.chance(world.params.findings.ring_together)
        suit.found_late = self._found_late if together else self._lag()
        return suit

    def _same_firm(self, suit: Suit) -> None:
        """Give the defendant a lawyer of the plaintiff's own law firm."""
        agent = suit.retainers[0].agent
        partners = [a for a in self.world.agents.lawyers if a.firm == agent.firm]
        if agent.kind == "lawyer" and partners and len(suit.retainers) == 1 and suit.side("defendant"):
            suit.retainers.append(Retainer(self.world.rng.choice(partners), suit.side("defendant")[:1]))

    def each(
        self, day: date, make: Callable[[date, int], list[Suit]], *, waves: int | None = None
    ) -> list[Suit]:
        """Call ``make(day, i)`` for each suit of the ring, spread over its span; today's are returned.

        With ``waves`` the suits come on so many days; without, each on its own.
        """
        world, first = self.world, []
        span = max(
            1, min(self.sheet.span, int(self.sheet.span * (self.size / self.sheet.ring[1]) ** 0.5) + 1)
        )
        moments = sorted(world.rng.randrange(span) for _ in range(waves or self.size))
        moments[0] = 0
        for i in range(self.size):
            offset = moments[i % len(moments)]
            if offset == 0:
                first.extend(make(day, i))
            else:
                world.schedule(day + timedelta(days=offset), lambda d, i=i: make(d, i))  # type: ignore[misc]
        return first
