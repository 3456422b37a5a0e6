"""Claims (诉讼请求): which filings carry one and the same claim, and how claims that differ are related.

Similarity is evidence, not a verdict: one claim needs both sides to agree; a relation says which fields agree, how
strongly, and whether the filer is an institution. Nothing here says that a filing is false.
"""

from features.link.claims.facts import ClaimFacts, Parties, Sides, claim_said, instrument, with_parties
from features.link.claims.find import ClaimFound, find_claim, own_claim
from features.link.claims.keys import ClaimKeys, ClaimSaid, claim_keys, read_claims

__all__ = [
    "ClaimFacts",
    "ClaimFound",
    "ClaimKeys",
    "ClaimSaid",
    "Parties",
    "Sides",
    "claim_keys",
    "claim_said",
    "find_claim",
    "instrument",
    "own_claim",
    "read_claims",
    "with_parties",
]
