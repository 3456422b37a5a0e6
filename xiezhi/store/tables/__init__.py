"""The tables. Moments are microseconds since the epoch (UTC); rows are appended, not changed.

Two times on everything: what happened `at` (or was `filed_at`) and when it was `recorded_at`;
`received_at` is when this store got it, which is provenance and decides nothing.
"""

from __future__ import annotations

from xiezhi.store.tables.accounts import audit_entries, login_failures, sessions, user_changes, users
from xiezhi.store.tables.columns import metadata
from xiezhi.store.tables.court import (
    erasures,
    model_reports,
    policies,
    policy_acts,
    policy_shadows,
    tombstones,
)
from xiezhi.store.tables.filed import events, filings, findings
from xiezhi.store.tables.linking import (
    appearances,
    blocking_keys,
    claim_relations,
    claims,
    judgements,
    linking_runs,
    mentions,
    proposal_answers,
    proposals,
    questions,
    referents,
    watch_entries,
)
from xiezhi.store.tables.screening import (
    challenges,
    decisions,
    promotion_answers,
    promotion_requests,
    promotions,
    screenings,
    shadow_scores,
)

__all__ = [
    "appearances",
    "audit_entries",
    "blocking_keys",
    "challenges",
    "claim_relations",
    "claims",
    "decisions",
    "erasures",
    "events",
    "filings",
    "findings",
    "judgements",
    "linking_runs",
    "login_failures",
    "mentions",
    "metadata",
    "model_reports",
    "policies",
    "policy_acts",
    "policy_shadows",
    "promotion_answers",
    "promotion_requests",
    "promotions",
    "proposal_answers",
    "proposals",
    "questions",
    "referents",
    "screenings",
    "sessions",
    "shadow_scores",
    "tombstones",
    "user_changes",
    "users",
    "watch_entries",
]
