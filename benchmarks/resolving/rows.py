"""The rows the linker would have kept of a docket whose entities are known beforehand."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from features.link.claims import Parties, claim_keys, own_claim, read_claims, with_parties
from features.link.claims.model import load_model
from features.link.profile import Mention, Profile, mentions_of
from features.normalise.causes import cause_family
from resolving.docket import Suit
from xiezhi.clock import Moment
from xiezhi.records import Agent, Filing, Party, Role, to_body
from xiezhi.store.vault import Vault

_SCHEME = {"person": "r", "organization": "c"}


@dataclass
class Rows:
    """Rows of a batch of filings, in the order of the tables' columns; keys as (key, moment, mention) in no order."""

    filings: list[tuple[Any, ...]] = field(default_factory=list)
    mentions: list[tuple[Any, ...]] = field(default_factory=list)
    claims: list[tuple[Any, ...]] = field(default_factory=list)
    keys: list[int] = field(default_factory=list)
    key_counts: list[int] = field(default_factory=list)
    """How many of `keys` each mention holds."""
    moments: list[Moment] = field(default_factory=list)
    """When each mention was filed."""
    first: int = 0
    """Number of the first mention."""

    def key_rows(self) -> NDArray[np.int64]:
        """Shape (keys, 3), sorted."""
        counts = np.array(self.key_counts)
        numbers = np.repeat(np.arange(self.first, self.first + len(counts)), counts)
        moments = np.repeat(np.array(self.moments), counts)
        found = np.column_stack([np.array(self.keys, np.int64), moments, numbers])
        ordered: NDArray[np.int64] = found[np.argsort(found[:, 0], kind="stable")]
        return ordered


def rows_of(suits: Sequence[Suit], vault: Vault, first: int, row_no: int) -> Rows:
    """Rows of these filings; mentions are numbered from `first`, filings from `row_no`."""
    search = load_model().search
    rows = Rows(first=first)
    families = [cause_family(suit.filing.cause, suit.filing.proceeding) for suit in suits]
    said = read_claims([(suit.filing, family) for suit, family in zip(suits, families, strict=True)], search)
    for i, (suit, family, claim) in enumerate(zip(suits, families, said, strict=True)):
        filing = suit.filing
        kept = [_keep(rows, suit, one) for one in _said_of(suit, vault)]
        facts = with_parties(claim.facts, filing, Parties(*_who(suit)))
        kept[0] = (*dict.fromkeys((*kept[0], *claim_keys(facts, claim, search).every())),)
        for keys in kept:
            rows.keys += keys
            rows.key_counts.append(len(keys))
        own = filing.filing_id == suit.claim_of
        rows.claims.append((filing.filing_id, own_claim(suit.claim_of), 1.0 if own else 0.97))
        rows.filings.append(_filing_row(suit, family, row_no + i))
    return rows


class _Said(NamedTuple):
    """A mention as kept: its profile as JSON, its keys each once."""

    record_id: str
    kind: str
    side: str
    normalised: str
    keys: tuple[int, ...]


def _said_of(suit: Suit, vault: Vault) -> Iterator[_Said]:
    filing = suit.filing
    for mention in mentions_of(replace(filing, agents=()), vault):
        profile, kind = mention.profile, mention.profile.kind
        known = profile.number or f"{_SCHEME[kind]}:{vault.search_hash(suit.numbers[mention.record_id])}"
        yield _kept(mention, profile._replace(known=known))
    for agent in filing.agents:
        yield from _said_by_agent(agent, filing.court, vault)


@lru_cache(200_000)
def _said_by_agent(agent: Agent, court: str, vault: Vault) -> tuple[_Said, ...]:
    """An agent and the firm: few say the same in many filings."""
    role: Role = "plaintiff" if agent.represents == ("p1",) else "defendant"
    parties = tuple(Party(party_id, role, "person", "") for party_id in agent.represents)
    filing = Filing("", court, 0, "", parties, agents=(agent,))
    mentions = mentions_of(filing, vault)[len(parties) :]
    return tuple(_kept(m, m.profile._replace(known=m.profile.number)) for m in mentions)


def _kept(mention: Mention, profile: Profile) -> _Said:
    keys = (*dict.fromkeys(mention.keys.values()),)
    return _Said(mention.record_id, profile.kind, mention.side, profile.dumps(), keys)


def _keep(rows: Rows, suit: Suit, said: _Said) -> tuple[int, ...]:
    """Take in a mention; its keys."""
    filing, number = suit.filing, rows.first + len(rows.mentions)
    entity_id = suit.entities[said.record_id, said.kind]
    rows.moments.append(filing.filed_at)
    rows.mentions.append(
        (number, filing.filing_id, said.record_id, said.kind, said.side, filing.filed_at, said.normalised,
         entity_id, 0.99)
    )  # fmt: skip
    return said.keys


def _who(suit: Suit) -> Iterator[dict[str, str]]:
    """Entities of the parties, of the agents."""
    for kinds in (("person", "organization"), ("agent",)):
        yield {record_id: who for (record_id, kind), who in suit.entities.items() if kind in kinds}


def _filing_row(suit: Suit, family: str, row_no: int) -> tuple[Any, ...]:
    """As ingested, without identity numbers: those at rest are sealed, and the linker does not open them."""
    filing = suit.filing
    body = to_body(filing)
    for party in body["parties"]:
        party.pop("id_number", None)
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    named = (filing.court, filing.proceeding, filing.cause, family, filing.claim_amount)
    at = (filing.filed_at, filing.filed_at)
    return (row_no, filing.filing_id, 1, f"{row_no:032x}", *at, "benchmark", filing.filed_at, *named, text)
