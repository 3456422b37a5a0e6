"""Agents (诉讼代理人): lawyers, legal workers, and those who act once for kin or employer."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from random import Random

from features.simulate import identity
from features.simulate.organisations import Organisation
from features.simulate.parameters import AgentSupply
from features.simulate.people import People, Person
from features.simulate.places import Court, Places

_FIRM_WORDS = (
    "正则",
    "河西",
    "甘泉",
    "天一",
    "恒诚",
    "法锋",
    "众城",
    "金张掖",
    "雪晶",
    "立衡",
    "明权",
    "瑞达",
    "德律",
    "公允",
    "君诚",
    "昭明",
    "同济",
    "凯立",
    "方寸",
    "致远",
    "弱水",
    "言合",
    "平章",
    "经纬",
    "九粮",
    "本善",
    "信义",
    "尚理",
    "和正",
    "铭鼎",
)


@dataclass(frozen=True, slots=True)
class Agent:
    """A true agent. ``kind`` as in the filing format; ``licence`` and ``firm`` may be empty."""

    entity_id: str
    kind: str
    name: str
    licence: str
    firm: str
    phone: str


class Agents:
    """The local bar and everybody else who may represent a party."""

    def __init__(self, places: Places, people: People, params: AgentSupply, rng: Random) -> None:
        self._people, self._params, self._rng = people, params, rng
        self._places = places
        self._count = 0
        self._employees: dict[str, list[Agent]] = {}
        city = places.courts[0].region[:4]
        firms = [f"甘肃{w}律师事务所" for w in _FIRM_WORDS[: params.law_firms]]
        self.lawyers = [self._lawyer(firms[i % len(firms)], city) for i in range(params.lawyers)]
        self.legal_workers = [
            self._legal_worker(places.courts[i % len(places.courts)]) for i in range(params.legal_workers)
        ]
        self._lawyer_weights = list(accumulate((i + 1) ** -params.zipf for i in range(params.lawyers)))
        self._worker_weights = list(accumulate((i + 1) ** -params.zipf for i in range(params.legal_workers)))

    def _id(self) -> str:
        self._count += 1
        return f"A{self._count:05d}"

    def _lawyer(self, firm: str, city: str) -> Agent:
        person = self._people.new(self._rng.choice(self._places.courts).region)
        since = min(2021, person.born.year + self._rng.randrange(25, 40))
        licence = identity.lawyer_licence(city, since, person.male, self._rng)
        return Agent(self._id(), "lawyer", person.name, licence, firm, person.phone)

    def _legal_worker(self, court: Court) -> Agent:
        person = self._people.new(court.region)
        licence = identity.legal_worker_licence(court.region, self._rng.randrange(2000, 2021), self._rng)
        office = (
            f"{court.district}{person.name[0]}氏法律服务所"
            if self._rng.random() < 0.2
            else (f"{court.district}{self._rng.choice(self._places.towns(court.region))}法律服务所")
        )
        return Agent(self._id(), "legal_worker", person.name, licence, office, person.phone)

    def lawyer(self) -> Agent:
        """A lawyer, the busy ones more often (Zipf)."""
        return self._rng.choices(self.lawyers, cum_weights=self._lawyer_weights)[0]

    def legal_worker(self) -> Agent:
        """A basic-level legal worker (基层法律服务工作者)."""
        return self._rng.choices(self.legal_workers, cum_weights=self._worker_weights)[0]

    def employee(self, organisation: Organisation) -> Agent:
        """One of an organisation's few employees who go to court for it."""
        staff = self._employees.setdefault(organisation.entity_id, [])
        if not staff or (len(staff) < 3 and self._rng.random() < 0.1):
            staff.append(self.citizen(organisation.region, kind="employee", firm=organisation.name))
        return self._rng.choice(staff)

    def citizen(self, region: str, *, kind: str = "citizen", firm: str = "") -> Agent:
        """A new agent without licence: a recommended citizen (公民代理) or an employee."""
        person = self._people.new(region)
        return Agent(person.entity_id, kind, person.name, "", firm, person.phone)

    def relative(self, of: Person) -> Agent:
        """A near relative (近亲属) of a party as agent."""
        person = self._people.relative(of)
        return Agent(person.entity_id, "relative", person.name, "", "", person.phone)

    def for_person(self, of: Person) -> Agent:
        """The agent a person engages."""
        draw, p = self._rng.random(), self._params
        if draw < p.relative_share:
            return self.relative(of)
        return self.legal_worker() if draw < p.relative_share + p.legal_worker_share else self.lawyer()

    def for_organisation(self, of: Organisation) -> Agent:
        """The agent an organisation engages: an employee or a lawyer."""
        return self.employee(of) if self._rng.random() < self._params.employee_share else self.lawyer()
