"""A court docket with known entities, written as fast as it is read: five parties and two agents a filing.

What makes looking up hard is in it by design: lenders with thousands of suits, lawyers with thousands of cases, names
shared by thousands, numbers of agencies that stand at thousands of parties, forms used by thousands of suits. All rates
are set by reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any, Final, NamedTuple

from features.simulate import identity
from features.simulate.parameters import load
from features.simulate.people import Person
from features.simulate.places import Court
from features.simulate.texts import WHY, spoken_amount, spoken_date
from features.simulate.world import World
from xiezhi.clock import DAY, Moment
from xiezhi.records import Agent, Evidence, Filing, Party

MENTIONS: Final = 9
"""Mentions a filing: five parties, two agents and their firms."""

START: Final[Moment] = 1_200_000_000_000_000
"""Of the first filing: January 2008."""

YEARS: Final = 12
"""Over which the docket is spread."""

_KNOWN: Final = 0.40  # a person who was in the docket before
_REMEMBERED: Final = (
    300_000  # persons, 50,000 firms and 5,000 suits who may come again; a new one takes a random place
)
_BUSY: Final = 0.06  # a plaintiff who is one of the few private lenders
_LENDER: Final = 0.30  # a plaintiff that is a bank or the like
_KNOWN_FIRM: Final = 0.60
_AGAIN: Final = 0.02  # a suit that carries the claim of an earlier one
_FORM: Final = 0.50  # a lawyer's suit in the form all use

_NUMBER_SHOWN: Final = 0.60
_PHONE_SHOWN: Final = 0.65
_PHONE_OTHER: Final = 0.08  # a number not told before
_PHONE_SHARED: Final = 0.04  # the number of an agency
_ADDRESS_SHOWN: Final = 0.80
_MASKED: Final = 0.02  # 张某

_WORDS: Final = Path(__file__).parent.parent / "linkage" / "data" / "words.txt"


class Firm(NamedTuple):
    """A true organisation."""

    entity_id: str
    name: str
    credit_code: str
    head: str
    phone: str
    address: str


class Lawyer(NamedTuple):
    """A true agent and the law firm."""

    entity_id: str
    name: str
    licence: str
    phone: str
    firm_id: str
    firm: str


class Suit(NamedTuple):
    """A filing with the truth. entities: of each (record id, kind). numbers: by which parties seen before are known."""

    filing: Filing
    entities: Mapping[tuple[str, str], str]
    numbers: Mapping[str, str]
    claim_of: str  # filing id of the first filing of its claim


@dataclass
class _Matter:
    """What two filings of one claim have in common."""

    first: str
    court: Court
    sides: tuple[list[Person | Firm], list[Person | Firm]]
    lent: date
    amount: float
    facts: str


class Docket:
    """Writes suits one after the other, the same for one seed and size (in mentions)."""

    def __init__(self, mentions: int, seed: int) -> None:
        self.filings = mentions // MENTIONS
        self._written = 0
        self._step = YEARS * 365 * DAY // max(self.filings, 1)
        self._world = world = World(load(), date(2008, 1, 1), date(2020, 1, 1), seed)
        self._rng = rng = world.rng
        self._people: list[Person] = []
        self._firms: list[Firm] = []
        self._matters: list[_Matter] = []
        self._count = 0
        words = _words()
        self._brand, self._trades = words["brand"], words["trades"]
        self._lenders = [self._firm("农村商业银行股份有限公司") for _ in range(20 + self.filings // 20_000)]
        self._busy = [self._person() for _ in range(20 + self.filings // 2_000)]
        self._lawyers = self._bar(20 + self.filings // 100)
        self._agencies = [identity.mobile_number(rng) for _ in range(10 + self.filings // 20_000)]
        self._shares = {id(of): _zipf(len(of)) for of in (self._lenders, self._busy, self._lawyers)}

    def write(self, filings: int) -> Iterator[Suit]:
        """The next filings."""
        for _ in range(filings):
            yield self._suit()

    def _suit(self) -> Suit:
        r = self._rng
        number = self._written
        self._written += 1
        filing_id = f"F{number:08d}"
        if self._matters and r.random() < _AGAIN:
            matter = r.choice(self._matters)
        else:
            matter = self._matter(filing_id)
            _remember(self._matters, matter, 5_000, r)
        entities: dict[tuple[str, str], str] = {}
        numbers: dict[str, str] = {}
        parties: list[Party] = []
        for role, side in zip(("plaintiff", "defendant"), matter.sides, strict=True):
            for one in side:
                party_id = f"p{len(parties) + 1}"
                parties.append(self._party(party_id, role, one))
                entities[party_id, parties[-1].kind] = one.entity_id
                numbers[party_id] = one.resident_id if isinstance(one, Person) else one.credit_code
        agents = []
        for i, represents in enumerate((("p1",), ("p2", "p3")), 1):
            lawyer = self._draw(self._lawyers)
            agent_id = f"a{i}"
            agents.append(
                Agent(agent_id, "lawyer", lawyer.name, lawyer.licence, lawyer.firm, lawyer.phone, represents)
            )
            entities |= {(agent_id, "agent"): lawyer.entity_id, (agent_id, "firm"): lawyer.firm_id}
        filing = Filing(
            filing_id,
            matter.court.code,
            START + number * self._step,
            "民间借贷纠纷",
            tuple(parties),
            claim_amount=matter.amount,
            currency="CNY",
            claims=f"判令被告偿还借款本金{spoken_amount(matter.amount)}元及利息。",
            facts=matter.facts,
            agents=tuple(agents),
            evidence=(Evidence("iou", "借条", matter.lent.isoformat(), matter.amount),),
        )  # fmt: skip
        return Suit(filing, entities, numbers, matter.first)

    def _matter(self, filing_id: str) -> _Matter:
        """A new loan: one lends, a couple and two guarantors, of them one a firm, owe."""
        r, world = self._rng, self._world
        court = world.court()
        draw = r.random()
        lends: Person | Firm
        if draw < _LENDER:
            lends = self._draw(self._lenders)
        else:
            lends = self._draw(self._busy) if draw < _LENDER + _BUSY else self._litigant()
        borrower, guarantor = self._litigant(), self._litigant()
        spouse = world.people.new(borrower.region, male=not borrower.male, address=borrower.address)
        _remember(self._people, spouse, _REMEMBERED, r)
        if self._firms and r.random() < _KNOWN_FIRM:
            firm = r.choice(self._firms)
        else:
            firm = self._firm(f"{r.choice(self._trades)}有限公司")
            _remember(self._firms, firm, 50_000, r)
        lent = date(2006, 1, 1) + timedelta(days=r.randrange(4_500))
        amount = float(r.randrange(1, 2_000) * 500 + (r.randrange(500) if r.random() < 0.3 else 0))
        said = {"p": _name(lends), "d": borrower.name, "amount": spoken_amount(amount), "date": spoken_date(lent),
                "due": spoken_date(lent + timedelta(days=365)), "why": r.choice(WHY), "x": "朋友", "rate": "12"}  # fmt: skip
        if isinstance(lends, Firm):
            facts = world.texts.write("bank_facts", said, self._lenders.index(lends))
        else:
            facts = world.texts.write("loan_facts", said, 1 if r.random() < _FORM else None)
        sides: tuple[list[Person | Firm], list[Person | Firm]] = (
            [lends],
            [borrower, spouse, guarantor, firm],
        )
        return _Matter(filing_id, court, sides, lent, amount, facts)

    def _litigant(self) -> Person:
        r = self._rng
        if self._people and r.random() < _KNOWN:
            return r.choice(self._people)
        person = self._person()
        _remember(self._people, person, _REMEMBERED, r)
        return person

    def _person(self) -> Person:
        return self._world.people.new(self._world.court().region)

    def _firm(self, ending: str) -> Firm:
        r, court = self._rng, self._world.court()
        self._count += 1
        core = "".join(r.choice(self._brand) for _ in range(3 if r.random() < 0.5 else 2))
        name = f"{court.district.rstrip('县区')}{core}{ending}"
        head = self._world.people.new(court.region).name
        address = self._world.places.business(court.region)
        return Firm(f"O{self._count:07d}", name, identity.credit_code(court.region, r), head, identity.mobile_number(r), address)  # fmt: skip

    def _bar(self, lawyers: int) -> list[Lawyer]:
        r, bar = self._rng, []
        firms = [
            f"甘肃{r.choice(self._brand)}{r.choice(self._brand)}律师事务所" for _ in range(5 + lawyers // 8)
        ]
        for i in range(lawyers):
            person = self._person()
            licence = identity.lawyer_licence("6201", r.randrange(1990, 2019), person.male, r)
            firm = r.randrange(len(firms))
            bar.append(Lawyer(f"A{i:06d}", person.name, licence, person.phone, f"W{firm:06d}", firms[firm]))
        return bar

    def _party(self, party_id: str, role: Any, one: Person | Firm) -> Party:
        """One mention: some numbers and addresses are left out, some telephone numbers are another's."""
        r = self._rng
        showed: dict[str, Any] = {}
        if r.random() < _PHONE_SHOWN:
            draw = r.random()
            other = self._agencies if draw < _PHONE_SHARED else [identity.mobile_number(r)]
            showed["phone"] = r.choice(other) if draw < _PHONE_SHARED + _PHONE_OTHER else one.phone
        if r.random() < _ADDRESS_SHOWN:
            showed["address"] = one.address
        person = isinstance(one, Person)
        if r.random() < _NUMBER_SHOWN:
            showed["id_type"] = "resident_id" if person else "credit_code"
            showed["id_number"] = one.resident_id if isinstance(one, Person) else one.credit_code
        if isinstance(one, Firm):
            return Party(party_id, role, "organization", one.name, legal_representative=one.head, **showed)
        name = f"{one.name[0]}某" if r.random() < _MASKED else one.name
        return Party(party_id, role, "person", name, **showed)

    def _draw(self, of: list[Any]) -> Any:
        return self._rng.choices(of, cum_weights=self._shares[id(of)])[0]


def _name(one: Person | Firm) -> str:
    return one.name


def _zipf(count: int) -> list[float]:
    return list(accumulate((i + 1) ** -0.8 for i in range(count)))


def _remember(of: list[Any], one: Any, most: int, rng: Random) -> None:
    if len(of) < most:
        of.append(one)
    else:
        of[rng.randrange(most)] = one


def _words() -> dict[str, list[str]]:
    sections = _WORDS.read_text(encoding="utf-8").split("\n[")
    return {head: body.split() for head, _, body in (s.partition("]\n") for s in sections[1:])}
