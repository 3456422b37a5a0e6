"""One filing linked against what was known before its moment: the step both ways of linking share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from features.link.appearances import appearances_of
from features.link.claims import ClaimFacts, claim_facts, claim_keys, find_claim
from features.link.decide import Decision, decide
from features.link.index import Index
from features.link.profile import Mention, Profile
from xiezhi.records import Filing
from xiezhi.store.links import Link, LinkedFiling, LinkedMention


@dataclass(frozen=True)
class Linked:
    """A filing's links, its claim and its rows of the history index, with what is kept to find them again.

    keys: blocking keys of each link's mention; those of the claim stand with the first. joined: how many
    mentions joined an entity seen before.
    """

    filing_id: str
    links: tuple[Link, ...]
    claim_id: str
    claim_probability: float
    appearances: tuple[tuple[int, int], ...]
    profiles: tuple[Profile, ...]
    keys: tuple[tuple[int, ...], ...]
    claim: ClaimFacts
    joined: int

    def to_keep(self) -> LinkedFiling:
        """The rows the store keeps."""
        filed_at = self.claim.filed_at
        mentions = tuple(
            LinkedMention(link, filed_at, profile.dumps(), keys)
            for link, profile, keys in zip(self.links, self.profiles, self.keys, strict=True)
        )
        return LinkedFiling(
            self.filing_id, filed_at, mentions, self.claim_id, self.claim_probability, self.appearances
        )


def link_filing(filing: Filing, cause_family: str, mentions: tuple[Mention, ...], index: Index) -> Linked:
    """Who is who in a filing (`mentions_of` it), and which claim it carries, by what `index` knew before it."""
    index.load(key for mention in mentions for key in mention.keys.values())
    decisions = decide(filing.filing_id, mentions, index)
    parties = _entities(mentions, decisions, ("person", "organization"))
    facts = claim_facts(filing, cause_family, parties)
    keys_of_claim = claim_keys(facts, filing, parties)
    claim_id, probability = find_claim(facts, keys_of_claim, index)
    keys = [tuple(dict.fromkeys(mention.keys.values())) for mention in mentions]
    keys[0] = tuple(dict.fromkeys(keys[0] + keys_of_claim))
    return Linked(
        filing.filing_id,
        tuple(
            Link(filing.filing_id, m.record_id, m.profile.kind, m.side, d.entity_id, d.probability)
            for m, d in zip(mentions, decisions, strict=True)
        ),
        claim_id,
        probability,
        appearances_of(
            filing,
            parties,
            _entities(mentions, decisions, ("agent",)),
            _entities(mentions, decisions, ("firm",)),
            claim_id,
        ),
        tuple(decision.profile for decision in decisions),
        tuple(keys),
        facts._replace(claim_id=claim_id),
        sum(decision.joined for decision in decisions),
    )


def _entities(
    mentions: tuple[Mention, ...], decisions: list[Decision], kinds: tuple[str, ...]
) -> Mapping[str, str]:
    return {
        m.record_id: d.entity_id for m, d in zip(mentions, decisions, strict=True) if m.profile.kind in kinds
    }
