"""One filing linked against what was known before its moment: the step both ways of linking share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from features.link.appearances import appearances_of
from features.link.claims import ClaimFacts, ClaimSaid, Parties, claim_keys, find_claim, with_parties
from features.link.claims.model import load_model
from features.link.claims.relation import ClaimRelation
from features.link.decide import Answer, Decision, Offered, decide
from features.link.index import Index
from features.link.profile import Mention, Profile
from xiezhi.records import Filing
from xiezhi.store.links import Link, LinkedFiling, LinkedMention
from xiezhi.store.questions import Question


class Choice(NamedTuple):
    """How a mention was decided: same, new, or new with a question to a person; by a person's word where `judged`.

    offers: the likeliest entities it was compared with, best first.
    """

    answer: Answer
    offers: tuple[Offered, ...]
    judged: bool


@dataclass(frozen=True)
class Linked:
    """A filing's links, its claim and its rows of the history index, with what is kept to find them again.

    keys: blocking keys of each link's mention; those of the claim stand with the first. choices: how each link's
    mention was decided.
    """

    filing_id: str
    links: tuple[Link, ...]
    claim_id: str
    claim_probability: float
    relations: tuple[ClaimRelation, ...]
    appearances: tuple[tuple[int, int], ...]
    profiles: tuple[Profile, ...]
    keys: tuple[tuple[int, ...], ...]
    claim: ClaimFacts
    choices: tuple[Choice, ...]

    @property
    def joined(self) -> int:
        """How many mentions joined an entity seen before."""
        return sum(choice.answer == "same" for choice in self.choices)

    @property
    def questions(self) -> tuple[Question, ...]:
        """What a person is asked about this filing."""
        return tuple(
            Question(self.filing_id, link.record_id, link.kind, self.claim.filed_at, *choice.offers[0])
            for link, choice in zip(self.links, self.choices, strict=True)
            if choice.answer == "ask"
        )

    def to_keep(self) -> LinkedFiling:
        """The rows the store keeps."""
        filed_at = self.claim.filed_at
        mentions = tuple(
            LinkedMention(link, filed_at, profile.dumps(), keys)
            for link, profile, keys in zip(self.links, self.profiles, self.keys, strict=True)
        )
        return LinkedFiling(
            self.filing_id,
            filed_at,
            mentions,
            self.claim_id,
            self.claim_probability,
            self.appearances,
            self.questions,
            relations=tuple(relation.to_keep(self.filing_id) for relation in self.relations),
        )


def link_filing(filing: Filing, mentions: tuple[Mention, ...], said: ClaimSaid, index: Index) -> Linked:
    """Who is who in a filing, and which claim it carries, by what `index` knew before it.

    mentions: `mentions_of` it; said: what it says of its claim, of `read_claims`.
    """
    index.turn_to(filing.filed_at)
    decisions = decide(filing.filing_id, filing.filed_at, mentions, index)
    parties = _entities(mentions, decisions, ("person", "organization"))
    agents = _entities(mentions, decisions, ("agent",))
    facts = with_parties(said.facts, filing, Parties(parties, agents))
    keys_of_claim = claim_keys(facts, said, load_model().search)
    found = find_claim(facts, keys_of_claim, index)
    keys = [tuple(dict.fromkeys(mention.keys.values())) for mention in mentions]
    keys[0] = tuple(dict.fromkeys(keys[0] + keys_of_claim.every()))
    return Linked(
        filing.filing_id,
        tuple(
            Link(filing.filing_id, m.record_id, m.profile.kind, m.side, d.entity_id, d.probability)
            for m, d in zip(mentions, decisions, strict=True)
        ),
        found.claim_id,
        found.probability,
        found.relations,
        appearances_of(
            filing,
            parties,
            agents,
            _entities(mentions, decisions, ("firm",)),
            found.claim_id,
            facts.template,
        ),
        tuple(decision.profile for decision in decisions),
        tuple(keys),
        facts._replace(claim_id=found.claim_id),
        tuple(Choice(d.answer, d.offers, d.judged) for d in decisions),
    )


def _entities(
    mentions: tuple[Mention, ...], decisions: list[Decision], kinds: tuple[str, ...]
) -> Mapping[str, str]:
    return {
        m.record_id: d.entity_id for m, d in zip(mentions, decisions, strict=True) if m.profile.kind in kinds
    }
