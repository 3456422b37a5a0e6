"""What the store knows of a filing's claim: its other filings, related claims, and who uses its form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from features.history.keys import key
from features.link.appearances import SHORTEST_TEMPLATE
from features.link.claims.facts import ClaimFacts
from features.link.claims.model import load_model
from features.link.claims.same import explain
from features.link.reader import StoreReader
from xiezhi.clock import Moment
from xiezhi.errors import NotFound
from xiezhi.store.claim_relations import RelatedFiling, filings_of_claim, relations_of, users_of_form
from xiezhi.store.link_index import NEVER_NUMBERED, Before
from xiezhi.store.links import claims_of


@dataclass(frozen=True)
class FilingOfClaim:
    """Another filing of the claim. agreement: which fields agree with the filing asked for; empty where the two are
    one claim only through others."""

    filing_id: str
    filed_at: Moment
    court: str
    proceeding: str
    amount: float | None
    agreement: Mapping[str, Any]


@dataclass(frozen=True)
class Relation:
    """A related filing: `later` where it was filed after the one asked for. evidence: which fields agree or changed."""

    filing_id: str
    later: bool
    kind: str
    score: float
    evidence: Mapping[str, Any]


@dataclass(frozen=True)
class Form:
    """How often the skeleton of the facts was filed so far, by how many different plaintiffs against how many
    defendants. institution: what kind of mass filer the plaintiff is, empty if none."""

    filings: int
    plaintiffs: int
    defendants: int
    institution: str


@dataclass(frozen=True)
class ClaimAccount:
    """See the module. form is None where the facts are too short to be one."""

    filing_id: str
    claim_id: str
    probability: float
    filings: tuple[FilingOfClaim, ...]
    relations: tuple[Relation, ...]
    form: Form | None


def account_for(connection: Connection, filing_id: str) -> ClaimAccount:
    """The account of a filing's claim, by all the store holds now. Raises NotFound."""
    carried = claims_of(connection, [filing_id])
    if filing_id not in carried:
        raise NotFound(
            "没有这一案件，或尚未关联；请先运行 xiezhi link。",
            "There is no such filing, or it is not linked yet; run xiezhi link first.",
            code="no-such-filing",
        )
    claim_id, probability = carried[filing_id]
    ids = filings_of_claim(connection, claim_id)
    facts = StoreReader(connection, Before(NEVER_NUMBERED, NEVER_NUMBERED)).claims_of(ids)
    mine = facts[filing_id]
    others = sorted((f for f in facts.values() if f is not mine), key=lambda f: (f.filed_at, f.filing_id))
    return ClaimAccount(
        filing_id,
        claim_id,
        probability,
        tuple(_filing(mine, other) for other in others),
        tuple(_relation(filing_id, row) for row in relations_of(connection, [filing_id])),
        _form(connection, mine),
    )


def _filing(mine: ClaimFacts, other: ClaimFacts) -> FilingOfClaim:
    later, earlier = sorted((mine, other), key=lambda f: (f.filed_at, f.filing_id), reverse=True)
    agreement = explain(later, earlier, load_model().same)
    return FilingOfClaim(
        other.filing_id,
        other.filed_at,
        other.court,
        other.proceeding,
        None if other.cents < 0 else other.cents / 100,
        agreement if agreement["agree"] else {},
    )


def _relation(filing_id: str, row: RelatedFiling) -> Relation:
    later = row.other_filing_id == filing_id
    other = row.filing_id if later else row.other_filing_id
    return Relation(other, later, row.kind, row.score, json.loads(row.evidence))


def _form(connection: Connection, facts: ClaimFacts) -> Form | None:
    if len(facts.template) < SHORTEST_TEMPLATE:
        return None
    users = users_of_form(connection, key("template", facts.template))
    return Form(users["filings"], users.get("plaintiff", 0), users.get("defendant", 0), facts.institution)
