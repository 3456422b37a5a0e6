"""What one filing is before it is written: who sues whom, for what, and how it will end."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from features.simulate.agents import Agent
from features.simulate.look_alikes import LookAlike
from features.simulate.organisations import Organisation
from features.simulate.people import Person
from features.simulate.places import Court

Actor = Person | Organisation
Role = Literal["plaintiff", "defendant", "third_party"]
Outcome = Literal[
    "mediated",
    "default",
    "contested",
    "withdrawn",
    "found_false",
    "not_accepted",
    "enforcement",
    "bankruptcy",
    "confirmed",
    "order",
    "objection",
    "failed_mediation",
]


@dataclass(slots=True)
class Seat:
    """One party's place in a filing. The overrides are what this filing says in place of the truth."""

    actor: Actor
    role: Role
    phone: str | None = None
    address: str | None = None
    service_address: str | None = None
    relations: list[tuple[Actor, str]] = field(default_factory=list)


@dataclass(slots=True)
class Retainer:
    """An agent's engagement (委托): whom the agent represents in this filing."""

    agent: Agent
    clients: list[Actor]
    special: bool = True


@dataclass(slots=True)
class Course:
    """How a filing will go on. ``days`` from filing to end."""

    outcome: Outcome
    days: int
    publication: bool = False
    admitted: bool = False
    objection: bool = False
    distribution: bool = False
    paid: bool = False
    auction: bool = False


@dataclass(frozen=True, slots=True)
class Truth:
    """What is so: ``scheme`` is the letter, ``variant`` the letter with its number; empty if honest."""

    scheme: str = ""
    variant: str = ""
    ring_id: str = ""


HONEST = Truth()


@dataclass(slots=True)
class Suit:
    """One filing to be made. ``claim_id`` is shared by all filings of one and the same claim."""

    court: Court
    cause: str
    seats: list[Seat]
    course: Course
    claim_id: str
    proceeding: str = "first_instance"
    amount: float | None = None
    claims: str = ""
    facts: str = ""
    retainers: list[Retainer] = field(default_factory=list)
    evidence: list[dict[str, Any]] = field(default_factory=list)
    elements: dict[str, Any] = field(default_factory=dict)
    flags: dict[str, bool] = field(default_factory=dict)
    related: list[str] = field(default_factory=list)
    truth: Truth = HONEST
    look_alike: tuple[LookAlike, ...] = ()  # honest, yet of a kind easily taken for false
    suspicious: bool = False  # honest, yet with signs: a review may clear it
    enforced: float | None = None  # chance of enforcement if won; None: the ordinary one
    caught: bool | None = None  # found out by the first court; decided at filing
    found_late: float | None = None  # years until a later finding, if the ring shares one

    def side(self, role: Role) -> list[Actor]:
        """The parties of one role, in order."""
        return [s.actor for s in self.seats if s.role == role]


@dataclass(frozen=True, slots=True)
class Filed:
    """A suit with its key, number and moment."""

    suit: Suit
    filing_id: str
    case_number: str
    filed_at: datetime


@dataclass(frozen=True, slots=True)
class OpenEnforcement:
    """A running enforcement case (执行案件) against a debtor."""

    debtor: Actor
    court: Court
    amount: float
    since: date
    until: date
    seized: date | None
    auction: date | None
    asset: str
