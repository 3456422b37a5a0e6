"""Scores, what people decided on them, and which model gives them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Index, String, Table, Text

from xiezhi.store.tables.columns import metadata, record_key, serial

screenings = Table(
    "screenings",  # every score given, with what was shown
    metadata,
    Column("screening_id", String, primary_key=True),
    Column("filing_id", record_key, nullable=False, index=True),
    Column("as_of", BigInteger, nullable=False),
    Column("scored_at", BigInteger, nullable=False),
    Column("kept_at", BigInteger, nullable=False),  # provenance; tells two scores of one moment apart
    Column("trigger", String, nullable=False),  # filed, or the kind of the event that caused it
    Column("model_version", String, nullable=False),
    Column("rules_version", String, nullable=False),
    Column("risk", Float, nullable=False),
    Column("rank_score", Float, nullable=False),  # raw score: breaks ties of equal risk
    Column("band", String, nullable=False),
    Column("scores", Text, nullable=False),  # the JSON object of the Scores format
    Column("features", Text, nullable=False),  # JSON: feature name -> value or null
    Index("ix_screenings_band_risk", "band", "risk"),
)

decisions = Table(
    "decisions",  # what a human decided on a flag; appended
    metadata,
    Column("decision_id", String, primary_key=True),
    Column("screening_id", String, nullable=False, index=True),
    Column("filing_id", record_key, nullable=False, index=True),
    Column("decided_at", BigInteger, nullable=False),
    Column("decided_by", String, nullable=False),
    Column("decision", String, nullable=False),
    Column("reason", Text, nullable=False),
)

promotions = Table(
    "promotions",  # which bundle screens; the newest row holds
    metadata,
    Column("promotion_no", serial, primary_key=True),
    Column("promoted_at", BigInteger, nullable=False),
    Column("promoted_by", String, nullable=False),
    Column("model_version", String, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("action", String, nullable=False),  # promoted, rolled_back
    Column("reason", Text, nullable=False),
    Column("request_no", BigInteger),  # the approved request it follows from
    Column("follows", BigInteger, nullable=False, unique=True),  # the row that held before; 0: none
)

promotion_requests = Table(
    "promotion_requests",  # a promotion asked for, and what was shown of the model; appended
    metadata,
    Column("request_no", serial, primary_key=True),
    Column("requested_at", BigInteger, nullable=False),
    Column("requested_by", String, nullable=False),
    Column("model_version", String, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("replaces", BigInteger, nullable=False),  # the promotion that held then; 0: none
    Column("shown", Text, nullable=False),  # JSON: figures of the model and of the one it would replace
)

promotion_answers = Table(
    "promotion_answers",  # approved or rejected, by whom and why; a request has one answer
    metadata,
    Column("request_no", BigInteger, primary_key=True, autoincrement=False),
    Column("answer", String, nullable=False),  # approved, rejected
    Column("answered_at", BigInteger, nullable=False),
    Column("answered_by", String, nullable=False),
    Column("reason", Text, nullable=False),
)

challenges = Table(
    "challenges",  # which bundle scores silently beside the one that screens; the newest row holds
    metadata,
    Column("challenge_no", serial, primary_key=True),
    Column("action", String, nullable=False),  # started, ended
    Column("at", BigInteger, nullable=False),
    Column("named_by", String, nullable=False),
    Column("model_version", String, nullable=False),
    Column("digest", String(64), nullable=False),
)

shadow_scores = Table(
    "shadow_scores",  # what a challenger said of a filing when a score was shown; itself never shown at the desk
    metadata,
    Column("screening_id", String, primary_key=True),  # the score that was shown
    Column("model_version", String, primary_key=True),  # the challenger's
    Column("filing_id", record_key, nullable=False),
    Column("as_of", BigInteger, nullable=False),
    Column("risk", Float, nullable=False),
    Column("raw", Float, nullable=False),
    Column("band", String, nullable=False),
    Column("kept_at", BigInteger, nullable=False),
    Index("ix_shadow_scores_model_version", "model_version"),
)
