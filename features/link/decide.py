"""Each mention of one filing joins an entity seen before, or becomes a new one."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import NamedTuple

from features.link.compare import VETO_SCHEMES
from features.link.index import Index
from features.link.profile import Mention, Profile
from features.link.score import Offer, offers_for
from features.link.weights import Bits, probability


class Decision(NamedTuple):
    """Who a mention is. `profile` carries the number its entity is known by; `joined`: seen before."""

    entity_id: str
    probability: float
    profile: Profile
    joined: bool


_PREFIX = {"person": "P", "organization": "O", "agent": "A", "firm": "F"}
_PARTIES = frozenset({"person", "organization"})


def decide(filing_id: str, mentions: Sequence[Mention], index: Index) -> list[Decision]:
    """Decisions for all mentions of a filing, in their order.

    Two parties of one filing are two entities unless they carry one number; an agent or firm named twice in
    a filing is one.
    """
    leaders = [_leader(mentions, i) for i in range(len(mentions))]
    offers = [offers_for(m, index) if leaders[i] == i else [] for i, m in enumerate(mentions)]
    chosen = _assign(mentions, offers, index.weights.cut)
    decisions: list[Decision] = []
    for i, mention in enumerate(mentions):
        if leaders[i] != i:
            leader = decisions[leaders[i]]
            known = leader.profile.known or mention.profile.number
            profile = mention.profile._replace(known=known)
            decisions.append(Decision(leader.entity_id, leader.probability, profile, leader.joined))
        elif i in chosen:
            decisions.append(_join(mention.profile, chosen[i], index))
        else:
            best = max((offer.bits for offer in offers[i]), default=-100.0)
            entity_id = new_entity(filing_id, mention)
            profile = mention.profile._replace(known=mention.profile.number)
            decisions.append(Decision(entity_id, 1.0 - probability(best), profile, False))
    return decisions


def new_entity(filing_id: str, mention: Mention) -> str:
    """Id of the entity first seen in this mention.

    From its number where it has a valid one, so that it stays the same whichever mention comes first; else from
    the mention.
    """
    profile = mention.profile
    seed = profile.number or f"{filing_id}\x1f{mention.record_id}"
    digest = blake2b(f"{profile.kind}\x1f{seed}".encode("utf-8", "surrogatepass"), digest_size=6)
    return f"{_PREFIX[profile.kind]}-{digest.hexdigest()}"


def _leader(mentions: Sequence[Mention], i: int) -> int:
    """Position of the first mention of the filing that is surely the same one; `i` where there is none."""
    mine = mentions[i].profile
    for j in range(i):
        other = mentions[j].profile
        if other.kind != mine.kind:
            continue
        if mine.number and other.number:
            if mine.number == other.number:
                return j
        elif mine.kind != "person" and mine.name and mine.name == other.name and mine.firm == other.firm:
            return j
    return i


def _assign(mentions: Sequence[Mention], offers: Sequence[list[Offer]], cut: Bits) -> dict[int, Offer]:
    """Position -> the offer taken: the strongest first, no entity for two parties."""
    ranked = sorted((-o.bits, i, o.entity_id) for i, of in enumerate(offers) for o in of if o.bits >= cut)
    chosen: dict[int, Offer] = {}
    taken: set[str] = set()
    for minus_bits, i, entity_id in ranked:
        party = mentions[i].profile.kind in _PARTIES
        if i in chosen or (party and entity_id in taken):
            continue
        chosen[i] = Offer(-minus_bits, entity_id)
        taken.add(entity_id)
    return chosen


def _join(profile: Profile, offer: Offer, index: Index) -> Decision:
    latest = index.profiles(offer.entity_id)[-1]
    known = latest.known or latest.number or profile.number
    if profile.number[:1] in VETO_SCHEMES:
        known = profile.number
    return Decision(offer.entity_id, probability(offer.bits), profile._replace(known=known), True)
