"""Each mention of one filing joins an entity seen before, or becomes a new one; where it is close, a person is asked."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from hashlib import blake2b
from typing import Final, Literal, NamedTuple

from features.link.compare import VETO_SCHEMES, numbers_clash
from features.link.index import Index
from features.link.profile import Mention, Profile
from features.link.score import Offer, scorers_for
from features.link.verdicts import Ruling
from features.link.weights import Bits, probability
from xiezhi.clock import Moment
from xiezhi.store.judgements import MentionRef

Answer = Literal["same", "new", "ask"]
"""Seen before; not seen before; taken as new, and a person is asked about the likeliest offer."""


class Offered(NamedTuple):
    """An entity a mention could have been, and how likely."""

    entity_id: str
    probability: float


class Decision(NamedTuple):
    """Who a mention is. `profile` carries the number its entity is known by.

    offers: the likeliest entities compared, best first. judged: decided by what a person said.
    """

    entity_id: str
    probability: float
    profile: Profile
    answer: Answer
    offers: tuple[Offered, ...] = ()
    judged: bool = False

    @property
    def joined(self) -> bool:
        """Whether the entity was seen before."""
        return self.answer == "same"


_PREFIX = {"person": "P", "organization": "O", "agent": "A", "firm": "F"}
_PARTIES = frozenset({"person", "organization"})

MOST_OFFERS: Final = 3
"""Offers told of a mention: enough to see the runners-up."""

_SAID: Final[Bits] = 100.0
"""Log-odds of what a person said: certain."""


def decide(filing_id: str, filed_at: Moment, mentions: Sequence[Mention], index: Index) -> list[Decision]:
    """Decisions for all mentions of a filing, in their order.

    Two parties of one filing are two entities unless they carry one number; an agent or firm named twice in
    a filing is one. What people said comes before all, but never joins two valid numbers. Whoever carries the
    number of an entity is that entity, whatever the other evidence, unless something forbids it.
    """
    refs = [MentionRef(filing_id, m.record_id, m.profile.kind) for m in mentions]
    rulings = index.rulings(filed_at, refs)
    leaders = _leaders(mentions, refs, rulings)
    ruled = _ruled(rulings, leaders)
    scorers = scorers_for(mentions, index)
    offers = [
        [o for o in scorer.offers() if o.entity_id not in ruled[i].barred] if leaders[i] == i else []
        for i, scorer in enumerate(scorers)
    ]
    said = {
        i: Offer(_SAID, ruling.entity_id)
        for i, ruling in enumerate(ruled)
        if leaders[i] == i and ruling.entity_id and not _clash(mentions[i].profile, ruling.entity_id, index)
    }
    chosen, taken = _assign(mentions, offers, said, index)
    decisions: list[Decision] = []
    given: set[str] = set()
    for i, mention in enumerate(mentions):
        if leaders[i] != i:
            decisions.append(_follow(mention.profile, decisions[leaders[i]]))
        elif i in chosen:
            joined = _join(mention.profile, chosen[i], index)
            decisions.append(joined._replace(offers=_told(offers[i]), judged=i in said))
        else:
            party = mention.profile.kind in _PARTIES
            open_to = [o for o in offers[i] if not (party and o.entity_id in taken)]
            best = max((offer.bits for offer in offers[i]), default=-100.0)
            standing = index.verdicts.standing_for(filed_at)
            entity_id = new_entity(
                filing_id, mention, ruled[i].barred, scorers[i].candidates, standing, given
            )
            given.add(entity_id)
            new = _new(mention.profile, entity_id, best)
            told = _told(open_to)
            asked = bool(told) and told[0].probability >= index.weights.ask
            decisions.append(new._replace(offers=told, answer="ask" if asked else "new"))
    return decisions


def new_entity(filing_id: str, mention: Mention, *used: Container[str]) -> str:
    """Id of the entity first seen in this mention.

    From its number where it is the first to carry a valid one, so that it stays the same whichever mention comes
    first; else, or where that id is `used`, from the mention: an id is never given to two.
    """
    kind, number = mention.profile.kind, mention.profile.number
    by_number = _entity_id(kind, number) if number else ""
    if by_number and not any(by_number in ids for ids in used):
        return by_number
    return _entity_id(kind, f"{filing_id}\x1f{mention.record_id}")


def _entity_id(kind: str, seed: str) -> str:
    digest = blake2b(f"{kind}\x1f{seed}".encode("utf-8", "surrogatepass"), digest_size=6)
    return f"{_PREFIX[kind]}-{digest.hexdigest()}"


def _leaders(mentions: Sequence[Mention], refs: Sequence[MentionRef], rulings: Sequence[Ruling]) -> list[int]:
    """Of each mention the first of its filing that is surely the same one; itself where there is none."""
    leaders: list[int] = []
    for i, mention in enumerate(mentions):
        apart = {leaders[j] for j in range(i) if refs[j] in rulings[i].apart} if rulings[i].apart else ()
        same = (
            j
            for j in range(i)
            if (refs[j] in rulings[i].together or _surely_one(mentions[j].profile, mention.profile))
            and leaders[j] not in apart
        )
        first = next(same, i)
        leaders.append(i if first == i else leaders[first])
    return leaders


def _surely_one(other: Profile, mine: Profile) -> bool:
    """Whether two mentions of one filing are one by number, or agents and firms by name."""
    if other.kind != mine.kind:
        return False
    if mine.number and other.number:
        return mine.number == other.number
    return mine.kind != "person" and bool(mine.name) and mine.name == other.name and mine.firm == other.firm


def _ruled(rulings: Sequence[Ruling], leaders: Sequence[int]) -> Sequence[Ruling]:
    """What was said of each leader and of those it leads."""
    if not any(ruling.together for ruling in rulings):
        return rulings
    led: dict[int, list[Ruling]] = {}
    for leader, ruling in zip(leaders, rulings, strict=True):
        led.setdefault(leader, []).append(ruling)
    found = list(rulings)
    for leader, told in led.items():
        barred = frozenset[str]().union(*(r.barred for r in told))
        joins = [r.entity_id for r in told if r.entity_id and r.entity_id not in barred]
        found[leader] = Ruling(entity_id=joins[0] if joins else "", barred=barred)
    return found


def _clash(profile: Profile, entity_id: str, index: Index) -> bool:
    """Whether an entity carries another valid number than the mention."""
    index.load_profiles([entity_id])
    return any(numbers_clash(profile, other) for other in index.profiles(entity_id))


def _assign(
    mentions: Sequence[Mention], offers: Sequence[list[Offer]], said: dict[int, Offer], index: Index
) -> tuple[dict[int, Offer], set[str]]:
    """(position -> the offer taken, entities taken): what was said, then numbers that one bearer has one of, then the
    strongest; no entity for two parties."""
    ranked: list[tuple[bool, Bits, int, str]] = []
    for i, of in enumerate(offers):
        profile = mentions[i].profile
        single = profile.number[:1] in VETO_SCHEMES
        for offer in of:
            known = carries_number(profile, index.profiles(offer.entity_id))
            if known or offer.bits >= index.weights.cut:
                ranked.append((not (known and single), -offer.bits, i, offer.entity_id))
    chosen = dict(said)
    taken = {offer.entity_id for offer in said.values()}
    for _, minus_bits, i, entity_id in sorted(ranked):
        party = mentions[i].profile.kind in _PARTIES
        if i in chosen or (party and entity_id in taken):
            continue
        chosen[i] = Offer(-minus_bits, entity_id)
        taken.add(entity_id)
    return chosen, taken


def carries_number(profile: Profile, considered: Iterable[Profile]) -> bool:
    """Whether a mention carries the very number that one of an entity's mentions showed or was known by."""
    number = profile.number
    return bool(number) and any(number in (other.number, other.known) for other in considered)


def _told(offers: Iterable[Offer]) -> tuple[Offered, ...]:
    ranked = sorted(offers, key=lambda offer: (-offer.bits, offer.entity_id))
    return tuple(Offered(o.entity_id, probability(o.bits)) for o in ranked[:MOST_OFFERS])


def _follow(profile: Profile, leader: Decision) -> Decision:
    """The same as a mention decided before; a person is asked once."""
    known = leader.profile.known or profile.number
    answer: Answer = "same" if leader.joined else "new"
    return leader._replace(profile=profile._replace(known=known), answer=answer)


def _join(profile: Profile, offer: Offer, index: Index) -> Decision:
    told = (p.known or p.number for p in reversed(index.profiles(offer.entity_id)))
    known = next(filter(None, told), profile.number)
    if profile.number[:1] in VETO_SCHEMES:
        known = profile.number
    return Decision(offer.entity_id, probability(offer.bits), profile._replace(known=known), "same")


def _new(profile: Profile, entity_id: str, best: Bits) -> Decision:
    return Decision(entity_id, 1.0 - probability(best), profile._replace(known=profile.number), "new")
