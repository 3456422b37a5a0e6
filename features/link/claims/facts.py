"""What a filing's claim is compared by: sides, instruments, payments, dates, sums, wording."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from features.link.claims.institutions import institution
from features.normalise.case_numbers import case_number, cited_case_numbers
from features.normalise.dates import iso_date
from features.normalise.names import person_name
from features.normalise.organisations import organisation_name
from features.normalise.text import fold, skeleton
from xiezhi.clock import Moment
from xiezhi.records import Evidence, Filing, Party

INSTRUMENTS: Final = frozenset({"iou", "contract"})
"""Evidence that a claim rests on: 借条, 合同."""

SEQUELS: Final = frozenset({"enforcement", "appeal", "retrial"})
"""Proceedings that carry an earlier claim on: 执行, 上诉, 再审."""

LONGEST_TEXT: Final = 2_000
"""Characters of the text that are kept and compared: complaints are mostly shorter (own limit)."""

_SHORT: Final = 60
"""Letters and digits of facts below which the claims are read with them."""

_DATES: Final = re.compile(r"(?:19|20)\d{2}(?:年\d{1,2}月\d{1,2}日|-\d{1,2}-\d{1,2})")
_SUMS: Final = re.compile(r"(\d[\d,]{2,}(?:\.\d+)?|\d+(?:\.\d+)?(?=万))(万)?元|\$\s?(\d[\d,]+(?:\.\d+)?)")
_MARKS: Final = re.compile(r"[\W_]+")
_NOBODY: Final[frozenset[str]] = frozenset()
_WAY_OF: Final = {"bank_transfer": "transfer", "cash_receipt": "cash"}


class Side(NamedTuple):
    """What names one side: entity ids, keys of names (`kind|key`) and their sounds."""

    entities: frozenset[str]
    names: frozenset[str]
    sounds: frozenset[str]


Sides = tuple[Side, Side]
"""Plaintiffs, defendants."""


class Parties(NamedTuple):
    """Who the linker took the parties (by party id) and agents (by agent id) of a filing for."""

    party: Mapping[str, str]
    agent: Mapping[str, str]


class ClaimFacts(NamedTuple):
    """What a filing's claim is compared by.

    sides: plaintiffs, defendants. agents: entities of the plaintiffs' agents. institution: what kind of mass filer
    a plaintiff is, empty if none. cited: case numbers it names. instruments: kind, date, amount of loan notes and
    contracts. payments: `date|cents` of every dated amount. dates: days told, ISO. sums: cents told beside the
    claimed amount. cents: the claimed amount, -1 where none. way: how money went: cash, transfer, mixed or unknown.
    text: letters and digits of the facts, folded, with the claims where the facts are short. template: the facts'
    skeleton. third: keys of third parties' names.
    """

    filing_id: str
    filed_at: Moment
    court: str
    family: str
    proceeding: str
    number: str
    cited: frozenset[str]
    sides: Sides
    agents: frozenset[str]
    third: frozenset[str]
    institution: str
    instruments: frozenset[str]
    payments: frozenset[str]
    dates: frozenset[str]
    sums: frozenset[int]
    cents: int
    currency: str
    way: str
    text: str
    template: str
    claim_id: str = ""

    @property
    def is_sequel(self) -> bool:
        """Whether it carries an earlier claim on."""
        return self.proceeding in SEQUELS


def claim_said(filing: Filing, family: str) -> ClaimFacts:
    """What a filing says of its claim by itself; who its parties are is not known yet, see `with_parties`."""
    return claim_of_sides(filing, family, sides_said(filing))


def sides_said(filing: Filing) -> Sides:
    """How a filing names its plaintiffs and its defendants."""
    return _named(filing, "plaintiff"), _named(filing, "defendant")


def claim_of_sides(filing: Filing, family: str, sides: Sides) -> ClaimFacts:
    """`claim_said` of a filing whose sides were read before."""
    facts = fold(filing.facts or "")
    cited = {case_number(n) for n in filing.related_case_numbers}
    cited.update(cited_case_numbers(filing.claims or ""), cited_case_numbers(facts))
    number = case_number(filing.case_number) if filing.case_number else ""
    payments = frozenset(_payments(filing))
    return ClaimFacts(
        filing_id=filing.filing_id,
        filed_at=filing.filed_at,
        court=filing.court,
        family=family,
        proceeding=filing.proceeding,
        number=number,
        cited=frozenset(cited - {number, ""}),
        sides=sides,
        agents=_NOBODY,
        third=frozenset(filter(None, (name_key(p) for p in filing.parties if p.role == "third_party"))),
        institution=_institution(filing),
        instruments=frozenset(filter(None, map(instrument, filing.evidence))),
        payments=payments,
        dates=frozenset(_dates(filing, facts, payments)),
        sums=frozenset(_sums(facts, payments)),
        cents=_cents(filing.claim_amount),
        currency=filing.currency or "",
        way=_way(filing, facts),
        text=_text(facts, filing.claims or ""),
        template=_template(filing),
    )


def with_parties(facts: ClaimFacts, filing: Filing, who: Parties) -> ClaimFacts:
    """The facts of a filing's claim with its parties and agents as linked."""
    ours = {p.party_id for p in filing.parties if p.role == "plaintiff"}
    agents = frozenset(who.agent[a.agent_id] for a in filing.agents if not ours.isdisjoint(a.represents))
    return facts._replace(sides=sides_with_parties(facts.sides, filing, who), agents=agents)


def sides_with_parties(sides: Sides, filing: Filing, who: Parties) -> Sides:
    """The sides of a filing with its parties as linked."""
    p, d = sides
    plaintiffs = frozenset(who.party[p.party_id] for p in filing.parties if p.role == "plaintiff")
    defendants = frozenset(who.party[p.party_id] for p in filing.parties if p.role == "defendant")
    return Side(plaintiffs, p.names, p.sounds), Side(defendants, d.names, d.sounds)


def instrument(evidence: Evidence) -> str:
    """Kind, date and amount of a dated loan note or contract; empty for other evidence."""
    if evidence.kind not in INSTRUMENTS or not evidence.dated or not evidence.amount:
        return ""
    return f"{evidence.kind}|{evidence.dated[:10]}|{round(evidence.amount * 100)}"


def name_key(party: Party) -> str:
    """`kind|name` of a party, empty where the name is masked."""
    name = person_name(party.name).key if party.kind == "person" else organisation_name(party.name).key
    return name and f"{party.kind}|{name}"


def _named(filing: Filing, role: str) -> Side:
    names: set[str] = set()
    sounds: set[str] = set()
    for party in filing.parties:
        if party.role == role and (key := name_key(party)):
            names.add(key)
            of = person_name if party.kind == "person" else organisation_name
            if sound := of(party.name).sound:
                sounds.add(f"{party.kind}|{sound}")
    return Side(_NOBODY, frozenset(names), frozenset(sounds))


def _institution(filing: Filing) -> str:
    named = (p.name for p in filing.parties if p.role == "plaintiff" and p.kind != "person")
    return next(filter(None, map(institution, named)), "")


def _payments(filing: Filing) -> Iterator[str]:
    """`date|cents` of dated amounts: evidence of any kind, and the handing over the element form tells of."""
    for one in filing.evidence:
        if one.dated and one.amount:
            yield f"{one.dated[:10]}|{round(one.amount * 100)}"
    told = filing.elements
    if isinstance(on := told.get("provided_on"), str):
        for field in ("principal_agreed", "principal_provided"):
            if isinstance(amount := told.get(field), int | float) and amount > 0:
                yield f"{on[:10]}|{round(amount * 100)}"


def _dates(filing: Filing, facts: str, payments: frozenset[str]) -> Iterator[str]:
    """Days of the evidence and of the folded facts."""
    yield from (payment.split("|")[0] for payment in payments)
    yield from (one.dated[:10] for one in filing.evidence if one.dated)
    yield from filter(None, map(iso_date, _DATES.findall(facts)))


def _sums(facts: str, payments: frozenset[str]) -> Iterator[int]:
    """Amounts of money of the payments and of the folded facts, in cents."""
    yield from (int(payment.split("|")[1]) for payment in payments)
    for yuan, many, dollars in _SUMS.findall(facts):
        yield round(float((yuan or dollars).replace(",", "")) * (1_000_000 if many else 100))


def _way(filing: Filing, facts: str) -> str:
    """How the money went (现金、转账): as the element form, else the evidence, else the facts say."""
    told = filing.elements.get("provided_by")
    if isinstance(told, str) and told:
        return told
    ways = {_WAY_OF[e.kind] for e in filing.evidence if e.kind in _WAY_OF}
    if not ways:
        words = (
            ("cash", ("现金", "in cash")),
            ("transfer", ("转账", "汇款", "wire transfer", "bank transfer")),
        )
        ways = {way for way, said in words if any(word in facts for word in said)}
    return "mixed" if len(ways) > 1 else next(iter(ways), "")


def _text(facts: str, claims: str) -> str:
    bare = _MARKS.sub("", facts)
    if len(bare) < _SHORT:
        bare += _MARKS.sub("", fold(claims))
    return bare[:LONGEST_TEXT]


def _template(filing: Filing) -> str:
    """Skeleton of the facts: what is left of them in another suit of one form."""
    if not filing.facts:
        return ""
    return skeleton(filing.facts, [p.name for p in filing.parties] + [a.name for a in filing.agents])


def _cents(amount: float | None) -> int:
    return -1 if amount is None else round(amount * 100)
