"""Putting a suit together: seats, engaged agents, its ending, visible relations, evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from features.simulate.agents import Agent
from features.simulate.cases import HONEST, Actor, Course, Outcome, Retainer, Seat, Suit, Truth
from features.simulate.organisations import Organisation
from features.simulate.parameters import Ending, Signs
from features.simulate.people import Person
from features.simulate.places import Court
from features.simulate.texts import TIES, spoken_amount, spoken_date
from features.simulate.world import World


def draft(
    world: World,
    court: Court,
    cause: str,
    key: str,
    plaintiffs: Sequence[Actor],
    defendants: Sequence[Actor],
    course: Course,
    *,
    amount: float | None = None,
    values: Mapping[str, str] | None = None,
    facts: str | None = None,
    style: int | None = None,
    proceeding: str = "first_instance",
    third: Sequence[Actor] = (),
    truth: Truth = HONEST,
    claim_id: str | None = None,
    engage: bool = True,
) -> Suit:
    """A suit with its parties, texts and (with ``engage``) the agents ordinary parties bring."""
    plaintiffs, defendants, third = _distinct(world, court, plaintiffs, defendants, third)
    seats = [Seat(a, "plaintiff") for a in plaintiffs]
    seats += [Seat(a, "defendant") for a in defendants] + [Seat(a, "third_party") for a in third]
    said = {
        "p": plaintiffs[0].name,
        "d": defendants[0].name if defendants else "",
        "amount": spoken_amount(amount or 0.0),
        **(values or {}),
    }
    suit = Suit(
        court,
        cause,
        seats,
        course,
        claim_id or world.new_claim(),
        proceeding,
        amount,
        world.texts.claims(key, said, style),
        world.texts.write(facts or f"{key}_facts", said, style),
        truth=truth,
    )
    if engage:
        retain(world, suit)
    return suit


def _distinct(world: World, court: Court, *sides: Sequence[Actor]) -> list[list[Actor]]:
    """The sides with nobody on two chairs: who was drawn twice is replaced by someone new."""
    seen: set[str] = set()
    result: list[list[Actor]] = []
    for side in sides:
        actors: list[Actor] = []
        for actor in side:
            if actor.entity_id in seen:
                actor = (
                    world.people.new(actor.region)
                    if isinstance(actor, Person)
                    else world.organisations.new_firm(court.region)
                )
            seen.add(actor.entity_id)
            actors.append(actor)
        result.append(actors)
    return result


def retain(world: World, suit: Suit) -> None:
    """Engage agents for both sides as ordinary parties do."""
    p = world.params.agents
    first = suit.side("plaintiff")
    share = p.plaintiff_person if isinstance(first[0], Person) else p.plaintiff_organization
    if world.chance(share):
        suit.retainers.append(Retainer(_agent(world, first[0]), first, world.chance(0.6)))
        if world.chance(p.second_agent):
            suit.retainers.append(Retainer(world.agents.lawyer(), first, False))
    other = suit.side("defendant")
    if other and world.chance(p.defendant):
        agent = _agent(world, other[0])
        # A lawyer may not serve both sides (律师法 art 39): ordinary suits never show it.
        if all(agent.firm == "" or agent.firm != r.agent.firm for r in suit.retainers):
            suit.retainers.append(Retainer(agent, other[:1], world.chance(0.5)))


def _agent(world: World, of: Actor) -> Agent:
    if isinstance(of, Organisation):
        return world.agents.for_organisation(of)
    return world.agents.for_person(of)


def ending(world: World, of: Ending) -> Course:
    """Draw how a suit ends and how long it takes."""
    draw = world.rng.random()
    low, high = of.days
    days = int(world.rng.triangular(low, high, low + (high - low) / 3))
    outcome: Outcome = "withdrawn"
    if draw < of.mediated:
        outcome = "mediated"
    elif draw < of.mediated + of.default:
        outcome = "default"
    elif draw < of.mediated + of.default + of.contested:
        outcome = "contested"
    return Course(
        outcome,
        days,
        publication=outcome == "default" and world.chance(0.4),
        admitted=outcome == "mediated" and world.chance(0.3),
    )


def relate(world: World, a: Seat, b: Seat, kind: str, visible: float) -> None:
    """Make the tie of two seats show in the data, with probability ``visible``, in one of the usual ways."""
    if not world.chance(visible):
        return
    draw = world.rng.random()
    if draw < 0.25:
        b.phone = a.phone or a.actor.phone
    elif draw < 0.5:
        a.service_address = b.service_address = b.actor.address
    elif draw < 0.75:
        a.relations.append((b.actor, kind))
    else:
        a.address = b.address = a.actor.address


def item(kind: str, title: str, dated: date | None = None, amount: float | None = None) -> dict[str, Any]:
    """One line of the evidence list (证据清单)."""
    line: dict[str, Any] = {"kind": kind, "title": title}
    if dated is not None:
        line["dated"] = dated.isoformat()
    if amount is not None:
        line["amount"] = amount
    return line


def loan_papers(
    world: World,
    suit: Suit,
    signs: Signs,
    lent: date,
    due: date | None,
    amount: float,
    rate: float | None,
    *,
    provided: float | None = None,
) -> None:
    """Evidence and element form (要素式) of a private loan, with the sign rates of its kind."""
    r = world.rng
    iou_only, cash = world.chance(signs.iou_only), world.chance(signs.cash)
    suit.evidence.append(item("iou", r.choice(("借条", "欠条", "借据", "借款借条")), lent, amount))
    paid = amount if provided is None else provided
    if not iou_only:
        if not cash:
            suit.evidence.append(
                item("bank_transfer", r.choice(("银行转账记录", "转账凭证", "银行流水")), lent, paid)
            )
        elif world.chance(0.5):
            suit.evidence.append(item("cash_receipt", "收条", lent, paid))
        if world.chance(0.4):
            suit.evidence.append(item("chat_log", r.choice(("微信聊天记录", "短信记录", "通话录音")), due))
        if world.chance(0.12):
            suit.evidence.append(item("witness", "证人证言"))
        if world.chance(0.12):
            suit.evidence.append(item("contract", "借款合同", lent, amount))
    if not world.chance(world.params.docket.element_form):
        return
    suit.elements = {
        "principal_agreed": amount,
        "principal_provided": paid,
        "provided_by": r.choice(("cash", "mixed"))
        if cash
        else ("cash" if iou_only and world.chance(0.4) else "transfer"),
        "provided_on": lent.isoformat(),
        "rate_per_year": rate,
        "repaid": world.rounded(amount * r.random() * 0.3, 0.3) if world.chance(0.2) else 0.0,
        "interest_claimed": world.chance(0.55 if rate else 0.15),
    }
    if due is not None:
        suit.elements["due_on"] = due.isoformat()


def flags(
    world: World,
    suit: Suit,
    *,
    mediation: float = 0.18,
    waived: float = 0.03,
    preservation: float = 0.12,
    fee_waiver: float = 0.04,
    forum: float = 0.04,
) -> None:
    """Set the filing's yes-no boxes with these probabilities; unticked ones are mostly not sent."""
    wanted = {
        "mediation_requested": mediation,
        "defence_period_waived": waived,
        "preservation_requested": preservation,
        "fee_waiver_requested": fee_waiver,
        "forum_clause": forum,
    }
    for key, probability in wanted.items():
        if world.chance(probability):
            suit.flags[key] = True
        elif world.chance(0.5):
            suit.flags[key] = False


def said_loan(world: World, lent: date, due: date | None, rate: float | None, why: str) -> dict[str, str]:
    """Values for the sentences of a loan."""
    return {
        "date": spoken_date(lent),
        "due": spoken_date(due or lent),
        "why": why,
        "rate": f"{(rate or 0) * 100:g}",
        "x": world.rng.choice(TIES),
    }
