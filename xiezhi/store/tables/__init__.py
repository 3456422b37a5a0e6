"""The tables. Moments are microseconds since the epoch (UTC); rows are appended, not changed.

Two times on everything: what happened `at` (or was `filed_at`) and when it was `recorded_at`;
`received_at` is when this store got it, which is provenance and decides nothing.
"""

from __future__ import annotations

from xiezhi.store.tables.accounts import audit_entries, login_failures, sessions, user_changes, users
from xiezhi.store.tables.casework import case_attachments, case_checks, case_notes, issued_sheets
from xiezhi.store.tables.columns import metadata
from xiezhi.store.tables.correcting import (
    contest_answers,
    contests,
    correction_effects,
    correction_steps,
    corrections,
)
from xiezhi.store.tables.court import (
    erasures,
    model_reports,
    policies,
    policy_acts,
    policy_shadows,
    tombstones,
)
from xiezhi.store.tables.desk import desk_steps, doubts
from xiezhi.store.tables.entry import api_keys, begun_logins, identities
from xiezhi.store.tables.filed import events, filings, findings
from xiezhi.store.tables.following import history_changes
from xiezhi.store.tables.jobs import job_inputs, job_rows, jobs, kept_answers
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
from xiezhi.store.tables.review import (
    decision_details,
    draws,
    opinions,
    recusals,
    referrals,
    review_acts,
    review_policies,
    time_off,
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
from xiezhi.store.tables.shown import shown_lists
from xiezhi.store.tables.webhooks import webhook_attempts, webhook_messages, webhooks

__all__ = [
    "api_keys",
    "appearances",
    "audit_entries",
    "begun_logins",
    "blocking_keys",
    "case_attachments",
    "case_checks",
    "case_notes",
    "challenges",
    "claim_relations",
    "claims",
    "contest_answers",
    "contests",
    "correction_effects",
    "correction_steps",
    "corrections",
    "decision_details",
    "decisions",
    "desk_steps",
    "doubts",
    "draws",
    "erasures",
    "events",
    "filings",
    "findings",
    "history_changes",
    "identities",
    "issued_sheets",
    "job_inputs",
    "job_rows",
    "jobs",
    "judgements",
    "kept_answers",
    "linking_runs",
    "login_failures",
    "mentions",
    "metadata",
    "model_reports",
    "opinions",
    "policies",
    "policy_acts",
    "policy_shadows",
    "promotion_answers",
    "promotion_requests",
    "promotions",
    "proposal_answers",
    "proposals",
    "questions",
    "recusals",
    "referents",
    "referrals",
    "review_acts",
    "review_policies",
    "screenings",
    "sessions",
    "shadow_scores",
    "shown_lists",
    "time_off",
    "tombstones",
    "user_changes",
    "users",
    "watch_entries",
    "webhook_attempts",
    "webhook_messages",
    "webhooks",
]
